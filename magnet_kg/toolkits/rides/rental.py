"""Rental cars: what is free in a city, and the user's own reservations."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated

from pydantic import Field

from magnet_kg.execution.toolkit import ToolError
from magnet_kg.execution.world import World, derived_rng, found
from magnet_kg.toolkits.city_names import find_city
from magnet_kg.toolkits.rides.cars import MOST_DAYS, Hire, cars_in, hire_by_id, hire_id
from magnet_kg.toolkits.rides.journeys import (
    AddedRentalExtra,
    CancelledRental,
    RentalBooking,
    RentalBookingList,
    RentalOffer,
    RentalOffers,
)
from magnet_kg.toolkits.rides.kit import toolkit
from magnet_kg.toolkits.rides.records import CarClass, Rental, RentalExtra, RidesState

Days = Annotated[int, Field(ge=1, le=MOST_DAYS)]

BOOKABLE_DAYS = 365
EXTRA_PER_DAY: dict[RentalExtra, float] = {
    "child_seat": 6.0,
    "additional_driver": 9.5,
    "full_insurance": 18.0,
    "roof_box": 7.5,
    "snow_chains": 4.0,
}
EXTRA_WORDS: dict[RentalExtra, str] = {
    "child_seat": "A child seat",
    "additional_driver": "An additional driver",
    "full_insurance": "Full insurance",
    "roof_box": "A roof box",
    "snow_chains": "A set of snow chains",
}


@toolkit.function
def search_rental_cars(
    world: World, city: str, pickup_date: date, rental_days: Days, car_class: CarClass | None = None
) -> RentalOffers:
    """Search the rental cars that are free in a city for some days, cheapest first, with rental offer ids.

    Args:
        city: name of the city where the car is picked up and given back
        pickup_date: first day with the car
        rental_days: for how many days
        car_class: only cars of this class
    """
    here = find_city(city)
    if here is None:
        raise ToolError("not_found", f"No company rents out cars in a city called {city}.")
    if not world.today <= pickup_date <= world.today + timedelta(days=BOOKABLE_DAYS):
        raise ToolError("invalid_date", f"{pickup_date.isoformat()} is not possible: from today to a year ahead is.")
    hires = [
        Hire(c, pickup_date, rental_days) for c in cars_in(world.seed, here.name) if car_class in (None, c.car_class)
    ]
    hires = sorted((h for h in hires if h.is_free(world.seed)), key=lambda h: h.price)
    return RentalOffers(
        here.name,
        pickup_date,
        pickup_date + timedelta(days=rental_days),
        rental_days,
        [
            RentalOffer(
                rental_offer_id=hire_id(world.seed, h),
                rental_company=h.car.company,
                car_model=h.car.model,
                car_class=h.car.car_class,
                seat_count=h.car.seats,
                daily_price=round(h.price / rental_days, 2),
                total_price=h.price,
                currency=world.person.currency,
            )
            for h in hires
        ],
    )


@toolkit.function
def reserve_rental_car(world: World, rental_offer_id: str, card_id: str) -> RentalBooking:
    """Reserve an offered rental car for its days and pay for it with a card.

    Args:
        rental_offer_id: id of the rental offer
        card_id: id of the payment card
    """
    hire = hire_by_id(world.seed, rental_offer_id)
    state = world.of(RidesState)
    if not world.today <= hire.pickup_date:
        raise ToolError("invalid_date", f"{hire.pickup_date.isoformat()} is in the past.")
    if not hire.is_free(world.seed):
        raise ToolError("sold_out", f"{hire.car.company} has no {hire.car.model} left for these days.")
    if any(r.rental_offer_id == rental_offer_id and r.status == "booked" for r in state.rentals):
        raise ToolError("already_exists", f"The {hire.car.model} is already reserved for these days.")
    world.charge(card_id, hire.price, hire.car.company, "travel")
    rental = Rental(
        world.new_id("rb", 6), rental_offer_id, confirmation_code(world, rental_offer_id), card_id, hire.price
    )
    state.rentals.append(rental)
    return _shown(world, rental)


@toolkit.function
def list_rental_bookings(world: World) -> RentalBookingList:
    """List the rental cars that the user has reserved, with their rental booking ids, soonest first."""
    every = [_shown(world, r) for r in world.of(RidesState).rentals if r.status == "booked"]
    return RentalBookingList(sorted(every, key=lambda r: (r.pickup_date, r.rental_booking_id)))


@toolkit.function
def add_rental_extra(world: World, rental_booking_id: str, extra: RentalExtra) -> AddedRentalExtra:
    """Add an extra to a reserved rental car; its price goes to the card that the car was paid with.

    Args:
        rental_booking_id: id of the rental booking
        extra: what to add
    """
    rental = _reserved(world, rental_booking_id)
    if extra in rental.extras:
        raise ToolError("already_exists", f"{EXTRA_WORDS[extra]} is already part of that reservation.")
    hire = hire_by_id(world.seed, rental.rental_offer_id)
    price = round(EXTRA_PER_DAY[extra] * hire.days, 2)
    world.charge(rental.card_id, price, hire.car.company, "travel")
    rental.extras.append(extra)
    rental.total_price = round(rental.total_price + price, 2)
    return AddedRentalExtra(
        rental_booking_id, hire.car.model, hire.car.city.name, extra, price, rental.total_price, world.person.currency
    )


@toolkit.function
def cancel_rental_booking(world: World, rental_booking_id: str) -> CancelledRental:
    """Give up a reserved rental car: for nothing until the day before, for one day's price after that.

    Args:
        rental_booking_id: id of the rental booking
    """
    rental = _reserved(world, rental_booking_id)
    hire = hire_by_id(world.seed, rental.rental_offer_id)
    if hire.pickup_date < world.today:
        raise ToolError("closed", f"The {hire.car.model} has been picked up, it can only be given back.")
    fee = 0.0 if hire.pickup_date - world.today > timedelta(days=1) else round(hire.price / hire.days, 2)
    refund = round(rental.total_price - fee, 2)
    world.refund(rental.card_id, refund, hire.car.company, "travel")
    rental.status = "cancelled"
    return CancelledRental(hire.car.company, hire.car.model, hire.car.city.name, refund, fee, world.person.currency)


def confirmation_code(world: World, rental_offer_id: str) -> str:
    """Two letters and five digits, as rental companies print them."""
    rng = derived_rng(world.seed, "rental", rental_offer_id)
    return f"{rng.choice('ABCDEFGHJK')}{rng.choice('LMNPRSTV')}{rng.randrange(10000, 100000)}"


def _reserved(world: World, rental_booking_id: str) -> Rental:
    rental = found(world.of(RidesState).rentals, "rental_booking_id", rental_booking_id, "rental booking")
    if rental.status == "cancelled":
        raise ToolError("already_cancelled", "That rental car has been given up already.")
    return rental


def _shown(world: World, rental: Rental) -> RentalBooking:
    hire = hire_by_id(world.seed, rental.rental_offer_id)
    return RentalBooking(
        rental_booking_id=rental.rental_booking_id,
        confirmation_code=rental.confirmation_code,
        status=rental.status,
        rental_company=hire.car.company,
        car_model=hire.car.model,
        city=hire.car.city.name,
        pickup_date=hire.pickup_date,
        return_date=hire.return_date,
        extras=list(rental.extras),
        total_price=rental.total_price,
        currency=world.person.currency,
    )

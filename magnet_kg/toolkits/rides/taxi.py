"""Rides in a city: addresses, quotes, orders, and what follows a ride."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from pydantic import Field, NaiveDatetime

from magnet_kg.execution.toolkit import ToolError
from magnet_kg.execution.world import World, found
from magnet_kg.toolkits.rides.drivers import SEATS, driver_of, price_of, wait_for, way_between
from magnet_kg.toolkits.rides.kit import toolkit
from magnet_kg.toolkits.rides.records import (
    CancelledRide,
    LostItemReport,
    MovedPickup,
    Quote,
    RatedRide,
    RequestedRide,
    Ride,
    RideList,
    RideProgress,
    RideQuote,
    RideQuotes,
    RideReceipt,
    RidesState,
    RideStatus,
    RideSummary,
    SavedAddress,
    SavedAddressList,
    ScheduledRide,
    SharedRide,
    TippedDriver,
)

Passengers = Annotated[int, Field(ge=1, le=6)]
Stars = Annotated[int, Field(ge=1, le=5)]
Amount = Annotated[float, Field(gt=0)]

BOOKABLE_DAYS = 60
LATE_FEE = 5.0
KEPT_QUOTES = 20
SERVICE_SHARE = 0.12


@toolkit.function
def list_saved_addresses(world: World) -> SavedAddressList:
    """List the addresses that the user has saved for rides (home, work and so on), with their labels."""
    return SavedAddressList([*world.of(RidesState).addresses])


@toolkit.function
def save_address(world: World, address: str, address_label: str) -> SavedAddress:
    """Save an address for rides under a label.

    Args:
        address: street and number
        address_label: what the user calls it
    """
    state = world.of(RidesState)
    if any(a.address_label.casefold() == address_label.casefold() for a in state.addresses):
        raise ToolError("already_exists", f"There is already a saved address called “{address_label}”.")
    made = SavedAddress(world.new_id("sa", 6), address_label, address)
    state.addresses.append(made)
    return made


@toolkit.function
def get_ride_quotes(
    world: World, origin_address: str, destination_address: str, passengers: Passengers = 1
) -> RideQuotes:
    """Get what a ride between two addresses of a city costs, cheapest first, with distance, duration and quote ids.

    Args:
        origin_address: address where the ride begins
        destination_address: address where the ride ends
        passengers: how many people must fit into the car
    """
    distance, minutes = way_between(world.seed, origin_address, destination_address)
    state, salt = world.of(RidesState), f"{origin_address}/{destination_address}/{world.today}"
    made = [
        Quote(
            ride_quote_id=world.new_id("rq", 6),
            ride_type=kind,
            origin_address=origin_address,
            destination_address=destination_address,
            ride_price=price_of(world.seed, kind, distance, salt),
            distance_km=distance,
            duration_minutes=minutes,
            wait_minutes=wait_for(world.seed, kind, salt),
        )
        for kind in SEATS
        if SEATS[kind] >= passengers
    ]
    made.sort(key=lambda q: q.ride_price)
    state.quotes = [*state.quotes, *made][-KEPT_QUOTES:]
    return RideQuotes(
        origin_address,
        destination_address,
        distance,
        minutes,
        [
            RideQuote(
                q.ride_quote_id, q.ride_type, SEATS[q.ride_type], q.ride_price, world.person.currency, q.wait_minutes
            )
            for q in made
        ],
    )


@toolkit.function
def order_ride(world: World, ride_quote_id: str, card_id: str) -> RequestedRide:
    """Order an offered ride for now and pay for it with a card; a driver sets out at once.

    Args:
        ride_quote_id: id of the ride quote
        card_id: id of the payment card
    """
    quote = _quote(world, ride_quote_id)
    ride = _ordered(world, quote, card_id)
    ride.pickup_at, ride.status = world.now + timedelta(minutes=quote.wait_minutes), "on_the_way"
    driver = driver_of(world.seed, ride.ride_id)
    return RequestedRide(
        ride_id=ride.ride_id,
        ride_type=ride.ride_type,
        origin_address=ride.origin_address,
        destination_address=ride.destination_address,
        driver_name=driver.name,
        car_model=driver.car_model,
        license_plate=driver.license_plate,
        wait_minutes=quote.wait_minutes,
        ride_price=ride.ride_price,
        currency=world.person.currency,
    )


@toolkit.function
def schedule_ride(world: World, ride_quote_id: str, card_id: str, pickup_at: NaiveDatetime) -> ScheduledRide:
    """Order an offered ride for a later time and pay for it with a card.

    Args:
        ride_quote_id: id of the ride quote
        card_id: id of the payment card
        pickup_at: date and time at which the driver should be there
    """
    quote = _quote(world, ride_quote_id)
    _check_pickup(world, pickup_at)
    ride = _ordered(world, quote, card_id)
    ride.pickup_at = pickup_at
    return ScheduledRide(
        ride.ride_id, ride.ride_type, ride.origin_address, ride.destination_address, pickup_at,
        ride.ride_price, world.person.currency,
    )  # fmt: skip


@toolkit.function
def list_rides(world: World, ride_status: RideStatus | None = None) -> RideList:
    """List the user's rides with their ride ids, latest first: those to come, under way, over and cancelled.

    Args:
        ride_status: only rides that are in this state
    """
    kept = [r for r in world.of(RidesState).rides if ride_status is None or r.status == ride_status]
    kept.sort(key=lambda r: (r.pickup_at, r.ride_id), reverse=True)
    return RideList(
        [
            RideSummary(
                r.ride_id, r.ride_type, r.origin_address, r.destination_address, r.pickup_at, r.status,
                r.distance_km, r.ride_price, world.person.currency,
            )
            for r in kept
        ]
    )  # fmt: skip


@toolkit.function
def track_ride(world: World, ride_id: str) -> RideProgress:
    """Get the driver, the car and the expected times of a ride that is under way or to come.

    Args:
        ride_id: id of the ride
    """
    ride = _standing(world, ride_id)
    driver = driver_of(world.seed, ride_id)
    away = max(1, round((ride.pickup_at - world.now).total_seconds() / 60)) if ride.status == "on_the_way" else None
    return RideProgress(
        ride_id=ride_id,
        status=ride.status,
        driver_name=driver.name,
        phone=driver.phone,
        car_model=driver.car_model,
        license_plate=driver.license_plate,
        minutes_away=away,
        pickup_at=ride.pickup_at,
        drop_off_at=ride.pickup_at + timedelta(minutes=ride.duration_minutes),
        destination_address=ride.destination_address,
    )


@toolkit.function
def change_pickup_time(world: World, ride_id: str, pickup_at: NaiveDatetime) -> MovedPickup:
    """Move a scheduled ride to another time.

    Args:
        ride_id: id of the scheduled ride
        pickup_at: date and time at which the driver should be there instead
    """
    ride = _standing(world, ride_id)
    if ride.status != "scheduled":
        raise ToolError("closed", "The driver is on the way already, so the pickup can't be moved any more.")
    _check_pickup(world, pickup_at, but=ride)
    before, ride.pickup_at = ride.pickup_at, pickup_at
    return MovedPickup(ride_id, ride.destination_address, pickup_at, before)


@toolkit.function
def cancel_ride(world: World, ride_id: str) -> CancelledRide:
    """Cancel a ride: for nothing while it is only scheduled, for a fee once the driver is on the way.

    Args:
        ride_id: id of the ride
    """
    ride = _standing(world, ride_id)
    fee = LATE_FEE if ride.status == "on_the_way" else 0.0
    refund = round(ride.ride_price - fee, 2)
    world.refund(ride.card_id, refund, "Ride cancellation", "transport")
    ride.status = "cancelled"
    return CancelledRide(ride.destination_address, refund, fee, world.person.currency)


@toolkit.function
def get_ride_receipt(world: World, ride_id: str) -> RideReceipt:
    """Get the receipt of a ride: fare, service fee, tip, and the card that paid.

    Args:
        ride_id: id of the ride
    """
    ride = _ride(world, ride_id)
    if ride.status == "cancelled":
        raise ToolError("not_available", f"The ride to {ride.destination_address} was cancelled, it has no receipt.")
    service = round(ride.ride_price * SERVICE_SHARE, 2)
    return RideReceipt(
        ride_id=ride_id,
        destination_address=ride.destination_address,
        ride_date=ride.pickup_at.date(),
        distance_km=ride.distance_km,
        duration_minutes=ride.duration_minutes,
        base_part=round(ride.ride_price - service, 2),
        service_part=service,
        tip_part=ride.tip_amount,
        total_price=round(ride.ride_price + ride.tip_amount, 2),
        currency=world.person.currency,
        card_last_four=world.card(ride.card_id).last_four,
    )


@toolkit.function
def tip_driver(world: World, ride_id: str, tip_amount: Amount) -> TippedDriver:
    """Give the driver of a ride a tip; it goes to the card that the ride was paid with.

    Args:
        ride_id: id of the ride
        tip_amount: how much, in US dollars
    """
    ride = _driven(world, ride_id)
    if ride.tip_amount:
        raise ToolError("already_exists", f"The driver has already got a tip of ${ride.tip_amount:,.2f}.")
    world.charge(ride.card_id, tip_amount, "Ride tip", "transport")
    ride.tip_amount = round(tip_amount, 2)
    return TippedDriver(
        ride_id, driver_of(world.seed, ride_id).name, ride.tip_amount,
        round(ride.ride_price + ride.tip_amount, 2), world.person.currency,
    )  # fmt: skip


@toolkit.function
def rate_ride(world: World, ride_id: str, driver_rating: Stars) -> RatedRide:
    """Rate the driver of a finished ride with one to five stars.

    Args:
        ride_id: id of the ride
        driver_rating: how many stars, from 1 to 5
    """
    ride = _driven(world, ride_id)
    if ride.driver_rating is not None:
        raise ToolError("already_exists", f"That driver has already been rated with {ride.driver_rating} of 5 stars.")
    ride.driver_rating = driver_rating
    return RatedRide(ride_id, driver_of(world.seed, ride_id).name, driver_rating)


@toolkit.function
def share_ride_with_contact(world: World, ride_id: str, contact_id: str) -> SharedRide:
    """Let a person follow a ride that is under way or to come: where the car is and when it arrives.

    Args:
        ride_id: id of the ride
        contact_id: id of the contact who may follow it
    """
    ride, contact = _standing(world, ride_id), world.contact(contact_id)
    if contact_id in ride.shared_with:
        raise ToolError("already_exists", f"{contact.full_name} can follow that ride already.")
    ride.shared_with.append(contact_id)
    return SharedRide(ride_id, contact_id, contact.full_name, ride.destination_address)


@toolkit.function
def report_lost_item(world: World, ride_id: str, lost_item: str) -> LostItemReport:
    """Report something that was left in the car of a ride; the driver is told and can be called.

    Args:
        ride_id: id of the ride
        lost_item: what was left in the car
    """
    ride = _driven(world, ride_id)
    ride.lost_items.append(lost_item)
    driver = driver_of(world.seed, ride_id)
    return LostItemReport(world.new_id("lost", 5), ride_id, lost_item, driver.name, driver.phone)


def _quote(world: World, ride_quote_id: str) -> Quote:
    return found(world.of(RidesState).quotes, "ride_quote_id", ride_quote_id, "ride quote")


def _ordered(world: World, quote: Quote, card_id: str) -> Ride:
    world.charge(card_id, quote.ride_price, "City ride", "transport")
    state = world.of(RidesState)
    state.quotes.remove(quote)
    ride = Ride(
        world.new_id("ride", 5), quote.ride_type, quote.origin_address, quote.destination_address, quote.ride_price,
        quote.distance_km, quote.duration_minutes, world.now, "scheduled", card_id,
    )  # fmt: skip
    state.rides.append(ride)
    return ride


def _ride(world: World, ride_id: str) -> Ride:
    return found(world.of(RidesState).rides, "ride_id", ride_id, "ride")


def _standing(world: World, ride_id: str) -> Ride:
    ride = _ride(world, ride_id)
    if ride.status == "cancelled":
        raise ToolError("already_cancelled", f"The ride to {ride.destination_address} has been cancelled.")
    if ride.status == "completed":
        raise ToolError("closed", f"The ride to {ride.destination_address} is over.")
    return ride


def _driven(world: World, ride_id: str) -> Ride:
    ride = _ride(world, ride_id)
    if ride.status != "completed":
        raise ToolError("not_completed", f"The ride to {ride.destination_address} has not been driven to its end.")
    return ride


def _check_pickup(world: World, pickup_at: NaiveDatetime, but: Ride | None = None) -> None:
    said = f"{pickup_at:%A, %d %B at %H:%M}"
    if pickup_at <= world.now:
        raise ToolError("invalid_date", f"{said} is in the past.")
    if pickup_at > world.now + timedelta(days=BOOKABLE_DAYS):
        raise ToolError("invalid_date", f"Rides can be scheduled {BOOKABLE_DAYS} days ahead, {said} is later.")
    for other in world.of(RidesState).rides:
        near = abs((other.pickup_at - pickup_at).total_seconds()) < 900
        if other is not but and other.status == "scheduled" and near:
            raise ToolError("conflict", f"There is already a ride to {other.destination_address} at about that time.")

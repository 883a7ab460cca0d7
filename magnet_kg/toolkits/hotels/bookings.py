"""The rules of a stay: what can still be changed, and what is given back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from random import Random

from magnet_kg.execution.toolkit import ToolError
from magnet_kg.execution.world import World, cities, derived_rng, found
from magnet_kg.toolkits.hotels.directory import Stay, hotel_by_id, hotels_in
from magnet_kg.toolkits.hotels.records import BookedStay, HotelBooking, HotelsState

BOOKABLE_DAYS = 365
FREE_DAYS = 2


def make_bookings(world: World, rng: Random) -> HotelsState:
    """One or two stays in cities that are not the user's own, now and then one that is near."""
    state = HotelsState()
    others = sorted(name for name in cities() if name != world.person.home_city)
    for city in rng.sample(others, rng.choice([1, 2, 2])):
        hotel = rng.choice(hotels_in(world.seed, city))
        ahead = rng.choice([1, 2]) if rng.random() < 0.15 else rng.randrange(4, 55)
        stay = Stay(hotel, rng.choice(hotel.room_types), world.today + timedelta(days=ahead), rng.randint(2, 6))
        booking_id = world.new_id("hb", 6)
        state.bookings.append(
            HotelBooking(
                hotel_booking_id=booking_id,
                hotel_id=hotel.hotel_id,
                room_type=stay.room_type,
                check_in_date=stay.check_in_date,
                nights=stay.nights,
                confirmation_code=confirmation_code(world, booking_id),
                card_id=rng.choice(world.cards).card_id,
                booked_at=world.now - timedelta(days=rng.randrange(3, 60), hours=rng.randrange(12)),
                room_price=stay.price,
            )
        )
    return state


def confirmation_code(world: World, hotel_booking_id: str) -> str:
    """Eight digits, as hotels print them."""
    return str(derived_rng(world.seed, "confirmation", hotel_booking_id).randrange(10**7, 10**8))


def booking_of(world: World, hotel_booking_id: str) -> HotelBooking:
    """A booking of the user, or a `not_found` error."""
    return found(world.of(HotelsState).bookings, "hotel_booking_id", hotel_booking_id, "hotel booking")


def stay_of(world: World, booking: HotelBooking) -> Stay:
    """What has been booked."""
    hotel = hotel_by_id(world.seed, booking.hotel_id)
    return Stay(hotel, booking.room_type, booking.check_in_date, booking.nights)


def standing(world: World, hotel_booking_id: str) -> tuple[HotelBooking, Stay]:
    """A booking that is not cancelled and whose stay is not over."""
    booking = booking_of(world, hotel_booking_id)
    stay = stay_of(world, booking)
    if booking.status == "cancelled":
        raise ToolError("already_cancelled", f"The booking at {stay.hotel.name} has been cancelled.")
    if stay.check_out_date < world.today:
        raise ToolError("closed", f"The stay at {stay.hotel.name} is over.")
    return booking, stay


def coming(world: World, hotel_booking_id: str) -> tuple[HotelBooking, Stay]:
    """A standing booking whose stay has not begun."""
    booking, stay = standing(world, hotel_booking_id)
    if stay.check_in_date <= world.today:
        raise ToolError("closed", f"The stay at {stay.hotel.name} has begun and can no longer be changed.")
    return booking, stay


def check_days(world: World, check_in_date: date) -> None:
    """Raise `invalid_date` for a day on which nothing can be booked any more, or not yet."""
    if check_in_date < world.today:
        raise ToolError("invalid_date", f"{check_in_date.isoformat()} is in the past.")
    if (check_in_date - world.today).days > BOOKABLE_DAYS:
        raise ToolError("invalid_date", f"Rooms can be booked a year ahead, {check_in_date.isoformat()} is later.")


def rooms_left(world: World, stay: Stay, *, besides: HotelBooking | None = None) -> int:
    """The free rooms on every night, those that the user has booked taken off.

    Args:
        world: whose bookings count.
        stay: the nights.
        besides: a booking that does not count, because it is to be moved.
    """
    mine = sum(
        b is not besides
        and b.status != "cancelled"
        and (b.hotel_id, b.room_type) == (stay.hotel.hotel_id, stay.room_type)
        and b.check_in_date < stay.check_out_date
        and stay.check_in_date < b.check_out_date
        for b in world.of(HotelsState).bookings
    )
    return max(stay.rooms_left(world.seed) - mine, 0)


def moved(booking: HotelBooking, stay: Stay, check_in_date: date, nights: int) -> tuple[Stay, HotelBooking]:
    """The stay on other days and the booking as it would be then, breakfast on every morning included."""
    new = replace(stay, check_in_date=check_in_date, nights=nights)
    changed = replace(
        booking,
        check_in_date=check_in_date,
        nights=nights,
        room_price=new.price,
        breakfast_price=round(booking.breakfast_price / booking.nights * nights, 2),
        requests=list(booking.requests),
    )
    return new, changed


def free_until(stay: Stay) -> date:
    """The last day on which a stay can be cancelled for nothing."""
    return stay.check_in_date - timedelta(days=FREE_DAYS)


def late_checkout(world: World, booking: HotelBooking, stay: Stay) -> tuple[bool, str, float]:
    """Whether the room can be kept for longer on the last day, until when, and the fee."""
    rng = derived_rng(world.seed, "late", booking.hotel_id, stay.check_out_date.isoformat())
    possible = rng.random() < 0.88
    until = rng.choice(["14:00", "15:00", "16:00"])
    return possible, until, float(5 * round(stay.hotel.rate * 0.3 / 5) + 5)


def booked(world: World, booking: HotelBooking) -> BookedStay:
    """A booking in short."""
    stay = stay_of(world, booking)
    return BookedStay(
        hotel_booking_id=booking.hotel_booking_id,
        confirmation_code=booking.confirmation_code,
        status=booking.status,
        hotel_name=stay.hotel.name,
        city=stay.hotel.city.name,
        room_type=booking.room_type,
        check_in_date=booking.check_in_date,
        check_out_date=booking.check_out_date,
        nights=booking.nights,
        total_price=booking.total_price,
        currency=world.person.currency,
    )

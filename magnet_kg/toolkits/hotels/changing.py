"""Functions that move a stay to other days or cancel it."""

from __future__ import annotations

from datetime import date

from magnet_kg.execution.toolkit import ToolError
from magnet_kg.execution.world import World
from magnet_kg.toolkits.hotels.bookings import check_days, coming, free_until, moved, rooms_left
from magnet_kg.toolkits.hotels.kit import Nights, toolkit
from magnet_kg.toolkits.hotels.records import CancelledStay, ChangedStay, HotelsState, StayChange


@toolkit.function
def check_stay_change(world: World, hotel_booking_id: str, check_in_date: date, nights: Nights) -> StayChange:
    """Check whether a hotel booking could be moved to other days, and what the difference in price would be.

    Args:
        hotel_booking_id: id of the hotel booking
        check_in_date: day of the new arrival
        nights: how many nights the new stay has
    """
    booking, stay = coming(world, hotel_booking_id)
    check_days(world, check_in_date)
    new, changed = moved(booking, stay, check_in_date, nights)
    available = rooms_left(world, new, besides=booking) > 0
    return StayChange(
        hotel_booking_id=hotel_booking_id,
        hotel_name=stay.hotel.name,
        check_in_date=new.check_in_date,
        check_out_date=new.check_out_date,
        available=available,
        total_price=changed.total_price if available else None,
        difference=round(changed.total_price - booking.total_price, 2) if available else None,
        currency=world.person.currency,
    )


@toolkit.function
def change_hotel_stay(world: World, hotel_booking_id: str, check_in_date: date, nights: Nights) -> ChangedStay:
    """Move a hotel booking to other days; the difference in price goes to the card that it was paid with.

    Args:
        hotel_booking_id: id of the hotel booking
        check_in_date: day of the new arrival
        nights: how many nights the new stay has
    """
    booking, stay = coming(world, hotel_booking_id)
    check_days(world, check_in_date)
    new, changed = moved(booking, stay, check_in_date, nights)
    if (check_in_date, nights) == (booking.check_in_date, booking.nights):
        raise ToolError("same_stay", f"The stay at {stay.hotel.name} is already booked for these nights.")
    if not rooms_left(world, new, besides=booking):
        raise ToolError("sold_out", f"{stay.hotel.name} has no {stay.room_type} room left for these nights.")
    difference = round(changed.total_price - booking.total_price, 2)
    if difference > 0:
        world.charge(booking.card_id, difference, stay.hotel.name, "travel")
    elif difference < 0:
        world.refund(booking.card_id, -difference, stay.hotel.name, "travel")
    bookings = world.of(HotelsState).bookings
    bookings[bookings.index(booking)] = changed
    return ChangedStay(
        hotel_booking_id=hotel_booking_id,
        hotel_name=stay.hotel.name,
        city=stay.hotel.city.name,
        check_in_date=new.check_in_date,
        check_out_date=new.check_out_date,
        nights=nights,
        difference=difference,
        total_price=changed.total_price,
        currency=world.person.currency,
    )


@toolkit.function
def cancel_hotel_booking(world: World, hotel_booking_id: str) -> CancelledStay:
    """Cancel a hotel booking: for nothing until two days before arrival, for the first night's price after that.

    Args:
        hotel_booking_id: id of the hotel booking
    """
    booking, stay = coming(world, hotel_booking_id)
    fee = 0.0 if world.today <= free_until(stay) else min(stay.first_night, booking.total_price)
    refund = round(booking.total_price - fee, 2)
    world.refund(booking.card_id, refund, stay.hotel.name, "travel")
    booking.status = "cancelled"
    return CancelledStay(stay.hotel.name, stay.hotel.city.name, refund, fee, world.person.currency)

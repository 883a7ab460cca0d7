"""Functions for the user's own stays: to book them, list them and look into them."""

from __future__ import annotations

from magnet_kg.execution.toolkit import ToolError
from magnet_kg.execution.world import World
from magnet_kg.toolkits.hotels.bookings import (
    booked,
    booking_of,
    check_days,
    confirmation_code,
    free_until,
    rooms_left,
    stay_of,
)
from magnet_kg.toolkits.hotels.directory import BEDS, stay_by_id
from magnet_kg.toolkits.hotels.kit import toolkit
from magnet_kg.toolkits.hotels.records import BookedStay, BookedStays, HotelBooking, HotelsState, StayDetails


@toolkit.function
def book_hotel_room(world: World, room_offer_id: str, card_id: str) -> BookedStay:
    """Book a free room of a hotel for the stay that it was offered for, and pay for it with a card.

    Args:
        room_offer_id: id of the room offer
        card_id: id of the payment card
    """
    stay = stay_by_id(world.seed, room_offer_id)
    check_days(world, stay.check_in_date)
    if not rooms_left(world, stay):
        raise ToolError("sold_out", f"{stay.hotel.name} has no {stay.room_type} room left for these nights.")
    world.charge(card_id, stay.price, stay.hotel.name, "travel")
    booking_id = world.new_id("hb", 6)
    booking = HotelBooking(
        hotel_booking_id=booking_id,
        hotel_id=stay.hotel.hotel_id,
        room_type=stay.room_type,
        check_in_date=stay.check_in_date,
        nights=stay.nights,
        confirmation_code=confirmation_code(world, booking_id),
        card_id=card_id,
        booked_at=world.now,
        room_price=stay.price,
    )
    world.of(HotelsState).bookings.append(booking)
    return booked(world, booking)


@toolkit.function
def list_hotel_bookings(world: World, include_cancelled: bool = False) -> BookedStays:
    """List the user's booked hotel stays with their booking ids, soonest first.

    Args:
        include_cancelled: list the cancelled ones too
    """
    bookings = world.of(HotelsState).bookings
    every = [booked(world, b) for b in bookings if include_cancelled or b.status != "cancelled"]
    return BookedStays(sorted(every, key=lambda b: (b.check_in_date, b.hotel_booking_id)))


@toolkit.function
def get_hotel_booking(world: World, hotel_booking_id: str) -> StayDetails:
    """Get everything about one of the user's hotel bookings: dates, room, extras, address and what was paid.

    Args:
        hotel_booking_id: id of the hotel booking
    """
    booking = booking_of(world, hotel_booking_id)
    stay = stay_of(world, booking)
    return StayDetails(
        hotel_booking_id=booking.hotel_booking_id,
        hotel_id=booking.hotel_id,
        confirmation_code=booking.confirmation_code,
        status=booking.status,
        guest_name=world.person.full_name,
        hotel_name=stay.hotel.name,
        city=stay.hotel.city.name,
        address=stay.hotel.address,
        room_type=booking.room_type,
        beds=BEDS[booking.room_type][0],
        check_in_date=booking.check_in_date,
        check_in_from=stay.hotel.check_in_from,
        check_out_date=booking.check_out_date,
        check_out_until=booking.late_checkout or stay.hotel.check_out_until,
        nights=booking.nights,
        breakfast_guests=booking.breakfast_guests,
        requests=list(booking.requests),
        free_cancellation_until=free_until(stay),
        card_last_four=world.card(booking.card_id).last_four,
        total_price=booking.total_price,
        currency=world.person.currency,
    )

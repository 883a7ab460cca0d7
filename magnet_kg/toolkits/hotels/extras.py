"""Functions for what comes with a stay: breakfast, late check-out, wishes."""

from __future__ import annotations

from magnet_kg.execution.toolkit import ToolError
from magnet_kg.execution.world import World
from magnet_kg.toolkits.hotels.bookings import late_checkout, standing
from magnet_kg.toolkits.hotels.kit import Guests, toolkit
from magnet_kg.toolkits.hotels.records import AddedBreakfast, BookedLateCheckout, LateCheckout, SentHotelRequest


@toolkit.function
def add_breakfast(world: World, hotel_booking_id: str, guests: Guests = 1) -> AddedBreakfast:
    """Add breakfast on every morning of a stay; its price goes to the card that the booking was paid with.

    Args:
        hotel_booking_id: id of the hotel booking
        guests: how many people have breakfast
    """
    booking, stay = standing(world, hotel_booking_id)
    if stay.hotel.breakfast_price is None:
        raise ToolError("not_available", f"{stay.hotel.name} serves no breakfast.")
    if booking.breakfast_guests:
        raise ToolError("already_exists", f"Breakfast at {stay.hotel.name} is already booked.")
    price = round(stay.hotel.breakfast_price * guests * booking.nights, 2)
    world.charge(booking.card_id, price, stay.hotel.name, "travel")
    booking.breakfast_guests, booking.breakfast_price = guests, price
    return AddedBreakfast(
        hotel_booking_id=hotel_booking_id,
        hotel_name=stay.hotel.name,
        guests=guests,
        mornings=booking.nights,
        breakfast_price=price,
        currency=world.person.currency,
    )


@toolkit.function
def check_late_checkout(world: World, hotel_booking_id: str) -> LateCheckout:
    """Check whether the room of a stay could be kept for longer on the last day, until when and for what fee.

    Args:
        hotel_booking_id: id of the hotel booking
    """
    booking, stay = standing(world, hotel_booking_id)
    possible, until, fee = late_checkout(world, booking, stay)
    possible = possible and booking.late_checkout is None
    return LateCheckout(
        hotel_booking_id=hotel_booking_id,
        hotel_name=stay.hotel.name,
        late_checkout_available=possible,
        check_out_until=until if possible else booking.late_checkout or stay.hotel.check_out_until,
        late_checkout_fee=fee if possible else None,
        currency=world.person.currency,
    )


@toolkit.function
def book_late_checkout(world: World, hotel_booking_id: str) -> BookedLateCheckout:
    """Keep the room of a stay for longer on the last day; the fee goes to the card that it was paid with.

    Args:
        hotel_booking_id: id of the hotel booking
    """
    booking, stay = standing(world, hotel_booking_id)
    if booking.late_checkout:
        raise ToolError("already_exists", f"The room can already be kept until {booking.late_checkout}.")
    possible, until, fee = late_checkout(world, booking, stay)
    if not possible:
        raise ToolError("not_available", f"{stay.hotel.name} needs the room back that morning.")
    world.charge(booking.card_id, fee, stay.hotel.name, "travel")
    booking.late_checkout, booking.late_checkout_fee = until, fee
    return BookedLateCheckout(
        hotel_booking_id=hotel_booking_id,
        hotel_name=stay.hotel.name,
        check_out_date=booking.check_out_date,
        check_out_until=until,
        late_checkout_fee=fee,
        currency=world.person.currency,
    )


@toolkit.function
def send_hotel_request(world: World, hotel_booking_id: str, text: str) -> SentHotelRequest:
    """Send the hotel of a stay a wish or a message in the user's words.

    Args:
        hotel_booking_id: id of the hotel booking
        text: what the hotel should know
    """
    booking, stay = standing(world, hotel_booking_id)
    booking.requests.append(text)
    return SentHotelRequest(hotel_booking_id, stay.hotel.name, stay.hotel.city.name, text)

"""Hotels: searching rooms, and the user's own stays with their changes and extras."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Annotated

from pydantic import Field

from magnet_kg.execution.toolkit import ToolError, Toolkit
from magnet_kg.execution.world import World
from magnet_kg.toolkits.city_names import find_city
from magnet_kg.toolkits.hotels.bookings import (
    booked,
    booking_of,
    check_days,
    coming,
    confirmation_code,
    free_until,
    late_checkout,
    make_bookings,
    moved,
    rooms_left,
    standing,
    stay_of,
)
from magnet_kg.toolkits.hotels.directory import (
    BEDS,
    BEST_SCORE,
    MOST_NIGHTS,
    Stay,
    hotel_by_id,
    hotels_in,
    offer_id,
    reviews_of,
    stay_by_id,
)
from magnet_kg.toolkits.hotels.records import (
    AddedBreakfast,
    BookedLateCheckout,
    BookedStay,
    BookedStays,
    CancelledStay,
    ChangedStay,
    HotelBooking,
    HotelDetails,
    HotelMatch,
    HotelMatches,
    HotelReviews,
    HotelsState,
    LateCheckout,
    RoomOffer,
    RoomOffers,
    SentHotelRequest,
    StayChange,
    StayDetails,
)

toolkit = Toolkit("hotels", category="travel", description="Hotels, their free rooms, and the user's stays.")

Nights = Annotated[int, Field(ge=1, le=MOST_NIGHTS)]
Guests = Annotated[int, Field(ge=1, le=4)]
Stars = Annotated[int, Field(ge=1, le=5)]
Rate = Annotated[float, Field(gt=0)]


@toolkit.state
def make_state(world: World, rng: Random) -> HotelsState:
    """One or two booked stays."""
    return make_bookings(world, rng)


@toolkit.function
def search_hotels(
    world: World, city: str, min_stars: Stars | None = None, max_nightly_price: Rate | None = None
) -> HotelMatches:
    """Search the hotels of a city, best rated first, with their usual nightly rates and hotel ids.

    Args:
        city: name of the city
        min_stars: only hotels with at least so many stars
        max_nightly_price: only hotels whose usual rate is not higher
    """
    here = find_city(city)
    if here is None:
        raise ToolError("not_found", f"There is no city called {city} in the hotel directory.")
    return HotelMatches(
        here.name,
        [
            HotelMatch(
                hotel_id=h.hotel_id,
                hotel_name=h.name,
                stars=h.stars,
                guest_rating=h.rating,
                nightly_price=h.rate,
                currency=world.person.currency,
                distance_from_center_km=h.kilometers,
            )
            for h in hotels_in(world.seed, here.name)
            if h.stars >= (min_stars or 0) and (max_nightly_price is None or h.rate <= max_nightly_price)
        ],
    )


@toolkit.function
def get_hotel(world: World, hotel_id: str) -> HotelDetails:
    """Get everything about one hotel: address, amenities, house rules and breakfast.

    Args:
        hotel_id: id of the hotel
    """
    h = hotel_by_id(world.seed, hotel_id)
    return HotelDetails(
        hotel_id=h.hotel_id,
        hotel_name=h.name,
        city=h.city.name,
        address=h.address,
        stars=h.stars,
        guest_rating=h.rating,
        distance_from_center_km=h.kilometers,
        check_in_from=h.check_in_from,
        check_out_until=h.check_out_until,
        amenities=list(h.amenities),
        pets_allowed=h.pets_allowed,
        breakfast_fee=h.breakfast_price,
        nightly_price=h.rate,
        currency=world.person.currency,
    )


@toolkit.function
def get_hotel_reviews(world: World, hotel_id: str) -> HotelReviews:
    """Get what guests say about a hotel, newest first.

    Args:
        hotel_id: id of the hotel
    """
    hotel = hotel_by_id(world.seed, hotel_id)
    count, reviews = reviews_of(world.seed, hotel, world.today)
    return HotelReviews(hotel.hotel_id, hotel.name, hotel.rating, BEST_SCORE, count, reviews)


@toolkit.function
def find_available_rooms(
    world: World, hotel_id: str, check_in_date: date, nights: Nights, guests: Guests = 1
) -> RoomOffers:
    """Find the rooms of a hotel that are free for a stay, cheapest first, with prices and room offer ids.

    Args:
        hotel_id: id of the hotel
        check_in_date: day of the arrival
        nights: how many nights
        guests: how many people must fit into the room
    """
    check_days(world, check_in_date)
    hotel = hotel_by_id(world.seed, hotel_id)
    stays = [Stay(hotel, kind, check_in_date, nights) for kind in hotel.room_types if BEDS[kind][1] >= guests]
    one = Stay(hotel, "standard", check_in_date, nights)
    return RoomOffers(
        hotel_id=hotel.hotel_id,
        hotel_name=hotel.name,
        city=hotel.city.name,
        check_in_date=check_in_date,
        check_out_date=one.check_out_date,
        nights=nights,
        free_cancellation_until=free_until(one),
        rooms=[
            RoomOffer(
                room_offer_id=offer_id(world.seed, s),
                room_type=s.room_type,
                beds=BEDS[s.room_type][0],
                sleeps=BEDS[s.room_type][1],
                total_price=s.price,
                currency=world.person.currency,
                rooms_left=left,
            )
            for s in sorted(stays, key=lambda stay: stay.price)
            if (left := rooms_left(world, s))
        ],
    )


@toolkit.function
def book_room(world: World, room_offer_id: str, card_id: str) -> BookedStay:
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

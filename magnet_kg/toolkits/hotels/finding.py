"""Functions that look for hotels and free rooms."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

from magnet_kg.execution.toolkit import ToolError
from magnet_kg.execution.world import World
from magnet_kg.toolkits.city_names import find_city
from magnet_kg.toolkits.hotels.bookings import check_days, free_until, rooms_left
from magnet_kg.toolkits.hotels.directory import BEDS, BEST_SCORE, Stay, hotel_by_id, hotels_in, offer_id, reviews_of
from magnet_kg.toolkits.hotels.kit import Guests, Nights, toolkit
from magnet_kg.toolkits.hotels.records import (
    HotelDetails,
    HotelMatch,
    HotelMatches,
    HotelReviews,
    RoomOffer,
    RoomOffers,
)

Stars = Annotated[int, Field(ge=1, le=5)]
Rate = Annotated[float, Field(gt=0)]


@toolkit.function
def find_hotels(
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

"""Functions that look for restaurants and into their menus."""

from __future__ import annotations

from magnet_kg.execution.world import World
from magnet_kg.toolkits.dining.kit import toolkit
from magnet_kg.toolkits.dining.kitchens import Cuisine, find_restaurant, find_town, restaurants_in
from magnet_kg.toolkits.dining.records import DishOffer, Menu, RestaurantDetails, RestaurantMatches, RestaurantSummary


@toolkit.function
def search_restaurants(world: World, city: str, cuisine: Cuisine) -> RestaurantMatches:
    """Search a city for restaurants of one cuisine, best rated first, with their restaurant ids.

    Args:
        city: name of the city to look in
        cuisine: what is cooked there
    """
    where = find_town(city)
    return RestaurantMatches(
        where.name,
        [
            RestaurantSummary(
                restaurant_id=r.restaurant_id,
                restaurant_name=r.name,
                cuisine=r.cuisine,
                rating=r.rating,
                average_price=r.average_price,
                currency=where.currency,
                price_level=r.price_level,
                distance_km=r.distance_km,
            )
            for r in restaurants_in(world.seed, where, cuisine)
        ],
    )


@toolkit.function
def get_restaurant_details(world: World, restaurant_id: str) -> RestaurantDetails:
    """Get the address, phone number, opening hours and rating of a restaurant.

    Args:
        restaurant_id: id of the restaurant
    """
    r = find_restaurant(world.seed, restaurant_id)
    return RestaurantDetails(
        restaurant_id=restaurant_id,
        restaurant_name=r.name,
        cuisine=r.cuisine,
        city=r.city.name,
        address=r.address,
        phone=r.phone,
        rating=r.rating,
        review_count=r.review_count,
        average_price=r.average_price,
        currency=r.city.currency,
        opens_at=f"{r.opens:02d}:00",
        closes_at=f"{r.closes:02d}:00",
        closed_on=r.rest_day,
        distance_km=r.distance_km,
    )


@toolkit.function
def get_menu(world: World, restaurant_id: str) -> Menu:
    """Get the dishes of a restaurant with their dish ids and prices, cheapest first.

    Args:
        restaurant_id: id of the restaurant
    """
    r = find_restaurant(world.seed, restaurant_id)
    return Menu(restaurant_id, r.name, [DishOffer(d.dish_id, d.name, d.price, r.city.currency) for d in r.menu])

"""The dining toolkit, and the tables and deliveries that a new world has."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from magnet_kg.execution.toolkit import Toolkit
from magnet_kg.execution.world import World, cities
from magnet_kg.toolkits.conversions.rates import exchange, local_price
from magnet_kg.toolkits.dining.kitchens import CUISINES, restaurants_in
from magnet_kg.toolkits.dining.records import Delivery, DeliveryStatus, DiningState, Reservation

toolkit = Toolkit(
    "dining", category="dining", description="Restaurants, menus, table reservations and food deliveries."
)


@toolkit.state
def make_state(world: World, rng: Random) -> DiningState:
    """Two reservations ahead and two deliveries, all in the home city and each at another restaurant."""
    state = DiningState()
    home = cities()[world.person.home_city]
    picked = [rng.choice(restaurants_in(world.seed, home, cuisine)) for cuisine in rng.sample(CUISINES, 4)]
    ahead = sorted(rng.sample(range(2, 16), 2))
    for restaurant, days in zip(picked[:2], ahead, strict=True):
        day = world.now.replace(hour=rng.choice((12, 18, 19, 20)), minute=rng.choice((0, 30))) + timedelta(days=days)
        if day.weekday() == restaurant.closed_on:
            day += timedelta(days=1)
        made = Reservation(world.new_id("tbl", 6), restaurant.restaurant_id, day, rng.choice((2, 3, 4, 4, 6)))
        state.reservations.append(made)
    streets = ("Maple Street", "Juniper Lane", "Second Avenue", "Lake Drive")
    home_address = f"{rng.randrange(2, 90)} {rng.choice(streets)}"
    for restaurant, days in zip(picked[2:], (0, rng.randrange(3, 20)), strict=True):
        dish = rng.choice(restaurant.menu)
        fee = local_price(4.5, home.currency)
        total = round(dish.price + fee, 2)
        expected = world.now - timedelta(days=days, minutes=95)
        status: DeliveryStatus = "delivered"
        if days == 0:
            expected = max(world.now, world.now.replace(hour=11, minute=30)) + timedelta(minutes=rng.randrange(9, 41))
            status = "preparing" if world.now.hour < 11 or rng.random() < 0.6 else "on the way"
        state.deliveries.append(
            Delivery(
                delivery_id=world.new_id("dlv", 6),
                dish_id=dish.dish_id,
                quantity=1,
                delivery_address=home_address,
                total_price=total,
                card_id=rng.choice(world.cards).card_id,
                charged=exchange(total, home.currency, "USD"),
                expected_at=expected,
                status=status,
            )
        )
    return state

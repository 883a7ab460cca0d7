"""What a user has already: addresses, rides, a rental car, train tickets."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from magnet_kg.execution.world import World, cities
from magnet_kg.toolkits.rides.cars import Hire, cars_in, hire_id
from magnet_kg.toolkits.rides.drivers import price_of, way_between
from magnet_kg.toolkits.rides.rail import make_ticket
from magnet_kg.toolkits.rides.records import Rental, Ride, RidesState, RideStatus, RideType, SavedAddress
from magnet_kg.toolkits.rides.rental import confirmation_code
from magnet_kg.toolkits.rides.timetable import neighbors_of, train_code, trains_of

_LABELS = (
    "the gym", "school", "daycare", "the dentist", "grandma's", "the climbing hall", "the studio", "the allotment",
    "mom and dad's",
)  # fmt: skip
_STREETS = (
    "Alder Street", "Beacon Road", "Clover Lane", "Dock Street", "Ferry Road", "Grove Avenue", "Hazel Court",
    "Ivy Terrace", "Juniper Street", "Kiln Lane", "Larch Avenue", "Meadow Road", "Nutmeg Alley", "Orchard Row",
    "Pearl Street", "Quay Street", "Rowan Drive", "Spring Street", "Tannery Lane", "Union Square", "Vine Street",
    "Walnut Street",
)  # fmt: skip
_KINDS: tuple[RideType, ...] = ("economy", "economy", "comfort", "electric", "van", "premium")


def make_rides(world: World, rng: Random) -> RidesState:
    """The user's part of the world, all different from one another."""
    state = RidesState()
    streets = rng.sample(_STREETS, 11)
    places = [f"{rng.randrange(2, 240)} {street}" for street in streets]
    for label, address in zip(["home", "work", *rng.sample(_LABELS, 2)], places, strict=False):
        state.addresses.append(SavedAddress(world.new_id("sa", 6), label, address))
    elsewhere = places[2:]
    for index in range(3):
        _add_ride(
            world, rng, state, "completed", elsewhere[index], -60 * rng.randrange(12 + 90 * index, 100 + 90 * index)
        )
    if rng.random() < 0.6:
        _add_ride(world, rng, state, "on_the_way", elsewhere[4], rng.randrange(3, 14))
    for index in range(3):
        ahead = (rng.randrange(1, 4) + 5 * index) * 1440 + 15 * rng.randrange(0, 28)
        _add_ride(world, rng, state, "scheduled", elsewhere[5 + index], ahead)
    _add_rentals(world, rng, state)
    _add_tickets(world, rng, state)
    return state


def _add_ride(
    world: World, rng: Random, state: RidesState, status: RideStatus, other_end: str, minutes_ahead: int
) -> None:
    home = state.addresses[0].address
    ends = (home, other_end) if rng.random() < 0.75 else (state.addresses[1].address, other_end)
    distance, minutes = way_between(world.seed, *ends)
    kind = rng.choice(_KINDS)
    state.rides.append(
        Ride(
            world.new_id("ride", 5), kind, *ends, price_of(world.seed, kind, distance, other_end), distance, minutes,
            world.now + timedelta(minutes=minutes_ahead), status, rng.choice(world.cards[:3]).card_id,
        )
    )  # fmt: skip


def _add_rentals(world: World, rng: Random, state: RidesState) -> None:
    for city in rng.sample(sorted(cities()), rng.choice([1, 2, 2])):
        day = world.today + timedelta(days=rng.randrange(3, 60))
        hire = Hire(rng.choice(cars_in(world.seed, city)), day, rng.randint(2, 9))
        offer = hire_id(world.seed, hire)
        code = confirmation_code(world, offer)
        state.rentals.append(
            Rental(world.new_id("rb", 6), offer, code, rng.choice(world.cards[:3]).card_id, hire.price)
        )


def _add_tickets(world: World, rng: Random, state: RidesState) -> None:
    near = [city for city, _ in neighbors_of(world.person.home_city)]
    for city in rng.sample(near, min(len(near), 2)):
        day = world.today + timedelta(days=rng.randrange(1, 30))
        train = rng.choice(trains_of(world.seed, world.person.home_city, city.name, day))
        card_id = rng.choice(world.cards[:3]).card_id
        state.tickets.append(make_ticket(world, train_code(world.seed, train), card_id))

"""Restaurants and their menus in one world, computed from the seed and found again by their ids."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Literal, get_args
from zoneinfo import ZoneInfo

from magnet_kg.execution.toolkit import ToolError
from magnet_kg.execution.world import City, World, cities, derived_rng
from magnet_kg.toolkits.codes import hide, reveal
from magnet_kg.toolkits.conversions.rates import decimals, exchange, local_price

Cuisine = Literal[
    "italian", "thai", "japanese", "mexican", "indian", "french", "greek", "korean", "lebanese", "vegan",
    "chinese", "spanish",
]  # fmt: skip
CUISINES: tuple[Cuisine, ...] = get_args(Cuisine)
SEATS = 24
_MOST = 100  # cuisines, restaurants of one cuisine in a city, and dishes of a menu

_NAMES: dict[Cuisine, tuple[str, ...]] = {
    "italian": (
        "Trattoria Livia", "Da Beppe", "Osteria del Ponte", "Il Cortile", "Nonna Rosa", "Fiore & Figli",
        "La Lanterna", "Pasta Madre", "Forno Antico",
    ),
    "thai": (
        "Baan Mali", "Siam Orchid", "Little Chiang Mai", "Lemongrass Lane", "Chao Phraya",
        "The Jasmine Bowl", "Krua Noi", "Ruen Thai",
    ),
    "japanese": (
        "Kumo", "Sakana House", "Izakaya Tombo", "Ramen Yuki", "Hanabi", "The Paper Crane", "Mizu",
        "Tsuki Kitchen",
    ),
    "mexican": (
        "Casa Agave", "El Faro Rojo", "La Milpa", "Tres Chiles", "Cantina Lupita", "Comal y Sal",
        "Taqueria Estrella", "Doña Ines",
    ),
    "indian": (
        "Saffron Table", "Tandoor Gate", "Malabar Coast", "Chai & Cardamom", "The Mango Leaf",
        "Peacock Palace", "Jaipur Kitchen", "Curry Verandah",
    ),
    "french": (
        "Chez Margot", "Le Petit Étain", "Bistro Colette", "La Belle Assiette", "Café des Lilas",
        "Au Vieux Four", "Brasserie Lucien", "Le Canard Bleu",
    ),
    "greek": (
        "Taverna Eleni", "Ouzeri Kostas", "The Olive Press", "Santorini Blue", "Meraki",
        "Psistaria Nikos", "Thalassa", "Yia Yia's Table",
    ),
    "korean": (
        "Seoul Garden", "Bibim House", "Mapo Grill", "Hanok", "Kimchi & Co", "The Stone Bowl",
        "Busan Alley", "Dolsot",
    ),
    "lebanese": (
        "Cedar House", "Beit Layla", "Mezze Mansion", "Byblos", "Zaatar & Thyme", "Fairuz",
        "The Fig Tree", "Sumac Street",
    ),
    "vegan": (
        "The Green Fork", "Root & Radish", "Sprouted", "Wild Carrot", "Kind Kitchen", "Beet Street",
        "Terrace 9", "Moss & Miso",
    ),
    "chinese": (
        "Golden Crane", "Dumpling Alley", "Jade Pavilion", "Lucky Teapot", "Sichuan Lantern",
        "Canton House", "The Red Gate", "Noodle Emperor",
    ),
    "spanish": (
        "Casa Pilar", "Bodega Lorca", "El Toro Azul", "Tapas Doce", "La Alhambra", "Bar Manolo",
        "Mesón Carmen", "Azafrán",
    ),
}  # fmt: skip

_DISHES: dict[Cuisine, tuple[tuple[str, float], ...]] = {
    "italian": (
        ("margherita pizza", 13.5), ("tagliatelle al ragù", 17.5), ("mushroom risotto", 18.5),
        ("minestrone", 9), ("eggplant parmigiana", 16), ("osso buco", 27), ("burrata salad", 14.5),
        ("tiramisu", 8), ("gnocchi with sage", 15.5), ("sea bass with fennel", 25),
    ),
    "thai": (
        ("green curry", 15.5), ("pad thai", 14), ("tom yum soup", 10.5), ("mango sticky rice", 8),
        ("massaman curry", 17), ("papaya salad", 11.5), ("basil chicken", 14.5), ("spring rolls", 7.5),
        ("pineapple fried rice", 13), ("grilled prawns", 22),
    ),
    "japanese": (
        ("salmon teriyaki", 19.5), ("tonkotsu ramen", 15.5), ("vegetable tempura", 13), ("miso soup", 5),
        ("chirashi bowl", 24), ("gyoza", 9), ("katsu curry", 16.5), ("udon with mushrooms", 14),
        ("tuna tataki", 21), ("matcha cheesecake", 8.5),
    ),
    "mexican": (
        ("fish tacos", 13), ("chicken enchiladas", 15), ("pozole", 13.5), ("guacamole", 9),
        ("mole poblano", 18.5), ("tortilla soup", 8.5), ("carnitas plate", 17), ("churros", 7),
        ("chiles rellenos", 14.5), ("shrimp ceviche", 16),
    ),
    "indian": (
        ("butter chicken", 17), ("palak paneer", 14.5), ("vegetable samosas", 7),
        ("lamb rogan josh", 19.5), ("chana masala", 13), ("dal makhani", 12.5), ("chicken biryani", 16),
        ("garlic naan", 4), ("tandoori prawns", 22.5), ("mango lassi", 5.5),
    ),
    "french": (
        ("onion soup", 11), ("duck confit", 28), ("steak frites", 31), ("quiche lorraine", 14),
        ("ratatouille", 17.5), ("bouillabaisse", 33), ("crème brûlée", 9.5), ("niçoise salad", 16.5),
        ("coq au vin", 25), ("tarte tatin", 10),
    ),
    "greek": (
        ("moussaka", 17), ("chicken souvlaki", 15), ("Greek salad", 11), ("grilled octopus", 21),
        ("spanakopita", 10), ("tzatziki with pita", 7.5), ("lamb kleftiko", 23.5), ("baklava", 7),
        ("stuffed peppers", 14), ("fried calamari", 16),
    ),
    "korean": (
        ("bibimbap", 15), ("bulgogi", 21), ("kimchi stew", 14), ("japchae", 13.5),
        ("seafood pancake", 16.5), ("fried chicken", 18), ("tteokbokki", 10.5), ("galbi", 28),
        ("tofu stew", 13), ("mandu", 9),
    ),
    "lebanese": (
        ("falafel plate", 12.5), ("hummus with lamb", 14), ("tabbouleh", 9.5), ("chicken shawarma", 15),
        ("fattoush", 10.5), ("kibbeh", 13), ("mixed grill", 24), ("baba ghanoush", 8.5),
        ("kafta skewers", 17.5), ("halloumi with honey", 11.5),
    ),
    "vegan": (
        ("lentil burger", 14), ("jackfruit tacos", 13), ("buddha bowl", 15.5), ("cauliflower steak", 17),
        ("beet carpaccio", 11), ("pumpkin curry", 14.5), ("mushroom bourguignon", 18),
        ("lentil soup", 8.5), ("chocolate avocado mousse", 7.5), ("tofu scramble", 10),
    ),
    "chinese": (
        ("kung pao chicken", 15.5), ("mapo tofu", 13.5), ("pork dumplings", 11), ("peking duck", 32),
        ("hot and sour soup", 7.5), ("dan dan noodles", 12.5), ("sweet and sour pork", 16),
        ("egg fried rice", 9.5), ("steamed sea bass", 26), ("garlic bok choy", 10),
    ),
    "spanish": (
        ("paella", 23), ("patatas bravas", 8), ("garlic prawns", 15.5), ("gazpacho", 9),
        ("tortilla española", 10.5), ("grilled squid", 18), ("croquettes", 9.5), ("iberico ham", 19.5),
        ("crema catalana", 7.5), ("oxtail stew", 24),
    ),
}  # fmt: skip

_STREETS = (
    "Lantern Street", "Old Market", "Vine Street", "Cooper's Row", "Riverside Walk", "Bell Lane",
    "Fountain Square",
    "Almond Street", "Harbor Quay", "Theater Row", "Mulberry Street", "Castle Hill",
)  # fmt: skip
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class Dish:
    """A dish on one restaurant's menu, priced in the city's currency."""

    dish_id: str
    name: str
    price: float


@dataclass(frozen=True, slots=True)
class Restaurant:
    """One restaurant of one world. `opens` and `closes` are hours; `closed_on` is a weekday (Monday is 0)."""

    restaurant_id: str
    name: str
    cuisine: Cuisine
    city: City
    address: str
    phone: str
    distance_km: float
    rating: float
    review_count: int
    opens: int
    closes: int
    closed_on: int | None
    menu: tuple[Dish, ...]

    @property
    def average_price(self) -> float:
        """The mean price of a dish."""
        return round(sum(d.price for d in self.menu) / len(self.menu), decimals(self.city.currency))

    @property
    def price_level(self) -> str:
        """From "$" to "$$$", as guides write it."""
        mean = exchange(self.average_price, self.city.currency, "USD")
        return "$" if mean < 12 else "$$" if mean < 18 else "$$$"

    @property
    def rest_day(self) -> str | None:
        """The name of the weekday on which it is closed."""
        return None if self.closed_on is None else _WEEKDAYS[self.closed_on]

    def is_open(self, moment: datetime) -> bool:
        """Whether guests are seated and food is cooked then; the kitchen closes an hour before the house."""
        return self.closed_on != moment.weekday() and self.opens <= moment.hour + moment.minute / 60 <= self.closes - 1

    def check_open(self, moment: datetime) -> None:
        """Make sure that guests are seated then.

        Raises:
            ToolError: `closed`.
        """
        if self.closed_on == moment.weekday():
            raise ToolError("closed", f"{self.name} is closed on {self.rest_day}s.")
        if not self.is_open(moment):
            hours = f"from {self.opens}:00 to {self.closes - 1}:00"
            raise ToolError("closed", f"{self.name} seats guests {hours}, not at {moment:%H:%M}.")

    def seats_taken(self, seed: int, moment: datetime) -> int:
        """How many seats others have booked for a time; evenings and weekends are busier."""
        rng = derived_rng(seed, "tables", self.restaurant_id, moment.isoformat(timespec="minutes"))
        busy = 0.35 + (0.2 if moment.hour >= 18 else 0) + (0.12 if moment.weekday() >= 4 else 0)
        return min(SEATS, round(SEATS * max(0.0, rng.gauss(busy, 0.22))))


def find_town(name: str) -> City:
    """The city of this name, whatever its capitals.

    Raises:
        ToolError: `not_found`.
    """
    city = cities().get(name) or next((c for c in cities().values() if c.name.casefold() == name.casefold()), None)
    if city is None:
        raise ToolError("not_found", f"There is no city called {name} in the restaurant guide.")
    return city


def restaurants_in(seed: int, city: City, cuisine: Cuisine) -> tuple[Restaurant, ...]:
    """The restaurants of one cuisine in a city, best rated first. Names, ratings and distances differ."""
    return _restaurants(seed, city.name, cuisine)


def find_restaurant(seed: int, restaurant_id: str) -> Restaurant:
    """The restaurant with this id.

    Raises:
        ToolError: `not_found`.
    """
    restaurant = _at(seed, reveal(seed, "rst", restaurant_id))
    if restaurant is None or restaurant.restaurant_id != restaurant_id:
        raise ToolError("not_found", f"There is no restaurant with the id {restaurant_id}.")
    return restaurant


def find_dish(seed: int, dish_id: str) -> tuple[Restaurant, Dish]:
    """The dish with this id, and where it is cooked.

    Raises:
        ToolError: `not_found`.
    """
    position = reveal(seed, "dsh", dish_id)
    restaurant = None if position is None else _at(seed, position // _MOST)
    for dish in restaurant.menu if restaurant else ():
        if restaurant and dish.dish_id == dish_id:
            return restaurant, dish
    raise ToolError("not_found", f"There is no dish with the id {dish_id}.")


def _at(seed: int, position: int | None) -> Restaurant | None:
    names = _city_names()
    city_and_cuisine, number = divmod(position or 0, _MOST)
    city_number, cuisine = divmod(city_and_cuisine, _MOST)
    if position is None or city_number >= len(names) or cuisine >= len(CUISINES):
        return None
    there = _restaurants(seed, names[city_number], CUISINES[cuisine])
    return there[number] if number < len(there) else None


@lru_cache(maxsize=2048)
def _restaurants(seed: int, city_name: str, cuisine: Cuisine) -> tuple[Restaurant, ...]:
    rng = derived_rng(seed, "restaurants", city_name, cuisine)
    city = cities()[city_name]
    count = rng.randrange(3, 7)
    names = rng.sample(_NAMES[cuisine], count)
    ratings = sorted(rng.sample(range(34, 50), count), reverse=True)
    distances = rng.sample(range(2, 64), count)
    levels = rng.sample([0.8, 0.9, 1.0, 1.12, 1.25, 1.4], count)
    first = (_city_names().index(city_name) * _MOST + CUISINES.index(cuisine)) * _MOST
    made = []
    for at in range(count):
        dishes = sorted(rng.sample(_DISHES[cuisine], rng.randrange(6, 9)), key=lambda dish: dish[1])
        opens, closes = rng.choice(((11, 22), (12, 23), (11, 23), (12, 22)))
        made.append(
            Restaurant(
                restaurant_id=hide(seed, "rst", first + at),
                name=names[at],
                cuisine=cuisine,
                city=city,
                address=f"{rng.randrange(1, 140)} {rng.choice(_STREETS)}",
                phone=f"{rng.randrange(200, 999)} 555 {rng.randrange(1000, 9999)}",
                distance_km=distances[at] / 10,
                rating=ratings[at] / 10,
                review_count=rng.randrange(25, 3100),
                opens=opens,
                closes=closes,
                closed_on=rng.choice((None, None, 0, 0, 1)),
                menu=_menu(seed, first + at, dishes, levels[at], city.currency),
            )
        )
    return tuple(made)


def _menu(seed: int, position: int, dishes: list[tuple[str, float]], level: float, currency: str) -> tuple[Dish, ...]:
    """Dishes, cheapest first, each a little dearer than the one before, so that prices tell them apart."""
    menu: list[Dish] = []
    least = local_price(0.5, currency)
    for number, (name, dollars) in enumerate(dishes):
        price = local_price(dollars * level, currency)
        if menu and price <= menu[-1].price:
            price = round(menu[-1].price + least, decimals(currency))
        menu.append(Dish(hide(seed, "dsh", position * _MOST + number), name, price))
    return tuple(menu)


@lru_cache(maxsize=1)
def _city_names() -> tuple[str, ...]:
    return tuple(sorted(cities()))


def now_in(world: World, city: City) -> datetime:
    """What the clocks of a city show."""
    here = world.now.replace(tzinfo=ZoneInfo(world.person.time_zone))
    return here.astimezone(ZoneInfo(city.time_zone)).replace(tzinfo=None)

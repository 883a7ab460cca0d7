"""What the store sells in one world: the catalog with this world's ids, prices, ratings, stock and deals."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Literal, get_args

from magnet_kg.execution.toolkit import ToolError
from magnet_kg.execution.world import derived_rng

ProductCategory = Literal[
    "kitchen", "electronics", "sports", "home", "garden", "toys", "clothing", "office", "travel", "pets"
]
CATEGORIES: tuple[ProductCategory, ...] = get_args(ProductCategory)
DEALS = 9


@dataclass(frozen=True, slots=True)
class Product:
    """One product of one world. `kind` is what it is ("desk lamps"), `units` how many there are."""

    product_id: str
    name: str
    kind: str
    category: ProductCategory
    price: float
    regular_price: float
    rating: float
    review_count: int
    weight_kg: float
    warranty_months: int
    units: int

    def fits(self, query: str) -> bool:
        """Whether every word of the query is among the product's words, in the singular or the plural."""
        own = {_stem(word) for word in f"{self.name} {self.kind} {self.category}".split()}
        return all(_stem(word) in own for word in query.split())


@lru_cache(maxsize=64)
def shelf(seed: int) -> dict[str, Product]:
    """All products of this world by id. Within a kind, prices and ratings differ."""
    rng = derived_rng(seed, "shelf")
    rows = _catalog()
    numbers = rng.sample(range(100000, 1000000), len(rows))
    on_sale = set(rng.sample(range(len(rows)), DEALS))
    ratings: dict[str, list[int]] = {}
    made = {}
    for at, (row, number) in enumerate(zip(rows, numbers, strict=True)):
        kind = row["kind"]
        if not ratings.get(kind):
            ratings[kind] = rng.sample(range(31, 50), 5)
        regular = round(float(row["price"]) * rng.uniform(0.95, 1.05), 1)
        cut = rng.choice((0.85, 0.8, 0.75, 0.7)) if at in on_sale else 1.0
        product = Product(
            product_id=f"prd_{number}",
            name=row["name"],
            kind=kind,
            category=next(c for c in CATEGORIES if c == row["category"]),
            price=round(regular * cut, 2),
            regular_price=regular,
            rating=ratings[kind].pop() / 10,
            review_count=rng.randrange(9, 1900),
            weight_kg=float(row["weight_kg"]),
            warranty_months=rng.choice((12, 24, 24, 36)),
            units=rng.choice((0, 2, 5, 9, 14, 20, 31, 40, 55, 80)),
        )
        made[product.product_id] = product
    return made


def find_by_id(seed: int, product_id: str) -> Product:
    """The product with this id.

    Raises:
        ToolError: `not_found`.
    """
    product = shelf(seed).get(product_id)
    if product is None:
        raise ToolError("not_found", f"There is no product with the id {product_id}.")
    return product


@cache
def _catalog() -> tuple[dict[str, str], ...]:
    text = files("magnet_kg.toolkits.shopping").joinpath("catalog.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))


@lru_cache(maxsize=4096)
def _stem(word: str) -> str:
    plain = word.casefold().strip('.,!?"“”')
    if plain.endswith("ies") and len(plain) > 4:
        return plain[:-3] + "y"
    if plain.endswith("ves"):
        return plain[:-3] + "fe"
    return plain[:-1] if plain.endswith("s") and not plain.endswith("ss") else plain

"""The food table: dishes and what a serving of each has, the same in every world."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from magnet_kg.execution.toolkit import ToolError
from magnet_kg.execution.world import derived_rng
from magnet_kg.toolkits.codes import hide, reveal

# What a dish is called, its usual serving in grams and kilocalories, and its kinds.
_DISHES: dict[str, tuple[int, int, str]] = {
    "soup": (350, 210, "tomato,lentil,pumpkin,chicken noodle,mushroom,carrot,leek,pea,miso,onion"),
    "curry": (380, 480, "chicken,chickpea,vegetable,lentil,shrimp,potato,spinach,coconut"),
    "salad": (260, 260, "Greek,Caesar,potato,lentil,pasta,fruit,bean,tuna,beet,cucumber"),
    "pancakes": (180, 420, "blueberry,banana,buttermilk,apple,oat,zucchini,chocolate chip"),
    "risotto": (320, 510, "mushroom,asparagus,pumpkin,seafood,lemon,pea"),
    "lasagna": (340, 560, "vegetable,beef,spinach,eggplant,mushroom"),
    "oatmeal": (240, 290, "apple,banana,blueberry,peanut butter,cinnamon,plain"),
    "tacos": (230, 450, "fish,chicken,bean,beef,mushroom,sweet potato"),
    "noodles": (320, 490, "peanut,sesame,chicken,ginger,egg,vegetable"),
    "stir-fry": (310, 390, "tofu,chicken,beef,broccoli,shrimp,vegetable"),
    "stew": (360, 430, "beef,bean,lentil,lamb,fish,vegetable"),
    "dumplings": (200, 370, "pork,vegetable,shrimp,cheese,cabbage"),
    "yogurt": (180, 160, "plain,vanilla,strawberry,peach,honey,coconut"),
    "muffins": (120, 380, "blueberry,banana,carrot,bran,lemon,corn"),
    "pasta": (320, 530, "pesto,tomato,garlic,salmon,carbonara,pumpkin"),
    "burritos": (330, 620, "bean,chicken,beef,breakfast,rice,veggie"),
    "fried rice": (300, 520, "egg,shrimp,chicken,vegetable,pineapple,kimchi"),
    "toast": (110, 270, "avocado,cheese,French,cinnamon,garlic,peanut butter"),
    "meatballs": (220, 430, "beef,turkey,lentil,pork,Swedish"),
    "sandwiches": (240, 440, "cheese,turkey,tuna,egg,cucumber,chicken"),
    "pie": (150, 410, "apple,pumpkin,cherry,chicken,shepherd's,pecan"),
    "smoothie bowls": (300, 330, "mango,berry,banana,spinach,cocoa"),
    "casserole": (330, 470, "tuna,potato,green bean,broccoli,chicken"),
    "cookies": (70, 320, "oatmeal,chocolate chip,peanut butter,ginger,almond"),
    "omelets": (180, 310, "cheese,mushroom,spinach,ham,pepper"),
    "chili": (360, 440, "bean,beef,turkey,pumpkin,white bean"),
    "wraps": (230, 410, "falafel,chicken,hummus,tuna,halloumi"),
}


@dataclass(frozen=True, slots=True)
class Dish:
    """One entry of the table."""

    number: int
    name: str
    grams: int
    kilocalories: int
    protein: float


@cache
def dishes() -> tuple[Dish, ...]:
    """All dishes; the same kind of dish differs a little in what it has."""
    made: list[Dish] = []
    for noun, (grams, energy, kinds) in _DISHES.items():
        for kind in kinds.split(","):
            rng = derived_rng(7, "dish", noun, kind)
            calories = round(energy * rng.uniform(0.82, 1.2))
            protein = round(calories * rng.uniform(0.02, 0.07), 1)
            made.append(
                Dish(len(made), f"{kind} {noun}", 10 * round(grams * rng.uniform(0.9, 1.1) / 10), calories, protein)
            )
    return tuple(made)


def dishes_called(food_name: str) -> list[Dish]:
    """The dishes whose name has all these words, the one with exactly this name first."""
    wanted = food_name.casefold().split()
    kept = [d for d in dishes() if wanted and set(wanted) <= set(d.name.casefold().split())]
    return sorted(kept, key=lambda d: (len(d.name.split()) != len(wanted), d.number))


def food_id(seed: int, dish: Dish) -> str:
    """The id of a dish in this world."""
    return hide(seed, "food", dish.number)


def dish_by_id(seed: int, text: str) -> Dish:
    """The dish with this id, or a `not_found` error."""
    number = reveal(seed, "food", text)
    if number is None or number >= len(dishes()):
        raise ToolError("not_found", f"There is no food with the id {text}.")
    return dishes()[number]

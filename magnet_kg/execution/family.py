"""Who of a person's contacts are family, with surnames and years of birth that fit."""

from __future__ import annotations

from random import Random

__all__ = ["CALLED", "make_family"]

# Family, at most one of each: whether it is a woman, the years from the user's birth to hers or his, and how often
# they share the user's surname.
_FAMILY: dict[str, tuple[bool, tuple[int, int], float]] = {
    "mother": (True, (-34, -25), 0.6),
    "father": (False, (-38, -25), 1.0),
    "sister": (True, (-6, 6), 0.7),
    "brother": (False, (-6, 6), 1.0),
    "grandmother": (True, (-58, -53), 0.5),
    "grandfather": (False, (-58, -53), 0.5),
    "aunt": (True, (-36, -20), 0.4),
    "uncle": (False, (-36, -20), 0.5),
}
CALLED = {"mother": "Mom", "father": "Dad", "grandmother": "Grandma", "grandfather": "Grandpa"}
_WOMEN = frozenset(
    "Agnes Aisha Alice Alma Amara Anya Beatriz Bella Bianca Brigid Brooke Camila Chloe Clara Cora Dalia Daphne Dolores "
    "Dora Elena Emily Esther Eva Farah Fatima Fiona Flora Frances Freya Gloria Grace Greta Hannah Harriet Heidi Helena "
    "Hilda Ingrid Irene Isabel Ivy Jade Joanna Jolene Judith Julia June Kira Lara Leila Lena Leticia Louise Lucia "
    "Lydia Mabel Maria Monica Nadia Naomi Nell Nicole Nina Nora Olga Paula Pearl Petra Phoebe Pilar Priya Rachel Rosa "
    "Rosalind Ruth Sabine Salma Selma Shirin Sofia Stella Sylvia Tamara Teresa Tessa Ulla Una Ursula Vera Violet "
    "Wanjiru Wendy Willa Ximena Yara Yasmin Yvonne Zara Zelda Zoe".split()
)
_EITHER = frozenset("Dana Ellis Joey Mei Noor Yuki".split())


def make_family(
    people: list[tuple[str, str]], surname: str, born_in: int, rng: Random
) -> dict[str, tuple[str, str, int]]:
    """Who of these people are the user's family: relation, surname and year of birth by first name.

    Args:
        people: first and last names, the last ones for those who don't have the user's surname.
        surname: the user's.
        born_in: the user's year of birth.
        rng: the world's own generator.
    """
    made: dict[str, tuple[str, str, int]] = {}
    wanted = [name for name, share in (("mother", 0.8), ("father", 0.7)) if rng.random() < share]
    wanted += rng.sample([name for name in _FAMILY if name not in ("mother", "father")], rng.randrange(1, 4))
    for relation in wanted:
        women, (low, high), share = _FAMILY[relation]
        year = born_in + rng.choice([n for n in range(low, high + 1) if n])
        for first, last in rng.sample(people, len(people)):
            if first not in made and first not in _EITHER and (first in _WOMEN) == women:
                made[first] = relation, surname if rng.random() < share else last, year
                break
    return made

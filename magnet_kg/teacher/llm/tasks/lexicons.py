"""The words of closed sets of values, as the phrases of the functions give them."""

from __future__ import annotations

from functools import cache
from typing import Protocol

from magnet_kg.domain.function import Function
from magnet_kg.teacher.rules.teacher import RulesTeacher
from magnet_kg.wording.forms import Lexicon


class Lexicons(Protocol):
    """The words for a parameter with a closed set of values; nothing for any other."""

    def __call__(self, function: Function, parameter: str, /) -> Lexicon:
        """Words → value."""


def words_of_choices(function: Function, parameter: str, /) -> Lexicon:
    """The words that the phrases of the installed toolkits have, or those made from the function's schema."""
    return _rules().lexicon(function, parameter)


@cache
def _rules() -> RulesTeacher:
    return RulesTeacher()

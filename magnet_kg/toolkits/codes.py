"""Ids that hide a number: computed from it and the world's seed, so that nothing has to be stored."""

from __future__ import annotations

import hashlib

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_HALF = 20
_LENGTH = 8


def hide(seed: int, prefix: str, value: int) -> str:
    """An id such as "fl_9xwayap0".

    Args:
        seed: the world's; the same number has another id in another world.
        prefix: what kind of thing it is; numbers of two kinds have nothing to do with one another.
        value: what the id stands for, below 2 ** 40; a guessed id is mostly one of a large number.
    """
    left, right = divmod(value, 1 << _HALF)
    for turn in range(4):
        left, right = right, left ^ _mix(seed, prefix, turn, right)
    rest, text = (left << _HALF) + right, ""
    for _ in range(_LENGTH):
        rest, digit = divmod(rest, 36)
        text = _DIGITS[digit] + text
    return f"{prefix}_{text}"


def reveal(seed: int, prefix: str, text: str) -> int | None:
    """The number that `hide` was given for this id, or None for what is no such id."""
    start, _, digits = text.partition("_")
    if start != prefix or len(digits) != _LENGTH or not set(digits) <= set(_DIGITS):
        return None
    left, right = divmod(int(digits, 36), 1 << _HALF)
    if left >> _HALF:
        return None
    for turn in reversed(range(4)):
        left, right = right ^ _mix(seed, prefix, turn, left), left
    return (left << _HALF) + right


def _mix(seed: int, prefix: str, turn: int, half: int) -> int:
    digest = hashlib.blake2b(f"{seed}/{prefix}/{turn}/{half}".encode(), digest_size=4).digest()
    return int.from_bytes(digest, "big") & ((1 << _HALF) - 1)

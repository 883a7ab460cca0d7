"""Randomness that depends on names alone: the same seed gives the same choices in any process, in any order."""

from __future__ import annotations

import hashlib
from random import Random


def derived_rng(seed: int, *names: str) -> Random:
    """A generator for (seed, stage, row, …); no other generator influences it."""
    key = "/".join((str(seed), *names)).encode()
    return Random(int.from_bytes(hashlib.blake2b(key, digest_size=8).digest(), "big"))

"""distinct: no near duplicate (MinHash) of another row, and none in which the user says the very same."""

from __future__ import annotations

import hashlib
import re
from array import array

import orjson
from rensa import RMinHash

from magnet_kg.domain.trajectory import Trajectory
from magnet_kg.validation.failure import Failure

CHECK = "distinct"

PERMUTATIONS = 64
BANDS = 16
THRESHOLD = 0.85
_SEED = 20250311


def signature(trajectory: Trajectory) -> list[int]:
    """The MinHash of a row, over word triples of what is said and called; last, a hash of the user's words alone."""
    shingles: list[str] = []
    for message in trajectory.messages:
        if message.role in ("user", "assistant"):
            called = [orjson.dumps(c.arguments).decode() + c.name for c in message.calls]
            tokens = re.findall(r"\w+", " ".join([message.role, message.content, *called]).lower())
            shingles += [" ".join(tokens[at : at + 3]) for at in range(max(1, len(tokens) - 2))]
    hashed = RMinHash(num_perm=PERMUTATIONS, seed=_SEED)
    hashed.update(sorted(set(shingles)))
    digest: list[int] = hashed.digest()
    said = "\n".join(m.content.lower() for m in trajectory.messages if m.role == "user")
    return [*digest, int.from_bytes(hashlib.blake2b(said.encode(), digest_size=7).digest(), "big")]


class DistinctRows:
    """The rows accepted so far, to be asked whether another one nearly repeats one of them.

    Rows whose signatures agree in one of 16 bands are compared; a pair of similarity 0.85 is missed once in 10⁵.
    """

    def __init__(self) -> None:
        self._bands: dict[int, list[int]] = {}
        self._digests: list[array[int]] = []
        self._rows: list[str] = []
        self._said: dict[int, str] = {}

    def check(self, row: str, digest: list[int]) -> Failure | None:
        """The failure of a row that nearly repeats another; a row without one is remembered."""
        *digest, said = digest
        for key in sorted({key for band in _bands(digest) for key in self._bands.get(band, ())}):
            same = sum(a == b for a, b in zip(digest, self._digests[key], strict=True))
            if same / PERMUTATIONS >= THRESHOLD:
                return Failure(check=CHECK, reason="a near duplicate", detail=self._rows[key])
        if said in self._said:
            return Failure(check=CHECK, reason="the user says the very same", detail=self._said[said])
        self.remember(row, [*digest, said])
        return None

    def remember(self, row: str, digest: list[int]) -> None:
        """Take in a row that is accepted."""
        *digest, said = digest
        self._said.setdefault(said, row)
        for band in _bands(digest):
            self._bands.setdefault(band, []).append(len(self._rows))
        self._rows.append(row)
        self._digests.append(array("Q", digest))


def _bands(digest: list[int]) -> list[int]:
    width = PERMUTATIONS // BANDS
    return [hash((band, *digest[band * width : (band + 1) * width])) for band in range(BANDS)]

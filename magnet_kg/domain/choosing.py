"""Choosing one of several things that an output holds, by a criterion that decides."""

from __future__ import annotations

from collections.abc import Sequence

from magnet_kg.domain.dialogue import Criterion
from magnet_kg.domain.errors import Untranslatable
from magnet_kg.domain.values import Found


def choose(found: Sequence[Found], criterion: Criterion | None) -> Found:
    """The one thing that a criterion names; without a criterion there must be only one.

    Raises:
        Untranslatable: nothing fits, or several things do.
    """
    if not found:
        raise Untranslatable("nothing to choose from")
    if criterion is None:
        if len({str(f.value) for f in found}) > 1:
            raise Untranslatable("several things and no criterion")
        return found[0]
    match criterion.take:
        case "first":
            return found[0]
        case "last":
            return found[-1]
        case "match":
            fitting = [f for f in found if all(f.holder.get(k) == v for k, v in criterion.match.items())]
        case _:
            field = criterion.by or ""
            ranked = [f for f in found if f.holder.get(field) is not None]
            if not ranked:
                raise Untranslatable("the criterion is not among the fields")
            best = (min if criterion.take == "min" else max)(f.holder[field] for f in ranked)
            fitting = [f for f in ranked if f.holder[field] == best]
    if not fitting:
        raise Untranslatable("nothing fits the criterion")
    if len({str(f.value) for f in fitting}) > 1:
        raise Untranslatable("the criterion does not decide")
    return fitting[0]


def decides(found: Sequence[Found], criterion: Criterion) -> bool:
    """Whether the criterion names exactly one of these."""
    try:
        choose(found, criterion)
    except Untranslatable:
        return False
    return True

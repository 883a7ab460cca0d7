"""Resource paths in words: `projects/acme/locations/us-east1/keyRings/main` is "key ring main in acme (us-east1)".

The form `path:projects/*/locations/*/keyRings/*` names the collections; the words must name each id.
"""

from __future__ import annotations

import re
from random import Random

_PLACES = frozenset(["locations", "regions", "zones"])
_PLACE = re.compile(r"global|[a-z]+-[a-z]+\d+(?:-[a-z])?")
_ID = r"[\w.~%-]*[\w~%]"


def say_path(path: str, rng: Random, *, inside: bool = False) -> str:
    """A path as people say it: in full where it is short, else what it names and then where that is.

    Args:
        path: collections and ids, taking turns.
        rng: chooses among the ways.
        inside: something is in what the path names ("in project acme, us-east1").
    """
    collections, ids = path.split("/")[::2], path.split("/")[1::2]
    if len(ids) > 3 and len(set(collections)) < len(collections):
        return path
    if len(ids) < 2:
        return path if rng.random() < 0.12 else f"{noun_of(collections[0])} {ids[0]}"
    if rng.random() < 0.12:
        return path
    named = f"{noun_of(collections[-1])} {ids[-1]}"
    if collections[-1] in _PLACES:
        owner = f"{noun_of(collections[0])} {ids[0]}"
        if len(ids) > 2:
            return path
        return rng.choice(
            (f"{owner}, {ids[1]}", f"{owner} ({ids[1]})", f"{ids[1]}, {owner}")
            if inside
            else (f"{named} of {owner}", f"{named} in {owner}")
        )
    owners = list(zip(collections[:-1], ids[:-1], strict=True))
    places = [one for collection, one in owners if collection in _PLACES]
    rest = [f"{noun_of(collection)} {one}" for collection, one in reversed(owners) if collection not in _PLACES]
    where = f" ({places[0]})" if places and rng.random() < 0.4 else f", {places[0]}" if places else ""
    return f"{named} in {', '.join(rest)}{where}" if rest else f"{named}{where}"


def read_path(text: str, form: str) -> str | None:
    """The path that the words mean, given the form's collections, or None."""
    collections = form.removeprefix("path:").split("/")[::2]
    # At the start of a sentence the first letter may have become a capital.
    whole = re.fullmatch("/".join(f"{re.escape(one)}/({_ID})" for one in collections), text, re.IGNORECASE)
    if whole is not None:
        return "/".join(f"{one}/{value}" for one, value in zip(collections, whole.groups(), strict=True))
    parts = []
    for collection in collections:
        found = re.search(rf"(?<![\w-]){re.escape(noun_of(collection))} ({_ID})", text, re.IGNORECASE)
        if found is None and collection in _PLACES:
            places = [word for word in re.findall(_ID, text) if _PLACE.fullmatch(word)]
            if len(places) != 1:
                return None
            parts += [collection, places[0]]
            continue
        if found is None:
            return None
        parts += [collection, found[1]]
    return "/".join(parts)


def form_of(path: str) -> str:
    """The form in which a path is read back."""
    return "path:" + "/".join(part if not at % 2 else "*" for at, part in enumerate(path.split("/")))


def noun_of(collection: str) -> str:
    """The collection in words, one of it: `keyRings` is "key ring", `policies` "policy"."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", collection).lower()
    if words.endswith("ies"):
        return words[:-3] + "y"
    if words.endswith(("sses", "xes", "ches", "shes")):
        return words[:-2]
    return words[:-1] if words.endswith("s") and not words.endswith(("ss", "us")) else words

"""What a user of the address book would miss: family as families are, and people found by what they are called."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

import pytest

from magnet_kg.execution.toolkits import ToolkitExecutor, ToolkitSession
from magnet_kg.execution.world import Contact, make_core
from magnet_kg.toolkits.contacts import toolkit

SEEDS = range(60)
ONCE = ("mother", "father", "sister", "brother", "grandmother", "grandfather", "aunt", "uncle")
CALLED = {"mother": "Mom", "father": "Dad", "grandmother": "Grandma", "grandfather": "Grandpa"}


@pytest.fixture
def session() -> ToolkitSession:
    return ToolkitExecutor([toolkit]).open(2)


def call(session: ToolkitSession, function: str, **arguments: Any) -> Any:
    outcome = asyncio.run(session.call(f"contacts/{function}", arguments))
    return outcome.error_code or outcome.output


def family(seed: int) -> dict[str, Contact]:
    return {c.relation: c for c in make_core(seed).contacts if c.relation in ONCE}


def test_nobody_has_two_mothers_and_first_names_tell_people_apart() -> None:
    for seed in SEEDS:
        contacts = make_core(seed).contacts
        assert len({c.first_name for c in contacts}) == len(contacts)
        assert all(n == 1 for relation, n in Counter(c.relation for c in contacts).items() if relation in ONCE)


def test_each_generation_is_older_than_the_next() -> None:
    for seed in SEEDS:
        born = {relation: c.birthday.year for relation, c in family(seed).items()}
        parents = [born[r] for r in ("mother", "father") if r in born]
        assert all(born[r] + 15 <= year for r in ("grandmother", "grandfather") if r in born for year in parents)
        assert all(year + 17 <= born[r] for r in ("sister", "brother") if r in born for year in parents)


def test_a_father_and_a_brother_have_the_surname_of_the_user() -> None:
    for seed in SEEDS:
        surname = make_core(seed).person.last_name
        assert all(c.last_name == surname for r, c in family(seed).items() if r in ("father", "brother"))


def test_family_is_found_by_what_the_user_calls_them() -> None:
    for seed in SEEDS:
        session = ToolkitExecutor([toolkit]).open(seed)
        for relation, one in family(seed).items():
            found = call(session, "find_contact", name=CALLED.get(relation, one.first_name))["contacts"]
            assert [c["contact_id"] for c in found] == [one.contact_id]


def test_a_second_mother_is_refused(session: ToolkitSession) -> None:
    new = {"last_name": "Marsh", "phone": "212-555-0111", "relation": "mother"}
    call(session, "create_contact", first_name="Ana", **new)
    assert call(session, "create_contact", first_name="Ines", **new) == "conflict"


def test_who_is_deleted_is_no_longer_found_and_gets_no_messages(session: ToolkitSession) -> None:
    one = call(session, "list_contacts")["contacts"][0]
    assert call(session, "delete_contact", contact_id=one["contact_id"])["deleted"]
    assert call(session, "find_contact", name=one["name"]) == "not_found"
    assert call(session, "send_text_message", contact_id=one["contact_id"], text="Hi!") == "not_found"

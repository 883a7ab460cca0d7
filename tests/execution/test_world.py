"""The one world of a dialogue: its person, contacts and cards are the same in every toolkit, and each is one thing."""

from __future__ import annotations

import pickle
from datetime import date, datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from magnet_kg.execution.toolkit import ToolError
from magnet_kg.execution.world import World, cities, found, make_core, words

seeds = st.integers(0, 100_000)
MOST = settings(max_examples=100, deadline=None)


@MOST
@given(seeds)
def test_a_world_is_made_from_its_seed_alone(seed: int) -> None:
    one, other = make_core(seed), make_core(seed)
    assert one == other
    assert one.digest() == other.digest()


@MOST
@given(seeds)
def test_everything_has_an_id_and_a_name_of_its_own(seed: int) -> None:
    """Two contacts with one id: the message goes to the wrong one. Two Anas: nobody knows which is meant."""
    world = make_core(seed)
    for ids in (
        [contact.contact_id for contact in world.contacts],
        [account.account_id for account in world.accounts],
        [card.card_id for card in world.cards],
        [contact.first_name for contact in world.contacts],
        [account.name for account in world.accounts],
        [card.nickname for card in world.cards],
    ):
        assert len(ids) == len(set(ids))
    assert world.person.first_name not in {contact.first_name for contact in world.contacts}


@MOST
@example(14779, 4)
@given(seeds, st.integers(3, 6))
def test_no_id_is_given_out_twice(seed: int, digits: int) -> None:
    world = make_core(seed)
    ids = [world.new_id("bk", digits) for _ in range(800)]
    assert len(set(ids)) == len(ids)
    assert all(len(one) == len("bk_") + digits for one in ids)
    assert ids != sorted(ids), "nobody can guess the next one"


def test_ids_differ_from_world_to_world() -> None:
    """An id that is the same in every world would be learnt by heart."""
    assert len({make_core(seed).contacts[0].contact_id for seed in range(50)}) > 40


@MOST
@given(seeds)
def test_a_world_is_one_story(seed: int) -> None:
    world = make_core(seed)
    assert world.person.home_city in cities()
    assert cities()[world.person.home_city].time_zone == world.person.time_zone == world.context.time_zone
    assert world.context.user_name == world.person.full_name
    assert world.context.now == world.now
    assert all(contact.city in cities() for contact in world.contacts)
    assert {card.account_id for card in world.cards} <= {account.account_id for account in world.accounts}
    assert all(contact.birthday < world.today for contact in world.contacts)


@MOST
@given(seeds)
def test_a_pickled_world_is_the_same_world(seed: int) -> None:
    world = make_core(seed)
    world.new_id("x")
    assert pickle.loads(pickle.dumps(world)) == world


def test_a_digest_changes_with_anything_in_the_world() -> None:
    world = make_core(1)
    digests = [world.digest()]
    world.contacts[0].phone = "+1 555-0100"
    digests.append(world.digest())
    world.move(world.accounts[0], -1.0, "Kiosk", "other")
    digests.append(world.digest())
    world.now = datetime(2030, 1, 1)
    digests.append(world.digest())
    world.parts["more"] = {"day": date(2030, 1, 1)}
    digests.append(world.digest())
    world.new_id("x")
    digests.append(world.digest())
    assert len(set(digests)) == len(digests)


# --- money


def world() -> World:
    return make_core(7)


def test_a_payment_leaves_the_account_and_is_on_the_list() -> None:
    one = world()
    card = one.cards[0]
    account = one.account(card.account_id)
    before = account.balance
    amount = round(min(before, card.daily_limit) / 3, 2)
    made = one.charge(card.card_id, amount, "Kiosk", "other")
    assert account.balance == round(before - amount, 2)
    assert one.transactions[-1] == made
    assert (made.amount, made.card_id, made.merchant) == (-amount, card.card_id, "Kiosk")
    one.refund(card.card_id, amount, "Kiosk", "other")
    assert account.balance == before


@pytest.mark.parametrize(
    ("spoil", "amount", "code"),
    [("freeze", 1.0, "card_frozen"), ("", 1e7, "limit_exceeded"), ("empty", 100.0, "insufficient_funds")],
)
def test_a_payment_that_cannot_be_made_changes_nothing(spoil: str, amount: float, code: str) -> None:
    one = world()
    card = one.cards[0]
    if spoil == "freeze":
        card.status = "frozen"
    if spoil == "empty":
        one.account(card.account_id).balance = 1.0
    before = one.digest()
    with pytest.raises(ToolError) as raised:
        one.charge(card.card_id, amount, "Kiosk", "other")
    assert raised.value.code == code
    assert raised.value.message.endswith(".")
    assert one.digest() == before


@given(st.lists(st.integers(-100_000, 100_000), max_size=30))
def test_cents_never_drift(cents: list[int]) -> None:
    one = world()
    account = one.accounts[0]
    before = round(account.balance * 100)
    for amount in cents:
        one.move(account, amount / 100, "Kiosk", "other")
    assert round(account.balance * 100) == before + sum(cents)
    assert account.balance == round(account.balance, 2)


@pytest.mark.parametrize("kind", ["contact", "account", "card"])
def test_an_id_that_nothing_has_is_named_in_the_error(kind: str) -> None:
    with pytest.raises(ToolError, match="zz_1") as raised:
        getattr(world(), kind)("zz_1")
    assert raised.value.code == "not_found"
    assert kind in raised.value.message


def test_a_part_of_the_world_is_found_by_its_class() -> None:
    one = world()
    one.parts["mine"] = [1]
    assert one.of(list) == [1]
    with pytest.raises(KeyError):
        one.of(dict)


def test_found_gives_the_first_that_fits() -> None:
    one = world()
    assert found(one.cards, "nickname", one.cards[1].nickname, "card") is one.cards[1]


def test_cities_and_names_are_of_the_real_world() -> None:
    assert {"Chicago", "Oslo", "Tokyo"} <= set(cities())
    assert all(len(code) == 3 and code.isupper() for city in cities().values() for code, _ in city.airports)
    assert all(-90 <= city.latitude <= 90 and -180 <= city.longitude <= 180 for city in cities().values())
    assert len(set(words("first_names"))) == len(words("first_names")) >= 100
    assert words("first_names") is words("first_names")

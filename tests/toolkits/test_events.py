"""What somebody with tickets would miss: a box office that keeps count, and money that comes back as promised."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any

import pytest

from magnet_kg.execution.toolkits import ToolkitExecutor, ToolkitSession
from magnet_kg.toolkits.events import toolkit
from magnet_kg.toolkits.events.performers import performers
from magnet_kg.toolkits.music import toolkit as music

SEEDS = (2, 5, 11)
EXECUTOR = ToolkitExecutor([toolkit, music])


class Office:
    """A session with both toolkits."""

    def __init__(self, session: ToolkitSession) -> None:
        self.session = session

    def do(self, function: str, **arguments: Any) -> Any:
        outcome = asyncio.run(self.session.call(function, arguments))
        assert not outcome.failed, outcome.output
        return outcome.output

    def refusal(self, function: str, **arguments: Any) -> str | None:
        before = self.session.digest()
        code = asyncio.run(self.session.call(function, arguments)).error_code
        assert self.session.digest() == before, "a refused call must change nothing"
        return code

    def offer(self) -> dict[str, Any]:
        """The cheapest tickets of some show."""
        for show in self.do("events/search_shows", city="Lisbon", show_kind="theater")["shows"]:
            offers = self.do("events/list_ticket_offers", show_id=show["show_id"])["ticket_offers"]
            if offers:
                found: dict[str, Any] = offers[0] | {"show_id": show["show_id"]}
                return found
        raise AssertionError("everything is sold out")

    def card(self) -> str:
        """A card whose account can pay for two tickets."""
        return max(
            self.session.world.cards,
            key=lambda card: self.session.world.account(card.account_id).balance,
        ).card_id


@pytest.fixture(params=SEEDS)
def office(request: pytest.FixtureRequest) -> Office:
    return Office(EXECUTOR.open(request.param))


def test_held_tickets_are_kept_and_become_real_ones(office: Office) -> None:
    offer = office.offer()
    hold = office.do("events/hold_tickets", ticket_offer_id=offer["ticket_offer_id"], ticket_count=2)
    left = office.do("events/list_ticket_offers", show_id=offer["show_id"])["ticket_offers"][0]["tickets_left"]
    assert left == offer["tickets_left"] - 2
    bought = office.do("events/pay_for_held_tickets", ticket_hold_id=hold["ticket_hold_id"], card_id=office.card())
    assert bought["total_price"] == hold["total_price"]
    assert bought["ticket_id"] in [t["ticket_id"] for t in office.do("events/list_tickets")["tickets"]]
    assert office.refusal("events/release_held_tickets", ticket_hold_id=hold["ticket_hold_id"]) == "not_found"


def test_tickets_can_be_given_away_or_back_but_once(office: Office) -> None:
    ticket_id = office.do("events/list_tickets")["tickets"][0]["ticket_id"]
    contact_id = office.session.world.contacts[0].contact_id
    office.do("events/transfer_ticket", ticket_id=ticket_id, contact_id=contact_id)
    assert office.refusal("events/refund_ticket", ticket_id=ticket_id) == "conflict"
    assert ticket_id not in [t["ticket_id"] for t in office.do("events/list_tickets")["tickets"]]


def test_a_refund_gives_back_what_the_card_paid_less_the_fee(office: Office) -> None:
    world = office.session.world
    offer = office.offer()
    bought = office.do(
        "events/buy_tickets", ticket_offer_id=offer["ticket_offer_id"], ticket_count=1, card_id=office.card()
    )
    paid = -world.transactions[-1].amount
    back = office.do("events/refund_ticket", ticket_id=bought["ticket_id"])
    assert back["refund_amount"] + back["cancellation_fee"] == pytest.approx(bought["total_price"])
    share = back["refund_amount"] / bought["total_price"]
    assert world.transactions[-1].amount == pytest.approx(paid * share, abs=0.02)


def test_more_tickets_than_there_are_cannot_be_had(office: Office) -> None:
    for show in office.do("events/search_shows", city="Chicago", show_kind="sports")["shows"]:
        for offer in office.do("events/list_ticket_offers", show_id=show["show_id"])["ticket_offers"]:
            if offer["tickets_left"] < 8:
                asked = {"ticket_offer_id": offer["ticket_offer_id"], "ticket_count": 8}
                assert office.refusal("events/hold_tickets", **asked) == "not_available"


def test_nobody_waits_in_line_twice(office: Office) -> None:
    for waiting in office.do("events/list_waiting_lists")["waiting_lists"]:
        assert office.refusal("events/join_waiting_list", show_id=waiting["show_id"]) == "already_exists"
        office.do("events/leave_waiting_list", waiting_list_id=waiting["waiting_list_id"])
    assert office.do("events/list_waiting_lists")["waiting_lists"] == []


def test_an_artist_plays_in_one_city_a_day_and_the_city_knows_of_it(office: Office) -> None:
    seed = office.session.world.seed
    for artist in performers(seed)[:6]:
        concerts = office.do("events/search_concerts", artist_name=artist.name)["shows"]
        days = [datetime.fromisoformat(c["starts_at"]).date() for c in concerts]
        assert len(days) == len(set(days))
        for concert in concerts[:2]:
            listed = office.do("events/search_shows", city=concert["city"], show_kind="concert")["shows"]
            assert concert["show_id"] in [s["show_id"] for s in listed]


def test_artists_of_the_music_service_are_those_on_tour(office: Office) -> None:
    for artist in office.do("music/list_followed_artists")["artists"]:
        assert office.do("events/search_concerts", artist_name=artist["artist_name"])["shows"]
    assert office.refusal("events/search_concerts", artist_name="Nobody Real") == "not_found"

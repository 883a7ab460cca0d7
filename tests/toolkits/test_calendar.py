"""What a user of the calendar would miss: no double bookings, and events that stay as they were left."""

from __future__ import annotations

import asyncio
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from magnet_kg.execution.toolkits import ToolkitExecutor, ToolkitSession
from magnet_kg.execution.world import World
from magnet_kg.toolkits.calendar import toolkit

SEEDS = (1, 2, 7, 40)
EXECUTOR = ToolkitExecutor([toolkit])


class Calendar:
    def __init__(self, session: ToolkitSession) -> None:
        self.session = session

    @property
    def world(self) -> World:
        return self.session.snapshot().opened()

    @property
    def events(self) -> list[dict[str, Any]]:
        events: list[dict[str, Any]] = self.do("list_upcoming_events", days=30)["events"]
        return events

    def day(self, ahead: int) -> date:
        return self.world.today + timedelta(days=ahead)

    def moment(self, ahead: int, time: str) -> str:
        return f"{self.day(ahead)}T{time}:00"

    def do(self, function: str, **arguments: Any) -> Any:
        outcome = asyncio.run(self.session.call(f"calendar/{function}", arguments))
        assert not outcome.failed, outcome.output
        return outcome.output

    def refusal(self, function: str, **arguments: Any) -> str | None:
        before = self.session.digest()
        code = asyncio.run(self.session.call(f"calendar/{function}", arguments)).error_code
        assert self.session.digest() == before, "a refused call must change nothing"
        return code


@pytest.fixture(params=SEEDS)
def calendar(request: pytest.FixtureRequest) -> Calendar:
    return Calendar(EXECUTOR.open(request.param))


@pytest.mark.parametrize("seed", range(30))
def test_three_weeks_begin_with_a_dozen_events_that_do_not_overlap(seed: int) -> None:
    calendar = Calendar(EXECUTOR.open(seed))
    events = calendar.events
    assert len({e["title"] for e in events}) == len(events) == 12
    assert all(earlier["ends_at"] <= later["starts_at"] for earlier, later in pairwise(events))
    names = {c.full_name for c in calendar.world.contacts}
    assert {name for e in events for name in e["attendees"]} <= names
    assert any(e["attendees"] for e in events)


def test_an_event_is_found_by_its_title_and_by_who_comes(calendar: Calendar) -> None:
    for event in calendar.events:
        assert event in calendar.do("search_events", query=event["title"].upper())["events"]
        for name in event["attendees"]:
            assert event in calendar.do("search_events", query=name)["events"]
    assert calendar.do("search_events", query="moon landing")["events"] == []
    assert calendar.do("search_events", query=" ")["events"] == []


def test_a_day_lists_its_own_events_only(calendar: Calendar) -> None:
    for event in calendar.events:
        listed = calendar.do("list_events_on_day", day=event["starts_at"][:10])["events"]
        assert event in listed
        assert {e["starts_at"][:10] for e in listed} == {event["starts_at"][:10]}


def test_a_new_event_is_listed_and_needs_a_free_time(calendar: Calendar) -> None:
    start = calendar.moment(25, "18:00")
    made = calendar.do("create_event", title="trivia with the cousins", starts_at=start, duration_minutes=90)
    assert made["ends_at"] == calendar.moment(25, "19:30")
    assert made["city"] == calendar.world.person.home_city
    assert [e["event_id"] for e in calendar.do("list_events_on_day", day=made["day"])["events"]] == [made["event_id"]]
    overlapping = calendar.moment(25, "19:00")
    assert calendar.refusal("create_event", title="tea", starts_at=overlapping) == "conflict"
    calendar.do("create_event", title="tea", starts_at=calendar.moment(25, "19:30"))


def test_events_are_not_made_in_the_past_or_in_unknown_cities(calendar: Calendar) -> None:
    past = calendar.moment(-1, "12:00")
    assert calendar.refusal("create_event", title="tea", starts_at=past) == "invalid_time"
    ahead = calendar.moment(25, "12:00")
    assert calendar.refusal("create_event", title="tea", starts_at=ahead, city="Atlantis") == "unknown_city"
    assert calendar.refusal("create_event", title="tea", starts_at=ahead + "Z") == "invalid_argument"


def test_a_moved_event_keeps_its_length_and_may_overlap_where_it_was(calendar: Calendar) -> None:
    made = calendar.do("create_event", title="tea", starts_at=calendar.moment(25, "12:00"), duration_minutes=120)
    event, later = made["event_id"], calendar.moment(25, "13:00")
    moved = calendar.do("move_event", event_id=event, starts_at=later)
    assert (moved["previous_starts_at"], moved["ends_at"]) == (
        made["starts_at"],
        calendar.moment(25, "15:00"),
    )
    assert calendar.refusal("move_event", event_id=event, starts_at=later) == "unchanged"
    other = calendar.events[0]
    assert calendar.refusal("move_event", event_id=event, starts_at=other["starts_at"]) == "conflict"
    assert calendar.refusal("move_event", event_id=event, starts_at=calendar.moment(-2, "12:00")) == "invalid_time"


def test_a_cancelled_event_is_gone_frees_its_time_and_stays_cancelled(calendar: Calendar) -> None:
    event = calendar.events[0]
    assert not calendar.do("check_availability", starts_at=event["starts_at"])["available"]
    assert calendar.do("cancel_event", event_id=event["event_id"])["status"] == "cancelled"
    assert event["event_id"] not in [e["event_id"] for e in calendar.events]
    assert calendar.do("check_availability", starts_at=event["starts_at"], duration_minutes=5)["available"]
    again = {"event_id": event["event_id"]}
    assert calendar.refusal("cancel_event", **again) == "already_cancelled"
    assert calendar.refusal("move_event", **again, starts_at=calendar.moment(25, "12:00")) == "already_cancelled"
    assert calendar.refusal("set_event_location", **again, place="home") == "already_cancelled"
    assert calendar.do("get_event", **again)["status"] == "cancelled"


def test_the_next_event_is_the_earliest_that_stands(calendar: Calendar) -> None:
    for event in calendar.events:
        assert calendar.do("get_next_event")["event_id"] == event["event_id"]
        calendar.do("cancel_event", event_id=event["event_id"])
    assert calendar.refusal("get_next_event") == "not_found"


def test_an_invited_contact_attends_and_is_not_invited_twice(calendar: Calendar) -> None:
    event = calendar.do("create_event", title="tea", starts_at=calendar.moment(25, "12:00"))["event_id"]
    contact = calendar.world.contacts[2]
    invited = calendar.do("invite_to_event", event_id=event, contact_id=contact.contact_id)
    assert invited["attendees"] == [contact.full_name]
    guests = calendar.do("list_event_guests", event_id=event)["guests"]
    assert guests == [{"contact_id": contact.contact_id, "name": contact.full_name}]
    twice = {"event_id": event, "contact_id": contact.contact_id}
    assert calendar.refusal("invite_to_event", **twice) == "already_invited"
    assert calendar.refusal("invite_to_event", event_id=event, contact_id="c_0") == "not_found"
    assert calendar.refusal("invite_to_event", event_id="evt_0", contact_id=contact.contact_id) == "not_found"


def test_a_place_can_be_set_and_the_city_stays(calendar: Calendar) -> None:
    event = calendar.do("create_event", title="tea", starts_at=calendar.moment(25, "12:00"), city="Chicago")
    assert event["place"] is None
    calendar.do("set_event_location", event_id=event["event_id"], place="the Garden Café")
    changed = calendar.do("get_event", event_id=event["event_id"])
    assert (changed["place"], changed["city"]) == ("the Garden Café", "Chicago")


def test_a_reminder_comes_before_the_event_and_only_once(calendar: Calendar) -> None:
    event = calendar.do("create_event", title="tea", starts_at=calendar.moment(25, "12:00"))["event_id"]
    reminder = calendar.do("add_reminder_to_event", event_id=event, minutes_before=45)
    assert reminder["reminds_at"] == calendar.moment(25, "11:15")
    assert calendar.refusal("add_reminder_to_event", event_id=event, minutes_before=45) == "already_exists"
    calendar.do("add_reminder_to_event", event_id=event)
    assert calendar.do("get_event", event_id=event)["reminder_minutes"] == [30, 45]
    soon = (calendar.world.now + timedelta(minutes=20)).isoformat()
    event = calendar.do("create_event", title="run", starts_at=soon, duration_minutes=10)["event_id"]
    assert calendar.refusal("add_reminder_to_event", event_id=event, minutes_before=30) == "invalid_time"


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 30),
    ahead=st.integers(0, 22),
    minutes=st.sampled_from([15, 30, 60, 180]),
    part=st.sampled_from([None, "morning", "afternoon", "evening"]),
)
def test_free_time_is_really_free_and_can_be_booked(seed: int, ahead: int, minutes: int, part: str | None) -> None:
    calendar = Calendar(EXECUTOR.open(seed))
    wanted = {} if part is None else {"part_of_day": part}
    free = calendar.do("find_free_time", day=str(calendar.day(ahead)), duration_minutes=minutes, **wanted)
    for slot in free["slots"]:
        start, end = (datetime.fromisoformat(slot[key]) for key in ("starts_at", "ends_at"))
        assert end - start >= timedelta(minutes=minutes)
        assert start >= calendar.world.now
        length = int((end - start).total_seconds() // 60)
        assert calendar.do("check_availability", starts_at=slot["starts_at"], duration_minutes=length)["available"]
        booking = {"free_slot_id": slot["free_slot_id"], "title": "tea"}
        made = calendar.do("book_free_slot", **booking)
        assert made["starts_at"] == slot["starts_at"]
        assert datetime.fromisoformat(made["ends_at"]) - start == timedelta(minutes=minutes)
        assert calendar.refusal("book_free_slot", **booking) == "conflict"


def test_looking_for_free_time_changes_nothing_and_a_slot_has_an_end(calendar: Calendar) -> None:
    calendar.do("create_event", title="tea", starts_at=calendar.moment(26, "10:00"))
    digest = calendar.session.digest()
    slot = calendar.do("find_free_time", day=str(calendar.day(26)), duration_minutes=30)["slots"][0]
    assert slot["ends_at"] == calendar.moment(26, "10:00")
    assert calendar.session.digest() == digest
    too_long = {"free_slot_id": slot["free_slot_id"], "title": "run", "duration_minutes": 180}
    assert calendar.refusal("book_free_slot", **too_long) == "conflict"
    assert calendar.refusal("book_free_slot", free_slot_id="slot_1", title="run") == "not_found"


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10**6), ahead=st.integers(1, 300), minute=st.integers(0, 1439))
def test_any_free_moment_can_be_booked_by_the_id_of_its_slot(seed: int, ahead: int, minute: int) -> None:
    calendar = Calendar(EXECUTOR.open(seed))
    moment = calendar.moment(ahead, f"{minute // 60:02d}:{minute % 60:02d}")
    checked = calendar.do("check_availability", starts_at=moment)
    assert (checked["free_slot_id"] is None) == bool(checked["conflicts"]) == (not checked["available"])
    if checked["available"]:
        booked = calendar.do("book_free_slot", free_slot_id=checked["free_slot_id"], title="tea")
        assert booked["starts_at"] == moment


def test_availability_names_what_is_in_the_way(calendar: Calendar) -> None:
    event = calendar.events[3]
    checked = calendar.do("check_availability", starts_at=event["starts_at"], duration_minutes=10)
    assert not checked["available"]
    assert checked["conflicts"] == [{key: event[key] for key in ("title", "starts_at", "ends_at")}]
    assert calendar.refusal("find_free_time", day=str(calendar.day(-1)), duration_minutes=30) == "invalid_date"


@pytest.mark.parametrize("seed", SEEDS)
def test_the_same_seed_and_calls_give_the_same_calendar(seed: int) -> None:
    ends = []
    for _ in range(2):
        calendar = Calendar(ToolkitExecutor([toolkit]).open(seed))
        made = calendar.do("create_event", title="tea", starts_at=calendar.moment(25, "12:00"))
        ends.append((made, calendar.session.digest()))
    assert ends[0] == ends[1]


def test_restoring_a_snapshot_brings_a_cancelled_event_back(calendar: Calendar) -> None:
    snapshot, digest, events = calendar.session.snapshot(), calendar.session.digest(), calendar.events
    calendar.do("cancel_event", event_id=events[0]["event_id"])
    calendar.session.restore(snapshot)
    assert calendar.events == events
    assert calendar.session.digest() == digest

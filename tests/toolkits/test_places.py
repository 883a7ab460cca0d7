"""What people would miss in a guide to cities: places that stay put, weather that fits the season."""

from __future__ import annotations

import asyncio
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any, get_args

import pytest

from magnet_kg.execution.toolkits import ToolkitExecutor, ToolkitSession
from magnet_kg.execution.world import cities
from magnet_kg.toolkits.places import toolkit
from magnet_kg.toolkits.places.atlas import PlaceType, find_city, great_circle, places_in

EXECUTOR = ToolkitExecutor([toolkit])
SEEDS = (1, 4, 19)


class Guide:
    def __init__(self, session: ToolkitSession) -> None:
        self.session = session

    @property
    def today(self) -> date:
        return self.session.context.now.date()

    def do(self, function: str, **arguments: Any) -> Any:
        outcome = asyncio.run(self.session.call(f"places/{function}", arguments))
        assert not outcome.failed, outcome.output
        return outcome.output

    def refusal(self, function: str, **arguments: Any) -> str | None:
        before = self.session.digest()
        code = asyncio.run(self.session.call(f"places/{function}", arguments)).error_code
        assert self.session.digest() == before, "a refused call must change nothing"
        return code


@pytest.fixture(params=SEEDS)
def guide(request: pytest.FixtureRequest) -> Guide:
    return Guide(EXECUTOR.open(request.param))


def test_the_same_world_has_the_same_places_and_another_world_has_others(guide: Guide) -> None:
    found = guide.do("find_places", city="Chicago", place_type="museum")
    assert guide.do("find_places", city="chicago", place_type="museum") == found
    others = Guide(EXECUTOR.open(77)).do("find_places", city="Chicago", place_type="museum")
    assert others != found


def test_names_ratings_and_distances_tell_the_places_of_a_list_apart() -> None:
    for seed in range(6):
        for city in ("Chicago", "Tokyo", "Paris"):
            for place_type in get_args(PlaceType):
                found = places_in(seed, find_city(city), place_type)
                assert len(found) >= 4
                for field in ("place_id", "name", "rating", "distance_km"):
                    assert len({getattr(p, field) for p in found}) == len(found)
                assert [p.rating for p in found] == sorted((p.rating for p in found), reverse=True)


def test_an_id_leads_to_the_place_it_was_given_for(guide: Guide) -> None:
    for place_type in get_args(PlaceType):
        for place in guide.do("find_places", city="Lisbon", place_type=place_type)["places"]:
            details = guide.do("get_place_details", place_id=place["place_id"])
            assert {k: details[k] for k in ("place_id", "place_name", "place_type", "address", "rating")} == {
                k: place[k] for k in ("place_id", "place_name", "place_type", "address", "rating")
            }
            assert details["city"] == "Lisbon"
            assert details["currency"] == "EUR"


@pytest.mark.parametrize(
    "place_id", ["pl_1", "pl_0000000000", "pl_9999999999", "", "museum", "pl_１２３４５６７８９０"]
)
def test_an_id_that_was_never_given_out_is_not_found(guide: Guide, place_id: str) -> None:
    assert guide.refusal("get_place_details", place_id=place_id) == "not_found"
    assert guide.refusal("save_place", place_id=place_id, label="x") == "not_found"


def test_an_id_of_another_world_is_not_found() -> None:
    foreign = EXECUTOR.open(5)
    listed = Guide(foreign).do("find_places", city="Oslo", place_type="park")["places"]
    codes = [Guide(EXECUTOR.open(6)).refusal("get_travel_directions", place_id=p["place_id"]) for p in listed]
    assert codes.count("not_found") == len(codes)


def test_a_city_nobody_knows_is_refused_everywhere(guide: Guide) -> None:
    day = guide.today.isoformat()
    assert guide.refusal("find_places", city="Atlantis", place_type="gym") == "not_found"
    assert guide.refusal("get_weather_now", city="Atlantis") == "not_found"
    assert guide.refusal("get_forecast", city="Atlantis", day=day) == "not_found"
    assert guide.refusal("get_clock_time", city="Atlantis") == "not_found"
    assert guide.refusal("get_city_info", city="Atlantis") == "not_found"


def test_a_place_is_closed_on_its_day_off_and_open_on_the_others(guide: Guide) -> None:
    days = [guide.today + timedelta(days=n) for n in range(7)]
    seen = set()
    for city in ("Oslo", "Rome", "Chicago"):
        for place in guide.do("find_places", city=city, place_type="museum")["places"]:
            closed_on = guide.do("get_place_details", place_id=place["place_id"])["closed_on"]
            for day in days:
                hours = guide.do("check_opening_hours", place_id=place["place_id"], day=day.isoformat())
                assert hours["is_open"] == (f"{day:%A}" != closed_on)
                assert (hours["opens_at"] is None) == (not hours["is_open"])
                seen.add(hours["is_open"])
    assert seen == {True, False}


def test_the_way_takes_longer_on_foot_and_from_the_airport(guide: Guide) -> None:
    place = guide.do("find_places", city="Chicago", place_type="park")["places"][0]["place_id"]
    walk = guide.do("get_travel_directions", place_id=place)
    ride = guide.do("get_travel_directions", place_id=place, travel_mode="cycling")
    assert walk["travel_mode"] == "walking"
    assert walk["distance_km"] == ride["distance_km"]
    assert walk["duration_minutes"] > ride["duration_minutes"]
    drive = guide.do("get_travel_directions", place_id=place, travel_mode="driving", starting_point="airport")
    assert drive["distance_km"] > walk["distance_km"]
    assert guide.do("get_travel_directions", place_id=place) == walk


def test_no_way_leads_from_an_airport_that_a_city_does_not_have(guide: Guide) -> None:
    without = next(c.name for c in cities().values() if not c.airports)
    place = guide.do("find_places", city=without, place_type="cafe")["places"][0]["place_id"]
    asked = {"place_id": place, "travel_mode": "driving", "starting_point": "airport"}
    assert guide.refusal("get_travel_directions", **asked) == "no_route"


def test_distances_between_cities_are_those_of_the_globe(guide: Guide) -> None:
    there = guide.do("get_distance_between_cities", origin_city="New York", destination_city="London")
    assert there["distance_km"] == pytest.approx(5570, rel=0.01)
    back = guide.do("get_distance_between_cities", origin_city="London", destination_city="New York")
    assert back["distance_km"] == there["distance_km"]
    same = {"origin_city": "London", "destination_city": "london"}
    assert guide.refusal("get_distance_between_cities", **same) == "same_city"
    names = sorted(cities())
    assert all(0 < great_circle(cities()[a], cities()[b]) < 20_100 for a, b in pairwise(names))


def test_local_time_agrees_with_the_clock_of_the_system_message(guide: Guide) -> None:
    context = guide.session.context
    home = guide.do("get_clock_time", city=context.home_city)
    assert datetime.fromisoformat(home["local_time"]) == context.now
    assert home["time_zone"] == context.time_zone
    assert home["hours_ahead"] == 0
    tokyo = guide.do("get_clock_time", city="Tokyo")
    shift = datetime.fromisoformat(tokyo["local_time"]) - context.now
    assert shift == timedelta(hours=tokyo["hours_ahead"])


def test_the_weather_now_lies_within_the_forecast_of_the_day(guide: Guide) -> None:
    for city in ("Oslo", "Singapore", "Sydney", "Chicago"):
        now = guide.do("get_weather_now", city=city)
        assert guide.do("get_weather_now", city=city) == now
        local_day = guide.do("get_clock_time", city=city)["local_time"][:10]
        day = guide.do("get_forecast", city=city, day=local_day)
        assert day["low_temperature_celsius"] <= now["temperature_celsius"] <= day["high_temperature_celsius"]


def test_forecasts_reach_two_weeks_ahead_and_never_back(guide: Guide) -> None:
    for days, code in ((-2, "out_of_range"), (16, "out_of_range"), (7, None)):
        day = (guide.today + timedelta(days=days)).isoformat()
        if code is None:
            guide.do("get_forecast", city="Chicago", day=day)
        else:
            assert guide.refusal("get_forecast", city="Chicago", day=day) == code


def test_seasons_are_turned_round_below_the_equator() -> None:
    guide = Guide(EXECUTOR.open(2))

    def daylight(city: str, day: str) -> int:
        minutes: int = guide.do("get_sun_times", city=city, day=day)["daylight_minutes"]
        return minutes

    assert daylight("Oslo", "2026-06-21") > 1080 > 420 > daylight("Oslo", "2026-12-21")
    assert daylight("Sydney", "2026-06-21") < daylight("Sydney", "2026-12-21")
    assert abs(daylight("Singapore", "2026-06-21") - 727) < 10


@pytest.mark.parametrize(
    ("city", "day", "sunrise", "sunset"),
    [
        ("Chicago", "2026-06-21", "05:16", "20:29"),
        ("London", "2026-12-21", "08:04", "15:53"),
        ("Tokyo", "2026-03-20", "05:45", "17:53"),
        ("Honolulu", "2026-12-21", "07:05", "17:55"),
    ],
)
def test_the_sun_rises_when_almanacs_say(city: str, day: str, sunrise: str, sunset: str) -> None:
    told = Guide(EXECUTOR.open(2)).do("get_sun_times", city=city, day=day)
    for field, expected in (("sunrise", sunrise), ("sunset", sunset)):
        off = datetime.fromisoformat(told[field]) - datetime.fromisoformat(f"{day}T{expected}")
        assert abs(off) <= timedelta(minutes=5), told


def test_a_place_is_saved_once_and_removed_once(guide: Guide) -> None:
    saved = guide.do("list_saved_places")["saved_places"]
    assert len(saved) == 3
    assert len({s["label"] for s in saved}) == 3
    place = guide.do("find_places", city="Rome", place_type="museum")["places"][1]
    made = guide.do("save_place", place_id=place["place_id"], label="rainy day")
    assert made["place_name"] == place["place_name"]
    assert guide.do("list_saved_places")["saved_places"] == [*saved, made]
    again = {"place_id": place["place_id"], "label": "another label"}
    assert guide.refusal("save_place", **again) == "already_exists"
    other = guide.do("find_places", city="Rome", place_type="park")["places"][0]["place_id"]
    assert guide.refusal("save_place", place_id=other, label="Rainy Day") == "already_exists"
    guide.do("remove_saved_place", saved_place_id=made["saved_place_id"])
    assert guide.do("list_saved_places")["saved_places"] == saved
    assert guide.refusal("remove_saved_place", saved_place_id=made["saved_place_id"]) == "not_found"


def test_going_back_to_a_snapshot_forgets_what_was_saved(guide: Guide) -> None:
    before, digest = guide.session.snapshot(), guide.session.digest()
    place = guide.do("find_places", city="Rome", place_type="museum")["places"][0]["place_id"]
    assert guide.session.digest() == digest, "looking changes nothing"
    first = guide.do("save_place", place_id=place, label="must see")
    guide.session.restore(before)
    assert guide.session.digest() == digest
    assert guide.do("save_place", place_id=place, label="must see") == first

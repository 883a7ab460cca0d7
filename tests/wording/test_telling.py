"""Outputs of functions that nobody knows are told in a sentence or two, without what says nothing."""

from __future__ import annotations

from typing import Any

import pytest

from magnet_kg.wording.fields import brief
from magnet_kg.wording.paths import form_of, read_path
from magnet_kg.wording.telling import tell, tell_more

STYLES = range(4)


@pytest.mark.parametrize("style", STYLES)
def test_lists_are_told_by_count_and_the_first_names(style: int) -> None:
    crates = [{"crateId": f"c-{n}", "name": f"crate {n}", "state": "full"} for n in range(9)]
    told = tell({"crates": crates, "nextToken": "tok"}, "crate", "crates", style)
    assert "crate 0" in told
    assert "crate 3" in told
    assert "crate 4" not in told
    assert "5 more" in told
    assert "tok" not in told.replace("took", "")


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("output", [{"crates": []}, []])
def test_that_there_is_nothing_is_said(output: Any, style: int) -> None:
    assert "no crates" in tell(output, "crate", "crates", style).lower()


@pytest.mark.parametrize("style", STYLES)
def test_one_thing_is_told_by_its_name_and_what_says_most(style: int) -> None:
    thing = {"requestId": "r-1", "crate": {"name": "north", "status": "ACTIVE", "createdAt": "2026-11-27T18:40:00"}}
    told = tell(thing, "crate", "crates", style)
    assert "north" in told
    assert "ACTIVE" in told
    assert "created on Friday, 27 November at 6:40 pm" in told
    assert "r-1" not in told


def test_a_change_adds_what_is_new_and_repeats_no_argument() -> None:
    told = tell_more({"name": "north", "status": "CREATING", "etag": "x"}, 0, {"name": "north"})
    assert told == " Its status is CREATING."
    assert tell_more({}, 0, {}) == ""


@pytest.mark.parametrize(("done", "word"), [(True, "done"), (False, "running")])
def test_an_operation_is_told_by_how_far_it_is(done: bool, word: str) -> None:
    output = {"name": "projects/acme/operations/op-7", "done": done, "response": {}}
    assert tell(output, "operation", "operations", 0) == f"The operation op-7 is {'still ' * (not done)}{word}."


def test_an_operation_that_failed_is_told_as_failed() -> None:
    output = {"name": "operations/op-7", "done": True, "response": {}, "error": {"code": 3, "message": "No disk."}}
    assert tell(output, "operation", "operations", 0) == "The operation op-7 failed: No disk."


def test_arguments_are_named_again_shortly() -> None:
    assert brief("projects/acme/topics/orders") == "orders"
    assert brief(["a", "b"]) == "a and b"
    assert brief([{"Key": "team", "Value": "search"}]) == "team=search"
    assert brief(1234567) == "1234567"


@pytest.mark.parametrize(
    "text",
    [
        "key ring main in project acme, us-east1",
        "Key ring main in project acme (us-east1)",
        "projects/acme/locations/us-east1/keyRings/main",
    ],
)
def test_a_path_is_read_from_the_words_that_name_its_parts(text: str) -> None:
    path = "projects/acme/locations/us-east1/keyRings/main"
    assert read_path(text, form_of(path)) == path


@pytest.mark.parametrize("text", ["key ring main", "main in acme", "key ring main in project acme", ""])
def test_a_path_with_a_part_missing_means_nothing(text: str) -> None:
    assert read_path(text, "path:projects/*/locations/*/keyRings/*") is None

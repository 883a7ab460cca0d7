"""A toolkit's author who makes a mistake in phrases.yaml is told the file, the line and the function."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from magnet_kg.domain.errors import MagnetError
from magnet_kg.domain.function import Function
from magnet_kg.teacher.rules.phrases import load_phrases

BOOK = Function(
    id="trains/book_train",
    name="book_train",
    category="travel",
    toolkit="trains",
    description="Book a train.",
    parameters={
        "type": "object",
        "properties": {
            "city": {"type": "string"},
            "day": {"type": "string", "format": "date"},
            "seats": {"type": "integer", "default": 1},
        },
        "required": ["city", "day"],
    },
    returns={
        "type": "object",
        "properties": {
            "booking_id": {"type": "string"},
            "trains": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {"train_id": {"type": "string"}, "price": {"type": "number"}},
                },
            },
        },
    },
    source="test",
)
FUNCTIONS = {"book_train": BOOK}
GOOD = """\
functions:
  book_train:
    ability: book trains
    imperative:
      - "book a train to {city} on {day}[ for {seats}]"
    question:
      - "is there a train to {city} (on|for) {day}[ for {seats}]"
    situation: []
    follow_up:
      - "and to {city}?"
    values:
      city: {kind: city}
      day: {kind: day, within: [1, 9]}
      seats: {kind: number, between: [2, 5], share: 0.5}
    question_for:
      city: ["Where to?"]
    answer:
      city: ["to {city}"]
    gives:
      booking_id: {noun: booking, named: ["the booking"]}
      trains[].train_id:
        noun: train
        pick:
          - {take: min, by: price, say: [the cheapest one]}
    wish:
      same: ["and for {seats}"]
      later: ["can {seats} of us go?"]
    report:
      - "Booked as {{ booking_id }}."
      - "That's {{ trains | length }} trains."
"""


def load(folder: Path, text: str, functions: Mapping[str, Function] = FUNCTIONS) -> None:
    file = folder / "phrases.yaml"
    file.write_text(text, encoding="utf-8")
    load_phrases(file, functions)


def fault(folder: Path, text: str, functions: Mapping[str, Function] = FUNCTIONS) -> str:
    with pytest.raises(MagnetError) as raised:
        load(folder, text, functions)
    return str(raised.value)


def line_of(text: str, part: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), 1) if part in line)


def test_a_good_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "phrases.yaml").write_text(GOOD, encoding="utf-8")
    phrases = load_phrases(tmp_path / "phrases.yaml", FUNCTIONS)
    assert phrases["book_train"].ability == "book trains"
    assert phrases["book_train"].ways["follow_up"] == ["and to {city}?"]


@pytest.mark.parametrize(
    ("right", "wrong", "says"),
    [
        ("train to {city} on {day}[", "train to {city} on {date} {day}[", "unknown slot {date}"),
        ("is there a train to {city} (on|for) {day}", "is there a train on {day}", "required {city} must stand in it"),
        ("book a train to {city} on {day}[", "book a train to {city}[ on {day}][", "required {day} must stand in it"),
        ("on {day}[ for {seats}]\"\n    question", "on {day}\"\n    question", "optional {seats} must stand in it"),
        ("on {day}[ for {seats}]\"\n    question", "on {day} for {seats}\"\n    question", "inside brackets"),
        ("and to {city}?", "and to {town}?", "unknown slot {town}"),
        ("book a train to {city}", "book a (train to {city}", "'('"),
        ("book a train to {city}", "book a train] to {city}", "']'"),
        ("book a train to {city}", "book a train to {the city}", "a slot is {name}"),
        ("city: {kind: city}", "town: {kind: city}", "unknown parameter town"),
        ("question_for:\n      city:", "question_for:\n      town:", "unknown parameter town"),
        ("answer:\n      city:", "answer:\n      town:", "unknown parameter town"),
        ('"to {city}"', '"to {day}"', "unknown slot {day}"),
        ("day: {kind: day, within: [1, 9]}", "day: {kind: day, after: arrival}", "after: unknown parameter arrival"),
        ("booking_id: {noun", "booking_number: {noun", "booking_number is not an output"),
        ("trains[].train_id", "trains[].number", "trains[].number is not an output"),
        ("the booking\"]", "the {train_id} booking\"]", "unknown slot {train_id}"),
        ("by: price", "by: beauty", "by: min and max need one of ['price', 'train_id']"),
        ("{take: min, by: price,", "{take: min,", "by: min and max need one of"),
        ("and for {seats}", "and for {people}", "unknown slot {people}"),
        ("Booked as {{ booking_id }}.", "Booked as {{ booking_id }.", "unexpected '}'"),
        ("{{ trains | length }}", "{{ trains | bigness }}", "No filter named 'bigness'"),
        ("{{ trains | length }}", "{% if trains %}", "Unexpected end of template"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_file_line_and_function(tmp_path: Path, right: str, wrong: str, says: str) -> None:
    assert GOOD.count(right) == 1, right
    text = GOOD.replace(right, wrong)
    told = fault(tmp_path, text)
    changed = next(n for n, (a, b) in enumerate(zip(text.splitlines(), GOOD.splitlines(), strict=True), 1) if a != b)
    assert says in told
    assert told.startswith(f"{tmp_path / 'phrases.yaml'}:{changed}: book_train: ")


@pytest.mark.parametrize(
    ("right", "wrong", "says"),
    [
        ("ability: book trains", "abilities: book trains", "ability: Field required"),
        ("    follow_up:", "    follow_ups:", "follow_ups: Extra inputs are not permitted"),
        ("{kind: city}", "{kind: city, airprot: true}", "airprot: Extra inputs are not permitted"),
        ("{kind: city}", "{kind: town}", "Input tag 'town'"),
        ("within: [1, 9]", "within: soon", "within"),
        ("report:\n", "report: []\n    reports:\n", "report"),
        ("{take: min,", "{take: cheapest,", "take"),
    ],
)
def test_an_unknown_key_or_kind_is_told_with_file_line_and_function(
    tmp_path: Path, right: str, wrong: str, says: str
) -> None:
    text = GOOD.replace(right, wrong)
    told = fault(tmp_path, text)
    assert says in told
    assert "book_train" in told
    assert told.startswith(f"{tmp_path / 'phrases.yaml'}:")


def test_a_mistake_deep_in_the_file_is_told_at_its_line(tmp_path: Path) -> None:
    text = GOOD.replace("{kind: day, within", "{kind: day, wihtin")
    assert fault(tmp_path, text).startswith(f"{tmp_path / 'phrases.yaml'}:{line_of(text, 'wihtin')}: ")


def test_phrases_for_a_function_that_is_not_in_the_toolkit(tmp_path: Path) -> None:
    told = fault(tmp_path, GOOD, {"book_bus": BOOK.model_copy(update={"name": "book_bus"})} | FUNCTIONS)
    assert "book_bus: the function has no phrases" in told
    text = GOOD + GOOD.replace("functions:\n", "").replace("book_train", "book_bus")
    told = fault(tmp_path, text)
    assert "phrases for book_bus, which is no function of the toolkit" in told
    assert told.startswith(f"{tmp_path / 'phrases.yaml'}:{line_of(text, 'book_bus')}: ")


def test_a_toolkit_without_a_file(tmp_path: Path) -> None:
    with pytest.raises(MagnetError, match=r"a toolkit needs a phrases\.yaml") as raised:
        load_phrases(tmp_path / "phrases.yaml", FUNCTIONS)
    assert raised.value.where == str(tmp_path / "phrases.yaml")


@pytest.mark.parametrize("text", ["functions: [", "functions:\n  book_train: {ability: x\n", "a: b: c"])
def test_a_file_that_is_not_yaml(tmp_path: Path, text: str) -> None:
    told = fault(tmp_path, text)
    assert "not YAML" in told
    assert told.startswith(f"{tmp_path / 'phrases.yaml'}:")


@pytest.mark.parametrize("text", ["", "just words", "functions: 3", "functions: {book_train: 3}"])
def test_a_file_of_another_shape(tmp_path: Path, text: str) -> None:
    assert fault(tmp_path, text).startswith(f"{tmp_path / 'phrases.yaml'}:1: ")

"""What is trained is what the assistant says, to the token, in rows of every kind."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from exported import preference_rows, sft_rows
from run_fixture import FinishedRun
from taught import sft_row, tokenizer

from magnet_kg.domain.errors import MagnetError
from magnet_kg.student.template import fitted_tokenizer
from magnet_kg.student.tokens import Encoded, encode, readable, render, tokenize

Row = dict[str, Any]


@cache
def fitted() -> Any:
    return fitted_tokenizer(tokenizer())


def said(messages: list[Row]) -> Iterator[str]:
    """What the assistant writes, message by message, told from the row alone."""
    for message in messages:
        if message["role"] != "assistant":
            continue
        parts = [message["content"].strip()] if message["content"].strip() else []
        for one in message.get("tool_calls") or ():
            made = {"name": one["function"]["name"], "arguments": json.loads(one["function"]["arguments"])}
            parts.append(f"<tool_call>\n{json.dumps(made, ensure_ascii=False, separators=(',', ':'))}\n</tool_call>")
        yield "\n".join(parts) + "<|im_end|>"


def trained(encoded: Encoded) -> list[str]:
    return [fitted().decode(encoded.ids[start:end]) for start, end in encoded.runs]


def test_only_the_assistant_is_trained_in_rows_of_every_kind(finished_run: FinishedRun) -> None:
    rows = sft_rows(finished_run)
    assert len({row["kind"] for row in rows}) == 5
    for row in rows:
        encoded = encode(fitted(), row["messages"], row["tools"])
        assert trained(encoded) == list(said(row["messages"])), row["id"]


def test_both_sides_of_a_pair_are_trained_in_every_turn(finished_run: FinishedRun) -> None:
    rows = preference_rows(finished_run)
    assert rows
    for row in rows:
        for side in ("chosen", "rejected"):
            messages = [*row["prompt"], *row[side]]
            assert trained(encode(fitted(), messages, row["tools"])) == list(said(messages)), row["id"]


def test_many_at_once_are_what_the_tokenizer_gives_for_each(finished_run: FinishedRun) -> None:
    rows = sft_rows(finished_run)
    many = tokenize(fitted(), [render(fitted(), row["messages"], row["tools"]) for row in rows])
    for row, encoded in zip(rows, many, strict=True):
        alone = fitted().apply_chat_template(
            readable(row["messages"]), tools=json.loads(row["tools"]) or None, return_dict=True,
            return_assistant_tokens_mask=True,
        )  # fmt: skip
        assert encoded.ids.tolist() == alone["input_ids"], row["id"]
        assert encoded.mask.tolist() == [bool(one) for one in alone["assistant_masks"]], row["id"]


def test_arguments_are_objects_and_letters_stay_letters() -> None:
    row = sft_row(7)
    text = fitted().decode(encode(fitted(), row["messages"], row["tools"]).ids)
    assert '{"name":"get_weather_now","arguments":{"city":"Malmö"}}' in text
    assert '<tool_response>\n{"sky": "cloudy"}\n</tool_response>' in text


def test_what_is_asked_begins_what_is_trained() -> None:
    row = sft_row(1, turns=2)
    messages = row["messages"]
    whole = encode(fitted(), messages, row["tools"]).ids.tolist()
    for at, message in enumerate(messages):
        if message["role"] == "assistant":
            asked = fitted().apply_chat_template(
                readable(messages[:at]), tools=json.loads(row["tools"]), add_generation_prompt=True, return_dict=True
            )["input_ids"]
            assert whole[: len(asked)] == asked


def test_a_template_that_refuses_is_told() -> None:
    refusing = tokenizer("{{ raise_exception('roles must alternate') }}")
    with pytest.raises(MagnetError, match="roles must alternate"):
        encode(refusing, sft_row(1)["messages"], "[]")

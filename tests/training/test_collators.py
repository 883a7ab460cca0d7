"""What a loss covers: what the assistant says in every turn, and nothing that is said to it."""

from __future__ import annotations

import json
from typing import Any

import pytest
import torch
from taught import Row, pair, sft_row, tokenizer

from magnet_kg.student.answers import read_answer
from magnet_kg.student.template import fitted_tokenizer
from magnet_kg.training.collators import ITEM, CollatePairs, CollateRows
from magnet_kg.training.encoding import encode_row

FITTED = fitted_tokenizer(tokenizer())
END = "<|im_end|>"


def runs(ids: Any, covered: Any) -> list[str]:
    """The texts that are covered, each as long as tokens follow each other."""
    texts: list[list[int]] = []
    before = False
    for token, now in zip(ids.tolist(), covered.tolist(), strict=True):
        if now:
            texts = [*texts[:-1], [*texts[-1], token]] if before else [*texts, [token]]
        before = bool(now)
    return [FITTED.decode(one) for one in texts]


def said(messages: list[Row]) -> list[tuple[str, list[Any]]]:
    """The assistant's messages: text, and (name, arguments) of the calls."""
    functions = [
        (message["content"], [one["function"] for one in message.get("tool_calls", ())])
        for message in messages
        if message["role"] == "assistant"
    ]
    return [(text, [(one["name"], json.loads(one["arguments"])) for one in calls]) for text, calls in functions]


def read(texts: list[str]) -> list[tuple[str, list[Any]]]:
    """What the covered texts say; each has to end as a message does."""
    assert all(text.endswith(END) and text.count(END) == 1 for text in texts)
    found = [read_answer({"content": text.removesuffix(END)}) for text in texts]
    return [(text, [(one.name, one.arguments) for one in calls]) for text, calls in found]


def pairs(rows: list[Row]) -> dict[str, Any]:
    return CollatePairs([encode_row(FITTED, row, "mdpo") for row in rows], 0)([{ITEM: at} for at in range(len(rows))])


def test_supervised_loss_covers_what_the_assistant_says() -> None:
    rows = [sft_row(0), sft_row(1, turns=3), sft_row(2, turns=2)]
    made = CollateRows([[encode_row(FITTED, row, "sft").sides[0] for row in rows]], 0)([{ITEM: 0}])
    for row, ids, labels in zip(rows, made["input_ids"], made["labels"], strict=True):
        assert torch.equal(ids[labels != -100], labels[labels != -100])
        assert read(runs(ids, labels != -100)) == said(row["messages"])
    assert made["attention_mask"].sum(1).tolist() == [len(encode_row(FITTED, row, "sft").sides[0]) for row in rows]


def test_words_are_those_of_messages_without_calls_but_for_the_first() -> None:
    rows = [sft_row(0), sft_row(1, turns=3), sft_row(2, turns=2)]
    encoded = [encode_row(FITTED, row, "sft").sides[0] for row in rows]
    assert "weights" not in CollateRows([encoded], 0)([{ITEM: 0}])
    made = CollateRows([encoded], 0, 0.25)([{ITEM: 0}])
    for row, ids, labels, weights in zip(rows, made["input_ids"], made["labels"], made["weights"], strict=True):
        assert set(weights[labels == -100].tolist()) == {1.0}
        answers = [runs(ids, mask)[0] for mask in _messages(labels != -100) if (weights[mask] != 1).any()]
        assert read(answers) == [(text, calls) for text, calls in said(row["messages"]) if not calls]
        for mask in _messages(labels != -100):
            first, *others = weights[mask].tolist()
            assert first == 1
            assert len(set(others)) == 1


def _messages(trained: torch.Tensor) -> list[torch.Tensor]:
    """For each run of trained tokens, a mask of it alone."""
    starts = trained & ~torch.nn.functional.pad(trained, (1, 0))[:-1]
    numbers = starts.cumsum(0)
    return [trained & (numbers == at) for at in range(1, int(starts.sum()) + 1)]


def test_preference_loss_covers_what_the_assistant_says_on_both_sides() -> None:
    rows = [pair(0), pair(3)]
    made = pairs(rows)
    wanted = [[*row["prompt"], *row[side]] for side in ("chosen", "rejected") for row in rows]
    assert len(made["input_ids"]) == len(wanted) == 4
    for messages, ids, mask in zip(wanted, made["input_ids"], made["completion_mask"], strict=True):
        assert read(runs(ids, mask)) == said(messages)


@pytest.mark.parametrize("role", ["tool", "user"])
def test_what_tools_and_users_say_after_the_split_is_no_preference(role: str) -> None:
    row = pair(0)
    other = {
        **row,
        **{
            side: [{**one, "content": "Something else."} if one["role"] == role else one for one in row[side]]
            for side in ("chosen", "rejected")
        },
    }
    plain, changed = pairs([row]), pairs([other])
    assert FITTED.decode(changed["input_ids"][0]).count("Something else.") == (2 if role == "tool" else 1)
    for at in range(2):
        labels = [made["input_ids"][at][made["completion_mask"][at] == 1].tolist() for made in (plain, changed)]
        assert labels[0] == labels[1] != []

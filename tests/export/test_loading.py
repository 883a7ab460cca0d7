"""A trainer loads the files with `datasets` and renders them with a chat template: nothing of a row gets lost."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from exported import Row, called, preference_rows, read_lines, sft_rows
from run_fixture import FinishedRun

# In the manner of Hermes and Qwen: tools in the system message, calls and responses between tags.
TEMPLATE = """
{%- if messages[0].role == "system" %}{% set system, rest = messages[0].content, messages[1:] %}
{%- else %}{% set system, rest = "", messages %}{% endif -%}
<|im_start|>system
{{ system }}
{% if tools %}
<tools>
{% for tool in tools %}{{ tool | tojson }}
{% endfor %}</tools>
{% endif %}<|im_end|>
{% for message in rest -%}
{% if message.role == "tool" -%}
<|im_start|>user
<tool_response>
{{ message.content }}
</tool_response><|im_end|>
{% elif message.role == "assistant" -%}
<|im_start|>assistant
{% generation %}{{ message.content or "" }}
{%- for call in message.tool_calls or [] %}
<tool_call>
{"name": {{ call.function.name | tojson }}, "arguments": {{ call.function.arguments }}}
</tool_call>
{%- endfor %}<|im_end|>
{% endgeneration %}
{%- else -%}
<|im_start|>{{ message.role }}
{{ message.content }}<|im_end|>
{% endif %}
{%- endfor %}"""


@pytest.fixture(scope="module", autouse=True)
def _no_network() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name in ("HF_HUB_OFFLINE", "HF_DATASETS_OFFLINE", "HF_HUB_DISABLE_TELEMETRY"):
            patch.setenv(name, "1")
        yield


@pytest.fixture(scope="module")
def tokenizer(finished_run: FinishedRun) -> Any:
    """A real tokenizer of `transformers`, with the words of the rows as its vocabulary."""
    from tokenizers import Regex, Tokenizer, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    words = Tokenizer(models.WordLevel({"<unk>": 0}, unk_token="<unk>"))
    words.pre_tokenizer = pre_tokenizers.Split(Regex(r"\s+|\w+|[^\s\w]"), "isolated")
    texts = (json.dumps(row, ensure_ascii=False) for row in sft_rows(finished_run))
    seen = {piece for text in texts for piece, _ in words.pre_tokenizer.pre_tokenize_str(text)}
    words.model = models.WordLevel({"<unk>": 0} | {piece: 1 + i for i, piece in enumerate(sorted(seen))}, "<unk>")
    untyped: Any = PreTrainedTokenizerFast
    fast = untyped(tokenizer_object=words, unk_token="<unk>")
    fast.chat_template = TEMPLATE
    return fast


@pytest.mark.parametrize("form", ["json", "parquet"])
def test_sft_rows_render_with_their_tools(form: str, finished_run: FinishedRun, tokenizer: Any, tmp_path: Path) -> None:
    loaded = _load(finished_run, form, "sft", tmp_path)
    assert len(loaded) == len(sft_rows(finished_run))
    for row in loaded:
        tools = json.loads(row["tools"])
        text = tokenizer.apply_chat_template(row["messages"], tools=tools, tokenize=False)
        _shows_everything(text, row["messages"])
        offered = [json.loads(line) for line in _between(text, "<tools>", "</tools>").splitlines() if line]
        assert offered == tools


def test_a_trainer_can_tell_what_the_assistant_wrote(finished_run: FinishedRun, tokenizer: Any) -> None:
    for row in sft_rows(finished_run)[:20]:
        encoded = tokenizer.apply_chat_template(
            row["messages"], tools=json.loads(row["tools"]), return_dict=True, return_assistant_tokens_mask=True
        )
        learnt = [t for t, mask in zip(encoded["input_ids"], encoded["assistant_masks"], strict=True) if mask]
        text = "".join(tokenizer.convert_ids_to_tokens(learnt))
        for message in row["messages"]:
            wrote = message["content"] if message["role"] == "assistant" else ""
            assert wrote in text
            assert all(call["function"]["arguments"] in text for call in message.get("tool_calls") or ())
        assert not any(message["content"] in text for message in row["messages"] if message["role"] == "system")


@pytest.mark.parametrize("form", ["json", "parquet"])
def test_preference_rows_render_both_sides_after_one_prompt(
    form: str, finished_run: FinishedRun, tokenizer: Any, tmp_path: Path
) -> None:
    loaded = _load(finished_run, form, "preference", tmp_path)
    assert len(loaded) == len(preference_rows(finished_run))
    for row in loaded:
        tools = json.loads(row["tools"])
        prompt = tokenizer.apply_chat_template(row["prompt"], tools=tools, tokenize=False)
        sides = {}
        for side in ("chosen", "rejected"):
            sides[side] = tokenizer.apply_chat_template([*row["prompt"], *row[side]], tools=tools, tokenize=False)
            assert sides[side].startswith(prompt)
            _shows_everything(sides[side], [*row["prompt"], *row[side]])
        assert sides["chosen"] != sides["rejected"]
        assert row["errors"]


@pytest.mark.parametrize("name", ["sft", "preference"])
def test_both_forms_hold_the_same_rows_and_nothing_is_padded(
    name: str, finished_run: FinishedRun, tmp_path: Path
) -> None:
    written = read_lines(finished_run.folder / "export" / f"{name}.jsonl")
    for form in ("json", "parquet"):
        loaded = list(_load(finished_run, form, name, tmp_path))
        # Columns that a message lacks come as null; inside arguments, outputs and definitions nothing may be added.
        assert [_without_nulls(row) for row in loaded] == [_without_nulls(row) for row in written]


def test_the_card_says_where_the_data_is(finished_run: FinishedRun, tmp_path: Path) -> None:
    from datasets import load_dataset

    for name, rows in (("sft", sft_rows(finished_run)), ("preference", preference_rows(finished_run))):
        loaded = load_dataset(str(finished_run.folder / "export"), name, split="train", cache_dir=str(tmp_path))
        assert [row["id"] for row in loaded] == [row["id"] for row in rows]


def _load(run: FinishedRun, form: str, name: str, cache: Path) -> Any:
    from datasets import load_dataset

    file = run.folder / "export" / f"{name}.{'jsonl' if form == 'json' else form}"
    return load_dataset(form, data_files=str(file), split="train", cache_dir=str(cache / form / name))


def _shows_everything(text: str, messages: list[Row]) -> None:
    for message in messages:
        if message["role"] == "tool":
            json.loads(message["content"])
        assert (message["content"] or "") in text
    calls = [json.loads(each.partition("</tool_call>")[0]) for each in text.split("<tool_call>")[1:]]
    assert [call["name"] for call in calls] == [name for _, name in called(messages)]
    assert all(isinstance(call["arguments"], dict) for call in calls)


def _between(text: str, start: str, end: str) -> str:
    return text.partition(start)[2].partition(end)[0]


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_nulls(each) for key, each in value.items() if each is not None}
    if isinstance(value, list):
        return [_without_nulls(each) for each in value]
    return value

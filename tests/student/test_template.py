"""Which template a model is taught with, and what is wrong with the others."""

from __future__ import annotations

import json

import pytest
from taught import sft_row, tokenizer

from magnet_kg.domain.errors import MagnetError
from magnet_kg.student.answers import read_answer
from magnet_kg.student.template import check_template, choose_template, fitted_tokenizer, our_template, shows_calls
from magnet_kg.student.tokens import encode

NO_TOOLS = (
    "{% for message in messages %}{{ '<|im_start|>' + message.role + '\n' + (message.content or '') + '<|im_end|>\n' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)


def test_ours_trains_what_it_generates() -> None:
    assert check_template(tokenizer(our_template())) == []
    assert choose_template(tokenizer(our_template())).whose == "own"


def changed(*changes: tuple[str, str]) -> str:
    """Our template, spoiled."""
    template = our_template()
    for old, new in changes:
        assert old in template
        template = template.replace(old, new)
    return template


UNMARKED = (("{%- generation %}", ""), ("{%- endgeneration %}", ""))
END_UNTRAINED = ("{{- '<|im_end|>' }}\n        {%- endgeneration %}", "{%- endgeneration %}<|im_end|>")
LAST_ENDS_OTHERWISE = (
    "endgeneration %}\n        {{- '\\n' }}",
    "endgeneration %}{{- '\\n\\n' if loop.last else '\\n' }}",
)
TOOLS_TRAINED = (
    ("{%- elif message.role == 'tool' %}", "{%- elif message.role == 'tool' %}{% generation %}"),
    ("{%- elif message.role == 'assistant' %}", "{% endgeneration %}{%- elif message.role == 'assistant' %}"),
)


@pytest.mark.parametrize(
    ("template", "problem"),
    [
        (None, "is missing"),
        (NO_TOOLS, "does not show the tools"),
        ("{{ tools }}{{ raise_exception('no tools, please') }}", "no tools, please"),
        (changed(*UNMARKED), "no generation marks"),
        (changed(END_UNTRAINED), "the end of the assistant's messages"),
        (changed(("made.arguments | tojson(", "made.arguments | tojson | tojson(")), "quotes the arguments"),
        (changed(*TOOLS_TRAINED), "trains what the assistant does not say"),
        (changed(("<tool_call>", "<function>"), ("</tool_call>", "</function>")), "a form that is not read here"),
        (changed(("{%- generation %}", "{{- '<think></think>' }}{%- generation %}")), "with another beginning"),
        (changed(("{%- set system", "{{- messages | length }}{%- set system")), "once it is answered"),
        (changed(LAST_ENDS_OTHERWISE), "once others follow"),
    ],
)
def test_what_is_wrong_with_a_template_is_named_and_ours_taken(template: str | None, problem: str) -> None:
    given = tokenizer(template)
    assert problem in " ".join(check_template(given))
    choice = choose_template(given)
    assert choice.whose == "ours"
    assert choice.problems[0] in str(choice)
    assert check_template(fitted_tokenizer(given)) == []
    assert given.chat_template == template


@pytest.mark.parametrize(
    "name", ["qwen2_5", "qwen3", "qwen3_5_think", "gptoss", "glm4moe", "llama3_1", "nemotron_3_nano"]
)
def test_known_templates_are_taught_in_calls_that_are_read_here(name: str) -> None:
    """Whatever template a model comes with, what it is taught to write is what evaluation reads."""
    from trl.chat_template_utils import _CHAT_TEMPLATES_DIR

    given = tokenizer((_CHAT_TEMPLATES_DIR / f"{name}.jinja").read_text("utf-8"))
    readable_here = name in ("qwen2_5", "qwen3")
    choice = choose_template(given)
    assert choice.whose == ("marked" if readable_here else "ours")
    assert shows_calls(given) == readable_here
    fitted = fitted_tokenizer(given, choice)
    row = sft_row(1, turns=2)
    said = [message for message in row["messages"] if message["role"] == "assistant"]
    encoded = encode(fitted, row["messages"], row["tools"])
    assert len(encoded.runs) == len(said) == 4
    for (start, end), message in zip(encoded.runs, said, strict=True):
        written = fitted.decode(encoded.ids[start:end])
        assert written.strip().endswith("<|im_end|>")
        text, calls = read_answer({"content": written.replace("<|im_end|>", "")})
        assert text == message["content"]
        wanted = [one["function"] for one in message.get("tool_calls", ())]
        assert [(one.name, one.arguments) for one in calls] == [
            (one["name"], json.loads(one["arguments"])) for one in wanted
        ]


def test_a_thought_that_the_prompt_has_begun_is_no_part_of_the_answer() -> None:
    for thought in ("<think>Call <tool_call>?</think>", "Call <tool_call>?\n</think>\n\n"):
        assert read_answer({"content": f"{thought}It rains."}) == ("It rains.", [])


def test_a_model_without_the_marks_ends_messages_with_its_own_token() -> None:
    given = tokenizer()
    given.add_special_tokens({"eos_token": "</s>"})
    text = given.backend_tokenizer.to_str().replace("<|im_end|>", "<|other|>")
    from tokenizers import Tokenizer
    from transformers import PreTrainedTokenizerFast

    other = PreTrainedTokenizerFast(tokenizer_object=Tokenizer.from_str(text), eos_token="</s>")
    fitted = fitted_tokenizer(other)
    encoded = encode(fitted, sft_row(1)["messages"], sft_row(1)["tools"])
    assert all(fitted.decode(encoded.ids[start:end]).endswith("</s>") for start, end in encoded.runs)
    assert fitted.pad_token == "</s>"
    other.eos_token = None
    with pytest.raises(MagnetError, match="ends a message"):
        fitted_tokenizer(other)

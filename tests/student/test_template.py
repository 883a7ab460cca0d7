"""Which template a model is taught with, and what is wrong with the others."""

from __future__ import annotations

import pytest
from taught import sft_row, tokenizer

from magnet_kg.domain.errors import MagnetError
from magnet_kg.student.template import check_template, choose_template, fitted_tokenizer, our_template
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

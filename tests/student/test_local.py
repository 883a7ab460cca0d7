"""A student in a folder: a real model of a few thousand weights, saved as Hugging Face saves them."""

from __future__ import annotations

import asyncio
import importlib
from pathlib import Path
from typing import Any

import pytest
from tiny_model import TEMPLATE, saved

from magnet_kg.domain.errors import MagnetError, Unanswered
from magnet_kg.student.generation import loops
from magnet_kg.student.local import LocalStudent

pytest.importorskip("torch", reason="the extra train is not installed")

TOOLS = [{"type": "function", "function": {"name": "weather", "description": "", "parameters": {"type": "object"}}}]
ASKED = [{"role": "user", "content": "weather rome"}]


def said(student: LocalStudent, sample: int, messages: list[dict[str, Any]] = ASKED) -> str:
    return str(asyncio.run(student.chat(messages, TOOLS, sample))["content"])


def test_the_same_sample_says_the_same_whatever_was_said_before(tmp_path: Path) -> None:
    student = LocalStudent(saved(tmp_path / "tiny"), temperature=1.0)
    assert student.model == "tiny"
    first = [said(student, sample) for sample in range(4)]
    assert [said(student, sample) for sample in (3, 2, 1, 0)] == first[::-1]
    assert len(set(first)) > 1
    assert "[end]" not in "".join(first)


def test_dialogues_that_wait_together_are_answered_as_alone(tmp_path: Path) -> None:
    folder = saved(tmp_path, context=400)
    dialogues = [[{"role": "user", "content": "rome sunny is " * length}] for length in range(1, 30)]

    async def together(student: LocalStudent) -> list[str]:
        answers = await asyncio.gather(*(student.chat(one, TOOLS, 0) for one in dialogues))
        return [answer["content"] for answer in answers]

    for temperature in (0.0, 1.0):
        student = LocalStudent(folder, temperature=temperature, max_tokens=40)
        answers = asyncio.run(together(student))
        assert answers == [said(student, 0, one) for one in dialogues]
        assert len(set(answers)) > 1


def test_a_long_dialogue_goes_on_from_what_was_computed_of_it(tmp_path: Path) -> None:
    folder = saved(tmp_path, context=3000)
    first = [{"role": "user", "content": "rome sunny is " * 200}]
    dialogues = [first, [*first, {"role": "assistant", "content": "it is"}, *ASKED], [*first, *ASKED], first]
    dialogues.append([{"role": "user", "content": "rome sunny is " * 100 + "weather it " * 100}])
    alone = [said(LocalStudent(folder, temperature=1.0, max_tokens=40), 0, one) for one in dialogues]
    student = LocalStudent(folder, temperature=1.0, max_tokens=40)
    assert [said(student, 0, one) for one in dialogues] == alone
    assert student._generator._prefixes.known(student._prompt(dialogues[1], TOOLS, 0).ids) > 600


def test_what_is_said_over_and_over_is_cut_off(tmp_path: Path) -> None:
    student = LocalStudent(saved(tmp_path, context=3000), temperature=0)
    assert len(said(student, 0).split()) < 300
    assert loops([1, 2, 3] * 32)
    assert not loops([1, 2, 3] * 31)
    assert not loops([*range(80), *range(80)])


def test_an_answer_ends_where_the_template_ends_a_turn(tmp_path: Path) -> None:
    transformers: Any = importlib.import_module("transformers")
    folder = saved(
        tmp_path / "tiny", template=TEMPLATE.replace("{{ message.content }} ", "{{ message.content }} sunny ")
    )
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    tokenizer.add_special_tokens({"additional_special_tokens": ["sunny"]})
    tokenizer.save_pretrained(folder)
    student = LocalStudent(folder, temperature=1.0)
    answers = [said(student, sample) for sample in range(20)]
    assert not any("sunny" in answer for answer in answers)
    assert any(len(answer.split()) < 10 for answer in answers)


def test_who_gives_up_waiting_harms_nobody(tmp_path: Path) -> None:
    student = LocalStudent(saved(tmp_path), temperature=1.0)

    async def leave() -> str:
        gone = asyncio.create_task(student.chat(ASKED, TOOLS, 1))
        stayed = asyncio.create_task(student.chat(ASKED, TOOLS, 2))
        await asyncio.sleep(0)
        gone.cancel()
        return str((await stayed)["content"])

    assert asyncio.run(leave()) == said(student, 2)


def test_calls_of_the_history_are_shown_to_the_template_as_objects(tmp_path: Path) -> None:
    student = LocalStudent(saved(tmp_path), temperature=0)
    call = {"id": "call_1", "type": "function", "function": {"name": "weather", "arguments": '{"city":"rome"}'}}
    told: list[dict[str, Any]] = [
        *ASKED,
        {"role": "assistant", "content": "", "tool_calls": [call]},
        {"role": "tool", "content": "sunny"},
    ]
    assert said(student, 0, told)


def test_a_dialogue_that_does_not_fit_is_told(tmp_path: Path) -> None:
    student = LocalStudent(saved(tmp_path), temperature=1.0)
    with pytest.raises(Unanswered, match="context"):
        said(student, 0, [{"role": "user", "content": "rome " * 60}])


def test_without_a_template_whose_calls_are_read_a_model_is_asked_as_it_would_be_taught(tmp_path: Path) -> None:
    bare = "{% for message in messages %}{{ message.content }} {% endfor %}"
    unread = TEMPLATE.replace("tool_call>", "function>")
    templates = {"none": None, "bare": bare, "unread": unread}
    folders = [saved(tmp_path / name, template=one) for name, one in templates.items()]
    answers = [said(LocalStudent(folder, temperature=0), 0) for folder in folders]
    own = said(LocalStudent(saved(tmp_path / "own"), temperature=0), 0)
    assert answers[0] == answers[1] == answers[2] != own


def test_what_a_folder_lacks(tmp_path: Path) -> None:
    with pytest.raises(MagnetError, match="no tokenizer"):
        LocalStudent(saved(tmp_path / "bare", tokenizer=False), temperature=1.0)
    weights = next((saved(tmp_path / "empty")).glob("*.safetensors"))
    weights.write_bytes(weights.read_bytes()[:1000])
    with pytest.raises(MagnetError, match="no model that can be loaded"):
        LocalStudent(tmp_path / "empty", temperature=1.0)
    weights.unlink()
    with pytest.raises(MagnetError, match="no model"):
        LocalStudent(tmp_path / "empty", temperature=1.0)

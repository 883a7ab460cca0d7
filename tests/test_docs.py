"""What the README tells people to type exists, and what docs/training keeps can be used."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from magnet_kg.cli.main import main
from magnet_kg.pipeline.recipe import load_recipe, recipe_names
from magnet_kg.training.rows import Method
from magnet_kg.training.settings import load_settings

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
TRAININGS = ROOT / "docs" / "training"
OF_A_LADDER: dict[str, Method] = {"sft": "sft", "mdpo": "mdpo"}


def blocks() -> Iterator[str]:
    """What stands between fences: commands, code, rows."""
    inside = False
    lines: list[str] = []
    for line in _text().splitlines():
        if not line.startswith("```"):
            lines.append(line)
        elif inside:
            yield "\n".join(lines)
            inside = False
        else:
            inside, lines = True, []


def commands() -> list[str]:
    """Every `magnet-kg …` of the README: whole lines, and those within the text."""
    lines = [line.removeprefix("$ ") for block in blocks() for line in block.splitlines()]
    lines += re.findall(r"`(magnet-kg [^`\n]+)`", _text())
    return [line for line in lines if line.startswith("magnet-kg ")]


def _text() -> str:
    return README.read_text(encoding="utf-8")


def test_the_readme_shows_commands() -> None:
    assert len(commands()) >= 5


@pytest.mark.parametrize("line", commands())
def test_a_command_of_the_readme_is_understood(line: str) -> None:
    words = shlex.split(line.replace("…", ""), comments=True)[1:]
    command: click.Command = main
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        found = command.get_command(click.Context(command), words[0])
        assert found is not None, f"there is no command {words[0]}"
        command, words = found, words[1:]
    options = {name: p for p in command.params if isinstance(p, click.Option) for name in p.opts}
    place = iter(words)
    for word in place:
        if word.startswith("-"):
            name, _, value = word.partition("=")
            assert name in options, f"{line}: there is no option {name}"
            if not options[name].is_flag and not value:
                next(place, None)
    if command.name == "run" and words and not words[0].startswith("-"):
        assert words[0] in recipe_names() or words[0].endswith(".yaml")


def test_the_make_targets_of_the_readme_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"\bmake ([a-z]+)\b", "\n".join([*blocks(), *re.findall(r"`(make [^`\n]+)`", _text())])):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_the_files_that_the_readme_links_to_exist() -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", _text()):
        assert (ROOT / target).exists(), target


@pytest.mark.parametrize("file", sorted(TRAININGS.glob("*/*.yaml")), ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_what_a_training_was_made_with_is_still_understood(file: Path) -> None:
    """Else nobody could make the figures again."""
    if file.stem == "settings":
        method = json.loads(file.with_name("training.json").read_text())["asked"]["method"]
        assert load_settings(method, file, {}).max_steps
    elif file.stem in OF_A_LADDER:
        # Which says itself how long each training is.
        assert load_settings(OF_A_LADDER[file.stem], file, {}).max_steps is None
    else:
        assert load_recipe(str(file)).total

"""Recipes that name models: what is wrong is told with its line, and a run knows what shapes its rows."""

from __future__ import annotations

import pytest
import yaml

from magnet_kg.domain.errors import MagnetError
from magnet_kg.pipeline.recipe import Recipe, parse_recipe
from magnet_kg.teacher.settings import TeacherSettings

BASE = "name: mine\nsft: {single: 3}\n"


def recipe(text: str) -> Recipe:
    return parse_recipe(BASE + text, "mine.yaml")


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ("teacher: {kind: llm, modle: x}", 3, "unknown key teacher.modle"),
        ("teachers:\n  judge: {kind: rules}\n  juge: {kind: rules}", 5, "unknown key teachers.juge"),
        ("teachers:\n  translate:\n    - {kind: rules}\n    - kind: llm\n      wieght: 2", 7, "wieght"),
        ("teacher: {kind: llm}", 3, "belong together"),
        ("teacher: {kind: rules, model: 'openai:x'}", 3, "belong together"),
        ("teacher: {kind: llm, model: gpt}", 3, "provider:name"),
        ("teacher: {kind: llm, model: 'openai:x', concurrency: 0}", 3, "concurrency"),
        ("teachers: {judge: []}", 3, "teachers.judge"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(text: str, line: int, told: str) -> None:
    with pytest.raises(MagnetError) as error:
        recipe(text)
    assert str(error.value).startswith(f"mine.yaml:{line}: ")
    assert told in str(error.value)


def test_known_keys_are_listed_where_one_is_unknown() -> None:
    with pytest.raises(MagnetError, match=r"base_url.*weight"):
        recipe("teachers:\n  respond: [{kind: llm, modle: x}]")
    with pytest.raises(MagnetError, match="judge, translate, respond, errors, simulate"):
        recipe("teachers: {asks: {kind: rules}}")


def test_rules_cannot_answer_what_a_model_asks_without_a_tool() -> None:
    text = "teachers: {translate: {kind: llm, model: 'openai:x'}}\n"
    irrelevant = "name: mine\nsft: {irrelevance: 3}\n"
    with pytest.raises(MagnetError, match="give respond to a model too"):
        parse_recipe(irrelevant + text, "mine.yaml")
    assert parse_recipe(irrelevant + text + "paths: {no_tool: 0}", "mine.yaml").roster["respond"][0].kind == "rules"
    assert recipe(text).roster["translate"][0].model == "openai:x"
    with pytest.raises(MagnetError, match="Give respond to a model too"):
        parse_recipe(irrelevant, "mine.yaml").taught_by(TeacherSettings(), recipe(text).teachers)


def test_one_teacher_need_not_be_a_list() -> None:
    alone = recipe("teachers: {judge: {kind: llm, model: 'openai:x'}}")
    listed = recipe("teachers: {judge: [{kind: llm, model: 'openai:x'}]}")
    assert alone.hash == listed.hash


def test_where_a_model_is_and_how_it_is_called_shapes_no_row() -> None:
    at_first = recipe("teacher: {kind: llm, model: 'openai:x'}")
    moved = recipe(
        "teacher: {kind: llm, model: 'openai:x', base_url: 'http://other/v1', key_file: /secret, concurrency: 9}"
    )
    assert moved.hash == at_first.hash
    written = yaml.safe_dump(moved.record)
    assert "other" not in written
    assert "secret" not in written
    for change in ("temperature: 0.5", "max_tokens: 100", "attempts: 3", "structured: json"):
        assert recipe(f"teacher: {{kind: llm, model: 'openai:x', {change}}}").hash != at_first.hash

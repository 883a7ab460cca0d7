"""Keys: found where they may be, and taken out of every text."""

from __future__ import annotations

from pathlib import Path

import pytest

from magnet_kg.domain.errors import MagnetError
from magnet_kg.teacher.llm.keys import NO_KEY, find_key, redact
from magnet_kg.teacher.settings import TeacherSettings


def settings(model: str = "openai:m", **more: object) -> TeacherSettings:
    return TeacherSettings.model_validate({"kind": "llm", "model": model} | more)


def test_a_key_comes_from_its_file_or_else_from_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GOOGLE_API_KEY", raising=False)
    monkeypatch.setenv("OPENAI_API_KEY", " environment-key \n")
    monkeypatch.setenv("GEMINI_API_KEY", "gemini-key")
    monkeypatch.setenv("MISTRALAI_API_KEY", "mistral-key")
    path = tmp_path / "key"
    path.write_text("file-key\n")
    assert find_key(settings(key_file=path)) == "file-key"
    assert find_key(settings()) == "environment-key"
    assert find_key(settings("google:m")) == "gemini-key"
    assert find_key(settings("mistralai:m")) == "mistral-key"


def test_a_server_on_this_machine_needs_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    for address in ("http://127.0.0.1:8000/v1", "http://localhost:8000/v1", "http://[::1]:8000"):
        assert find_key(settings(base_url=address)) == NO_KEY
    with pytest.raises(MagnetError, match="Set OPENAI_API_KEY in the environment"):
        find_key(settings(base_url="http://localhost.example/v1"))


@pytest.mark.parametrize("content", ["", "two keys", "one\ntwo", "sk-ünïcode", None])
def test_a_file_without_a_key_is_told_without_its_content(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "key"
    if content is not None:
        path.write_text(content)
    with pytest.raises(MagnetError) as caught:
        find_key(settings(key_file=path))
    assert not content or content not in str(caught.value)


def test_no_key_is_left_in_a_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "an-odd-key-of-a-gateway")
    find_key(settings())
    text = redact("Wrong: an-odd-key-of-a-gateway, sk-proj-0123456789abcdef and AIzaSy0123456789abcdef. Ask again.")
    assert text == "Wrong: [key], [key] and [key]. Ask again."
    assert redact("no answer from http://me:secret@models.example/v1") == "no answer from http://models.example/v1"

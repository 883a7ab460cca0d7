"""Documents of other people: JSON's values whatever they are written in, and nothing run, grown or followed."""

from __future__ import annotations

from pathlib import Path

import pytest

from magnet_kg.catalog.documents import read_document
from magnet_kg.domain.errors import MagnetError


def written(folder: Path, text: str | bytes, name: str = "x.yaml") -> Path:
    file = folder / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def refused(file: Path) -> MagnetError:
    with pytest.raises(MagnetError) as raised:
        read_document(file)
    return raised.value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"), ("on", "on"), ("012", "012"), ("12", 12), ("-0.5", -0.5), ("1e3", 1000.0), ("1.0.0", "1.0.0"),
        ("2027-01-01", "2027-01-01"), ("12:30:00", "12:30:00"), ("~", None), ("", None), ("true", True), ("'1'", "1"),
        ("0x1f", "0x1f"), ("1_000", "1_000"),
    ],
)  # fmt: skip
def test_yaml_is_read_as_json_would_have_it(tmp_path: Path, text: str, value: object) -> None:
    assert read_document(written(tmp_path, f"a: {text}\n")).data == {"a": value}


def test_keys_are_texts_and_merged_maps_are_merged(tmp_path: Path) -> None:
    text = "200: x\ntrue: y\nbase: &base {q: 1}\nmore: {<<: *base, z: 2}\n"
    read = read_document(written(tmp_path, text)).data
    assert read == {"200": "x", "true": "y", "base": {"q": 1}, "more": {"q": 1, "z": 2}}


@pytest.mark.parametrize("name", ["x.yaml", "x.yml", "x.json", "x.txt"])
def test_json_is_read_under_any_name(tmp_path: Path, name: str) -> None:
    assert read_document(written(tmp_path, '\ufeff{"a": [1]}', name)).data == {"a": [1]}


def bomb(line: str) -> str:
    """Nine levels, each of them ten times the one before: a thousand million values out of a kilobyte."""
    return "a0: &a0 {x: 1}\n" + "".join(
        f"a{n}: &a{n} {line.replace('…', ','.join([f'*a{n - 1}'] * 10))}\n" for n in range(1, 10)
    )


@pytest.mark.parametrize(
    ("text", "said", "line"),
    [
        (bomb("[…]"), "its aliases make it far larger", 1),
        (bomb("{<<: […]}"), "its aliases make it far larger", 1),
        ("a:\n  b: &b [*b]\n", "an alias contains itself", 2),
        ("a: 1\nb: !!python/object/apply:os.getcwd []\n", "could not determine a constructor", 2),
        ("a: 1\nb: !!timestamp 2027-01-01\n", "could not determine a constructor", 2),
        ("a: 1\nb: 'x\n", "not YAML", 3),
        ("a: 1\n---\nb: 1\n", "another document", 2),
        ("[a, b]: 1\n", "not YAML", 1),
        ("? [a, b]\n: 1\n", "a key is a text", 1),
    ],
)
def test_what_is_no_document_is_told_with_its_line(tmp_path: Path, text: str, said: str, line: int) -> None:
    file = written(tmp_path, text)
    error = refused(file)
    assert said in error.what
    assert error.where == f"{file}:{line}"


@pytest.mark.parametrize("text", [b"a: \xff\xfe\n", b"a: \x01\n", b"a: " + b"9" * 5000, b"[" * 5000])
def test_what_is_no_text_or_has_no_end(tmp_path: Path, text: bytes) -> None:
    assert (refused(written(tmp_path, text)).where or "").startswith(str(tmp_path / "x.yaml"))


def test_broken_json_is_told_with_its_line(tmp_path: Path) -> None:
    file = written(tmp_path, '{"a": 1,\n"b": }', "x.json")
    assert refused(file).where == f"{file}:2"


def test_a_folder_and_nothing_are_no_documents(tmp_path: Path) -> None:
    assert "folder" in refused(tmp_path).what
    assert "no such file" in refused(tmp_path / "x.json").what


def test_a_line_is_found_by_the_keys_that_lead_to_it(tmp_path: Path) -> None:
    document = read_document(written(tmp_path, "a:\n  b: 1\nc:\n  b:\n    - d: x\n    - d: y\n"))
    assert document.line_of(["c", "b", "1", "d"], "y") == 6
    assert document.line_of(["c", "b"]) == 4
    assert document.line_of([]) == 1

"""ToolUniverse: from the installed package, a wheel or a folder; examples become examples of parameters."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from magnet_kg.catalog.read import read_catalog
from magnet_kg.domain.errors import MagnetError

TOOL: dict[str, Any] = {
    "name": "Trees_get_tree",
    "type": "BaseRESTTool",
    "description": "Get a tree by its id.",
    "parameter": {
        "type": "object",
        "properties": {"id": {"type": "string"}, "full": {"type": "boolean"}, "size": {"type": ["integer", "null"]}},
        "required": ["id"],
    },
    "return_schema": {
        "oneOf": [
            {"type": "object", "properties": {"name": {"type": "string"}}},
            {"type": "object", "properties": {"error": {"type": "string"}}},
        ]
    },
    "test_examples": [{"id": "T1", "full": True, "size": "big"}, {"id": "T2", "size": 3}, {"id": "T1"}],
}


def wheel(folder: Path, files: dict[str, Any]) -> Path:
    path = folder / "tooluniverse-9.9.9-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as packed:
        for name, content in files.items():
            packed.writestr(f"tooluniverse/data/{name}", content if isinstance(content, str) else json.dumps(content))
    return path


def test_a_wheel_is_read_as_it_is(tmp_path: Path) -> None:
    catalog = read_catalog(str(wheel(tmp_path, {"trees_tools.json": [TOOL], "keys.json": {"A_KEY": "secret"}})))
    (one,) = catalog.functions
    assert (one.id, one.category, one.version) == ("tooluniverse/Trees_get_tree", "trees", "9.9.9")
    assert one.source == "tooluniverse:trees_tools.json"
    assert one.returns == {"type": "object", "properties": {"name": {"type": "string"}}}
    assert one.required == ("id",)


def test_examples_stay_where_they_fit(tmp_path: Path) -> None:
    (one,) = read_catalog(str(wheel(tmp_path, {"trees_tools.json": [TOOL]}))).functions
    assert one.properties["id"]["examples"] == ["T1", "T2"]
    assert one.properties["size"]["examples"] == [3]
    assert "examples" not in one.properties["full"]


def test_a_folder_is_read_too(tmp_path: Path) -> None:
    (tmp_path / "trees_tools.json").write_text(json.dumps([TOOL]), encoding="utf-8")
    assert len(read_catalog(str(tmp_path), "tooluniverse").functions) == 1


def test_what_is_broken_or_no_tool_is_left_out(tmp_path: Path) -> None:
    secret = {"name": "A_KEY", "type": "secret"}
    files = {"broken_apis/old_tools.json": [TOOL], "api_keys_catalog.json": [secret], "trees_tools.json": [TOOL]}
    catalog = read_catalog(str(wheel(tmp_path, files)))
    assert [one.category for one in catalog.functions] == ["trees"]
    assert not catalog.skipped


@pytest.mark.parametrize("broken", ["{", [{**TOOL, "parameter": "none"}], [{**TOOL, "name": 3}]])
def test_a_broken_file_is_told_and_the_others_are_read(tmp_path: Path, broken: Any) -> None:
    path = wheel(tmp_path, {"broken_tools.json": broken, "trees_tools.json": [TOOL]})
    with pytest.raises(MagnetError) as raised:
        read_catalog(str(path))
    assert raised.value.where == "broken_tools.json"
    assert len(read_catalog(str(path), skip_bad=True).functions) == 1


def test_a_file_that_is_no_wheel(tmp_path: Path) -> None:
    path = tmp_path / "tooluniverse-1.0-py3-none-any.whl"
    path.write_bytes(b"no zip")
    with pytest.raises(MagnetError, match="not a wheel"):
        read_catalog(str(path))

"""Tables: a function a row, whatever the columns are called."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from magnet_kg.catalog.read import read_catalog
from magnet_kg.domain.errors import MagnetError

CITY = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
FULL = {
    "name": "find_park", "description": "Find a park.", "parameters": json.dumps(CITY),
    "returns": json.dumps({"type": "array", "items": {"type": "string"}}), "category": "outdoors",
    "licence": "CC0-1.0", "version": "4", "rating": 3.5,
}  # fmt: skip


def written(folder: Path, *rows: dict[str, Any], name: str = "parks.csv") -> Path:
    file = folder / name
    table = pd.DataFrame(list(rows))
    if name.endswith(".parquet"):
        table.to_parquet(file)
    else:
        table.to_csv(file, index=False, sep="\t" if name.endswith(".tsv") else ",")
    return file


def refused(file: Path, **columns: str) -> MagnetError:
    with pytest.raises(MagnetError) as raised:
        read_catalog(str(file), columns=columns)
    return raised.value


@pytest.mark.parametrize("name", ["parks.csv", "parks.tsv", "parks.parquet"])
def test_columns_of_the_fields_names_are_read_and_others_left_alone(tmp_path: Path, name: str) -> None:
    first, second = read_catalog(str(written(tmp_path, FULL, {"name": "list parks"}, name=name))).functions
    assert (first.id, first.description, first.category) == ("parks/find_park", "Find a park.", "outdoors")
    assert (first.licence, first.version, first.source) == ("CC0-1.0", "4", f"table:{name}")
    assert first.parameters == CITY
    assert (first.returns or {})["properties"]["items"]["type"] == "array"
    assert (second.name, second.original_name, second.category) == ("list_parks", "list parks", "parks")
    assert (second.description, second.properties, second.returns) == ("", {}, None)


def test_columns_of_other_names_are_mapped(tmp_path: Path) -> None:
    file = written(tmp_path, {"tool": "find_park", "desc": "Find it.", "schema": json.dumps(CITY), "category": "x"})
    columns = {"name": "tool", "description": "desc", "parameters": "schema"}
    (one,) = read_catalog(str(file), columns=columns).functions
    assert (one.name, one.description, one.required, one.category) == ("find_park", "Find it.", ("city",), "x")


def test_texts_that_look_like_nothing_or_numbers_stay_texts(tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    file.write_text("name,description\nnull,NA\n007,1e5\n,\n", encoding="utf-8")
    names = [(one.name, one.description) for one in read_catalog(str(file)).functions]
    assert names == [("null", "NA"), ("007", "1e5")]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"name": "x", "parameters": "{oops"}, "row 2: parameters are not JSON"),
        ({"name": "x", "returns": "text"}, "row 2: returns are not JSON"),
        ({"name": "x", "parameters": '{"type": "string"}'}, '"type": "object"'),
        ({"description": "A park."}, "row 2 has no name"),
    ],
)
def test_a_bad_row_is_told_with_its_number(tmp_path: Path, row: dict[str, Any], said: str) -> None:
    file = written(tmp_path, FULL, row)
    error = refused(file)
    assert said in error.what
    assert error.where == str(file)
    assert [one.name for one in read_catalog(str(file), skip_bad=True).functions] == ["find_park"]


def test_a_struct_of_arrow_s_is_no_schema(tmp_path: Path) -> None:
    assert "are not JSON" in refused(written(tmp_path, FULL | {"parameters": CITY}, name="parks.parquet")).what


def test_a_column_that_is_not_there(tmp_path: Path) -> None:
    file = written(tmp_path, {"tool": "x"})
    assert "no column is the name" in refused(file).what
    assert "tool" in (refused(file).do or "")
    assert "there is no column tol" in refused(file, name="tol").what
    assert "no function has a nam" in refused(file, nam="tool").what


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("t.parquet", b"no parquet", "not a table"),
        ("t.csv", b"name\n\xff\xfe\n", "not a table"),
        ("t.csv", b'name,x\n"a,1\n', "not a table"),
        ("t.csv", b"", "the catalog is empty"),
        ("t.csv", b"name,description\n", "the catalog is empty"),
    ],
)
def test_what_is_no_table(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    (tmp_path / name).write_bytes(content)
    error = refused(tmp_path / name)
    assert said in error.what
    assert error.where == str(tmp_path / name)


def test_without_pandas_the_user_is_told_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = written(tmp_path, FULL)
    monkeypatch.setitem(sys.modules, "pandas", None)
    assert "pip install 'magnet-kg[table]'" in str(refused(file))

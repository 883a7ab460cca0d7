"""OpenAPI that is wrong: the file, the line and the JSON pointer of what is wrong, and no traceback for any of it."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml

from magnet_kg.catalog.read import read_catalog
from magnet_kg.domain.errors import MagnetError

DESK = Path(__file__).parent / "library" / "desk.yaml"
HEAD = "openapi: 3.0.0\ninfo: {title: x, version: '1'}\npaths:\n"
GOOD = "  /good:\n    get: {operationId: good}\n"


def refused(file: Path) -> MagnetError:
    with pytest.raises(MagnetError) as raised:
        read_catalog(str(file))
    return raised.value


def written(folder: Path, text: str, name: str = "api.yaml") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def bad_query(schema: str) -> str:
    return (
        f"{HEAD}{GOOD}  /bad:\n    get:\n      operationId: bad\n      parameters:\n        - name: q\n"
        f"          in: query\n          schema:\n            {schema}\n"
    )


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        ('$ref: "#/components/schemas/Nothing"', "$ref #/components/schemas/Nothing leads nowhere"),
        ('$ref: "#nothing"', "leads nowhere"),
        ('$ref: "nothing.yaml#/A"', "there is no such file"),
        ('$ref: "../nothing.yaml#/A"', "out of the folder"),
        ('$ref: "/etc/passwd"', "out of the folder"),
        ('$ref: "https://example.org/a.yaml"', "the network, which is never asked"),
        ('$ref: "//example.org/a.yaml"', "the network"),
        ('$ref: "file:///etc/passwd"', "the network"),
        ("$ref: 3", "a $ref is a text"),
        ("type: dict", "'dict' is no type of JSON Schema"),
        ("[]", "a schema is an object"),
        ("{type: object, properties: []}", "properties are an object"),
    ],
)
def test_a_broken_schema_is_told_with_file_line_and_pointer(tmp_path: Path, schema: str, said: str) -> None:
    file = written(tmp_path, bad_query(schema))
    error = refused(file)
    assert said in error.what
    assert "#/paths/~1bad/get/parameters/0/schema" in error.what
    assert error.where in (f"{file}:12", f"{file}:13")
    catalog = read_catalog(str(file), skip_bad=True)
    assert [one.name for one in catalog.functions] == ["good"]
    assert [one.function for one in catalog.skipped] == ["bad"]


def test_what_is_broken_in_a_definition_is_told_where_it_is_defined(tmp_path: Path) -> None:
    text = bad_query('$ref: "#/components/schemas/A"') + (
        "components:\n  schemas:\n    A: {$ref: '#/components/schemas/B'}\n    B:\n      type: object\n"
        "      properties:\n        c: {type: strin}\n"
    )
    file = written(tmp_path, text)
    error = refused(file)
    assert "(at #/components/schemas/B/properties/c/type)" in error.what
    assert error.where == f"{file}:{len(text.splitlines())}"


def test_what_is_broken_in_a_file_beside_is_told_in_that_file(tmp_path: Path) -> None:
    file = written(tmp_path, bad_query('$ref: "parts.yaml#/A"'))
    parts = written(tmp_path, "x: 1\nA:\n  type: strin\n", "parts.yaml")
    assert refused(file).where == f"{parts}:3"
    parts.write_text("A: [\n")
    assert "not YAML" in refused(file).what


def test_a_link_does_not_lead_out_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "api").mkdir()
    written(tmp_path, "A: {type: string}\n", "secret.yaml")
    (tmp_path / "api" / "beside.yaml").symlink_to(tmp_path / "secret.yaml")
    assert "out of the folder" in refused(written(tmp_path / "api", bad_query('$ref: "beside.yaml#/A"'))).what


@pytest.mark.parametrize(
    ("text", "said", "do"),
    [
        ('swagger: "2.0"\npaths: {}\n', "this is Swagger 2.0", "swagger2openapi"),
        ("openapi: 2.9.9\npaths: {}\n", "OpenAPI 2.9.9 is not read", "3.0 or 3.1"),
        ("openapi: 3.0.0\npaths: []\n", "paths are an object", "specification"),
        ("openapi: 3.1.0\npaths: {}\n", "the catalog is empty", None),
        ("openapi: 3.1.0\nwebhooks: {}\n", "the catalog is empty", None),
        ("openapi: 3.1.0\npaths: {/a: 3}\n", "a path is an object", None),
        ("openapi: 3.1.0\npaths: {/a: {get: 3}}\n", "an operation is an object", None),
        ("openapi: 3.1.0\npaths: {/a: {get: {parameters: [3]}}}\n", "this is an object", None),
        ("openapi: 3.1.0\npaths: {/a: {get: {parameters: [{name: x}]}}}\n", "a name and a place", None),
    ],
)
def test_what_is_no_openapi_3_is_told_with_what_to_do(tmp_path: Path, text: str, said: str, do: str | None) -> None:
    error = refused(written(tmp_path, text))
    assert said in error.what
    assert do is None or do in (error.do or "")
    assert (error.where or "").startswith(str(tmp_path / "api.yaml"))


def test_two_operations_of_one_name(tmp_path: Path) -> None:
    file = written(tmp_path, f"{HEAD}{GOOD}  /better:\n    get:\n      operationId: good\n")
    error = refused(file)
    assert "api/good occurs twice" in error.what
    assert error.where == f"{file}:8"


def test_a_type_that_contains_itself_over_two_files_has_an_end(tmp_path: Path) -> None:
    (tmp_path / "parts").mkdir()
    file = written(tmp_path, bad_query('$ref: "parts/a.yaml"') + "components: {A: {$ref: parts/a.yaml}}\n")
    written(tmp_path, 'type: object\nproperties: {b: {$ref: "../api.yaml#/components/A"}}\n', "parts/a.yaml")
    assert len(read_catalog(str(file)).functions) == 2


JUNK: list[Any] = [
    None, 3, True, "x", [], {}, [3], [[]], 2**70, "$ref", {"$ref": "#/nope"}, {"$ref": 3}, {"type": {}},
    {"$ref": "#/components/schemas/Shelf"}, {"type": ["string", {}]}, {"required": [{}]}, {"enum": [{}]},
    {"allOf": [None]}, {"anyOf": [{"enum": [[]]}, {"enum": [1]}]}, {"properties": []},
]  # fmt: skip


def _spots(node: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [path, *(spot for key, child in children for spot in _spots(child, (*path, key)))]


@pytest.mark.parametrize("seed", range(4))
def test_nothing_that_stands_in_a_document_is_a_traceback(tmp_path: Path, seed: int) -> None:
    random = Random(seed)
    text = DESK.read_text(encoding="utf-8")
    spots = _spots(yaml.safe_load(text))[1:]
    for _ in range(60):
        document = yaml.safe_load(text)
        *way, last = random.choice(spots)
        node = document
        for key in way:
            node = node[key]
        node[last] = random.choice(JUNK)
        file = written(tmp_path, json.dumps(document), "desk.json")
        places: list[str | None]
        try:
            places = [fault.where for fault in read_catalog(str(file), "openapi", skip_bad=True).skipped]
        except MagnetError as error:
            places = [error.where]
        assert all((place or "").startswith(str(tmp_path)) for place in places)

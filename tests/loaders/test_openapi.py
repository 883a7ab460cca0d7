"""OpenAPI: whoever brings an API gets each operation as a function that a model can call."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml

from magnet_kg.catalog.read import read_catalog
from magnet_kg.domain.function import Function

DESK = Path(__file__).parent / "library" / "desk.yaml"


@pytest.fixture(scope="module")
def desk() -> dict[str, Function]:
    return {one.name: one for one in read_catalog(str(DESK)).functions}


def written(folder: Path, operation: dict[str, Any], name: str = "api.json", **document: Any) -> Path:
    """A document with one operation, `POST /things`."""
    whole = {"openapi": "3.0.3", "info": {"title": "x", "version": "1"}, "paths": {"/things": {"post": operation}}}
    file = folder / name
    file.write_text(json.dumps({**whole, **document}), encoding="utf-8")
    return file


def with_body(schema: dict[str, Any], **operation: Any) -> dict[str, Any]:
    return {
        "operationId": "make",
        "requestBody": {"required": True, "content": {"application/json": {"schema": schema}}},
        **operation,
    }


def the_only(file: Path) -> Function:
    (one,) = read_catalog(str(file)).functions
    return one


def test_each_operation_is_a_function_and_says_where_it_comes_from(desk: dict[str, Function]) -> None:
    assert sorted(desk) == [
        "get_loans_by_loan_id", "lend", "replace_loan", "return_book", "send_notice", "send_notices", "shelves_list",
    ]  # fmt: skip
    shelves = desk["shelves_list"]
    assert (shelves.id, shelves.category, shelves.original_name) == ("desk/shelves_list", "Shelves", "shelves.list")
    assert (shelves.source, shelves.licence, shelves.version) == ("openapi:desk.yaml", "MIT", "2027.3")
    assert desk["lend"].original_name is None
    assert desk["get_loans_by_loan_id"].original_name == "GET /loans/{loan_id}"
    assert desk["send_notice"].category == "desk"


def test_every_schema_is_json_schema_without_references(desk: dict[str, Function]) -> None:
    for function in desk.values():
        for schema in (function.parameters, function.returns or {"type": "object"}):
            assert schema["type"] == "object"
            assert "$ref" not in json.dumps(schema)
            jsonschema_rs.validator_for(schema)


def test_descriptions_have_no_markup_and_say_nothing_twice(desk: dict[str, Function]) -> None:
    assert desk["shelves_list"].description == "List shelves, with the shelves on them & their subjects."
    assert desk["lend"].description == "Lend a book. To a member."


def test_what_says_who_asks_is_no_parameter(desk: dict[str, Function]) -> None:
    assert set(desk["shelves_list"].properties) == {"subject", "filter_floor", "X-Branch"}
    assert desk["shelves_list"].required == ("X-Branch",)


def test_a_parameter_keeps_its_own_name_beside_the_one_that_fits(desk: dict[str, Function]) -> None:
    floor = desk["shelves_list"].properties["filter_floor"]
    assert floor["x-original-name"] == "filter[floor]"
    assert floor["description"] == "Only this floor."
    assert desk["shelves_list"].properties["X-Branch"]["examples"] == ["north"]


def test_yaml_s_no_is_a_text(desk: dict[str, Function]) -> None:
    assert desk["shelves_list"].properties["subject"]["enum"] == ["art", "law", "no"]


def test_path_and_body_are_one_object(desk: dict[str, Function]) -> None:
    assert list(desk["replace_loan"].properties) == ["loan_id", "member", "item", "note", "due", "secret"]
    assert desk["replace_loan"].required == ("loan_id",)  # the body may be left out
    assert desk["lend"].required == ("member", "item")


def test_all_of_is_merged_and_one_of_stays_a_choice(desk: dict[str, Function]) -> None:
    book, tape = desk["lend"].properties["item"]["anyOf"]
    assert set(book["properties"]) == {"added", "title", "pages"}  # the id is read-only
    assert book["required"] == ["title", "pages"]
    assert tape["required"] == ["minutes"]


def test_null_is_left_out_of_what_is_given_and_kept_in_what_is_returned(desk: dict[str, Function]) -> None:
    assert desk["lend"].properties["note"] == {"type": "string", "maxLength": 80}
    returned = (desk["lend"].returns or {})["properties"]
    assert returned["note"]["type"] == ["string", "null"]
    assert "loan_id" in returned
    assert "secret" not in returned


def test_a_schema_that_contains_itself_ends_in_a_plain_object_that_says_so(desk: dict[str, Function]) -> None:
    shelf = (desk["shelves_list"].returns or {})["properties"]["items"]["items"]
    again = shelf["properties"]["shelves"]["items"]
    assert again == {"type": "object", "description": "Shelf, with the same fields as the one that it is in"}


def test_a_list_and_a_number_are_returned_in_an_object(desk: dict[str, Function]) -> None:
    assert (desk["shelves_list"].returns or {})["properties"]["items"]["type"] == "array"
    assert (desk["replace_loan"].returns or {})["properties"] == {"result": {"type": "integer"}}
    assert desk["return_book"].returns is None


def test_files_beside_the_document_are_read(desk: dict[str, Function]) -> None:
    assert desk["send_notice"].properties["loan"]["properties"]["member"]["format"] == "email"
    assert list(desk["send_notices"].properties) == ["body"]
    # What it answers is one of two objects: what both have is certain.
    assert (desk["send_notice"].returns or {})["required"] == ["notice_id"]
    assert set((desk["send_notice"].returns or {})["properties"]) == {"notice_id", "sent_at", "position"}


def test_json_and_yaml_of_one_document_give_the_same_functions(tmp_path: Path) -> None:
    one = with_body({"type": "object", "properties": {"n": {"type": "integer", "default": 3}}})
    first = the_only(written(tmp_path, one))
    document = json.loads((tmp_path / "api.json").read_text())
    (tmp_path / "api.yaml").write_text(yaml.safe_dump(document))
    assert the_only(tmp_path / "api.yaml").content_hash == first.content_hash


def test_openapi_3_0_s_own_keywords(tmp_path: Path) -> None:
    schema = {
        "type": "object",
        "properties": {
            "n": {"type": "number", "minimum": 0, "exclusiveMinimum": True, "nullable": True},
            "kind": {"type": "string", "enum": ["a", None], "nullable": True, "example": "a"},
        },
    }
    responses = {"200": {"description": "", "content": {"application/json": {"schema": schema}}}}
    made = the_only(written(tmp_path, with_body(schema, responses=responses)))
    assert made.properties["n"] == {"type": "number", "exclusiveMinimum": 0}
    assert made.properties["kind"] == {"type": "string", "enum": ["a"], "examples": ["a"]}
    returned = (made.returns or {})["properties"]
    assert returned["n"]["type"] == ["number", "null"]
    assert returned["kind"]["enum"] == ["a", None]


def test_a_body_whose_names_clash_stands_under_body(tmp_path: Path) -> None:
    schema = {"type": "object", "properties": {"id": {"type": "integer"}}, "required": ["id"]}
    query = {"name": "id", "in": "query", "schema": {"type": "string"}}
    made = the_only(written(tmp_path, with_body(schema, parameters=[query])))
    assert made.properties["id"] == {"type": "string"}
    assert made.properties["body"] == schema
    assert made.required == ("body",)


def test_the_body_s_options_are_merged_into_one_object(tmp_path: Path) -> None:
    def option(name: str) -> dict[str, Any]:
        return {"type": "object", "properties": {"id": {"type": "integer"}, name: {}}, "required": ["id", name]}

    made = the_only(written(tmp_path, with_body({"oneOf": [option("a"), option("b")]})))
    assert set(made.properties) == {"id", "a", "b"}
    assert made.required == ("id",)


def test_a_pattern_that_nothing_here_understands_is_left_out(tmp_path: Path) -> None:
    schema = {"type": "object", "properties": {"a": {"type": "string", "pattern": "(?<x"}}}
    assert the_only(written(tmp_path, with_body(schema))).properties["a"] == {"type": "string"}


def test_a_schema_that_would_grow_without_measure_is_told_in_short(tmp_path: Path) -> None:
    fields = {f"f{n}": {"$ref": f"#/components/schemas/T{n}"} for n in range(12)}
    schemas = {f"T{n}": {"type": "object", "properties": {"n": {"type": "integer"}, **fields}} for n in range(12)}
    file = written(tmp_path, with_body({"$ref": "#/components/schemas/T0"}), components={"schemas": schemas})
    made = the_only(file)
    assert len(json.dumps(made.parameters)) < 60_000
    assert made.properties["f1"]["properties"]["n"] == {"type": "integer"}


def test_a_function_is_no_other_for_the_functions_beside_it(tmp_path: Path) -> None:
    alone = {one.name: one.content_hash for one in read_catalog(str(DESK), only=["lend"]).functions}
    together = {one.name: one.content_hash for one in read_catalog(str(DESK)).functions}
    assert alone == {"lend": together["lend"]}


def test_only_looks_at_names_and_tags() -> None:
    def names(*only: str) -> set[str]:
        return {one.name for one in read_catalog(str(DESK), only=only).functions}

    assert names("Loans") == {"lend", "get_loans_by_loan_id", "return_book", "replace_loan"}
    assert names("shelves.list", "send_*") == {"shelves_list", "send_notice", "send_notices"}


def test_a_document_whose_keys_are_ordered_otherwise_gives_the_same_functions(tmp_path: Path) -> None:
    document = yaml.safe_load(DESK.read_text(encoding="utf-8").replace("no]", "'no']"))
    for path in ("/notices", "/notices/bulk"):
        del document["paths"][path]
    hashes = []
    for ordered in (False, True):
        (tmp_path / "desk.json").write_text(json.dumps(document, sort_keys=ordered, default=str))
        hashes.append({one.name: one.content_hash for one in read_catalog(str(tmp_path / "desk.json")).functions})
    assert hashes[0] == hashes[1]
    assert len(hashes[0]) == 5

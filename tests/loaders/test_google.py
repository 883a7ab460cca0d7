"""Methods of Google's APIs: paths keep what they are paths of, what only the server writes is not asked for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from magnet_kg.catalog.read import read_catalog
from magnet_kg.domain.errors import MagnetError
from magnet_kg.domain.function import Function


def only(name: str) -> Function:
    (one,) = read_catalog("google", only=[name]).functions
    return one


def document(folder: Path, schemas: dict[str, Any], *, name: str = "garden.v1", **method: Any) -> Path:
    api = name.split(".")[0]
    plant = {"id": f"{api}.trees.plant", "httpMethod": "POST", "description": "Plants a tree.", **method}
    file = folder / f"{name}.json"
    held = {"revision": "20260101", "schemas": schemas, "resources": {"trees": {"methods": {"plant": plant}}}}
    file.write_text(json.dumps(held), encoding="utf-8")
    return file


def plant(folder: Path, schemas: dict[str, Any], **method: Any) -> Function:
    document(folder, schemas, **method)
    (one,) = read_catalog(str(folder), "google").functions
    return one


def test_a_path_keeps_the_pattern_that_tells_what_it_names() -> None:
    one = only("pubsub.projects.topics.get")
    assert (one.name, one.category) == ("pubsub_projects_topics_get", "pubsub")
    assert one.properties["topic"]["pattern"] == "^projects/[^/]+/topics/[^/]+$"
    assert one.required == ("topic",)
    assert one.returns is not None
    assert "name" in one.returns["properties"]


def test_the_body_is_among_the_parameters() -> None:
    one = only("calendar.events.insert")
    assert {"calendarId", "summary", "attendees"} <= one.properties.keys()
    assert {"calendarId", "start", "end"} <= set(one.required)
    assert not {"kind", "fields", "key", "prettyPrint", "access_token"} & one.properties.keys()


def test_what_only_the_server_writes_is_not_asked_for(tmp_path: Path) -> None:
    properties = {
        "kind": {"type": "string", "default": "garden#tree"},
        "state": {"type": "string", "readOnly": True},
        "age": {"type": "integer", "format": "int32", "description": "Output only. Its age."},
        "height": {"type": "number", "format": "double", "description": "[Output Only] Its height."},
        "secret": {"type": "string", "description": "Input only. What nobody sees."},
        "name": {"type": "string", "description": "Required. Its name."},
    }
    reference = {"$ref": "Tree"}
    schemas = {"Tree": {"type": "object", "properties": properties}}
    one = plant(tmp_path, schemas, request=reference, response=reference)
    assert list(one.properties) == ["secret", "name"]
    assert one.properties["name"]["description"] == "Its name."
    assert one.required == ("name",)
    assert one.returns is not None
    assert list(one.returns["properties"]) == ["state", "age", "height", "name"]


def test_a_change_need_not_say_all_of_it(tmp_path: Path) -> None:
    schemas = {"Tree": {"type": "object", "properties": {"name": {"type": "string", "description": "Required. Name."}}}}
    assert plant(tmp_path, schemas, request={"$ref": "Tree"}, httpMethod="PATCH").required == ()


def test_parameters_are_as_the_python_client_calls_them(tmp_path: Path) -> None:
    parameters = {
        "filter.age": {"type": "integer", "format": "int32", "default": "5", "minimum": "1", "location": "query"},
        "ids": {"type": "string", "repeated": True, "location": "query"},
        "view": {"type": "string", "enum": ["VIEW_UNSPECIFIED", "FULL", "OLD"], "enumDeprecated": [False, False, True]},
        "parent": {"type": "string", "required": True, "location": "path"},
    }
    one = plant(tmp_path, {}, parameters=parameters, parameterOrder=["parent"])
    assert one.properties == {
        "parent": {"type": "string"},
        "filter_age": {"type": "integer", "default": 5, "minimum": 1},
        "ids": {"type": "array", "items": {"type": "string"}},
        "view": {"type": "string", "enum": ["FULL"]},
    }


def test_what_recurs_ends(tmp_path: Path) -> None:
    branches = {"type": "array", "items": {"$ref": "Tree"}}
    schemas = {"Tree": {"type": "object", "properties": {"branches": branches, "name": {"type": "string"}}}}
    one = plant(tmp_path, schemas, request={"$ref": "Tree"})
    assert one.properties["branches"] == {"type": "array", "items": {"type": "object"}}


def test_a_long_name_keeps_its_end_which_says_what_is_done(tmp_path: Path) -> None:
    path = "garden.projects.locations.collections.greenhouses.shelves.pots.trees.branches"
    water, prune = (plant(tmp_path / verb, {}, id=f"{path}.{verb}") for verb in folders(tmp_path, "water", "prune"))
    assert "_trees_branches_water_" in water.name
    assert len(water.name) <= 64
    assert water.name != prune.name
    assert water.original_name == f"{path}.water"


def folders(folder: Path, *names: str) -> tuple[str, ...]:
    for name in names:
        (folder / name).mkdir()
    return names


@pytest.mark.parametrize(
    ("versions", "read"),
    [
        (["v1", "v2"], "v2"),
        (["v1", "v2beta1", "v3alpha"], "v1"),
        (["v1beta1", "v1beta2"], "v1beta2"),
        (["alpha", "v1.2", "v1.10"], "v1.10"),
    ],
)
def test_the_highest_stable_version_is_read(tmp_path: Path, versions: list[str], read: str) -> None:
    for version in versions:
        document(tmp_path, {}, name=f"garden.{version}")
    (one,) = read_catalog(str(tmp_path), "google").functions
    assert one.source == f"google:garden.{read}"


def test_parts_of_an_api_are_all_read(tmp_path: Path) -> None:
    for part in ("beds_v1", "beds_v1beta", "trees_v1"):
        document(tmp_path, {}, name=f"garden.{part}")
    names = [one.name for one in read_catalog(str(tmp_path), "google").functions]
    assert names == ["garden_beds_trees_plant", "garden_trees_trees_plant"]


@pytest.mark.parametrize("broken", ["not json", "[]", '{"resources": {"a": {"methods": {"b": 3}}}}'])
def test_a_broken_document_is_told_and_the_others_are_read(tmp_path: Path, broken: str) -> None:
    document(tmp_path, {})
    file = tmp_path / "broken.v1.json"
    file.write_text(broken, encoding="utf-8")
    with pytest.raises(MagnetError) as raised:
        read_catalog(str(tmp_path), "google")
    assert raised.value.where == str(file)
    assert len(read_catalog(str(tmp_path), "google", skip_bad=True).functions) == 1


def test_a_reference_to_nothing_is_told(tmp_path: Path) -> None:
    file = document(tmp_path, {}, response={"$ref": "Nothing"})
    with pytest.raises(MagnetError, match="Nothing") as raised:
        read_catalog(str(tmp_path), "google")
    assert raised.value.where == str(file)

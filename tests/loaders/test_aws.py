"""Operations of AWS: what a caller of boto3 knows of them is kept, and nothing of a recursion or a thousand choices."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from magnet_kg.catalog.read import read_catalog
from magnet_kg.domain.errors import MagnetError
from magnet_kg.domain.function import Function


def only(name: str) -> Function:
    (one,) = read_catalog("aws", only=[name]).functions
    return one


def service(folder: Path, model: Any, name: str = "garden", version: str = "2020-01-01") -> Path:
    file = folder / name / version / "service-2.json.gz"
    file.parent.mkdir(parents=True)
    file.write_bytes(gzip.compress(json.dumps(model).encode()))
    return file


def model(**shapes: Any) -> dict[str, Any]:
    plant = {"name": "PlantTree", "input": {"shape": "In"}, "output": {"shape": "Out"}}
    text = {"type": "string"}
    return {"operations": {"PlantTree": plant}, "shapes": {"Text": text, "In": struct(), "Out": struct(), **shapes}}


def struct(required: tuple[str, ...] = (), **members: Any) -> dict[str, Any]:
    return {"type": "structure", "required": list(required), "members": members}


def plant(folder: Path, **shapes: Any) -> Function:
    service(folder, model(**shapes))
    (one,) = read_catalog(str(folder), "aws").functions
    return one


def test_an_operation_is_what_boto3_knows_of_it() -> None:
    one = only("ec2_describe_vpcs")
    assert (one.category, one.toolkit, one.original_name) == ("ec2", "ec2", "ec2.DescribeVpcs")
    assert one.source == "aws:botocore"
    assert one.version
    assert one.description.startswith("Describes your VPCs.")
    assert one.properties["VpcIds"]["items"] == {"type": "string"}
    assert one.returns is not None
    assert "VpcId" in one.returns["properties"]["Vpcs"]["items"]["properties"]


def test_values_that_aws_takes_are_taken() -> None:
    validator = jsonschema_rs.validator_for(only("sqs_send_message").parameters)
    assert validator.is_valid({"QueueUrl": "https://queue.example/1", "MessageBody": "hello", "DelaySeconds": 5})
    assert not validator.is_valid({"QueueUrl": "https://queue.example/1"})
    assert not validator.is_valid({"QueueUrl": "https://queue.example/1", "MessageBody": 3})


def test_many_instance_types_are_told_by_a_few() -> None:
    stated = only("ec2_run_instances").properties["InstanceType"]
    assert "enum" not in stated
    assert 1 <= len(stated["examples"]) <= 5


def test_what_recurs_ends(tmp_path: Path) -> None:
    tree = struct(name={"shape": "Text"}, branches={"shape": "Trees"})
    trees = {"type": "list", "member": {"shape": "Tree"}}
    one = plant(tmp_path, Tree=tree, Trees=trees, In=struct(("tree",), tree={"shape": "Tree"}))
    below = one.properties["tree"]["properties"]
    assert below["name"] == {"type": "string"}
    assert below["branches"] == {"type": "array", "items": {"type": "object"}}
    assert one.required == ("tree",)


def test_a_token_that_is_made_up_for_the_caller_is_not_asked_for(tmp_path: Path) -> None:
    members: dict[str, Any] = {"token": {"shape": "Text", "idempotencyToken": True}, "name": {"shape": "Text"}}
    one = plant(tmp_path, In=struct(("token", "name"), **members))
    assert one.required == ("name",)
    assert "token" in one.properties


def test_what_is_deprecated_is_said_or_left_out(tmp_path: Path) -> None:
    members: dict[str, Any] = {"old": {"shape": "Text", "deprecated": True}, "new": {"shape": "Text"}}
    garden = model(In=struct(**members))
    garden["operations"]["PlantTree"] |= {"deprecated": True, "deprecatedMessage": "Use <code>SowTree</code>."}
    service(tmp_path, garden)
    (one,) = read_catalog(str(tmp_path), "aws").functions
    assert list(one.properties) == ["new"]
    assert one.description == "Plant tree. Deprecated. Use SowTree."


@pytest.mark.parametrize(
    ("documentation", "description"),
    [
        ("<p>Plants a tree.</p><note><p>Mind the roots.</p></note>", "Plants a tree."),
        ("<important><p>New.</p></important><p>Plants a tree.</p>", "Plants a tree."),
        ("<p>Plants a tree. You need:</p><ul><li>a spade</li></ul>", "Plants a tree."),
        ("<p>Plants a tree with:</p><ul><li>a spade</li></ul>", "Plants a tree with"),
        ("<note><p>Only a note.</p></note>", "Only a note."),
        ("", "Plant tree."),
    ],
)
def test_a_description_says_what_is_done(tmp_path: Path, documentation: str, description: str) -> None:
    garden = model()
    garden["operations"]["PlantTree"]["documentation"] = documentation
    service(tmp_path, garden)
    (one,) = read_catalog(str(tmp_path), "aws").functions
    assert one.description == description


def test_the_latest_version_of_a_service_is_read(tmp_path: Path) -> None:
    service(tmp_path, model(In=struct(old={"shape": "Text"})))
    service(tmp_path, model(In=struct(new={"shape": "Text"})), version="2024-05-05")
    (one,) = read_catalog(str(tmp_path), "aws").functions
    assert list(one.properties) == ["new"]


@pytest.mark.parametrize(
    "broken",
    [model(In=struct(tree={"shape": "Missing"})), [], {"shapes": {}}, {"shapes": {"In": 3}, "operations": {}}],
)
def test_a_broken_service_is_told_and_the_others_are_read(tmp_path: Path, broken: Any) -> None:
    file = service(tmp_path, broken, "broken")
    service(tmp_path, model())
    with pytest.raises(MagnetError) as raised:
        read_catalog(str(tmp_path), "aws")
    assert raised.value.where == str(file)
    catalog = read_catalog(str(tmp_path), "aws", skip_bad=True)
    assert [one.name for one in catalog.functions] == ["garden_plant_tree"]
    assert len(catalog.skipped) == 1


def test_a_file_that_is_not_packed(tmp_path: Path) -> None:
    service(tmp_path, model()).write_bytes(b"not gzip")
    with pytest.raises(MagnetError, match="not a description of a service"):
        read_catalog(str(tmp_path), "aws")

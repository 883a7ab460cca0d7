"""AWS, Google and ToolUniverse as they are installed: all of each can be read, and every function can be offered.

New releases of these packages come every week, so numbers are lower bounds.
"""

from __future__ import annotations

import json
import re
from random import Random

import jsonschema_rs
import pytest

from magnet_kg.catalog.read import Catalog, read_catalog
from magnet_kg.domain.errors import MagnetError
from magnet_kg.domain.function import NAME_PATTERN

LEAST = {"aws": (19_000, 15_000), "google": (13_000, 12_000), "tooluniverse": (2_900, 2_700)}


@pytest.mark.parametrize("name", LEAST)
def test_every_function_of_a_catalog_is_read(name: str) -> None:
    catalog = read_catalog(name)
    functions, with_outputs = LEAST[name]
    assert catalog.name == name
    assert len(catalog.functions) >= functions
    assert sum(bool((one.returns or {}).get("properties")) for one in catalog.functions) >= with_outputs
    assert {one.catalog for one in catalog.functions} == {name}
    assert {one.licence for one in catalog.functions} == {"Apache-2.0"}
    for one in catalog.functions:
        assert re.fullmatch(NAME_PATTERN, one.name)
        assert 0 < len(one.description) <= 800
        assert "\n" not in one.description
        assert set(one.required) <= one.properties.keys()
    _readers_take_it(catalog)


def _readers_take_it(catalog: Catalog) -> None:
    for one in Random(catalog.name).sample(catalog.functions, 300):
        for schema in filter(None, (one.parameters, one.returns)):
            assert schema["type"] == "object"
            jsonschema_rs.validator_for(schema)
            assert "$ref" not in json.dumps(schema)
            assert len(json.dumps(schema)) < 100_000


@pytest.mark.parametrize(
    ("catalog", "only", "names"),
    [
        ("aws", ["ec2_describe_vpcs"], ["ec2_describe_vpcs"]),
        ("aws", ["sts.GetCallerIdentity", "s3_list_buck*ts"], ["s3_list_buckets", "sts_get_caller_identity"]),
        ("google", ["gmail.users.labels.list"], ["gmail_users_labels_list"]),
        ("google", ["directory.users.makeAdmin"], ["admin_directory_users_makeAdmin"]),
    ],
)
def test_only_some(catalog: str, only: list[str], names: list[str]) -> None:
    assert [one.name for one in read_catalog(catalog, only=only).functions] == names


@pytest.mark.parametrize("catalog", LEAST)
def test_nothing_of_it_is_wanted(catalog: str) -> None:
    with pytest.raises(MagnetError, match="nothing in it fits --only"):
        read_catalog(catalog, only=["no_such_service_at_all"])


def test_the_same_catalog_under_another_name() -> None:
    (one,) = read_catalog("aws", name="cloud", only=["sts_get_caller_identity"]).functions
    assert (one.id, one.catalog, one.category) == ("cloud/sts_get_caller_identity", "cloud", "sts")


@pytest.mark.parametrize("format", LEAST)
def test_a_place_where_there_is_no_such_catalog(format: str) -> None:
    with pytest.raises(MagnetError) as raised:
        read_catalog("/no/such/place", format)
    assert raised.value.where == "/no/such/place"

"""Concepts in the catalogs of clouds: two names of one resource must meet, and what is of one call alone must not."""

from __future__ import annotations

from typing import Any

import pytest
from unknown import function

from magnet_kg.catalog.concepts import MOST_INPUTS, concepts_of, is_lookup, is_sayable
from magnet_kg.catalog.telling import tells_which
from magnet_kg.catalog.words import bare_name, object_of, verb_of, words
from magnet_kg.domain.function import Function


def cloud(name: str, toolkit: str, takes: dict[str, Any], returns: dict[str, Any] | None = None) -> Function:
    made = function(name, takes, returns)
    return made.model_copy(update={"toolkit": toolkit})


def taken(one: Function) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for each in concepts_of(one).takes:
        found.setdefault(each.parameter, set()).add(each.concept)
    return found


def returned(one: Function) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for each in concepts_of(one).returns:
        found.setdefault(each.path, set()).add(each.concept)
    return found


def path(form: str, **more: str) -> dict[str, str]:
    return {"type": "string", "pattern": form, **more}


def test_an_id_meets_the_bare_id_and_the_number_of_the_same_thing() -> None:
    asked = taken(function("book_seat", {"flightId": "text"}))["flightId"]
    bare = returned(function("search", {}, {"flights": [{"id": "text"}]}))["flights[].id"]
    number = returned(function("list_flights", {}, {"flights": [{"flight_number": "text"}]}))["flights[].flight_number"]
    assert asked & bare & number == {"flight id"}


def test_a_number_beside_an_id_is_a_number() -> None:
    both = returned(function("list_flights", {}, {"flights": [{"flight_id": "text", "flight_number": "text"}]}))
    assert both["flights[].flight_number"] == {"flight number"}
    assert returned(function("get_person", {}, {"phone_number": "text"})) == {"phone_number": {"phone number"}}


def test_instance_ids_meet_wherever_they_stand() -> None:
    start = cloud("ec2_start_instances", "ec2", {"InstanceIds": ["text"]})
    describe = cloud("ec2_describe_instances", "ec2", {}, {"Reservations": [{"Instances": [{"InstanceId": "text"}]}]})
    stop = cloud("ec2_stop", "ec2", {"InstanceId": "text"})
    found = [*taken(start).values(), *returned(describe).values(), *taken(stop).values()]
    assert found == 3 * [{"instance id"}]


@pytest.mark.parametrize(
    ("name", "returns", "where", "concept"),
    [
        ("sns_create_topic", {"TopicArn": "text"}, "TopicArn", "topic arn"),
        ("sns_get_topic", {"Arn": "text"}, "Arn", "topic arn"),
        ("sns_list_topics", {"Topics": [{"arn": "text"}]}, "Topics[].arn", "topic arn"),
        ("sns_list_topics", {"TopicSummaryList": [{"id": "text"}]}, "TopicSummaryList[].id", "topic id"),
        ("sns_list_topics", {"items": [{"id": "text"}]}, "items[].id", "topic id"),
        ("sns_describe_topic", {"data": {"id": "text"}}, "data.id", "topic id"),
        ("sns_topics_list", {"items": [{"name": "text"}]}, "items[].name", "topic name"),
        ("sns_get_topic", {"TopicIdentifier": "text"}, "TopicIdentifier", "topic id"),
    ],
)
def test_a_bare_id_takes_its_meaning_from_where_it_stands(
    name: str, returns: dict[str, Any], where: str, concept: str
) -> None:
    assert returned(cloud(name, "sns", {}, returns))[where] == {concept}


def test_a_bare_id_is_what_its_description_says() -> None:
    one = function("update_order", {"id": {"type": "string", "description": "The id of the customer."}})
    assert taken(one) == {"id": {"customer id"}}
    bucket = {"type": "string", "description": "The name of the bucket to read from."}
    assert taken(cloud("s3_get_object", "s3", {"Bucket": bucket}))["Bucket"] == {"bucket name"}


def test_a_resource_name_is_of_what_its_path_ends_in() -> None:
    project = path("^projects/[^/]+$")
    topic = path("^projects/[^/]+/topics/[^/]+$")
    told = {"type": "string", "description": "Format: `projects/{project}/locations/global/topics/{topic}`."}
    create = cloud("pubsub_projects_topics_create", "pubsub", {"parent": project}, {"name": "text"})
    listed = cloud("pubsub_projects_topics_list", "pubsub", {"parent": project}, {"topics": [{"name": "text"}]})
    delete = cloud("pubsub_projects_topics_delete", "pubsub", {"name": topic})
    subscribe = cloud("pubsub_projects_subscriptions_create", "pubsub", {"name": project, "topic": told})
    assert taken(create)["parent"] == {"project resource name"}
    assert returned(create)["name"] == returned(listed)["topics[].name"] == taken(delete)["name"]
    assert taken(subscribe)["topic"] == taken(delete)["name"] == {"topic resource name"}
    assert not is_sayable(delete, "name")


def test_an_operation_that_goes_on_is_not_the_thing_that_it_makes() -> None:
    going = {"name": "text", "done": "yes", "error": {"code": "whole"}}
    create = cloud("run_jobs_create", "run", {"parent": path("^projects/[^/]+$")}, going)
    assert "job resource name" not in returned(create)["name"]
    wait = cloud("run_operations_wait", "run", {"name": path("^projects/[^/]+/operations/[^/]+$")})
    assert returned(create)["name"] & taken(wait)["name"]


@pytest.mark.parametrize("name", ["NextToken", "nextPageToken", "request_id", "clientToken", "NextMarker"])
def test_what_is_of_one_call_is_no_result(name: str) -> None:
    assert returned(function("list_things", {}, {name: "text", "thing_id": "text"})) == {"thing_id": {"thing id"}}
    assert returned(function("get_thing", {}, {"ResponseMetadata": {"RequestId": "text", "HostId": "text"}})) == {}


def test_a_page_token_cannot_be_said() -> None:
    assert not is_sayable(function("list_things", {"pageToken": "text"}), "pageToken")


def test_of_many_inputs_those_that_must_be_given_are_kept() -> None:
    takes = {f"option_{number:03}": "text" for number in range(MOST_INPUTS * 2)} | {"zone_id": "text"}
    one = function("make_it", takes, optional=tuple(name for name in takes if name != "zone_id"))
    assert len(concepts_of(one).takes) == MOST_INPUTS
    assert {each.parameter for each in concepts_of(one).takes if each.required} == {"zone_id"}


@pytest.mark.parametrize(
    ("name", "toolkit", "verb", "noun"),
    [
        ("get_contact_details", "contacts", "get", ("contact", "detail")),
        ("ec2_describe_security_groups", "ec2", "describe", ("security", "group")),
        ("s3_ListObjectsV2", "s3", "list", ("object",)),
        ("iot_jobs_data_get_thing", "iot-jobs-data", "get", ("thing",)),
        ("pubsub_projects_topics_list", "pubsub", "list", ("topic",)),
        ("search_flights_by_city", "flights", "search", ("flight",)),
        ("compute_instances_getIamPolicy", "compute", "get", ("iam", "policy")),
    ],
)
def test_a_function_says_what_it_does_and_to_what(name: str, toolkit: str, verb: str, noun: tuple[str, ...]) -> None:
    assert (verb_of(name, toolkit), tuple(object_of(name, toolkit))) == (verb, noun)


def test_a_lookup_is_one_behind_the_name_of_its_service_too() -> None:
    assert is_lookup(cloud("eks_describe_cluster", "eks", {}))
    assert not is_lookup(cloud("eks_create_cluster", "eks", {}))
    assert bare_name("eks", "eks") == "eks"


@pytest.mark.parametrize(("name", "split"), [("DBInstanceARNs", ("db", "instance", "arn")), ("VPCId", ("vpc", "id")),
                                             ("resourceIDs", ("resource", "id"))])  # fmt: skip
def test_capitals_in_a_row_are_one_word(name: str, split: tuple[str, ...]) -> None:
    assert words(name) == split


@pytest.mark.parametrize(
    ("concept", "tells"),
    [("flight id", True), ("topic arn", True), ("topic resource name", True), ("city", True), ("cluster name", True),
     ("amount", False), ("create time", False), ("page token", False), ("error code", False), ("aws account id", False),
     ("limit", False), ("attribute key", False)],
)  # fmt: skip
def test_ids_names_and_places_tell_things_apart_and_amounts_do_not(concept: str, tells: bool) -> None:
    assert tells_which(concept) is tells

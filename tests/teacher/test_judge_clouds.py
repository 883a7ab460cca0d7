"""The judge on operations of clouds, where everything has an id, a token and a status."""

from __future__ import annotations

from typing import Any

import pytest
from unknown import function

from magnet_kg.domain.dependency import Dependency
from magnet_kg.domain.function import Function
from magnet_kg.teacher.rules.judge import judge_pair


def edge(source: Function, target: Function) -> Dependency | None:
    return judge_pair(source, target).dependency


def reason(source: Function, target: Function) -> str:
    judgement = judge_pair(source, target)
    assert judgement.dependency is None, judgement.dependency
    assert judgement.reason
    return judgement.reason


def queue(verb: str, takes: dict[str, Any], returns: dict[str, Any] | None = None) -> Function:
    return function(f"sqs_{verb}", takes, returns).model_copy(update={"toolkit": "sqs"})


CREATE = queue("create_queue", {"Label": "text"}, {"QueueId": "text", "QueueName": "text"})
DELETE = queue("delete_queue", {"QueueId": "text"}, {"QueueId": "text"})
DESCRIBE = queue("describe_queue", {"QueueId": "text"}, {"QueueId": "text", "Status": "text"})
SEND = queue("send_message", {"QueueId": "text", "Body": "text"}, {"MessageId": "text"})


def test_what_is_created_can_be_used_and_deleted() -> None:
    for target, kind in ((DELETE, "output_is_input"), (SEND, "output_is_partial_input")):
        found = edge(CREATE, target)
        assert found is not None
        assert found.kind == kind
        assert [(b.output, b.parameter) for b in found.bindings] == [("QueueId", "QueueId")]


def test_what_was_deleted_is_gone() -> None:
    assert "gone" in reason(DELETE, SEND)
    assert edge(DELETE, DESCRIBE) is not None, "whether it is gone one may look up"


@pytest.mark.parametrize(
    ("output", "parameter"),
    [("NextToken", "NextToken"), ("nextPageToken", "pageToken"), ("RequestId", "RequestId"),
     ("ClientToken", "ClientToken"), ("status_code", "status_code"), ("AwsAccountId", "AwsAccountId")],
)  # fmt: skip
def test_what_belongs_to_a_call_feeds_no_other(output: str, parameter: str) -> None:
    assert reason(queue("list_queues", {}, {output: "text"}), queue("list_alarms", {parameter: "text"}))


def test_what_did_not_work_is_nothing_to_go_on_with() -> None:
    batch = queue("batch_start", {"Names": ["text"]}, {"Errors": [{"QueueId": "text"}]})
    assert reason(batch, SEND)


@pytest.mark.parametrize(("verb", "feeds"), [("delete_queue", True), ("describe_queue", True), ("create_queue", False)])
def test_by_its_name_something_is_called_that_is_there(verb: str, feeds: bool) -> None:
    listed = queue("list_topics", {}, {"Queues": [{"QueueName": "text"}]})
    assert (edge(listed, queue(verb, {"QueueName": "text"})) is not None) is feeds


def test_a_tag_is_known_where_it_is_taken_off_and_nowhere_else() -> None:
    source = queue("list_tags", {}, {"Tags": [{"Key": "text"}]})
    assert edge(source, queue("untag_queue", {"TagKeys": ["text"]})) is not None
    assert edge(source, queue("find_queues", {"TagKeys": ["text"]})) is None


def test_values_inside_of_others_are_not_handed_over() -> None:
    nested = queue("start_job", {"Target": {"type": "object", "properties": {"QueueId": {"type": "string"}}}})
    assert "by itself" in reason(CREATE, nested)

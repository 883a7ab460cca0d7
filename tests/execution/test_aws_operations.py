"""Every operation that is allowed really answers."""

from __future__ import annotations

from functools import partial

import pytest
from aws_catalog import Asked, executor
from aws_more_scenarios import SCENARIOS

from magnet_kg.execution.aws import known
from magnet_kg.execution.aws_operations import ALLOWED


def test_there_are_enough_to_talk_about() -> None:
    assert len(ALLOWED) >= 12
    assert sum(len(operations) for operations in ALLOWED.values()) >= 150
    assert all(list(operations) == sorted(set(operations)) for operations in ALLOWED.values())


@pytest.mark.parametrize("service", ALLOWED)
def test_a_service_does_what_it_is_asked(service: str) -> None:
    asked = Asked(executor().open(7))
    SCENARIOS[service](partial(asked.do, service), known(7)[service])
    assert {operation for _, operation, _ in asked.outcomes} == set(ALLOWED[service])

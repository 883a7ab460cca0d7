"""Accounts of AWS: the same in any process, apart from one another, and put back exactly."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from functools import partial
from pathlib import Path

import orjson
import pytest
from aws_catalog import Asked, executor
from aws_more_scenarios import SCENARIOS

from magnet_kg.domain.errors import MagnetError
from magnet_kg.execution import moto_account
from magnet_kg.execution.aws import known

_HERE = Path(__file__).parents[1]


def everything(world: int) -> str:
    """A hash of all that the scenarios answer, and of the states that they lead to."""
    whole = hashlib.sha256(orjson.dumps(known(world), option=orjson.OPT_SORT_KEYS))
    for service, scenario in SCENARIOS.items():
        asked = Asked(executor().open(world))
        scenario(partial(asked.do, service), known(world)[service])
        outputs = [(operation, outcome.output) for _, operation, outcome in asked.outcomes]
        whole.update(orjson.dumps([outputs, asked.session.digest()]))
    return whole.hexdigest()


def test_elsewhere_it_is_the_same_and_nothing_is_sent_or_read(tmp_path: Path) -> None:
    """Rows are replayed elsewhere, later: ids, passwords, ciphertexts and times must be the same.

    The other process has another hash seed, zone and order of calls, and the user's settings for AWS. It would tell
    if a socket were made, a file of AWS opened, or a credential of the user's put into a request.
    """
    config = tmp_path / "config"
    config.write_text("[profile of-somebody]\naws_secret_access_key = REAL\n")
    script = f"""
import sys, urllib3  # which tries out a socket of its own
import socket
sys.path[:0] = [{str(_HERE)!r}, {str(_HERE / "execution")!r}]
def refuse(event, args):
    # An event loop has a pair of sockets (AF_UNIX) to wake itself up with.
    inner = event == "socket.__new__" and args[1] == socket.AF_UNIX
    if (event.startswith("socket.") and not inner) or (event == "open" and {str(tmp_path)!r} in str(args[0])):
        raise SystemExit(f"{{event}} {{args}}")
sys.addaudithook(refuse)
from magnet_kg.execution import moto_account
answer = moto_account._answer
def seen(request, **more):
    assert "AKIAREAL" not in str(request.headers) + str(request.url) and "Credential" in str(request.headers)
    return answer(request, **more)
moto_account._answer = seen
from aws_catalog import Asked, executor
Asked(executor().open(3)).do("rds", "DescribeDBInstances")
from test_aws_sessions import everything
print(everything(11))
"""
    theirs = {
        "PYTHONHASHSEED": "77",
        "TZ": "Asia/Tokyo",
        "AWS_ACCESS_KEY_ID": "AKIAREALREALREALREAL",
        "AWS_SECRET_ACCESS_KEY": "REAL",
        "AWS_SESSION_TOKEN": "REAL",
        "AWS_PROFILE": "of-somebody",
        "AWS_CONFIG_FILE": str(config),
        "AWS_SHARED_CREDENTIALS_FILE": str(config),
        "AWS_ENDPOINT_URL": "https://example.com",
        "HTTPS_PROXY": "http://example.com:1",
    }
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env=os.environ | theirs)
    assert told.stdout.strip() == everything(11), told.stderr[-2000:]


def test_what_was_logged_before_in_another_account_shows_nowhere() -> None:
    """moto numbers the events of all accounts of a process in one row."""

    def found(world: int) -> list[str]:
        asked = Asked(executor().open(world))
        group = known(world)["logs"]["logGroupName"][0]
        asked.do("logs", "CreateLogStream", logGroupName=group, logStreamName="mine")
        event = {"timestamp": int(asked.session.context.now.timestamp() * 1000), "message": "started"}
        asked.do("logs", "PutLogEvents", logGroupName=group, logStreamName="mine", logEvents=[event])
        return [one["eventId"] for one in asked.do("logs", "FilterLogEvents", logGroupName=group)["events"]]

    first = found(9)
    assert first
    found(10)
    assert found(9) == first


def test_the_clock_is_the_worlds_and_goes_on_with_changes() -> None:
    asked = Asked(executor().open(4))
    now = asked.session.context.now
    made = [asked.do("sqs", "CreateQueue", QueueName=f"queue-{n}")["QueueUrl"] for n in range(2)]
    stamps = []
    for url in made:
        found = asked.do("sqs", "GetQueueAttributes", QueueUrl=url, AttributeNames=["CreatedTimestamp"])
        stamps.append(float(found["Attributes"]["CreatedTimestamp"]))
    assert stamps[1] == stamps[0] + 1
    assert abs(stamps[0] - now.timestamp()) < 15 * 3600, "but for the time zone"


def test_sessions_side_by_side_do_not_meet() -> None:
    one, other = Asked(executor().open(5)), Asked(executor().open(5))
    one.do("s3", "CreateBucket", Bucket="mine-alone")
    other.do("s3", "CreateBucket", Bucket="mine-alone")
    one.do("s3", "PutObject", Bucket="mine-alone", Key="a", Body="1")
    assert "Contents" not in other.do("s3", "ListObjectsV2", Bucket="mine-alone")
    assert one.do("s3", "ListObjectsV2", Bucket="mine-alone")["KeyCount"] == 1


def test_who_uses_moto_beside_us_keeps_what_is_theirs() -> None:
    """A user's own tests run in the same process."""
    import boto3
    from moto import mock_aws

    ours = Asked(executor().open(5))
    with mock_aws():
        theirs = boto3.client("s3", region_name="us-east-1")
        theirs.create_bucket(Bucket="theirs")
        ours.do("s3", "CreateBucket", Bucket="ours")
        assert [one["Name"] for one in theirs.list_buckets()["Buckets"]] == ["theirs"]
    assert "theirs" not in str(ours.do("s3", "ListBuckets"))
    assert "ours" in str(ours.do("s3", "ListBuckets"))
    assert ours.do("s3", "GetObject", Bucket=known(5)["s3"]["Bucket"][0], Key="README.txt")["Body"]


def test_a_snapshot_brings_an_account_back_to_the_next_id() -> None:
    asked = Asked(executor().open(6))
    asked.do("sqs", "CreateQueue", QueueName="kept")
    saved, digest = asked.session.snapshot(), asked.session.digest()
    first = asked.do("kms", "CreateKey")
    asked.do("sqs", "DeleteQueue", QueueUrl=known(6)["sqs"]["QueueUrl"][0])
    asked.session.restore(saved)
    assert asked.session.digest() == digest
    assert len(asked.do("sqs", "ListQueues")["QueueUrls"]) == 3, "it was deleted, and is back"
    assert asked.do("kms", "CreateKey") == first
    assert len(asked.do("kms", "ListKeys")["Keys"]) == 3, "made once, not twice"
    fresh = executor().open(6)
    fresh.restore(saved)
    assert fresh.digest() == digest


def test_a_rehearsal_that_is_made_for_real_is_what_a_fresh_session_does() -> None:
    rehearsed, fresh = Asked(executor().open(8)), Asked(executor().open(8))
    saved = rehearsed.session.snapshot()
    for asked in (rehearsed, rehearsed, fresh):
        asked.do("iam", "CreateUser", UserName="ann.other")
        asked.do("iam", "CreateAccessKey", UserName="ann.other")
        if asked is rehearsed and len(asked.outcomes) == 2:
            asked.session.restore(saved)
    assert rehearsed.outcomes[2:] == fresh.outcomes
    assert rehearsed.session.digest() == fresh.session.digest()
    assert len(rehearsed.do("iam", "ListUsers")["Users"]) == 4, "made once, not twice"


def test_what_is_refused_is_an_outcome_and_changes_nothing() -> None:
    asked = Asked(executor().open(9))
    before = asked.session.digest()
    missing = asked.ask("s3", "GetObject", Bucket="no-such-bucket-here", Key="a")
    assert missing.failed
    assert missing.error_code == "NoSuchBucket"
    assert asked.ask("sqs", "DeleteQueue", QueueUrl="https://sqs.us-east-1.amazonaws.com/1/x").failed
    for wrong in ({}, {"Bucket": 3}, {"Buckets": "a"}, {"": ""}):
        assert asked.ask("s3", "HeadBucket", **wrong).error_code == "invalid_argument"
    by_http = {"Protocol": "https", "Endpoint": "https://example.com/"}
    topic = known(9)["sns"]["TopicArn"][0]
    assert asked.ask("sns", "Subscribe", TopicArn=topic, **by_http).error_code == "invalid_argument"
    assert asked.session.digest() == before


def test_without_moto_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "time_machine", None)
    moto_account._moto.cache_clear()
    with pytest.raises(MagnetError, match=r"magnet-kg\[aws\]"):
        moto_account.MotoAccount("111122223333")

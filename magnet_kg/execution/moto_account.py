"""One account of AWS, held by moto in this process: nothing leaves it, and the same calls give the same answers.

moto keeps all accounts of a process in global tables. An account of ours is put there for the length of a call and
taken out again, so that accounts that live side by side never meet, nor whatever else uses moto in the process.
Meanwhile the clock stands still at the account's own time, and all that is random comes from the call's seed.
"""

from __future__ import annotations

import os
import sys
import weakref
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import datetime
from functools import cache
from random import Random
from threading import RLock
from typing import Any
from unittest.mock import patch

from magnet_kg.domain.errors import MagnetError
from magnet_kg.execution.aws_operations import REGION

# What has no base64 of its own to be told by: bytes that are no text and are given back to the same service.
_BASE64 = frozenset({"CiphertextBlob"})
# A table of moto: itself, the accounts in it, and what else it holds by the attribute that holds it.
Table = tuple[Any, dict[str, Any], dict[str, dict[str, Any]]]
# The account that moto looks services' addresses up in; it holds nothing, and is the same for all accounts of ours.
_NOBODY = "123456789012"
_ADDRESSES: list[Table] = []
_ONE_AT_A_TIME = RLock()
_current: list[tuple[str, str, int]] = []
_looked_up: set[str] = set()
# Some images to choose from; moto knows more than a thousand.
_IMAGES = ("al2023-", "amzn2-ami-hvm", "amzn2-ami-ecs-hvm", "ubuntu")
_MOST_IMAGES = 6
_FORGET_AFTER = 20
# What moto counts for all accounts of a process together, and shows in answers: module, class, counter.
_COUNTERS = (("moto.logs.models", "LogEvent", "_event_id"),)


class MotoAccount:
    """The state of one account.

    Args:
        number: its twelve digits.
    """

    def __init__(self, number: str) -> None:
        _moto()
        self.number = number
        self._tables: list[Table] = []
        self._calls = 0
        self._counts: dict[tuple[str, str, str], int] = {}
        weakref.finalize(self, _close, self._tables)

    def call(
        self, service: str, operation: str, arguments: Mapping[str, Any], *, now: datetime, rng: Random
    ) -> dict[str, Any]:
        """Call an operation.

        Args:
            service: as botocore names it.
            operation: in CamelCase.
            arguments: as botocore takes them.
            now: what the clock shows, with its time zone.
            rng: where ids, passwords and keys come from.

        Raises:
            botocore.exceptions.ClientError: the service refused.
            botocore.exceptions.ParamValidationError: the arguments do not fit the operation.
        """
        client, methods = _client(service)
        taken = _as_taken(operation, arguments)
        _validate(client, operation, taken)
        with self._in_place(now, rng, service):
            answer: dict[str, Any] = getattr(client, methods[operation])(**taken)
            answer.pop("ResponseMetadata", None)
            return {name: _read(value) for name, value in answer.items()}

    @contextmanager
    def _in_place(self, now: datetime, rng: Random, service: str) -> Iterator[None]:
        import time_machine
        from moto.core.models import botocore_stubber
        from moto.moto_api._internal import mock_random

        with _ONE_AT_A_TIME, ExitStack() as after:
            after.callback(mock_random.setstate, mock_random.getstate())
            outside = _taken_out()
            after.callback(_put_in, outside)
            _put_in([*_ADDRESSES, *self._tables])
            after.callback(self._keep, service)
            _current.append((self.number, service, rng.getrandbits(64)))
            after.callback(_current.pop)
            after.enter_context(patch.object(os, "urandom", rng.randbytes))
            # Where a user's mock is on, it would answer each of our calls once more.
            after.enter_context(patch.object(botocore_stubber, "enabled", False))
            after.enter_context(_made_light())
            after.enter_context(self._own_counts())
            after.enter_context(time_machine.travel(now, tick=False))
            yield

    @contextmanager
    def _own_counts(self) -> Iterator[None]:
        """moto's counters as if this were the only account of the process."""
        counted = [(key, getattr(sys.modules[key[0]], key[1])) for key in _COUNTERS if key[0] in sys.modules]
        with ExitStack() as after:
            for key, owner in counted:
                after.enter_context(patch.object(owner, key[2], self._counts.get(key, 0)))
            try:
                yield
            finally:
                self._counts = {key: getattr(owner, key[2]) for key, owner in counted}

    def _keep(self, service: str) -> None:
        from moto.core.model_instances import reset_model_data

        self._tables[:], _ADDRESSES[:] = [], []
        for table, accounts, others in _taken_out():
            by_number = {number: account for number, account in accounts.items() if number != _NOBODY}
            self._tables.append((table, by_number, others))
            if _NOBODY in accounts:
                _ADDRESSES.append((table, {_NOBODY: accounts[_NOBODY]}, {}))
        # moto remembers every object that it ever made, and closes those of S3 when somebody resets it.
        self._calls += 1
        if service == "s3" or self._calls % _FORGET_AFTER == 0:
            reset_model_data()


def _close(tables: list[Table]) -> None:
    """Close the files of an account that nobody will look at again."""
    for table, accounts, _ in tables:
        if table.service_name == "s3":
            for account in accounts.values():
                account.reset()


def _taken_out() -> list[Table]:
    """All tables of moto with what they hold: accounts, and what else is kept on a table. They are empty after this."""
    tables, in_use = [], _in_use()
    for table in in_use:
        others = {name: dict(value) for name, value in vars(table).items() if type(value) is dict}
        tables.append((table, dict(table), others))
        table.clear()
        for name in others:
            getattr(table, name).clear()
    in_use.clear()
    return tables


def _in_use() -> list[Any]:
    """moto's own list of the tables that hold something."""
    from moto.core.base_backend import BackendDict

    tables: list[Any] = vars(BackendDict)["_instances"]
    return tables


def _put_in(tables: list[Table]) -> None:
    in_use = _in_use()
    known = {id(table) for table in in_use}
    for table, accounts, others in tables:
        table.update(accounts)
        for name, value in others.items():
            getattr(table, name).update(value)
        if id(table) not in known:
            known.add(id(table))
            in_use.append(table)


@cache
def _images(path: str) -> tuple[dict[str, Any], ...]:
    from moto.utilities.utils import load_resource

    found = [image for image in load_resource(path) if image["name"].startswith(_IMAGES)]
    return tuple(sorted(found, key=lambda image: str(image["name"]))[:_MOST_IMAGES])


def _few_images(path: str) -> list[dict[str, Any]]:
    return [dict(image) for image in _images(path)]


def _pair(spec: str) -> Any:
    """The keys of an asymmetric key; a symmetric one has none."""
    from moto.kms.utils import generate_private_key

    return None if spec == "SYMMETRIC_DEFAULT" else generate_private_key(spec)


@contextmanager
def _made_light() -> Iterator[None]:
    """moto without what costs most and shows nowhere: a thousand images, an RSA pair for each symmetric key."""
    # Only what a service has brought along: moto's EC2 takes seconds to import.
    amis, kms = sys.modules.get("moto.ec2.models.amis"), sys.modules.get("moto.kms.models")
    with ExitStack() as after:
        if amis is not None:
            after.enter_context(patch.multiple(amis, AMIS=[], load_resource=_few_images))
        if kms is not None:
            after.enter_context(patch.object(kms, "generate_private_key", _pair))
        yield


@cache
def _moto() -> None:
    """Import moto, and what it reads of the environment while nothing of the user's is in it."""
    with _without_settings():
        try:
            import time_machine  # noqa: F401
            from moto.core.base_backend import AccountSpecificBackend
        except ModuleNotFoundError as error:
            raise MagnetError(
                f"functions of AWS are executed by moto: {error.name} is not installed",
                do="pip install 'magnet-kg[aws]'",
            ) from error
        AccountSpecificBackend.get_session()


@contextmanager
def _without_settings() -> Iterator[None]:
    """The environment without the user's settings for AWS: credentials, profiles, endpoints, proxies."""
    kept = {name: value for name, value in os.environ.items() if not name.upper().startswith("AWS_")}
    kept |= {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
    with patch.dict(os.environ, kept, clear=True):
        yield


def _tables(service: str) -> Any:
    """What moto keeps of a service, by account."""
    from moto import backends

    get: Callable[[str], Any] = backends.get_backend  # type: ignore[assignment]
    return get(service)


@cache
def _client(service: str) -> tuple[Any, Mapping[str, str]]:
    """A client whose requests moto answers in place of an endpoint, and its methods by operation."""
    from botocore.config import Config
    from botocore.session import Session

    with _without_settings():
        client = Session().create_client(
            service,
            region_name=REGION,
            aws_access_key_id="AKIAIOSFODNN7EXAMPLE",
            aws_secret_access_key="none",
            config=Config(
                retries={"total_max_attempts": 1, "mode": "standard"},
                parameter_validation=False,
                ignore_configured_endpoint_urls=True,
                proxies={},
            ),
        )
        # What a service's module makes when it is imported must not depend on whose call came first.
        _tables(service)
    client.meta.events.register_first("before-send", _answer)
    return client, {operation: method for method, operation in client.meta.method_to_api_mapping.items()}


def _answer(request: Any, **_: Any) -> Any:
    """What moto answers; never None, upon which botocore would open a connection."""
    from botocore.awsrequest import AWSResponse
    from moto.core.botocore_stubber import MockRawResponse
    from moto.core.models import botocore_stubber
    from moto.moto_api._internal import mock_random

    number, service, seed = _current[-1]
    if service not in _looked_up:
        _look_up(request.url)
        _looked_up.add(service)
    mock_random.seed(seed)
    request.headers["x-moto-account-id"] = number
    answer = botocore_stubber.process_request(request)
    if answer is None:
        raise RuntimeError(f"moto has no answer for {request.url}")
    status, headers, body = answer
    return AWSResponse(request.url, status, headers, MockRawResponse(body))


def _look_up(url: str) -> None:
    """Have moto make what it looks addresses up in, which takes random numbers too, but only once in a process."""
    from moto.backends import get_service_from_url

    service = get_service_from_url(url.partition("?")[0])
    if service is not None:
        account = _tables(service)[_NOBODY]
        assert account[REGION if REGION in account else "aws"]


def _validate(client: Any, operation: str, arguments: Mapping[str, Any]) -> None:
    """As botocore does it, but before what some services do with arguments that they take for granted."""
    from botocore.exceptions import ParamValidationError
    from botocore.validate import ParamValidator

    shape = client.meta.service_model.operation_model(operation).input_shape
    report = ParamValidator().validate(arguments, shape) if shape is not None else None
    if report is None and arguments:
        raise ParamValidationError(report=f"{operation} takes no parameters")
    if report is not None and report.has_errors():
        raise ParamValidationError(report=report.generate_report())


def _as_taken(operation: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    import base64
    import binascii

    taken = dict(arguments)
    if operation == "ReceiveMessage":
        # Nobody else can send anything meanwhile, and the clock stands still: waiting would never end.
        taken["WaitTimeSeconds"] = 0
    for name in _BASE64 & taken.keys():
        try:
            taken[name] = base64.b64decode(taken[name], validate=True)
        except (binascii.Error, TypeError, ValueError):
            continue
    return taken


def _read(value: Any) -> Any:
    """A value of an answer as plain JSON: times in ISO 8601, bytes as text, or as base64 where they are no text."""
    import base64

    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if hasattr(value, "read"):
        value = value.read()
    if isinstance(value, bytes | bytearray):
        try:
            return bytes(value).decode()
        except UnicodeDecodeError:
            return base64.b64encode(value).decode()
    if isinstance(value, Mapping):
        return {str(name): _read(inner) for name, inner in value.items() if name != "ResponseMetadata"}
    if isinstance(value, list | tuple):
        return [_read(inner) for inner in value]
    return value

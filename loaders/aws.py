"""The operations of AWS, from the data files of the package `botocore`: no client is made, nothing is called.

    magnet-kg catalog add aws --only 's3' --only 'ec2_describe_*'
    magnet-kg catalog add path/to/another/botocore/data --format aws

The latest version of each service is read. A function is called `<service>_<operation>` as in boto3
(`ec2_describe_instances`), and its service is its category. Deprecated operations are kept, since accounts still
use them, and their description says so; deprecated optional members are left out.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import orjson
from magnet_kg.loaders.aws_shapes import Shapes, references

from magnet_kg.catalog.normalize import MALFORMED, brief, fit_name, in_words, plain_text
from magnet_kg.catalog.resolver import INPUTS, OUTPUTS, in_cycles
from magnet_kg.catalog.source import Source
from magnet_kg.domain.errors import MagnetError
from magnet_kg.domain.fault import Fault
from magnet_kg.domain.function import Function
from magnet_kg.execution.aws_operations import ALLOWED

_DESCRIPTION = 600
_AGAIN = "Install botocore again, or leave it out with --skip-bad"
_FILE = "service-2.json.gz"
# What an operation does comes before lists, and is not in the notes.
_ASIDE = re.compile(r"<(note|important|caution|fullname)>.*?</\1>", re.DOTALL)
_LIST = re.compile(r"<(?:ul|ol|dl|table|h\d)>")
_PERMISSION = re.compile(r" ?Requires permission to access the \w+ action\.")
_LEADS_TO_LIST = re.compile(r"(?:^|(?<=[.!?]))[^.!?]*:\s*$")


class AwsLoader:
    """Reads the catalog `aws`; see `Loader`."""

    def fits(self, location: str) -> bool:
        """By the name."""
        return location == "aws"

    def catalog_name(self, location: str) -> str:
        """`aws`."""
        return "aws"

    def load(self, source: Source) -> Iterator[Function | Fault]:
        """All operations, service by service; only the files of services that may hold what is wanted are read."""
        folder, release = _installed() if source.location == "aws" else (_folder(source), None)
        for service, file in latest(folder):
            if source.may_want(service):
                yield from _service(service, file, source, release)


def latest(folder: Path) -> Iterator[tuple[str, Path]]:
    """The services below a folder of data files, each with the file of its latest version."""
    newest = {file.parts[-3]: file for file in sorted(folder.glob(f"*/*/{_FILE}"))}
    yield from newest.items()


def _folder(source: Source) -> Path:
    if not source.path.is_dir():
        what = "this is neither the catalog of the installed botocore nor a folder of its data files"
        raise MagnetError(what, where=source.location, do='Say "aws", or give the folder botocore/data')
    return source.path


def _installed() -> tuple[Path, str]:
    spec = find_spec("botocore")
    try:
        release = version("botocore")
    except PackageNotFoundError:
        spec = None
    if spec is None or spec.origin is None:
        raise _missing()
    return Path(spec.origin).parent / "data", release


def _missing() -> MagnetError:
    return MagnetError("the package botocore is not installed", do="pip install 'magnet-kg[catalogs]'")


def _service(service: str, file: Path, source: Source, release: str | None) -> Iterator[Function | Fault]:
    try:
        model: Mapping[str, Any] = orjson.loads(gzip.decompress(file.read_bytes()))
        shapes, operations = model["shapes"], model["operations"].values()
        cyclic = in_cycles({name: list(references(shape)) for name, shape in shapes.items()})
    except (OSError, EOFError, *MALFORMED) as error:
        yield Fault(what=f"not a description of a service: {error!r}", file=str(file), do=_AGAIN)
        return
    inputs, outputs = Shapes(shapes, cyclic, INPUTS), Shapes(shapes, cyclic, OUTPUTS)
    for operation in operations:
        try:
            original = operation["name"]
            name = fit_name(f"{service}_{_snake_case(original)}")
            if not source.asks_for(name, service, f"{service}.{original}"):
                continue
            yield Function(
                id=f"{source.catalog}/{name}",
                name=name,
                category=service,
                toolkit=service,
                description=_description(operation),
                parameters=inputs.of_object(operation.get("input")),
                returns=outputs.of_object(operation.get("output")),
                source="aws:botocore",
                executor="aws" if original in ALLOWED.get(service, ()) else None,
                catalog=source.catalog,
                original_name=f"{service}.{original}",
                licence="Apache-2.0",
                version=release,
            )
        except MALFORMED as error:
            what = f"not a description of an operation of {service}: {error!r}"
            yield Fault(what=what, file=str(file), function=_name_of(operation), do=_AGAIN)


def _name_of(operation: Any) -> str | None:
    return str(operation["name"]) if isinstance(operation, dict) and "name" in operation else None


def _description(operation: Mapping[str, Any]) -> str:
    documentation = operation.get("documentation") or ""
    told = _ASIDE.sub(" ", documentation)
    text = plain_text(_LIST.split(told, maxsplit=1)[0])
    text = _LEADS_TO_LIST.sub("", _PERMISSION.sub("", text)).strip() or text.rstrip(": ")
    summary = brief(text, _DESCRIPTION) or brief(documentation, _DESCRIPTION)
    if not summary:
        summary = f"{in_words(_snake_case(operation['name']))}.".capitalize()
    if not operation.get("deprecated"):
        return summary
    return f"{summary} Deprecated. {brief(operation.get('deprecatedMessage') or '', _DESCRIPTION // 4)}".rstrip()


@cache
def _to_snake_case() -> Any:
    try:
        return import_module("botocore").xform_name
    except ImportError:
        raise _missing() from None


def _snake_case(name: str) -> str:
    """As boto3 calls its methods."""
    return str(_to_snake_case()(name))

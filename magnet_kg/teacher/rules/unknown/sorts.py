"""Values that people say, by the sort of thing that a parameter takes: an address, an instance, a bucket, a gene."""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from random import Random
from typing import Any

from magnet_kg.execution.world import cities
from magnet_kg.execution.world import words as word_list
from magnet_kg.teacher.rules.unknown.data import data
from magnet_kg.teacher.rules.unknown.naming import name_parts
from magnet_kg.teacher.rules.unknown.patterns import from_pattern

_HEX = "0123456789abcdef"
_LETTERS = string.ascii_letters + string.digits
_ATTEMPTS = 6


def make_value(sort: str, schema: Mapping[str, Any], label: str, rng: Random) -> str | None:
    """A text of a sort that fits a schema's pattern and lengths, or None where none of several tries does.

    Args:
        sort: a name of `SORTS`, or "pool:<name>".
        schema: of the parameter.
        label: what the value names ("security group"), for ids.
        rng: draws.
    """
    if sort == "arn" and isinstance(schema.get("pattern"), str):
        return _arn_of(schema, label, rng)
    for attempt in range(_ATTEMPTS):
        text = drawn("uuid" if sort == "id" and attempt > 3 else sort, label, rng)
        for variant in (text, text.replace("-", "_"), text.replace("-", "").replace("_", ""), text.lower()):
            if fits(variant, schema):
                return variant
    pattern = schema.get("pattern")
    if isinstance(pattern, str) and (sort in _SYSTEM_MADE or sort.startswith("pool:")):
        made = from_pattern(pattern, rng, int(schema.get("minLength", 0)), int(schema.get("maxLength", 64)))
        if made is not None and made.startswith("arn:"):
            # The places of region and account take any letters; people's ARNs do not.
            parts = made.split(":", 5)
            made = ":".join([*parts[:3], _aws_region("", rng), _account("", rng), *parts[5:]])
        return made if made is not None and fits(made, schema) else None
    return None


def drawn(sort: str, label: str, rng: Random) -> str:
    """A text of a sort, whatever its schema says."""
    if sort.startswith("pool:"):
        return rng.choice(data().pools[sort[5:]])
    return SORTS[sort](label, rng)


def fits(text: str, schema: Mapping[str, Any]) -> bool:
    """Whether a text has the length and the pattern that a schema asks for."""
    if not int(schema.get("minLength", 0)) <= len(text) <= int(schema.get("maxLength", 10**9)):
        return False
    pattern = schema.get("pattern")
    compiled = _compiled(pattern) if isinstance(pattern, str) else None
    return compiled is None or compiled.fullmatch(text) is not None


@lru_cache(maxsize=8192)
def _compiled(pattern: str) -> re.Pattern[str] | None:
    try:
        return re.compile(re.sub(r"\\p\{\w+\}", r"\\w", pattern))
    except (re.error, OverflowError):
        return None


def _slug(_label: str, rng: Random) -> str:
    pools = data().pools
    first = rng.choice(pools["subject"] if rng.random() < 0.75 else pools["word"])
    shape = rng.random()
    if shape < 0.5:
        return f"{first}-{rng.choice(pools['role'])}"
    if shape < 0.75:
        return f"{first}-{rng.choice(pools['stage'])}"
    if shape < 0.9:
        return f"{first}-{rng.choice(pools['role'])}-{rng.choice(pools['stage'])}"
    return f"{rng.choice(pools['company']).lower()}-{first}"


def _bucket(label: str, rng: Random) -> str:
    return (
        f"{rng.choice(data().pools['company']).lower()}-{_slug(label, rng)}"
        if rng.random() < 0.4
        else _slug(label, rng)
    )


def _person(_label: str, rng: Random) -> str:
    return f"{rng.choice(word_list('first_names'))} {rng.choice(word_list('last_names'))}"


def _given(_label: str, rng: Random) -> str:
    return rng.choice(word_list("first_names"))


def _family(_label: str, rng: Random) -> str:
    return rng.choice(word_list("last_names"))


def _resource(label: str, rng: Random) -> str:
    """A resource path; the collections stand in the label, between slashes."""
    parts: list[str] = []
    for collection in label.split("/"):
        parts += [collection, _segment(collection, rng, first=not parts)]
    return "/".join(parts)


def _segment(collection: str, rng: Random, *, first: bool) -> str:
    if collection in ("projects", "project"):
        return _project("", rng)
    if collection in ("locations", "regions") and not first:
        return _google_region("", rng)
    if collection == "zones":
        return _google_zone("", rng)
    if collection in _NUMBERED or (collection not in _SLUGGED and rng.random() < 0.25):
        return str(rng.randrange(10000, 99999999))
    return _slug("", rng)


_NUMBERED = frozenset(
    (
        "locations organizations folders billingAccounts accounts properties customers operations customAccounts "
        "networks enterprises partners operators advertisers"
    ).split()
)
_SLUGGED = frozenset(
    (
        "instances clusters databases keyRings cryptoKeys topics subscriptions repositories services secrets "
        "datasets tables buckets jobs"
    ).split()
)


def _email(_label: str, rng: Random) -> str:
    first, last = rng.choice(word_list("first_names")).lower(), rng.choice(word_list("last_names")).lower()
    domain = rng.choice(data().pools["domain"])
    return f"{rng.choice([f'{first}.{last}', first, f'{first[0]}{last}'])}@{domain}".replace("'", "").replace(" ", "")


def _hex(count: int, rng: Random) -> str:
    return "".join(rng.choice(_HEX) for _ in range(count))


def _uuid(_label: str, rng: Random) -> str:
    return f"{_hex(8, rng)}-{_hex(4, rng)}-4{_hex(3, rng)}-{rng.choice('89ab')}{_hex(3, rng)}-{_hex(12, rng)}"


# Ids of AWS begin with what they are of.
_PREFIXES = {
    "instance": "i", "vpc": "vpc", "subnet": "subnet", "security group": "sg", "volume": "vol", "snapshot": "snap",
    "image": "ami", "ami": "ami", "route table": "rtb", "internet gateway": "igw", "nat gateway": "nat",
    "network interface": "eni", "network acl": "acl", "vpc endpoint": "vpce", "transit gateway": "tgw",
    "file system": "fs", "access point": "fsap", "launch template": "lt", "directory": "d", "vpn gateway": "vgw",
    "vpn connection": "vpn", "customer gateway": "cgw", "capacity reservation": "cr", "key pair": "key",
    "allocation": "eipalloc", "workspace": "ws", "hosted zone": "Z", "elastic ip": "eipalloc", "dhcp options": "dopt",
    "prefix list": "pl", "fleet": "fleet", "spot fleet request": "sfr", "host": "h", "flow log": "fl", "ipam": "ipam",
    "vpc peering connection": "pcx", "transit gateway attachment": "tgw-attach", "ipam pool": "ipam-pool",
    "transit gateway route table": "tgw-rtb", "verified access instance": "vai", "egress gateway": "eigw",
    "local gateway": "lgw", "managed instance": "mi", "maintenance window": "mw", "organizational unit": "ou",
    "network insights path": "nip", "carrier gateway": "cagw", "association": "assoc", "domain": "d", "cluster": "c",
    "job": "job", "task": "task", "user": "u", "session": "s", "policy": "p", "portfolio": "port", "product": "prod",
    "execution": "exec", "build": "build", "deployment": "d", "app": "app", "api": "api", "queue": "queue",
    "bot": "bot",
    "agent": "agent", "farm": "farm", "order": "order", "invoice": "inv", "ticket": "tk", "case": "case",
}  # fmt: skip


def _id(label: str, rng: Random) -> str:
    """An id as systems give them, in one of several habits, the same for one kind of thing."""
    words = label.lower().split()
    prefix = next(
        (_PREFIXES[" ".join(words[at:])] for at in range(len(words)) if " ".join(words[at:]) in _PREFIXES), None
    )
    if prefix in ("i", "vpc", "subnet", "sg", "vol", "snap", "ami", "rtb", "igw", "nat", "eni", "acl", "vpce", "tgw"):
        return f"{prefix}-0{_hex(rng.choice((7, 16)), rng)}"
    if prefix == "Z":
        return "Z" + "".join(rng.choice(string.ascii_uppercase + string.digits) for _ in range(13))
    if prefix is not None and rng.random() < 0.7:
        return f"{prefix}-{_hex(rng.choice((8, 10)), rng)}"
    habit = rng.random()
    if habit < 0.4:
        return f"{_letters_of(words)}-{rng.randrange(1000, 99999)}"
    if habit < 0.7:
        return _hex(rng.choice((8, 10, 12)), rng)
    return str(rng.randrange(10000, 9999999))


def _letters_of(words: Sequence[str]) -> str:
    return "".join(word[0] for word in words[-3:] if word) if len(words) > 1 else (words[-1][:4] if words else "id")


def _opaque(_label: str, rng: Random) -> str:
    return "1" + "".join(rng.choice(_LETTERS) for _ in range(rng.choice((11, 15, 19))))


def _number(_label: str, rng: Random) -> str:
    return str(rng.randrange(1000, 99999999))


def _account(_label: str, rng: Random) -> str:
    return str(rng.randrange(100000000000, 999999999999))


def _project(_label: str, rng: Random) -> str:
    pools = data().pools
    return (
        f"{rng.choice(pools['company']).lower()}-{rng.choice(pools['subject'])}"
        if rng.random() < 0.6
        else (f"{rng.choice(pools['subject'])}-{rng.choice(pools['stage'])}")
    )


def _cidr(_label: str, rng: Random) -> str:
    return rng.choice(
        [f"10.{rng.randrange(256)}.0.0/16", f"172.16.{rng.randrange(256)}.0/24", f"192.168.{rng.randrange(256)}.0/24"]
    )


def _ip(_label: str, rng: Random) -> str:
    return rng.choice(
        [
            f"10.0.{rng.randrange(256)}.{rng.randrange(1, 255)}",
            f"203.0.113.{rng.randrange(1, 255)}",
            f"192.168.1.{rng.randrange(2, 255)}",
        ]
    )


def _host(_label: str, rng: Random) -> str:
    return f"{rng.choice(data().pools['role'])}.{rng.choice(data().pools['domain'])}"


def _url(_label: str, rng: Random) -> str:
    pools = data().pools
    host = f"{rng.choice(('www', 'api', 'hooks', 'app'))}.{rng.choice(pools['domain'])}"
    return f"https://{host}{rng.choice(pools['uri_path'])}"


def _path(_label: str, rng: Random) -> str:
    return f"{rng.choice(data().pools['folder'])}/{rng.choice(data().pools['file'])}"


def _city(_label: str, rng: Random) -> str:
    return rng.choice(sorted(cities()))


def _phone(_label: str, rng: Random) -> str:
    return f"+1{rng.randrange(201, 990)}555{rng.randrange(100, 200):04d}"


def _google_zone(_label: str, rng: Random) -> str:
    return f"{rng.choice(sorted(data().lexicons['google_region']))}-{rng.choice('abc')}"


def _aws_region(_label: str, rng: Random) -> str:
    return rng.choice(sorted(data().lexicons["aws_region"]))


def _google_region(_label: str, rng: Random) -> str:
    return rng.choice(sorted(data().lexicons["google_region"]))


def _zone(_label: str, rng: Random) -> str:
    return f"{_aws_region('', rng)}{rng.choice('abc')}"


def _domain_name(_label: str, rng: Random) -> str:
    return rng.choice(data().pools["domain"])


def _package(_label: str, rng: Random) -> str:
    pools = data().pools
    return f"com.{rng.choice(pools['company']).lower()}.{rng.choice(pools['subject'])}".replace("-", "")


def _arn(label: str, rng: Random) -> str:
    """A plain ARN; `service|type` stand before and after a bar in the label."""
    service, _, kind = label.partition("|")
    words = kind.lower().split() or ["resource"]
    region, account = ("" if service == "iam" else _aws_region("", rng)), _account("", rng)
    kind = words[-1]
    if service in ("sqs", "sns", "s3"):
        name = _slug("", rng)
        return f"arn:aws:s3:::{name}" if service == "s3" else f"arn:aws:{service}:{region}:{account}:{name}"
    return f"arn:aws:{service}:{region}:{account}:{kind}/{_slug('', rng)}"


def _arn_of(schema: Mapping[str, Any], label: str, rng: Random) -> str | None:
    """An ARN whose last part fits the pattern, with an account and a region that look like some."""
    parts = str(schema["pattern"]).lstrip("^(").removeprefix("?:").lstrip("^").rstrip("$").split(":", 5)
    if len(parts) < 6 or "arn" not in parts[0]:
        return None
    service = parts[2] if re.fullmatch(r"[a-z0-9-]+", parts[2]) else label.partition("|")[0]
    ending = parts[5]
    while ending.count(")") > ending.count("(") and ending.endswith(")"):
        ending = ending[:-1]
    resource = from_pattern(ending, rng, 0, 80)
    if resource is None:
        return None
    head, slash, _ = resource.rpartition("/")
    region, account = _aws_region("", rng), _account("", rng)
    for tail in (f"{head}{slash}{_slug('', rng)}", resource):
        for place in (region, ""):
            text = f"arn:aws:{service}:{place}:{account}:{tail}"
            if fits(text, schema):
                return text
    return None


def _year(_label: str, rng: Random) -> str:
    return str(rng.randrange(2018, 2027))


def _hash(_label: str, rng: Random) -> str:
    return _hex(rng.choice((7, 40)), rng)


def _time_zone(_label: str, rng: Random) -> str:
    return rng.choice(sorted({city.time_zone for city in cities().values()}))


SORTS: dict[str, Callable[[str, Random], str]] = {
    "slug": _slug, "bucket": _bucket, "person": _person, "email": _email, "uuid": _uuid, "id": _id, "opaque": _opaque,
    "number": _number, "account": _account, "project": _project, "cidr": _cidr, "ip": _ip, "host": _host, "url": _url,
    "path": _path, "city": _city, "phone": _phone, "google_zone": _google_zone, "aws_region": _aws_region,
    "google_region": _google_region, "zone": _zone, "domain_name": _domain_name, "package": _package, "arn": _arn,
    "person_given": _given, "person_family": _family, "resource": _resource, "resource_in": _resource,
    "year": _year, "hash": _hash, "time_zone": _time_zone,
}  # fmt: skip
# What systems give: where their pattern is known, a text that fits it is as good as any.
_SYSTEM_MADE = frozenset(["id", "uuid", "opaque", "number", "account", "hash", "arn", "slug"])


def label_words(label: str) -> tuple[str, ...]:
    """The lower-case words of a label."""
    return tuple(word.lower() for word in name_parts(label))

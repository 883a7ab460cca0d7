"""Which models a server has, asked before anything else: a wrong address shows at once."""

from __future__ import annotations

import json
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import ProxyHandler, Request, build_opener

from magnet_kg.domain.errors import MagnetError
from magnet_kg.teacher.llm.keys import find_key, is_loopback
from magnet_kg.teacher.settings import TeacherSettings

_SECONDS = 20


def choose_model(settings: TeacherSettings, named: str | None, how: str) -> str:
    """The model that is meant at an OpenAI-compatible server.

    Args:
        settings: `base_url` and the key's file.
        named: what the user calls it; None where the server shall say.
        how: what the user does to name one, without a full stop.

    Raises:
        MagnetError: no server is there, it refuses the key, or it has several models and none is named.
    """
    listed = _listed(settings)
    if named is not None:
        return named
    if len(listed) == 1:
        return listed[0]
    raise MagnetError(
        f"the server names {len(listed)} models" if listed else "the server does not say what models it has",
        where=settings.base_url,
        do=f"{how}, one of {', '.join(sorted(listed)[:8])}" if listed else how,
    )


def _listed(settings: TeacherSettings) -> list[str]:
    """The models' names; none, where the server has no such list."""
    url = f"{settings.base_url}/models"
    request = Request(url, headers={"Authorization": f"Bearer {find_key(settings)}"})
    opener = build_opener(*([ProxyHandler({})] if is_loopback(settings.base_url) else []))
    try:
        with opener.open(request, timeout=_SECONDS) as response:
            data: Any = json.load(response)
    except HTTPError as error:
        if error.code in (401, 403):
            raise MagnetError(
                f"the server refuses the key ({error.code})", where=settings.base_url,
                do="Set OPENAI_API_KEY, or give --key-file",
            ) from None  # fmt: skip
        return []
    except (URLError, TimeoutError, ConnectionError, HTTPException) as error:
        raise MagnetError(
            "no server answers here", where=settings.base_url, do="Start it, and give its address with /v1"
        ) from error
    except ValueError:
        return []
    entries = data.get("data") if isinstance(data, dict) else None
    return [str(one["id"]) for one in entries or () if isinstance(one, dict) and "id" in one]

"""Keys of providers: from the environment or a file, and out of every text that is shown."""

from __future__ import annotations

import ipaddress
import os
import re
from urllib.parse import urlsplit

from magnet_kg.domain.errors import MagnetError, file_error
from magnet_kg.teacher.settings import TeacherSettings

# What a server on this machine is given where it needs no key; clients refuse to be without one.
NO_KEY = "none"
_NAMES = {"google": ("GOOGLE_API_KEY", "GEMINI_API_KEY"), "azure_openai": ("AZURE_OPENAI_API_KEY", "OPENAI_API_KEY")}
# Providers whose packages find what they need themselves, or need nothing.
KEYLESS = frozenset({"ollama", "bedrock", "google_vertexai"})
_LOOKS_LIKE_A_KEY = re.compile(r"\b(?:sk|gsk|pk|xai|hf|AIza|Bearer)[-_ ]?[A-Za-z0-9*_\-]{12,}")
_WHO_IN_ADDRESS = re.compile(r"://[^/@\s]+@")
# A placeholder such as "x" is no secret, and taking it out of a text would leave nothing to read.
_SHORT = 5
# Keys that this process has been given: none may leave in the words of a server that repeats them.
_given: set[str] = set()


def find_key(settings: TeacherSettings) -> str:
    """The key for a model, from `key_file` or else from the environment.

    Raises:
        MagnetError: there is none, and the server is not on this machine.
    """
    key = _from_file(settings) if settings.key_file else _from_environment(settings)
    if key:
        if not key.isascii() or not key.isprintable():
            raise MagnetError(f"the key for {settings.model} has characters that no key has", do="Copy it once more")
        if len(key) > _SHORT:
            _given.add(key)
        return key
    provider = _provider(settings)
    if provider in KEYLESS or is_loopback(settings.base_url):
        return NO_KEY
    raise MagnetError(
        f"no key for {settings.model}",
        do=f"Set {' or '.join(_names(provider))} in the environment, or name a file that holds it alone (key_file)",
    )


def redact(text: str) -> str:
    """`text` without keys: those that were given, whatever looks like one, and names with passwords in addresses."""
    for key in _given:
        text = text.replace(key, "[key]")
    return _WHO_IN_ADDRESS.sub("://", _LOOKS_LIKE_A_KEY.sub("[key]", text))


def is_loopback(address: str | None) -> bool:
    """Whether a server's address is on this machine."""
    host = urlsplit(address or "").hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _from_file(settings: TeacherSettings) -> str:
    assert settings.key_file is not None
    try:
        key = settings.key_file.expanduser().read_text(encoding="utf-8").strip()
    except UnicodeDecodeError:
        key = ""
    except OSError as error:
        raise file_error(error, settings.key_file) from None
    if not key or re.search(r"\s", key):
        raise MagnetError("a key file holds one key and nothing else", where=str(settings.key_file))
    return key


def _from_environment(settings: TeacherSettings) -> str:
    found = (os.environ.get(name, "").strip() for name in _names(_provider(settings)))
    return next((key for key in found if key), "")


def _names(provider: str) -> tuple[str, ...]:
    return _NAMES.get(provider, (f"{re.sub(r'[^a-z0-9]', '_', provider.lower()).upper()}_API_KEY",))


def _provider(settings: TeacherSettings) -> str:
    return (settings.model or "").partition(":")[0]

"""Verdicts that a benchmark does not give itself."""

from __future__ import annotations

from typing import Any


def raised(error: Exception) -> dict[str, Any]:
    """On an answer so odd that the benchmark's own check breaks on it: it is no right one, and ends no evaluation."""
    return {"valid": False, "error_type": "checker:raised", "error": f"{type(error).__name__}: {error}"[:1000]}

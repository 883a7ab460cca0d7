"""The toolkit on which the functions of this folder are registered."""

from __future__ import annotations

from magnet_kg.execution.toolkit import Toolkit

__all__ = ["toolkit"]

toolkit = Toolkit(
    "investments", category="money", description="The user's brokerage account, and the shares and funds it can hold."
)

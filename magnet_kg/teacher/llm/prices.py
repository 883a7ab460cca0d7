"""What tokens cost: a small table of list prices, and the user's own."""

from __future__ import annotations

import datetime
import re
from functools import cache
from importlib.resources import files
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from magnet_kg.domain.errors import MagnetError, file_error

_MILLION = 1_000_000
# What may follow the name of a model without making it another one: a date, a number of a version, "latest".
_VERSION = re.compile(r"-(?:\d{3,}|\d{4}-\d{2}-\d{2}|\d{2}-\d{2}|latest)")


class Price(BaseModel):
    """US dollars per million tokens."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    tokens_in: float = Field(alias="in", ge=0, allow_inf_nan=False)
    tokens_out: float = Field(alias="out", ge=0, allow_inf_nan=False)
    source: str = ""

    def usd(self, tokens_in: float, tokens_out: float) -> float:
        """What so many tokens cost."""
        return (tokens_in * self.tokens_in + tokens_out * self.tokens_out) / _MILLION


class PriceTable(BaseModel):
    """Prices by `provider:name`, and when they held."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    date: datetime.date | None = None
    models: dict[str, Price]

    def find(self, model: str) -> Price | None:
        """The price of a model, or of the one that it is a dated version of; None where it is not listed."""
        if (price := self.models.get(model)) is not None:
            return price
        named = (name for name in self.models if model.startswith(name) and _VERSION.fullmatch(model[len(name) :]))
        return self.models.get(max(named, key=len, default=""))


def load_prices(path: Path | None = None) -> PriceTable:
    """The table that comes with the package, under the user's own.

    Raises:
        MagnetError: the user's file is not such a table.
    """
    listed = _listed()
    if path is None:
        return listed
    try:
        own = PriceTable.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise file_error(error, path) from None
    except (yaml.YAMLError, UnicodeDecodeError, ValidationError) as error:
        raise MagnetError(
            f"not a table of prices: {_first(error)}",
            where=str(path),
            do='Write "models: {openai:my-model: {in: 0.25, out: 2.00}}", in US dollars per million tokens',
        ) from None
    return own.model_copy(update={"models": {**listed.models, **own.models}})


def no_price(model: str) -> MagnetError:
    """What to say where a price is needed and unknown."""
    return MagnetError(
        f"no price is known for {model}, so neither a budget nor an estimate of money can be kept",
        do=f'Give --prices FILE with "models: {{{model}: {{in: …, out: …}}}}", in US dollars per million tokens '
        "(0 for a server of your own)",
    )


@cache
def _listed() -> PriceTable:
    text = files("magnet_kg.teacher.llm").joinpath("prices.yaml").read_text(encoding="utf-8")
    return PriceTable.model_validate(yaml.safe_load(text))


def _first(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False)[0]
        return f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"
    return " ".join(str(error).split())[:200]

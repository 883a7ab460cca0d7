"""What an entry of `phrases.yaml` may hold; the format is explained in `magnet_kg/toolkits/README.md`."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from magnet_kg.wording.calendar import ISO, Layout


class Entry(BaseModel):
    """Any part of an entry: frozen, and without keys that nobody knows."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Known(Entry):
    """A fact of this person's world, found by looking where they could look."""

    kind: Literal["known"]
    source: str = Field(alias="from")
    field: str
    arguments: dict[str, Any] = {}
    form: Literal["name", "verbatim"] = "verbatim"
    share: float = 0.3


class ChoiceOf(Entry):
    """One of a closed set, each value with the words for it."""

    kind: Literal["choice"]
    of: dict[str | int | bool, list[str]]
    share: float = 0.3


class Range(Entry):
    """A number, an amount of dollars, minutes, or a share said in percent; `units` may stand after a number.

    A length of time whose unit is `time` (s, min, days, months) is now and then said in a longer one; `decimal`
    numbers are written with a decimal point, whole or not, as those of a list of floats are; `digits` are not put into
    words ("three", "2.5 million").
    """

    kind: Literal["number", "money", "duration", "share"]
    between: tuple[float, float]
    step: float = 1
    units: tuple[str, ...] = ()
    time: str = ""
    decimal: bool = False
    digits: bool = False
    share: float = 0.3


class Dated(Entry):
    """A date with its year, between two years, or so many days from today; `layout` is how the function wants it."""

    kind: Literal["date"]
    years: tuple[int, int] = (2015, 2026)
    ahead: tuple[int, int] | None = None
    layout: Layout = ISO
    share: float = 0.3


class When(Entry):
    """A day, a time of day or a moment."""

    kind: Literal["day", "time", "moment"]
    within: tuple[int, int] = (1, 30)
    after: str | None = None
    between: tuple[str, str] = ("08:00", "20:00")
    step: int = 30
    share: float = 0.3


class TextOf(Entry):
    """Free text, said as it is."""

    kind: Literal["text"]
    of: list[str]
    share: float = 0.3


class WordOf(Entry):
    """A word of a list in `execution/data/`."""

    kind: Literal["word"]
    list: str
    share: float = 0.3


class CityOf(Entry):
    """The name of a city."""

    kind: Literal["city"]
    airport: bool = False
    abroad: bool = False
    share: float = 0.3


class CurrencyOf(Entry):
    """A currency, said by its name."""

    kind: Literal["currency"]
    besides: str | None = None
    share: float = 0.3


class Simple(Entry):
    """A phone number or an e-mail address."""

    kind: Literal["phone", "email"]
    share: float = 0.3


class Made(Entry):
    """What phrases that are made from a schema say of a parameter; nobody writes it into a file.

    Attributes:
        parameter: its name, for lists and objects.
        sort: a sort of text (`unknown/sorts.py`), where neither `options` nor `of` is given.
        options: values that the schema gives as examples.
        of: a closed set, a number or a time.
        limits: pattern and lengths of the schema.
        label: what is named, for sorts that depend on it.
        around: words that may stand before and after the value, in pairs.
        around_many: the same for several values of a list.
        many: how many values a list has at least and at most.
        fields: of an object, by the path below the parameter.
        listed: a list may also be written in brackets, or without "and".
        tags: the value holds keys with values: "map", or the names of key and value ("Key:Value") of a list's elements.
    """

    kind: Literal["made"]
    parameter: str = ""
    sort: str = ""
    options: tuple[str | int | float, ...] = ()
    of: ChoiceOf | Range | When | Dated | None = None
    limits: dict[str, Any] = {}
    label: str = ""
    around: tuple[tuple[str, str], ...] = (("", ""),)
    around_many: tuple[tuple[str, str], ...] = (("", ""),)
    many: tuple[int, int] | None = None
    fields: dict[str, Made] = {}
    listed: bool = False
    tags: str | None = None
    share: float = 0.3


Value = Annotated[
    Known | ChoiceOf | Range | Dated | When | TextOf | WordOf | CityOf | CurrencyOf | Simple | Made,
    Field(discriminator="kind"),
]


class Pick(Entry):
    """A criterion by which a person chooses from a list."""

    take: Literal["min", "max", "first", "last"]
    by: str | None = None
    say: list[str] = Field(min_length=1)


class Gives(Entry):
    """How people refer to one output."""

    noun: str
    pronoun: tuple[str, str] = ("it", "its")
    named: list[str] = []
    pick: list[Pick] = []


class Wish(Entry):
    """How a result in another form is wished for without asking for the function."""

    same: list[str] = Field(min_length=1)
    later: list[str] = Field(min_length=1)


class FunctionPhrases(Entry):
    """All phrases of one function."""

    ability: str
    imperative: list[str] = Field(min_length=1)
    question: list[str] = []
    situation: list[str] = []
    follow_up: list[str] = []
    reason: list[str] = []
    stands_for: list[str] = []
    alone: list[str] = []
    own: list[str] = []
    public: bool = False
    beside: list[str] = []
    values: dict[str, Value] = {}
    question_for: dict[str, list[str]] = {}
    answer: dict[str, list[str]] = {}
    gives: dict[str, Gives] = {}
    wish: Wish | None = None
    report: list[str] = Field(min_length=1)

    @property
    def ways(self) -> dict[str, list[str]]:
        """The ways to ask, by their form."""
        return {
            "imperative": self.imperative,
            "question": self.question,
            "situation": self.situation,
            "follow_up": self.follow_up,
        }

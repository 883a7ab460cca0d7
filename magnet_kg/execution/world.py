"""The one world that all toolkits of a dialogue share: a person, contacts, a wallet, cities, a clock.

A world is made from a seed. Toolkits add their own part through `Toolkit.state`; what they all need lives here, so
that a dialogue may cross toolkits and stay one story (METHOD.md §5).
"""

from __future__ import annotations

import csv
import hashlib
import pickle
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from importlib.resources import files
from random import Random
from typing import Any, TypeVar, cast

import orjson

from magnet_kg.domain.context import Context
from magnet_kg.domain.randomness import derived_rng
from magnet_kg.execution.family import CALLED, make_family
from magnet_kg.execution.tool_error import ToolError

__all__ = [
    "Account",
    "Card",
    "City",
    "Contact",
    "Person",
    "SavedPart",
    "Transaction",
    "World",
    "cities",
    "context_of",
    "derived_rng",
    "found",
    "words",
]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class City:
    """A city of the real world, the same in every world. `airports` are (code, name) pairs, the main one first."""

    name: str
    country: str
    country_code: str
    currency: str
    time_zone: str
    latitude: float
    longitude: float
    airports: tuple[tuple[str, str], ...]


@dataclass(slots=True)
class Person:
    """The user. `home_city` is the name of a City."""

    first_name: str
    last_name: str
    email: str
    phone: str
    home_city: str
    time_zone: str
    currency: str

    @property
    def full_name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}"


@dataclass(slots=True)
class Contact:
    """Somebody the user knows. First names are unique among a person's contacts, so that a name means one of them."""

    contact_id: str
    first_name: str
    last_name: str
    relation: str
    email: str
    phone: str
    city: str
    birthday: date

    @property
    def full_name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}"

    @property
    def called(self) -> str:
        """What the user says when talking of them: "Mom", "Grandpa", a first name for everybody else."""
        return CALLED.get(self.relation, self.first_name)


@dataclass(slots=True)
class Account:
    """A bank account of the user. Amounts are in US dollars."""

    account_id: str
    name: str
    balance: float


@dataclass(slots=True)
class Card:
    """A payment card of the user. `nickname` is what the user calls it ("travel"); it draws on an account."""

    card_id: str
    nickname: str
    network: str
    last_four: str
    account_id: str
    daily_limit: float
    status: str = "active"


@dataclass(slots=True)
class Transaction:
    """Money that moved: negative amounts left the account."""

    transaction_id: str
    account_id: str
    card_id: str | None
    day: date
    merchant: str
    amount: float
    category: str


class SavedPart:
    """A toolkit's state, pickled: most calls touch one or two of twenty, and the others need not be made anew."""

    __slots__ = ("_digest", "data", "kind")

    def __init__(self, state: object) -> None:
        self.data = pickle.dumps(state, protocol=5)
        self.kind = type(state)
        self._digest: bytes | None = None

    def opened(self) -> Any:
        """A copy of the state as it was saved."""
        return pickle.loads(self.data)

    @property
    def digest(self) -> bytes:
        """As `part_digest` of the state."""
        if self._digest is None:
            self._digest = part_digest(self.opened())
        return self._digest


@dataclass(slots=True)
class World:
    """Everything that functions read and change.

    `parts` holds each toolkit's own state by toolkit name, saved or opened; it is reached with `of`.
    """

    seed: int
    now: datetime
    person: Person
    contacts: list[Contact]
    accounts: list[Account]
    cards: list[Card]
    transactions: list[Transaction]
    parts: dict[str, Any] = field(default_factory=dict)
    issued: int = 0

    @property
    def today(self) -> date:
        """The date on the world's clock."""
        return self.now.date()

    @property
    def context(self) -> Context:
        """What the system message states."""
        p = self.person
        return Context(
            now=self.now,
            user_name=p.full_name,
            home_city=p.home_city,
            time_zone=p.time_zone,
            currency=p.currency,
        )

    def of(self, state: type[T]) -> T:
        """The part of the world that is an instance of this class (made by a toolkit's `state`)."""
        for name, part in self.parts.items():
            if isinstance(part, state):
                return part
            if isinstance(part, SavedPart) and issubclass(part.kind, state):
                opened = self.parts[name] = part.opened()
                return cast("T", opened)
        raise KeyError(state.__name__)

    def new_id(self, prefix: str, digits: int = 5) -> str:
        """An identifier such as "bk_40381" that nothing else has and nobody could guess; replaying gives the same."""
        self.issued += 1
        key = hashlib.blake2b(f"{self.seed}/{prefix}".encode(), digest_size=12).digest()
        start, step = int.from_bytes(key[:6], "big"), 30 * int.from_bytes(key[6:], "big") + 7
        lowest = 10 ** (digits - 1)
        span = 9 * lowest
        # A step without a factor of 2, 3 or 5 meets each of 9·10ⁿ numbers once before it meets one again.
        if not span // 50 < step % span < span - span // 50:
            # Small steps, forward or backward, could be guessed.
            step += 30 * (span // 90)
        return f"{prefix}_{lowest + (start + self.issued * step) % span}"

    def contact(self, contact_id: str) -> Contact:
        """The contact with this id, or a `not_found` error."""
        return found(self.contacts, "contact_id", contact_id, "contact")

    def account(self, account_id: str) -> Account:
        """The account with this id, or a `not_found` error."""
        return found(self.accounts, "account_id", account_id, "account")

    def card(self, card_id: str) -> Card:
        """The card with this id, or a `not_found` error."""
        return found(self.cards, "card_id", card_id, "card")

    def charge(self, card_id: str, amount: float, merchant: str, category: str) -> Transaction:
        """Take an amount from the card's account.

        Raises:
            ToolError: `not_found`, `card_frozen`, `limit_exceeded` or `insufficient_funds`.
        """
        card = self.card(card_id)
        if card.status != "active":
            raise ToolError("card_frozen", f"The {card.nickname} card ending in {card.last_four} is {card.status}.")
        if amount > card.daily_limit:
            raise ToolError("limit_exceeded", f"${amount:,.2f} is over the daily limit of ${card.daily_limit:,.2f}.")
        account = self.account(card.account_id)
        if amount > account.balance:
            raise ToolError(
                "insufficient_funds",
                f"The {account.name} account holds ${account.balance:,.2f}, not ${amount:,.2f}.",
            )
        return self.move(account, -amount, merchant, category, card_id)

    def refund(self, card_id: str, amount: float, merchant: str, category: str) -> Transaction:
        """Give an amount back to the card's account."""
        return self.move(self.account(self.card(card_id).account_id), amount, merchant, category, card_id)

    def move(
        self, account: Account, amount: float, merchant: str, category: str, card_id: str | None = None
    ) -> Transaction:
        """Book a movement of money on an account, without any check."""
        account.balance = round(account.balance + amount, 2)
        made = Transaction(
            self.new_id("tx", 6),
            account.account_id,
            card_id,
            self.today,
            merchant,
            round(amount, 2),
            category,
        )
        self.transactions.append(made)
        return made

    def digest(self) -> str:
        """A hash of the whole state; equal states give equal digests in any process."""
        core = {name: getattr(self, name) for name in self.__dataclass_fields__ if name != "parts"}
        whole = hashlib.blake2b(orjson.dumps(core, option=orjson.OPT_SORT_KEYS), digest_size=8)
        for name, part in sorted(self.parts.items()):
            whole.update(name.encode())
            whole.update(part.digest if isinstance(part, SavedPart) else part_digest(part))
        return whole.hexdigest()


def part_digest(state: object) -> bytes:
    """A hash of a toolkit's state, the same in any process."""
    return hashlib.blake2b(orjson.dumps(state, option=orjson.OPT_SORT_KEYS), digest_size=8).digest()


def found(items: Sequence[T], key: str, value: str, noun: str) -> T:
    """The item whose attribute `key` is `value`.

    Raises:
        ToolError: `not_found`, naming the value, as a real API would.
    """
    for item in items:
        if getattr(item, key) == value:
            return item
    raise ToolError("not_found", f"There is no {noun} with the id {value}.")


@cache
def cities() -> dict[str, City]:
    """The cities by name."""
    table = {}
    for row in csv.DictReader(_data("cities.csv").splitlines()):
        airports = tuple(
            (code, name) for code, _, name in (a.partition(":") for a in row["airports"].split(";")) if code
        )
        table[row["name"]] = City(
            row["name"], row["country"], row["country_code"], row["currency"], row["time_zone"],
            float(row["latitude"]), float(row["longitude"]), airports,
        )  # fmt: skip
    return table


@cache
def words(name: str) -> tuple[str, ...]:
    """The lines of a word list in `execution/data/<name>.txt` ("first_names", "last_names")."""
    return tuple(line for line in _data(f"{name}.txt").splitlines() if line)


def word_list(name: str) -> tuple[str, ...]:
    """As `words`; nothing where there is no such list."""
    return words(name) if files("magnet_kg.execution").joinpath("data", f"{name}.txt").is_file() else ()


def _data(name: str) -> str:
    return files("magnet_kg.execution").joinpath("data", name).read_text(encoding="utf-8")


def make_core(seed: int) -> World:
    """The world before toolkits add their parts: person, contacts, wallet and clock, all from the seed."""
    rng = derived_rng(seed, "world")
    now = datetime(2026, 1, 5, 8, 0) + timedelta(days=rng.randrange(720), minutes=15 * rng.randrange(48))
    home = rng.choice([c for c in cities().values() if c.country_code == "US"])
    first_names = rng.sample(words("first_names"), 15)
    last_names = rng.sample(words("last_names"), 15)
    person = Person(
        first_names[0],
        last_names[0],
        f"{first_names[0]}.{last_names[0]}@example.com".lower(),
        _phone(rng),
        home.name,
        home.time_zone,
        "USD",
    )
    world = World(seed, now, person, [], [], [], [])
    everywhere = sorted(cities())
    born_in = rng.randrange(1986, 2003)
    family = make_family(list(zip(first_names[1:], last_names[1:], strict=True)), person.last_name, born_in, rng)
    relations = ["friend", "colleague", "neighbor", "cousin", "roommate", "teammate", "friend"]
    for first, last in zip(first_names[1:], last_names[1:], strict=True):
        relation, surname, year = family.get(first) or (rng.choice(relations), last, rng.randrange(1955, 2005))
        if relation == "cousin":
            surname, year = person.last_name if rng.random() < 0.5 else last, born_in + rng.randrange(-12, 3)
        mail = f"{first}.{surname}@{rng.choice(['example.com', 'example.org', 'example.net'])}".lower()
        city = home.name if rng.random() < 0.4 else rng.choice(everywhere)
        born = date(year, rng.randrange(1, 13), rng.randrange(1, 29))
        world.contacts.append(Contact(world.new_id("c", 4), first, surname, relation, mail, _phone(rng), city, born))
    for name in [
        "checking",
        "savings",
        *rng.sample(["vacation fund", "joint", "emergency fund", "business"], 2),
    ]:
        world.accounts.append(Account(world.new_id("acc", 6), name, round(rng.uniform(900, 14000), 2)))
    for nickname in rng.sample(["travel", "everyday", "family", "business", "rewards", "gold", "student"], 3):
        world.cards.append(
            Card(
                world.new_id("card", 4),
                nickname,
                rng.choice(["Visa", "Mastercard", "Amex"]),
                f"{rng.randrange(10000):04d}",
                rng.choice([a for a in world.accounts if a.name != "savings"]).account_id,
                float(rng.choice([2000, 3000, 5000, 8000])),
            )
        )
    return world


@lru_cache(maxsize=4096)
def context_of(seed: int) -> Context:
    """What the system message states in the world with this seed; none of the world is made for it but its core."""
    return make_core(seed).context


def _phone(rng: Random) -> str:
    return f"+1 {rng.randrange(201, 990)}-555-{rng.randrange(100, 200):04d}"

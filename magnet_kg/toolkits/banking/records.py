"""What the banking toolkit keeps beyond the world's own wallet, and what its functions return."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

Category = Literal[
    "groceries",
    "dining",
    "transport",
    "shopping",
    "health",
    "entertainment",
    "travel",
    "housing",
    "utilities",
]
Reason = Literal["unauthorized", "wrong_amount", "charged_twice", "not_received", "already_cancelled"]
Repeat = Literal["once", "weekly", "monthly"]


@dataclass(slots=True)
class ScheduledPayment:
    """A payment that will leave an account on a later day."""

    payment_id: str
    account_id: str
    payee: str
    amount: float
    payment_date: date
    repeat: str
    status: str = "scheduled"


@dataclass(slots=True)
class MoneyRequest:
    """Money that the user has asked somebody for."""

    request_id: str
    contact_id: str
    amount: float
    note: str | None


@dataclass(slots=True)
class Dispute:
    """A payment that the user contests."""

    dispute_id: str
    transaction_id: str
    reason: str
    opened_on: date


@dataclass(slots=True)
class BankingState:
    """Payments to come, requests and disputes; accounts, cards and transactions are the world's."""

    payments: list[ScheduledPayment] = field(default_factory=list)
    requests: list[MoneyRequest] = field(default_factory=list)
    disputes: list[Dispute] = field(default_factory=list)


@dataclass(slots=True)
class AccountBalance:
    """A bank account and the money on it."""

    account_id: str
    account_name: str
    balance: float
    currency: str


@dataclass(slots=True)
class AccountList:
    """All bank accounts of the user."""

    accounts: list[AccountBalance]


@dataclass(slots=True)
class CardSummary:
    """A payment card: how it is called, whether it works, and the account it draws on."""

    card_id: str
    nickname: str
    network: str
    last_four: str
    status: str
    daily_limit: float
    account_name: str


@dataclass(slots=True)
class CardList:
    """All payment cards of the user."""

    cards: list[CardSummary]


@dataclass(slots=True)
class CardStatus:
    """A card after it was frozen or unfrozen."""

    card_id: str
    nickname: str
    last_four: str
    status: str
    account_id: str
    account_name: str


@dataclass(slots=True)
class CardLimit:
    """A card's daily limit before and after the change."""

    card_id: str
    nickname: str
    last_four: str
    previous_limit: float
    daily_limit: float
    currency: str


@dataclass(slots=True)
class Charge:
    """A payment made with a card."""

    transaction_id: str
    day: date
    merchant: str
    amount: float
    currency: str
    category: str
    card_id: str
    card_nickname: str


@dataclass(slots=True)
class ChargeList:
    """Card payments, newest first."""

    charges: list[Charge]


@dataclass(slots=True)
class TransactionSummary:
    """Money that moved. The amount is always positive; `direction` says which way it went."""

    transaction_id: str
    day: date
    merchant: str
    amount: float
    currency: str
    direction: Literal["in", "out"]
    category: str
    account_name: str


@dataclass(slots=True)
class TransactionList:
    """Transactions of any account, newest first."""

    transactions: list[TransactionSummary]


@dataclass(slots=True)
class AccountTransactions:
    """Transactions of one account, newest first."""

    account_id: str
    account_name: str
    transactions: list[TransactionSummary]


@dataclass(slots=True)
class CategorySpending:
    """What was spent on one kind of thing."""

    category: str
    amount: float
    payment_count: int


@dataclass(slots=True)
class Spending:
    """Spending from one account since a day, the largest category first."""

    account_id: str
    account_name: str
    since: date
    categories: list[CategorySpending]
    total_spent: float
    currency: str


@dataclass(slots=True)
class Transfer:
    """Money moved between two of the user's own accounts, with the balances after it."""

    transfer_id: str
    amount: float
    currency: str
    from_account_id: str
    from_account_name: str
    from_balance: float
    to_account_id: str
    to_account_name: str
    to_balance: float


@dataclass(slots=True)
class SentMoney:
    """Money that went to a person, with what the account holds after it."""

    transfer_id: str
    contact_id: str
    recipient: str
    amount: float
    currency: str
    account_id: str
    account_name: str
    balance: float


@dataclass(slots=True)
class RequestedMoney:
    """A request that the other person has yet to answer."""

    request_id: str
    contact_id: str
    requested_from: str
    amount: float
    currency: str
    status: Literal["pending"]


@dataclass(slots=True)
class DisputeStatus:
    """A payment that the bank looks into, and by when it will answer."""

    dispute_id: str
    merchant: str
    amount: float
    currency: str
    account_id: str
    account_name: str
    reason: str
    opened_on: date
    answer_by: date
    status: Literal["under_review"]


@dataclass(slots=True)
class PaymentSummary:
    """A payment that is still to come."""

    payment_id: str
    payee: str
    amount: float
    currency: str
    payment_date: date
    repeat: str
    account_name: str


@dataclass(slots=True)
class NewPayment:
    """A payment that has just been scheduled."""

    payment_id: str
    payee: str
    amount: float
    currency: str
    payment_date: date
    repeat: str
    account_id: str
    account_name: str


@dataclass(slots=True)
class CancelledPayment:
    """A scheduled payment that will not go out."""

    payee: str
    amount: float
    currency: str
    payment_date: date
    account_id: str
    account_name: str
    status: str


@dataclass(slots=True)
class PaymentList:
    """The payments that are still to come, soonest first."""

    payments: list[PaymentSummary]

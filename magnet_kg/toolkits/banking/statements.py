"""How the bank shows accounts, cards, payments and transactions to the user."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from magnet_kg.execution.world import Account, Card, Transaction, World, found
from magnet_kg.toolkits.banking.records import (
    AccountBalance,
    CardStatus,
    CardSummary,
    Charge,
    Dispute,
    DisputeStatus,
    PaymentSummary,
    ScheduledPayment,
    TransactionSummary,
)

ANSWER_DAYS = 10


def account_title(account: Account) -> str:
    """ "checking account", but "vacation fund"."""
    return account.name if account.name.endswith("fund") else f"{account.name} account"


def show_balance(world: World, account: Account) -> AccountBalance:
    """An account with what is on it."""
    return AccountBalance(account.account_id, account_title(account), account.balance, world.person.currency)


def show_card(world: World, c: Card) -> CardSummary:
    """A card with the account that it draws on."""
    account = account_title(world.account(c.account_id))
    return CardSummary(c.card_id, c.nickname, c.network, c.last_four, c.status, c.daily_limit, account)


def show_status(world: World, c: Card) -> CardStatus:
    """Whether a card can be used."""
    account = account_title(world.account(c.account_id))
    return CardStatus(c.card_id, c.nickname, c.last_four, c.status, c.account_id, account)


def show_payment(world: World, p: ScheduledPayment) -> PaymentSummary:
    """A scheduled payment with the account that pays."""
    return PaymentSummary(
        p.payment_id, p.payee, p.amount, world.person.currency, p.payment_date, p.repeat,
        account_title(world.account(p.account_id)),
    )  # fmt: skip


def show_dispute(world: World, d: Dispute) -> DisputeStatus:
    """A dispute with the payment that it is about."""
    disputed = found(world.transactions, "transaction_id", d.transaction_id, "transaction")
    account = world.account(disputed.account_id)
    return DisputeStatus(
        d.dispute_id, disputed.merchant, -disputed.amount, world.person.currency, account.account_id,
        account_title(account), d.reason, d.opened_on, d.opened_on + timedelta(days=ANSWER_DAYS),
        "under_review",
    )  # fmt: skip


def show_charges(world: World, limit: int) -> list[Charge]:
    """The newest payments made with the user's cards."""
    names = {c.card_id: c.nickname for c in world.cards}
    paid = [t for t in world.transactions if t.card_id in names and t.amount < 0]
    return [
        Charge(
            t.transaction_id, t.day, t.merchant, -t.amount, world.person.currency, t.category,
            t.card_id or "", names[t.card_id or ""],
        )
        for t in _newest(paid, limit)
    ]  # fmt: skip


def show_transactions(world: World, transactions: Iterable[Transaction], limit: int) -> list[TransactionSummary]:
    """The newest of these transactions."""
    names = {a.account_id: account_title(a) for a in world.accounts}
    return [
        TransactionSummary(
            t.transaction_id, t.day, t.merchant, abs(t.amount), world.person.currency,
            "in" if t.amount > 0 else "out", t.category, names[t.account_id],
        )
        for t in _newest(transactions, limit)
    ]  # fmt: skip


def _newest(transactions: Iterable[Transaction], limit: int) -> list[Transaction]:
    # They are booked in this order: of two transactions of one day, the later one comes first.
    return sorted(transactions, key=lambda t: t.day)[::-1][:limit]

"""The user's bank: accounts, cards, transactions, and money on its way."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from random import Random
from typing import Annotated

from pydantic import Field

from magnet_kg.execution.toolkit import ToolError, Toolkit
from magnet_kg.execution.world import Account, World, found
from magnet_kg.toolkits.banking.history import add_spare_card, make_history, make_payments
from magnet_kg.toolkits.banking.records import (
    AccountBalance,
    AccountList,
    AccountTransactions,
    BankingState,
    CancelledPayment,
    CardLimit,
    CardList,
    CardStatus,
    Category,
    CategorySpending,
    ChargeList,
    Dispute,
    DisputeStatus,
    MoneyRequest,
    NewPayment,
    PaymentList,
    Reason,
    Repeat,
    RequestedMoney,
    ScheduledPayment,
    SentMoney,
    Spending,
    TransactionList,
    Transfer,
)
from magnet_kg.toolkits.banking.statements import (
    account_title,
    show_balance,
    show_card,
    show_charges,
    show_dispute,
    show_payment,
    show_status,
    show_transactions,
)

toolkit = Toolkit("banking", category="money", description="The user's bank accounts, payment cards and payments.")

Amount = Annotated[float, Field(gt=0)]
Limit = Annotated[int, Field(ge=1, le=50)]

HIGHEST_LIMIT = 20_000.0
DISPUTE_DAYS = 60
# Moving money between one's own accounts, and money earned, is not spending.
NOT_SPENDING = ("transfer", "income")


@toolkit.state
def make_state(world: World, rng: Random) -> BankingState:
    """Sixty days of transactions in the world, a frozen spare card, and some scheduled payments."""
    make_history(world, rng)
    add_spare_card(world, rng)
    return make_payments(world, rng)


@toolkit.function
def list_accounts(world: World) -> AccountList:
    """List the user's bank accounts with their account ids, names and balances."""
    return AccountList([show_balance(world, a) for a in world.accounts])


@toolkit.function
def get_account_balance(world: World, account_id: str) -> AccountBalance:
    """Get how much money is on one bank account.

    Args:
        account_id: id of the bank account
    """
    return show_balance(world, world.account(account_id))


@toolkit.function
def list_cards(world: World) -> CardList:
    """List the user's payment cards with their card ids, nicknames, limits and the accounts they draw on."""
    return CardList([show_card(world, c) for c in world.cards])


@toolkit.function
def freeze_card(world: World, card_id: str) -> CardStatus:
    """Freeze a payment card, so that nothing can be paid with it until it is unfrozen.

    Args:
        card_id: id of the card
    """
    card = world.card(card_id)
    if card.status == "frozen":
        raise ToolError("already_frozen", f"The {card.nickname} card ending in {card.last_four} is already frozen.")
    card.status = "frozen"
    return show_status(world, card)


@toolkit.function
def unfreeze_card(world: World, card_id: str) -> CardStatus:
    """Unfreeze a frozen payment card, so that it can be used again.

    Args:
        card_id: id of the frozen card
    """
    card = world.card(card_id)
    if card.status != "frozen":
        raise ToolError("not_frozen", f"The {card.nickname} card ending in {card.last_four} is not frozen.")
    card.status = "active"
    return show_status(world, card)


@toolkit.function
def set_card_limit(world: World, card_id: str, daily_limit: Amount) -> CardLimit:
    """Change how much can be paid with a card at once and per day.

    Args:
        card_id: id of the card
        daily_limit: the new limit in US dollars
    """
    card = world.card(card_id)
    if daily_limit > HIGHEST_LIMIT:
        raise ToolError("limit_too_high", f"${daily_limit:,.0f} is over the highest limit of ${HIGHEST_LIMIT:,.0f}.")
    before, card.daily_limit = card.daily_limit, round(daily_limit, 2)
    return CardLimit(card.card_id, card.nickname, card.last_four, before, card.daily_limit, world.person.currency)


@toolkit.function
def list_transactions(
    world: World,
    account_id: str,
    since: date | None = None,
    category: Category | None = None,
    limit: Limit = 10,
) -> AccountTransactions:
    """List the newest transactions of one bank account: payments out of it and money that came in.

    Args:
        account_id: id of the bank account
        since: only transactions of this day or later
        category: only transactions of this kind
        limit: how many at most
    """
    account = world.account(account_id)
    kept = [
        t
        for t in world.transactions
        if t.account_id == account.account_id
        and (since is None or t.day >= since)
        and (category is None or t.category == category)
    ]
    return AccountTransactions(account_id, account_title(account), show_transactions(world, kept, limit))


@toolkit.function
def list_recent_charges(world: World, limit: Limit = 10) -> ChargeList:
    """List the newest payments made with any of the user's cards, with transaction ids and card ids.

    Args:
        limit: how many at most
    """
    return ChargeList(show_charges(world, limit))


@toolkit.function
def search_transactions(world: World, merchant: str) -> TransactionList:
    """Find transactions of all accounts by the shop, company or person on the other side.

    Args:
        merchant: name of the merchant or person, or part of it
    """
    wanted = merchant.casefold().strip()
    matches = [t for t in world.transactions if wanted in t.merchant.casefold()]
    return TransactionList(show_transactions(world, matches, 50))


@toolkit.function
def get_spending_by_category(world: World, account_id: str, since: date | None = None) -> Spending:
    """Add up what was spent from one bank account, by category; the last 30 days unless told otherwise.

    Args:
        account_id: id of the bank account
        since: first day that counts
    """
    account = world.account(account_id)
    start = since if since is not None else world.today - timedelta(days=30)
    if start > world.today:
        raise ToolError("invalid_date", f"{start.isoformat()} lies in the future.")
    sums: dict[str, float] = defaultdict(float)
    counts: dict[str, int] = defaultdict(int)
    for t in world.transactions:
        if t.account_id == account_id and t.day >= start and t.amount < 0 and t.category not in NOT_SPENDING:
            sums[t.category] -= t.amount
            counts[t.category] += 1
    largest_first = sorted(sums, key=lambda category: (-sums[category], category))
    categories = [CategorySpending(c, round(sums[c], 2), counts[c]) for c in largest_first]
    total = round(sum(c.amount for c in categories), 2)
    return Spending(account_id, account_title(account), start, categories, total, world.person.currency)


@toolkit.function
def transfer_between_accounts(world: World, from_account_id: str, to_account_id: str, amount: Amount) -> Transfer:
    """Move money from one of the user's own bank accounts to another.

    Args:
        from_account_id: id of the account that the money leaves
        to_account_id: id of the account that the money goes to
        amount: how much, in US dollars
    """
    source, target = world.account(from_account_id), world.account(to_account_id)
    if source is target:
        raise ToolError(
            "same_account", f"The money would leave and enter the same account, the {account_title(source)}."
        )
    _check_funds(source, amount)
    world.move(source, -amount, f"Transfer to {target.name}", "transfer")
    world.move(target, amount, f"Transfer from {source.name}", "transfer")
    return Transfer(
        world.new_id("tr", 6), round(amount, 2), world.person.currency,
        from_account_id, account_title(source), source.balance,
        to_account_id, account_title(target), target.balance,
    )  # fmt: skip


@toolkit.function
def send_money_to_contact(
    world: World, contact_id: str, account_id: str, amount: Amount, note: str | None = None
) -> SentMoney:
    """Send money from a bank account to a person in the address book.

    Args:
        contact_id: id of the contact who gets the money
        account_id: id of the bank account that pays
        amount: how much, in US dollars
        note: what the money is for; the other person sees it
    """
    contact, account = world.contact(contact_id), world.account(account_id)
    _check_funds(account, amount)
    world.move(account, -amount, contact.full_name, "people")
    return SentMoney(
        world.new_id("tr", 6), contact_id, contact.full_name, round(amount, 2), world.person.currency,
        account_id, account_title(account), account.balance,
    )  # fmt: skip


@toolkit.function
def request_money_from_contact(
    world: World, contact_id: str, amount: Amount, note: str | None = None
) -> RequestedMoney:
    """Ask a person in the address book to pay the user some money.

    Args:
        contact_id: id of the contact who should pay
        amount: how much, in US dollars
        note: what the money is for; the other person sees it
    """
    contact, state = world.contact(contact_id), world.of(BankingState)
    if any(r.contact_id == contact_id and r.amount == round(amount, 2) for r in state.requests):
        raise ToolError(
            "already_requested",
            f"A request for ${amount:,.2f} to {contact.full_name} is already waiting for an answer.",
        )
    request = MoneyRequest(world.new_id("req", 6), contact_id, round(amount, 2), note)
    state.requests.append(request)
    return RequestedMoney(
        request.request_id, contact_id, contact.full_name, request.amount, world.person.currency, "pending"
    )


@toolkit.function
def dispute_transaction(world: World, transaction_id: str, reason: Reason) -> DisputeStatus:
    """Contest a payment of the last 60 days to a shop or company with the bank.

    Args:
        transaction_id: id of the transaction
        reason: what is wrong with it
    """
    transaction = found(world.transactions, "transaction_id", transaction_id, "transaction")
    state = world.of(BankingState)
    if any(d.transaction_id == transaction_id for d in state.disputes):
        raise ToolError("already_disputed", f"The payment to {transaction.merchant} is already under review.")
    if transaction.amount >= 0 or transaction.category in ("transfer", "people"):
        raise ToolError(
            "not_disputable",
            f"Only payments to shops and companies can be disputed, not {transaction.merchant}.",
        )
    if transaction.day < world.today - timedelta(days=DISPUTE_DAYS):
        raise ToolError("too_old", f"The payment to {transaction.merchant} is over {DISPUTE_DAYS} days old.")
    dispute = Dispute(world.new_id("dsp", 6), transaction_id, reason, world.today)
    state.disputes.append(dispute)
    return show_dispute(world, dispute)


@toolkit.function
def get_dispute_status(world: World, dispute_id: str) -> DisputeStatus:
    """Check how far the bank is with a disputed payment.

    Args:
        dispute_id: id of the dispute
    """
    return show_dispute(world, found(world.of(BankingState).disputes, "dispute_id", dispute_id, "dispute"))


@toolkit.function
def schedule_payment(
    world: World, account_id: str, payee: str, amount: Amount, payment_date: date, repeat: Repeat = "once"
) -> NewPayment:
    """Schedule a payment from a bank account to a company or person for a later day.

    Args:
        account_id: id of the bank account that pays
        payee: name of who gets the money
        amount: how much, in US dollars
        payment_date: day on which the money leaves, within a year from today
        repeat: whether it is paid again every week or month
    """
    account = world.account(account_id)
    if not world.today < payment_date <= world.today + timedelta(days=365):
        raise ToolError(
            "invalid_date",
            f"{payment_date.isoformat()} is not possible: it has to be after today, within a year.",
        )
    payment = ScheduledPayment(
        world.new_id("pay", 6), account.account_id, payee, round(amount, 2), payment_date, repeat
    )
    world.of(BankingState).payments.append(payment)
    return NewPayment(
        payment.payment_id, payee, payment.amount, world.person.currency, payment_date, repeat,
        account_id, account_title(account),
    )  # fmt: skip


@toolkit.function
def list_scheduled_payments(world: World) -> PaymentList:
    """List the payments that are scheduled for later days and not cancelled, with their payment ids."""
    waiting = [p for p in world.of(BankingState).payments if p.status == "scheduled"]
    return PaymentList([show_payment(world, p) for p in sorted(waiting, key=lambda p: (p.payment_date, p.payment_id))])


@toolkit.function
def cancel_scheduled_payment(world: World, payment_id: str) -> CancelledPayment:
    """Cancel a scheduled payment before the money leaves the account.

    Args:
        payment_id: id of the scheduled payment
    """
    payment = found(world.of(BankingState).payments, "payment_id", payment_id, "scheduled payment")
    if payment.status == "cancelled":
        raise ToolError("already_cancelled", f"The payment to {payment.payee} has already been cancelled.")
    payment.status = "cancelled"
    return CancelledPayment(
        payment.payee, payment.amount, world.person.currency, payment.payment_date, payment.account_id,
        account_title(world.account(payment.account_id)), payment.status,
    )  # fmt: skip


def _check_funds(account: Account, amount: float) -> None:
    if amount > account.balance:
        raise ToolError(
            "insufficient_funds",
            f"The {account_title(account)} holds ${account.balance:,.2f}, not ${amount:,.2f}.",
        )

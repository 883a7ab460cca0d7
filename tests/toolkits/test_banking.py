"""What a user of the bank would miss: money that moves as it should, and refusals where it should not."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from magnet_kg.execution.toolkit import ToolError
from magnet_kg.execution.toolkits import SavedWorld, ToolkitExecutor, ToolkitSession
from magnet_kg.execution.world import World
from magnet_kg.toolkits.banking import toolkit

SEEDS = (1, 2, 7, 40)


class Bank:
    def __init__(self, session: ToolkitSession) -> None:
        self.session = session

    @property
    def world(self) -> World:
        return self.session.snapshot().opened()

    def do(self, function: str, **arguments: Any) -> Any:
        outcome = asyncio.run(self.session.call(f"banking/{function}", arguments))
        assert not outcome.failed, outcome.output
        return outcome.output

    def refusal(self, function: str, **arguments: Any) -> str | None:
        before = self.session.digest()
        code = asyncio.run(self.session.call(f"banking/{function}", arguments)).error_code
        assert self.session.digest() == before, "a refused call must change nothing"
        return code


@pytest.fixture(params=SEEDS)
def bank(request: pytest.FixtureRequest) -> Bank:
    return Bank(ToolkitExecutor([toolkit]).open(request.param))


def test_every_account_has_a_history_and_no_charge_shares_its_merchant(bank: Bank) -> None:
    world = bank.world
    assert 35 <= len(world.transactions) <= 45
    assert all(timedelta(1) <= world.today - t.day <= timedelta(60) for t in world.transactions)
    for account in bank.do("list_accounts")["accounts"]:
        assert bank.do("list_transactions", account_id=account["account_id"])["transactions"]
    merchants = [t["merchant"] for t in bank.do("list_recent_charges", limit=50)["charges"]]
    assert len(merchants) == len(set(merchants)) >= 20


def test_a_transfer_moves_both_balances_and_is_booked_on_both_accounts(bank: Bank) -> None:
    source, target = bank.do("list_accounts")["accounts"][:2]
    made = bank.do(
        "transfer_between_accounts",
        from_account_id=source["account_id"],
        to_account_id=target["account_id"],
        amount=120.5,
    )
    after = {a["account_id"]: a["balance"] for a in bank.do("list_accounts")["accounts"]}
    assert after[source["account_id"]] == made["from_balance"] == pytest.approx(source["balance"] - 120.5)
    assert after[target["account_id"]] == made["to_balance"] == pytest.approx(target["balance"] + 120.5)
    for account, direction in ((source, "out"), (target, "in")):
        newest = bank.do("list_transactions", account_id=account["account_id"], limit=1)["transactions"][0]
        assert (newest["amount"], newest["direction"]) == (120.5, direction)


def test_a_transfer_needs_money_and_two_accounts(bank: Bank) -> None:
    one, other = (a["account_id"] for a in bank.do("list_accounts")["accounts"][:2])
    move = "transfer_between_accounts"
    assert bank.refusal(move, from_account_id=one, to_account_id=one, amount=5) == "same_account"
    assert bank.refusal(move, from_account_id=one, to_account_id=other, amount=1e7) == "insufficient_funds"
    assert bank.refusal(move, from_account_id=one, to_account_id="acc_1", amount=5) == "not_found"
    assert bank.refusal(move, from_account_id=one, to_account_id=other, amount=-5) == "invalid_argument"


def test_a_frozen_card_pays_nothing_until_it_is_unfrozen(bank: Bank) -> None:
    card = next(c["card_id"] for c in bank.do("list_cards")["cards"] if c["status"] == "active")
    assert bank.refusal("unfreeze_card", card_id=card) == "not_frozen"
    bank.do("freeze_card", card_id=card)
    assert bank.refusal("freeze_card", card_id=card) == "already_frozen"
    with pytest.raises(ToolError, match="frozen"):
        bank.world.charge(card, 5, "Bluebird Coffee", "dining")
    bank.do("unfreeze_card", card_id=card)
    assert bank.world.charge(card, 5, "Bluebird Coffee", "dining").amount == -5


def test_each_user_has_one_card_that_could_be_unfrozen(bank: Bank) -> None:
    frozen = [c for c in bank.do("list_cards")["cards"] if c["status"] == "frozen"]
    assert [c["nickname"] for c in frozen] == ["spare"]
    assert bank.do("unfreeze_card", card_id=frozen[0]["card_id"])["status"] == "active"


def test_a_limit_holds_for_the_next_payment(bank: Bank) -> None:
    card = bank.do("list_cards")["cards"][0]
    changed = bank.do("set_card_limit", card_id=card["card_id"], daily_limit=50)
    assert (changed["previous_limit"], changed["daily_limit"]) == (card["daily_limit"], 50)
    with pytest.raises(ToolError, match="over the daily limit"):
        bank.world.charge(card["card_id"], 51, "Casa Lucero", "dining")
    assert bank.refusal("set_card_limit", card_id=card["card_id"], daily_limit=1e6) == "limit_too_high"


def test_what_any_toolkit_charges_shows_up_as_a_charge(bank: Bank) -> None:
    card = bank.do("list_cards")["cards"][0]
    world = bank.world
    world.charge(card["card_id"], 19.99, "Cedar Lodge Shop", "shopping")
    bank.session.restore(SavedWorld.of(world))
    found = bank.do("search_transactions", merchant="cedar lodge shop")["transactions"]
    assert [(t["amount"], t["direction"], t["account_name"]) for t in found] == [(19.99, "out", card["account_name"])]
    charge = bank.do("list_recent_charges", limit=1)["charges"][0]
    assert (charge["transaction_id"], charge["card_id"]) == (found[0]["transaction_id"], card["card_id"])


def test_transactions_come_newest_first_and_only_those_asked_for(bank: Bank) -> None:
    since = bank.world.today - timedelta(days=30)
    for account in bank.do("list_accounts")["accounts"]:
        everything = bank.do("list_transactions", account_id=account["account_id"], limit=50)["transactions"]
        days = [t["day"] for t in everything]
        assert days == sorted(days, reverse=True)
        recent = bank.do("list_transactions", account_id=account["account_id"], since=since.isoformat(), limit=50)[
            "transactions"
        ]
        assert recent == [t for t in everything if t["day"] >= since.isoformat()]
        dining = bank.do("list_transactions", account_id=account["account_id"], category="dining", limit=50)[
            "transactions"
        ]
        assert dining == [t for t in everything if t["category"] == "dining"]


def test_spending_adds_up_and_leaves_out_money_that_was_only_moved(bank: Bank) -> None:
    one, other = (a["account_id"] for a in bank.do("list_accounts")["accounts"][:2])
    before = bank.do("get_spending_by_category", account_id=one)
    bank.do("transfer_between_accounts", from_account_id=one, to_account_id=other, amount=100)
    assert bank.do("get_spending_by_category", account_id=one) == before
    bank.do("send_money_to_contact", contact_id=bank.world.contacts[0].contact_id, account_id=one, amount=30)
    after = bank.do("get_spending_by_category", account_id=one)
    assert after["total_spent"] == pytest.approx(before["total_spent"] + 30)
    assert after["total_spent"] == pytest.approx(sum(c["amount"] for c in after["categories"]))


def test_money_sent_to_a_contact_leaves_the_account(bank: Bank) -> None:
    account, contact = bank.do("list_accounts")["accounts"][0], bank.world.contacts[3]
    sent = bank.do(
        "send_money_to_contact",
        contact_id=contact.contact_id,
        account_id=account["account_id"],
        amount=45,
        note="the train tickets",
    )
    assert sent["recipient"] == contact.full_name
    assert sent["balance"] == pytest.approx(account["balance"] - 45)
    found = bank.do("search_transactions", merchant=contact.full_name)["transactions"]
    assert [(t["amount"], t["direction"]) for t in found] == [(45, "out")]
    send = "send_money_to_contact"
    assert bank.refusal(send, contact_id="c_0", account_id=account["account_id"], amount=5) == "not_found"
    assert bank.refusal(send, contact_id=contact.contact_id, account_id="acc_0", amount=5) == "not_found"


def test_the_same_request_is_not_sent_twice(bank: Bank) -> None:
    contact = bank.world.contacts[1].contact_id
    assert bank.do("request_money_from_contact", contact_id=contact, amount=20)["status"] == "pending"
    assert bank.refusal("request_money_from_contact", contact_id=contact, amount=20) == "already_requested"
    bank.do("request_money_from_contact", contact_id=contact, amount=25)


def test_a_payment_to_a_shop_can_be_disputed_once_but_money_that_came_in_cannot(bank: Bank) -> None:
    charge = bank.do("list_recent_charges")["charges"][0]["transaction_id"]
    opened = bank.do("dispute_transaction", transaction_id=charge, reason="charged_twice")
    assert opened["status"] == "under_review"
    assert bank.do("get_dispute_status", dispute_id=opened["dispute_id"]) == opened
    assert bank.refusal("get_dispute_status", dispute_id="dsp_0") == "not_found"
    dispute = "dispute_transaction"
    assert bank.refusal(dispute, transaction_id=charge, reason="unauthorized") == "already_disputed"
    salary = next(t.transaction_id for t in bank.world.transactions if t.category == "income")
    assert bank.refusal(dispute, transaction_id=salary, reason="wrong_amount") == "not_disputable"
    assert bank.refusal(dispute, transaction_id=charge, reason="because") == "invalid_argument"


def test_a_scheduled_payment_waits_and_is_cancelled_once(bank: Bank) -> None:
    account = bank.do("list_accounts")["accounts"][0]
    day = (bank.world.today + timedelta(days=1)).isoformat()
    made = bank.do(
        "schedule_payment",
        account_id=account["account_id"],
        payee="Oakfield Gas",
        amount=64,
        payment_date=day,
    )
    listed = bank.do("list_scheduled_payments")["payments"]
    assert listed[0]["payment_id"] == made["payment_id"]
    assert len({p["payee"] for p in listed}) == len(listed) == 4
    assert bank.do("get_account_balance", account_id=account["account_id"])["balance"] == account["balance"]
    bank.do("cancel_scheduled_payment", payment_id=made["payment_id"])
    assert bank.do("list_scheduled_payments")["payments"] == listed[1:]
    assert bank.refusal("cancel_scheduled_payment", payment_id=made["payment_id"]) == "already_cancelled"
    assert bank.refusal("cancel_scheduled_payment", payment_id="pay_0") == "not_found"


def test_a_payment_cannot_be_scheduled_for_today_or_before(bank: Bank) -> None:
    account = bank.do("list_accounts")["accounts"][0]["account_id"]
    for days in (-1, 0, 400):
        day = (bank.world.today + timedelta(days=days)).isoformat()
        assert bank.refusal(
            "schedule_payment", account_id=account, payee="Oakfield Gas", amount=5, payment_date=day
        ) == "invalid_date"  # fmt: skip


@pytest.mark.parametrize("seed", SEEDS)
def test_the_same_seed_and_calls_give_the_same_bank(seed: int) -> None:
    digests, outputs = [], []
    for _ in range(2):
        bank = Bank(ToolkitExecutor([toolkit]).open(seed))
        one, other = (a["account_id"] for a in bank.do("list_accounts")["accounts"][:2])
        outputs.append(bank.do("transfer_between_accounts", from_account_id=one, to_account_id=other, amount=7))
        digests.append(bank.session.digest())
    assert outputs[0] == outputs[1]
    assert digests[0] == digests[1]


def test_restoring_a_snapshot_undoes_everything(bank: Bank) -> None:
    snapshot, digest = bank.session.snapshot(), bank.session.digest()
    account = bank.do("list_accounts")["accounts"][0]["account_id"]
    bank.do("send_money_to_contact", contact_id=bank.world.contacts[0].contact_id, account_id=account, amount=9)
    bank.do("freeze_card", card_id=bank.do("list_cards")["cards"][0]["card_id"])
    assert bank.session.digest() != digest
    bank.session.restore(snapshot)
    assert bank.session.digest() == digest

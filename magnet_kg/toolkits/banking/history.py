"""The sixty days before a dialogue: what was bought, earned and put aside; and the payments to come."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from magnet_kg.execution.world import Account, Card, Transaction, World
from magnet_kg.toolkits.banking.records import BankingState, ScheduledPayment

# Merchants by category with the range of a usual amount in US dollars. Each is used once in a world, so that
# "the Plum Street Diner charge" means one transaction.
SHOPS: dict[str, tuple[tuple[float, float], tuple[str, ...]]] = {
    "groceries": ((14, 140), (
        "Greenleaf Market", "Harbor Grocers", "Oak & Barley Foods", "Sunrise Produce", "Valley Pantry",
        "Mill Road Co-op",
    )),
    "dining": ((8, 110), (
        "Plum Street Diner", "Casa Lucero", "Noodle Lantern", "The Copper Kettle", "Bluebird Coffee",
        "Trattoria Nerina", "Saffron Corner", "Pier Nine Oysters",
    )),
    "transport": ((5, 70), (
        "Zephyr Rides", "Metro Transit Pass", "Fourth Street Parking", "Wheelhouse Bike Share",
        "Tollway Express",
    )),
    "shopping": ((18, 320), (
        "Pinecrest Outfitters", "Lumen Electronics", "Paper Crane Books", "Fern & Thread", "Cobalt Shoes",
        "Old Mill Hardware", "Nestwell Furniture", "Marigold Gifts",
    )),
    "health": ((15, 190), (
        "Larkspur Pharmacy", "Brightsmile Dental", "Northside Optics", "Riverbend Physio",
    )),
    "entertainment": ((9, 95), (
        "Orpheum Cinema", "Gaslight Theater", "Vinyl Attic", "Skyline Bowling", "Pixel Arcade",
    )),
    "travel": ((60, 480), ("Tidewater Inn", "Bluewing Rail", "Cedar Lodge", "Meridian Car Hire")),
}  # fmt: skip
EMPLOYERS = ("Ashgrove Payroll", "Brannock Labs Payroll", "Delmar Payroll", "Kestrel Media Payroll")
LANDLORDS = ("Hillcrest Property Management", "Garnet Street Apartments", "Lakeview Rentals")
SUPPLIERS = (
    "Clearwater Utilities",
    "Beacon Power",
    "Fiberline Internet",
    "Summit Gas",
    "Union Mobile",
    "Shoreline Water",
)
PAYEES = (
    "Beacon Power", "Lakeview Insurance", "Maplewood Preschool", "Ridgeway Gym", "City Storage",
    "Alder Street Music School", "Homestead Cleaning", "Trident Car Loans", "Westbrook Dental Plan",
    "Firefly Lawn Care",
)  # fmt: skip


def make_history(world: World, rng: Random) -> None:
    """Add about forty transactions to the world; balances are what is left after them.

    Args:
        world: gets the transactions, oldest first.
        rng: the toolkit's own generator.
    """
    made: list[Transaction] = []

    def add(
        account: Account, ago: int, merchant: str, amount: float, category: str, card_id: str | None = None
    ) -> None:
        day = world.today - timedelta(days=ago)
        made.append(Transaction("", account.account_id, card_id, day, merchant, round(amount, 2), category))

    offers = [(merchant, category) for category, (_, names) in SHOPS.items() for merchant in names]
    for merchant, category in rng.sample(offers, 26):
        card = rng.choice(world.cards)
        low, high = SHOPS[category][0]
        amount = -rng.uniform(low, high)
        add(world.account(card.account_id), rng.randrange(1, 60), merchant, amount, category, card.card_id)
    checking = next(a for a in world.accounts if a.name == "checking")
    salary, rent, employer, landlord = (
        rng.uniform(2400, 5200), rng.uniform(950, 1900), rng.choice(EMPLOYERS), rng.choice(LANDLORDS)
    )  # fmt: skip
    payday = rng.randrange(2, 29)
    for ago in (payday, payday + 30):
        add(checking, ago, employer, salary, "income")
        add(checking, max(ago - 2, 1), landlord, -rent, "housing")
    for supplier in rng.sample(SUPPLIERS, 3):
        add(checking, rng.randrange(1, 60), supplier, -rng.uniform(28, 160), "utilities")
    for account in world.accounts:
        if account is checking:
            continue
        amount = 25.0 * rng.randrange(2, 17)
        for ago in (payday, payday + 30):
            add(account, max(ago - 1, 1), "Transfer from checking", amount, "transfer")
        if account.name == "savings":
            add(account, payday + 3, "Interest", account.balance * 0.003, "income")
    for transaction in sorted(made, key=lambda t: t.day):
        transaction.transaction_id = world.new_id("tx", 6)
        world.transactions.append(transaction)


def add_spare_card(world: World, rng: Random) -> None:
    """Give the user a fourth card, "spare", that is frozen: one that could be unfrozen.

    Args:
        world: gets the card.
        rng: the toolkit's own generator.
    """
    account = rng.choice([a for a in world.accounts if a.name != "savings"]).account_id
    network, last_four = rng.choice(["Visa", "Mastercard", "Amex"]), f"{rng.randrange(10000):04d}"
    world.cards.append(Card(world.new_id("card", 4), "spare", network, last_four, account, 1000.0, status="frozen"))


def make_payments(world: World, rng: Random) -> BankingState:
    """Three payments of the next weeks, each to another payee.

    Args:
        world: whose accounts pay.
        rng: the toolkit's own generator.
    """
    accounts = [a for a in world.accounts if a.name != "savings"]
    state = BankingState()
    for payee in rng.sample(PAYEES, 3):
        account = rng.choice(accounts)
        amount = round(rng.uniform(30, 260), 2)
        day = world.today + timedelta(days=rng.randrange(3, 28))
        repeat = rng.choice(["once", "monthly", "monthly"])
        state.payments.append(ScheduledPayment(world.new_id("pay", 6), account.account_id, payee, amount, day, repeat))
    return state

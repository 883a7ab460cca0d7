"""What only running a toolkit shows is told with the line that is to blame."""

from __future__ import annotations

from pathlib import Path

import pytest
from own_toolkits import changed, games, home, line, report, told

from magnet_kg.execution.finding import find_toolkits

__all__ = ["games", "home"]


# check: what shows when it runs


LOAN = 'GameLoan(world.new_id("loan"), game.game_title, loan_date)'
SHELF = "    games: list[Game] = field(default_factory=list)\n"
STARTED = "    library = Library()"
SEARCH, BORROW, MAKE = "def search_board_games(", "def borrow_board_game(", "def make_state("
IMPORT = "from random import Random"
# name → (what is changed, what is told, of which line and which function)
BREAKS: dict[str, tuple[dict[str, str], str, str, str]] = {
    "another type": (
        {LOAN: LOAN.replace("loan_date", "world.now")},
        "loan_date is the datetime", BORROW, "borrow_board_game",
    ),
    "another type within": (
        {"    return GameList(sorted(": "    games[0].player_count = '4'\n    return GameList(sorted("},
        "games.0.player_count is the str '4', declared is int", SEARCH, "search_board_games",
    ),
    "crash": (
        {"    library.loans.append(loan)": "    library.loans.append(loan.nothing)"},
        "ends in AttributeError: 'GameLoan' object has no attribute 'nothing'", "loan.nothing", "borrow_board_game",
    ),
    "random": (
        {LOAN: LOAN.replace("game.game_title", "str(random.random())"), IMPORT: f"import random\n{IMPORT}"},
        "the same call in the same world gives something else the second time", BORROW, "borrow_board_game",
    ),
    "kept outside of the world": (
        {LOAN: LOAN.replace("game.game_title", "str(len(SEEN))"),
         "    library.loans.append(loan)": "    library.loans.append(loan)\n    SEEN.append(1)",
         "GameKind = Literal": "SEEN: list[int] = []\nGameKind = Literal"},
        "the same call in the same world gives something else the second time", BORROW, "borrow_board_game",
    ),
    "unsaved": (
        {SHELF: f"{SHELF}    shelf: object = None\n", STARTED: "    library = Library(shelf=lambda: 1)"},
        "the state cannot be saved", MAKE, "make_state",
    ),
    "uncompared": (
        {SHELF: f"{SHELF}    shelf: object = None\n",
         "    library.loans.append(loan)": "    library.loans.append(loan)\n    library.shelf = {1, 2}"},
        "it leaves a state that cannot be compared", BORROW, "borrow_board_game",
    ),
    "hidden": (
        {SHELF: f"{SHELF}    _shelf: int = 0\n"},
        "nothing compares the state's Library._shelf", MAKE, "make_state",
    ),
    "no world": (
        {STARTED: "    library = Library(1 / 0)"},
        "no world can be made: ZeroDivisionError", "Library(1 / 0)", "make_state",
    ),
    "unseeded": (
        {"rng.randrange(2, 9), 15": "random.randrange(2, 999999), 15", IMPORT: f"import random\n{IMPORT}"},
        "random.randrange() draws what no seed decides", "random.randrange", "make_state",
    ),
    "unseeded by another name": (
        {"rng.randrange(2, 9), 15": "randrange(2, 999999), 15", IMPORT: "from random import Random, randrange"},
        "the same seed makes another state", MAKE, "make_state",
    ),
    "clock": (
        {"    if loan_date < world.today:": "    if loan_date < date.today():"},
        "date.today() reads the clock of this machine", "date.today()", "borrow_board_game",
    ),
    "order of a set": (
        {LOAN: LOAN.replace("game.game_title", "str(set('abcdefgh'))")},
        "another process, where sets have another order, gives something else", BORROW, "borrow_board_game",
    ),
    "fails": (
        {"    if loan_date < world.today:": "    if loan_date:"},
        "no dialogue reaches it: fails: in_the_past", BORROW, "borrow_board_game",
    ),
    "no producer": (
        {"    game_loan_id: str\n": "    number: str\n",
         '"game_loan_id", game_loan_id, "loan"': '"number", game_loan_id, "loan"'},
        "no dialogue reaches it: no function gives its game_loan_id", "def cancel_game_loan(", "cancel_game_loan",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BREAKS)
def test_what_only_running_shows_is_told_with_its_place(games: Path, name: str) -> None:
    changes, what, at, function = BREAKS[name]
    code = games / "__init__.py"
    changed(code, changes)
    exit_code, checked = report("games")
    assert exit_code == 1
    told(checked["errors"], what, code, line(code, at), function)


def test_a_report_that_cannot_be_told_of_a_real_result_is_told_with_its_line(games: Path) -> None:
    phrases = games / "phrases.yaml"
    wrong = changed(
        phrases,
        {
            "The library has {{ games |": "The library has {{ games[7].game_title }} {{ games |",
            "Cancelled: {{ game_title }} on": "Cancelled: {{ args.day }} on",
        },
    )
    code, checked = report("games")
    assert code == 1
    first, second = wrong.values()
    told(checked["errors"], "cannot be told of a real result", phrases, first, "search_board_games")
    told(checked["errors"], "reads “Cancelled: None on", phrases, second, "cancel_game_loan")


def test_few_ways_to_ask_are_advice_and_no_error(games: Path) -> None:
    changed(games / "phrases.yaml", {'      - "is there a {kind} at the game library"\n': ""})
    code, checked = report("games")
    assert (code, checked["errors"]) == (0, [])
    (advice,) = checked["advice"]
    assert "question 3 of 4" in advice["what"]
    assert (advice["function"], advice["line"]) == (
        "search_board_games",
        line(games / "phrases.yaml", "  search_board_games:"),
    )


def test_the_packages_own_toolkits_can_be_checked(home: Path) -> None:
    folder = next(toolkit.folder for toolkit in find_toolkits() if toolkit.name == "contacts")
    code, checked = report(folder)
    assert (code, checked["errors"]) == (0, [])
    assert checked["functions"] > 10

"""Whoever writes a toolkit of their own starts from one that works, and is told everything that is wrong with it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from commands import environment, invoked
from own_toolkits import changed, games, home, line, report, told

__all__ = ["games", "home"]


# new


def test_what_new_makes_passes_its_check_and_its_test(games: Path) -> None:
    assert {path.name for path in games.iterdir()} == {"__init__.py", "phrases.yaml", "test_games.py"}
    code, checked = report("games")
    assert (code, checked["errors"], checked["advice"]) == (0, [], [])
    assert checked["held"] == checked["dialogues"] >= 8
    test = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "games"],
        env=environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert test.returncode == 0, test.stdout


@pytest.mark.parametrize("name", ["my-games", "2games", "class", "Games", "", "a b", "_games"])
def test_a_name_that_is_none_is_refused(home: Path, name: str) -> None:
    done = invoked("toolkit", "new", name)
    assert done.code == 1
    assert "cannot be the name of a toolkit" in done.complaint
    assert not list(home.iterdir())


def test_what_is_there_stays_as_it_was(games: Path) -> None:
    before = (games / "__init__.py").read_bytes()
    (games / "phrases.yaml").unlink()
    done = invoked("toolkit", "new", "games")
    assert done.code == 1
    assert "games: this is there already" in done.complaint
    assert (games / "__init__.py").read_bytes() == before
    assert not (games / "phrases.yaml").exists()


def test_a_name_of_the_package_is_taken(home: Path) -> None:
    assert "there is a toolkit called contacts already" in invoked("toolkit", "new", "contacts").complaint


def test_it_may_be_made_elsewhere(home: Path) -> None:
    done = invoked("toolkit", "new", "games", "--out", "mine/own")
    assert (home / "mine" / "own" / "games" / "__init__.py").is_file()
    assert "magnet-kg toolkit check mine/own/games" in done.out


# check: what can be read


def test_every_fault_of_code_and_phrases_is_told_at_once(games: Path) -> None:
    code, phrases = games / "__init__.py", games / "phrases.yaml"
    changed(
        code,
        {
            "        kind: what kind of game it is\n": "        sort: what kind of game it is\n",
            "    Args:\n        game_loan_id: id of the loan of a board game\n": "",
        },
    )
    code.write_text(
        code.read_text()
        + '''

@toolkit.function
def bare(world: World, day: date) -> Game:
    return Game("", "", "party", 2, 2)


@toolkit.function
def without_result(world: World):
    """Do."""


@toolkit.function
def without_world() -> Game:
    """Do."""


@toolkit.function
def unknown_type(world: World, at: "Moment") -> Game:
    """Do.

    Args:
        at: when
    """


@toolkit.function
def strange_result(world: World) -> Random:
    """Do."""


@toolkit.function
def two_kinds(world: World, *games: str) -> Game:
    """Do."""


@toolkit.function
def count_games(world: World) -> int:
    """Count."""
    return 1


@toolkit.function
def borrow_board_game(world: World) -> Game:
    """Borrow."""
'''
    )
    wrong = changed(
        phrases,
        {
            "borrow {game_id} for {loan_date}": "borrow {game} for {loan_date}",
            "may I have {game_id} from the library on {loan_date}": "may I have {game_id} from the library",
            "loan_date: {kind: day, within: [1, 30]}": "loan_date: {kind: days, within: [1, 30]}",
            "{{ game_title }} is yours on": "{{ title }} is yours on",
        },
    )
    exit_code, checked = report("games")
    assert exit_code == 1
    errors = checked["errors"]

    def definition(name: str) -> int:
        return line(code, f"def {name}(")

    told(
        errors,
        "parameter kind needs a type and a line under Args:",
        code,
        definition("search_board_games"),
        "search_board_games",
    )
    told(
        errors,
        "Args: tells of sort, which is no parameter",
        code,
        definition("search_board_games"),
        "search_board_games",
    )
    told(errors, "parameter game_loan_id needs", code, definition("cancel_game_loan"), "cancel_game_loan")
    told(errors, "a function needs a docstring", code, definition("bare"), "bare")
    told(errors, "parameter day needs a type and a line", code, definition("bare"), "bare")
    told(errors, "a function needs a return type", code, definition("without_result"), "without_result")
    told(errors, "the first parameter is the world", code, definition("without_world"), "without_world")
    told(errors, "types cannot be read: name 'Moment'", code, definition("unknown_type"), "unknown_type")
    told(errors, "its result has no schema", code, definition("strange_result"), "strange_result")
    told(errors, "parameter games cannot be given by name", code, definition("two_kinds"), "two_kinds")
    told(errors, "its result has no fields", code, definition("count_games"), "count_games")
    told(errors, "the function has no phrases", code, definition("count_games"), "count_games")
    twice = (
        definition("borrow_board_game"),
        code.read_text().splitlines().index("def borrow_board_game(world: World) -> Game:") + 1,
    )
    told(errors, f"a function of this name is in line {twice[0]} already", code, twice[1], "borrow_board_game")
    told(errors, "Input tag 'days'", phrases, wrong["loan_date: {kind: days, within: [1, 30]}"], "borrow_board_game")
    text = invoked("toolkit", "check", "games").out
    for fault in errors:
        assert f"games/{Path(fault['file']).name}:{fault['line']}: " in text


def test_every_fault_of_one_functions_phrases_is_told(games: Path) -> None:
    phrases = games / "phrases.yaml"
    wrong = changed(
        phrases,
        {
            "borrow {game_id} for {loan_date}": "borrow {game} for {loan_date}",
            "may I have {game_id} from the library on {loan_date}": "may I have {game_id} from the library",
            "{{ game_title }} is yours on": "{{ title }} is yours on",
            "I borrowed {{ game_title }}": "I borrowed {{ game_title }",
            "strategy: [strategy game, game of strategy]": "tactics: [strategy game, game of strategy]",
            "game_loan_id: {noun: loan": "loan_number: {noun: loan",
        },
    )
    code, checked = report("games")
    assert code == 1
    for what, at, function in (
        ("unknown slot {game}", "borrow {game} for {loan_date}", "borrow_board_game"),
        ("required {loan_date} must stand in it", "may I have {game_id} from the library", "borrow_board_game"),
        ("title is no field of the result", "{{ title }} is yours on", "borrow_board_game"),
        ("unexpected '}'", "I borrowed {{ game_title }", "borrow_board_game"),
        ("tactics is none of", "tactics: [strategy game, game of strategy]", "search_board_games"),
        ("loan_number is not an output", "loan_number: {noun: loan", "borrow_board_game"),
    ):
        told(checked["errors"], what, phrases, wrong[at], function)


@pytest.mark.parametrize(
    ("old", "new", "what", "at"),
    [
        ("toolkit = Toolkit(", "toolkit = Toolkits(", "NameError: name 'Toolkits'", "toolkit = Toolkits("),
        ("from random import Random", "from randoms import Random", "ModuleNotFoundError", "from randoms import"),
        ("class GameList:", "class GameList", "SyntaxError: expected ':'", "class GameList"),
        ("toolkit = Toolkit(", "kit = Toolkit(", "NameError: name 'toolkit' is not defined", "@toolkit.state"),
    ],
)  # fmt: skip
def test_code_that_cannot_be_imported_is_told_with_its_line(
    games: Path, old: str, new: str, what: str, at: str
) -> None:
    changed(games / "__init__.py", {old: new})
    code, checked = report("games")
    assert code == 1
    told(checked["errors"], what, games / "__init__.py", line(games / "__init__.py", at), None)
    refused = invoked("run", "quick", "--toolkits", "games", "--out", "runs")
    assert refused.code == 1
    assert f"{games / '__init__.py'}:" in refused.complaint
    assert what in refused.complaint


def test_code_that_defines_no_toolkit_is_told(games: Path) -> None:
    (games / "__init__.py").write_text('"""A start."""\n')
    told(report("games")[1]["errors"], "no toolkit is defined", games / "__init__.py", 1, None)


def test_a_folder_without_a_toolkit_is_told(home: Path) -> None:
    (home / "empty").mkdir()
    for path, what in (("empty", "there is no toolkit in this folder"), ("nowhere", "there is no such folder")):
        done = invoked("toolkit", "check", path)
        assert done.code == 1
        assert what in done.complaint
        assert "magnet-kg toolkit new NAME" in done.complaint


def test_names_that_clash_are_told_with_both_places(games: Path, home: Path) -> None:
    (home / "all").mkdir()
    games.rename(home / "all" / "games")
    assert invoked("toolkit", "new", "chess", "--out", "all").code == 0
    done = invoked("toolkit", "check", "all", "--json")
    chess, first = json.loads(done.out)
    assert done.code == 1
    code = home / "all" / "chess" / "__init__.py"
    what = (
        f"two toolkits have a function called borrow_board_game; the other is {home / 'all' / 'games' / '__init__.py'}:"
    )
    told(chess["errors"], what, code, line(code, "def borrow_board_game("), "borrow_board_game")
    assert len(first["errors"]) == 3
    refused = invoked("run", "quick", "--toolkits", "all", "--out", "runs")
    assert f"{home / 'all' / 'games' / '__init__.py'}:" in refused.complaint
    assert f"{code}:" in refused.complaint

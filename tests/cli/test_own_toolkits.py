"""Functions of a toolkit that lies anywhere are in the rows, the graph and the checks like those of the package."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
from commands import Done, invoked, magnet

import magnet_kg
from magnet_kg.domain.errors import MagnetError
from magnet_kg.execution import finding
from magnet_kg.execution.finding import code_hash, find_toolkits, load_toolkit
from magnet_kg.execution.new_toolkit import new_toolkit
from magnet_kg.pipeline.recipe import Mix, Recipe

RECIPE = "name: mine\ntoolkits: [games]\nsft: {single: 2, multiple: 2}\n"
RUN = ("run", "mine.yaml", "--out", "mine", "--graph", "ladybug:graph", "--workers", "1")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a toolkit, `own/games`, and a recipe that is limited to it."""
    monkeypatch.chdir(tmp_path)
    new_toolkit("games", tmp_path / "own")
    (tmp_path / "mine.yaml").write_text(RECIPE)
    return tmp_path


def refused(done: Done, *said: str) -> None:
    assert done.code == 1, done
    for part in said:
        assert part in done.complaint, done.complaint


def ok(done: Done) -> Done:
    assert done.code == 0, done.err
    return done


def rows(home: Path) -> list[str]:
    return (home / "mine" / "export" / "sft.jsonl").read_text().splitlines()


def test_from_a_toolkit_of_ones_own_to_a_row(home: Path) -> None:
    """With workers, which start afresh and have to find the same functions."""
    # A relative import, as any toolkit of more than one file has.
    code = home / "own" / "games" / "__init__.py"
    (home / "own" / "games" / "shelf.py").write_text("MINUTES = 15\n")
    text = code.read_text().replace("15 * rng", "MINUTES * rng")
    code.write_text(text.replace("\ntoolkit = ", "\nfrom .shelf import MINUTES\n\ntoolkit = ", 1))
    ok(magnet(*RUN[:-1], "2", "--toolkits", "own/games", cwd=home))
    made = [json.loads(row) for row in rows(home)]
    assert [row["kind"] for row in made] == ["single"] * 2 + ["multiple"] * 2
    for row in made:
        offered = {tool["function"]["name"] for tool in json.loads(row["tools"])}
        assert offered <= {"search_board_games", "borrow_board_game", "cancel_game_loan"}
    # What reads the graph or the rows needs no code of the toolkit; what replays rows does.
    assert (
        "games/search_board_games"
        in ok(invoked("walk", "--from", "search_board_games", "--graph", "ladybug:graph")).out
    )
    assert "games  (leisure, 3 functions)" in ok(invoked("catalog", "list", "toolkits", "--graph", "ladybug:graph")).out
    assert "search_board_games(" in ok(invoked("show", "mine", "1")).out
    ok(invoked("export", "mine", "--format", "openai"))
    assert "4 of 4 rows hold" in ok(invoked("check", "mine", "--toolkits", "own")).out
    refused(invoked("check", "mine"), "made with other toolkits: games is missing", "Give the same --toolkits")
    assert magnet_kg.check("mine", toolkits=["own/games"]) == {}


def test_a_run_goes_on_only_with_the_same_toolkits(home: Path) -> None:
    ok(invoked(*RUN, env={"MAGNET_KG_TOOLKITS": str(home / "own")}))
    before = rows(home)
    assert len(before) == 4
    ok(invoked(*RUN, "--toolkits", "own"))
    assert rows(home) == before
    new_toolkit("chess", home / "more")
    code = home / "more" / "chess" / "__init__.py"
    for name in ("search_board_games", "borrow_board_game", "cancel_game_loan"):
        for path in (code, code.with_name("phrases.yaml")):
            path.write_text(path.read_text().replace(name, f"{name}_again"))
    both = os.pathsep.join([str(home / "own"), str(home / "more")])
    refused(invoked(*RUN, env={"MAGNET_KG_TOOLKITS": both}), "a run with other toolkits: chess is new", "--out")
    refused(invoked("run", "mine.yaml", "--out", "mine", "--graph", "ladybug:graph"), "no toolkit called games")


def test_changed_code_does_not_go_on_with_the_old_codes_rows(home: Path) -> None:
    toolkit = load_toolkit(home / "own" / "games")
    before = code_hash([toolkit])
    test = home / "own" / "games" / "test_games.py"
    test.write_text(test.read_text() + "\n")
    assert code_hash([toolkit]) == before
    (home / "own" / "games" / "shelf.py").write_text("MINUTES = 15\n")
    assert code_hash([toolkit]) != before


def test_the_graph_takes_a_toolkit_of_ones_own(home: Path) -> None:
    """In a graph that holds functions of a recipe already, only what is new is judged."""
    ok(invoked(*RUN, "--toolkits", "own"))
    found = json.loads(ok(invoked("graph", "edges", "borrow_board_game", "--graph", "ladybug:graph", "--json")).out)
    assert any(edge["source"] == "games/search_board_games" for edge in found)
    assert "--toolkits" in ok(invoked("graph", "build", "--help")).out


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda text: text.replace("find me a {kind}", "find me a {sort}"), "unknown slot {sort}"),
        (lambda text: text[: text.index("  cancel_game_loan:")], "cancel_game_loan: the function has no phrases"),
        (lambda text: text.replace("report:", "reports:"), "report: Field required"),
    ],
)  # fmt: skip
def test_phrases_that_do_not_fit_stop_a_run_before_it_starts(
    home: Path, spoil: Callable[[str], str], said: str
) -> None:
    phrases = home / "own" / "games" / "phrases.yaml"
    phrases.write_text(spoil(phrases.read_text()))
    done = invoked(*RUN, "--toolkits", "own")
    refused(done, said, str(home / "own" / "games"))
    assert not (home / "mine").exists()
    assert not (home / "graph").exists()


def test_a_function_that_lacks_something_stops_a_run_before_it_starts(home: Path) -> None:
    code = home / "own" / "games" / "__init__.py"
    code.write_text(code.read_text().replace("        kind: what kind of game it is\n", ""))
    done = invoked(*RUN, "--toolkits", "own")
    number = code.read_text()[: code.read_text().index("def search_board_games")].count("\n") + 1
    refused(done, f"{code}:{number}: search_board_games: parameter kind needs a type and a line under Args:")
    assert not (home / "mine").exists()


@pytest.mark.parametrize("change", [("library.loans.append(loan)", "library.loans.append(loan.nothing)"),
                                    ("game.game_title, loan_date)", "game.game_title, 5)")])  # fmt: skip
def test_a_function_that_breaks_in_a_run_is_told_with_its_place(home: Path, change: tuple[str, str]) -> None:
    code = home / "own" / "games" / "__init__.py"
    code.write_text(code.read_text().replace(*change))
    refused(invoked(*RUN, "--toolkits", "own"), f"{code}:", "borrow_board_game: ")


# Recipes that are limited to toolkits


def test_a_recipe_names_toolkits_that_there_are(home: Path) -> None:
    (home / "mine.yaml").write_text("name: mine\ntoolkits: [contact, games]\nsft: {single: 2}\n")
    refused(invoked(*RUN), "recipe mine", "no toolkit called contact", "Did you mean contacts", "--toolkits PATH")
    assert not (home / "mine").exists()


def test_rows_that_the_toolkits_cannot_make_are_told_before_anything_is_written(home: Path) -> None:
    code = home / "own" / "games" / "__init__.py"
    text = code.read_text()
    a, b = text.index("@toolkit.function\ndef search"), text.index("@toolkit.function\ndef borrow")
    code.write_text(text[:a] + text[b:])
    phrases = home / "own" / "games" / "phrases.yaml"
    text = phrases.read_text()
    phrases.write_text(text[: text.index("  search_board_games:")] + text[text.index("  borrow_board_game:") :])
    refused(invoked(*RUN, "--toolkits", "own"), "no single rows can be made", "games", "leave single out")
    assert not (home / "mine").exists()


def test_a_recipe_object_can_be_limited_too(home: Path) -> None:
    recipe = Recipe(name="mine", toolkits=("games",), sft=Mix(single=1))
    assert magnet_kg.run(recipe, out="mine", toolkits=["own"], graph="ladybug:graph")["rows"] == {"single": 1}


# Finding


def test_an_installed_package_brings_its_toolkit_along(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(home / "own"))
    point = EntryPoint("games", "games:toolkit", finding.GROUP)
    monkeypatch.setattr(finding, "entry_points", lambda group: [point] if group == finding.GROUP else [])
    finding._installed.cache_clear()
    try:
        found = {toolkit.name: toolkit for toolkit in find_toolkits()}
        assert found["games"].folder == home / "own" / "games"
        assert "contacts" in found
        with pytest.raises(MagnetError, match="two toolkits are called games") as raised:
            find_toolkits([home / "own"])
        assert str(home / "own" / "games") in str(raised.value)
        broken = EntryPoint("more", "no_such_package_here", finding.GROUP)
        monkeypatch.setattr(finding, "entry_points", lambda group: [broken])
        finding._installed.cache_clear()
        with pytest.raises(MagnetError, match=r"the toolkit more \(no_such_package_here\) .* cannot be imported"):
            find_toolkits()
    finally:
        finding._installed.cache_clear()


def test_a_folder_that_is_given_twice_is_taken_once(home: Path) -> None:
    names = [toolkit.name for toolkit in find_toolkits([Path("own"), Path("own/games"), home / "own"])]
    assert names.count("games") == 1


def test_a_package_of_toolkits_is_a_folder_of_several(home: Path) -> None:
    (home / "own" / "__init__.py").write_text("")
    assert "games" in {toolkit.name for toolkit in find_toolkits([Path("own")])}

"""The rungs of a ladder, what each is worth, and what is said before anything is made."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest
from commands import invoked
from taught import saved

from magnet_kg.domain.errors import MagnetError
from magnet_kg.ladder.benchmarks import Counts
from magnet_kg.ladder.report import cells
from magnet_kg.ladder.rungs import rungs_of
from magnet_kg.ladder.worth import standings
from magnet_kg.pipeline.recipe import Mix, Recipe, load_recipe

GENERAL = load_recipe("general")
QUICK = load_recipe("quick")


def test_each_rung_switches_one_operation_on() -> None:
    rungs = {rung.name: rung for rung in rungs_of(QUICK)}
    assert list(rungs) == ["graph", "merge", "insert", "split", "mdpo"]
    on = {
        name: [key for key in ("merge", "again", "insert", "split") if getattr(rung.recipe.paths, key)]
        for name, rung in rungs.items()
    }
    assert on["graph"] == []
    assert on["merge"] == ["merge", "again"]
    assert on["insert"] == ["merge", "again", "insert"]
    assert on["split"] == on["mdpo"] == ["merge", "again", "insert", "split"]
    for name, rung in rungs.items():
        assert (rung.recipe.sft, rung.recipe.preference) == (
            (Mix(), QUICK.preference) if name == "mdpo" else (QUICK.sft, Mix())
        )


def test_augmentations_are_rungs_and_off_below_theirs() -> None:
    further = ("masked", "distractors", "paths.offered=4")
    rungs = {rung.name: rung.recipe for rung in rungs_of(GENERAL, further, mdpo=False)}
    assert list(rungs)[-4:] == ["split", "masked", "distractors", "offered"]
    assert [rungs[name].masked for name in ("graph", "split", "masked", "offered")] == [0, 0, 0.15, 0.15]
    assert [rungs[name].paths.distractors for name in ("masked", "distractors")] == [(0, 0), (0, 1)]
    assert [rungs[name].paths.offered for name in ("distractors", "offered")] == [8, 4]
    assert rungs["graph"].pools, "rows over catalogs are in every rung"
    ordered = {rung.name: rung.recipe.paths.shuffled for rung in rungs_of(QUICK, ("shuffled",))}
    assert ordered == dict.fromkeys(("graph", "merge", "insert", "split"), False) | {"shuffled": True, "mdpo": True}


@pytest.mark.parametrize(
    ("recipe", "further", "problem"),
    [
        (Recipe(name="flat", sft=Mix(single=3)), (), "no rows of several turns"),
        (Recipe(name="unpaired", sft=Mix(multi_turn=3)), (), "no pairs for mdpo"),
        (QUICK.model_copy(update={"paths": QUICK.paths.model_copy(update={"insert": 0.0})}), (), "insert is off"),
        (QUICK, ("sprinkled",), "no rung sprinkled"),
        (QUICK, ("paths.sprinkled=1",), "no key paths.sprinkled"),
        (QUICK, ("masked=2",), "less than or equal to 1"),
        (QUICK, ("paths.merge=0.3",), "changes nothing"),
        (QUICK, ("masked", "masked=0.4"), "two rungs masked"),
    ],
)
def test_a_ladder_without_sense_is_refused(recipe: Recipe, further: tuple[str, ...], problem: str) -> None:
    with pytest.raises(MagnetError, match=problem) as raised:
        rungs_of(recipe, further)
    assert raised.value.do


def test_what_a_rung_is_worth_and_how_sure_that_is() -> None:
    def verdicts(*right: int) -> Counts:
        """Of 100 items in each of two categories, so many are right, the first ones."""
        return {f"kind {at}": np.array([(float(i < one), 1.0) for i in range(100)]) for at, one in enumerate(right)}

    base, graph, merge, split = standings(
        [
            ("base", {None: verdicts(10, 20)}),
            ("graph", {1: verdicts(60, 80), 2: verdicts(50, 70)}),
            ("merge", {1: verdicts(61, 80), 2: verdicts(50, 69)}),
            ("split", {1: verdicts(30, 40), 2: verdicts(20, 40)}),
        ]
    )
    assert (base.items, base.seeds, base.gain) == (200, {}, None)
    assert base.share == pytest.approx(0.15)
    assert graph.share == pytest.approx(0.65)
    assert graph.seeds == pytest.approx({1: 0.7, 2: 0.6})
    assert graph.low < graph.share < graph.high
    assert graph.categories == pytest.approx({"kind 0": 0.55, "kind 1": 0.75})
    assert graph.gain is not None
    assert merge.gain is not None
    assert split.gain is not None
    assert graph.gain.difference == pytest.approx(0.5)
    assert graph.gain.verdict == "helps"
    assert (merge.gain.over, merge.gain.verdict) == ("graph", "not shown to help")
    assert merge.gain.disagreeing
    assert (split.gain.verdict, split.gain.disagreeing) == ("harms", False)
    assert split.gain.low <= split.gain.difference <= split.gain.high


def test_a_gain_that_one_seed_alone_has_is_not_shown() -> None:
    """Items say it is sure, seeds that it is chance: seeds change the rows and the training."""

    def right(count: int) -> Counts:
        return {"all": np.array([(float(at < count), 1.0) for at in range(1000)])}

    one_gains = standings([("base", {None: right(500)}), ("graph", {1: right(700), 2: right(490)})])[1]
    one_loses = standings([("base", {None: right(500)}), ("graph", {1: right(510), 2: right(300)})])[1]
    both_gain = standings([("base", {None: right(500)}), ("graph", {1: right(700), 2: right(500)})])[1]
    for standing, verdict in ((one_gains, "not shown to help"), (one_loses, "not shown to help"), (both_gain, "helps")):
        assert standing.gain is not None
        assert not standing.gain.low <= 0 <= standing.gain.high, "the interval over items leaves 0 out"
        assert standing.gain.verdict == verdict
    assert cells(one_gains)[-1] == "not shown to help; seeds disagree"


def test_what_cannot_work_is_said_before_anything_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    saved(tmp_path / "base")

    def complaint(*given: str, hold_out: str = "music", recipe: str = "quick") -> str:
        held = ("--hold-out", hold_out) if hold_out else ()
        done = invoked("ladder", recipe, "--model", "base", "--out", "out", *held, *given)
        assert done.code == 1, done
        assert not (tmp_path / "out").exists()
        return done.complaint

    assert "none is held out" in complaint(hold_out="")
    assert "no row has a function of astrology" in complaint(hold_out="astrology")
    assert "there is no benchmark chess" in complaint("--evaluate", "chess")
    assert "there is no such folder" in complaint("--model", "nowhere")
    assert "no pairs for mdpo" in complaint(recipe="general")
    config = tmp_path / "settings.yaml"
    config.write_text(json.dumps({"learning_speed": 1}))
    assert "learning_speed" in complaint("--config", str(config))
    config.write_text(json.dumps({"max_steps": 4}))
    assert "max_steps: 4 would end each training after another" in complaint("--config", str(config))
    assert "max_steps: 4 would end each training after another" in complaint("--mdpo-config", str(config))
    config.write_text(json.dumps({"epochs": 1.5}))
    assert "epochs: 1.5 would end each training after another" in complaint("--config", str(config))
    assert "there is no such benchmark, and no such file" in complaint("--decontaminate", "nothing.jsonl")
    assert invoked("ladder", "quick", "--model", "base", "--out", "out", "--seeds", "1").code == 2
    monkeypatch.setitem(sys.modules, "torch", None)
    assert "training needs torch" in complaint()

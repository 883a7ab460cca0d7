"""How paths are made: the probabilities and lengths of a recipe's `paths:`."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class PathSettings(BaseModel):
    """How paths are made. The defaults give the paper's means over multi-turn rows (4.71 turns, 15.13 calls)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    steps: int = Field(7, ge=2, description="functions of a walk (paper: 7)")
    shortest: int = Field(3, ge=1, description="walks that end earlier are not used")
    merge: float = Field(0.3, ge=0, le=1, description="probability for each two consecutive turns (paper: 0.3)")
    again: float = Field(0.65, ge=0, le=1, description="probability that a function is asked for twice in one message")
    insert: float = Field(
        0.37, ge=0, le=1, description="probability of each nested call (at most two) after a turn's last function"
    )
    insert_long: float = Field(0.4, ge=0, le=1, description="share of those that go to a later turn")
    reuse: float = Field(0.1, ge=0, le=1, description="how often a known thing is used again instead of a new one")
    split: float = Field(0.35, ge=0, le=1, description="probability of an empty turn; half as often of a second one")
    unresolved: float = Field(0.35, ge=0, le=1, description="share of empty turns after which the user moves on")
    unclear: float = Field(
        0.2, ge=0, le=1, description="share of irrelevance rows in which a required value is missing"
    )
    no_tool: float = Field(0.1, ge=0, le=1, description="share of irrelevance rows whose request needs no tool at all")
    distractors: tuple[int, int] = Field((5, 11), description="further functions offered in single-turn rows")
    requests: int = Field(
        1, ge=1, description="single-turn rows, one after the other, that offer the same functions in the same order"
    )
    offered: int | None = Field(
        None, ge=1, description="at most so many functions, or those needed, in multi-turn rows"
    )
    shuffled: bool = Field(
        True,
        description="functions are offered in any order; off: those that the row needs first, in the order of use, "
        "then the others by id",
    )
    plain: float = Field(0.0, ge=0, le=1, description="share of single-turn rows asked without any manner of speaking")
    unstated: float = Field(
        0.0, ge=0, le=1, description="share of single-turn rows without a system message, where nothing rests on it"
    )

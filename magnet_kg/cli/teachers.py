"""Options that say who judges and writes, and what a model's answers may cost."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click
from pydantic import ValidationError

from magnet_kg.pipeline.models import CallSettings
from magnet_kg.pipeline.recipe import Recipe
from magnet_kg.teacher.settings import TeacherSettings

Command = TypeVar("Command", bound=Callable[..., Any])
_AMOUNT = re.compile(r"\$?\s*(\d+(?:\.\d+)?|\.\d+)\s*(?:usd|\$)?", re.IGNORECASE)
_HOW = ("base_url", "key_file", "concurrency", "attempts")


@dataclass(frozen=True)
class TeacherFlags:
    """What a command line says about teachers.

    Attributes:
        teacher: "rules" or provider:name; None where the recipe says it.
        how: settings of models, by name, that were given.
        calls: what calls may cost, and where answers are kept.
        dry_run: whether to estimate only.
    """

    teacher: str | None
    how: Mapping[str, Any]
    calls: CallSettings
    dry_run: bool

    def taught(self, recipe: Recipe) -> Recipe:
        """The recipe with these teachers: `--teacher` has every duty to which the recipe names nobody.

        Raises:
            MagnetError: they do not go together.
            click.UsageError: settings of a model, where there is none.
        """
        if self.teacher is not None:
            return recipe.taught_by(self.settings(recipe.teacher), recipe.teachers)
        if not self.how:
            return recipe
        teachers = {duty: tuple(self._changed(one) for one in given) for duty, given in recipe.teachers.items()}
        teacher = self._changed(recipe.teacher)
        if all(one.kind == "rules" for one in (teacher, *(one for given in teachers.values() for one in given))):
            raise click.UsageError(f"--{next(iter(self.how)).replace('_', '-')} is for a model; give --teacher too")
        return recipe.taught_by(teacher, teachers)

    def settings(self, base: TeacherSettings = TeacherSettings()) -> TeacherSettings:  # noqa: B008  (frozen)
        """The teacher of the command line; what it leaves open is as in `base`."""
        if self.teacher in (None, "rules"):
            if self.how:
                raise click.UsageError(f"--{next(iter(self.how)).replace('_', '-')} is for a model; give --teacher too")
            return TeacherSettings()
        try:
            return TeacherSettings.model_validate(
                {**base.model_dump(), "kind": "llm", "model": self.teacher, **self.how}
            )
        except ValidationError as error:
            raise click.BadParameter(
                f"{self.teacher} is neither rules nor provider:name, such as openai:gpt-5-mini",
                param_hint="'--teacher'",
            ) from error

    def _changed(self, one: TeacherSettings) -> TeacherSettings:
        return one.model_copy(update=dict(self.how)) if one.kind == "llm" else one


def _budget(ctx: click.Context, parameter: click.Parameter, given: str | None) -> float | None:
    if given is None:
        return None
    amount = _AMOUNT.fullmatch(given.strip())
    if amount is None:
        raise click.BadParameter(f"{given}: a sum in US dollars is wanted, such as 20usd")
    return float(amount[1])


budget_option = click.option(
    "--budget", metavar="USD", callback=_budget, help="Stop cleanly at this sum: 20usd, $20, 20."
)


def teacher_options(*, rows: bool) -> Callable[[Command], Command]:
    """Options that become one parameter, `teachers`: TeacherFlags.

    Args:
        rows: whether the command makes rows, so that one may be tried again.
    """
    options = [
        click.option(
            "--teacher", metavar="NAME", help="Who judges and writes: rules, or a chat model as provider:name.",
        ),
        click.option("--base-url", metavar="URL", help="Where the model's server is, instead of the provider's own."),
        click.option(
            "--key-file", type=click.Path(dir_okay=False, path_type=Path),
            help="A file with the provider's key alone. [default: the environment]",
        ),
        click.option("--concurrency", type=click.IntRange(1, 4096), help="Calls in flight at most. [default: 16]"),
        budget_option,
        click.option(
            "--prices", type=click.Path(dir_okay=False, path_type=Path),
            help="Your own table of prices (YAML), beside the one that comes along.",
        ),
        click.option(
            "--cache", type=click.Path(file_okay=False, path_type=Path),
            help=f"Where answers are kept. [default: {'OUT/calls' if rows else '~/.cache/magnet-kg/calls'}]",
        ),
        click.option("--dry-run", is_flag=True, help="Estimate calls, tokens and money; ask nobody, write nothing."),
    ]  # fmt: skip
    if rows:
        tries = click.IntRange(1)
        options.insert(
            4, click.option("--attempts", type=tries, help="Tries at a row that fails, told why. [default: 1]")
        )

    def wrap(command: Command) -> Command:
        def gathered(*args: Any, **given: Any) -> Any:
            how = {name: given.pop(name) for name in _HOW if name in given}
            calls = CallSettings(given.pop("budget"), given.pop("prices"), given.pop("cache"))
            flags = TeacherFlags(
                given.pop("teacher"), {k: v for k, v in how.items() if v is not None}, calls, given.pop("dry_run")
            )
            return command(*args, teachers=flags, **given)

        gathered.__name__, gathered.__doc__ = command.__name__, command.__doc__
        wrapped: Any = gathered
        for option in reversed(options):
            wrapped = option(wrapped)
        found: Command = wrapped
        # Options that stand below this one were given to the command itself.
        gathered.__dict__.setdefault("__click_params__", []).extend(getattr(command, "__click_params__", []))
        return found

    return wrap

"""`magnet-kg evaluate`: what a student can do, beside what it could do before."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import orjson
from rich.console import Console
from rich.table import Table

from magnet_kg.cli.options import json_option, servers_option, toolkits_option
from magnet_kg.cli.progress import StageBars
from magnet_kg.evaluation.running import Evaluation, EvaluationSettings, Further, Opened
from magnet_kg.evaluation.running import evaluate as evaluate_students
from magnet_kg.execution.mcp import ServerSettings
from magnet_kg.pipeline.accepted import require_run
from magnet_kg.pipeline.pools import settings_of
from magnet_kg.pipeline.resume import require_same_toolkits
from magnet_kg.pipeline.students import StudentAt
from magnet_kg.pipeline.workbench import open_workbench

_SHOWN_ERRORS = 4


@click.group(short_help="Measure a student on benchmarks, beside another.")
def evaluate() -> None:
    """Measure a student on benchmarks, beside another.

    A student is a folder with a Hugging Face model, or the address of an OpenAI-compatible server
    (http://127.0.0.1:8000/v1, with #NAME behind it where the server has several models).
    """


def student_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Who is evaluated and how it is called: what every benchmark takes."""
    options = [
        click.option("--model", required=True, metavar="PATH_OR_URL", help="Who is evaluated."),
        click.option("--against", metavar="PATH_OR_URL", help="Who it is compared with, on the same items."),
        click.option(
            "--max-tokens", type=click.IntRange(1), default=1024, show_default=True, help="Of one answer at most."
        ),
        click.option(
            "--concurrency", type=click.IntRange(1, 4096), default=32, show_default=True,
            help="Items in flight at most; a model in a folder answers those that wait in one batch.",
        ),
        click.option("--timeout", type=click.FloatRange(1), default=120.0, show_default=True, help="Seconds a call."),
        click.option(
            "--key-file", type=click.Path(dir_okay=False, path_type=Path),
            help="A file with the server's key alone. [default: OPENAI_API_KEY]",
        ),
        click.option(
            "--out", type=click.Path(file_okay=False, path_type=Path),
            help="Folder for the results: a report, and each item with what the student said.",
        ),
        click.option("--fresh", is_flag=True, help="Ask again, whatever is known (another model under the same name)."),
        json_option,
    ]  # fmt: skip
    for option in reversed(options):
        command = option(command)
    return command


def limit_option(of: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """How many items there are."""
    return click.option(
        "--limit",
        type=click.IntRange(1),
        metavar="N",
        help=f"So many items of each {of}, evenly spaced. [default: all]",
    )


@evaluate.command(
    epilog="\b\nExamples:\n  magnet-kg evaluate bfcl --model models/sft --against models/base --limit 100\n"
    "  magnet-kg evaluate bfcl --model http://127.0.0.1:8000/v1 --category multi_turn --out runs/bfcl",
)
@click.option(
    "--category", "categories", multiple=True, default=("all",), metavar="NAME", show_default=True,
    help="As the leaderboard names it (simple_python, multi_turn_base), or single_turn, live, non_live, multi_turn. "
    "May be given again.",
)  # fmt: skip
@limit_option("category")
@student_options
def bfcl(categories: tuple[str, ...], limit: int | None, **given: Any) -> None:
    """The Berkeley Function Calling Leaderboard, by its own checkers; give it again to go on.

    It lives in an environment of its own: make bfcl.
    """
    from magnet_kg.evaluation.bfcl.benchmark import Bfcl

    run(lambda: Bfcl(categories, limit), **given)


@evaluate.command(
    epilog="\b\nExamples:\n  magnet-kg evaluate heldout runs/unseen --model models/sft --against models/base\n"
    "  magnet-kg evaluate heldout runs/quick --hold-out music --hold-out vehicle --model models/sft --limit 40",
)
@click.argument("folder", type=click.Path(path_type=Path), metavar="DATA")
@click.option(
    "--hold-out", "hold_out", multiple=True, metavar="TOOLKIT",
    help="Only dialogues that call functions of this toolkit. May be given again. [default: all of DATA]",
)  # fmt: skip
@limit_option("kind of row")
@toolkits_option
@servers_option
@student_options
def heldout(
    folder: Path,
    hold_out: tuple[str, ...],
    limit: int | None,
    toolkits: tuple[Path, ...],
    servers: dict[str, ServerSettings],
    **given: Any,
) -> None:
    """Dialogues over toolkits kept out of training, executed for real; give it again to go on.

    DATA is the folder of a run over these toolkits. The student gets each row's system message, tools and user
    messages, turn by turn, and its calls run in the row's world: free, with its own history to the end, and led, put
    back to the reference after a wrong turn.
    """
    from magnet_kg.cli.heldout_view import print_heldout
    from magnet_kg.evaluation.heldout.dialogues import HeldOut
    from magnet_kg.evaluation.heldout.figures import further_figures

    require_run(folder)
    bench = open_workbench(settings_of(folder, toolkits, servers))
    require_same_toolkits(folder, [toolkit.name for toolkit in bench.toolkits])
    run(lambda: HeldOut(folder, bench, hold_out, limit), further=further_figures, show=print_heldout, **given)


@evaluate.command(
    epilog="\b\nExample:\n  magnet-kg evaluate agentdojo --model models/sft --against models/base --limit 10",
)
@click.option(
    "--suite", "suites", multiple=True, metavar="NAME",
    help="workspace, travel, banking or slack; may be given again. [default: all]",
)  # fmt: skip
@limit_option("suite")
@student_options
def agentdojo(suites: tuple[str, ...], limit: int | None, **given: Any) -> None:
    """AgentDojo's user tasks: several calls to tools nobody trained on, executed; give it again to go on.

    Utility alone, without attacks: the stand-in for the paper's ToolQuery, whose tasks are on no package registry. It
    lives in an environment of its own: make agentdojo.
    """
    from magnet_kg.evaluation.agentdojo import AgentDojo

    run(lambda: AgentDojo(suites, limit), **given)


def run(
    open_benchmark: Callable[[], Opened],
    model: str,
    against: str | None,
    max_tokens: int,
    concurrency: int,
    timeout: float,
    key_file: Path | None,
    out: Path | None,
    fresh: bool,
    as_json: bool,
    further: Further = lambda found, base: {},
    show: Callable[[Console, Evaluation], None] | None = None,
) -> None:
    """Evaluate, and print: for the commands of all benchmarks, with the values of `student_options`."""

    def student(where: str) -> StudentAt:
        address, _, name = where.partition("#") if where.startswith(("http://", "https://")) else (where, "", "")
        naming = f"Give {address}#NAME"
        return StudentAt(address, name or None, key_file, timeout, max_tokens, naming)

    settings = EvaluationSettings(out, concurrency=concurrency, fresh=fresh)
    base = None if against is None else student(against)
    with StageBars(Console(stderr=True)) as bars:
        evaluation = evaluate_students(open_benchmark, student(model), base, settings, bars, further)
    if as_json:
        click.echo(orjson.dumps(evaluation.report(), option=orjson.OPT_INDENT_2))
        return
    (show or print_evaluation)(Console(highlight=False), evaluation)
    if out is not None:
        click.echo(f"Every item: {out}")


def print_evaluation(console: Console, evaluation: Evaluation) -> None:
    """The table, and the most frequent errors."""
    report = evaluation.report()
    columns = ["", "items", evaluation.student.model]
    if evaluation.base is not None:
        columns = ["", "items", evaluation.base.model, evaluation.student.model, "difference", "95 %"]
    version = f"{evaluation.benchmark} {evaluation.about.get('version', '')}"
    table = Table(*columns, title=version.strip(), title_justify="left")
    for one in evaluation.scores:
        told = [one.category, f"{one.items:,}"]
        if one.base is not None and one.difference is not None and one.low is not None and one.high is not None:
            told += [f"{one.base:.1%}", f"{one.share:.1%}", f"{100 * one.difference:+.1f}"]
            told.append(f"{100 * one.low:+.1f} to {100 * one.high:+.1f}")
        else:
            told.append(f"{one.share:.1%}")
        table.add_row(*told)
    console.print(table)
    for model, said in report["students"].items():
        for category, kinds in said["errors"].items():
            named = ", ".join(f"{kind} {count:,}" for kind, count in list(kinds.items())[:_SHOWN_ERRORS])
            console.print(f"{model}, {category}: {named}", soft_wrap=True)
        for reason, count in said["unanswered"].items():
            console.print(f"{model}: {count:,} without an answer: {reason}")

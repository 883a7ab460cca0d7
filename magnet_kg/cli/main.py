"""The `magnet-kg` command: its groups, and how errors are told."""

from __future__ import annotations

import importlib
import os
import sys
from typing import Any

import click

from magnet_kg.domain.errors import MagnetError, file_error

# Command → module; a module is imported when its command is used, so that `--help` and completion stay fast.
_COMMANDS = {
    "run": "magnet_kg.cli.run",
    "walk": "magnet_kg.cli.walk",
    "catalog": "magnet_kg.cli.catalog",
    "graph": "magnet_kg.cli.graph",
    "toolkit": "magnet_kg.cli.toolkit",
    "mistakes": "magnet_kg.cli.mistakes",
    "evaluate": "magnet_kg.cli.evaluate",
    "check": "magnet_kg.cli.check",
    "show": "magnet_kg.cli.show",
    "export": "magnet_kg.cli.export",
    "decontaminate": "magnet_kg.cli.decontaminate",
    "train": "magnet_kg.cli.train",
    "ladder": "magnet_kg.cli.ladder",
    "db": "magnet_kg.cli.db",
}


class LazyGroup(click.Group):
    """A group whose commands are imported when they are needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in the order in which one meets them."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, from its module."""
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = getattr(importlib.import_module(_COMMANDS[cmd_name]), cmd_name)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; a problem that the user can act on is one line and exit 1."""
        try:
            return super().invoke(ctx)
        except MagnetError as error:
            click.echo(f"magnet-kg: {error}", err=True)
            ctx.exit(1)
        except BrokenPipeError:
            # Whoever read our output (`| head`) has left; nothing is wrong.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(0)
        except OSError as error:
            # A file that cannot be read or written is for the user to see to.
            click.echo(f"magnet-kg: {file_error(error)}", err=True)
            ctx.exit(1)
        except (KeyboardInterrupt, click.Abort):
            click.echo("magnet-kg: interrupted; the same command goes on where it stopped", err=True)
            ctx.exit(130)


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    epilog="Start with:  magnet-kg run quick --out runs/quick",
)
@click.version_option(package_name="magnet-kg")
def main() -> None:
    """Turn functions into multi-turn tool-use training data: executed, traced, replayable."""


if __name__ == "__main__":
    main()

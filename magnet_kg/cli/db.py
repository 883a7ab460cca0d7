"""`magnet-kg db`: a Neo4j server on this machine, without Docker."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from magnet_kg.graph.browser import served_address, write_browser_files
from magnet_kg.graph.jars import jars_folder
from magnet_kg.graph.server import BOLT_PORT, HTTP_PORT, ManagedServer, ServerInfo

_home = click.option(
    "--home",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of the server: its data, logs and password. [default: neo4j in MAGNET_KG_HOME, "
    "else in ~/.local/share/magnet-kg]",
)


@click.group(short_help="Run a Neo4j server, without Docker.")
def db() -> None:
    """Run a Neo4j server on this machine, without Docker.

    Only needed for graphs that several people or processes write to, or to look at a graph in Neo4j Browser;
    everything works on a file (ladybug:FILE) too.
    """


@db.command(epilog="\b\nExample:\n  magnet-kg db up\n  magnet-kg db up --bolt-port 7688 --http-port 7475 --home ~/b")
@click.option(
    "--bolt-port",
    type=click.IntRange(0, 65535),
    help=f"Port for programs; 0 for any free one. [default: the last one used, first {BOLT_PORT}]",
)
@click.option(
    "--http-port",
    type=click.IntRange(0, 65535),
    help=f"Port for Neo4j Browser; 0 for any free one. [default: the last one used, first {HTTP_PORT}]",
)
@_home
def up(bolt_port: int | None, http_port: int | None, home: Path | None) -> None:
    """Start the server and wait until it answers.

    The first start fetches Neo4j (130 MB) with Maven and makes a password. The server listens on this machine
    only, keeps running when the terminal closes, and keeps its data when it is stopped.
    """
    server = ManagedServer(home)
    if not jars_folder().is_dir():
        click.echo("Fetching Neo4j with Maven (130 MB, only this once) ...", err=True)
    if server.status() is None:
        click.echo("Starting Neo4j ...", err=True)
    info = server.up(bolt_port, http_port)
    click.echo(_description(info))
    click.echo("\nTo look at it: magnet-kg db browser\nTo use it:")
    click.echo(f"  export MAGNET_KG_GRAPH={info.uri}")
    click.echo(f'  export NEO4J_PASSWORD="$(cat {shlex.quote(str(info.password_file))})"')


@db.command(epilog="\b\nExample:\n  magnet-kg db down")
@_home
def down(home: Path | None) -> None:
    """Stop the server; its data stays."""
    server = ManagedServer(home)
    if server.down():
        click.echo(f"Neo4j has stopped; its data stays in {server.home}")
    else:
        click.echo(f"Neo4j is not running (home {server.home})")


@db.command(epilog="\b\nExample:\n  magnet-kg db status && magnet-kg graph build")
@_home
@click.pass_context
def status(context: click.Context, home: Path | None) -> None:
    """Say whether the server runs, and how to reach it; exits with 1 where it does not run."""
    server = ManagedServer(home)
    info = server.status()
    if info is None:
        click.echo(f"Neo4j is not running (home {server.home}). Start it: magnet-kg db up")
        context.exit(1)
    click.echo(_description(info))


@db.command(epilog="\b\nExamples:\n  magnet-kg db browser\n  magnet-kg db browser --files for-browser")
@click.option(
    "--files",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write style.grass, queries.zip and guide.html into this folder, for a server of another kind.",
)
@_home
@click.pass_context
def browser(context: click.Context, files: Path | None, home: Path | None) -> None:
    """Say how to open Neo4j Browser, and how to load the style, the saved queries and the guide.

    Exits with 1 where the server does not run.
    """
    server = ManagedServer(home)
    info = server.status()
    if files is not None:
        _tell_files(write_browser_files(files, info.http_url) if info else write_browser_files(files))
        return
    if info is None:
        click.echo(f"Neo4j is not running (home {server.home}). Start it: magnet-kg db up")
        context.exit(1)
    served = served_address(info.http_url)
    click.echo(
        f"Open      {info.http_url}/browser/\n"
        f"User      {info.user}\n"
        f"Password  in {info.password_file}\n"
        f"Guide     opens when you are connected; again: :guide {served}/guide.html\n"
        f"Style     in Browser's editor: :style {served}/style.grass\n"
        f"Queries   download {served}/queries.zip, and drop the file on Browser's window:\n"
        f"          they are in the sidebar then, under the star"
    )


def _tell_files(written: list[Path]) -> None:
    for file in written:
        click.echo(file)
    click.echo(
        "\nDrop style.grass and queries.zip on Browser's window. The guide is a page to read, or to serve by HTTP."
    )


def _description(info: ServerInfo) -> str:
    return (
        f"Neo4j is running (process {info.pid}).\n"
        f"  Browser   {info.http_url}/browser/\n"
        f"  Bolt      {info.uri}\n"
        f"  User      {info.user}\n"
        f"  Password  in {info.password_file}"
    )

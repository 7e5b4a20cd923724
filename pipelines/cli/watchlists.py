"""`watchlists`: the files of names to watch for, and whom a name would be taken for."""

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from connectors.config import WatchlistConfig
from connectors.errors import SanctionwireError
from connectors.subscribers.plain import plain
from connectors.watchlists.base import as_dict, reasons
from pipelines.cli.common import Command, config_option, read_config, say

if TYPE_CHECKING:
    from connectors.watchlists.base import Match
    from connectors.watchlists.watch import Watchlist


def file_option(command: Command) -> Command:
    """Add `--file`."""
    return click.option(
        "--file",
        "paths",
        multiple=True,
        type=click.Path(dir_okay=False, path_type=Path),
        metavar="FILE",
        help="A file that the configuration does not name yet, in place of its lists; repeatable.",
    )(command)


@click.group()
def watchlists() -> None:
    """Try files of names that you bring, before alerts are looked through for them."""


@watchlists.command(epilog="Example: sanctionwire watchlists check --file entities.ftm.json")
@config_option
@file_option
def check(config_path: Path | None, paths: tuple[Path, ...]) -> int:
    """Read each list and print what is in it, what was passed over and which lines are bad; exit with 1 if one cannot be used."""
    from connectors.watchlists.watch import load, told

    failed = 0
    for config in _chosen(config_path, paths):
        began = time.monotonic()
        try:
            watchlist = load(config)
        except SanctionwireError as error:
            failed += 1
            say(f"error: {error}")
            continue
        for line in told(watchlist):
            click.echo(plain(line, 2_000))
        say(f"read in {time.monotonic() - began:.1f} s")
    return 1 if failed else 0


@watchlists.command("match", epilog="Example: sanctionwire watchlists match 'Ivanov, Ivan' --file names.txt")
@config_option
@file_option
@click.option("--threshold", type=click.FloatRange(0.3, 1), help="Least score, in place of that of each list.")
@click.option("--json", "as_json", is_flag=True, help="One match a line, as JSON.")
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
def match_(
    config_path: Path | None,
    paths: tuple[Path, ...],
    threshold: float | None,
    as_json: bool,  # noqa: FBT001  (click passes by keyword)
    names: tuple[str, ...],
) -> int:
    """Print whom each NAME may mean, the best first, with score and reasons; exit with 1 if one means nobody."""
    from connectors.watchlists.watch import load

    lists = [load(config) for config in _chosen(config_path, paths, threshold)]
    unknown = 0
    for name in names:
        found = sorted(_matches(lists, name), key=lambda match: -match.score)
        unknown += not found
        for match in found:
            click.echo(json.dumps(as_dict(match)) if as_json else _line(match))
        if not found:
            say(f"{name}: nobody")
    return 1 if unknown else 0


def _matches(lists: "list[Watchlist]", name: str) -> "Iterator[Match]":
    for watchlist in lists:
        yield from watchlist.ask(name)
        yield from (match for match in watchlist.quoted(name) if match.name.startswith("IMO "))


def _line(match: "Match") -> str:
    id_ = "" if match.entry_id == match.listed else f" ({match.entry_id})"
    return plain(
        f"{match.score:.2f}  {match.name} -> {match.listed}{id_}, {match.entry_type} of {match.watchlist}: {reasons(match)}", 1_000
    )


def _chosen(config_path: Path | None, paths: tuple[Path, ...], threshold: float | None = None) -> list[WatchlistConfig]:
    chosen = [WatchlistConfig(name=path.stem, path=path) for path in paths] or list(read_config(config_path, None).watchlists.lists)
    if not chosen:
        raise SanctionwireError(
            "watchlists.lists", "no list is configured", "add a [[watchlists.lists]] table, or give --file FILE"
        )
    return chosen if threshold is None else [replace(one, threshold=threshold) for one in chosen]

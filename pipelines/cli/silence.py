"""`silence`: what is not to be delivered for a while, who said so, and why."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from connectors.errors import SanctionwireError
from connectors.messages.fields import to_dict
from connectors.messages.silence import Silence
from connectors.subscribers.matchers import shown
from connectors.subscribers.plain import plain
from connectors.subscribers.silences import expired, is_active, read_silences, silence_of, write
from pipelines.cli.common import config_options, read_config, say
from pipelines.cli.routes import refuse

UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}


@click.group()
def silence() -> None:
    """Mute alerts for a while, see what is muted, and end it."""


@silence.command(
    epilog="Example: sanctionwire silence add 'target=BLR, kind=threat' --author ann --comment 'an exercise' --duration 8h"
)
@config_options
@click.argument("matchers", metavar="MATCHERS")
@click.option("--author", required=True, metavar="NAME", help="Who mutes.")
@click.option("--comment", required=True, metavar="WORDS", help="Why.")
@click.option("--duration", default="2h", show_default=True, metavar="TIME", help="How long: 90s, 30m, 8h, 2d, 1w, or 1d12h.")
def add(config_path: Path | None, brokers: str | None, matchers: str, author: str, comment: str, duration: str) -> None:
    """Mute the alerts that all of MATCHERS fit, from now on, and print the silence's id."""
    now = datetime.now(UTC)
    try:
        made = silence_of(matchers, author, comment, span(duration), now)
    except ValueError as error:
        raise refuse(matchers, error) from error
    write(read_config(config_path, brokers).kafka, made, now)
    click.echo(made.id)
    say(f"muted until {made.ends_at:%Y-%m-%d %H:%M:%S} UTC: {shown(made.matchers)}")


@silence.command(epilog="Example: sanctionwire silence query --all")
@config_options
@click.option("--all", "with_ended", is_flag=True, help="Also those that have ended.")
@click.option("--json", "as_json", is_flag=True, help="One silence a line, as JSON.")
def query(config_path: Path | None, brokers: str | None, with_ended: bool, as_json: bool) -> None:  # noqa: FBT001  (click passes by keyword)
    """List the silences that hold now, oldest first."""
    now = datetime.now(UTC)
    found = sorted(read_silences(read_config(config_path, brokers).kafka).values(), key=lambda one: (one.created_at, one.id))
    held = [one for one in found if with_ended or is_active(one, now)]
    for one in held:
        click.echo(json.dumps(to_dict(one)) if as_json else as_line(one, now))
    say(f"{sum(is_active(one, now) for one in found)} hold, {sum(not is_active(one, now) for one in found)} have ended")


@silence.command(epilog="Example: sanctionwire silence expire 0123456789abcdef0123456789abcdef --author ann")
@config_options
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
@click.option("--author", required=True, metavar="NAME", help="Who ends them.")
def expire(config_path: Path | None, brokers: str | None, ids: tuple[str, ...], author: str) -> None:
    """End silences now; who did it stands beside them."""
    kafka, now = read_config(config_path, brokers).kafka, datetime.now(UTC)
    known = read_silences(kafka)
    missing = next((one for one in ids if one not in known), None)
    if missing is not None:
        raise SanctionwireError(missing, "no silence has this id", "sanctionwire silence query --all")
    try:
        ended = [expired(known[one], now, author) for one in ids]
    except ValueError as error:
        raise SanctionwireError("--author", str(error), "--author NAME") from error
    for one in ended:
        if one != known[one.id]:
            write(kafka, one, now)
    say(f"{sum(one != known[one.id] for one in ended)} ended")


def span(text: str) -> timedelta:
    """Return a time such as `1d12h`.

    Raises:
        ValueError: it is none.
    """
    if not re.fullmatch(r"(\d{1,6}[smhdw])+", text):
        raise ValueError(f"{text[:40]!r} is no time such as 30m, 8h or 1d12h")
    return timedelta(seconds=sum(int(amount) * UNITS[unit] for amount, unit in re.findall(r"(\d+)([smhdw])", text)))


def as_line(one: Silence, now: datetime) -> str:
    """Return a silence in one line for a terminal."""
    until = f"until {one.ends_at:%Y-%m-%d %H:%M}" if is_active(one, now) else _ended(one)
    return (
        f"{plain(one.id, 40)}  {until}  {{{plain(shown(one.matchers), 300)}}}  {plain(one.author, 64)}: {plain(one.comment, 200)}"
    )


def _ended(one: Silence) -> str:
    return "ended" if one.expired_by is None else f"ended by {plain(one.expired_by, 64)}"

"""`export`: the alerts that stand on the topics, in a form for other programs."""

import sys
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

import click

from connectors.errors import MessageError, SanctionwireError
from connectors.messages.alert import ALERT_FAMILIES, Alert
from connectors.subscribers.exports.common import Setting
from connectors.subscribers.exports.formats import FEED_SIZE, FORMATS, newest_first
from connectors.subscribers.reader import Choice, is_wanted
from connectors.subscribers.readmodel.filters import FilterError, read_filter
from pipelines.cli.common import config_options, read_config, say

Span = tuple[datetime | None, datetime | None]


@click.command(epilog="Example: sanctionwire export --format csv --kind imposed --since 2026-11-01 --output alerts.csv")
@config_options
@click.option("--format", "name", type=click.Choice(list(FORMATS)), required=True, help="The form.")
@click.option(
    "--kind", "kinds", multiple=True, type=click.Choice(list(ALERT_FAMILIES)), help="Only alerts of this kind; repeatable."
)
@click.option("--sender", "senders", multiple=True, metavar="ID|NAME", help="Only alerts of this sender, such as USA; repeatable.")
@click.option(
    "--target", "targets", multiple=True, metavar="ID|NAME", help="Only alerts about this target, such as RUS; repeatable."
)
@click.option("--since", metavar="TIME", default="", help="Only alerts whose last word is of this day or time, or later.")
@click.option(
    "--until", metavar="TIME", default="", help="Only alerts whose last word is before this time, or on this day at most."
)
@click.option("--page", metavar="URL", help="Address of the page, which feeds link to; without it, that of [web].")
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Where to; without it, standard output."
)
def export(
    config_path: Path | None,
    brokers: str | None,
    name: str,
    kinds: tuple[str, ...],
    senders: tuple[str, ...],
    targets: tuple[str, ...],
    since: str,
    until: str,
    page: str | None,
    output: Path | None,
) -> None:
    """Write the newest version of each alert that is kept, as a file for other programs.

    Feeds hold the 40 alerts whose last word is the newest. A file is replaced when all has been written.
    """
    from connectors.kafka import Stored, read_all
    from connectors.subscribers.exports.newest import newest_of_each
    from connectors.topics import ALERT_TOPICS
    from pipelines.entities.tables import reference_names

    config, span = read_config(config_path, brokers), _span(since, until)

    def pass_over(stored: Stored, error: MessageError) -> None:
        say(f"passed over {stored.position.topic} offset {stored.position.offset}: {error}")

    found = newest_of_each(lambda: read_all(config.kafka, tuple(ALERT_TOPICS.values())), pass_over)
    counted = _Counted(chosen(found, Choice(kinds=kinds, senders=senders, targets=targets), span))
    setting = Setting(names=reference_names(), page=(page or f"http://{config.web.host}:{config.web.port}").rstrip("/"))
    _write(render(name, counted, setting), output)
    say(f"{counted.amount} alerts exported")


def chosen(alerts: Iterable[Alert], choice: Choice, span: Span) -> Iterator[Alert]:
    """Yield the alerts that are wanted.

    Args:
        alerts: all of them.
        choice: kinds and parties.
        span: least time of the last word, and the time before which it must be; None for any.
    """
    since, until = span
    for alert in alerts:
        is_in_time = (since is None or alert.last_at >= since) and (until is None or alert.last_at < until)
        if is_in_time and is_wanted(choice, alert):
            yield alert


def render(name: str, alerts: Iterable[Alert], setting: Setting) -> Iterator[bytes]:
    """Return the bytes of a format, a piece at a time; feeds hold the newest few."""
    format_ = FORMATS[name]
    return format_.write(newest_first(alerts, FEED_SIZE) if format_.is_feed else alerts, setting)


class _Counted:
    """Alerts, counted as they go by."""

    def __init__(self, alerts: Iterable[Alert]) -> None:
        self._alerts = alerts
        self.amount = 0

    def __iter__(self) -> Iterator[Alert]:
        for alert in self._alerts:
            self.amount += 1
            yield alert


def _span(since: str, until: str) -> Span:
    try:
        wanted = read_filter([("since", since), ("until", until)])
    except FilterError as error:
        raise click.UsageError(str(error)) from error
    return wanted.since, wanted.until


def _write(pieces: Iterable[bytes], output: Path | None) -> None:
    if output is None:
        _copy(pieces, sys.stdout.buffer)
        return
    part = output.with_name(f".{output.name}.part")
    try:
        with part.open("wb") as file:
            _copy(pieces, file)
        part.replace(output)
    except OSError as error:
        raise SanctionwireError(str(output), f"cannot be written: {error.strerror}", "name another --output") from error
    finally:
        part.unlink(missing_ok=True)


def _copy(pieces: Iterable[bytes], file: BinaryIO) -> None:
    for piece in pieces:
        file.write(piece)
    file.flush()

"""`top`: what the running parts do right now, on one screen."""

import time
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from connectors.config import Config
from connectors.errors import MessageError, SanctionwireError
from connectors.subscribers.plain import plain
from pipelines.cli.common import config_options, read_config, stopping

if TYPE_CHECKING:
    from connectors.kafka import Stored
    from connectors.top import Row, Samples

TIMEOUT_SECS = 3.0
MAX_BYTES = 4_000_000
LAST_ALERTS = 5
RECENT = timedelta(hours=1)
CLEAR = "\x1b[2J\x1b[H"


@click.command(epilog="Example: sanctionwire top --config my.toml")
@config_options
@click.option("--interval", default=2.0, type=click.FloatRange(0.2, 3600), metavar="SECONDS", help="Between two looks.")
@click.option("--once", is_flag=True, help="Look twice, print once, and end.")
def top(config_path: Path | None, brokers: str | None, interval: float, once: bool) -> None:  # noqa: FBT001  (click passes by keyword)
    """Show rates, lag, dead feeds and the last alerts of what runs on this machine, until Ctrl-C.

    It reads the metrics that [telemetry] port serves: the pipeline there, and the feeds of `run all` on the port after it.
    """
    config = read_config(config_path, brokers)
    if config.telemetry.port is None:
        raise SanctionwireError(
            "telemetry.port", "is not set, so no part tells its metrics", "set [telemetry] port and run it again"
        )
    with stopping() as stop:
        before, looked = _look(config), time.monotonic()
        while not stop.wait(interval):
            now, seconds = _look(config), time.monotonic() - looked
            looked += seconds
            lines = screen(before, now, seconds, time.time(), last_alerts(config))
            click.echo(("" if once else CLEAR) + "\n".join(lines))
            if once:
                return
            before = now


def screen(
    before: "dict[str, Samples | None]", now: "dict[str, Samples | None]", seconds: float, at: float, alerts: Iterable[str]
) -> list[str]:
    """Return the lines of the screen.

    Args:
        before, now: two looks at each part; None for one that could not be read.
        seconds: between them.
        at: when the second one was, in seconds since 1970.
        alerts: the last ones, each a line.
    """
    from connectors.top import feed_rows, pipeline_rows

    lines = [f"Sanctionwire at {datetime.fromtimestamp(at, UTC):%H:%M:%S} UTC"]
    for part, after in now.items():
        lines.append(part)
        if after is None:
            lines.append("  does not answer; is it running, and with this configuration?")
            continue
        first = before.get(part) or after
        rows = pipeline_rows(first, after, seconds) if part == "pipeline" else feed_rows(first, after, seconds, at)
        lines += [_line(row) for row in rows]
    return [*lines, "last alerts", *([f"  {alert}" for alert in alerts] or ["  none in the last hour"])]


def _line(row: "Row") -> str:
    return f"  {row.name:<10} {plain(row.words, 200)}"


def _look(config: Config) -> "dict[str, Samples | None]":
    port = config.telemetry.port or 0
    return {"pipeline": _samples(config.telemetry.host, port), "feeds": _samples(config.telemetry.host, port + 1)}


def _samples(host: str, port: int) -> "Samples | None":
    """Return the metrics that a part serves, None if it serves none."""
    import httpx2

    from connectors.top import samples_of

    try:
        answer = httpx2.get(f"http://{host}:{port}/metrics", timeout=TIMEOUT_SECS, trust_env=False)
        return samples_of(answer.text[:MAX_BYTES]) if answer.status_code == 200 else None
    except (httpx2.HTTPError, ValueError):
        return None


def last_alerts(config: Config) -> list[str]:
    """Return the alerts that were published last, newest first, a line each."""
    from connectors.kafka import read_all
    from connectors.topics import ALERT_TOPICS

    records = read_all(config.kafka, ALERT_TOPICS.values(), since=datetime.now(UTC) - RECENT)
    newest = sorted(records, key=lambda stored: stored.timestamp_ms, reverse=True)[:LAST_ALERTS]
    return [line for stored in newest if (line := _told(stored))]


def _told(stored: "Stored") -> str:
    from connectors.messages.alert import Alert
    from connectors.messages.codec import decode
    from connectors.subscribers.words import headline

    try:
        alert = decode(Alert, stored.value, stored.headers)
    except MessageError:
        return ""
    return f"{datetime.fromtimestamp(stored.timestamp_ms / 1000, UTC):%H:%M:%S} {alert.severity:<8} {headline(alert)}"

"""What every command needs: narration, configuration, optional parts, and the way a service is told to stop."""

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any, TypeVar

import click

from connectors.config import Config, TelemetryConfig, env_name, load
from connectors.subscribers.base import Subscriber
from connectors.subscribers.plain import plain
from connectors.watchlists.base import NOBODY, Watch

Command = TypeVar("Command", bound=Callable[..., Any])


def say(text: str) -> None:
    """Print one line of narration to standard error."""
    click.echo(plain(text, 2_000), err=True)


def say_at_terminal(text: str) -> None:
    """Say what is under way, to somebody who waits at a terminal; in a log it would be noise."""
    if sys.stderr.isatty():
        say(text)


def log_as_service(config: TelemetryConfig) -> Callable[[str], None]:
    """Set up logging for a service, and return what takes its narration: log lines, readable or JSON as configured."""
    import structlog

    from connectors.telemetry import set_up_logging

    set_up_logging(config, sys.stderr, is_colored=sys.stderr.isatty() and not os.environ.get("NO_COLOR"))
    log = structlog.get_logger("sanctionwire")

    def narrate(text: str) -> None:
        log.info(text)

    return narrate


def alert_printer(*, as_json: bool, watch: Watch = NOBODY) -> Subscriber:
    """Return what prints alerts on standard output, with who in them may be on a watchlist."""
    from connectors.subscribers.terminal import JsonLines, Terminal
    from pipelines.entities.tables import reference_names

    return JsonLines(sys.stdout, watch) if as_json else Terminal(sys.stdout, reference_names(), watch)


def config_options(command: Command) -> Command:
    """Add `--config` and `--brokers`."""
    return config_option(
        click.option(
            "--brokers", metavar="HOST:PORT[,...]", help="Kafka brokers; overrides [kafka] bootstrap_servers of the configuration."
        )(command)
    )


def config_option(command: Command) -> Command:
    """Add `--config`."""
    return click.option(
        "--config",
        "config_path",
        type=click.Path(dir_okay=False, path_type=Path),
        envvar="SANCTIONWIRE_CONFIG",
        show_envvar=True,
        metavar="FILE",
        help="Configuration in TOML; without it, the defaults and the environment.",
    )(command)


def read_config(config_path: Path | None, brokers: str | None) -> Config:
    """Return the configuration: file, then environment, then `--brokers`.

    Raises:
        ConfigError: it is wrong.
    """
    given = {} if brokers is None else {env_name("kafka", "bootstrap_servers"): brokers}
    return load(config_path, {**os.environ, **given})


def read_feeds_config(config_path: Path | None, brokers: str | None = None) -> Config:
    """Return the configuration with the feeds of [feeds] list_path after its own.

    Raises:
        ConfigError: it or the list is wrong.
    """
    from connectors.feeds.feed_list import with_listed

    return with_listed(read_config(config_path, brokers))


@contextmanager
def stopping() -> Iterator[threading.Event]:
    """Give an event that Ctrl-C or SIGTERM sets; a second signal acts as without us."""
    stop = threading.Event()
    signals = (signal.SIGINT, signal.SIGTERM)
    before = {int(number): signal.getsignal(number) for number in signals}

    def on_signal(number: int, _frame: FrameType | None) -> None:
        stop.set()
        signal.signal(number, before[number])

    for number in signals:
        signal.signal(number, on_signal)
    try:
        yield stop
    finally:
        for number in signals:
            signal.signal(number, before[number])

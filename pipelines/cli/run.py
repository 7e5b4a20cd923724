"""`run`: the parts of the stream as services, each in the foreground until Ctrl-C, or all of them under a supervisor."""

import logging
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import click

from connectors.config import Config, env_name
from connectors.errors import BrokerError, FencedError, SanctionwireError
from deploy.local.memory import keep_heaps_few
from pipelines.cli.common import config_option, config_options, log_as_service, read_config, read_feeds_config, say, stopping
from pipelines.cli.subscribers import subscribers
from pipelines.cli.web import web

if TYPE_CHECKING:
    from connectors.feeds.base import FeedState, Publisher
    from connectors.feeds.expectations import Watch
    from connectors.feeds.poller import Poll
    from connectors.messages.article import Article
    from connectors.telemetry import Meters


@click.group()
def run() -> None:
    """Run the stream: feeds, pipeline, the page, or all of it on one machine."""
    keep_heaps_few()


run.add_command(web)
run.add_command(subscribers)


@run.command(epilog="Example: sanctionwire run feeds --config my.toml")
@config_options
@click.option("--once", is_flag=True, help="Poll each feed once, and end.")
def feeds(config_path: Path | None, brokers: str | None, once: bool) -> None:  # noqa: FBT001  (click passes by keyword)
    """Poll the feeds of the configuration and publish their articles, until Ctrl-C."""
    from prometheus_client import CollectorRegistry

    from connectors.feeds.expectations import Watch
    from connectors.feeds.publish import KafkaPublisher
    from connectors.feeds.run import run as run_feeds
    from connectors.feeds.run import specs_of
    from connectors.spans import telling
    from connectors.telemetry import Meters, answering

    config = read_feeds_config(config_path, brokers)
    if not config.feeds.feed:
        raise SanctionwireError("feeds.feed", "no feed is configured", "sanctionwire feeds add URL, or a [[feeds.feed]] table")
    narrate, registry = log_as_service(config.telemetry), CollectorRegistry()
    with (
        stopping() as stop,
        answering(config.telemetry, registry),
        telling(config.telemetry, version("sanctionwire")) as spans,
        KafkaPublisher(config.kafka, spans) as publisher,
    ):
        meters = Meters(registry, version("sanctionwire"))
        counted = CountedPublisher(publisher, meters)
        narrate(f"polling {len(config.feeds.feed)} feeds for {config.kafka.bootstrap_servers}; Ctrl-C ends")
        if config.feeds.contact is None:
            narrate("servers are not told whom to write to; next: set [feeds] contact")
        told = FeedMeters(meters, Watch(specs_of(config.feeds), datetime.now(UTC)), narrate)
        summary = run_feeds(
            config.feeds,
            counted,
            stop=stop,
            say=narrate,
            once=once,
            polled=told.polled,
            remembered=told.remembered,
            meanwhile=told.meanwhile,
        )
    outcomes = ", ".join(f"{count} {outcome}" for outcome, count in summary.outcomes.most_common())
    narrate(f"polls: {outcomes or 'none'}; articles: {summary.counts['new']} new, {summary.counts['changed']} changed")


class FeedMeters:
    """Counts polls, and says when a feed has fallen silent or is heard of again.

    Args:
        meters: the metrics.
        watch: knows which feeds are silent.
        narrate: takes lines.
        clock: the time, with a zone.
    """

    def __init__(
        self,
        meters: "Meters",
        watch: "Watch",
        narrate: Callable[[str], None],
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._meters = meters
        self._watch = watch
        self._narrate = narrate
        self._clock = clock

    def remembered(self, state: "FeedState") -> None:
        """Take what is remembered of a feed at the start."""
        from connectors.telemetry import FEED_NEW_TIME, FEED_SUCCESS_TIME

        if state.last_success_at is not None:
            self._meters.set(FEED_SUCCESS_TIME, state.last_success_at.timestamp(), state.feed)
        if state.last_new_at is not None:
            self._meters.set(FEED_NEW_TIME, state.last_new_at.timestamp(), state.feed)
        self._tell(state.feed, self._watch.note(state.feed, state, self._clock()))

    def polled(self, poll: "Poll") -> None:
        """Count one poll that has ended."""
        from connectors.telemetry import FEED_POLLS, FEED_QUARANTINED

        self._meters.count(FEED_POLLS, poll.feed, str(poll.outcome))
        self._meters.count(FEED_QUARANTINED, poll.feed, amount=poll.counts.get("quarantined", 0))
        self.remembered(poll.state)

    def meanwhile(self) -> None:
        """Look whether a feed has fallen silent between its polls."""
        for feed, line in self._watch.look(self._clock()):
            self._tell(feed, line)

    def _tell(self, feed: str, line: str) -> None:
        from connectors.telemetry import FEED_SILENCE

        if line:
            self._narrate(line)
        self._meters.set(FEED_SILENCE, self._watch.silent_secs(feed, self._clock()), feed)


@run.command(epilog="Example: sanctionwire run pipeline --config my.toml")
@config_options
@click.option("--standby", is_flag=True, help="Wait while another copy works, and take over when it is gone.")
def pipeline(config_path: Path | None, brokers: str | None, standby: bool) -> None:  # noqa: FBT001  (click passes by keyword)
    """Read articles, find signals and raise alerts, until Ctrl-C.

    One copy works at a time: a second one takes over, and the first ends with exit code 2. With --standby it waits until no other
    works; a copy that was started so and is taken over ends with exit code 1, since it may be started again to stand by.
    """
    config = read_config(config_path, brokers)
    config = replace(config, pipeline=replace(config.pipeline, standby=standby or config.pipeline.standby))
    narrate = log_as_service(config.telemetry)
    with at_level(logging.ERROR):  # Beam warns on import that Google's client is absent, which nobody asked for
        from pipelines.monitor import run as run_pipeline
    with stopping() as stop, not_hopeless(config):
        run_pipeline(config, narrate, stop)


@contextmanager
def not_hopeless(config: Config) -> Iterator[None]:
    """Make of a copy that stands by and was fenced one that may be started again: it finds the other one, and waits.

    Raises:
        BrokerError: another copy has taken over from one that may stand by.
    """
    try:
        yield
    except FencedError as error:
        if not config.pipeline.standby:
            raise
        raise BrokerError(error.subject, error.problem, "start this one again: it stands by then") from error


@run.command(epilog="Example: sanctionwire run worker --listen 127.0.0.1:50000 --config my.toml")
@config_option
@click.option(
    "--listen", default="127.0.0.1:50000", show_default=True, metavar="HOST:PORT", help="Where the engine asks for workers."
)
def worker(config_path: Path | None, listen: str) -> None:
    """Run a pool of workers for a pipeline on a cluster, until Ctrl-C.

    Whoever reaches the address may run code here, so keep it on this machine or behind a network policy.
    """
    from pipelines.worker import Workers, environment_of_workers, run_pool, worker_command

    config = read_config(config_path, None)
    narrate = log_as_service(config.telemetry)
    with at_level(logging.ERROR):  # see `pipeline`
        import_module("apache_beam")
    with stopping() as stop:
        workers = Workers(worker_command, environment_of_workers(config_path, os.environ), narrate)
        run_pool(listen, workers, narrate, stop)


@run.command("all", epilog="Example: sanctionwire run all --config my.toml")
@config_options
@click.option("--json", "as_json", is_flag=True, help="Alerts as JSON lines.")
def everything(config_path: Path | None, brokers: str | None, as_json: bool) -> None:  # noqa: FBT001  (click passes by keyword)
    """Run feeds, pipeline and a terminal for the alerts as child processes, until Ctrl-C.

    A part that ends is started again after 1, 2, 4, ... seconds. One that ends five times within a minute each stops it all with
    an error. Where the configuration has receivers, alerts are taken to them too. With [telemetry] port, the pipeline serves
    health and metrics there, the feeds on the port after it, and the receivers on the one after that.
    """
    from deploy.supervise import Child, Policy, our_command, supervise

    config = read_config(config_path, brokers)
    options = [*(["--config", str(config_path)] if config_path else []), *(["--brokers", brokers] if brokers else [])]
    parts = {
        "run feeds": (["run", "feeds"], environment(config, os.environ, shift=1)),
        "run pipeline": (["run", "pipeline"], environment(config, os.environ, shift=0)),
        "tail": (["tail", *(["--json"] if as_json else [])], dict(os.environ)),
    }
    if config.subscribers.receivers:
        parts["run subscribers"] = (["run", "subscribers"], environment(config, os.environ, shift=2))
    children = [Child(name, our_command(*words, *options), env) for name, (words, env) in parts.items()]
    with stopping() as stop:
        supervise(children, Policy(), say, stop)


class CountedPublisher:
    """A publisher that counts what it hands on, by feed."""

    def __init__(self, publisher: "Publisher", meters: "Meters") -> None:
        self._publisher = publisher
        self._meters = meters

    def publish(self, article: "Article") -> None:
        """Hand one article on."""
        from connectors.telemetry import ARTICLES_PUBLISHED

        self._publisher.publish(article)
        self._meters.count(ARTICLES_PUBLISHED, article.feed)

    def flush(self) -> None:
        """Wait until all is safe."""
        self._publisher.flush()


@contextmanager
def at_level(level: int) -> Iterator[None]:
    """Let the root logger say nothing below a level while the context lasts."""
    root = logging.getLogger()
    before = root.level
    root.setLevel(level)
    try:
        yield
    finally:
        root.setLevel(before)


def environment(config: Config, env: Mapping[str, str], *, shift: int) -> dict[str, str]:
    """Return the environment of a part whose telemetry port is `shift` after the configured one."""
    port = config.telemetry.port
    return dict(env) if port is None else {**env, env_name("telemetry", "port"): str(port + shift)}

"""`check`: is everything there that a run needs? Tries it, one line each, with the fix."""

import json
import os
import socket
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import click

from connectors.config import Config, ReceiverConfig, dump
from connectors.errors import ConfigError, EngineError, SanctionwireError, TopicError
from connectors.subscribers.plain import plain
from pipelines.cli.common import config_options, read_config, read_feeds_config, say_at_terminal

CONNECT_SECS = 5.0


@dataclass(frozen=True, slots=True)
class Found:
    """What one check came to.

    Attributes:
        name: what was tried.
        verdict: `ok`, `failed`, or `skipped` because an earlier check failed.
        detail: what was found, or what is wrong.
        next_step: how to mend it; empty where nothing is wrong.
    """

    name: str
    verdict: str
    detail: str
    next_step: str = ""


@click.command(epilog="Example: sanctionwire check --config my.toml")
@config_options
@click.option("--dump", "as_dump", is_flag=True, help="Print the configuration in force, secrets as asterisks, and end.")
@click.option("--json", "as_json", is_flag=True, help="The findings as JSON.")
@click.pass_context
def check(context: click.Context, config_path: Path | None, brokers: str | None, as_dump: bool, as_json: bool) -> None:  # noqa: FBT001
    """Try configuration, routes, receivers, brokers, topics, model and engine, and say how to mend what fails.

    Nothing is created, changed or delivered; receivers are connected to and left. The exit code is 1 if anything failed.
    """
    if as_dump:
        click.echo(json.dumps(dump(read_config(config_path, brokers)), indent=2))
        return
    found = []
    for one in findings(config_path, brokers):
        found.append(one)
        if not as_json:
            click.echo(f"{one.verdict:8} {one.name:9} {plain(one.detail, 2_000)}")
            if one.next_step:
                click.echo(f"{'':8} next:     {plain(one.next_step, 2_000)}")
    if as_json:
        click.echo(json.dumps([asdict(one) for one in found]))
    context.exit(1 if any(one.verdict == "failed" for one in found) else 0)


def findings(config_path: Path | None, brokers: str | None) -> Iterator[Found]:
    """Yield what each check comes to, as it ends."""
    try:
        config = read_feeds_config(config_path, brokers)
    except ConfigError as error:
        for problem in error.problems:
            yield Found("config", "failed", f"{error.subject}: {problem}", error.next_step)
        for name in ("routes", "receivers", "brokers", "topics", "model", "engine"):
            yield Found(name, "skipped", "the configuration is wrong")
        return
    yield Found("config", "ok", f"{config_path or 'defaults and environment'}: {len(config.feeds.feed)} feeds")
    yield tried("routes", lambda: routes_lead_somewhere(config))
    for receiver in config.subscribers.receivers:
        yield tried("receiver", partial(receiver_is_there, receiver))
    at_brokers = tried("brokers", lambda: brokers_answer(config))
    yield at_brokers
    if at_brokers.verdict == "ok":
        yield tried("topics", lambda: topics_are_as_the_table(config))
    else:
        yield Found("topics", "skipped", "no broker answers")
    if config.watchlists.lists:
        yield tried("lists", lambda: lists_can_be_read(config))
    yield tried("model", lambda: model_loads(config))
    yield tried("engine", lambda: engine_is_there(config))


def routes_lead_somewhere(config: Config) -> str:
    """Return what the tree of routes has; raise SanctionwireError for a wrong matcher or a receiver without a route."""
    from connectors.subscribers.routing import checked_config, drawn, reached

    subscribers = config.subscribers
    root = checked_config(subscribers)
    if not subscribers.receivers:
        return "no receivers; alerts are for the terminal, the page and programs"
    named = reached(root)
    idle = [one.name for one in subscribers.receivers if one.name not in named]
    if idle:
        raise SanctionwireError(
            "subscribers.routes", f"no route leads to {', '.join(idle)}", "add a route, or take the receiver out"
        )
    return f"{len(named)} receivers by {sum(1 for _ in drawn(root))} routes, {len(subscribers.inhibit_rules)} inhibitions"


def receiver_is_there(receiver: ReceiverConfig) -> str:
    """Return what a receiver is; raise SanctionwireError where it cannot be written, reached or made."""
    from connectors.subscribers.make import receiver_of

    subject = f"receiver {receiver.name}"
    receiver_of(receiver)
    if receiver.path is not None:
        _can_be_written(subject, receiver.path)
        return f"{receiver.name}: {receiver.kind}, {receiver.path} can be written"
    if receiver.url is not None:
        parts = urlsplit(receiver.url.value)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        _is_reached(subject, parts.hostname or "", port)
        signed = " and signed" if receiver.secret is not None else ", not signed" if receiver.kind == "webhook" else ""
        return f"{receiver.name}: {receiver.kind}, reached{signed}"
    if receiver.smtp_host is not None:
        _is_reached(subject, receiver.smtp_host, receiver.smtp_port)
        login = "with a login" if receiver.smtp_password is not None else "without a login"
        return f"{receiver.name}: {receiver.kind}, reached, {receiver.smtp_security}, {login}"
    return f"{receiver.name}: {receiver.kind}, can be made"


def _can_be_written(subject: str, path: Path) -> None:
    there = next(one for one in (path.absolute(), *path.absolute().parents) if one.exists())
    if path.is_dir() or not os.access(there, os.W_OK) or (there != path.absolute() and not there.is_dir()):
        step = "name a file in a directory that the service may write, as path"
        raise SanctionwireError(subject, f"{path} cannot be written", step)


def _is_reached(subject: str, host: str, port: int) -> None:
    try:
        socket.create_connection((host, port), CONNECT_SECS).close()
    except OSError as error:
        step = "correct its address, or look at the network and the other side"
        raise SanctionwireError(subject, f"{host} port {port} is not reached: {error.strerror or error}", step) from error


def tried(name: str, attempt: Callable[[], str]) -> Found:
    """Return what an attempt comes to."""
    say_at_terminal(f"trying {name}")
    try:
        return Found(name, "ok", attempt())
    except SanctionwireError as error:
        return Found(name, "failed", f"{error.subject}: {error.problem}", error.next_step)
    except ModuleNotFoundError as error:
        return Found(name, "failed", f"{error.name} is not installed", "pip install 'sanctionwire[pipeline,local,export]'")


def brokers_answer(config: Config) -> str:
    """Return which Kafka answers; raise BrokerError if none does."""
    from connectors.kafka import broker_version

    return f"Kafka {broker_version(config.kafka)} at {config.kafka.bootstrap_servers}"


def topics_are_as_the_table(config: Config) -> str:
    """Return how many topics there are; raise TopicError for what differs from the table."""
    from connectors.kafka import compare_topics
    from connectors.topics import TOPICS

    differences = compare_topics(config.kafka)
    if not differences:
        return f"{len(TOPICS)} topics as the topics table says"
    missing = [difference.topic for difference in differences if difference.found is None]
    if missing:
        step = f"sanctionwire local up --brokers {config.kafka.bootstrap_servers} creates them"
        raise TopicError(", ".join(missing), "missing", step)
    told = [f"{one.topic} has {one.setting} {one.found}, not {one.expected}" for one in differences]
    raise TopicError("topics", "; ".join(told), "change them with Kafka's kafka-configs tool, or take another topic_prefix")


def lists_can_be_read(config: Config) -> str:
    """Return what is in the lists of names to watch for; raise WatchlistError if one cannot be read."""
    from connectors.watchlists.make import watch_of

    told: list[str] = []
    watch_of(config.watchlists, told.append)
    return "; ".join(told)


def model_loads(config: Config) -> str:
    """Return which model was loaded; raise ModelError if it cannot be."""
    from pipelines.annotator import load_model

    model = load_model(config.pipeline.model)
    return f"{model.meta['lang']}_{model.meta['name']} {model.meta['version']}"


def engine_is_there(config: Config) -> str:
    """Return which engine would run; raise EngineError if it cannot be reached."""
    engine = config.engine
    if engine.kind == "cluster":
        return _answers(engine.job_endpoint or "")
    return _prism(engine.prism_location)


def _answers(endpoint: str) -> str:
    host, _, port = endpoint.rpartition(":")
    try:
        socket.create_connection((host, int(port)), CONNECT_SECS).close()
    except OSError as error:
        raise EngineError(
            endpoint, f"does not answer: {error.strerror or error}", "start the job server, or correct [engine]"
        ) from error
    return f"job endpoint {endpoint} answers"


def _prism(location: Path | None) -> str:
    from deploy.local.places import default_cache_dir
    from deploy.local.prism import beam_version, in_cache

    release = beam_version()
    if location is not None and not os.access(location, os.X_OK):
        raise EngineError(str(location), "is no program that can be run", "correct [engine] prism_location, or leave it out")
    found = None if location is not None else in_cache(default_cache_dir(os.environ) / "prism" / release, release)
    if location is None and found is None:
        raise EngineError(
            "Prism", f"version {release} is not there yet", "sanctionwire local up finds or builds it; so does the first run"
        )
    return f"embedded, Beam {release}, Prism {location or (found and found.path)}"

"""The one-machine stack as a whole: Kafka with its topics, and Prism at hand.

    up        everything is there afterwards and outlives the caller; a second `up` changes nothing
    running   the same for the length of a `with` block, which always ends what it started
    down      nothing runs afterwards; the data stays
    status    what runs, without changing anything

Prism is not a service of the stack: the pipeline's process starts its own. The stack only sees to it that the binary is there. With
`existing` given, that Kafka is used: nothing is started or stopped, its missing topics are created, the others compared.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from connectors.config import KafkaConfig
from connectors.errors import BrokerError
from connectors.kafka import Difference, broker_version, ensure_topics
from connectors.topics import TOPICS
from deploy.local import broker as local
from deploy.local.places import Say
from deploy.local.prism import beam_version, find_prism, in_cache
from deploy.local.probe import answers
from deploy.local.processes import stopping_on_signals
from deploy.local.settings import Layout
from deploy.local.state import read_state

DEFAULT_PORT = 9092
ANSWER_TIMEOUT_SECS = 5.0

Health = Literal["running", "unresponsive", "stopped"]


@dataclass(frozen=True, slots=True)
class StackOptions:
    """Which stack is meant.

    Attributes:
        data_dir: where Kafka's data and the state file live; see `places.default_data_dir`.
        cache_dir: where jars and Prism live; see `places.default_cache_dir`.
        env: the environment, for PATH and what the network needs.
        existing: a Kafka to use instead of one of our own.
        topic_prefix: put before every topic's name in our own Kafka.
        preferred_port: where our own Kafka listens if its data directory is new and the port is free; None for any port.
        needs_prism: whether Prism is to be found or built.
    """

    data_dir: Path
    cache_dir: Path
    env: Mapping[str, str]
    existing: KafkaConfig | None = None
    topic_prefix: str = ""
    preferred_port: int | None = DEFAULT_PORT
    needs_prism: bool = True


@dataclass(frozen=True, slots=True)
class StackStatus:
    """What is there, in plain values, ready for JSON.

    Attributes:
        health: `running` answers; `unresponsive` does not, though it should; `stopped` has no process.
        bootstrap: the brokers' address; None before the first start.
        is_ours: whether the broker is our own; False for an existing Kafka.
        pid: the process of our own broker while it runs.
        data_dir: where our own broker keeps its data.
        log: our own broker's log file.
        kafka: the broker's version.
        java: the Java that our own broker was last started with.
        prism: the path of the Prism binary; None if it was not asked for or is not there.
        topic_differences: where topics are not as the table says, one sentence each; only `up` and `running` look.
    """

    health: Health
    bootstrap: str | None
    is_ours: bool
    pid: int | None = None
    data_dir: str | None = None
    log: str | None = None
    kafka: str | None = None
    java: str | None = None
    prism: str | None = None
    topic_differences: tuple[str, ...] = ()


def up(options: StackOptions, say: Say) -> StackStatus:
    """Bring the stack up and leave it running.

    Raises:
        StackError: Java, Kafka's jars or the broker cannot be had or started.
        EngineError: Prism can neither be found nor built.
        BrokerError: the existing Kafka does not answer.
        TopicError: a topic cannot be created.
    """
    if options.existing is not None:
        return _use_existing(options, options.existing, say)
    with stopping_on_signals():
        software = _fetch(options, say)
        broker = local.start(options.data_dir, software, say, preferred_port=options.preferred_port)
        return _with_topics(options, broker.bootstrap, say)


@contextmanager
def running(options: StackOptions, say: Say) -> Iterator[StackStatus]:
    """The stack for the length of the block; what this call started ends with it, however it ends. Raises as `up` does.

    Enter it in the main thread: only there can SIGTERM be caught, and on Linux the broker ends with the thread that started it.
    """
    if options.existing is not None:
        yield _use_existing(options, options.existing, say)
        return
    with stopping_on_signals():
        software = _fetch(options, say)
        with local.running(options.data_dir, software, say, preferred_port=options.preferred_port) as broker:
            yield _with_topics(options, broker.bootstrap, say)


def down(options: StackOptions, say: Say) -> StackStatus:
    """Stop our own broker if it runs; its data stays.

    Raises:
        StackError: the state file cannot be read.
    """
    if not local.stop(options.data_dir, say):
        say(f"no Apache Kafka of {options.data_dir} runs")
    return status(replace(options, existing=None))


def status(options: StackOptions) -> StackStatus:
    """What there is, without starting, creating or fetching anything.

    Raises:
        StackError: the state file cannot be read.
        EngineError: Prism is asked for and Beam is not installed.
    """
    prism = _cached_prism(options)
    if options.existing is not None:
        return _status_of_existing(options.existing, prism)
    recorded = read_state(options.data_dir)
    process = local.find_process(options.data_dir)
    bootstrap = None if recorded.node is None else recorded.node.bootstrap
    versions = dict(recorded.versions)
    return StackStatus(
        health=_health(bootstrap, is_alive=process is not None),
        bootstrap=bootstrap,
        is_ours=True,
        pid=None if process is None else process.pid,
        data_dir=str(options.data_dir),
        log=str(Layout.of(options.data_dir).server_log),
        kafka=versions.get("kafka"),
        java=versions.get("java"),
        prism=prism,
    )


def _fetch(options: StackOptions, say: Say) -> local.Software:
    """Everything that may need the network, before anything is started."""
    software = local.find_software(options.cache_dir, options.env, say)
    _prism(options, say)
    return software


def _prism(options: StackOptions, say: Say) -> str | None:
    if not options.needs_prism:
        return None
    prism = find_prism(options.cache_dir, options.env, say)
    say(f"Prism {prism}")
    return str(prism.path)


def _cached_prism(options: StackOptions) -> str | None:
    if not options.needs_prism:
        return None
    release = beam_version()
    found = in_cache(options.cache_dir / "prism" / release, release)
    return None if found is None else str(found.path)


def _use_existing(options: StackOptions, kafka: KafkaConfig, say: Say) -> StackStatus:
    say(f"using the Kafka at {kafka.bootstrap_servers}")
    differences = _ensure_topics(kafka, say)
    return replace(_status_of_existing(kafka, _prism(options, say)), topic_differences=differences)


def _status_of_existing(kafka: KafkaConfig, prism: str | None) -> StackStatus:
    try:
        version = broker_version(kafka)
    except BrokerError:
        return StackStatus("unresponsive", kafka.bootstrap_servers, is_ours=False, prism=prism)
    return StackStatus("running", kafka.bootstrap_servers, is_ours=False, kafka=version, prism=prism)


def _with_topics(options: StackOptions, bootstrap: str, say: Say) -> StackStatus:
    differences = _ensure_topics(KafkaConfig(bootstrap_servers=bootstrap, topic_prefix=options.topic_prefix), say)
    return replace(status(options), topic_differences=differences)


def _ensure_topics(kafka: KafkaConfig, say: Say) -> tuple[str, ...]:
    differences = tuple(_sentence(difference) for difference in ensure_topics(kafka))
    for difference in differences:
        say(f"left as it is: {difference}")
    if not differences:
        say(f"the {len(TOPICS)} topics are as the topics table says")
    return differences


def _sentence(difference: Difference) -> str:
    return f"topic {difference.topic}: {difference.setting} is {difference.found}, the topics table says {difference.expected}"


def _health(bootstrap: str | None, *, is_alive: bool) -> Health:
    if bootstrap is None or not is_alive:
        return "stopped"
    return "running" if answers(bootstrap, ANSWER_TIMEOUT_SECS) else "unresponsive"

"""Kafka with our settings: produce, read a topic to its end, follow it, and make the topics of the table.

The only module of `connectors` that names the Kafka client. Assumes Kafka 2.8 or later; tried with 4.1 and kafka-python 3.0.12.

Choices and their price:

- Producers are idempotent with `acks=all`; a duplicate after a retry is the broker's to drop.
- No compression: gzip, the only codec without an extra package, takes a third more processor time to publish (3,000 articles:
  0.46 s against 0.35 s) from a process whose threads share one interpreter, and the `articles` of a busy day are some 100 MB.
- Readers take `read_committed`, so that nothing of an aborted transaction is ever seen, and `assign` partitions rather than join a
  group: a group's heartbeat would starve beside NLP.
- A topic has been read when the reader's *position* has reached the end offset. Counting records would wait for ever, since
  transaction marks and compacted records take offsets too.

Known to be wrong: partitions added to a topic while `follow` runs are not seen until it is called again.
"""

import time
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import ConfigResource, ConfigResourceType, KafkaAdminClient
from kafka.errors import (
    AuthorizationError,
    InvalidProducerEpochError,
    KafkaError,
    KafkaTimeoutError,
    ProducerFencedError,
    SaslAuthenticationFailedError,
    TopicAlreadyExistsError,
    UnknownTopicOrPartitionError,
    for_code,
)
from kafka.structs import OffsetAndMetadata

from connectors.config import KafkaConfig
from connectors.errors import BrokerError, FencedError, TopicError
from connectors.messages.analysis import Position
from connectors.messages.codec import Record
from connectors.settings import Secret
from connectors.topics import MAX_MESSAGE_BYTES, TOPICS, Topic

Start = Literal["beginning", "end"] | datetime | Sequence[Position]

CONNECT_TIMEOUT_MS = 10_000
# How long an unfinished transaction of a dead process may hold `read_committed` readers back, if nobody takes it over.
TRANSACTION_TIMEOUT_MS = 30_000
POLL_TIMEOUT_MS = 250
FETCH_BYTES = 4 * 1024 * 1024
CREATE_STEP = "run `sanctionwire local up`, or create it as `sanctionwire check` says"


@dataclass(frozen=True, slots=True)
class Stored:
    """A record as it stands in the log.

    Attributes:
        topic: the row of the topics table.
        position: where it stands, under the topic's name in Kafka.
        timestamp_ms: the record's own time, milliseconds since 1970.
        key, value: as stored; a value of None is a tombstone.
        headers: in the order in which they were written; None for one without a value.
    """

    topic: Topic
    position: Position
    timestamp_ms: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes | None], ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """One way in which a topic is not as the table says; `found` is None where the topic is missing."""

    topic: str
    setting: str
    expected: str
    found: str | None


def topic_name(config: KafkaConfig, topic: Topic) -> str:
    """Return a topic's name in Kafka: the configured prefix, then the table's name."""
    return f"{config.topic_prefix}{topic.name}"


def producer(config: KafkaConfig, *, transactional_id: str | None = None) -> KafkaProducer:
    """Return an idempotent producer; `close` it.

    Args:
        config: the brokers.
        transactional_id: None for a producer without transactions. `init_transactions` is left to the caller, since the moment
            matters: it fences the predecessor.

    Raises:
        BrokerError: no broker answers, or it refuses us.
    """
    with broker_errors(config):
        return KafkaProducer(
            **_connection(config),
            transactional_id=transactional_id,
            transaction_timeout_ms=TRANSACTION_TIMEOUT_MS,
            enable_idempotence=True,
            acks="all",
            max_request_size=MAX_MESSAGE_BYTES,
            max_block_ms=_request_timeout_ms(config),
            delivery_timeout_ms=4 * _request_timeout_ms(config),
            allow_auto_create_topics=False,
            metrics_enabled=False,
        )


def consumer(
    config: KafkaConfig, *, group_id: str | None = None, read_committed: bool = True, from_beginning: bool = True
) -> KafkaConsumer:
    """Return a consumer without partitions that commits nothing by itself; `close` it.

    Args:
        config: the brokers.
        group_id: whose committed offsets to read and write; None for none.
        read_committed: whether records of open and aborted transactions are hidden.
        from_beginning: where a partition without a position starts: at its first record, or at its end.

    Raises:
        BrokerError: no broker answers, or it refuses us.
    """
    with broker_errors(config):
        return KafkaConsumer(
            **_connection(config),
            group_id=group_id,
            enable_auto_commit=False,
            isolation_level="read_committed" if read_committed else "read_uncommitted",
            auto_offset_reset="earliest" if from_beginning else "latest",
            max_partition_fetch_bytes=FETCH_BYTES,
            fetch_max_wait_ms=POLL_TIMEOUT_MS,
            allow_auto_create_topics=False,
            metrics_enabled=False,
        )


def member(
    config: KafkaConfig, group_id: str, assignor: Any, *, session_secs: float, heartbeat_secs: float, poll_limit_secs: float
) -> KafkaConsumer:
    """Return a consumer that is to join a group by a rule of its own; `subscribe`, `poll` and `close` it, all in one thread.

    Args:
        config: the brokers.
        group_id: of the group.
        assignor: the rule; an assignor of the client.
        session_secs: a member that is not heard for so long counts as dead.
        heartbeat_secs: how often it is heard.
        poll_limit_secs: how long it may go without a poll.

    Raises:
        BrokerError: no broker answers, or it refuses us.
    """
    with broker_errors(config):
        return KafkaConsumer(
            **_connection(config),
            group_id=group_id,
            partition_assignment_strategy=[assignor],
            session_timeout_ms=int(session_secs * 1000),
            heartbeat_interval_ms=int(heartbeat_secs * 1000),
            max_poll_interval_ms=int(poll_limit_secs * 1000),
            enable_auto_commit=False,
            allow_auto_create_topics=False,
            metrics_enabled=False,
        )


def publish(producer: KafkaProducer, topic: str, record: Record, timestamp_ms: int) -> Any:
    """Hand a record to a producer; the future that comes back resolves when the broker has it.

    Errors are the client's, here and in the future: call it and `flush` within `broker_errors`.

    Args:
        producer: see `producer`; within a transaction, if it has an id for them.
        topic: the topic's name in Kafka, see `topic_name`.
        record: from the codec.
        timestamp_ms: when it is published, milliseconds since 1970. Not the event time: Kafka's retention counts from this time,
            so an old article would be deleted at once, and a time over an hour ahead is refused (KIP-1030).
    """
    return producer.send(topic, key=record.key, value=record.value, headers=list(record.headers), timestamp_ms=timestamp_ms)


def publish_one(config: KafkaConfig, topic: Topic, record: Record, timestamp_ms: int) -> Position:
    """Publish one record through a producer of its own, and return where it stands once it is safe: for what people say.

    Args:
        config: the brokers.
        topic: row of the topics table.
        record, timestamp_ms: see `publish`.

    Raises:
        BrokerError: it is not safe.
    """
    with broker_errors(config), closing(producer(config)) as kafka:
        future = publish(kafka, topic_name(config, topic), record, timestamp_ms)
        kafka.flush()
        found = future.get()
    return Position(topic=found.topic, partition=found.partition, offset=found.offset)


def read_all(
    config: KafkaConfig,
    topics: Iterable[Topic],
    *,
    since: datetime | Sequence[Position] | None = None,
    until: Mapping[tuple[str, int], int] | None = None,
    reached: Callable[[Mapping[tuple[str, int], int]], None] | None = None,
) -> Iterator[Stored]:
    """Yield what is committed to `topics` now, and end there; in order within each partition.

    Args:
        config: the brokers.
        topics: rows of the topics table.
        since: begin with the first record of each partition that was published at this time or later, or with these positions (a
            partition that none names is passed over); None for all.
        until: ends of some (topic, partition), under the topics' names in Kafka; what was committed after them is left for later.
        reached: told at the end the next offset of each (topic, partition), under the topics' names in Kafka.

    Raises:
        TopicError: a topic does not exist.
        BrokerError: the brokers cannot be reached, or refuse.
    """
    with broker_errors(config), _open(config) as reader:
        rows = _assign(reader, config, topics)
        known = {} if until is None else until
        ends = {row: min(end, known.get((row.topic, row.partition), end)) for row, end in reader.end_offsets(list(rows)).items()}
        _seek(reader, rows, "beginning" if since is None else since)
        while any(reader.position(partition) < end for partition, end in ends.items()):
            for partition, records in reader.poll(timeout_ms=POLL_TIMEOUT_MS).items():
                yield from (_stored(rows[partition], record) for record in records if record.offset < ends[partition])
    if reached is not None:
        reached({(partition.topic, partition.partition): end for partition, end in ends.items()})


def read_some(
    config: KafkaConfig, topics: Iterable[Topic], places: Sequence[Position], limit: int
) -> tuple[tuple[Stored, ...], tuple[Position, ...]]:
    """Return what is committed from some places on, and the places from which to read on; no records means: all was read.

    Args:
        config: the brokers.
        topics: rows of the topics table.
        places: the next record wanted of each of their partitions; one that none names is not read.
        limit: records at most.

    Raises:
        TopicError: a topic does not exist.
        BrokerError: the brokers cannot be reached, or refuse.
    """
    found: list[Stored] = []
    with broker_errors(config), _open(config) as reader:
        rows = _assign(reader, config, topics)
        ends = reader.end_offsets(list(rows))
        _seek(reader, rows, places)
        while len(found) < limit and any(reader.position(partition) < end for partition, end in ends.items()):
            for partition, records in reader.poll(timeout_ms=POLL_TIMEOUT_MS, max_records=limit - len(found)).items():
                found += [_stored(rows[partition], record) for record in records]
        reached = tuple(Position(topic=row.topic, partition=row.partition, offset=reader.position(row)) for row in rows)
    return tuple(found), reached


def read_at(config: KafkaConfig, topic: Topic, places: Iterable[tuple[int, int]]) -> Iterator[Stored]:
    """Yield the records that stand at these (partition, offset) of a topic, in that order; one that is gone is left out.

    Raises:
        TopicError: the topic does not exist.
        BrokerError: the brokers cannot be reached, or refuse.
    """
    wanted = sorted(set(places))
    with broker_errors(config), _open(config) as reader:
        rows = _assign(reader, config, [topic])
        first, ends = reader.beginning_offsets(list(rows)), reader.end_offsets(list(rows))
        for partition, offset in ((TopicPartition(topic_name(config, topic), number), offset) for number, offset in wanted):
            if partition not in rows or not first[partition] <= offset < ends[partition]:
                continue
            reader.assign([partition])
            reader.seek(partition, offset)
            while reader.position(partition) <= offset:
                for record in reader.poll(timeout_ms=POLL_TIMEOUT_MS, max_records=1).get(partition, ()):
                    if record.offset == offset:
                        yield _stored(topic, record)


def follow(
    config: KafkaConfig,
    topics: Iterable[Topic],
    *,
    start: Start = "end",
    is_stopped: Callable[[], bool] = lambda: False,
    reached: Callable[[Mapping[tuple[str, int], int]], None] | None = None,
) -> Generator[Stored, None, None]:
    """Yield what is committed to `topics`, waiting for more, until it is stopped; a broker that is away is waited for.

    Args:
        config: the brokers.
        topics: rows of the topics table.
        start: `beginning`; `end`; a time, for what was published then or later; or positions, each the next record wanted of its
            partition (partitions that none names start at the end).
        is_stopped: asked about four times a second.
        reached: told before `is_stopped` is asked, when all that was fetched has been taken: the next offset of each (topic,
            partition), marks of transactions passed over.

    Raises:
        TopicError: a topic does not exist.
        BrokerError: no broker answers at the start, or it refuses.
    """
    with broker_errors(config), _open(config) as reader:
        rows = _assign(reader, config, topics)
        _seek(reader, rows, start)
        while True:
            if reached is not None:
                reached({(row.topic, row.partition): reader.position(row) for row in rows})
            if is_stopped():
                return
            for partition, records in reader.poll(timeout_ms=POLL_TIMEOUT_MS).items():
                yield from (_stored(rows[partition], record) for record in records)


class Places:
    """How far a group of ours has read each partition, kept by the brokers; nobody joins the group. `close` it.

    Args:
        config: the brokers.
        group_id: of the group.

    Raises:
        BrokerError: no broker answers, or it refuses us.
    """

    def __init__(self, config: KafkaConfig, group_id: str) -> None:
        self._config = config
        self._consumer = consumer(config, group_id=group_id)

    def read(self, topics: Iterable[Topic]) -> tuple[Position, ...]:
        """Return the next record wanted of each partition: the end of those that the group has never read.

        Raises:
            TopicError: a topic does not exist.
        """
        with broker_errors(self._config):
            rows = list(_assign(self._consumer, self._config, topics))
            ends = self._consumer.end_offsets(rows)
            places = {row: self._consumer.committed(row) for row in rows}
        return tuple(
            Position(topic=row.topic, partition=row.partition, offset=ends[row] if place is None else place)
            for row, place in places.items()
        )

    def write(self, positions: Iterable[Position]) -> None:
        """Keep these."""
        offsets = {TopicPartition(one.topic, one.partition): OffsetAndMetadata(one.offset, "", -1) for one in positions}
        with broker_errors(self._config):
            self._consumer.commit(offsets)

    def close(self) -> None:
        """Let the brokers go."""
        self._consumer.close()


def bounds(config: KafkaConfig, topics: Iterable[Topic], *, read_committed: bool = True) -> dict[tuple[str, int], tuple[int, int]]:
    """Return the first offset and the end offset of each (topic, partition), under the topics' names in Kafka.

    Args:
        config: the brokers.
        topics: rows of the topics table.
        read_committed: whether the end stands before the first record of an open transaction.

    Raises:
        TopicError: a topic does not exist.
        BrokerError: the brokers cannot be reached, or refuse.
    """
    with broker_errors(config), _open(config, read_committed=read_committed) as reader:
        rows = list(_assign(reader, config, topics))
        first, ends = reader.beginning_offsets(rows), reader.end_offsets(rows)
        return {(row.topic, row.partition): (first[row], ends[row]) for row in rows}


def settle(config: KafkaConfig, topics: Iterable[Topic], limit_secs: float) -> None:
    """Wait until each transaction that has written to `topics` by now is committed or aborted on every partition.

    Kafka writes the marks of a transaction to one partition after the other, so what is committed on one is not on the next for a
    moment. A writer that was killed leaves its transaction open until the brokers abort it.

    Args:
        config: the brokers.
        topics: rows of the topics table.
        limit_secs: after which nothing is waited for any more.

    Raises:
        TopicError: a topic does not exist.
        BrokerError: the brokers cannot be reached, or refuse.
    """
    rows, until = tuple(topics), time.monotonic() + limit_secs
    written = bounds(config, rows, read_committed=False)
    while time.monotonic() < until and any(end < written[place][1] for place, (_, end) in bounds(config, rows).items()):
        time.sleep(POLL_TIMEOUT_MS / 1000)


def ensure_topics(config: KafkaConfig, topics: Iterable[Topic] = TOPICS) -> tuple[Difference, ...]:
    """Create the topics that are missing, and return how the others differ from the table; those are not changed.

    Raises:
        TopicError: a topic cannot be created.
        BrokerError: the brokers cannot be reached, or refuse.
    """
    rows = tuple(topics)
    with _admin(config) as admin:
        missing = {difference.topic for difference in _compare(admin, config, rows) if difference.found is None}
        _create(admin, config, [row for row in rows if topic_name(config, row) in missing])
        return _compare(admin, config, rows)  # again: what looked missing may have been made by somebody else a moment ago


def compare_topics(config: KafkaConfig, topics: Iterable[Topic] = TOPICS) -> tuple[Difference, ...]:
    """Return how the topics in Kafka differ from the table, missing ones included; nothing is changed.

    Raises:
        BrokerError: the brokers cannot be reached, or refuse.
    """
    with _admin(config) as admin:
        return _compare(admin, config, tuple(topics))


def broker_version(config: KafkaConfig) -> str:
    """Return the version of Kafka that answers, such as `4.1`.

    Raises:
        BrokerError: no broker answers, or it refuses us.
    """
    with _admin(config) as admin:
        broker_id = admin.describe_cluster()["brokers"][0]["broker_id"]
        return ".".join(str(part) for part in admin.get_broker_version_data(broker_id).broker_version)


@contextmanager
def broker_errors(config: KafkaConfig) -> Iterator[None]:
    """Turn the client's errors into ours, with the next step.

    Raises:
        FencedError: another process uses our transactional id.
        TopicError: a topic is missing.
        BrokerError: any other error of the client.
    """
    try:
        yield
    except KafkaError as error:
        raise _translated(config, error) from error


def _translated(config: KafkaConfig, error: KafkaError) -> BrokerError:
    servers = config.bootstrap_servers
    if _is_fenced(error):
        return FencedError(config.transactional_id, "another copy of the job has taken over", "stop one of the two")
    if isinstance(error, UnknownTopicOrPartitionError):
        return TopicError(servers, f"a topic does not exist: {error}", CREATE_STEP)
    if isinstance(error, AuthorizationError | SaslAuthenticationFailedError):
        return BrokerError(servers, f"the broker refuses us: {error}", "see [kafka] sasl_* in the configuration")
    if isinstance(error, KafkaTimeoutError) and "bootstrap" in str(error):
        return BrokerError(servers, *_unanswered(config))
    return BrokerError(servers, f"{type(error).__name__}: {error}", "see the broker's log")


def _unanswered(config: KafkaConfig) -> tuple[str, str]:
    """Return what to say when no connection came about; the client does not tell whether it was refused or not heard."""
    told = f"no broker answers within {CONNECT_TIMEOUT_MS // 1000} s"
    if config.security_protocol == "PLAINTEXT":
        return told, "start one with `sanctionwire local up`, or correct [kafka] bootstrap_servers and security_protocol"
    return f"{told}, or it refuses us", "correct [kafka] bootstrap_servers, sasl_* and ssl_*; the client's log lines say which"


def _is_fenced(error: BaseException) -> bool:
    """Return whether a producer was fenced; once it is, the client wraps the cause in a plain `KafkaError` or quotes it."""
    fenced = (ProducerFencedError, InvalidProducerEpochError)
    return isinstance(error, fenced) or any(
        isinstance(argument, fenced) or "ProducerFencedError" in str(argument) for argument in error.args
    )


def _connection(config: KafkaConfig) -> dict[str, Any]:
    return {
        "bootstrap_servers": [server.strip() for server in config.bootstrap_servers.split(",")],
        "bootstrap_timeout_ms": CONNECT_TIMEOUT_MS,
        "client_id": "sanctionwire",
        "request_timeout_ms": _request_timeout_ms(config),
        "connections_max_idle_ms": max(540_000, 2 * _request_timeout_ms(config)),
        "security_protocol": config.security_protocol,
        "sasl_mechanism": config.sasl_mechanism,
        "sasl_plain_username": config.sasl_username,
        "sasl_plain_password": _text(config.sasl_password),
        "ssl_check_hostname": config.ssl_check_hostname,
        "ssl_cafile": _text(config.ssl_cafile),
        "ssl_certfile": _text(config.ssl_certfile),
        "ssl_keyfile": _text(config.ssl_keyfile),
        "ssl_password": _text(config.ssl_key_password),
    }


def _text(value: Path | Secret | None) -> str | None:
    return value.value if isinstance(value, Secret) else None if value is None else str(value)


def _request_timeout_ms(config: KafkaConfig) -> int:
    return int(config.request_timeout_secs * 1000)


@contextmanager
def _open(config: KafkaConfig, *, read_committed: bool = True) -> Iterator[KafkaConsumer]:
    reader = consumer(config, read_committed=read_committed)
    try:
        yield reader
    finally:
        reader.close()


@contextmanager
def _admin(config: KafkaConfig) -> Iterator[KafkaAdminClient]:
    with broker_errors(config):
        admin = KafkaAdminClient(**_connection(config))
        try:
            yield admin
        finally:
            admin.close()


def _assign(reader: KafkaConsumer, config: KafkaConfig, topics: Iterable[Topic]) -> dict[TopicPartition, Topic]:
    """Assign every partition of `topics` to `reader`; return which row each belongs to."""
    rows: dict[TopicPartition, Topic] = {}
    for topic in topics:
        name = topic_name(config, topic)
        partitions = reader.partitions_for_topic(name)
        if not partitions:
            raise TopicError(name, "does not exist", CREATE_STEP)
        rows |= {TopicPartition(name, number): topic for number in sorted(partitions)}
    reader.assign(list(rows))
    return rows


def _seek(reader: KafkaConsumer, rows: Mapping[TopicPartition, Topic], start: Start) -> None:
    if start == "beginning":
        offsets = reader.beginning_offsets(list(rows))
    else:
        offsets = reader.end_offsets(list(rows)) | _offsets_of(reader, rows, start)
    for partition, offset in offsets.items():
        reader.seek(partition, offset)


def _offsets_of(reader: KafkaConsumer, rows: Mapping[TopicPartition, Topic], start: Start) -> dict[TopicPartition, int]:
    """Return the offsets that `start` names; a partition without one starts at its end."""
    if isinstance(start, str):
        return {}
    if isinstance(start, datetime):
        since_ms = max(0, int(start.timestamp() * 1000))
        found = reader.offsets_for_times(dict.fromkeys(rows, since_ms))
        return {partition: place.offset for partition, place in found.items() if place is not None}
    named = {TopicPartition(position.topic, position.partition): position.offset for position in start}
    return {partition: offset for partition, offset in named.items() if partition in rows}


def _stored(topic: Topic, record: Any) -> Stored:
    position = Position(topic=record.topic, partition=record.partition, offset=record.offset)
    return Stored(topic, position, record.timestamp, record.key, record.value, tuple(record.headers))


def _compare(admin: KafkaAdminClient, config: KafkaConfig, rows: Sequence[Topic]) -> tuple[Difference, ...]:
    names = [topic_name(config, row) for row in rows]
    described = {topic["name"]: topic for topic in admin.describe_topics(names) if topic["error_code"] == 0}
    settings = _settings(admin, [name for name in names if name in described])
    found: list[Difference] = []
    for name, row in zip(names, rows, strict=True):
        if name not in described:
            found.append(Difference(name, "topic", "exists", None))
            continue
        actual = {"partitions": str(len(described[name]["partitions"]))} | settings.get(name, {})
        found += _differences(name, {"partitions": str(row.partitions)} | row.config, actual)
    return tuple(found)


def _settings(admin: KafkaAdminClient, names: Sequence[str]) -> dict[str, dict[str, str]]:
    if not names:
        return {}
    resources = [ConfigResource(ConfigResourceType.TOPIC, name) for name in names]
    described = admin.describe_configs(resources, config_filter="all")["topic"]
    return {name: {key: str(entry["value"]) for key, entry in entries.items()} for name, entries in described.items()}


def _differences(name: str, expected: Mapping[str, str], actual: Mapping[str, str]) -> list[Difference]:
    return [
        Difference(name, setting, value, actual.get(setting, ""))
        for setting, value in expected.items()
        if set(actual.get(setting, "").split(",")) != set(value.split(","))
    ]


def _create(admin: KafkaAdminClient, config: KafkaConfig, rows: Sequence[Topic]) -> None:
    if not rows:
        return
    factor = -1 if config.replication_factor is None else config.replication_factor
    wanted = {
        topic_name(config, row): {"num_partitions": row.partitions, "replication_factor": factor, "configs": row.config}
        for row in rows
    }
    for answer in admin.create_topics(wanted, raise_errors=False)["topics"]:
        error = for_code(answer["error_code"])
        if answer["error_code"] != 0 and error is not TopicAlreadyExistsError:  # another process may have been quicker
            step = "see [kafka] topic_prefix and replication_factor, and what the broker allows us"
            raise TopicError(answer["name"], f"cannot be created: {answer['error_message'] or error.__name__}", step)
    admin.wait_for_topics(list(wanted))

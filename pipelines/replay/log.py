"""What a replay takes from the log, and how it writes to it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from kafka import KafkaProducer

from connectors.config import Config, KafkaConfig
from connectors.errors import MessageError, SanctionwireError
from connectors.kafka import Stored, broker_errors, publish, read_all
from connectors.messages.alert import Alert
from connectors.messages.analysis import Analysis, Position
from connectors.messages.codec import Record, decode
from connectors.messages.story import Story
from connectors.topics import ALERT_TOPICS, ANALYSES, ARTICLES, STORIES, Topic
from pipelines.work import LogRecord

T = TypeVar("T", Analysis, Story, Alert)
Read = Callable[..., Iterator[Stored]]
Place = tuple[int, int]
TRANSACTION_RECORDS = 2_000


@dataclass(frozen=True, slots=True)
class Range:
    """From when to when records of `articles` are read again; the end is left out."""

    since: datetime
    until: datetime

    def holds(self, timestamp_ms: int) -> bool:
        """Whether a record of this time is in the range."""
        return self.since.timestamp() * 1000 <= timestamp_ms < self.until.timestamp() * 1000


@dataclass(frozen=True, slots=True)
class Log:
    """What the log holds for a replay.

    Attributes:
        range: what is read again.
        inside: the articles of the range, by time.
        outside: articles around it in which something was found, by time.
        analyses: what was found, by article and version; the newest where there are several.
        stories, alerts: as they stand, by id.
    """

    range: Range
    inside: tuple[LogRecord, ...]
    outside: tuple[LogRecord, ...]
    analyses: Mapping[tuple[str, int], Analysis]
    stories: Mapping[str, Story]
    alerts: Mapping[str, Alert]


def read_log(config: Config, range_: Range, read: Read = read_all) -> Log:
    """Return what the log holds for a replay.

    Raises:
        SanctionwireError: there is no article in the range.
        BrokerError: the log cannot be read.
    """
    reach = range_.since - timedelta(days=config.pipeline.exact_copy_window_days)
    analyses = {
        (one.article_id, one.article_version): one for one in _messages(Analysis, read(config.kafka, [ANALYSES], since=reach))
    }
    telling = {place_of(one.position) for one in analyses.values() if one.signals or one.article_version > 1}
    inside, outside = [], []
    for stored in read(config.kafka, [ARTICLES], since=reach):
        if range_.holds(stored.timestamp_ms):
            inside.append(_log_record(stored))
        elif place_of(stored.position) in telling:
            outside.append(_log_record(stored))
    if not inside:
        step = "give another --from and --to; times without a zone are UTC"
        raise SanctionwireError("articles", f"no article between {range_.since} and {range_.until}", step)
    since = range_.since - timedelta(days=config.pipeline.story_max_days)
    stories = {story.id: story for story in _messages(Story, read(config.kafka, [STORIES], since=since))}
    return Log(range_, _by_time(inside), _by_time(outside), analyses, stories, _newest(config, read))


def write(kafka: KafkaConfig, producer: KafkaProducer, records: Sequence[tuple[Topic, Record]], now_ms: int) -> None:
    """Write records in transactions of `TRANSACTION_RECORDS`; offsets are not touched.

    Raises:
        FencedError: a pipeline was started; what it had not seen committed is not written.
        BrokerError: a transaction failed; nothing of it is visible.
    """
    for start in range(0, len(records), TRANSACTION_RECORDS):
        with broker_errors(kafka):
            producer.begin_transaction()
            for topic, record in records[start : start + TRANSACTION_RECORDS]:
                publish(producer, f"{kafka.topic_prefix}{topic.name}", record, now_ms)
            producer.commit_transaction()


def _newest(config: Config, read: Read) -> dict[str, Alert]:
    newest: dict[str, Alert] = {}
    for alert in _messages(Alert, read(config.kafka, tuple(ALERT_TOPICS.values()), since=None)):
        if alert.id not in newest or alert.version > newest[alert.id].version:
            newest[alert.id] = alert
    return newest


def _messages(kind: type[T], records: Iterator[Stored]) -> Iterator[T]:
    """Yield what a topic holds; records of another release and tombstones are passed over, as a cold start does it."""
    for stored in records:
        if stored.value is None:
            continue
        try:
            message = decode(kind, stored.value, stored.headers)
        except MessageError:
            continue
        yield message


def _log_record(stored: Stored) -> LogRecord:
    return LogRecord(
        position=stored.position, covers_from=stored.position.offset, key=stored.key or b"", value=stored.value or b"",
        headers=stored.headers, timestamp_ms=stored.timestamp_ms,
    )  # fmt: skip


def _by_time(records: list[LogRecord]) -> tuple[LogRecord, ...]:
    return tuple(sorted(records, key=told_at))


def told_at(record: LogRecord) -> tuple[int, int, int]:
    """Return what puts records in order: their time in Kafka, then their place."""
    return record.timestamp_ms, record.position.partition, record.position.offset


def place_of(position: Position) -> Place:
    """Return where in `articles` something stands, whatever the topic's name has in front of it."""
    return position.partition, position.offset

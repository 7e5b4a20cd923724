"""Kafka in and out for Beam; the only module of the pipeline that knows how Beam reaches Kafka.

In: one splittable source, a part for each partition. Readers are views on one consumer for each partition and process, since the
engine makes and forgets readers twice a second. A reader never waits for a record: the engine lets the readers of all partitions
take their turns in one bundle, whose articles go on when the last has had its turn. Out: one transaction for each bundle holds the
analyses, stories, alerts and dead letters of finished articles *and* the offsets below which all is finished. A `read_committed`
subscriber sees all of it or none of it.

Assumes that one process writes at a time, on a cluster too: `init_transactions` fences a predecessor, and a fenced process must
end. Known to be wrong: partitions added to `articles` while the job runs are read after a restart.

The client (kafka-python 3.0.12) can lose a request whose connection breaks as it is sent, and then waits for its answer for ever.
So a transaction that has outlived twice its time is given up from outside (`Writer.overdue`), and the process ends with it.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import apache_beam as beam
from apache_beam.coders import Coder, PickleCoder
from apache_beam.io.unbounded_source import CheckpointMark, ReadFromUnboundedSource, UnboundedReader, UnboundedSource
from apache_beam.utils.timestamp import Timestamp
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.structs import OffsetAndMetadata

from connectors.config import EngineConfig, KafkaConfig
from connectors.errors import BrokerError, EngineError, SanctionwireError
from connectors.kafka import TRANSACTION_TIMEOUT_MS, broker_errors, consumer, producer, publish, topic_name
from connectors.messages.analysis import Position
from connectors.messages.codec import Record
from connectors.topics import ARTICLES
from pipelines.finish import Finished
from pipelines.order import Resequencer
from pipelines.progress import Progress
from pipelines.work import LogRecord

MAX_IN_FLIGHT = 500
IDLE_WATERMARK_LAG_SECS = 5.0
EMBEDDED = "embedded"
OVERDUE_SECS = 2 * TRANSACTION_TIMEOUT_MS / 1000  # the brokers have long given it up then


class PartitionReader:
    """The one consumer of one partition in this process, from which readers take records by offset.

    Args:
        config: the brokers.
        partition: of `articles`.
        done_to: gives the offset below which the partition is finished; reading stays `MAX_IN_FLIGHT` ahead of it at most,
            so that a burst waits in Kafka and not in the engine's memory.
    """

    def __init__(self, config: KafkaConfig, partition: int, done_to: Callable[[], int]) -> None:
        self._config = config
        self._done_to = done_to
        self._place = TopicPartition(topic_name(config, ARTICLES), partition)
        self._consumer: KafkaConsumer = consumer(config)
        self._consumer.assign([self._place])
        self._buffer: deque[Any] = deque()
        self._taken_at: deque[tuple[int, int]] = deque()  # (offset, timestamp in ms) of what was handed out
        self._next: int | None = None
        self._lock = threading.Lock()

    def at(self, offset: int) -> LogRecord | None:
        """Return the first record at `offset` or after it, or None when there is none to take yet."""
        if offset - self._done_to() > MAX_IN_FLIGHT:
            return None
        with self._lock:
            if offset != self._next or not self._buffer:
                self._fetch(offset)
            return self._taken(offset) if self._buffer else None

    def lag(self) -> int | None:
        """Return how many offsets lie between what is finished and the end that the broker last told; None before it told any."""
        end = self._consumer.highwater(self._place)
        return None if end is None else max(0, int(end) - self._done_to())

    def behind_secs(self, now: float) -> float:
        """Return the age of the oldest record that was handed out and is not finished; 0 when there is none.

        Args:
            now: seconds since 1970.
        """
        done_to = self._done_to()
        with suppress(IndexError):  # another thread may have emptied it: nothing is open then
            while self._taken_at[0][0] < done_to:
                self._taken_at.popleft()
            return max(0.0, now - self._taken_at[0][1] / 1000)
        return 0.0

    def close(self) -> None:
        """Close the consumer."""
        with self._lock:
            self._consumer.close()

    def _fetch(self, offset: int) -> None:
        with broker_errors(self._config):
            if offset != self._next:
                self._consumer.seek(self._place, offset)
                self._buffer.clear()
                self._taken_at.clear()
                self._next = offset
            self._buffer.extend(self._consumer.poll(timeout_ms=0).get(self._place, ()))

    def _taken(self, offset: int) -> LogRecord:
        found = self._buffer.popleft()
        self._next = found.offset + 1
        self._taken_at.append((found.offset, found.timestamp))
        return LogRecord(
            position=Position(topic=ARTICLES.name, partition=found.partition, offset=found.offset),
            covers_from=offset,
            key=found.key or b"",
            value=found.value or b"",
            headers=tuple(found.headers),
            timestamp_ms=found.timestamp,
        )


class _Mark(CheckpointMark):  # type: ignore[misc]
    """The next offset that a reader wants."""

    def __init__(self, offset: int) -> None:
        self.offset = offset


class _View(UnboundedReader):  # type: ignore[misc]
    """A position in a partition; the records come from the process's one reader of it."""

    def __init__(self, reader: PartitionReader, offset: int) -> None:
        self._reader = reader
        self._offset = offset
        self._current: LogRecord | None = None
        self._watermark = Timestamp(0)

    def start(self) -> bool:
        return self.advance()

    def advance(self) -> bool:
        found = self._reader.at(self._offset)
        if found is None:
            self._watermark = max(self._watermark, Timestamp.now() - IDLE_WATERMARK_LAG_SECS)
            return False
        self._current, self._offset = found, found.position.offset + 1
        self._watermark = max(self._watermark, self.get_current_timestamp())
        return True

    def get_current(self) -> LogRecord | None:
        return self._current

    def get_current_timestamp(self) -> Timestamp:
        return Timestamp(micros=(self._current.timestamp_ms if self._current is not None else 0) * 1000)

    def get_watermark(self) -> Timestamp:
        return self._watermark

    def get_checkpoint_mark(self) -> _Mark:
        return _Mark(self._offset)


@dataclass(frozen=True)
class ArticleLog(UnboundedSource):  # type: ignore[misc]
    """The `articles` topic, or one partition of it, from the committed offsets on.

    Attributes:
        starts: gives the offset at which each partition begins.
        reader: gives the process's reader of a partition.
        partition: which one; None before the split.
    """

    starts: Callable[[], Mapping[int, int]]
    reader: Callable[[int], PartitionReader]
    partition: int | None = None

    def split(self, desired_num_splits: int, options: Any = None) -> Iterable["ArticleLog"]:  # noqa: ARG002 -- Beam's signature
        return [ArticleLog(self.starts, self.reader, partition) for partition in sorted(self.starts())]

    def create_reader(self, options: Any, checkpoint_mark: _Mark | None) -> _View:  # noqa: ARG002 -- Beam's signature
        if self.partition is None:  # Beam takes a source whose split failed for one that cannot be split
            raise EngineError("articles", "could not be split into partitions", "see the log; start the job again, nothing is lost")
        partition = self.partition
        offset = self.starts()[partition] if checkpoint_mark is None else checkpoint_mark.offset
        return _View(self.reader(partition), offset)

    def get_checkpoint_mark_coder(self) -> Coder:
        return PickleCoder()


class ReadArticles(beam.PTransform):  # type: ignore[misc]
    """Read the `articles` topic as `LogRecord`s; the event time of an element is the record's time in Kafka."""

    def __init__(self, log: ArticleLog, config: EngineConfig) -> None:
        super().__init__()
        self._log = log
        self._config = config

    def expand(self, begin: beam.pvalue.PBegin) -> beam.PCollection:
        return begin | ReadFromUnboundedSource(
            self._log,
            poll_interval=self._config.poll_interval_secs,
            max_records_per_bundle=self._config.max_records_per_bundle,
            max_read_time_seconds=self._config.max_read_time_secs,
        ).with_output_types(LogRecord)


def committed_offsets(config: KafkaConfig) -> dict[int, int]:
    """Return where the job goes on in each partition of `articles`: the committed offset, or the first record there is.

    Raises:
        TopicError: the topic does not exist.
        BrokerError: the brokers cannot be reached.
    """
    reader = consumer(config, group_id=config.group_id)
    try:
        with broker_errors(config):
            name = topic_name(config, ARTICLES)
            places = [TopicPartition(name, number) for number in sorted(reader.partitions_for_topic(name) or ())]
            first = reader.beginning_offsets(places)
            return {place.partition: max(reader.committed(place) or 0, first[place]) for place in places}
    finally:
        reader.close(autocommit=False)


@dataclass(frozen=True, slots=True)
class Committed:
    """What one transaction made visible.

    Attributes:
        finished: the articles, in the order of the job.
        seconds: how long the transaction took.
    """

    finished: Sequence[Finished]
    seconds: float


@dataclass(slots=True)
class Writer:
    """The one transactional writer of the process.

    Attributes:
        config: the brokers.
        producer: see `transactional_producer`.
        progress: which articles are finished.
        refused: (partition, offset) of articles whose dead letters the log already holds.
        committed: called after each commit.
        job: the name that stands beside the offsets; see `pipelines.claim`.
        failure: why writing ended; the job has to end with it.
        begun_at: when the transaction under way began, in monotonic seconds; None between two.
    """

    config: KafkaConfig
    producer: KafkaProducer
    progress: Progress
    refused: frozenset[tuple[int, int]] = frozenset()
    committed: Callable[[Committed], None] = lambda _: None
    job: str = EMBEDDED
    queue: Resequencer[Finished] = field(default_factory=Resequencer)
    failure: SanctionwireError | None = None
    begun_at: float | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    def write(self, articles: Iterable[Finished]) -> None:
        """Commit what is due of these articles, in the order of the job; what came early waits for what comes before it.

        Raises:
            FencedError: another copy of the job has taken over; nothing of this was committed.
            BrokerError: the transaction failed; nothing of it is visible.
        """
        with self.lock:
            queue = self.queue  # a number below the one that is due was given before the job began anew
            fresh = (article for article in articles if article.sequence >= queue.due)
            due = [ready for article in fresh for ready in queue.offer(article.sequence, article)]
            if due:
                self.committed(Committed(due, self._commit_or_fail(due)))

    def overdue(self, now: float) -> BrokerError | None:
        """Return why the job must end though its writer has not come back: its transaction is older than any can get.

        Args:
            now: monotonic seconds.
        """
        begun_at = self.begun_at
        if begun_at is None or now - begun_at <= OVERDUE_SECS:
            return None
        problem = f"a transaction has not ended within {OVERDUE_SECS:g} s"
        return BrokerError(self.config.bootstrap_servers, problem, "start the job again; nothing is lost")

    def _commit_or_fail(self, due: Sequence[Finished]) -> float:
        if self.failure is not None:
            raise self.failure  # bundles that the engine still runs must not commit behind a gap
        self.begun_at = time.monotonic()
        try:
            self._commit(due)
            return time.monotonic() - self.begun_at
        except SanctionwireError as error:
            self.failure = error
            raise
        finally:
            self.begun_at = None

    def _commit(self, due: Sequence[Finished]) -> None:
        now_ms = int(time.time() * 1000)
        with broker_errors(self.config):
            self.producer.begin_transaction()
            for topic, record in self._records(due):
                publish(self.producer, f"{self.config.topic_prefix}{topic}", record, now_ms)
            self.producer.send_offsets_to_transaction(self._offsets(due), self.config.group_id)
            self.producer.commit_transaction()

    def _records(self, due: Iterable[Finished]) -> Iterator[tuple[str, Record]]:
        for article in due:
            place = (article.position.partition, article.position.offset)
            if article.outcome != "refused" or place not in self.refused:
                yield from article.records

    def _offsets(self, due: Iterable[Finished]) -> dict[TopicPartition, OffsetAndMetadata]:
        name = topic_name(self.config, ARTICLES)
        done = self.progress.finish((article.position.partition, article.covers_from, article.position.offset) for article in due)
        return {TopicPartition(name, partition): OffsetAndMetadata(offset, self.job, -1) for partition, offset in done.items()}


def transactional_producer(config: KafkaConfig) -> KafkaProducer:
    """Return the job's producer, ready for transactions: its predecessor is fenced and that one's last transaction is settled.

    Call it before the history is read, which could else miss a record that commits a moment later.

    Raises:
        BrokerError: the brokers cannot be reached.
    """
    made = producer(config, transactional_id=config.transactional_id)
    with broker_errors(config):
        made.init_transactions()
    return made


class _Write(beam.DoFn):  # type: ignore[misc]
    """Write one bundle in one transaction."""

    def __init__(self, writer: Callable[[], Writer]) -> None:
        self._writer = writer
        self._articles: list[Finished] = []

    def start_bundle(self) -> None:
        self._articles = []

    def process(self, article: Finished) -> None:
        self._articles.append(article)

    def finish_bundle(self) -> None:
        self._writer().write(self._articles)


class Write(beam.PTransform):  # type: ignore[misc]
    """Commit finished articles: what they say, and that they are finished.

    Args:
        writer: gives the process's writer.
    """

    def __init__(self, writer: Callable[[], Writer]) -> None:
        super().__init__()
        self._writer = writer

    def expand(self, articles: beam.PCollection) -> beam.PCollection:
        # Nothing leaves the first step. But Prism 2.77 takes a bundle of a stage without outputs for finished when it begins, and
        # then asks without a pause whether it is: a core for as long as a transaction lasts (`stage.go`). So a stage stands behind.
        committed = articles | "Commit" >> beam.ParDo(_Write(self._writer)).with_output_types(Finished)
        return committed | "Part" >> beam.Reshuffle() | "End" >> beam.Map(_ended)


def _ended(article: Finished) -> Finished:
    return article

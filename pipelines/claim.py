"""Whose the log is, where a job runs on more than one machine.

Fencing by Kafka tells a writer that another one has begun. It does not tell a job that its time is over: a job that a cluster
starts again by itself would fence its successor in turn, and so on for ever. So each job writes its name beside the offsets of the
group (Kafka keeps a text with each), first when it is submitted and then with every transaction. A worker whose job is not named
there gives up, and opens no writer.

Known to be wrong: a worker that looks, and is overtaken before it fences, ends its successor once; that one is started again.
Resetting the group's offsets with Kafka's own tools takes the name away; until the next commit any job may write.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from kafka import TopicPartition
from kafka.structs import OffsetAndMetadata

from connectors.config import KafkaConfig
from connectors.errors import BrokerError, FencedError
from connectors.kafka import broker_errors, consumer, topic_name
from connectors.topics import ARTICLES
from pipelines.io import committed_offsets, transactional_producer

LOOK_SECS = 0.5
VISIBLE_SECS = 30.0
CLOSE_SECS = 2


@dataclass(frozen=True, slots=True)
class Job:
    """One submission to a cluster.

    Attributes:
        name: told beside the offsets; no other job has it.
        starts: (partition, offset) at which reading begins.
    """

    name: str
    starts: tuple[tuple[int, int], ...]

    def offsets(self) -> dict[int, int]:
        """Return the offset at which each partition begins."""
        return dict(self.starts)


def _is_news(record: logging.LogRecord) -> bool:
    """Whether a line is more than the client's note that offsets are in a transaction just now, after which it asks again."""
    return "UnstableOffsetCommitError" not in record.getMessage()


class Ledger:
    """The group's offsets, and the name beside them; `close` it.

    Args:
        config: the brokers.
        partitions: of `articles`.
    """

    def __init__(self, config: KafkaConfig, partitions: tuple[int, ...]) -> None:
        self._config = config
        self._places = [TopicPartition(topic_name(config, ARTICLES), number) for number in partitions]
        self._consumer = consumer(config, group_id=config.group_id)
        self._lock = threading.Lock()
        logging.getLogger("kafka.coordinator.consumer").addFilter(_is_news)

    def read(self) -> tuple[dict[int, int], frozenset[str]]:
        """Return the committed offset of each partition that has one, and the names of the jobs that committed them."""
        with self._lock, broker_errors(self._config):
            kept = {place.partition: self._consumer.committed(place, metadata=True) for place in self._places}
        found = {number: one for number, one in kept.items() if one is not None}
        return {number: one.offset for number, one in found.items()}, frozenset(
            one.metadata for one in found.values() if one.metadata
        )

    def close(self) -> None:
        """Let the brokers go."""
        self._consumer.close(autocommit=False)


class Done:
    """How far each partition is finished, for a process that does not write: as committed, looked up twice a second.

    Args:
        ledger: the group's offsets.
        job: ours.
        clock: seconds that only rise.
    """

    def __init__(self, ledger: Ledger, job: Job, clock: Callable[[], float] = time.monotonic) -> None:
        self._ledger = ledger
        self._job = job
        self._clock = clock
        self._offsets = job.offsets()
        self._looked_at = float("-inf")
        self._lock = threading.Lock()

    def to(self, partition: int) -> int:
        """Return the offset below which a partition is finished.

        Raises:
            FencedError: another job has taken over.
        """
        with self._lock:
            if self._clock() - self._looked_at >= LOOK_SECS:
                offsets, owners = self._ledger.read()
                check(owners, self._job.name)
                self._offsets |= offsets
                self._looked_at = self._clock()
            return self._offsets[partition]


def check(owners: frozenset[str], name: str) -> None:
    """Raise FencedError when another job has a part of the log: a claim takes all parts. Nobody's is everybody's."""
    if owners - {name}:
        raise FencedError("job", f"another one has taken over from {name}", "stop one of the two")


def claim(config: KafkaConfig, name: str) -> Job:
    """Take the log for a job: fence who writes, settle that one's last transaction, and put the name beside the offsets.

    Raises:
        FencedError: another job was quicker by a moment.
        BrokerError: the brokers cannot be reached.
    """
    writer = transactional_producer(config)
    try:
        starts = committed_offsets(config)
        places = {number: TopicPartition(topic_name(config, ARTICLES), number) for number in starts}
        with broker_errors(config):
            writer.begin_transaction()
            offsets = {places[number]: OffsetAndMetadata(offset, name, -1) for number, offset in starts.items()}
            writer.send_offsets_to_transaction(offsets, config.group_id)
            writer.commit_transaction()
    finally:
        writer.close(timeout=CLOSE_SECS)
    _wait_until_visible(config, name, tuple(starts))
    return Job(name, tuple(sorted(starts.items())))


def _wait_until_visible(config: KafkaConfig, name: str, partitions: tuple[int, ...]) -> None:
    """Wait for the broker to show what was committed: it answers before it has written its own note of it."""
    ledger, deadline = Ledger(config, partitions), time.monotonic() + VISIBLE_SECS
    try:
        while ledger.read()[1] != {name}:
            if time.monotonic() > deadline:
                raise BrokerError(config.bootstrap_servers, f"the name of job {name} does not appear", "start the job again")
            time.sleep(0.05)
    finally:
        ledger.close()

"""The process that submits a job to a cluster: it claims the log, hands the graph over, and watches from outside.

It holds no model and no index. What it knows of the job it reads from the brokers: how far the group has committed, how old the
first unfinished article is, and whether the log is still this job's.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from kafka import TopicPartition

from connectors import telemetry
from connectors.config import KafkaConfig
from connectors.errors import EngineError, FencedError, SanctionwireError
from connectors.kafka import broker_errors, consumer, topic_name
from connectors.telemetry import Meters
from connectors.topics import ARTICLES
from pipelines.claim import Job, Ledger, check

REPORT_SECS = 1.0
AGE_SECS = 5.0
POLL_TIMEOUT_MS = 500


class Director:
    """What is known of a job from outside; `close` it.

    Args:
        config: the brokers.
        job: which one.
        meters: where its lag is told.
        stall_after_secs: for how long nothing may be finished while something waits; a cluster that lost a worker may not notice.
    """

    def __init__(self, config: KafkaConfig, job: Job, meters: Meters, stall_after_secs: float) -> None:
        self._config = config
        self._stall_after_secs = stall_after_secs
        self._job = job
        self._meters = meters
        self._ledger = Ledger(config, tuple(job.offsets()))
        self._reader = consumer(config)
        self._places = {number: TopicPartition(topic_name(config, ARTICLES), number) for number in job.offsets()}
        self._reader.assign(list(self._places.values()))
        self._behind = 0.0
        self._done: dict[int, int] = {}
        self._moved_at: float | None = None
        self._still_secs = 0.0
        self._owners = frozenset((job.name,))
        self._reported_at = self._aged_at = float("-inf")

    def report(self, now: float) -> float:
        """Set the gauges of lag, and return the age in seconds of the oldest unfinished article; looks once a second.

        Args:
            now: seconds since 1970.
        """
        if now - self._reported_at >= REPORT_SECS:
            self._reported_at = now
            done, self._owners = self._ledger.read()
            with broker_errors(self._config):
                ends = self._reader.end_offsets(list(self._places.values()))
            self._note(done, now, is_idle=all(done.get(number, 0) >= ends[place] for number, place in self._places.items()))
            for number, place in self._places.items():
                self._meters.set(telemetry.LAG_RECORDS, max(0, ends[place] - done.get(number, 0)), ARTICLES.name, str(number))
            if now - self._aged_at >= AGE_SECS:
                self._aged_at = now
                open_ = {place: done.get(number, 0) for number, place in self._places.items() if done.get(number, 0) < ends[place]}
                self._behind = self._oldest(open_, now)
        return self._behind

    def failure(self) -> SanctionwireError | None:
        """Return why the job must end: the log belongs to another one, or it stands still with work to do."""
        try:
            check(self._owners, self._job.name)
        except FencedError as error:
            return error
        if self._still_secs > self._stall_after_secs:
            return EngineError("engine", f"has finished nothing for {self._still_secs:.0f} s", "see its workers; nothing is lost")
        return None

    def last_words(self) -> SanctionwireError | None:
        """Return why a job that has ended did so, as far as the log can tell."""
        self._owners = self._ledger.read()[1]
        return self.failure()

    def close(self) -> None:
        """Let the brokers go; the job runs on unless it was cancelled."""
        self._ledger.close()
        self._reader.close(autocommit=False)

    def _note(self, done: dict[int, int], now: float, *, is_idle: bool) -> None:
        """Note for how long nothing was finished while there was something to finish."""
        if is_idle or done != self._done or self._moved_at is None:
            self._done, self._moved_at = done, now
        self._still_secs = now - self._moved_at

    def _oldest(self, open_: dict[TopicPartition, int], now: float) -> float:
        """Return the age of the first record of the partitions that are not finished, and set their gauges."""
        ages = {place: self._age(place, open_[place], now) if place in open_ else 0.0 for place in self._places.values()}
        for place, age in ages.items():
            self._meters.set(telemetry.BEHIND_SECONDS, age, str(place.partition))
        return max(ages.values(), default=0.0)

    def _age(self, place: TopicPartition, offset: int, now: float) -> float:
        with broker_errors(self._config):
            self._reader.assign([place])
            self._reader.seek(place, offset)
            records = self._reader.poll(timeout_ms=POLL_TIMEOUT_MS, max_records=1).get(place, ())
        return max((now - record.timestamp / 1000 for record in records), default=0.0)


@contextmanager
def directing(config: KafkaConfig, job: Job, meters: Meters, stall_after_secs: float) -> Iterator[Director]:
    """Watch a job for the time of the context; see `Director`."""
    director = Director(config, job, meters, stall_after_secs)
    try:
        yield director
    finally:
        director.close()


def job_name(host: str, pid: int) -> str:
    """Return a name that no other submission has."""
    return f"{host}-{pid}-{time.time_ns()}"

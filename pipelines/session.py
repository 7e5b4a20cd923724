"""What one process of the job holds for as long as it runs: its writer, its readers, its memory, its pool.

An engine makes, copies and forgets `DoFn`s as it likes, so what must exist once stands here and is asked for by configuration. The
embedded engine runs the whole job in the process that opened the session; a worker of a cluster has a `pipelines.share` instead.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version
from itertools import count
from typing import Any

from kafka.errors import KafkaTimeoutError

from connectors import telemetry
from connectors.config import Config
from connectors.errors import EngineError, SanctionwireError
from connectors.spans import telling
from connectors.telemetry import Meters
from connectors.topics import ARTICLES
from pipelines.backlog import Backlog
from pipelines.claim import Job
from pipelines.dedupe import Copies
from pipelines.guarded import Guarded
from pipelines.history import History, remember
from pipelines.io import Committed, PartitionReader, Writer, committed_offsets, transactional_producer
from pipelines.order import Chain
from pipelines.progress import Progress
from pipelines.readers import Readers, Reading
from pipelines.share import share
from pipelines.tally import tally
from pipelines.trail import Trail
from pipelines.warm import Warm

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a process has made ready before it may write.

    Attributes:
        readers: the pool, which loads the model meanwhile; the session closes it.
        warm: the history, if it was followed; None to read it when the time has come.
    """

    readers: Readers
    warm: Warm | None = None


def readers_of(config: Config) -> Readers:
    """Return the pool that reads articles; its processes begin to load the model."""
    pipeline = config.pipeline
    return Readers(Reading(pipeline.model, pipeline.nlp_processes, pipeline.article_timeout_secs))


class Session:
    """One process's share of the job; `close` it.

    Args:
        config: all of it.
        meters: where the job counts.
        say: told what the cold start read.
        prepared: what is ready already; None for nothing.

    Raises:
        TopicError: a topic does not exist.
        BrokerError: the brokers cannot be reached.
        ModelError: the model cannot be loaded.
    """

    def __init__(self, config: Config, meters: Meters, say: Say, prepared: Prepared | None = None) -> None:
        self._config = config
        self._meters = meters
        warm = None if prepared is None else prepared.warm
        self._numbers = count(1) if warm is None else warm.numbers
        self._lock = threading.Lock()
        self._say = say
        self._backlog = Backlog()
        self._last = ExitStack()
        self._trail = Trail(self._last.enter_context(telling(config.telemetry, version("sanctionwire"))))
        self._partitions: dict[int, PartitionReader] = {}
        self.readers = readers_of(config) if prepared is None else prepared.readers
        self._producer = transactional_producer(config.kafka)
        self.starts = committed_offsets(config.kafka)
        history = self._remember(say) if warm is None else self._read_back(say, warm.complete)
        self.copies: Guarded[Copies] = Guarded(history.copies, lambda: self._remember(say).copies)
        self.chain: Guarded[Chain] = Guarded(history.chain, lambda: self._remember(say).chain)
        self.writer = Writer(config.kafka, self._producer, Progress(self.starts), frozenset(history.refused), self._count)
        if warm is None:
            say("loading the language model")
            self.readers.warm_up()

    def partition(self, number: int) -> PartitionReader:
        """Return the process's reader of a partition of `articles`."""
        with self._lock:
            if number not in self._partitions:
                done_to = partial(self.writer.progress.done_to, number)
                self._partitions[number] = PartitionReader(self._config.kafka, number, done_to)
            return self._partitions[number]

    def report(self, now: float) -> float:
        """Set the gauges of lag, and return the age in seconds of the oldest article that was read and is not finished.

        Args:
            now: seconds since 1970.
        """
        oldest, waiting = 0.0, 0
        for number, reader in list(self._partitions.items()):
            lag, behind = reader.lag(), reader.behind_secs(now)
            if lag is not None:
                self._meters.set(telemetry.LAG_RECORDS, lag, ARTICLES.name, str(number))
                waiting += lag
            self._meters.set(telemetry.BEHIND_SECONDS, behind, str(number))
            oldest = max(oldest, behind)
        if words := self._backlog.note(waiting, now):
            self._say(words)
        self._meters.set(telemetry.BACKLOG_SECONDS, self._backlog.seconds(now))
        return oldest

    def failure(self) -> SanctionwireError | None:
        """Return why the job must end: its writer could not go on, or does not come back."""
        return self.writer.failure or self.writer.overdue(time.monotonic())

    def last_words(self) -> SanctionwireError | None:
        """Return why a job that has ended did so, as far as the writer can tell."""
        return self.writer.failure

    def close(self) -> None:
        """End the pool and close what is open; an unfinished transaction is left for the next copy to settle."""
        self.readers.close()
        for reader in self._partitions.values():
            reader.close()
        with suppress(KafkaTimeoutError):  # a broker that is away cannot be waited for; nothing uncommitted counts
            self._producer.close(timeout=2)
        self._last.close()

    def _remember(self, say: Say) -> History:
        return self._read_back(say, lambda: remember(self._config, self._numbers, datetime.now(UTC)))

    def _read_back(self, say: Say, read: Callable[[], History]) -> History:
        """Return the history, and say how much it is and how long it took to read."""
        started = time.monotonic()
        history = read()
        seconds = time.monotonic() - started
        self._meters.set(telemetry.COLD_START_SECONDS, seconds)
        held = ", ".join(f"{number} {name}" for name, number in history.counts.items()) or "nothing"
        say(f"the log holds {held} (read in {seconds:.1f} s)")
        if history.unreadable:
            say(f"{history.unreadable} records of it are of a release that this one cannot read, and were passed over")
        return history

    def _count(self, committed: Committed) -> None:
        """Count what a transaction made visible."""
        now = time.time()
        tally(self._meters, committed, now)
        for article in committed.finished:
            self._trail.told(article, now)


class _Process:
    """The session of this process, while it has one."""

    def __init__(self) -> None:
        self.session: Session | None = None
        self.lock = threading.Lock()


_PROCESS = _Process()


@contextmanager
def opened(config: Config, meters: Meters, say: Say, prepared: Prepared | None = None) -> Iterator[Session]:
    """Open the process's session for the time of the context."""
    with _PROCESS.lock:
        _PROCESS.session = made = Session(config, meters, say, prepared)
    try:
        yield made
    finally:
        with _PROCESS.lock:
            _PROCESS.session = None
        made.close()


@dataclass(frozen=True, slots=True)
class Held:
    """Asks the process's session for one of the things it holds: what a stage is given, since it can be pickled.

    With a `job`, it is a cluster's, and a worker's share of it is asked.
    """

    config: Config
    name: str
    job: Job | None = None

    def __call__(self, *of: Any) -> Any:
        """Return the thing, or the one of several that `of` names."""
        holder = session() if self.job is None else share(self.config, self.job)
        thing = getattr(holder, self.name)
        return thing(*of) if of else thing


def session() -> Session:
    """Return the process's session.

    Raises:
        EngineError: the session was closed. A bundle that still runs then must not open another, which would fence a successor.
    """
    with _PROCESS.lock:
        if _PROCESS.session is None:
            raise EngineError("session", "has ended, and its job with it", "start the job again; nothing is lost")
        return _PROCESS.session

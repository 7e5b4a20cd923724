"""What one worker process of a job on a cluster holds: as much of a session as the steps that it is given ask for.

The engine decides which process runs which step. Reading and decoding, and the model, may run in any number of processes. The texts
of one language are compared in one, and the chain and the writer, which are under one key, are in exactly one: only there the
transactional producer is opened, and opening it fences whoever wrote before.

A cluster may start a job again by itself, from a checkpoint. What this process remembers is then of another time than the counters
in Beam's state (`pipelines.guarded`), so it is read from the log again. Articles that were committed after the checkpoint come
again and are told apart by their place in the log (`Once`), whatever the stages before have made of them.

Nothing secret travels in the graph: `for_workers` takes it out, and a worker takes it from its own configuration.
"""

import secrets
import threading
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version
from itertools import count

import structlog
from prometheus_client import CollectorRegistry

from connectors.config import Config, FeedsConfig, SubscribersConfig, WebConfig
from connectors.errors import SanctionwireError
from connectors.messages.alert import Alert
from connectors.messages.analysis import Analysis
from connectors.messages.story import Story
from connectors.spans import telling
from connectors.telemetry import Meters, Probes, answering
from pipelines.claim import Done, Job, Ledger, check
from pipelines.dedupe import Copies
from pipelines.guarded import Guarded
from pipelines.history import History, remember
from pipelines.io import Committed, PartitionReader, Writer, committed_offsets, transactional_producer
from pipelines.order import Chain
from pipelines.progress import Progress
from pipelines.readers import Readers, Reading
from pipelines.tally import tally
from pipelines.trail import Trail
from pipelines.work import Work

LOG = structlog.get_logger("sanctionwire")
EPOCH_BITS = 30
CLOSE_SECS = 2


@dataclass(slots=True)
class Once:
    """The first link of the chain on a cluster: what the log holds already is a repeat.

    Attributes:
        starts: below these offsets all is finished.
        told: (partition, offset) at or above them that have an analysis.
    """

    starts: dict[int, int]
    told: set[tuple[int, int]] = field(default_factory=set)

    def absorb(self, message: Analysis | Story | Alert) -> None:
        """Remember one analysis of the log."""
        if isinstance(message, Analysis) and message.position.offset >= self.starts.get(message.position.partition, 0):
            self.told.add((message.position.partition, message.position.offset))

    def tell(self, work: Work) -> Sequence[Work]:
        """Return the work, as a repeat if it was told before."""
        at = work.record.position
        is_told = (at.partition, at.offset) in self.told or at.offset < self.starts.get(at.partition, 0)
        return [replace(work, repeat=True, failure=None)] if is_told else [work]


class Share:
    """One worker's part of one job; everything is opened when it is first asked for. `close` it.

    Args:
        config: all of it, with this machine's secrets.
        job: whose part it is.
    """

    def __init__(self, config: Config, job: Job) -> None:
        self._config = config
        self._job = job
        self._registry = CollectorRegistry()
        self._meters = Meters(self._registry, version("sanctionwire"))
        self._numbers = count(1)
        self._lock = threading.RLock()
        self._stack = ExitStack()
        self._trail = Trail(self._stack.enter_context(telling(config.telemetry, version("sanctionwire"))))
        self._partitions: dict[int, PartitionReader] = {}
        self._done: Done | None = None
        self._readers: Readers | None = None
        self._copies: Guarded[Copies] | None = None
        self._chain: Guarded[Chain] | None = None
        self._writer: Writer | None = None

    def partition(self, number: int) -> PartitionReader:
        """Return the process's reader of a partition of `articles`.

        Raises:
            FencedError: another job has taken over; so does each reading later.
        """
        with self._lock:
            if self._done is None:
                ledger = Ledger(self._config.kafka, tuple(self._job.offsets()))
                self._stack.callback(ledger.close)
                self._done = Done(ledger, self._job)
            if number not in self._partitions:
                made = PartitionReader(self._config.kafka, number, partial(self._done.to, number))
                self._stack.callback(made.close)
                self._partitions[number] = made
            return self._partitions[number]

    @property
    def readers(self) -> Readers:
        """The process's pool, with its model loaded.

        Raises:
            ModelError: the model cannot be loaded.
        """
        with self._lock:
            if self._readers is None:
                pipeline = self._config.pipeline
                made = Readers(Reading(pipeline.model, pipeline.nlp_processes, pipeline.article_timeout_secs))
                self._stack.callback(made.close)
                made.warm_up()
                self._readers = made
            return self._readers

    @property
    def copies(self) -> Guarded[Copies]:
        """The process's memory of texts."""
        with self._lock:
            if self._copies is None:
                fresh = self._remember().copies
                self._copies = Guarded(
                    fresh, lambda: self._remember().copies, fold=with_language, epochs=partial(secrets.randbits, EPOCH_BITS)
                )
            return self._copies

    @property
    def chain(self) -> Guarded[Chain]:
        """The chain of steps; to be asked for it first makes this process the writer.

        Raises:
            FencedError: another job has taken over.
        """
        with self._lock:
            if self._chain is None:
                self._chain = Guarded(self._take_over(), self._take_over, epochs=partial(secrets.randbits, EPOCH_BITS))
                self._serve()
            return self._chain

    @property
    def writer(self) -> Writer:
        """The job's writer.

        Raises:
            SanctionwireError: the chain is in another process, which the graph does not allow.
        """
        if self._writer is None:
            raise SanctionwireError("writer", "is asked for where the chain is not", "report it, with the name of the engine")
        return self._writer

    def close(self) -> None:
        """End the pool and close what is open; an unfinished transaction is left for the next writer to settle."""
        with self._lock:
            if self._writer is not None:
                self._writer.producer.close(timeout=CLOSE_SECS)
            self._stack.close()

    def _take_over(self) -> Chain:
        """Fence who wrote before, read what that one has done, and begin to number anew; what it held back comes again."""
        with self._lock:
            kafka = self._config.kafka
            self._check()
            producer = transactional_producer(kafka)
            self._check()
            starts = committed_offsets(kafka)
            history = self._remember(Once(starts))
            if self._writer is not None:
                self._writer.producer.close(timeout=CLOSE_SECS)
            self._writer = Writer(kafka, producer, Progress(starts), frozenset(history.refused), self._count, job=self._job.name)
            self._writer.queue.due = next(self._numbers) + 1
            LOG.info(f"this worker writes for job {self._job.name}; the log holds {history.counts or 'nothing'}")
            return history.chain

    def _check(self) -> None:
        """Raise FencedError if the log belongs to another job."""
        ledger = Ledger(self._config.kafka, tuple(self._job.offsets()))
        try:
            check(ledger.read()[1], self._job.name)
        finally:
            ledger.close()

    def _remember(self, *first: Once) -> History:
        return remember(self._config, self._numbers, datetime.now(UTC), first=first)

    def _count(self, committed: Committed) -> None:
        now = time.time()
        tally(self._meters, committed, now)
        for article in committed.finished:
            self._trail.told(article, now)

    def _serve(self) -> None:
        """Answer with the job's counters; where another process of this machine answers already, this one goes without."""
        try:
            self._stack.enter_context(answering(self._config.telemetry, self._registry, Probes()))
        except (OSError, SanctionwireError) as error:
            LOG.warning(f"metrics are not served: {error}")


def with_language(held: Copies, fresh: Copies, language: str) -> Copies:
    """Return a memory of texts in which one language is as read from the log; the others are not to be disturbed."""
    held.taken = {**fresh.taken, **held.taken}
    held.indexes.pop(language, None)
    if language in fresh.indexes:
        held.indexes[language] = fresh.indexes[language]
    return held


def for_workers(config: Config) -> Config:
    """Return what workers need of a configuration, without secrets and without the edges."""
    kafka = replace(config.kafka, sasl_password=None, ssl_key_password=None)
    return replace(config, kafka=kafka, feeds=FeedsConfig(), web=WebConfig(), subscribers=SubscribersConfig())


def at_home(shipped: Config, own: Config | None) -> Config:
    """Return a shipped configuration with what only this machine knows: the login, the model's place, its cores and its port."""
    if own is None:
        return shipped
    login = {one.name: getattr(own.kafka, one.name) for one in fields(own.kafka) if one.name.startswith(("sasl_", "ssl_"))}
    pipeline = replace(shipped.pipeline, model=own.pipeline.model, nlp_processes=own.pipeline.nlp_processes)
    return replace(shipped, kafka=replace(shipped.kafka, **login), pipeline=pipeline, telemetry=own.telemetry)


class _Shares:
    """The shares of this process, one for each job that it has worked for."""

    def __init__(self) -> None:
        self.own: Config | None = None
        self.made: dict[str, Share] = {}
        self.lock = threading.Lock()


_SHARES = _Shares()


def share(shipped: Config, job: Job) -> Share:
    """Return this process's share of a job."""
    with _SHARES.lock:
        if job.name not in _SHARES.made:
            _SHARES.made[job.name] = Share(at_home(shipped, _SHARES.own), job)
        return _SHARES.made[job.name]


def settle_in(own: Config) -> None:
    """Tell this process, before its first bundle, what its own machine's configuration is."""
    _SHARES.own = own


def close_all() -> None:
    """Close every share of this process."""
    with _SHARES.lock:
        for made in _SHARES.made.values():
            made.close()
        _SHARES.made.clear()

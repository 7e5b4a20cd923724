"""The product in one screen: from articles on a topic to alerts on topics.

    Read articles -> Decode -> Find copies -> Annotate -> Follow stories, raise alerts -> Write
                                    |             |                  |                      |
                           one key a language   a pool of       one key, one order    one transaction:
                           (repeats, copies)    processes       (see pipelines.order)  results and offsets

Each stage takes `Work` and gives `Work`: an article with what has been found so far, or with the failure that makes it a dead
letter. Nothing is dropped on the way, so the last stage knows of every article that it is finished.
"""

import os
import socket
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from threading import Event
from typing import Protocol

import apache_beam as beam
from apache_beam.runners.runner import PipelineResult, PipelineState
from grpc import FutureTimeoutError, RpcError
from prometheus_client import CollectorRegistry

from connectors import telemetry
from connectors.config import Config, TelemetryConfig
from connectors.errors import EngineError, SanctionwireError
from connectors.telemetry import Meters, Probes
from pipelines.annotate import Annotate
from pipelines.claim import Job, claim
from pipelines.cluster import directing, job_name
from pipelines.coders import register_coders
from pipelines.decode import Decode
from pipelines.dedupe import FindCopies
from pipelines.engines import Engine, engine
from pipelines.io import ArticleLog, ReadArticles, Write
from pipelines.order import TellInOrder
from pipelines.session import Held, opened
from pipelines.share import for_workers
from pipelines.signals.en.look import speaks
from pipelines.standby import Copy, among_copies

WATCH_SECS = 0.2
SILENT_SECS = 30.0
Say = Callable[[str], None]


def monitor(pipeline: beam.Pipeline, config: Config, job: Job | None = None) -> beam.PCollection:
    """Build the graph, for this process or, with a job, for the workers of a cluster."""
    register_coders()
    held = partial(Held, config if job is None else for_workers(config), job=job)
    starts = held("starts") if job is None else job.offsets
    return (
        pipeline
        | "Read articles" >> ReadArticles(ArticleLog(starts, held("partition")), config.engine)
        | "Decode" >> Decode()
        | "Find copies" >> FindCopies(held("copies"), speaks)
        | "Annotate" >> Annotate(held("readers"))
        | "Follow stories, raise alerts" >> TellInOrder(held("chain"))
        | "Write" >> Write(held("writer"))
    )


def run(config: Config, say: Say, stop: Event) -> None:
    """Run the job until it is stopped.

    Args:
        config: all of it.
        say: told what goes on, a line at a time.
        stop: set to end the job.

    Raises:
        FencedError: another copy of the job has taken over.
        EngineError: the engine cannot be started, or it died.
        BrokerError: Kafka cannot be reached.
        ModelError: the model cannot be loaded.
    """
    registry = CollectorRegistry()
    with ExitStack() as stack:
        state = _State()
        _serve(config.telemetry, registry, state, stack)
        running = stack.enter_context(engine(config.engine, os.environ, say))
        work = _on_cluster if config.engine.kind == "cluster" else _here
        work(_Surroundings(config, Meters(registry, version("sanctionwire")), running, state, say, stop), stack)


@dataclass(frozen=True, slots=True)
class _Surroundings:
    """What a job needs of the process that runs it."""

    config: Config
    meters: Meters
    running: Engine
    state: "_State"
    say: Say
    stop: Event


def _here(around: _Surroundings, stack: ExitStack) -> None:
    """Run the job in this process, when it is this copy's turn."""
    config, running, state, say = around.config, around.running, around.state, around.say
    state.copy = copy = stack.enter_context(among_copies(config, around.meters, say))
    pipeline = beam.Pipeline(runner=running.runner, options=running.options)
    monitor(pipeline, config)
    pipeline.to_runner_api()  # the first translation is the slow one; a copy that stands by has time for it
    if not copy.waited(around.stop, running.is_alive):
        return
    session = stack.enter_context(opened(config, around.meters, say, copy.prepared))
    result = pipeline.run()
    say("reading articles; Ctrl-C ends")
    state.is_ready = True
    copy.works()
    _watch(result, running, session, around.stop, state)


def _on_cluster(around: _Surroundings, stack: ExitStack) -> None:
    """Claim the log, hand the job over, and watch it; a job that this process no longer watches is cancelled."""
    config, running = around.config, around.running
    job = claim(config.kafka, job_name(socket.gethostname(), os.getpid()))
    director = stack.enter_context(directing(config.kafka, job, around.meters, config.engine.stall_after_secs))
    pipeline = beam.Pipeline(runner=running.runner, options=running.options)
    monitor(pipeline, config, job)
    try:
        result = pipeline.run()
    except (RpcError, FutureTimeoutError) as error:
        raise EngineError("engine", "does not take the job", "see `sanctionwire check`; start the job again") from error
    stack.callback(_cancel, result)
    around.say(f"job {job.name} is submitted; Ctrl-C ends")
    around.state.is_ready = True
    _watch(result, running, director, around.stop, around.state)


def _cancel(result: PipelineResult) -> None:
    with suppress(RpcError):  # an engine that has ended
        result.cancel()


class Keeper(Protocol):
    """What knows how the job goes: its session, or from outside a cluster its director."""

    def report(self, now: float) -> float:
        """Set the gauges of lag, and return the age in seconds of the oldest unfinished article."""
        ...

    def failure(self) -> SanctionwireError | None:
        """Return why the job must end, if it must."""
        ...

    def last_words(self) -> SanctionwireError | None:
        """Return why a job that has ended did so, if that is known."""
        ...


@dataclass(slots=True)
class _State:
    """What the probes are told: whether the job has started, and how far behind it is.

    A copy that stands by does its work by waiting: it is ready, and fresh as long as it follows the log.
    """

    is_ready: bool = False
    behind_secs: float = 0.0
    copy: Copy | None = None

    def not_ready(self) -> tuple[str, ...]:
        stands_by = self.copy is not None and self.copy.stands_by
        return () if self.is_ready or stands_by else ("the job has not started",)

    def late(self, within_secs: float) -> tuple[str, ...]:
        return (*self.not_ready(), *self._late(within_secs))

    def _late(self, within_secs: float) -> tuple[str, ...]:
        unheard = 0.0 if self.copy is None else self.copy.behind_secs()
        if unheard > within_secs:
            return (f"the log has not been followed for {unheard:.0f} s",)
        return (f"an article has waited for {self.behind_secs:.0f} s",) if self.behind_secs > within_secs else ()


def _serve(config: TelemetryConfig, registry: CollectorRegistry, state: _State, stack: ExitStack) -> None:
    """Answer probes and metrics, if a port is configured."""
    probes = Probes(not_ready=state.not_ready, not_fresh=lambda: state.late(config.fresh_within_secs))
    stack.enter_context(telemetry.answering(config, registry, probes))


def _watch(result: PipelineResult, running: Engine, keeper: Keeper, stop: Event, state: _State) -> None:
    """Wait until the job is stopped, saying how late it is, and raise if it ends by itself."""
    heard_at = time.monotonic()
    while not stop.wait(WATCH_SECS):
        state.behind_secs = keeper.report(time.time())
        failure = keeper.failure()
        if failure is not None:
            raise failure
        if state.copy is not None:
            state.copy.check()
        if not running.is_alive():
            raise EngineError("engine", "its process has ended", "start the job again; nothing is lost")
        job = _state_of(result)
        heard_at = time.monotonic() if job != PipelineState.UNKNOWN else heard_at
        if time.monotonic() - heard_at > SILENT_SECS:
            raise EngineError("engine", f"has not answered for {SILENT_SECS:g} s", "start the job again; nothing is lost")
        if PipelineState.is_terminal(job):
            ended = EngineError("engine", f"the job ended as {job}", "see the log; start the job again, nothing is lost")
            raise keeper.last_words() or ended
    result.cancel()


def _state_of(result: PipelineResult) -> str:
    """Return the job's state; an engine that no longer answers is looked at again, since its process may be ending."""
    try:
        return str(result.state)
    except RpcError:
        return str(PipelineState.UNKNOWN)

"""Tell articles one after another, in one order for the whole job.

Stories and alerts are small and know each other across all articles, so they live under one key. Each article passes a chain of
steps there; what leaves the chain gets a number, and the writer commits by that number, so that version 2 of an alert is never
visible before version 1, in whatever order an engine runs its bundles.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from heapq import heappop, heappush
from itertools import count
from typing import Any, Generic, Protocol, TypeVar

import apache_beam as beam
import structlog
from apache_beam.coders import VarIntCoder
from apache_beam.transforms.userstate import ReadModifyWriteStateSpec

from connectors.errors import MessageError
from connectors.messages.alert import Alert
from connectors.messages.analysis import Analysis
from connectors.messages.story import Story
from connectors.trace import trace_id_of
from pipelines.finish import Finished, finished
from pipelines.guarded import Guarded
from pipelines.work import Failure, Work

Item = TypeVar("Item")
ONE_KEY = "all"
LOG = structlog.get_logger(__name__)


class Step(Protocol):
    """One link of the chain: logic and memory of one stage."""

    def tell(self, work: Work) -> Sequence[Work]:
        """Take one article and return what may go on: that article; none when it has to wait; more when it ends a wait."""
        ...

    def absorb(self, message: Analysis | Story | Alert) -> None:
        """Remember one message of the log (a cold start)."""
        ...


@dataclass(slots=True)
class Chain:
    """The steps in their order, and the number of the next article that leaves them."""

    steps: tuple[Step, ...]
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def absorb(self, message: Analysis | Story | Alert) -> None:
        """Let every step remember one message of the log."""
        for step in self.steps:
            step.absorb(message)

    def tell(self, work: Work) -> list[Work]:
        """Pass one article through every step and number what comes out."""
        ready = [work]
        for step in self.steps:
            ready = [told for waiting in ready for told in _told(step, waiting)]
        return [replace(told, sequence=next(self.numbers)) for told in ready]


def _told(step: Step, work: Work) -> Sequence[Work]:
    """Return what a step makes of an article; an error in it fails the article, not the stream, which would meet it again."""
    try:
        return step.tell(work)
    except Exception as error:
        name = type(step).__name__
        LOG.exception("a step failed", step=name, article=work.record.position, trace_id=trace_id_of(work.traceparent))
        return [replace(work, failure=Failure.of(name, error))]


@dataclass(slots=True)
class Resequencer(Generic[Item]):
    """Hand numbered items out in the order of their numbers, holding back what came early."""

    due: int = 1
    early: list[tuple[int, Item]] = field(default_factory=list)

    def offer(self, number: int, item: Item) -> list[Item]:
        """Take one item and return all that are now due, in order. A number is offered once."""
        heappush(self.early, (number, item))
        ready = []
        while self.early and self.early[0][0] == self.due:
            ready.append(heappop(self.early)[1])
            self.due += 1
        return ready


class _TellInOrder(beam.DoFn):  # type: ignore[misc]
    """Run the chain under one key. The state is one counter for the job, so it never has to expire."""

    VERSION = ReadModifyWriteStateSpec("version", VarIntCoder())

    def __init__(self, memory: Callable[[], Guarded[Chain]]) -> None:
        self._memory = memory

    def process(self, keyed: tuple[str, Work], version: Any = beam.DoFn.StateParam(VERSION)) -> Iterator[Finished]:
        key, work = keyed
        memory = self._memory()
        with memory.at(key, version.read()) as chain:
            told = chain.tell(work)
        version.write(memory.advanced(key))
        yield from map(_finished, told)


class TellInOrder(beam.PTransform):  # type: ignore[misc]
    """Pass every article through the chain of steps, one after another; what comes out is finished.

    Args:
        memory: gives the process's chain with what its steps remember.
    """

    def __init__(self, memory: Callable[[], Guarded[Chain]]) -> None:
        super().__init__()
        self._memory = memory

    def expand(self, works: beam.PCollection) -> beam.PCollection:
        return (
            works
            | "Key as one" >> beam.Map(_as_one).with_output_types(tuple[str, Work])
            | "Tell" >> beam.ParDo(_TellInOrder(self._memory)).with_output_types(Finished)
        )


def _finished(work: Work) -> Finished:
    """Return what work leaves; what is too large to be published is a dead letter, or the job would meet it at each start."""
    try:
        return finished(work)
    except MessageError as error:
        return finished(replace(work, failure=Failure.of("Write", error)))


def _as_one(work: Work) -> tuple[str, Work]:
    return ONE_KEY, work

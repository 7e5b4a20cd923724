"""The read model kept up with the topics: a thread that reads, applies and commits, and tells what changed.

A transaction holds what one fetch brought, so that a single alert is seen at once; of a backlog, thousands of records. When the
positions do not fit the topics any more (topics made anew, a partition that was cut short), the model is filled from the beginning.
"""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from connectors.config import KafkaConfig
from connectors.errors import MessageError
from connectors.kafka import Stored, bounds, follow
from connectors.messages.analysis import Position
from connectors.subscribers.readmodel.batch import Changed
from connectors.subscribers.readmodel.model import FOLLOWED, Model
from connectors.subscribers.readmodel.schema import remove
from connectors.subscribers.words import NO_NAMES, Names
from connectors.topics import ALERTS_THREAT, ANALYSES
from connectors.watchlists.base import NOBODY, Watch

PRUNE_EVERY_SECS = 600.0
TELL_EVERY_SECS = 10.0
BACKLOG_AT_ONCE = 4_000  # records of a backlog in a transaction: the index is written in order, and few alerts twice
BACKLOG_SECS = 2.0  # or as many as come in this time
Bounds = Mapping[tuple[str, int], tuple[int, int]]


def starts(known: Sequence[Position], there: Bounds) -> tuple[Position, ...] | None:
    """Return where to begin in each partition; None if what is known does not fit what is there.

    Args:
        known: the next record wanted of each partition that was read.
        there: first and end offset of each partition.
    """
    places = {(position.topic, position.partition): position.offset for position in known}
    if any(place not in there or offset > there[place][1] for place, offset in places.items()):
        return None
    return tuple(
        Position(topic=topic, partition=partition, offset=max(first, places.get((topic, partition), first)))
        for (topic, partition), (first, _) in there.items()
    )


class Filler:
    """Fills a read model.

    Args:
        kafka: the brokers.
        path: the model's file.
        names: reference names of states and unions by id.
        tell: takes the alerts that changed, in order; called by the filling thread, and only once the backlog has been read.
        say: takes narration.
        watch: says who in an alert may be on a watchlist.
    """

    def __init__(
        self,
        kafka: KafkaConfig,
        path: Path,
        tell: Callable[[Sequence[Changed]], None],
        say: Callable[[str], None],
        names: Names = NO_NAMES,
        watch: Watch = NOBODY,
    ) -> None:
        self._kafka = kafka
        self._path = path
        self._names = names
        self._watch = watch
        self._tell = tell
        self._say = say
        self._lock = threading.Condition()
        self._reached: dict[tuple[str, int], int] = {}
        self._ends: dict[tuple[str, int], int] = {}
        self._model: Model | None = None
        self._pruned_at = self._told_at = self._committed_at = time.monotonic()

    def prepare(self, *, rebuild: bool = False) -> None:
        """Open the file, and find where to begin.

        Raises:
            SanctionwireError: the file cannot be used, a topic does not exist, or no broker answers.
        """
        there = bounds(self._kafka, FOLLOWED)
        if rebuild:
            remove(self._path)
        self._model = self._opened()
        places = starts(self._model.positions(), there)
        if places is None:
            self._say("the read model does not fit the topics any more; it is filled from the beginning")
            self._model.close()
            remove(self._path)
            self._model = self._opened()
            places = starts((), there) or ()
        self._ends = {place: end for place, (_, end) in there.items()}
        self._reached = {(place.topic, place.partition): place.offset for place in places}

    def run(self, is_stopped: Callable[[], bool]) -> None:
        """Read, apply and commit until stopped; `prepare` comes first.

        Raises:
            SanctionwireError: the brokers refuse us, or a topic is gone.
        """
        model = self._model
        if model is None:
            raise RuntimeError("prepare first")
        places = [Position(topic=topic, partition=part, offset=offset) for (topic, part), offset in self._reached.items()]

        def reached(offsets: Mapping[tuple[str, int], int]) -> None:
            if self._is_due(model, offsets):
                self._commit(model, offsets)

        try:
            for stored in follow(self._kafka, FOLLOWED, start=places, is_stopped=is_stopped, reached=reached):
                model.apply(stored)
        finally:
            model.close()

    def backlog(self) -> int:
        """Return how many records of the backlog at the start are still unread."""
        with self._lock:
            return self._left(self._reached)

    def wait_for(self, position: Position, timeout_secs: float) -> bool:
        """Wait until the record at a position counts; say whether it does."""
        place = (position.topic, position.partition)
        with self._lock:
            return self._lock.wait_for(lambda: self._reached.get(place, 0) > position.offset, timeout_secs)

    def _left(self, reached: Mapping[tuple[str, int], int]) -> int:
        return sum(max(0, end - reached.get(place, 0)) for place, end in self._ends.items())

    def _is_due(self, model: Model, offsets: Mapping[tuple[str, int], int]) -> bool:
        """Whether to commit: at once, but for a backlog."""
        is_long = time.monotonic() - self._committed_at >= BACKLOG_SECS
        return model.waiting >= BACKLOG_AT_ONCE or is_long or not self._left(offsets)

    def _opened(self) -> Model:
        return Model(self._path, self._names, self._passed_over, self._watch)

    def _commit(self, model: Model, offsets: Mapping[tuple[str, int], int]) -> None:
        changed, was_behind = model.commit(), self.backlog() > 0
        with self._lock:
            self._reached = dict(offsets)
            self._committed_at = time.monotonic()
            self._lock.notify_all()
        self._narrate(was_behind=was_behind)
        if changed and not was_behind:
            self._tell(changed)
        now = time.monotonic()
        if now - self._pruned_at > PRUNE_EVERY_SECS:
            self._pruned_at = now
            self._prune(model)

    def _narrate(self, *, was_behind: bool) -> None:
        left, now = self.backlog(), time.monotonic()
        if was_behind and left == 0:
            self._say("the read model is up to date")
        elif left and now - self._told_at > TELL_EVERY_SECS:
            self._told_at = now
            self._say(f"filling the read model: {left} records to go")

    def _prune(self, model: Model) -> None:
        now_ms = int(datetime.now(UTC).timestamp() * 1000)
        model.prune(now_ms - ALERTS_THREAT.retention_ms, now_ms - ANALYSES.retention_ms)

    def _passed_over(self, stored: Stored, error: MessageError) -> None:
        self._say(f"passed over {stored.position.topic} offset {stored.position.offset}: {error}")

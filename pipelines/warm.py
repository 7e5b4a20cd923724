"""A history that stays warm: a copy that waits reads the log once, and then follows what the working copy adds.

What it remembers at the end is what a cold start would read, and three things make it so:

- An article's alerts must be known before its analysis is entered (`pipelines.alerts.step`), and the working copy goes on writing.
  The log is read up to the analyses that were there before its alerts were read. Later, topics are read side by side, and an
  analysis whose alerts have not come yet waits for them, as does every analysis after it.
- An alert that goes under another id, or comes back under its own, moves what others tell from one alert to another, which only the
  working copy does. The log says the result, so it is read anew, in peace, while the copy still waits.
- What the working copy forgets with time is forgotten here by reading anew once a day.

Assumes that `complete` is called after the predecessor was fenced, as a cold start assumes it.
"""

import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from connectors.config import Config
from connectors.kafka import Stored, bounds, follow, read_all
from connectors.messages.alert import Alert
from connectors.messages.analysis import Analysis, Position
from connectors.messages.story import Story
from connectors.topics import ALERT_TOPICS, ANALYSES, DEAD_LETTERS, STORIES, Topic
from pipelines.alerts.step import RaiseAlerts
from pipelines.history import History, blank, remember

PATIENCE_SECS = 10.0  # an analysis waits no longer for an alert, which may have been too old to be kept
READ_ANEW_SECS = timedelta(days=1).total_seconds()
REST_SECS = 60.0  # between two readings of the whole log, and ten times as long as one takes
FOLLOWED: tuple[Topic, ...] = (*ALERT_TOPICS.values(), ANALYSES, DEAD_LETTERS, STORIES)
Places = Mapping[tuple[str, int], int]


@dataclass(slots=True)
class Warm:
    """The history of a copy that waits.

    Attributes:
        config: brokers and windows.
        numbers: what the chain numbers articles with.
        clock: the time, with a zone.
        seconds: a clock that only goes forward.
        history: as far as it has been followed.
        places: the next record wanted of each (topic, partition).
        waiting: analyses that wait for alerts, and since when.
        is_stale: whether only reading anew can tell what the log says.
        followed_at: when the log was last followed to what the brokers had, by `seconds`.
        read_at, read_secs: when the log was last read as a whole, and how long it took.
    """

    config: Config
    numbers: Iterator[int]
    clock: Callable[[], datetime]
    seconds: Callable[[], float] = time.monotonic
    history: History = field(init=False)
    places: Places = field(default_factory=dict)
    waiting: deque[tuple[float, Analysis]] = field(default_factory=deque)
    is_stale: bool = False
    followed_at: float = 0.0
    read_at: float = 0.0
    read_secs: float = 0.0

    def __post_init__(self) -> None:
        self.history = blank(self.config, self.numbers)
        self.followed_at = self.seconds()

    def read(self) -> None:
        """Read the whole log.

        Raises:
            BrokerError: it cannot be read.
        """
        self.read_at = self.seconds()
        self.history = blank(self.config, self.numbers)  # let go of the old one first
        self.waiting.clear()
        places: dict[tuple[str, int], int] = {}
        ends = {place: end for place, (_, end) in bounds(self.config.kafka, (ANALYSES, DEAD_LETTERS)).items()}
        read = partial(read_all, until=ends, reached=places.update)
        self.history = remember(self.config, self.numbers, self.clock(), read)
        self.places, self.is_stale = places, False
        self.followed_at = self.seconds()
        self.read_secs = self.followed_at - self.read_at

    def follow(self, is_stopped: Callable[[], bool]) -> None:
        """Follow the log until it is stopped; `is_stopped` is asked about four times a second.

        Raises:
            BrokerError: no broker answers at the start, or it refuses.
        """
        while not is_stopped():
            if self.is_due():
                self.read()
            start = positions(self.places)
            for stored in follow(
                self.config.kafka,
                FOLLOWED,
                start=start,
                is_stopped=lambda: is_stopped() or self.is_due(),
                reached=self._reached,
            ):
                self.absorb(stored)

    def is_due(self) -> bool:
        """Whether the log has to be read anew."""
        passed = self.seconds() - self.read_at
        return passed > READ_ANEW_SECS or (self.is_stale and passed > max(REST_SECS, 10 * self.read_secs))

    def complete(self) -> History:
        """Read what the log holds beyond what was followed, and return the history that a cold start would read.

        Raises:
            BrokerError: it cannot be read.
        """
        for stored in read_all(self.config.kafka, FOLLOWED, since=positions(self.places)):
            self.absorb(stored)
        self._enter_waiting(patience=0.0)
        if self.is_stale:
            self.read()
        return self.history

    def absorb(self, stored: Stored) -> None:
        """Remember one record of the log, or let it wait for others."""
        message = self.history.decoded(stored)
        if isinstance(message, Analysis):
            self.waiting.append((self.seconds(), message))
        elif message is not None:
            self._enter(message)
        self._enter_waiting(PATIENCE_SECS)

    def _reached(self, places: Places) -> None:
        self.places, self.followed_at = dict(places), self.seconds()
        self._enter_waiting(PATIENCE_SECS)

    def _enter_waiting(self, patience: float) -> None:
        """Enter the analyses at the head of the queue whose alerts are known, or that have waited long enough."""
        while self.waiting and (self._knows(self.waiting[0][1]) or self.seconds() - self.waiting[0][0] >= patience):
            self.history.enter(self.waiting.popleft()[1])

    def _knows(self, analysis: Analysis) -> bool:
        return all(id_ in self._book.alerts for id_ in analysis.alert_ids)

    def _enter(self, message: Alert | Story) -> None:
        if isinstance(message, Alert):
            known = self._book.alerts.get(message.id)
            self.is_stale |= known is not None and known.superseded_by != message.superseded_by
        self.history.enter(message)

    @property
    def _book(self) -> RaiseAlerts:
        return next(step for step in self.history.chain.steps if isinstance(step, RaiseAlerts))


def positions(places: Places) -> tuple[Position, ...]:
    """Return places as positions of the log."""
    return tuple(Position(topic=topic, partition=partition, offset=offset) for (topic, partition), offset in places.items())

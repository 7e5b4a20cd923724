"""What the desk does not hold is read from the log again, by a thread of its own, so that nobody waits for it meanwhile.

Two kinds of question: the next records for a receiver that is behind, and versions of alerts that somebody wants told after all. A
version that a newer one has replaced may be gone, since the alert topics are compacted; then the answer is None.
"""

import queue
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TypeAlias

from connectors.config import KafkaConfig
from connectors.errors import MessageError
from connectors.kafka import Stored, read_all, read_at, read_some, topic_name
from connectors.messages.alert import Alert
from connectors.messages.analysis import Position
from connectors.messages.delivery import Delivery
from connectors.subscribers.reader import read_messages
from connectors.topics import ALERT_TOPICS
from connectors.trace import carried

CHUNK = 500  # records for a receiver that is behind, in one reading
PIECE = 50  # of them in one answer: what the deciding thread takes in before it looks at others


@dataclass(frozen=True, slots=True)
class Behind:
    """A receiver that is behind, and from where to read on for it."""

    receiver: str
    places: tuple[Position, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """What was read for a receiver: alerts (None for what is none) with places and traces; with the last piece, how far."""

    receiver: str
    alerts: tuple[tuple[Alert | None, Position, str], ...]
    reached: tuple[Position, ...] | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """The versions that somebody asked for, each with where it stands; None if it is gone."""

    versions: tuple[tuple[Delivery, "Version | None"], ...]


Version: TypeAlias = tuple[Alert, Position, str]  # with its place and its trace
Question: TypeAlias = Behind | tuple[Delivery, ...]
Answer: TypeAlias = Piece | Found | BaseException


class Lookups:
    """Answers questions, one after another.

    Args:
        kafka: the brokers.
        tell: takes each answer, and what broke the thread; may wait.
        on_bad: told of records that are no alerts.
    """

    def __init__(self, kafka: KafkaConfig, tell: Callable[[Answer], None], on_bad: Callable[[Stored, MessageError], None]) -> None:
        self._kafka = kafka
        self._tell = tell
        self._on_bad = on_bad
        self._questions: queue.Queue[Question | None] = queue.Queue()
        self._thread = threading.Thread(target=self._run, name="read again", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End after the question at hand."""
        self._questions.put(None)

    def join(self, timeout_secs: float) -> None:
        """Wait for that."""
        self._thread.join(timeout_secs)

    def ask(self, question: Question) -> None:
        """Take a question."""
        self._questions.put(question)

    def _run(self) -> None:
        try:
            while (question := self._questions.get()) is not None:
                if isinstance(question, Behind):
                    self._read_on(question)
                else:
                    self._tell(Found(find(self._kafka, question, self._on_bad)))
        except Exception as error:  # noqa: BLE001 -- the thread that decides raises it
            self._tell(error)

    def _read_on(self, question: Behind) -> None:
        records, reached = read_some(self._kafka, ALERT_TOPICS.values(), question.places, CHUNK)
        alerts = [(next(read_messages(Alert, [one], self._on_bad), None), one.position, carried(one.headers)) for one in records]
        for start in range(0, len(alerts), PIECE):
            self._tell(Piece(question.receiver, tuple(alerts[start : start + PIECE])))
        self._tell(Piece(question.receiver, (), reached))


def find(
    kafka: KafkaConfig, deliveries: Sequence[Delivery], on_bad: Callable[[Stored, MessageError], None]
) -> tuple[tuple[Delivery, Version | None], ...]:
    """Return, for each delivery, the version that it is of with its place, None if it is no longer in the log.

    What does not say where its version stands is looked for in all of the alert topics, which takes its time.

    Raises:
        BrokerError: the brokers cannot be reached.
    """
    places: dict[str, list[tuple[int, int]]] = {}
    for one in deliveries:
        if one.position is not None:
            places.setdefault(one.position.topic, []).append((one.position.partition, one.position.offset))
    rows = {topic_name(kafka, row): row for row in ALERT_TOPICS.values()}
    records = [read_at(kafka, rows[topic], at) for topic, at in places.items() if topic in rows]
    lost = {one.alert_id.encode() for one in deliveries if one.position is None}
    if lost:
        records.append(one for one in read_all(kafka, ALERT_TOPICS.values()) if one.key in lost)
    found: dict[tuple[str, int], Version] = {}
    for stored in chain.from_iterable(records):
        for alert in read_messages(Alert, [stored], on_bad):
            found[alert.id, alert.version] = (alert, stored.position, carried(stored.headers))
    return tuple((one, found.get((one.alert_id, one.alert_version))) for one in deliveries)

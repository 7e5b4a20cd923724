"""The service that takes alerts to receivers: the log in, one thread that decides, one thread for each receiver, the log of
deliveries out.

    alerts.*, silences ─► reader ─► inbox ─► Desk (decides) ─► queue of each receiver ─► worker ─► the world
                                      ▲                                                     │
                                      └───────────────────── what became of it ◄────────────┘ ─► deliveries, committed place

At least once: a delivery is noted on `deliveries` after the receiver took it, and the place in the log moves on after that note is
safe. A process killed between the two delivers once more, under the same idempotency key. The first start begins at the end of the
alert topics, and says so to the broker before anything else.
"""

import queue
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import structlog

from connectors.config import Config, KafkaConfig
from connectors.errors import MessageError
from connectors.kafka import Places, Stored, broker_errors, follow, producer, publish, read_all, topic_name
from connectors.messages.alert import Alert
from connectors.messages.analysis import Position
from connectors.messages.codec import encode
from connectors.messages.delivery import Delivery
from connectors.spans import Spans
from connectors.subscribers.deliveries import Decision
from connectors.subscribers.desk import Desk, only_newest
from connectors.subscribers.inhibition import Inhibitors, rules_of
from connectors.subscribers.reader import read_messages
from connectors.subscribers.receivers import Notification, Outcome, Receiver
from connectors.subscribers.routing import Router, repeats, tree_of
from connectors.subscribers.silences import silences_of
from connectors.subscribers.workers import Worker
from connectors.telemetry import DELIVERIES as DELIVERIES_METRIC
from connectors.telemetry import DELIVERIES_WAITING, DELIVERY_SECONDS, Meters
from connectors.topics import ALERT_TOPICS, DELIVERIES, SILENCES
from connectors.trace import carried, trace_id_of, with_trace
from connectors.watchlists.base import NOBODY, Watch

LOG = structlog.get_logger(__name__)
COMMIT_SECS = 1.0
IDLE_SECS = 0.5
INBOX = 1_000
STOP_SECS = 2.0


@dataclass(frozen=True, slots=True)
class _Told:
    """What a worker reports."""

    notification: Notification
    outcome: Outcome | None
    attempts: int


class Dispatch:
    """Runs until it is stopped.

    Args:
        config: brokers, receivers and routes.
        receivers: by name.
        meters: the metrics.
        narrate: takes lines for people.
        stop: ends it.
        jitter: gives a number from 0 to 1.
        clock: the time, with a zone.
        spans: told of each delivery.
        watch: says who in an alert may be on a watchlist.
    """

    def __init__(
        self,
        config: Config,
        receivers: dict[str, Receiver],
        meters: Meters,
        narrate: Callable[[str], None],
        stop: threading.Event,
        jitter: Callable[[], float],
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        spans: Spans = Spans(),  # noqa: B008 -- it has no state
        watch: Watch = NOBODY,
    ) -> None:
        self._config = config
        self._spans = spans
        self._meters = meters
        self._narrate = narrate
        self._stop = stop
        self._clock = clock
        self._inbox: queue.Queue[Stored | _Told | BaseException] = queue.Queue(INBOX)
        attempts = {one.name: one.max_attempts for one in config.subscribers.receivers}
        self._workers = {
            name: Worker(name, receiver, attempts.get(name, 8), jitter, self._report, self._retried)
            for name, receiver in receivers.items()
        }
        subscribers = config.subscribers
        self._desk = Desk(
            Router(tree_of(subscribers)), Inhibitors(rules_of(subscribers.inhibit_rules)), on_muted=self._muted, watch=watch
        )
        self._committed: tuple[Position, ...] = ()
        self._sent: list[Any] = []  # futures of notes that are not known to be safe

    def run(self) -> None:
        """Deliver until stopped.

        Raises:
            BrokerError: a topic is missing, or the brokers cannot be reached at the start or refuse.
        """
        kafka = self._config.kafka
        with (
            broker_errors(kafka),
            closing(Places(kafka, self._config.subscribers.group_id)) as places,
            closing(producer(kafka)) as notes,
        ):
            start = places.read(ALERT_TOPICS.values())
            places.write(start)
            self._restore(kafka)
            reader = threading.Thread(target=self._read, args=(start,), name="read alerts", daemon=True)
            reader.start()
            for worker in self._workers.values():
                worker.start()
            self._narrate(f"delivering to {len(self._workers)} receivers from {kafka.bootstrap_servers}; Ctrl-C ends")
            try:
                self._work(notes, places)
            finally:
                self._stop.set()
                self._end_workers()
                self._note_the_last(notes)
                self._commit(notes, places)
                reader.join(STOP_SECS)

    def _end_workers(self) -> None:
        """End the workers, all together; what one has still in hand then comes again after the next start."""
        for worker in self._workers.values():
            worker.stop()
        until = time.monotonic() + STOP_SECS
        for worker in self._workers.values():
            worker.join(max(0.0, until - time.monotonic()))

    def _restore(self, kafka: KafkaConfig) -> None:
        """Read what holds: silences, what receivers have, and alerts where they inhibit or are repeated."""
        self._desk.silences.update(silences_of(read_all(kafka, [SILENCES]), self._pass_over))
        for delivery in read_messages(Delivery, read_all(kafka, [DELIVERIES]), self._pass_over):
            self._desk.log.note(delivery)
        subscribers = self._config.subscribers
        if subscribers.inhibit_rules or repeats(self._desk.router.root):
            known = read_messages(Alert, read_all(kafka, ALERT_TOPICS.values()), self._pass_over)
            for alert in only_newest(known):
                self._desk.know(alert, self._clock())

    def _read(self, start: Iterable[Position]) -> None:
        silences = Position(topic=topic_name(self._config.kafka, SILENCES), partition=0, offset=0)
        topics = [SILENCES, *ALERT_TOPICS.values()]
        try:
            for stored in follow(self._config.kafka, topics, start=(silences, *start), is_stopped=self._stop.is_set):
                self._put(stored)
        except Exception as error:  # noqa: BLE001 -- the thread that decides raises it
            self._put(error)

    def _put(self, item: Stored | _Told | BaseException) -> None:
        while True:
            with suppress(queue.Full):
                self._inbox.put(item, timeout=0.2)
                return
            if self._stop.is_set() and isinstance(item, Stored):
                return

    def _work(self, notes: Any, places: "Places") -> None:
        committed_at = self._clock()
        while not self._stop.is_set():
            for item in self._items():
                self._take(item, notes)
            for notification in self._desk.ready(self._clock(), lambda name: self._workers[name].room()):
                self._workers[notification.receiver].put(notification)
            if (self._clock() - committed_at).total_seconds() >= COMMIT_SECS:
                self._commit(notes, places)
                committed_at = self._clock()

    def _items(self) -> Iterable[Stored | _Told | BaseException]:
        """Return what has come, after waiting for it until something is due."""
        due_at = self._desk.next_due()
        wait = IDLE_SECS if due_at is None else min(IDLE_SECS, max(0.0, (due_at - self._clock()).total_seconds()))
        found: list[Stored | _Told | BaseException] = []
        with suppress(queue.Empty):
            found.append(self._inbox.get(timeout=max(wait, 0.001)))
            while len(found) < INBOX:
                found.append(self._inbox.get_nowait())
        return found

    def _take(self, item: Stored | _Told | BaseException, notes: Any) -> None:
        if isinstance(item, BaseException):
            raise item
        if isinstance(item, _Told):
            self._note(item, notes)
        elif item.topic == SILENCES:
            self._desk.silences.update(silences_of([item], self._pass_over))
        else:
            self._alert(item)

    def _alert(self, stored: Stored) -> None:
        alerts = list(read_messages(Alert, [stored], self._pass_over))
        if not alerts:
            self._desk.pass_over(stored.position)
        for alert in alerts:
            self._desk.take(alert, stored.position, self._clock(), carried(stored.headers))

    def _note(self, told: _Told, notes: Any) -> None:
        now = self._clock()
        notification = told.notification
        traces = dict(zip((alert.id for alert in notification.alerts), notification.traceparents, strict=False))
        for record in self._desk.told(notification, told.outcome, told.attempts, now):
            topic, traceparent = topic_name(self._config.kafka, DELIVERIES), traces.get(record.alert_id, "")
            self._sent.append(publish(notes, topic, with_trace(encode(record), traceparent), int(now.timestamp() * 1000)))
            self._trace(record, traceparent, notification.received_at)
        self._meters.count(DELIVERIES_METRIC, notification.receiver, "sent" if told.outcome is None else "dead")
        if told.outcome is None:
            waited = (now - notification.received_at).total_seconds()
            self._meters.observe(DELIVERY_SECONDS, waited, notification.receiver)
        else:
            ids = ", ".join(alert.id for alert in notification.alerts[:3])
            self._narrate(f"{notification.receiver}: gave up alert {ids} after {told.attempts} tries: {told.outcome.error}")

    def _trace(self, record: Delivery, traceparent: str, received_at: datetime) -> None:
        """Tell the delivery as a span, and to the log where it was given up."""
        key = f"{record.receiver}.{record.alert_id}.{record.alert_version}.{record.repeats}"
        told: dict[str, Any] = {
            "receiver": record.receiver,
            "alert": record.alert_id,
            "version": record.alert_version,
            "status": record.status,
        }
        self._spans.told("deliver", traceparent, received_at.timestamp(), record.at.timestamp(), key=key, **told)
        if record.status == "dead":
            LOG.warning("delivery given up", **told, trace_id=trace_id_of(traceparent))

    def _note_the_last(self, notes: Any) -> None:
        with suppress(queue.Empty):
            while True:
                item = self._inbox.get_nowait()
                if isinstance(item, _Told):
                    self._note(item, notes)

    def _commit(self, notes: Any, places: "Places") -> None:
        """Make the notes safe, then move the place in the log; a note that the broker refuses ends the service, before it does."""
        waiting = self._desk.waiting()
        for worker in self._workers:
            self._meters.set(DELIVERIES_WAITING, waiting.get(worker, 0), worker)
        sent, self._sent = self._sent, []
        if sent:
            notes.flush()
        for future in sent:
            future.get()
        settled = self._desk.settled()
        if settled != self._committed:
            places.write(settled)
            self._committed = settled

    def _report(self, notification: Notification, outcome: Outcome | None, attempts: int) -> None:
        self._put(_Told(notification, outcome, attempts))

    def _retried(self, notification: Notification, outcome: Outcome, secs: float) -> None:
        self._meters.count(DELIVERIES_METRIC, notification.receiver, "retried")
        self._narrate(f"{notification.receiver}: {outcome.error}; tried again in {secs:.0f} s")

    def _muted(self, decision: Decision, alert: Alert) -> None:
        self._meters.count(DELIVERIES_METRIC, decision.receiver, "muted")
        self._narrate(f"{decision.receiver}: alert {alert.id} version {alert.version} muted: {decision.reason}")

    def _pass_over(self, stored: Stored, error: MessageError) -> None:
        self._narrate(f"passed over {stored.position.topic} offset {stored.position.offset}: {error}")

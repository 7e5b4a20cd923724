"""The service that takes alerts to receivers: the log in, one thread that decides, one thread for each receiver, the log of
deliveries out.

    alerts.*, silences, ─► reader ─► inbox ─► Desk (decides) ─► queue of each receiver ─► worker ─► the world
    deliveries                         ▲        │                                           │
    alerts.* again  ◄── lookups ───────┤◄───────┘                                           │
                                       └───────────────────── what became of it ◄───────────┘ ─► deliveries, committed place

At least once: a delivery is noted on `deliveries` after the receiver took it, and the place in the log moves on after that note is
safe. A process killed between the two delivers once more, under the same idempotency key. The first start begins at the end of the
alert topics, and says so to the broker before anything else.

Of `deliveries` a running service heeds what others put there alone: the wish (`retry`) that what was given up be told after all.

Known to be wrong: that an alert was muted is kept nowhere. While a dead receiver holds the place in the log back, a restart reads
what was muted meanwhile again, and tells it if what muted it is over.
"""

import queue
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

import structlog

from connectors.config import Config, KafkaConfig
from connectors.errors import MessageError
from connectors.kafka import Places, Stored, bounds, broker_errors, follow, producer, publish, read_all, topic_name
from connectors.messages.alert import Alert
from connectors.messages.analysis import Position
from connectors.messages.codec import encode
from connectors.messages.delivery import Delivery
from connectors.spans import Spans
from connectors.subscribers.deliveries import Decision
from connectors.subscribers.desk import Desk, Place
from connectors.subscribers.inhibition import Inhibitors, rules_of
from connectors.subscribers.lookups import Answer, Behind, Found, Lookups, Piece
from connectors.subscribers.reader import read_messages
from connectors.subscribers.receivers import Notification, Outcome, Receiver
from connectors.subscribers.routing import Router, repeats, tree_of
from connectors.subscribers.silences import is_usable, silences_of
from connectors.subscribers.workers import Worker
from connectors.telemetry import DELIVERIES as DELIVERIES_METRIC
from connectors.telemetry import DELIVERIES_BEHIND, DELIVERIES_WAITING, DELIVERY_SECONDS, Meters, Probes
from connectors.topics import ALERT_TOPICS, DELIVERIES, SILENCES
from connectors.trace import carried, trace_id_of, with_trace
from connectors.watchlists.base import NOBODY, Watch

LOG = structlog.get_logger(__name__)
COMMIT_SECS = 1.0
IDLE_SECS = 0.5
INBOX = 1_000
STOP_SECS = 2.0
STUCK_SECS = 300.0
FORGET_SECS = 3_600.0
WISH_SECS = 0.5  # after the last wish that was read: what is wished for together is told together
KNOWN_FOR = timedelta(days=7)  # alerts that may inhibit others or be repeated: windows of three days, twice, and a day


@dataclass(frozen=True, slots=True)
class _Told:
    """What a worker reports."""

    notification: Notification
    outcome: Outcome | None
    attempts: int


class _ReadBack:
    """What the reader says once, when all that stood on the alert topics at the start is in the inbox."""


Item = Stored | _Told | _ReadBack | Answer


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
        self._inbox: queue.Queue[Item] = queue.Queue(INBOX)
        attempts = {one.name: one.max_attempts for one in config.subscribers.receivers}
        self._workers = {
            name: Worker(name, receiver, attempts.get(name, 8), jitter, self._report, self._retried)
            for name, receiver in receivers.items()
        }
        subscribers = config.subscribers
        inhibitors = Inhibitors(rules_of(subscribers.inhibit_rules))
        router = Router(tree_of(subscribers))
        self._desk = Desk(router, inhibitors, on_muted=self._muted, on_behind=self._fell_behind, watch=watch)
        self._lookups = Lookups(config.kafka, self._put, self._pass_over)
        self._asked: set[str] = set()  # receivers that are being read for
        self._wishes: dict[str, Delivery] = {}
        self._wished_at = 0.0
        self._committed: tuple[Position, ...] = ()
        self._sent: list[Any] = []  # futures of notes that are not known to be safe
        self._missing: tuple[str, ...] = ("the places in the log are not known",)
        self._late: dict[str, float] = {}
        self._ends: Mapping[Place, int] = {}
        self._turned_at: float | None = None

    def probes(self) -> Probes:
        """Return what it answers of itself."""
        return Probes(is_alive=self._is_alive, not_ready=lambda: self._missing, not_fresh=self._not_fresh)

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
            self._desk.begin(start, has_backlog=True)
            self._missing = ("silences and deliveries are being read back",)
            self._ends = {place: end for place, (_, end) in bounds(kafka, ALERT_TOPICS.values()).items()}
            after = self._restore(kafka)
            self._missing = ("the alerts that wait are being read",)
            reader = threading.Thread(target=self._read, args=((*start, *after),), name="read alerts", daemon=True)
            threads: tuple[threading.Thread | Lookups | Worker, ...] = (reader, self._lookups, *self._workers.values())
            for thread in threads:
                thread.start()
            self._narrate(f"delivering to {len(self._workers)} receivers from {kafka.bootstrap_servers}; Ctrl-C ends")
            try:
                self._work(notes, places)
            finally:
                self._stop.set()
                self._end(threads)
                self._note_the_last(notes)
                self._commit(notes, places)

    def _end(self, threads: Iterable[threading.Thread | Lookups | Worker]) -> None:
        """End all threads together; what a worker has still in hand then comes again after the next start."""
        self._lookups.stop()
        for worker in self._workers.values():
            worker.stop()
        until = time.monotonic() + STOP_SECS
        for thread in threads:
            thread.join(max(0.0, until - time.monotonic()))

    def _restore(self, kafka: KafkaConfig) -> tuple[Position, ...]:
        """Read what holds: silences, what receivers have, and alerts where they inhibit or are repeated.

        Returns:
            The places in silences and deliveries from which to follow.
        """
        after = {place: first for place, (first, _) in bounds(kafka, [SILENCES, DELIVERIES]).items()}
        for stored in read_all(kafka, [SILENCES, DELIVERIES]):
            after[stored.position.topic, stored.position.partition] = stored.position.offset + 1
            if stored.topic == SILENCES:
                self._silence(stored)
            for delivery in read_messages(Delivery, [stored] if stored.topic == DELIVERIES else (), self._pass_over):
                self._desk.log.note(delivery)
                self._wishes.pop(delivery.id, None)
                self._wishes |= {delivery.id: delivery} if delivery.status == "retry" else {}
        self._desk.log.forget(self._oldest())
        if self._config.subscribers.inhibit_rules or repeats(self._desk.router.root):
            self._know(kafka)
        return tuple(Position(topic=topic, partition=part, offset=offset) for (topic, part), offset in after.items())

    def _know(self, kafka: KafkaConfig) -> None:
        newest: dict[str, tuple[Alert, Position]] = {}
        for stored in read_all(kafka, ALERT_TOPICS.values(), since=self._clock() - KNOWN_FOR):
            newest |= {alert.id: (alert, stored.position) for alert in read_messages(Alert, [stored], self._pass_over)}
        for alert, position in newest.values():
            self._desk.know(alert, position, self._clock())

    def _oldest(self) -> datetime:
        return self._clock() - timedelta(milliseconds=DELIVERIES.retention_ms)

    def _read(self, start: Iterable[Position]) -> None:
        topics = [SILENCES, DELIVERIES, *ALERT_TOPICS.values()]

        is_told = threading.Event()

        def reached(offsets: Mapping[Place, int]) -> None:
            if not is_told.is_set() and all(offsets.get(place, 0) >= end for place, end in self._ends.items()):
                is_told.set()
                self._put(_ReadBack())

        try:
            start = tuple(start)
            for stored in follow(self._config.kafka, topics, start=start, is_stopped=self._stop.is_set, reached=reached):
                self._put(stored)
        except Exception as error:  # noqa: BLE001 -- the thread that decides raises it
            self._put(error)

    def _put(self, item: Item) -> None:
        while True:
            with suppress(queue.Full):
                self._inbox.put(item, timeout=0.2)
                return
            if self._stop.is_set() and not isinstance(item, _Told):
                return

    def _work(self, notes: Any, places: "Places") -> None:
        committed_at = forgot_at = self._turned_at = time.monotonic()
        while not self._stop.is_set():
            self._turned_at = time.monotonic()
            for item in self._items():
                self._take(item, notes)
            for notification in self._desk.ready(self._clock(), lambda name: self._workers[name].room()):
                self._workers[notification.receiver].put(notification)
            self._read_on()
            if self._turned_at - committed_at >= COMMIT_SECS:
                self._commit(notes, places)
                committed_at = time.monotonic()
            if self._turned_at - forgot_at >= FORGET_SECS:
                self._desk.log.forget(self._oldest())
                forgot_at = time.monotonic()

    def _items(self) -> list[Item]:
        """Return what has come, after waiting for it until something is due."""
        due_at = self._desk.next_due()
        wait = IDLE_SECS if due_at is None else min(IDLE_SECS, max(0.0, (due_at - self._clock()).total_seconds()))
        found: list[Item] = []
        with suppress(queue.Empty):
            found.append(self._inbox.get(timeout=max(wait, 0.001)))
            while len(found) < INBOX:
                found.append(self._inbox.get_nowait())
        return found

    def _take(self, item: Item, notes: Any) -> None:
        match item:
            case BaseException():
                raise item
            case _Told():
                self._note(item, notes)
            case _ReadBack():
                self._desk.read_back()
                self._missing = ()
            case Piece():
                self._catch_up(item)
            case Found():
                self._found(item, notes)
            case Stored() if item.topic == SILENCES:
                self._silence(item)
            case Stored() if item.topic == DELIVERIES:
                self._wish(item, notes)
            case Stored():
                self._alert(item)

    def _alert(self, stored: Stored) -> None:
        alerts = list(read_messages(Alert, [stored], self._pass_over))
        if not alerts:
            self._desk.pass_over(stored.position)
        for alert in alerts:
            self._desk.take(alert, stored.position, self._clock(), carried(stored.headers))

    def _silence(self, stored: Stored) -> None:
        if stored.value is None:
            self._desk.silences.pop((stored.key or b"").decode("utf-8", "replace"), None)
        for silence in silences_of([stored], self._pass_over).values():
            if is_usable(silence):
                self._desk.silences[silence.id] = silence
            else:
                self._desk.silences.pop(silence.id, None)
                self._narrate(f"silence {silence.id} mutes nothing: its matchers are of another release")

    def _wish(self, stored: Stored, notes: Any) -> None:
        """Look for what somebody wants told after all; our own notes, which come back here, are passed over."""
        for delivery in read_messages(Delivery, [stored], self._pass_over):
            if delivery.status == "retry" and self._desk.may_ask(delivery):
                self._wishes[delivery.id] = delivery
                self._wished_at = time.monotonic()
            elif delivery.status == "retry":
                self._publish([self._desk.refused(delivery, "", self._clock())], notes)

    def _found(self, found: Found, notes: Any) -> None:
        now = self._clock()
        for wish, version in found.versions:
            if version is not None and wish.receiver in self._workers and self._desk.may_ask(wish):
                alert, position, traceparent = version
                self._desk.ask(wish, alert, position, now, traceparent)
                continue
            gone = "this version is no longer in the log" if version is None else "a newer version is told"
            reason = gone if wish.receiver in self._workers else "no receiver of this name is configured"
            self._publish([self._desk.refused(wish, reason, now)], notes)
            self._narrate(f"{wish.receiver}: alert {wish.alert_id} is not told after all: {reason}")

    def _read_on(self) -> None:
        """Have the log read for receivers that are behind and have room, and for what somebody wants told after all."""
        if self._wishes and time.monotonic() - self._wished_at >= WISH_SECS:
            self._lookups.ask(tuple(self._wishes.values()))
            self._wishes = {}
        for receiver, places in self._desk.hungry().items():
            if receiver not in self._asked:
                self._asked.add(receiver)
                self._lookups.ask(Behind(receiver, places))

    def _catch_up(self, piece: Piece) -> None:
        now = self._clock()
        for alert, position, traceparent in piece.alerts:
            self._desk.catch_up(piece.receiver, alert, position, now, traceparent)
        if piece.reached is not None:
            self._asked.discard(piece.receiver)
            if self._desk.caught(piece.receiver, piece.reached):
                self._narrate(f"{piece.receiver}: has caught up with the log")

    def _note(self, told: _Told, notes: Any) -> None:
        now = self._clock()
        notification = told.notification
        traces = dict(zip((alert.id for alert in notification.alerts), notification.traceparents, strict=False))
        records = self._desk.told(notification, told.outcome, told.attempts, now)
        self._publish(records, notes, traces)
        for record in records:
            self._trace(record, traces.get(record.alert_id, ""), notification.received_at)
        self._meters.count(DELIVERIES_METRIC, notification.receiver, "sent" if told.outcome is None else "dead")
        if told.outcome is None:
            waited = (now - notification.received_at).total_seconds()
            self._meters.observe(DELIVERY_SECONDS, waited, notification.receiver)
        else:
            ids = ", ".join(alert.id for alert in notification.alerts[:3])
            self._narrate(f"{notification.receiver}: gave up alert {ids} after {told.attempts} tries: {told.outcome.error}")

    def _publish(self, records: Iterable[Delivery], notes: Any, traces: Mapping[str, str] = MappingProxyType({})) -> None:
        topic, now_ms = topic_name(self._config.kafka, DELIVERIES), int(self._clock().timestamp() * 1000)
        for record in records:
            traced = with_trace(encode(record), traces.get(record.alert_id, ""))
            self._sent.append(publish(notes, topic, traced, now_ms))

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
        self._measure()
        sent, self._sent = self._sent, []
        if sent:
            notes.flush()
        for future in sent:
            future.get()
        settled = self._desk.settled()
        if settled != self._committed:
            places.write(settled)
            self._committed = settled

    def _measure(self) -> None:
        waiting, behind = self._desk.waiting(), self._desk.behind()
        for worker in self._workers:
            self._meters.set(DELIVERIES_WAITING, waiting.get(worker, 0), worker)
            self._meters.set(DELIVERIES_BEHIND, behind.get(worker, 0), worker)
        self._late = self._desk.late_secs(self._clock())

    def _is_alive(self) -> bool:
        return self._turned_at is None or time.monotonic() - self._turned_at < STUCK_SECS

    def _not_fresh(self) -> tuple[str, ...]:
        allowed = self._config.telemetry.fresh_within_secs
        late = sorted(self._late.items())
        return tuple(f"{receiver} is given what was due {secs:.0f} s ago" for receiver, secs in late if secs > allowed)

    def _report(self, notification: Notification, outcome: Outcome | None, attempts: int) -> None:
        self._put(_Told(notification, outcome, attempts))

    def _retried(self, notification: Notification, outcome: Outcome, secs: float) -> None:
        self._meters.count(DELIVERIES_METRIC, notification.receiver, "retried")
        self._narrate(f"{notification.receiver}: {outcome.error}; tried again in {secs:.0f} s")

    def _muted(self, decision: Decision, alert: Alert) -> None:
        self._meters.count(DELIVERIES_METRIC, decision.receiver, "muted")
        self._narrate(f"{decision.receiver}: alert {alert.id} version {alert.version} muted: {decision.reason}")

    def _fell_behind(self, receiver: str) -> None:
        self._narrate(f"{receiver}: takes less than comes; the rest is left in the log and read again when it has room")

    def _pass_over(self, stored: Stored, error: MessageError) -> None:
        self._narrate(f"passed over {stored.position.topic} offset {stored.position.offset}: {error}")

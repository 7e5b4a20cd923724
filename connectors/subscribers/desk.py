"""What is waiting for which receiver, and what is to be handed over now. No clock, no thread, no Kafka: `dispatch.py` has those.

Each alert waits for a receiver at most once, in its newest version, so a receiver that is behind gets the newest word first and
never an older one after it. What waits holds back `settled`, the place in the log from which a restart has to read again; the
deliveries of the log say then what of it is known.

A receiver is handed as many notifications as it has room for; the rest waits here. Known to be lax: what waits is in memory, one
object for each alert however many receivers it waits for.
"""

import heapq
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count

from connectors.messages.alert import Alert
from connectors.messages.analysis import Position
from connectors.messages.delivery import Delivery, delivery_id
from connectors.messages.silence import Silence
from connectors.subscribers.deliveries import Arrival, Decision, DeliveryLog, decide, decide_on, idempotency_key, muted
from connectors.subscribers.inhibition import Inhibitors
from connectors.subscribers.labels import labels
from connectors.subscribers.receivers import Notification, Outcome
from connectors.subscribers.routing import Route, Router
from connectors.watchlists.base import NOBODY, Watch, names_of

Key = tuple[str, str]  # receiver, alert id
MAX_GROUP = 500  # alerts in one notification; more go in the next


@dataclass(slots=True)
class _Waiting:
    """An alert on its way to a receiver; `position` is None for what is only repeated."""

    route: Route
    arrival: Arrival
    position: Position | None
    group: str
    repeats: int = 0


@dataclass(slots=True)
class _InHand:
    """A notification that a receiver has in hand, with what it is about."""

    notification: Notification
    waiting: dict[Key, _Waiting]


@dataclass(slots=True)
class Desk:
    """Holds what is waiting.

    Attributes:
        router, inhibitors: who gets what, and what mutes what.
        log: what receivers have.
        silences: by id.
        on_muted: told of what is not delivered, with the reason.
        watch: says who in an alert may be on a watchlist.
    """

    router: Router
    inhibitors: Inhibitors = field(default_factory=Inhibitors)
    log: DeliveryLog = field(default_factory=DeliveryLog)
    silences: dict[str, Silence] = field(default_factory=dict)
    on_muted: Callable[[Decision, Alert], None] = lambda _decision, _alert: None
    watch: Watch = NOBODY
    _waiting: dict[Key, _Waiting] = field(default_factory=dict)
    _groups: dict[Key, dict[str, None]] = field(default_factory=dict)  # (receiver, group) -> ids of the alerts that wait
    _due: list[tuple[datetime, int, Key]] = field(default_factory=list)
    _full: dict[str, deque[Key]] = field(default_factory=dict)  # by receiver: due, and without room
    _in_hand: dict[str, _InHand] = field(default_factory=dict)  # by idempotency key
    _busy: set[Key] = field(default_factory=set)
    _next: dict[tuple[str, int], Position] = field(default_factory=dict)
    _number: "count[int]" = field(default_factory=count)

    def know(self, alert: Alert, now: datetime) -> None:
        """Take an alert of the past: it inhibits others and may be repeated, and it is no news."""
        found = labels(alert, names_of(self.watch.matches(alert)))
        self.inhibitors.note(alert, found)
        arrival = Arrival(alert=alert, labels=found, arrived_at=now)
        for route in self.router.routes_of(found):
            if (route.receiver, alert.id) in self.log.last:
                self._repeat_later(route, arrival, now)

    def take(self, alert: Alert, position: Position, now: datetime, traceparent: str = "") -> None:
        """Take a version of an alert that stands at this place in the log, under this trace."""
        self._next[position.topic, position.partition] = Position(
            topic=position.topic, partition=position.partition, offset=position.offset + 1
        )
        found = labels(alert, names_of(self.watch.matches(alert)))
        self.inhibitors.note(alert, found)
        arrival = Arrival(alert=alert, labels=found, arrived_at=now, traceparent=traceparent)
        routes = {route.receiver: route for route in self.router.routes_of(found)}
        for decision in decide(arrival, self.router, self.silences.values(), self.inhibitors, self.log, now):
            self._act(routes[decision.receiver], arrival, position, decision)

    def pass_over(self, position: Position) -> None:
        """Note that a record of the log is read and is nothing to deliver."""
        place = Position(topic=position.topic, partition=position.partition, offset=position.offset + 1)
        self._next[position.topic, position.partition] = place

    def ready(self, now: datetime, room: Callable[[str], int]) -> Iterator[Notification]:
        """Yield what is due, each as one notification, for receivers that have room.

        Args:
            now: the time.
            room: how many notifications a receiver can take; asked again after each.
        """
        for key in self._keys_due(now, room):
            if room(key[0]) <= 0:
                self._full.setdefault(key[0], deque()).append(key)
                continue
            notification = self._gather(key, now)
            if notification is not None:
                yield notification

    def told(self, notification: Notification, outcome: Outcome | None, attempts: int, now: datetime) -> tuple[Delivery, ...]:
        """Note what became of a notification, and return the records that say so in the log."""
        in_hand = self._in_hand.pop(notification.idempotency_key)
        records = tuple(
            Delivery(
                id=delivery_id(notification.receiver, alert.id),
                receiver=notification.receiver,
                alert_id=alert.id,
                alert_version=alert.version,
                group=notification.group,
                status="sent" if outcome is None else "dead",
                at=now,
                attempts=attempts,
                reason="" if outcome is None else outcome.error,
                idempotency_key=notification.idempotency_key,
                repeats=notification.repeats,
            )
            for alert in notification.alerts
        )
        for record in records:
            self.log.note(record)
        for key, done in in_hand.waiting.items():
            self._busy.discard(key)
            if key in self._waiting:  # a newer version came meanwhile
                self._push(now, key)
            else:
                self._repeat_later(done.route, done.arrival, now)
        return records

    def next_due(self) -> datetime | None:
        """Return when something is due next, None when nothing waits."""
        return self._due[0][0] if self._due else None

    def settled(self) -> tuple[Position, ...]:
        """Return, for each partition that was read, the place from which a restart has to read."""
        places = dict(self._next)
        held = [*self._waiting.values(), *(one for hand in self._in_hand.values() for one in hand.waiting.values())]
        for waiting in held:
            if waiting.position is not None:
                where = (waiting.position.topic, waiting.position.partition)
                places[where] = min(places.get(where, waiting.position), waiting.position, key=lambda place: place.offset)
        return tuple(places.values())

    def waiting(self) -> dict[str, int]:
        """Return how many alerts wait for each receiver, those in hand too."""
        counts: dict[str, int] = {}
        for receiver, _ in [*self._waiting, *(key for hand in self._in_hand.values() for key in hand.waiting)]:
            counts[receiver] = counts.get(receiver, 0) + 1
        return counts

    def _act(self, route: Route, arrival: Arrival, position: Position | None, decision: Decision) -> None:
        key = (decision.receiver, arrival.alert.id)
        match decision.action:
            case "send" | "wait":
                self._drop(key)
                self._waiting[key] = _Waiting(route, arrival, position, decision.group, decision.repeats)
                self._groups.setdefault((decision.receiver, decision.group), {})[arrival.alert.id] = None
                self._push(decision.due_at, key)
            case "mute":
                self._drop(key)
                self.on_muted(decision, arrival.alert)
            case "skip":
                if decision.reason != "known":
                    self._drop(key)

    def _push(self, due_at: datetime, key: Key) -> None:
        heapq.heappush(self._due, (due_at, next(self._number), key))

    def _drop(self, key: Key) -> _Waiting | None:
        waiting = self._waiting.pop(key, None)
        if waiting is not None:
            members = self._groups.get((key[0], waiting.group), {})
            members.pop(key[1], None)
            if not members:
                self._groups.pop((key[0], waiting.group), None)
        return waiting

    def _keys_due(self, now: datetime, room: Callable[[str], int]) -> Iterator[Key]:
        for receiver in list(self._full):
            while self._full.get(receiver) and room(receiver) > 0:
                yield self._full[receiver].popleft()
        while self._due and self._due[0][0] <= now:
            yield heapq.heappop(self._due)[2]

    def _gather(self, key: Key, now: datetime) -> Notification | None:
        """Return all of a group that is to be sent now, None when nothing of it is."""
        first = self._waiting.get(key)
        if first is None or key in self._busy:  # gone with others of its group, or in hand: `told` looks again
            return None
        receiver = key[0]
        chosen: dict[Key, _Waiting] = {}
        for alert_id in list(self._groups.get((receiver, first.group), {})):
            other = (receiver, alert_id)
            if other not in self._busy and len(chosen) < MAX_GROUP and self._is_sent(other, first, now):
                chosen[other] = self._waiting[other]
        for other in chosen:
            self._drop(other)
        if len(chosen) == MAX_GROUP and key in self._waiting:  # the group is larger than one notification
            self._push(now, key)
        return self._handed(receiver, first, chosen) if chosen else None

    def _is_sent(self, key: Key, first: _Waiting, now: datetime) -> bool:
        """Decide on what waits once more, now that it is due; others of its group go with it if they are news."""
        waiting = self._waiting[key]
        decision = decide_on(waiting.route, waiting.arrival, self.silences.values(), self.inhibitors, self.log, now)
        is_early = decision.action == "wait" and waiting is not first and decision.repeats == 0 and first.repeats == 0
        if is_early and not muted(waiting.arrival, self.silences.values(), self.inhibitors, now):
            return True
        if decision.action == "send" and decision.repeats == first.repeats:
            return True
        if decision.action in ("wait", "send"):
            self._push(max(decision.due_at, now), key)
        else:
            self._drop(key)
            if decision.action == "mute":
                self.on_muted(decision, waiting.arrival.alert)
        return False

    def _handed(self, receiver: str, first: _Waiting, chosen: dict[Key, _Waiting]) -> Notification:
        alerts = tuple(one.arrival.alert for one in chosen.values())
        notification = Notification(
            receiver=receiver,
            group=first.group,
            alerts=alerts,
            received_at=max(one.arrival.arrived_at for one in chosen.values()),
            idempotency_key=idempotency_key(receiver, {alert.id: alert.version for alert in alerts}, first.repeats),
            repeats=first.repeats,
            traceparents=tuple(one.arrival.traceparent for one in chosen.values()),
            watched={alert.id: found for alert in alerts if (found := self.watch.matches(alert))},
        )
        self._in_hand[notification.idempotency_key] = _InHand(notification, chosen)
        self._busy.update(chosen)
        return notification

    def _repeat_later(self, route: Route, arrival: Arrival, now: datetime) -> None:
        if route.repeat_interval is not None:
            decision = decide_on(route, arrival, (), Inhibitors(), self.log, now)
            if decision.action in ("send", "wait"):
                self._act(route, arrival, None, decision)


def only_newest(alerts: Iterable[Alert]) -> tuple[Alert, ...]:
    """Return the newest version of each alert."""
    found: dict[str, Alert] = {}
    for alert in alerts:
        if alert.id not in found or found[alert.id].version <= alert.version:
            found[alert.id] = alert
    return tuple(found.values())

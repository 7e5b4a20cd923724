"""What is waiting for which receiver, and what is to be handed over now. No clock, no thread, no Kafka: `dispatch.py` has those.

Each alert waits for a receiver at most once, in its newest version, so a receiver that is behind gets the newest word first and
never an older one after it. That is a decision: "in order for each alert, at least once" is kept for alerts and not for each of
their versions. A version holds all that those before it say, with the time line of its changes; the alert topics are compacted, so
an older version may be gone when a receiver comes back; and groups, as in Alertmanager, tell what is so and not how it came about.

What waits holds back `settled`, the place in the log from which a restart has to read again; the deliveries of the log say then
what of it is known.

A receiver is handed as many notifications as it has room for; the rest waits here, in memory, up to `MAX_HELD` alerts that are due.
With more, the receiver is *behind*: what comes is not held for it, and the place from which it has to be read again is. Once it has
taken half of what is held, whoever runs the desk reads on for it (`hungry`, `catch_up`, `caught`) until it has reached the others.
Nothing is lost by it, and a receiver that is dead for days costs the ids of the alerts that came since, and no more.

A version that was taken by a receiver whose service died before it noted it may be one that had replaced an older one, and a
restart reads both. So nothing is handed over before the backlog of the start has been read (`read_back`), and what is read again
is passed over where a newer version is known: no receiver gets an older version after a newer one.

Known to be lax: what waits for its time (`group_wait`, `group_interval`, `repeat_interval`) is held whole and not counted.
"""

import heapq
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count

from connectors.messages.alert import Alert
from connectors.messages.analysis import Position
from connectors.messages.delivery import Delivery, delivery_id
from connectors.messages.silence import Silence
from connectors.subscribers.deliveries import Arrival, Decision, DeliveryLog, decide, decide_on, idempotency_key, muted
from connectors.subscribers.inhibition import Inhibitors
from connectors.subscribers.labels import Labels, labels
from connectors.subscribers.receivers import Notification, Outcome
from connectors.subscribers.routing import Route, Router
from connectors.watchlists.base import NOBODY, Watch, names_of

Key = tuple[str, str]  # receiver, alert id
Place = tuple[str, int]  # topic in Kafka, partition
MAX_GROUP = 500  # alerts in one notification; more go in the next
MAX_HELD = 1_000  # alerts that are due and held for a receiver without room


@dataclass(slots=True)
class _Waiting:
    """An alert on its way to a receiver.

    Attributes:
        route, arrival: by which route, and what.
        position: where the version stands in the log.
        group: with which others.
        repeats: how many times it was sent before on purpose.
        holds: whether a restart has to read it again; of repeats and of what was asked for, the deliveries know.
        asked: the key under which it was given up, where somebody asks for it once more.
    """

    route: Route
    arrival: Arrival
    position: Position
    group: str
    repeats: int = 0
    holds: bool = True
    asked: str = ""


@dataclass(slots=True)
class _InHand:
    """A notification that a receiver has in hand, with what it is about, and since when."""

    notification: Notification
    waiting: dict[Key, _Waiting]
    since: datetime


@dataclass(slots=True)
class Desk:
    """Holds what is waiting.

    Attributes:
        router, inhibitors: who gets what, and what mutes what.
        log: what receivers have.
        silences: by id; only what `is_usable`.
        on_muted: told of what is not delivered, with the reason.
        watch: says who in an alert may be on a watchlist.
        on_behind: told of a receiver that is behind from now on.
        max_held: alerts that are due and held for a receiver without room.
    """

    router: Router
    inhibitors: Inhibitors = field(default_factory=Inhibitors)
    log: DeliveryLog = field(default_factory=DeliveryLog)
    silences: dict[str, Silence] = field(default_factory=dict)
    on_muted: Callable[[Decision, Alert], None] = lambda _decision, _alert: None
    watch: Watch = NOBODY
    on_behind: Callable[[str], None] = lambda _receiver: None
    max_held: int = MAX_HELD
    _waiting: dict[Key, _Waiting] = field(default_factory=dict)
    _groups: dict[Key, dict[str, None]] = field(default_factory=dict)  # (receiver, group) -> ids of the alerts that wait
    _due: list[tuple[datetime, int, Key]] = field(default_factory=list)
    _full: dict[str, OrderedDict[Key, datetime]] = field(default_factory=dict)  # by receiver: due, without room, and since when
    _in_hand: dict[str, _InHand] = field(default_factory=dict)  # by idempotency key
    _busy: set[Key] = field(default_factory=set)
    _next: dict[Place, int] = field(default_factory=dict)
    _behind: dict[str, dict[Place, int]] = field(default_factory=dict)  # by receiver: the next record that is not taken for it
    _newest: dict[str, int] = field(default_factory=dict)  # versions of what came while somebody was behind, or at the start
    _has_backlog: bool = False
    _number: "count[int]" = field(default_factory=count)

    def begin(self, places: Iterable[Position], *, has_backlog: bool = False) -> None:
        """Note the next record of each partition, before any is taken; with a backlog, nothing is ready before `read_back`."""
        self._next = {(place.topic, place.partition): place.offset for place in places}
        self._has_backlog = has_backlog

    def read_back(self) -> None:
        """Note that the backlog of the start has been taken."""
        self._has_backlog = False
        self._forget_newest()

    def know(self, alert: Alert, position: Position, now: datetime) -> None:
        """Take an alert of the past: it inhibits others and may be repeated, and it is no news."""
        found = self._labels(alert)
        self.inhibitors.note(alert, found)
        arrival = Arrival(alert=alert, labels=found, arrived_at=now)
        for route in self.router.routes_of(found):
            if (route.receiver, alert.id) in self.log.last:
                self._repeat_later(route, arrival, position, now)

    def take(self, alert: Alert, position: Position, now: datetime, traceparent: str = "") -> None:
        """Take a version of an alert that stands at this place in the log, under this trace."""
        self.pass_over(position)
        if self._behind or self._has_backlog:
            self._newest[alert.id] = max(alert.version, self._newest.get(alert.id, 0))
        found = self._labels(alert)
        self.inhibitors.note(alert, found)
        arrival = Arrival(alert=alert, labels=found, arrived_at=now, traceparent=traceparent)
        routes = {route.receiver: route for route in self.router.routes_of(found)}
        for decision in decide(arrival, self.router, self.silences.values(), self.inhibitors, self.log, now):
            if decision.receiver not in self._behind or (decision.receiver, alert.id) in self._waiting:
                self._act(routes[decision.receiver], arrival, position, decision)

    def pass_over(self, position: Position) -> None:
        """Note that a record of the log is read."""
        self._next[position.topic, position.partition] = position.offset + 1

    def hungry(self) -> dict[str, tuple[Position, ...]]:
        """Return the receivers that are behind and for which more can be held, each with the places to read on from."""
        return {
            receiver: _positions(places)
            for receiver, places in self._behind.items()
            if len(self._full.get(receiver, ())) <= self.max_held // 2
        }

    def catch_up(self, receiver: str, alert: Alert | None, position: Position, now: datetime, traceparent: str = "") -> None:
        """Take for one receiver that is behind what was not held for it; None for a record that is no alert."""
        if receiver not in self._behind:
            return
        self._behind[receiver][position.topic, position.partition] = position.offset + 1
        held = None if alert is None else self._waiting.get((receiver, alert.id))
        if alert is None or self._newest.get(alert.id, 0) > alert.version:
            return
        if held is not None and held.arrival.alert.version >= alert.version:
            return
        arrival = Arrival(alert=alert, labels=self._labels(alert), arrived_at=now, traceparent=traceparent)
        for route in self.router.routes_of(arrival.labels):
            if route.receiver == receiver:
                decision = decide_on(route, arrival, self.silences.values(), self.inhibitors, self.log, now)
                self._act(route, arrival, position, decision)

    def caught(self, receiver: str, reached: Iterable[Position]) -> bool:
        """Note how far the log was read for a receiver that is behind; say whether it has reached the others."""
        places = self._behind.get(receiver)
        if places is None:
            return False
        for one in reached:
            place = (one.topic, one.partition)
            places[place] = max(places.get(place, 0), one.offset)
        if all(places.get(place, 0) >= offset for place, offset in self._next.items()):
            del self._behind[receiver]
            self._forget_newest()
            return True
        return False

    def may_ask(self, delivery: Delivery) -> bool:
        """Say whether what was given up can still be told: neither it nor a newer version was told since, or is about to be."""
        if self._newest.get(delivery.alert_id, 0) > delivery.alert_version:
            return False
        had = self.log.last.get((delivery.receiver, delivery.alert_id))
        is_same = had is not None and had.alert_version == delivery.alert_version
        return had is None or had.alert_version < delivery.alert_version or (is_same and had.status != "sent")

    def ask(self, delivery: Delivery, alert: Alert, position: Position, now: datetime, traceparent: str = "") -> None:
        """Take a version that was given up and that `may_ask` says can be told: whatever mutes it, under the key that it had.

        One that is in hand, or of which a version waits, is told anyway.
        """
        key = (delivery.receiver, alert.id)
        if key in self._busy or key in self._waiting:
            return
        self.log.note(delivery)
        found = self._labels(alert)
        by_receiver = {route.receiver: route for route in self.router.routes_of(found)}
        route = by_receiver.get(delivery.receiver, Route(path="", receiver=delivery.receiver))
        arrival = Arrival(alert=alert, labels=found, arrived_at=now, traceparent=traceparent)
        waiting = _Waiting(route, arrival, position, delivery.group, delivery.repeats, holds=False, asked=delivery.idempotency_key)
        self._wait(key, waiting, now)

    def refused(self, delivery: Delivery, reason: str, now: datetime) -> Delivery:
        """Return the record that answers a wish that cannot be met: it is given up again, or what the receiver has meanwhile."""
        had = self.log.last.get((delivery.receiver, delivery.alert_id))
        if had is None or self.may_ask(delivery):
            record = replace(delivery, status="dead", at=now, reason=reason)
        else:
            version, key = (
                had.alert_version,
                idempotency_key(delivery.receiver, {delivery.alert_id: had.alert_version}, had.repeats),
            )
            told = replace(delivery, alert_version=version, repeats=had.repeats, idempotency_key=key, position=None)
            record = replace(told, status=had.status, at=had.at, reason=reason if had.status == "dead" else "")
        self.log.note(record)
        return record

    def ready(self, now: datetime, room: Callable[[str], int]) -> Iterator[Notification]:
        """Yield what is due, each as one notification, for receivers that have room.

        Args:
            now: the time.
            room: how many notifications a receiver can take; asked again after each.
        """
        has_room = (lambda _: 0) if self._has_backlog else room
        for key in self._keys_due(now, has_room):
            if has_room(key[0]) <= 0:
                self._put_by(key, now)
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
                position=in_hand.waiting[notification.receiver, alert.id].position,
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
                self._repeat_later(done.route, done.arrival, done.position, now)
        return records

    def next_due(self) -> datetime | None:
        """Return when something is due next, None when nothing waits."""
        return self._due[0][0] if self._due else None

    def settled(self) -> tuple[Position, ...]:
        """Return, for each partition that was read, the place from which a restart has to read."""
        places = dict(self._next)
        held = [((one.position.topic, one.position.partition), one.position.offset) for one in self._held() if one.holds]
        for place, offset in [*held, *(item for behind in self._behind.values() for item in behind.items())]:
            places[place] = min(places.get(place, offset), offset)
        return _positions(places)

    def waiting(self) -> dict[str, int]:
        """Return how many alerts are held for each receiver, those in hand too."""
        counts: dict[str, int] = {}
        for one in self._held():
            counts[one.route.receiver] = counts.get(one.route.receiver, 0) + 1
        return counts

    def behind(self) -> dict[str, int]:
        """Return how many records of the log are still to be read again for each receiver that is behind."""
        return {
            receiver: sum(max(0, offset - places.get(place, 0)) for place, offset in self._next.items())
            for receiver, places in self._behind.items()
        }

    def late_secs(self, now: datetime) -> dict[str, float]:
        """Return for how long the oldest alert that is due has been waiting for each receiver, its tries included."""
        since = {receiver: next(iter(full.values())) for receiver, full in self._full.items() if full}
        for hand in self._in_hand.values():
            receiver = hand.notification.receiver
            since[receiver] = min(hand.since, since.get(receiver, hand.since))
        return {receiver: (now - at).total_seconds() for receiver, at in since.items()}

    def _forget_newest(self) -> None:
        if not self._behind and not self._has_backlog:
            self._newest = {}

    def _labels(self, alert: Alert) -> Labels:
        return labels(alert, names_of(self.watch.matches(alert)))

    def _held(self) -> Iterator[_Waiting]:
        yield from self._waiting.values()
        for hand in self._in_hand.values():
            yield from hand.waiting.values()

    def _act(self, route: Route, arrival: Arrival, position: Position, decision: Decision, *, holds: bool = True) -> None:
        key = (decision.receiver, arrival.alert.id)
        match decision.action:
            case "send" | "wait":
                waiting = _Waiting(route, arrival, position, decision.group, decision.repeats, holds=holds)
                self._wait(key, waiting, decision.due_at)
            case "mute":
                self._drop(key)
                self.on_muted(decision, arrival.alert)
            case "skip":
                if decision.reason != "known":
                    self._drop(key)

    def _wait(self, key: Key, waiting: _Waiting, due_at: datetime) -> None:
        self._drop(key)
        self._waiting[key] = waiting
        self._groups.setdefault((key[0], waiting.group), {})[key[1]] = None
        self._push(due_at, key)

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
            while self._full[receiver] and room(receiver) > 0:
                yield self._full[receiver].popitem(last=False)[0]
        while self._due and self._due[0][0] <= now:
            yield heapq.heappop(self._due)[2]

    def _put_by(self, key: Key, now: datetime) -> None:
        """Let what is due wait for room, once; with too much of it the receiver is behind from the next record on."""
        full = self._full.setdefault(key[0], OrderedDict())
        full.setdefault(key, now)
        if len(full) > self.max_held and key[0] not in self._behind:
            self._behind[key[0]] = dict(self._next)
            self.on_behind(key[0])

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
        return self._handed(receiver, first, chosen, now) if chosen else None

    def _is_sent(self, key: Key, first: _Waiting, now: datetime) -> bool:
        """Decide on what waits once more, now that it is due; others of its group go with it if they are news."""
        waiting = self._waiting[key]
        if waiting.asked or first.asked:
            return waiting.asked == first.asked
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

    def _handed(self, receiver: str, first: _Waiting, chosen: dict[Key, _Waiting], now: datetime) -> Notification:
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
        self._in_hand[notification.idempotency_key] = _InHand(notification, chosen, now)
        self._busy.update(chosen)
        return notification

    def _repeat_later(self, route: Route, arrival: Arrival, position: Position, now: datetime) -> None:
        if route.repeat_interval is not None:
            decision = decide_on(route, arrival, (), Inhibitors(), self.log, now)
            if decision.action in ("send", "wait"):
                self._act(route, arrival, position, decision, holds=False)


def _positions(places: Mapping[Place, int]) -> tuple[Position, ...]:
    return tuple(Position(topic=topic, partition=part, offset=offset) for (topic, part), offset in places.items())

"""Whether an alert is delivered, to whom, and when: one pure function of the alert, the routes, the silences, the log of
deliveries and the time.

- A version that a receiver has, or a newer one, is not news; neither is one that was given up for it: the next version is.
- The first alert of a group waits `group_wait` for others; news of a group that was told waits `group_interval` after it was.
- Mutes (silences, inhibitions) count at the moment of delivery. What is muted then is not told later, until its next version.
- An alert that was retracted before anybody was told of it is never told; one that was told is retracted in the same way.
- With `repeat_interval` the same version is told again and again, as long as its act was last told less than `REPEATED_FOR` ago.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from connectors.messages.alert import Alert
from connectors.messages.delivery import Delivery, DeliveryStatus
from connectors.messages.identity import content_id
from connectors.messages.silence import Silence
from connectors.subscribers.inhibition import Inhibitors
from connectors.subscribers.labels import Labels
from connectors.subscribers.routing import Route, Router, group_of
from connectors.subscribers.silences import is_muted

Action = Literal["send", "wait", "mute", "skip"]
REPEATED_FOR = timedelta(hours=72)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A version of an alert as it reached us, under the trace of the article that made it (empty where that is not known)."""

    alert: Alert
    labels: Labels
    arrived_at: datetime
    traceparent: str = ""


@dataclass(frozen=True, slots=True)
class Had:
    """What a receiver was last told of an alert: of a delivery all that decisions ask for, since there are very many."""

    alert_version: int
    status: DeliveryStatus
    at: datetime
    repeats: int = 0


@dataclass(slots=True)
class DeliveryLog:
    """What receivers have: the last delivery of each alert to each of them, and when each group was told last."""

    last: dict[tuple[str, str], Had] = field(default_factory=dict)
    told_at: dict[str, datetime] = field(default_factory=dict)

    def note(self, delivery: Delivery) -> None:
        """Take a delivery."""
        had = Had(delivery.alert_version, delivery.status, delivery.at, delivery.repeats)
        self.last[delivery.receiver, delivery.alert_id] = had
        if delivery.status != "retry":
            self.told_at[delivery.group] = max(delivery.at, self.told_at.get(delivery.group, delivery.at))

    def forget(self, before: datetime) -> None:
        """Drop what is older than this, as its topic does."""
        self.last = {key: had for key, had in self.last.items() if had.at >= before}
        self.told_at = {group: at for group, at in self.told_at.items() if at >= before}


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What is to be done with an alert at one receiver.

    Attributes:
        receiver, group: for whom, and with which others.
        action: `send` now, `wait` until `due_at` and decide again, `mute`, or `skip`.
        due_at: when it is to be sent.
        reason: why it is muted or skipped; empty otherwise.
        repeats: how many times this version was sent before on purpose.
    """

    receiver: str
    group: str
    action: Action
    due_at: datetime
    reason: str = ""
    repeats: int = 0


def decide(
    arrival: Arrival, router: Router, silences: Iterable[Silence], inhibitors: Inhibitors, log: DeliveryLog, now: datetime
) -> tuple[Decision, ...]:
    """Return what is to be done with an alert, one decision for each receiver that its routes name."""
    mutes = tuple(silences)
    return tuple(decide_on(route, arrival, mutes, inhibitors, log, now) for route in router.routes_of(arrival.labels))


def decide_on(
    route: Route, arrival: Arrival, silences: Iterable[Silence], inhibitors: Inhibitors, log: DeliveryLog, now: datetime
) -> Decision:
    """Return what is to be done with an alert on one of its routes."""
    group = group_of(route, arrival.labels)
    last = log.last.get((route.receiver, arrival.alert.id))

    def decision(action: Action, due_at: datetime = now, reason: str = "", repeats: int = 0) -> Decision:
        return Decision(receiver=route.receiver, group=group, action=action, due_at=due_at, reason=reason, repeats=repeats)

    if last is None and arrival.alert.status == "retracted":
        return decision("skip", reason="retracted before it was told")
    due_at, repeats = _due(route, arrival, last, log.told_at.get(group))
    if due_at is None:
        return decision("skip", reason="known")
    if due_at > now:
        return decision("wait", due_at, repeats=repeats)
    reason = muted(arrival, silences, inhibitors, now)
    return decision("mute", due_at, reason) if reason else decision("send", due_at, repeats=repeats)


def idempotency_key(receiver: str, versions: Mapping[str, int], repeats: int = 0) -> str:
    """Return the key of a delivery: the same alerts in the same versions to the same receiver have the same.

    Args:
        receiver: who gets it.
        versions: version of each alert, by id.
        repeats: how many times it was sent before on purpose.
    """
    marks = [f"{alert_id}.{version}" for alert_id, version in sorted(versions.items())]
    return content_id("idempotency", receiver, str(repeats), *marks)


def _due(route: Route, arrival: Arrival, last: Had | None, told_at: datetime | None) -> tuple[datetime | None, int]:
    """Return when a version is due, None for never, and how many times it was sent before."""
    alert = arrival.alert
    if last is None or last.alert_version < alert.version:
        return (
            arrival.arrived_at + route.group_wait if told_at is None else max(arrival.arrived_at, told_at + route.group_interval)
        ), 0
    if route.repeat_interval is None or last.status != "sent" or alert.status == "retracted":
        return None, 0
    due_at = last.at + route.repeat_interval
    return (due_at, last.repeats + 1) if due_at - alert.last_at < REPEATED_FOR else (None, 0)


def muted(arrival: Arrival, silences: Iterable[Silence], inhibitors: Inhibitors, now: datetime) -> str:
    """Return what mutes an alert now, empty when nothing does."""
    silence = is_muted(arrival.labels, silences, now)
    return f"silence {silence.id}" if silence is not None else inhibitors.reason(arrival.alert, arrival.labels)

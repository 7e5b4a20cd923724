"""The `Receiver` protocol: what takes notifications to one place, and how it says that it could not.

`notify` is called from one thread, once at a time. It returns None when the notification has arrived, else an `Outcome` that says
whether another try makes sense. Whatever it raises counts as an outcome with another try; of the exception only the name of its
class is told, since its text may hold an address with a secret in it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from connectors.messages.alert import Alert
from connectors.messages.fields import to_dict
from connectors.subscribers.deliveries import idempotency_key
from connectors.subscribers.words import NO_NAMES, Names, headline
from connectors.watchlists.base import Match
from connectors.watchlists.base import as_dict as as_watched

MAX_BACKOFF_SECS = 300.0
MAX_RETRY_AFTER_SECS = 3_600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """One or more alerts for one receiver.

    Attributes:
        receiver: its name in the configuration.
        group: key of the group.
        alerts: newest version of each, in the order of their arrival.
        received_at: when the last of them reached us.
        idempotency_key: the same for every try, also after a restart.
        repeats: how many times the same was sent before on purpose.
        traceparents: the trace of each alert's version, in their order; empty texts where they are not known.
        watched: who in an alert may be on a watchlist, by the alert's id; only alerts with somebody.
    """

    receiver: str
    group: str
    alerts: tuple[Alert, ...]
    received_at: datetime
    idempotency_key: str
    repeats: int = 0
    traceparents: tuple[str, ...] = ()
    watched: Mapping[str, tuple[Match, ...]] = field(default_factory=dict)

    @property
    def traceparent(self) -> str:
        """The trace of the first alert that has one: of a group, a header can name one alone."""
        return next(filter(None, self.traceparents), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Why a notification did not arrive: whether to try again, in how many seconds at the earliest, and the error in one clause."""

    retry: bool
    error: str
    retry_after_secs: float | None = None


class Receiver(Protocol):
    """Takes notifications to one place."""

    def notify(self, notification: Notification) -> Outcome | None:
        """Deliver, and return None, or what went wrong."""


class ListReceiver:
    """Keeps what it is given in `notifications`: for tests, and for programs that want them as they are."""

    def __init__(self) -> None:
        self.notifications: list[Notification] = []

    def notify(self, notification: Notification) -> Outcome | None:
        """Append it."""
        self.notifications.append(notification)
        return None


def wait_secs(attempt: int, outcome: Outcome, jitter: Callable[[], float]) -> float:
    """Return how long to wait after a failed try.

    Args:
        attempt: 1 after the first try.
        outcome: of the try; what the receiver asks for (`Retry-After`) is kept to, up to an hour.
        jitter: gives a number from 0 to 1, so that receivers that fail together are not tried together.
    """
    backoff = float(min(MAX_BACKOFF_SECS, 2.0 ** min(attempt - 1, 20)))
    asked = min(outcome.retry_after_secs or 0.0, MAX_RETRY_AFTER_SECS)
    return max(asked, backoff * (0.5 + 0.5 * jitter())) if asked < backoff else asked + jitter()


def as_dict(notification: Notification, names: Names = NO_NAMES) -> dict[str, Any]:
    """Return a notification as JSON-ready values, each alert with its own key, a headline for people, and matches of watchlists."""
    return {
        "receiver": notification.receiver,
        "group": notification.group,
        "idempotency_key": notification.idempotency_key,
        "repeats": notification.repeats,
        "alerts": [
            {
                "idempotency_key": idempotency_key(notification.receiver, {alert.id: alert.version}, notification.repeats),
                "headline": headline(alert, names),
                "alert": to_dict(alert),
                "watchlists": [as_watched(match) for match in notification.watched.get(alert.id, ())],
            }
            for alert in notification.alerts
        ],
    }


def title(notification: Notification, names: Names = NO_NAMES) -> str:
    """Return a notification in one line."""
    first = notification.alerts[0]
    more = len(notification.alerts) - 1
    status = "" if first.status == "raised" else f" ({first.status})"
    return f"[{first.severity.upper()}] {headline(first, names)}{status}{f' and {more} more' if more else ''}"

"""What became of an alert at a receiver: the log that delivery decisions are taken from."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from connectors.messages.analysis import Position
from connectors.messages.identity import content_id

DeliveryStatus = Literal["sent", "dead", "retry"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """The last version of an alert that a receiver was given, or that was given up for it.

    Attributes:
        id: 32 hexadecimal digits, see `delivery_id`.
        receiver: its name in the configuration.
        alert_id, alert_version: what was delivered.
        group: key of the group it went with.
        status: `sent`; `dead` when it was given up; `retry` when somebody asks that what was given up be delivered after all.
        at: when.
        attempts: how many it took.
        reason: why it was given up; empty when it was sent.
        idempotency_key: what the receiver was told it under; a repeat of the same delivery carries the same one.
        repeats: how many times the same version was sent again on purpose (`repeat_interval_secs`).
        position: where the version stands in the log; None in a record of a release that did not say it.
    """

    id: str
    receiver: str
    alert_id: str
    alert_version: int
    group: str
    status: DeliveryStatus
    at: datetime
    attempts: int = 1
    reason: str = ""
    idempotency_key: str = ""
    repeats: int = 0
    position: Position | None = None


def delivery_id(receiver: str, alert_id: str) -> str:
    """Return the id of what a receiver was told of an alert."""
    return content_id("delivery", receiver, alert_id)

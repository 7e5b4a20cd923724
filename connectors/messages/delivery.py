"""What became of an alert at a receiver: the log that delivery decisions are taken from."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from connectors.messages.identity import content_id

DeliveryStatus = Literal["sent", "dead"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """The last version of an alert that a receiver was given, or that was given up for it.

    Attributes:
        id: 32 hexadecimal digits, see `delivery_id`.
        receiver: its name in the configuration.
        alert_id, alert_version: what was delivered.
        group: key of the group it went with.
        status: `sent`, or `dead` when it was given up.
        at: when.
        attempts: how many it took.
        reason: why it was given up; empty when it was sent.
        idempotency_key: what the receiver was told it under; a repeat of the same delivery carries the same one.
        repeats: how many times the same version was sent again on purpose (`repeat_interval_secs`).
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


def delivery_id(receiver: str, alert_id: str) -> str:
    """Return the id of what a receiver was told of an alert."""
    return content_id("delivery", receiver, alert_id)

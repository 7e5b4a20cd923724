"""From the alert topics to a subscriber: read, decode, choose, deliver.

A record that is no alert is passed over and told to the caller: the topics are written by the pipeline alone, so such a record is
somebody else's mistake and must not stop the reader.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from connectors.errors import MessageError
from connectors.kafka import Stored
from connectors.messages.alert import Alert
from connectors.messages.codec import Message, decode
from connectors.messages.signal import Actor
from connectors.subscribers.base import Subscriber

T = TypeVar("T", bound=Message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Which alerts are wanted; an empty tuple wants all.

    Attributes:
        kinds: signal kinds.
        senders, targets: ids such as `USA`, or names; case does not matter.
    """

    kinds: tuple[str, ...] = ()
    senders: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()


def is_wanted(choice: Choice, alert: Alert) -> bool:
    """Say whether an alert is chosen: each list that is not empty must name something of it."""
    kind_fits = not choice.kinds or alert.kind in choice.kinds
    return kind_fits and _names_one(choice.senders, alert.senders) and _names_one(choice.targets, alert.targets)


def _names_one(wanted: tuple[str, ...], actors: Iterable[Actor]) -> bool:
    known = {name.casefold() for actor in actors for name in (actor.id, actor.name) if name is not None}
    return not wanted or any(name.casefold() in known for name in wanted)


def read_messages(message_class: type[T], records: Iterable[Stored], on_bad: Callable[[Stored, MessageError], None]) -> Iterator[T]:
    """Yield the message of each record; what is none of this class goes to `on_bad`, and tombstones are passed over."""
    for stored in records:
        if stored.value is None:
            continue
        try:
            message = decode(message_class, stored.value, stored.headers)
        except MessageError as error:
            on_bad(stored, error)
        else:
            yield message


def deliver_all(alerts: Iterable[Alert], choice: Choice, subscriber: Subscriber, now: Callable[[], datetime]) -> int:
    """Deliver what is chosen, and return how many that were.

    Raises:
        OSError: the subscriber cannot deliver.
    """
    delivered = 0
    for alert in alerts:
        if is_wanted(choice, alert):
            subscriber.deliver(alert, now())
            delivered += 1
    return delivered

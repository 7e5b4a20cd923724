"""Which alert follows which: an act that escalates an earlier one between the same parties, or answers it.

The threat that was weighed, the measure that was threatened, the offer that was asked for: each is an alert of its own, since the
kind is part of the identity. The later one names the earlier in `related`, and the earlier gets a version that says what followed.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from connectors.messages.alert import Alert
from connectors.messages.signal import SignalKind
from pipelines.alerts.identity import Act

How = Literal["escalated", "answered", "withdrawn"]
RELATED_FOR = timedelta(days=14)
# later kind -> earlier kind -> what became of the earlier one
FOLLOWS: Mapping[SignalKind, Mapping[SignalKind, How]] = {
    "considering": {"call_for": "answered"},
    "threat": {"considering": "escalated", "call_for": "answered"},
    "imposed": {"considering": "escalated", "threat": "escalated", "call_for": "answered"},
    "extended": {"imposed": "answered", "threat": "answered", "call_for": "answered"},
    "ruled_out": {"considering": "withdrawn", "threat": "withdrawn", "call_for": "answered"},
    "ease_intent": {"imposed": "answered", "extended": "answered", "demand_ease": "answered"},
    "eased": {"imposed": "withdrawn", "extended": "withdrawn", "ease_intent": "escalated", "demand_ease": "answered"},
    "refuse_ease": {"demand_ease": "answered"},
    "breach": {"imposed": "answered", "extended": "answered"},
}
BLOWS: frozenset[SignalKind] = frozenset({"considering", "threat", "imposed"})


def became(earlier: Act, later: Act) -> How | None:
    """Return what a later act makes of an earlier one; None where the two have nothing to do with each other.

    The parties need not be all the same: one sender and one target in common are enough. A blow returned, with the parties turned
    round, is an answer.
    """
    if _meet(earlier.senders, later.senders) and _meet(earlier.targets, later.targets):
        return FOLLOWS.get(later.kind, {}).get(earlier.kind)
    is_returned = _meet(earlier.senders, later.targets) and _meet(earlier.targets, later.senders)
    return "answered" if is_returned and {earlier.kind, later.kind} <= BLOWS else None


def in_time(earlier: Alert, earlier_last_at: datetime, later: Alert) -> bool:
    """Whether the later episode began no earlier than the other, and no more than two weeks after its last word."""
    return earlier.episode_started_at <= later.episode_started_at <= earlier_last_at + RELATED_FOR


@dataclass(slots=True)
class Pairs:
    """Alerts by each pair of a sender and a target."""

    ids: dict[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))

    def add(self, act: Act, alert_id: str) -> None:
        """Remember an alert of an act."""
        for pair in _pairs(act):
            self.ids[pair].add(alert_id)

    def remove(self, act: Act, alert_id: str) -> None:
        """Forget an alert of an act."""
        for pair in _pairs(act):
            self.ids[pair].discard(alert_id)
            if not self.ids[pair]:
                del self.ids[pair]

    def near(self, act: Act) -> set[str]:
        """Return the alerts with a sender and a target of the act, in these roles or turned round."""
        both = [pair for sender, target in _pairs(act) for pair in ((sender, target), (target, sender))]
        return {id_ for pair in both for id_ in self.ids.get(pair, ())}


def _pairs(act: Act) -> Iterable[tuple[str, str]]:
    return [(sender, target) for sender in act.senders for target in act.targets]


def _meet(one: Iterable[str], other: Iterable[str]) -> bool:
    return not set(one).isdisjoint(other)

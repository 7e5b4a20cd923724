"""The audit trail: who did what when, from verdicts and silences. Pure.

A silence stands on its topic as it is now, so its making and its end are both told from it; verdicts stand there one by one.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from connectors.messages.silence import Silence
from connectors.subscribers.matchers import shown
from connectors.subscribers.plain import plain


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that somebody did.

    Attributes:
        at: when.
        who: their name; empty where nobody was told apart.
        what: a verb phrase.
        why: in their words.
        alert_id: the alert that it is about; empty for none.
        matchers: the alerts that it is about, otherwise.
    """

    at: datetime
    who: str
    what: str
    why: str
    alert_id: str = ""
    matchers: str = ""


def trail(verdicts: Iterable[Mapping[str, Any]], silences: Iterable[Silence]) -> list[Step]:
    """Return what was done, last first.

    Args:
        verdicts: dispositions, JSON-ready.
        silences: as they are now.
    """
    steps = [*map(_judged, verdicts), *(step for silence in silences for step in _muted(silence))]
    return sorted(steps, key=lambda step: (step.at, step.what), reverse=True)


def _judged(one: Mapping[str, Any]) -> Step:
    at, alert_id = datetime.fromisoformat(one["decided_at"]), plain(one["alert_id"], 64)
    return Step(at, plain(one["author"], 64), f"judged {one['verdict']}", plain(one["reason"], 300), alert_id=alert_id)


def _muted(silence: Silence) -> Iterator[Step]:
    which = plain(shown(silence.matchers), 300)
    why = f"until {silence.ends_at:%Y-%m-%d %H:%M} UTC: {plain(silence.comment, 300)}"
    yield Step(silence.created_at, plain(silence.author, 64), "silenced", why, matchers=which)
    if silence.expired_at is not None:
        yield Step(silence.expired_at, plain(silence.expired_by or "", 64), "ended a silence", "", matchers=which)

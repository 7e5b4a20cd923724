"""What makes a version of an alert, and what its timeline says of it.

A version is for news: the first telling, a further independent outlet (or one fewer), firmer words, a measure, a condition or a
deadline, a denial, what followed (an escalation, an answer, a withdrawal), a retraction. A copy of what is known, other names of
the same parties and further words of a known outlet are counted and make no version. What was only counted is published with the
next version, or else at the end of the day.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from connectors.messages.alert import MAX_CHANGES, Alert, AlertStatus, Change
from connectors.messages.signal import Condition
from pipelines.alerts.contests import words_of
from pipelines.scores import confidence, severity

NOTHING: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Cause:
    """The article that made a version."""

    event_time: datetime
    article_id: str


def changes(old: Alert, new: Alert, followed: Mapping[str, str] = NOTHING) -> tuple[str, ...]:
    """Return what is news, in words for the timeline; empty when nothing is.

    Args:
        old: the last version; version 0 for none.
        new: what is known now.
        followed: what each alert of `new.followed_by` made of it, such as "escalated: imposed".
    """
    if new.superseded_by:
        return (f"now alert {new.superseded_by}",)
    was = [f"was alert {id_}" for id_ in new.supersedes if id_ not in old.supersedes]
    if old.version == 0:
        return ("first told", *was)
    if not new.source_count:
        return ("withdrawn at its source",) if old.status != "retracted" else ()
    return (
        *was,
        *(["told again"] if old.status == "retracted" else []),
        *_came_and_went("measures", old.measures, new.measures),
        *_came_and_went("conditions", map(_condition, old.conditions), map(_condition, new.conditions)),
        *_came_and_went("deadlines", map(_plain, old.deadlines), map(_plain, new.deadlines)),
        *_came_and_went("contested", map(words_of, old.contested), map(words_of, new.contested)),
        *([f"{'firmer' if new.commitment > old.commitment else 'less firm'}: {old.commitment} to {new.commitment}"]
          if new.commitment != old.commitment else []),
        *([f"independent outlets: {new.independent_outlet_count}"]
          if new.independent_outlet_count != old.independent_outlet_count else []),
        *_came_and_went("related", old.related, new.related),
        *(followed.get(id_, "followed") for id_ in new.followed_by if id_ not in old.followed_by),
        *_came_and_went("followed", old.followed_by, set(new.followed_by) & set(old.followed_by)),
    )  # fmt: skip


def counts(old: Alert, new: Alert) -> tuple[str, ...]:
    """Return what was counted since the last version; empty when nothing was."""
    return (f"articles: {new.source_count}",) if new.source_count != old.source_count else ()


def next_version(old: Alert, new: Alert, cause: Cause, what: tuple[str, ...]) -> Alert:
    """Return the version after `old`, with the content of `new`, scored."""
    version = old.version + 1
    change = Change(version=version, event_time=cause.event_time, article_id=cause.article_id, what=what)
    told: AlertStatus = "raised" if version == 1 else "updated"
    severity_score, severity_level, severity_terms = severity(new)
    confidence_score, confidence_terms = confidence(new)
    return replace(
        new,
        version=version,
        status="retracted" if new.superseded_by or not new.source_count else told,
        timeline=(*old.timeline, change)[-MAX_CHANGES:],
        severity=severity_level,
        severity_score=severity_score,
        severity_terms=severity_terms,
        confidence=confidence_score,
        confidence_terms=confidence_terms,
    )


def _came_and_went(name: str, old: Iterable[object], new: Iterable[object]) -> list[str]:
    """Return how many came and how many went, such as "measures: +1 -2"; nothing where none did."""
    before, after = set(old), set(new)
    came, went = len(after - before), len(before - after)
    signs = [*([f"+{came}"] if came else []), *([f"-{went}"] if went else [])]
    return [f"{name}: {' '.join(signs)}"] if signs else []


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _condition(condition: Condition) -> tuple[str, str]:
    return condition.direction, _plain(condition.text)

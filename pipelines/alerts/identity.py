"""What an alert is known by: its act, and the episode in which the act is told.

An episode is a stretch of time in which nobody was silent on the act for the gap (72 hours). Its mark is the event time, cut to
the hour, of the article that *arrived* first, and when an article arrived stands in the article (`fetched_at`). So the mark is a
fact of the articles and not of the order in which they are taken: in the live stream the first one taken is the first that
arrived. Where it is not (partitions read at different speeds), `pipelines.alerts.turn` gives the episode its right name.

Choice: the earliest event time would be as good a mark, but with publication times a day apart every other alert would change its
id after it was published. No rule can name an episode by its first article, at once, and never rename it; this one renames when two
articles of one act are taken in another order than they arrived, and spoke in different hours. Then the old id is retracted with
`superseded_by`.

Known to be wrong: an actor without an id is known by its words, so two spellings are two actors; an act that names no party is kept
apart by its story, whose id depends on which article founded it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from connectors.messages.alert import ALERT_FAMILIES, MEASURE_FAMILIES, Alert, MeasureFamily, alert_id
from connectors.messages.signal import Actor, Signal, SignalKind

FAMILY_ORDER: tuple[MeasureFamily, ...] = ("economic", "arms", "movement", "diplomatic", "aid")


@dataclass(frozen=True, slots=True)
class Act:
    """What makes two signals the same act, apart from when."""

    kind: SignalKind
    senders: tuple[str, ...]
    targets: tuple[str, ...]
    measure_family: MeasureFamily


def party(actors: Iterable[Actor]) -> tuple[str, ...]:
    """Return what a party is known by: the ids of its actors, or their words where none has an id; sorted, each once."""
    known = {actor.id for actor in actors if actor.id is not None}
    return tuple(sorted(known or {" ".join(actor.name.casefold().split()) for actor in actors}))


def family_of(signal: Signal) -> MeasureFamily:
    """Return the coarse family of a signal's measures: economic where any is, and where none is named."""
    families = {MEASURE_FAMILIES[measure] for measure in signal.measures} or {"economic"}
    return next(family for family in FAMILY_ORDER if family in families)


def act_of(signal: Signal, story_id: str) -> Act:
    """Return what the signal's act is known by."""
    senders, targets = party(signal.senders), party(signal.targets)
    if not senders and not targets:
        targets = (f"story:{story_id}",)
    return Act(signal.kind, senders, targets, family_of(signal))


def act_of_alert(alert: Alert) -> Act:
    """Return what an alert's act is known by: the parties' ids, or their words."""
    senders, targets = party(alert.senders), party(alert.targets)
    if not senders and not targets:
        targets = (f"story:{next(iter(alert.story_ids), '')}",)
    return Act(alert.kind, senders, targets, alert.measure_family)


def mark_of(at: datetime) -> datetime:
    """Return an episode's mark: an event time, cut to the hour."""
    return at.replace(minute=0, second=0, microsecond=0)


def begun(act: Act, at: datetime, arrived_at: datetime) -> Alert:
    """Return version 0 of an episode's alert: its identity, and nothing told yet.

    Args:
        act: who does what to whom.
        at, arrived_at: when the article that arrived first spoke, and when it arrived.
    """
    mark = mark_of(at)
    return Alert(
        id=alert_id(act.kind, act.senders, act.targets, act.measure_family, mark),
        version=0,
        status="raised",
        kind=act.kind,
        family=ALERT_FAMILIES[act.kind],
        measure_family=act.measure_family,
        episode_started_at=mark,
        first_at=at,
        last_at=at,
        commitment=0,
        arrived_at=arrived_at,
    )


def in_episode(span: tuple[datetime, datetime], at: datetime, gap: timedelta) -> bool:
    """Whether an article of this event time continues an episode that was told from `span[0]` to `span[1]`."""
    return span[0] - gap <= at <= span[1] + gap

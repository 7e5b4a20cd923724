"""What would be told otherwise, what it comes to in words, and in records."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from connectors.messages.alert import Alert
from connectors.messages.analysis import Analysis
from connectors.messages.codec import Record, encode, to_dict
from connectors.subscribers.plain import plain
from connectors.topics import ALERT_TOPICS, ANALYSES, STORIES, Topic
from connectors.trace import traceparent_of, with_trace
from pipelines.alerts.timeline import Cause, changes, next_version
from pipelines.replay.again import Told
from pipelines.replay.log import Log
from pipelines.work import Work, analysis_of

NEWS = ("measures", "conditions", "deadlines", "commitment", "contested", "independent_outlet_count")
SIGNS = {"added": "+", "changed": "~", "gone": "-"}


@dataclass(frozen=True, slots=True)
class Difference:
    """One alert that would be told otherwise.

    Attributes:
        how: added, changed or gone.
        standing: as it stands; None where nothing does.
        now: as it would stand, in the version that would be written.
        what: what changed, in the words of an alert's timeline.
    """

    how: str
    standing: Alert | None
    now: Alert
    what: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a replay comes to.

    Attributes:
        articles: how many were read again.
        kept: how many of them could not be read now, and were told as the log has them.
        refused: how many could neither be read now nor before.
        differences: alerts that would be told otherwise, by id.
        unchanged: alerts of the range that stand as they would.
        too_old: alerts of the range with sources from before what was looked back on, which were left alone.
        analyses: articles in which something else was found, or that had no analysis.
    """

    articles: int
    kept: int
    refused: int
    differences: tuple[Difference, ...]
    unchanged: int
    too_old: int
    analyses: tuple[Work, ...]


def outcome_of(log: Log, told: Told) -> Outcome:
    """Compare what came of telling it again with what stands."""
    differences, unchanged, too_old = [], 0, 0
    told_again = {article_id for article_id, _ in log.analyses} | {work.told.id for work in told.works if work.article is not None}
    for id_ in sorted(told.touched):
        standing = log.alerts.get(id_)
        if standing is not None and any(source.article_id not in told_again for source in standing.sources):
            too_old += 1
        elif (difference := _difference(standing, told.alerts.get(id_))) is not None:
            differences.append(difference)
        elif standing is not None:
            unchanged += 1
    changed = tuple(work for work in told.works if work.failure is None and not work.repeat and _is_otherwise(log, work))
    refused = sum(work.failure is not None for work in told.works)
    return Outcome(len(log.inside), told.kept, refused, tuple(differences), unchanged, too_old, changed)


def _difference(standing: Alert | None, again: Alert | None) -> Difference | None:
    was_live = standing is not None and standing.status != "retracted"
    is_live = again is not None and again.source_count > 0 and not again.superseded_by
    if again is not None and is_live and not was_live:
        return _added(standing, again)
    if standing is not None and was_live and not is_live:
        return _gone(standing, again)
    if standing is None or again is None or not was_live:
        return None
    again = replace(again, related=standing.related, followed_by=standing.followed_by, supersedes=standing.supersedes)
    what = changes(standing, again)
    return Difference("changed", standing, _next(standing, again, (*what, "read again")), what) if what else None


def _added(standing: Alert | None, again: Alert) -> Difference:
    old = standing or replace(again, version=0, timeline=())
    what = ("first told",) if standing is None else ("told again",)
    return Difference("added", standing, _next(old, again, (*what, "read again")), what)


def _gone(standing: Alert, again: Alert | None) -> Difference:
    nothing = replace(
        standing, sources=(), source_count=0, outlet_count=0, independent_outlet_count=0, evidence=(), evidence_count=0,
        superseded_by="" if again is None else again.superseded_by,
    )  # fmt: skip
    what = ("no longer told",)
    return Difference("gone", standing, _next(standing, nothing, (*what, "read again")), what)


def _next(old: Alert, new: Alert, what: tuple[str, ...]) -> Alert:
    last = max((*new.sources, *old.sources), key=lambda source: (source.event_time, source.article_id))
    return next_version(old, new, Cause(last.event_time, last.article_id), what)


def _is_otherwise(log: Log, work: Work) -> bool:
    """Whether the log has no analysis of an article, or one with other findings."""
    known = log.analyses.get((work.told.id, work.told.version))
    return known is None or _findings(known) != _findings(analysis_of(work))


def _findings(analysis: Analysis) -> tuple[object, ...]:
    return analysis.signals, analysis.entities, analysis.copy_of, analysis.language


def records_of(log: Log, outcome: Outcome) -> Iterator[tuple[Topic, Record]]:
    """Yield what a real replay writes: analyses, the stories of articles that had none, then alerts."""
    stories = {}
    for work in outcome.analyses:
        yield ANALYSES, with_trace(encode(analysis_of(work)), work.traceparent)
        known = log.analyses.get((work.told.id, work.told.version))
        if work.story is not None and (known is None or not known.story_id):
            stories[work.story.id] = with_trace(encode(work.story), work.traceparent)
    yield from ((STORIES, story) for story in stories.values())
    yield from ((ALERT_TOPICS[each.now.family], _of_last_cause(each.now)) for each in outcome.differences)


def _of_last_cause(alert: Alert) -> Record:
    """Return the record of an alert, under the trace of the article that its last version names."""
    return with_trace(encode(alert), traceparent_of(alert.timeline[-1].article_id) if alert.timeline else "")


def as_lines(outcome: Outcome) -> Iterator[str]:
    """Yield the differences for people, every text of an article fit for a terminal."""
    for each in outcome.differences:
        shown = each.now if each.standing is None else each.standing
        yield f"{SIGNS[each.how]} {each.how:8} {_headline(shown)}  {shown.id}"
        yield from (f"      {plain(what)}" for what in each.what if each.how == "changed")
        for name, old, new in _fields(each):
            yield from (f"    - {name}: {plain(text, 300)}" for text in old if text not in new)
            yield from (f"    + {name}: {plain(text, 300)}" for text in new if text not in old)
    counts = {how: sum(each.how == how for each in outcome.differences) for how in SIGNS}
    told = ", ".join(f"{number} {how}" for how, number in counts.items())
    yield f"alerts: {told}, {outcome.unchanged} unchanged" + (f", {outcome.too_old} too old to compare" if outcome.too_old else "")
    yield (
        f"articles: {outcome.articles} read again, {len(outcome.analyses)} understood otherwise,"
        f" {outcome.kept} taken as the log has them, {outcome.refused} refused"
    )


def as_dict(outcome: Outcome) -> dict[str, Any]:
    """Return the outcome as JSON-ready values."""
    by_how: dict[str, list[dict[str, Any]]] = {"added": [], "changed": [], "gone": []}
    for each in outcome.differences:
        shown: dict[str, Any] = {"id": each.now.id, "kind": each.now.kind, "what": list(each.what), "alert": to_dict(each.now)}
        if each.how == "changed":
            shown["changes"] = {name: {"before": old, "after": new} for name, old, new in _fields(each)}
        by_how[each.how].append(shown)
    counts = {name: getattr(outcome, name) for name in ("articles", "kept", "refused", "unchanged", "too_old")}
    return counts | {"understood_otherwise": len(outcome.analyses)} | by_how


def _fields(each: Difference) -> Iterator[tuple[str, list[str], list[str]]]:
    """Yield each field of news that differs, before and after, as texts."""
    if each.how == "gone":
        return
    for name in NEWS:
        old = [] if each.standing is None else _texts(getattr(each.standing, name))
        new = _texts(getattr(each.now, name))
        if old != new:
            yield name, old, new


def _texts(value: Any) -> list[str]:
    if not isinstance(value, tuple):
        return [str(value)]
    return [item if isinstance(item, str) else item.text if hasattr(item, "text") else item.quote for item in value]


def _headline(alert: Alert) -> str:
    parties = (
        ", ".join(dict.fromkeys(actor.id or actor.name for actor in actors)) or "?" for actors in (alert.senders, alert.targets)
    )
    senders, targets = (plain(text, 120) for text in parties)
    return f"{alert.kind}  {senders} -> {targets}, {alert.first_at:%Y-%m-%d %H:%M}"

"""What one article says, in the form that alerts need: the same whether it comes by now or is read back from the log."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from connectors.messages.alert import ALERT_FAMILIES, Quote, Source
from connectors.messages.analysis import Analysis
from connectors.messages.article import event_time
from connectors.messages.signal import Actor, Condition, Measure, Signal
from pipelines.alerts.identity import Act, act_of
from pipelines.work import Work

T = TypeVar("T")
LATE = "late"
ROLES = ("senders", "targets", "deniers", "callers", "violators", "reporters")


@dataclass(frozen=True, slots=True)
class Facts:
    """What an article says of an act, apart from its words: equal for copies, which then share one."""

    senders: tuple[Actor, ...] = ()
    targets: tuple[Actor, ...] = ()
    callers: tuple[Actor, ...] = ()
    violators: tuple[Actor, ...] = ()
    reporters: tuple[Actor, ...] = ()
    measures: tuple[Measure, ...] = ()
    conditions: tuple[Condition, ...] = ()
    deadlines: tuple[str, ...] = ()
    commitment: int = 0


@dataclass(frozen=True, slots=True)
class Telling:
    """One article's telling of one act; `source.copy_of` is the founder of its text, as the search for copies named it.

    `unites` are founders of other groups that turned out, by this article, to hold the same report.
    """

    source: Source
    facts: Facts
    quotes: tuple[Quote, ...]
    story_id: str = ""
    unites: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """One version of one article.

    Attributes:
        source: the article.
        version: of its text.
        arrived_at: when the connector had it; None where the log does not say it.
        story_id: its story, empty for none.
        signals: what it says.
        mentioned: ids of all whom it names.
        unites: see `Telling`.
    """

    source: Source
    version: int
    arrived_at: datetime | None
    story_id: str
    signals: tuple[Signal, ...]
    mentioned: frozenset[str]
    unites: tuple[str, ...] = ()


def report_of(work: Work, *, is_late: bool) -> Report:
    """Return what an article that comes by says."""
    article = work.told
    source = Source(
        article_id=article.id,
        outlet=article.outlet,
        title=article.title,
        event_time=event_time(article),
        url=article.url,
        copy_of=work.copy_of,
        agency=article.agency,
        late=is_late,
    )
    story_id = work.story.id if work.story is not None else ""
    mentioned = _mentioned((entity.id for entity in work.entities), work.signals)
    unites = () if work.fingerprint is None else work.fingerprint.unites
    return Report(source, article.version, article.fetched_at, story_id, work.signals, mentioned, unites)


def recalled(analysis: Analysis) -> Report:
    """Return what an article of the log said."""
    source = Source(
        article_id=analysis.article_id,
        outlet=analysis.outlet,
        title=analysis.title,
        event_time=analysis.event_time,
        url=analysis.url,
        copy_of=analysis.copy_of,
        agency=analysis.agency,
        late=LATE in analysis.notes,
    )
    mentioned = _mentioned((entity.id for entity in analysis.entities), analysis.signals)
    return Report(source, analysis.article_version, None, analysis.story_id, analysis.signals, mentioned, analysis.unites)


def tellings_of(report: Report) -> dict[Act, Telling]:
    """Return what a report tells of each act."""
    by_act: dict[Act, list[Signal]] = defaultdict(list)
    for signal in report.signals:
        if signal.kind in ALERT_FAMILIES:
            by_act[act_of(signal, report.story_id)].append(signal)
    return {act: telling(report, signals) for act, signals in by_act.items()}


def telling(report: Report, signals: Iterable[Signal]) -> Telling:
    """Return what a report tells of an act in these signals."""
    told = tuple(signals)
    quotes = tuple(_quote(report.source, signal) for signal in told)
    return Telling(report.source, facts_of(told), quotes, report.story_id, report.unites)


def facts_of(signals: Iterable[Signal]) -> Facts:
    """Return what signals of one act say together."""
    told = tuple(signals)
    return Facts(
        senders=_once(actor for signal in told for actor in signal.senders),
        targets=_once(actor for signal in told for actor in signal.targets),
        callers=_once(actor for signal in told for actor in signal.callers),
        violators=_once(actor for signal in told for actor in signal.violators),
        reporters=_once(actor for signal in told for actor in signal.reporters),
        measures=_once(measure for signal in told for measure in signal.measures),
        conditions=_once(signal.condition for signal in told if signal.condition is not None),
        deadlines=_once(signal.deadline for signal in told if signal.deadline is not None),
        commitment=max((signal.commitment for signal in told), default=0),
    )


def _once(values: Iterable[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(values))


def _quote(source: Source, signal: Signal) -> Quote:
    return Quote(
        article_id=source.article_id,
        signal_id=signal.id,
        quote=signal.evidence.quote,
        start=signal.evidence.start,
        end=signal.evidence.end,
        commitment=signal.commitment,
        confidence=signal.confidence,
        rule=signal.rule,
        reporters=signal.reporters,
    )


def _mentioned(entity_ids: Iterable[str], signals: Iterable[Signal]) -> frozenset[str]:
    """Return the ids of an article's entities and parties; a copy that the model did not read again has parties alone."""
    parties = {actor.id for signal in signals for role in ROLES for actor in getattr(signal, role)}
    return frozenset({*entity_ids, *(id_ for id_ in parties if id_ is not None)})

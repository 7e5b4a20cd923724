"""Raise alerts: one act by somebody against somebody is one alert, however many outlets tell it.

Observed: a threat is told by forty outlets in forty ways, then repeated, made firmer, denied. Readers want one alert that grows.

Theory: an act is known by (kind, senders, targets, family of measures) and by its *episode*: the stretch of time in which nobody
was silent on it for 72 hours. What an alert holds is a union over its articles, sorted by content, so the same articles give the
same alert in whatever order they come; only the versions on the way differ.

A denial raises no alert of its own. It marks the alerts that it contests: those told in the same article or the same story whose
senders or targets are among the deniers.

Known to be wrong: the episode's mark is the hour of the signal that came first, so two articles either side of a full hour can give
another id when they come in the other order; an actor without an id is known by its words, so two spellings are two actors; an act
that names no party is kept apart by its story.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, TypeVar

from connectors.messages.alert import (
    ALERT_FAMILIES,
    MAX_CHANGES,
    MAX_CONTESTS,
    MAX_LISTED,
    MAX_QUOTES,
    MAX_SOURCES,
    MEASURE_FAMILIES,
    Alert,
    AlertStatus,
    Change,
    Contest,
    MeasureFamily,
    Quote,
    Source,
    alert_id,
)
from connectors.messages.analysis import Analysis
from connectors.messages.article import event_time
from connectors.messages.signal import Actor, Signal, SignalKind
from connectors.messages.story import Story
from pipelines.scores import confidence, severity
from pipelines.work import Work

T = TypeVar("T")
MAX_TEXTS = 200_000  # telling articles whose founders are remembered: a month of 6,000 a day, about 40 MB
CONTESTABLE: frozenset[SignalKind] = frozenset({"threat", "considering", "call_for", "imposed", "extended", "breach"})
NO_TEXTS: Mapping[str, str] = MappingProxyType({})
FAMILY_ORDER: tuple[MeasureFamily, ...] = ("economic", "arms", "movement", "diplomatic", "aid")


@dataclass(frozen=True, slots=True)
class Act:
    """What makes two signals the same act, apart from when."""

    kind: SignalKind
    senders: tuple[str, ...]
    targets: tuple[str, ...]
    measure_family: MeasureFamily


@dataclass(frozen=True, slots=True)
class Denial:
    """A denial and whose it is."""

    contest: Contest
    deniers: frozenset[str]
    targets: frozenset[str]


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


def merged(old: Iterable[T], new: Iterable[T], key: Callable[[T], Any] = repr) -> tuple[T, ...]:
    """Return both without repeats, in the order of their content, the first `MAX_LISTED`."""
    return tuple(sorted({*old, *new}, key=key)[:MAX_LISTED])


def source_of(work: Work) -> Source:
    """Return the article as a source."""
    article = work.told
    return Source(
        article_id=article.id,
        outlet=article.outlet,
        title=article.title,
        event_time=event_time(article),
        url=article.url,
        copy_of=work.copy_of,
    )


def regrouped(sources: Iterable[Source], texts: Mapping[str, str]) -> tuple[Source, ...]:
    """Return the sources by time, each copy naming the earliest source of its group, whichever of the group came first.

    Args:
        sources: of one alert.
        texts: the article whose text each article repeats, itself where none; a source that is not in it stands where it stood.
            `Source.copy_of` alone does not say it: it names the earliest of a group, and that one's own founder is no source
            where it does not tell the act.
    """
    groups: dict[str, list[Source]] = defaultdict(list)
    for source in sources:
        groups[founder_of(source.article_id, texts, source.copy_of)].append(source)
    named: list[Source] = []
    for group in groups.values():
        head = min(group, key=_by_time)
        named += [replace(source, copy_of=None if source is head else head.article_id) for source in group]
    return tuple(sorted(named, key=_by_time))


def founder_of(article_id: str, texts: Mapping[str, str], otherwise: str | None = None) -> str:
    """Return the founder of an article's text, through founders that a crash made copies of others; the least id of a circle."""
    if article_id not in texts:
        return otherwise or article_id
    passed: list[str] = []
    while article_id in texts and article_id not in passed:
        passed.append(article_id)
        article_id = texts[article_id]
    return min(passed[passed.index(article_id) :]) if article_id in passed else article_id


def quotes_of(work: Work, signals: Iterable[Signal]) -> list[Quote]:
    """Return the words that the signals rest on."""
    return [
        Quote(
            article_id=work.told.id,
            signal_id=signal.id,
            quote=signal.evidence.quote,
            start=signal.evidence.start,
            end=signal.evidence.end,
            commitment=signal.commitment,
            confidence=signal.confidence,
            rule=signal.rule,
            reporters=signal.reporters,
        )
        for signal in signals
    ]


def begun(act: Act, work: Work) -> Alert:
    """Return version 0 of a new episode's alert: its identity, and nothing told yet."""
    at = event_time(work.told)
    mark = at.replace(minute=0, second=0, microsecond=0)
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
    )


def told(alert: Alert, work: Work, signals: Sequence[Signal], texts: Mapping[str, str] = NO_TEXTS) -> Alert:
    """Return the alert with what one article says of its act. Telling the same article again changes nothing.

    Args:
        alert, work, signals: what is told of what, and in which words.
        texts: see `regrouped`.
    """
    source = source_of(work)
    others = [kept for kept in alert.sources if kept.article_id != source.article_id]
    known = len(others) < len(alert.sources)
    kept = [quote for quote in alert.evidence if quote.article_id != source.article_id]
    quotes = quotes_of(work, signals)
    at = source.event_time
    return replace(
        alert,
        senders=merged(alert.senders, (actor for signal in signals for actor in signal.senders), _by_actor),
        targets=merged(alert.targets, (actor for signal in signals for actor in signal.targets), _by_actor),
        callers=merged(alert.callers, (actor for signal in signals for actor in signal.callers), _by_actor),
        violators=merged(alert.violators, (actor for signal in signals for actor in signal.violators), _by_actor),
        reporters=merged(alert.reporters, (actor for signal in signals for actor in signal.reporters), _by_actor),
        measures=merged(alert.measures, (measure for signal in signals for measure in signal.measures)),
        conditions=merged(alert.conditions, (signal.condition for signal in signals if signal.condition is not None)),
        deadlines=merged(alert.deadlines, (signal.deadline for signal in signals if signal.deadline is not None)),
        commitment=max(alert.commitment, *(signal.commitment for signal in signals)),
        sources=regrouped([*others, source], texts)[:MAX_SOURCES],
        source_count=alert.source_count + (not known),
        evidence=tuple(sorted([*kept, *quotes], key=_by_firmness)[:MAX_QUOTES]),
        evidence_count=alert.evidence_count + len(quotes) - (len(alert.evidence) - len(kept)),
        story_ids=merged(alert.story_ids, [work.story.id] if work.story is not None else []),
        first_at=min(alert.first_at, at),
        last_at=max(alert.last_at, at),
    )


def words_of(contest: Contest) -> str:
    """Return the words of a denial, whatever the white space."""
    return " ".join(contest.quote.split())


def contested(alert: Alert, contest: Contest) -> Alert:
    """Return the alert marked by a denial; the same words count once, as those of the article with the least id."""
    by_words = {words_of(known): known for known in alert.contested}
    known = by_words.get(words_of(contest))
    if known is None or contest.article_id < known.article_id:
        by_words[words_of(contest)] = contest
    return replace(alert, contested=tuple(sorted(by_words.values(), key=repr)[:MAX_CONTESTS]))


def without(alert: Alert, article_id: str, texts: Mapping[str, str] = NO_TEXTS) -> Alert:
    """Return the alert without an article that no longer tells it; retracted when none is left."""
    sources = [source for source in alert.sources if source.article_id != article_id]
    evidence = tuple(quote for quote in alert.evidence if quote.article_id != article_id)
    return replace(
        alert,
        status=alert.status if sources else "retracted",
        sources=regrouped(sources, texts),
        source_count=alert.source_count - 1,
        evidence=evidence,
        evidence_count=alert.evidence_count - (len(alert.evidence) - len(evidence)),
    )


def changes(old: Alert, new: Alert) -> tuple[str, ...]:
    """Return what is new, in words for the timeline; empty when nothing is."""
    lines = []
    if old.version == 0:
        lines.append("first told")
    if new.status == "retracted" and old.status != "retracted":
        lines.append("withdrawn at its source")
    for name in ("senders", "targets", "measures", "conditions", "deadlines", "contested"):
        if old.version and getattr(new, name) != getattr(old, name):
            lines.append(f"{name}: {len(getattr(new, name)) - len(getattr(old, name)):+d}")
    if old.version and new.commitment > old.commitment:
        lines.append(f"firmer: {old.commitment} to {new.commitment}")
    if old.version and new.independent_outlet_count > old.independent_outlet_count:
        lines.append(f"independent outlets: {new.independent_outlet_count}")
    if old.version and not lines and (new.sources != old.sources or is_milestone(old, new)):
        lines.append(f"articles: {new.source_count}")
    if old.version and not lines and new.evidence != old.evidence:
        lines.append("words of a known source")
    return tuple(lines)


def is_milestone(old: Alert, new: Alert) -> bool:
    """Whether an alert's count of articles has reached the next power of two, or its last word is of another day.

    Beyond `MAX_SOURCES` one more copy changes nothing but these, and a version for each of ten thousand copies is of no use. The
    day matters to a restart, which takes the end of the episode from the last version.
    """
    return new.source_count.bit_length() > old.source_count.bit_length() or new.last_at.date() != old.last_at.date()


def published(old: Alert, new: Alert, work: Work) -> Alert | None:
    """Return the next version for subscribers, scored and with its timeline; None when nothing has changed."""
    new = _counted(new)
    what = changes(old, new)
    if not what:
        return None
    version = old.version + 1
    change = Change(version=version, event_time=event_time(work.told), article_id=work.told.id, what=what)
    told_status: AlertStatus = "raised" if version == 1 else "updated"
    severity_score, severity_level, severity_terms = severity(new)
    confidence_score, confidence_terms = confidence(new)
    return replace(
        new,
        version=version,
        status=told_status if new.sources else "retracted",
        timeline=(*new.timeline, change)[-MAX_CHANGES:],
        severity=severity_level,
        severity_score=severity_score,
        severity_terms=severity_terms,
        confidence=confidence_score,
        confidence_terms=confidence_terms,
    )


def _counted(alert: Alert) -> Alert:
    independent = {source.outlet for source in alert.sources if source.copy_of is None}
    return replace(alert, outlet_count=len({source.outlet for source in alert.sources}), independent_outlet_count=len(independent))


def _by_time(source: Source) -> tuple[datetime, str]:
    return source.event_time, source.article_id


def _by_actor(actor: Actor) -> tuple[bool, str, str, str]:
    return actor.id is None, actor.id or "", actor.name.casefold(), actor.name


def _by_firmness(quote: Quote) -> tuple[int, str, int, str]:
    return -quote.commitment, quote.article_id, quote.start, quote.signal_id


@dataclass(slots=True)
class RaiseAlerts:
    """The alerts of the last months, by act, the denials heard in each story, and whose text each telling article repeats."""

    gap: timedelta = timedelta(hours=72)
    kept_for: timedelta = timedelta(days=90)
    episodes: dict[Act, list[str]] = field(default_factory=lambda: defaultdict(list))
    alerts: dict[str, Alert] = field(default_factory=dict)
    by_story: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    denials: dict[str, dict[str, Denial]] = field(default_factory=lambda: defaultdict(dict))
    texts: dict[str, str] = field(default_factory=dict)
    heard: dict[str, datetime] = field(default_factory=dict)

    def absorb(self, message: Analysis | Story | Alert) -> None:
        """Remember one alert, or one article's denials, of the log."""
        if isinstance(message, Alert):
            known = self.alerts.get(message.id)
            if known is None:
                self.episodes[act_of_alert(message)].append(message.id)
            if known is None or message.version > known.version:
                self._keep(message)
        elif isinstance(message, Analysis):
            self._note(message.article_id, message.copy_of, message.signals)
            self._hear(message.story_id, denials_of(message.article_id, message.signals), message.event_time)

    def tell(self, work: Work) -> Sequence[Work]:
        """Return the work with the alerts that it raised, updated or retracted."""
        if work.repeat or work.article is None or work.failure is not None:
            return [work]
        self._note(work.told.id, work.copy_of, work.signals)
        touched = self._told(work)
        self._withdraw(work, touched)
        self._contest(work, touched)
        alerts = []
        for old, new in touched.values():
            version = published(old, new, work)
            self._keep(new if version is None else version)
            alerts += [] if version is None else [version]
        self._expire(event_time(work.told))
        return [replace(work, alerts=tuple(alerts))]

    def _told(self, work: Work) -> dict[str, tuple[Alert, Alert]]:
        """Return each alert whose act the article tells, as it was and as it is with it."""
        story_id = work.story.id if work.story is not None else ""
        by_act: dict[Act, list[Signal]] = defaultdict(list)
        for signal in work.signals:
            if signal.kind in ALERT_FAMILIES:
                by_act[act_of(signal, story_id)].append(signal)
        touched = {}
        for act, signals in by_act.items():
            old = self._episode(act, work)
            touched[old.id] = (old, told(old, work, signals, self.texts))
        return touched

    def _episode(self, act: Act, work: Work) -> Alert:
        """Return the alert of the act whose episode the article falls into, or a new one that names what it answers."""
        at = event_time(work.told)
        open_ = [alert for alert in map(self.alerts.__getitem__, self.episodes.get(act, ())) if in_episode(alert, at, self.gap)]
        if open_:
            return max(open_, key=lambda alert: (alert.last_at, alert.id))
        new = begun(act, work)
        if new.id in self.alerts:  # the same hour, after an episode of it that expired here and not in the log
            return self.alerts[new.id]
        self.episodes[act].append(new.id)
        self.alerts[new.id] = new
        return replace(new, related=self._related(act, at, new.id))

    def _related(self, act: Act, at: datetime, own: str) -> tuple[str, ...]:
        """Return recent alerts of another kind between the same parties, or with the parties turned round."""
        pair = {act.senders, act.targets}
        return tuple(
            sorted(
                id_
                for other, ids in self.episodes.items()
                if {other.senders, other.targets} == pair
                for id_ in ids
                if id_ != own and abs(self.alerts[id_].last_at - at) <= timedelta(days=14)
            )
        )

    def _withdraw(self, work: Work, touched: dict[str, tuple[Alert, Alert]]) -> None:
        """Take a new version of an article out of the alerts whose act it no longer tells."""
        if work.told.version == 1 or work.story is None:
            return
        for id_ in sorted(self.by_story.get(work.story.id, ())):
            if id_ not in touched and any(source.article_id == work.told.id for source in self.alerts[id_].sources):
                touched[id_] = (self.alerts[id_], without(self.alerts[id_], work.told.id, self.texts))

    def _contest(self, work: Work, touched: dict[str, tuple[Alert, Alert]]) -> None:
        """Mark what this article's denials contest, and what earlier denials of the story contest in what it tells anew."""
        story_id = work.story.id if work.story is not None else ""
        heard = self._hear(story_id, denials_of(work.told.id, work.signals), event_time(work.told))
        for id_ in sorted(self.by_story.get(story_id, ())) if heard else ():
            touched.setdefault(id_, (self.alerts[id_], self.alerts[id_]))
        for id_, (old, new) in touched.items():
            is_known = story_id in old.story_ids and (old.senders, old.targets) == (new.senders, new.targets)
            for denial in heard if is_known else self.denials.get(story_id, {}).values():
                if contests(denial, new):
                    new = contested(new, denial.contest)
            touched[id_] = (old, new)

    def _note(self, article_id: str, copy_of: str | None, signals: Sequence[Signal]) -> None:
        """Remember whose text an article repeats, if it tells an act; the last `MAX_TEXTS` articles are remembered."""
        if any(signal.kind in ALERT_FAMILIES for signal in signals):
            self.texts.pop(article_id, None)
            self.texts[article_id] = copy_of or article_id
        if len(self.texts) > MAX_TEXTS:
            del self.texts[next(iter(self.texts))]

    def _hear(self, story_id: str, denials: Iterable[Denial], at: datetime) -> list[Denial]:
        """Remember the denials of a story and return those that are new; the same words are the article's with the least id."""
        new = []
        for denial in denials:
            words = words_of(denial.contest)
            before = self.denials[story_id].get(words)
            if before is None or denial.contest.article_id < before.contest.article_id:
                self.denials[story_id][words] = denial
                new.append(denial)
        if new:
            latest = max(at, self.heard.pop(story_id, at))
            self.heard[story_id] = latest
        return new

    def _keep(self, alert: Alert) -> None:
        """Remember an alert's newest state; what was told longest ago stands first."""
        self.alerts.pop(alert.id, None)
        self.alerts[alert.id] = alert
        for story_id in alert.story_ids:
            self.by_story[story_id].add(alert.id)

    def _expire(self, now: datetime) -> None:
        """Forget the alerts that have left the log, and the denials that are as old."""
        while self.heard and self.heard[story := next(iter(self.heard))] < now - self.kept_for:
            del self.heard[story]
            self.denials.pop(story, None)
        while self.alerts and (oldest := next(iter(self.alerts.values()))).last_at < now - self.kept_for:
            del self.alerts[oldest.id]
            act = act_of_alert(oldest)
            self.episodes[act].remove(oldest.id)
            if not self.episodes[act]:
                del self.episodes[act]
            for story_id in oldest.story_ids:
                self.by_story[story_id].discard(oldest.id)
                if not self.by_story[story_id]:
                    del self.by_story[story_id]


def act_of_alert(alert: Alert) -> Act:
    """Return what an alert's act is known by: the parties' ids, or their words."""
    senders, targets = party(alert.senders), party(alert.targets)
    if not senders and not targets:
        targets = (f"story:{next(iter(alert.story_ids), '')}",)
    return Act(alert.kind, senders, targets, alert.measure_family)


def in_episode(alert: Alert, at: datetime, gap: timedelta) -> bool:
    """Whether an article of this event time continues the alert's episode."""
    return alert.first_at - gap <= at <= alert.last_at + gap


def denials_of(article_id: str, signals: Iterable[Signal]) -> list[Denial]:
    """Return the denials among an article's signals."""
    return [
        Denial(
            Contest(deniers=signal.deniers, article_id=article_id, quote=signal.evidence.quote),
            frozenset(actor.id for actor in signal.deniers if actor.id is not None),
            frozenset(actor.id for actor in signal.targets if actor.id is not None),
        )
        for signal in signals
        if signal.kind == "denial"
    ]


def contests(denial: Denial, alert: Alert) -> bool:
    """Whether a denial heard beside an alert contests it: the denier is a party of it, or the denial names its target."""
    senders = {actor.id for actor in alert.senders}
    targets = {actor.id for actor in alert.targets}
    concerned = denial.deniers & (senders | targets) or denial.targets & targets
    return alert.kind in CONTESTABLE and bool(concerned)

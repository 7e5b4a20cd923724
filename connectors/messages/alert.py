"""What subscribers read: one act by somebody against somebody, as told by every outlet that told it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from connectors.messages.identity import content_id
from connectors.messages.signal import Actor, Condition, Measure, SignalKind, Term

AlertStatus = Literal["raised", "updated", "retracted"]
AlertFamily = Literal["threat", "measure", "easing"]
MAX_SOURCES = 20
MAX_QUOTES = 20
MAX_CONTESTS = 10
MAX_CHANGES = 50
MAX_LISTED = 50
MeasureFamily = Literal["economic", "arms", "movement", "diplomatic", "aid"]
Severity = Literal["low", "medium", "high", "critical"]

# Which topic carries an alert of which kind. `denial` raises none of its own: it marks the alert that it contests.
ALERT_FAMILIES: dict[SignalKind, AlertFamily] = {
    "threat": "threat",
    "considering": "threat",
    "call_for": "threat",
    "ruled_out": "threat",
    "imposed": "measure",
    "extended": "measure",
    "breach": "measure",
    "ease_intent": "easing",
    "eased": "easing",
    "demand_ease": "easing",
    "refuse_ease": "easing",
}
# Forty outlets name the same act in forty ways, so an alert is keyed by a coarse family of measures. `unspecified` is economic:
# that is what "sanctions" alone means in the news.
MEASURE_FAMILIES: dict[Measure, MeasureFamily] = {
    "asset_freeze": "economic",
    "export_control": "economic",
    "import_ban": "economic",
    "total_embargo": "economic",
    "finance": "economic",
    "investment_ban": "economic",
    "services_ban": "economic",
    "sectoral": "economic",
    "secondary": "economic",
    "unspecified": "economic",
    "arms_embargo": "arms",
    "travel_ban": "movement",
    "transport": "movement",
    "blockade": "movement",
    "diplomatic": "diplomatic",
    "agreement_suspended": "diplomatic",
    "aid_cut": "aid",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One article that tells the act.

    Attributes:
        article_id, outlet, url, title: the article.
        event_time: when it spoke.
        copy_of: id of the article whose text, or whose agency's report, it repeats; such a source is not an independent one.
        agency: the wire service that it credits; empty for none.
        late: whether it came long after it was published, so that it counts and is no news.
    """

    article_id: str
    outlet: str
    title: str
    event_time: datetime
    url: str = ""
    copy_of: str | None = None
    agency: str = ""
    late: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """The words of one article that an alert rests on.

    Attributes:
        article_id, signal_id: where they come from.
        quote: the sentence.
        start, end: its character offsets into that article's text.
        commitment: 1 hedged, 2 plain, 3 emphatic or specific.
        confidence: of the signal, 0 to 1.
        rule: name of the rule that found it.
        reporters: who says that it is so, where that is not the sender.
    """

    article_id: str
    signal_id: str
    quote: str
    start: int
    end: int
    commitment: int
    confidence: float = 0.5
    rule: str = ""
    reporters: tuple[Actor, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Contest:
    """A denial.

    Attributes:
        deniers: who rejects the charge, the plan or the threat.
        article_id: the article that tells it.
        quote: in which words.
    """

    deniers: tuple[Actor, ...]
    article_id: str
    quote: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One line of an alert's history.

    Attributes:
        version: the version that it made.
        event_time, article_id: of the article that made it.
        what: what was new in it.
    """

    version: int
    event_time: datetime
    article_id: str
    what: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One act about sanctions, updated in place.

    Attributes:
        id: 32 hexadecimal digits, see `alert_id`.
        version: 1, 2, 3, ... without gaps.
        status: `raised` (version 1), `updated`, or `retracted`.
        kind, family: the act, and the topic family that carries it.
        measure_family: the coarse measure that is part of the identity.
        episode_started_at: event time of the first signal of the episode, cut to the hour. First is the one that arrived first.
        arrived_at: when that one arrived.
        senders, targets: parties, every name form once, at most `MAX_LISTED` each, like all lists that follow.
        callers, violators, reporters: parties of other roles, where the kind has them.
        measures, conditions, deadlines: all that was told, sorted.
        commitment: the firmest words heard: 1 hedged, 2 plain, 3 emphatic or specific.
        severity, severity_score, severity_terms: what it would mean.
        confidence, confidence_terms: how sure.
        contested: denials by its parties within its episode, at most `MAX_CONTESTS`.
        sources: articles that tell it, by event time then id, at most `MAX_SOURCES`: independent ones, then firm ones, then the
            newest.
        source_count: articles in all.
        outlet_count: outlets in all.
        independent_outlet_count: outlets in all that tell it in a voice of their own: outlets that print one text, or one wire
            service, are one voice.
        evidence: quotes, firmest first, then independent ones, then the newest, at most `MAX_QUOTES`.
        evidence_count: quotes in all.
        story_ids: stories of its sources, sorted.
        related: ids of alerts that it escalates or answers, sorted.
        followed_by: ids of alerts that escalate, answer or withdraw it, sorted.
        superseded_by: id under which the act goes now; such an alert is `retracted`. Empty for none.
        supersedes: ids under which it went before, sorted.
        timeline: what changed when, oldest first, at most `MAX_CHANGES`.
        first_at, last_at: earliest and latest event time of its sources.
    """

    id: str
    version: int
    status: AlertStatus
    kind: SignalKind
    family: AlertFamily
    measure_family: MeasureFamily
    episode_started_at: datetime
    first_at: datetime
    last_at: datetime
    senders: tuple[Actor, ...] = ()
    targets: tuple[Actor, ...] = ()
    callers: tuple[Actor, ...] = ()
    violators: tuple[Actor, ...] = ()
    reporters: tuple[Actor, ...] = ()
    measures: tuple[Measure, ...] = ()
    conditions: tuple[Condition, ...] = ()
    deadlines: tuple[str, ...] = ()
    commitment: int = 2
    severity: Severity = "low"
    severity_score: float = 0.0
    severity_terms: tuple[Term, ...] = ()
    confidence: float = 0.0
    confidence_terms: tuple[Term, ...] = ()
    contested: tuple[Contest, ...] = ()
    sources: tuple[Source, ...] = ()
    source_count: int = 0
    outlet_count: int = 0
    independent_outlet_count: int = 0
    evidence: tuple[Quote, ...] = ()
    evidence_count: int = 0
    story_ids: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    timeline: tuple[Change, ...] = ()
    followed_by: tuple[str, ...] = ()
    superseded_by: str = ""
    supersedes: tuple[str, ...] = ()
    arrived_at: datetime | None = None


def alert_id(kind: str, senders: Iterable[str], targets: Iterable[str], measure_family: str, episode: datetime) -> str:
    """Return the id of an alert.

    Args:
        kind: the signal kind.
        senders, targets: actor ids, or lower-cased names of actors without one; their order does not matter.
        measure_family: the coarse measure.
        episode: event time of the episode's first signal, cut to the hour.
    """
    mark = episode.isoformat(timespec="hours")
    return content_id("alert", kind, ",".join(sorted(set(senders))), ",".join(sorted(set(targets))), measure_family, mark)

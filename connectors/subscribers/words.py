"""An alert in words: who does what to whom, how firmly, and who tells it. Pure functions from an `Alert` to lines of text.

Every text is put through `plain`, so that a line can be printed anywhere. Parties are told apart by their id, so "Washington" and
"the United States" are one party: under its reference name where `names` has one, else under the first of its names.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from connectors.messages.alert import Alert, Source
from connectors.messages.signal import Actor, Measure, SignalKind
from connectors.subscribers.plain import plain
from connectors.watchlists.base import Match, reasons

MAX_QUOTES = 3
MAX_OUTLETS = 8
MAX_WATCHED = 5


@dataclass(frozen=True, slots=True)
class Phrase:
    """How a kind is told.

    Attributes:
        role: the field of `Alert` that is the sentence's subject.
        one, many: the verb, for one subject and for several.
        rest: what follows; may name `{measures}` and any role.
    """

    role: str
    one: str
    many: str
    rest: str


@dataclass(frozen=True, slots=True)
class Line:
    """One labelled line of an alert."""

    label: str
    text: str


PHRASES: dict[SignalKind, Phrase] = {
    "threat": Phrase("senders", "threatens", "threaten", "{targets} with {measures}"),
    "considering": Phrase("senders", "weighs", "weigh", "{measures} against {targets}"),
    "call_for": Phrase("callers", "calls on", "call on", "{senders} to impose {measures} on {targets}"),
    "ruled_out": Phrase("senders", "rules out", "rule out", "{measures} against {targets}"),
    "imposed": Phrase("senders", "imposes", "impose", "{measures} on {targets}"),
    "extended": Phrase("senders", "extends", "extend", "{measures} on {targets}"),
    "breach": Phrase("violators", "breaks", "break", "{measures} of {senders} against {targets}"),
    "ease_intent": Phrase("senders", "offers to ease", "offer to ease", "{measures} on {targets}"),
    "eased": Phrase("senders", "eases", "ease", "{measures} on {targets}"),
    "demand_ease": Phrase("callers", "asks", "ask", "{senders} to ease {measures} on {targets}"),
    "refuse_ease": Phrase("senders", "refuses to ease", "refuse to ease", "{measures} on {targets}"),
}
MEASURE_WORDS: dict[Measure, str] = {
    "asset_freeze": "an asset freeze",
    "travel_ban": "a travel ban",
    "arms_embargo": "an arms embargo",
    "aid_cut": "an aid cut",
    "export_control": "export controls",
    "import_ban": "an import ban",
    "total_embargo": "an embargo",
    "finance": "financial restrictions",
    "investment_ban": "an investment ban",
    "services_ban": "a ban on services",
    "transport": "closed transport routes",
    "agreement_suspended": "a suspended agreement",
    "diplomatic": "diplomatic measures",
    "blockade": "a blockade",
    "sectoral": "sectoral measures",
    "secondary": "secondary sanctions",
    "unspecified": "sanctions",
}
QUOTATION_MARKS = ('"', "“", "«", "„")
Names = Mapping[str, str]
NO_NAMES: Names = {}
FIRMNESS = {1: "hedged", 2: "plain", 3: "emphatic"}
FOLLOWED = ("escalated", "answered", "withdrawn:")
SEVERAL = re.compile(r"(?:two|three|four|five|six|seven|eight|nine|ten|both|several|many|some|dozens|\d\d+|[2-9])\s", re.IGNORECASE)
ROLES = ("senders", "targets", "callers", "violators")


def headline(alert: Alert, names: Names = NO_NAMES) -> str:
    """Return the act in one sentence, such as "The United States (USA) threatens Russia (RUS) with sanctions".

    Args:
        alert: the act.
        names: reference names by id.
    """
    phrase = PHRASES[alert.kind]
    subjects = parties(getattr(alert, phrase.role), names)
    values = {role: listed(parties(getattr(alert, role), names)) or "a party not named" for role in ROLES}
    verb = phrase.many if len(subjects) > 1 or any(map(SEVERAL.match, subjects)) else phrase.one
    rest = phrase.rest.format(measures=measures_in_words(alert.measures), **values)
    sentence = f"{values[phrase.role]} {verb} {rest}"
    return sentence[:1].upper() + sentence[1:]


def parties(actors: Iterable[Actor], names: Names = NO_NAMES) -> tuple[str, ...]:
    """Return one name for each party, in order, with its code where the name does not show it."""
    found: dict[str, str] = {}
    for actor in actors:
        name = plain(names.get(actor.id or "", actor.name), 80)
        key = actor.id or name.casefold()
        found.setdefault(key, name if actor.id in (None, name) else f"{name} ({plain(actor.id or '', 20)})")
    return tuple(found.values())


def measures_in_words(measures: Sequence[Measure]) -> str:
    """Return the measures as a phrase; `unspecified` beside a named one says nothing and is left out."""
    named = [MEASURE_WORDS[measure] for measure in measures if measure != "unspecified"]
    return listed(named) or MEASURE_WORDS["unspecified"]


def listed(words: Sequence[str]) -> str:
    """Return "a", "a and b" or "a, b and c"."""
    return " and ".join([*([", ".join(words[:-1])] if len(words) > 1 else []), *words[-1:]])


def describe(alert: Alert, received_at: datetime, names: Names = NO_NAMES, watched: Iterable[Match] = ()) -> tuple[Line, ...]:
    """Return what people want to read of an alert, below its headline; of an update, only what is new in it, and who is watched."""
    news = what_changed(alert)
    is_first = alert.status == "raised" or not news
    return (
        *([] if is_first else [Line("new", plain("; ".join(news), 200))]),
        *(Line("watched", watched_words(match)) for match in list(watched)[:MAX_WATCHED]),
        *(Line(one.direction, _quoted(one.text)) for one in alert.conditions if is_first or _tells(news, "conditions")),
        *(Line("by", _quoted(deadline)) for deadline in alert.deadlines if is_first or _tells(news, "deadlines")),
        *([Line("firmness", firmness(alert))] if is_first or _tells(news, "firmer") else []),
        *(_denials(alert, names) if is_first or _tells(news, "contested") else []),
        *_quotes(alert, None if is_first else {change.article_id for change in alert.timeline if change.version == alert.version}),
        *(Line("follows", f"alert {plain(id_, 40)}") for id_ in alert.related if is_first or _tells(news, "related")),
        *(Line("then", f"alert {plain(id_, 40)}") for id_ in alert.followed_by if _tells(news, *FOLLOWED)),
        Line("told by", told_by(alert)),
        Line("delay", f"{in_words(received_at - spoken_at(alert))} from publication to alert"),
        Line("alert", f"{plain(alert.id, 40)} version {alert.version}, {alert.status}, severity {alert.severity}"),
    )


def watched_words(match: Match) -> str:
    """Return who may be on which list, how sure that is, and why."""
    who = f"“{plain(match.name, 80)}” ({match.role}) may be {plain(match.listed, 80)} of {match.watchlist}, {match.score:.2f}"
    return f"{who}: {plain(reasons(match), 200)}"


def firmness(alert: Alert) -> str:
    """Return how firm the words are and how sure we are of them."""
    return f"{FIRMNESS[alert.commitment]} words ({alert.commitment} of 3); confidence {alert.confidence:.2f}"


def told_by(alert: Alert) -> str:
    """Return the outlets, how many there are first; copies are marked, and what comes from a wire service names it."""
    names = [f"{outlet} ({label})" if label else outlet for outlet, label in _outlets(alert.sources)]
    hidden = max(alert.outlet_count, len(names)) - MAX_OUTLETS
    more = f" and {hidden} more" if hidden > 0 else ""
    outlets = "1 outlet" if alert.outlet_count == 1 else f"{alert.outlet_count} outlets"
    return f"{outlets}, {alert.independent_outlet_count} independent: {', '.join(names[:MAX_OUTLETS])}{more}"


def what_changed(alert: Alert) -> tuple[str, ...]:
    """Return what this version brought, where the alert says it."""
    return next((change.what for change in alert.timeline if change.version == alert.version), ())


def spoken_at(alert: Alert) -> datetime:
    """Return the event time of the article that made this version."""
    return next((change.event_time for change in alert.timeline if change.version == alert.version), alert.last_at)


def in_words(span: timedelta) -> str:
    """Return a span of time in the unit that suits it; a clock that runs ahead gives 0."""
    seconds = max(0.0, span.total_seconds())
    for unit, size in (("days", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.1f} s"


def _outlets(sources: Iterable[Source]) -> tuple[tuple[str, str], ...]:
    """Return each outlet once, and whose words it has: a wire service's, "copy" for another outlet's, empty for its own."""
    labels: dict[str, str] = {}
    for source in sources:
        label = plain(source.agency, 40) or ("copy" if source.copy_of is not None else "")
        name = plain(source.outlet, 60)
        labels[name] = min(label, labels.get(name, label), key=bool)
    return tuple(labels.items())


def _tells(news: Iterable[str], *names: str) -> bool:
    return any(line.startswith(names) for line in news)


def _denials(alert: Alert, names: Names) -> list[Line]:
    """Return one line for each denier, with the first of its words."""
    first: dict[str, str] = {}
    for contest in alert.contested:
        first.setdefault(listed(parties(contest.deniers, names)) or "a party not named", contest.quote)
    return [Line("contested", f"by {denier}: {_quoted(quote)}") for denier, quote in first.items()]


def _quotes(alert: Alert, makers: Collection[str] | None) -> tuple[Line, ...]:
    """Return the firmest words, each once, with the outlets that carry them.

    Args:
        alert: whose quotes.
        makers: ids of the articles that made an update; then only words that no other article has are news.
    """
    outlets = {source.article_id: plain(source.outlet, 60) for source in alert.sources}
    shown: dict[str, dict[str, None]] = {}
    for quote in alert.evidence:
        known = next((other for other in shown if _same(plain(quote.quote), other)), plain(quote.quote))
        shown.setdefault(known, {})[quote.article_id] = None
    wanted = {text: tellers for text, tellers in shown.items() if makers is None or tellers.keys() <= set(makers)}
    lines = [
        Line("quote", f"{_quoted(text)} — {', '.join(outlets.get(teller, 'an outlet not listed') for teller in tellers)}")
        for text, tellers in wanted.items()
    ]
    more = len(lines) - MAX_QUOTES
    return (*lines[:MAX_QUOTES], *([Line("", f"and {more} more")] if more > 0 else []))


def _same(text: str, other: str) -> bool:
    """Say whether two quotes are one, a dateline or quotation marks apart."""
    one, two = ("".join(filter(str.isalnum, words)).casefold() for words in (text, other))
    return one in two or two in one


def _quoted(text: str) -> str:
    words = plain(text)
    return words if words[:1] in QUOTATION_MARKS else f"“{words}”"

"""What a template shows, from what the read model holds. Pure functions; every text of a stranger goes through `plain`.

`segments` finds what to highlight in a quote. It works on the quote as it is shown, so that nothing it marks is off by what `plain`
took out.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from connectors.messages.alert import Alert
from connectors.messages.codec import to_dict
from connectors.messages.signal import Actor, Term
from connectors.subscribers.plain import plain
from connectors.subscribers.words import MEASURE_WORDS, Names, in_words, parties
from connectors.watchlists.base import Match

Json = Mapping[str, Any]
QUOTE_LIMIT = 700
RAW_LIMIT = 24_000
KIND_WORDS = {
    "threat": "threat",
    "considering": "under consideration",
    "call_for": "call for",
    "ruled_out": "ruled out",
    "imposed": "imposed",
    "extended": "extended",
    "breach": "breach",
    "ease_intent": "offer to ease",
    "eased": "eased",
    "demand_ease": "demand to ease",
    "refuse_ease": "refusal to ease",
}
VERDICT_WORDS = {"true": "judged true", "false": "judged false", "duplicate": "a duplicate", "irrelevant": "irrelevant"}


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of a text, and what it is: empty, `party`, `condition` or `deadline`."""

    text: str
    role: str


@dataclass(frozen=True, slots=True)
class Bar:
    """One term of a score: its name, its value, and how long its bar is, 0 to 100."""

    name: str
    value: float
    length: int


def segments(text: str, marks: Iterable[tuple[str, str]]) -> tuple[Segment, ...]:
    """Return a text cut at what is marked in it.

    Args:
        text: as shown.
        marks: (words, role); each is marked wherever it stands, and later ones over earlier ones.
    """
    painted = [""] * len(text)
    for words, role in marks:
        start = text.find(words) if words else -1
        while start >= 0:
            end = start + len(words)
            if _is_whole(text, start, end):
                painted[start:end] = [role] * len(words)
            start = text.find(words, end)
    found, at = [], 0
    for role, run in groupby(painted):
        end = at + sum(1 for _ in run)
        found.append(Segment(text[at:end], role))
        at = end
    return tuple(found)


def _is_whole(text: str, start: int, end: int) -> bool:
    """Say whether a stretch begins and ends with a word."""
    return not (text[start - 1 : start].isalnum() and start > 0) and not text[end : end + 1].isalnum()


def marks_of(alert: Alert) -> list[tuple[str, str]]:
    """Return what to mark in the quotes of an alert: parties, over them conditions, over those deadlines."""
    actors = (*alert.senders, *alert.targets, *alert.callers, *alert.violators)
    texts = [
        *((condition.text, "condition") for condition in alert.conditions),
        *((deadline, "deadline") for deadline in alert.deadlines),
        *((actor.name, "party") for actor in actors),
    ]
    order = {"party": 0, "condition": 1, "deadline": 2}
    return sorted({(plain(text), role) for text, role in texts}, key=lambda mark: (order[mark[1]], mark[0]))


def row(summary: Json, now: datetime) -> dict[str, Any]:
    """Return one row of a list."""
    measures = [measure_words(measure) for measure in summary["measures"] if measure != "unspecified"]
    return {
        **summary,
        "href": f"/alerts/{summary['id']}",
        "kind_words": KIND_WORDS[summary["kind"]],
        "from_to": f"{_codes(summary['senders'])} → {_codes(summary['targets'])}",
        "measure_words": measures,
        "age": age(summary["last_at"], now),
        "verdict_words": VERDICT_WORDS.get(summary["verdict"] or "", ""),
        "confidence_percent": round(100 * summary["confidence"]),
    }


def _codes(found: Sequence[Json]) -> str:
    codes = [str(party["id"] or party["name"]) for party in found]
    return ", ".join(codes[:2]) + (f" +{len(codes) - 2}" if len(codes) > 2 else "") if codes else "?"


def measure_words(measure: str) -> str:
    """Return a measure in words, without its article."""
    words = next((words for name, words in MEASURE_WORDS.items() if name == measure), measure)
    return words.removeprefix("an ").removeprefix("a ")


def age(at: str, now: datetime) -> str:
    """Return how long ago that was, in words."""
    span = now - datetime.fromisoformat(at)
    return "just now" if span.total_seconds() < 60 else f"{in_words(span)} ago"


def watched(matches: Iterable[Match]) -> list[dict[str, Any]]:
    """Return who may be on a watchlist, with the terms of each score."""
    return [
        {
            "watchlist": match.watchlist,
            "name": plain(match.name, 120),
            "role": match.role,
            "listed": plain(match.listed, 120),
            "entry_id": plain(match.entry_id, 80),
            "entry_type": match.entry_type,
            "score": match.score,
            "terms": [{"name": plain(term.name, 120), "value": term.value} for term in match.terms],
        }
        for match in matches
    ]


def bars(terms: Sequence[Term]) -> list[Bar]:
    """Return the terms of a score as bars, the greatest as the measure."""
    most = max((abs(term.value) for term in terms), default=1.0) or 1.0
    return [Bar(plain(term.name, 80), term.value, round(100 * abs(term.value) / most)) for term in terms]


def quotes(alert: Alert) -> list[dict[str, Any]]:
    """Return the quotes, each once, with what is highlighted in them and who printed them."""
    marks, outlets = marks_of(alert), {source.article_id: plain(source.outlet, 80) for source in alert.sources}
    shown: dict[str, dict[str, Any]] = {}
    for quote in alert.evidence:
        text = plain(quote.quote, QUOTE_LIMIT)
        key = "".join(filter(str.isalnum, text)).casefold()
        told = shown.setdefault(
            key,
            {
                "segments": segments(text, marks),
                "tellers": {},
                "rule": plain(quote.rule, 80),
                "commitment": quote.commitment,
                "confidence": round(100 * quote.confidence),
                "reporters": ", ".join(parties(quote.reporters)),
            },
        )
        told["tellers"][plain(quote.article_id, 64)] = outlets.get(quote.article_id, "an outlet not listed")
    return list(shown.values())


def sources(alert: Alert, now: datetime) -> list[dict[str, Any]]:
    """Return the articles that tell it, newest first."""
    return [
        {
            "article_id": plain(source.article_id, 64),
            "outlet": plain(source.outlet, 80),
            "title": plain(source.title, 200),
            "url": link(source.url),
            "at": source.event_time.isoformat(),
            "age": age(source.event_time.isoformat(), now),
            "agency": plain(source.agency, 60),
            "is_copy": source.copy_of is not None,
            "late": source.late,
        }
        for source in reversed(alert.sources)
    ]


def link(url: str) -> str:
    """Return an address that may be followed; empty for one of another scheme than the web's."""
    return url if url.startswith(("https://", "http://")) and len(url) <= 4_000 and url.isprintable() and " " not in url else ""


def timeline(alert: Alert) -> list[dict[str, Any]]:
    """Return the versions, newest first, with what each brought."""
    outlets = {source.article_id: plain(source.outlet, 80) for source in alert.sources}
    return [
        {
            "version": change.version,
            "at": change.event_time.isoformat(),
            "what": [plain(what, 120) for what in change.what],
            "outlet": outlets.get(change.article_id, ""),
        }
        for change in reversed(alert.timeline)
    ]


def contests(alert: Alert, names: Names) -> list[dict[str, str]]:
    """Return who denies it, in which words."""
    return [
        {"deniers": ", ".join(parties(one.deniers, names)) or "a party not named", "quote": plain(one.quote, QUOTE_LIMIT)}
        for one in alert.contested
    ]


def roles(alert: Alert, names: Names) -> list[tuple[str, tuple[str, ...]]]:
    """Return the parties by role, those of empty roles left out."""
    found: list[tuple[str, tuple[Actor, ...]]] = [
        ("Sender", alert.senders),
        ("Target", alert.targets),
        ("Called for by", alert.callers),
        ("Broken by", alert.violators),
        ("Reported by", alert.reporters),
    ]
    return [(role, parties(actors, names)) for role, actors in found if actors]


def raw_text(alert: Alert) -> str:
    """Return the message as indented JSON in which no character hides: all but ASCII is escaped."""
    text = json.dumps(to_dict(alert), indent=2)
    return text if len(text) <= RAW_LIMIT else text[:RAW_LIMIT] + "\n… (cut here; the raw message has all of it)"


def feed(known: Json, now: datetime) -> dict[str, Any]:
    """Return one feed as its poller remembers it; `known` is a row of `feeds list --json`."""
    ages = {name: age(known[name], now) if known.get(name) else "never" for name in ("last_success_at", "last_new_at")}
    interval, rate = known.get("poll_interval_secs"), known.get("articles_a_day")
    return {
        "id": plain(known["id"], 60),
        "url": plain(known["url"], 120),
        "state": _state_of(known),
        "outcome": (known["last_outcome"] or "never polled").replace("_", " "),
        "polled": ages["last_success_at"],
        "new": ages["last_new_at"],
        "every": f"every {in_words(timedelta(seconds=interval))}" if interval else "not known",
        "rate": "not known" if rate is None else f"{figure(rate)} a day",
        "silence": f"since {age(known['silent_since'], now)}; expected {plain(known['expected'] or '', 80)}"
        if known["silent_since"]
        else "",
        "error": plain(known.get("last_error") or known["problem"], 200),
        "error_age": age(known["last_error_at"], now) if known.get("last_error_at") else "",
        "failures": known["failures"],
    }


def _state_of(known: Json) -> str:
    if known["failures"]:
        return "failing"
    return "silent" if known["silent_since"] else "well" if known["last_success_at"] else "new"


def figure(number: float) -> str:
    """Return a number as people read it: two digits that count, and no more."""
    return f"{number:.0f}" if number >= 10 or number == round(number) else f"{number:.1f}"

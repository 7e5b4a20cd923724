"""From an alert to its row: its place in the order, what it is found by, and what a list shows of it. Pure functions.

Every text that a list shows goes through `plain` here, so a page of rows is bounded and harmless whatever an article says. The
whole message is kept as it came.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from connectors.messages.alert import Alert
from connectors.messages.fields import format_time
from connectors.messages.signal import Actor
from connectors.subscribers.plain import plain
from connectors.subscribers.words import NO_NAMES, PHRASES, Names, headline

PLACE_BITS = 24
CODE = re.compile(r"[A-Z]{2,6}", re.ASCII)
LAST_SECOND = 1 << 38
THRESHOLDS = (2, 3, 5, 10, 20)  # independent outlets that can be asked for
SHOWN_PARTIES = 6
SHOWN_MEASURES = 6
SHOWN_RULES = 8
WORDS_LIMIT = 20_000
DAY_SECS = 86_400
KEPT_TOKENS = 1 << 16  # most labels are of few values, and a digest costs more than looking it up

Labels = frozenset[tuple[str, str]]
Summary = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What the read model keeps of an alert beside the message.

    Attributes:
        place: wished place in the order; the next free one is taken.
        labels: tokens that filters ask for, parted by spaces.
        words: what full-text search reads.
        summary: what lists show, JSON-ready.
    """

    place: int
    labels: str
    words: str
    summary: Summary


def row_of(alert: Alert, verdict: str | None, names: Names = NO_NAMES, watchlists: Iterable[str] = ()) -> Row:
    """Return the row of an alert.

    Args:
        alert: the newest version.
        verdict: the last disposition's, None without one.
        names: reference names of states and unions by id.
        watchlists: names of the lists that somebody in it may be on.
    """
    lists = tuple(watchlists)
    found = labels_of(alert, verdict, names) | {("watchlist", name) for name in lists}
    act = headline(alert, names)
    return Row(
        place=place_of(alert.last_at, alert.id),
        labels=" ".join(sorted(token(name, value) for name, value in found)),
        words=words_of(alert, act, names),
        summary={**summary_of(alert, act, verdict, names), **({"watchlists": list(lists)} if lists else {})},
    )


def place_of(at: datetime, id_: str) -> int:
    """Return the place of what happened at a time: seconds since 1970, then 24 bits of the id."""
    second = min(max(0, int(at.timestamp())), LAST_SECOND - 1)
    digest = hashlib.sha256(id_.encode("utf-8", "surrogatepass")).digest()
    return (second << PLACE_BITS) | int.from_bytes(digest[:3], "big")


def first_place(at: datetime) -> int:
    """Return the least place of that second."""
    return min(max(0, int(at.timestamp())), LAST_SECOND - 1) << PLACE_BITS


def time_at(place: int) -> datetime:
    """Return the time of a place."""
    return datetime.fromtimestamp(place >> PLACE_BITS, UTC)


@lru_cache(KEPT_TOKENS)
def token(name: str, value: str) -> str:
    """Return the word under which the index knows a label: a letter and digits, which no stemmer and no query syntax touches."""
    digest = hashlib.sha256(f"{name}\x1f{value.casefold()}".encode("utf-8", "surrogatepass")).digest()
    return f"x{int.from_bytes(digest[:7], 'big'):017d}"


def labels_of(alert: Alert, verdict: str | None, names: Names = NO_NAMES) -> Labels:
    """Return what an alert can be filtered by, as (name, value); a party is known by its id and by each of its names."""
    independent = alert.independent_outlet_count
    senders, targets = set(_names_of(alert.senders, names)), set(_names_of(alert.targets, names))
    return frozenset(
        {
            ("kind", alert.kind),
            ("family", alert.family),
            ("severity", alert.severity),
            ("status", alert.status),
            ("verdict", verdict or "none"),
            *(("sender", name) for name in senders),
            *(("target", name) for name in targets),
            *(("measure", measure) for measure in alert.measures),
            *(("rule", quote.rule) for quote in alert.evidence),
            *(("story", story_id) for story_id in alert.story_ids),
            *(("pair", pair_of(one, other)) for one in filter(is_code, senders) for other in filter(is_code, targets)),
            *(("outlets", str(least)) for least in THRESHOLDS if independent >= least),
            *([("contested", "yes")] if alert.contested else []),
        }
    )


def is_code(name: str) -> bool:
    """Say whether a name is written as a code, such as `USA`. Who acts against whom is indexed as a pair for those alone."""
    return CODE.fullmatch(name) is not None


def pair_of(sender: str, target: str) -> str:
    """Return the label's value of a sender and a target, both written as codes."""
    return f"{sender}\x1f{target}"


def _names_of(actors: Iterable[Actor], names: Names) -> Iterator[str]:
    for actor in actors:
        yield from (plain(name, 200) for name in (actor.id, actor.name, names.get(actor.id or "")) if name)


def words_of(alert: Alert, act: str, names: Names = NO_NAMES) -> str:
    """Return the text that is searched: headline (`act`), parties, quotes, conditions, titles and outlets."""
    actors = (*alert.senders, *alert.targets, *alert.callers, *alert.violators, *alert.reporters)
    texts = (
        act,
        *_names_of(actors, names),
        *(quote.quote for quote in alert.evidence),
        *(condition.text for condition in alert.conditions),
        *alert.deadlines,
        *(contest.quote for contest in alert.contested),
        *(text for source in alert.sources for text in (source.title, source.outlet, source.agency)),
    )
    return "\n".join(dict.fromkeys(plain(text, 2_000) for text in texts if text))[:WORDS_LIMIT]


def summary_of(alert: Alert, act: str, verdict: str | None, names: Names = NO_NAMES) -> Summary:
    """Return what a list shows of an alert, JSON-ready; `act` is its headline."""
    condition = next(iter(alert.conditions), None)
    phrase = PHRASES[alert.kind]
    return {
        "id": plain(alert.id, 64),
        "version": alert.version,
        "status": alert.status,
        "kind": alert.kind,
        "family": alert.family,
        "severity": alert.severity,
        "severity_score": round(alert.severity_score, 4),
        "confidence": round(alert.confidence, 4),
        "headline": plain(act, 300),
        "subject": phrase.role,
        "senders": _parties(alert.senders, names),
        "targets": _parties(alert.targets, names),
        "measures": list(alert.measures[:SHOWN_MEASURES]),
        "condition": None if condition is None else {"text": plain(condition.text, 240), "direction": condition.direction},
        "deadline": plain(alert.deadlines[0], 120) if alert.deadlines else None,
        "contested": bool(alert.contested),
        "first_at": format_time(alert.first_at),
        "last_at": format_time(alert.last_at),
        "source_count": alert.source_count or len(alert.sources),
        "outlet_count": alert.outlet_count,
        "independent_outlet_count": alert.independent_outlet_count,
        "superseded_by": plain(alert.superseded_by, 40),
        "rules": sorted({plain(quote.rule, 80) for quote in alert.evidence if quote.rule})[:SHOWN_RULES],
        "verdict": verdict,
    }


def _parties(actors: Iterable[Actor], names: Names) -> list[dict[str, str | None]]:
    """Return each party once, under its reference name where it has one."""
    found: dict[str, dict[str, str | None]] = {}
    for actor in actors:
        name = plain(names.get(actor.id or "", actor.name), 80)
        party_id = None if actor.id is None else plain(actor.id, 20)
        found.setdefault(party_id or name.casefold(), {"id": party_id, "name": name})
    return list(found.values())[:SHOWN_PARTIES]


def day_of(summary: Summary) -> int:
    """Return the day of an alert's last word, in days since 1970."""
    return int(datetime.fromisoformat(summary["last_at"]).timestamp()) // DAY_SECS


def pairs_of(summary: Summary) -> list[tuple[str, str]]:
    """Return who acts against whom, as the ids (else names) of an alert's parties; an act that was taken back counts for none."""
    if summary["status"] == "retracted":
        return []
    senders, targets = (
        [party["id"] or str(party["name"]).casefold() for party in summary[role]] for role in ("senders", "targets")
    )
    return [(sender, target) for sender in senders for target in targets]

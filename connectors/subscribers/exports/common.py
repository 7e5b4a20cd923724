"""What every form of export needs: who an alert is about, when its version was made, and which links may be followed.

Two programs that read the same alert twice must find the same things under the same ids. A party with a code is the same party in
every alert. A party without one is known by its words: a name ("Rosneft") is the same in every alert, while a description ("its
allies", "the firm") means somebody else in each, so its identity holds within its alert only. What is a name is told by capitals
beyond the first word. Known to be wrong: names in scripts without capitals and names such as "Bank of the south" are taken for
descriptions, which parts what belongs together and never joins what does not.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from connectors.messages.alert import Alert
from connectors.messages.signal import Actor
from connectors.subscribers.plain import plain
from connectors.subscribers.words import NO_NAMES, Names

PAGE = "http://127.0.0.1:8088"
NAME_LIMIT = 200
QUOTE_LIMIT = 2_000
LINK_LIMIT = 4_000
COUNTRIES = Path(__file__).with_name("countries.tsv")


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What an export needs beside the alerts.

    Attributes:
        names: reference names of states and unions by id.
        page: address of the page, without a slash at its end, which feeds link to.
        query: the filter, as it stands in the page's address after the question mark; empty for all alerts.
        address: of the feed itself; empty for none.
    """

    names: Names = field(default_factory=lambda: NO_NAMES)
    page: str = PAGE
    query: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody in an alert.

    Attributes:
        key: what its identity is made of.
        id: the code of a state or union; empty for others.
        name: to be shown.
        country: ISO 3166-1 alpha-2, of a state; empty for others.
    """

    key: tuple[str, ...]
    id: str
    name: str
    country: str


def parties_of(alert: Alert, actors: Iterable[Actor], names: Names) -> tuple[Party, ...]:
    """Return each party once, in order."""
    found = [_party(alert, actor, names) for actor in actors]
    return tuple({party.key: party for party in reversed(found)}[key] for key in dict.fromkeys(party.key for party in found))


def _party(alert: Alert, actor: Actor, names: Names) -> Party:
    if actor.id:
        id_ = plain(actor.id, 40)
        return Party(("coded", id_), id_, plain(names.get(actor.id, actor.id), NAME_LIMIT), countries().get(actor.id, ""))
    name = plain(actor.name, NAME_LIMIT) or "a party not named"
    return Party(("named", name) if is_name(name) else ("described", alert.id, name), "", name, "")


def is_name(words: str) -> bool:
    """Say whether somebody's words are a name that means the same in every alert, as far as capitals tell."""
    first, *others = words.split()
    return first[:1].isupper() if not others else any(word[:1].isupper() for word in others)


@cache
def countries() -> dict[str, str]:
    """Return alpha-2 codes by alpha-3 codes (ISO 3166-1)."""
    lines = COUNTRIES.read_text(encoding="utf-8").splitlines()
    rows = (line.partition("\t") for line in lines if not line.startswith("#"))
    return {three: two for three, _, two in rows}


def made_at(alert: Alert) -> datetime:
    """Return a time for a version of an alert that is later than that of every version before it.

    It is the latest event time that the alert knows, and a millisecond for each version, since two versions can come from articles
    of the same second and a late article can make a version. Known to be wrong: an alert whose latest article was corrected away,
    with more than `MAX_CHANGES` versions since, can go back in time.
    """
    told = max((alert.episode_started_at, alert.last_at, *(change.event_time for change in alert.timeline)))
    whole = told.astimezone(UTC).replace(microsecond=told.microsecond // 1000 * 1000)
    return whole + timedelta(milliseconds=alert.version)


def link_of(url: str) -> str:
    """Return an address that may be followed; empty for one of another scheme than the web's, and for one that hides something."""
    is_safe = url.startswith(("https://", "http://")) and len(url) <= LINK_LIMIT and url.isprintable()
    return url if is_safe and not set(url) & set(" <>\"'") else ""

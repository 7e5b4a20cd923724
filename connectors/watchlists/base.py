"""What a watchlist holds, and what is said of an alert that may be about one of its entries."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from connectors.messages.alert import Alert
from connectors.messages.signal import Term

EntryType = Literal["person", "firm", "organisation", "vessel", "any"]
Role = Literal["sender", "target", "caller", "violator", "reporter", "quoted", "asked"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One person, firm, organisation or ship of a list.

    Attributes:
        id: as the list has it; its name where it has none.
        type: what it is; `any` where the list does not say.
        names: as good as the first one.
        weak_names: nicknames, abbreviations and the like, which say little by themselves.
        imo_numbers: of a ship, seven digits each.
    """

    id: str
    type: EntryType
    names: tuple[str, ...]
    weak_names: tuple[str, ...] = ()
    imo_numbers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Score:
    """How alike two names are.

    Attributes:
        value: 0 to 1: the sum of `terms`, cut to that range.
        terms: what it is made of.
    """

    value: float
    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A name in an alert that may be an entry of a watchlist.

    Attributes:
        watchlist: name of the list in the configuration.
        entry_id, entry_type: the entry.
        listed: the name of the entry that is like it.
        name: the words of the alert.
        role: what the name does there; `quoted` for one that stands in a quote alone.
        score, terms: how alike, and why.
    """

    watchlist: str
    entry_id: str
    entry_type: EntryType
    listed: str
    name: str
    role: Role
    score: float
    terms: tuple[Term, ...]


def as_dict(match: Match) -> dict[str, Any]:
    """Return a match as JSON-ready values: what a webhook, the API and `tail --json` give."""
    return {
        "watchlist": match.watchlist,
        "entry_id": match.entry_id,
        "entry_type": match.entry_type,
        "listed": match.listed,
        "name": match.name,
        "role": match.role,
        "score": round(match.score, 3),
        "terms": [{"name": term.name, "value": round(term.value, 3)} for term in match.terms],
    }


def reasons(match: Match) -> str:
    """Return why, in one line: each term with what it adds."""
    return ", ".join(f"{term.name} {term.value:+.2f}" for term in match.terms)


def names_of(matches: Iterable[Match]) -> tuple[str, ...]:
    """Return the lists of matches, each once: the values of the label `watchlist`."""
    return tuple(dict.fromkeys(match.watchlist for match in matches))


class Watch(Protocol):
    """Says who in an alert may be on a watchlist."""

    def matches(self, alert: Alert) -> tuple[Match, ...]:
        """Return the matches of an alert, the best first."""


class NoWatch:
    """Watches for nobody."""

    def matches(self, alert: Alert) -> tuple[Match, ...]:  # noqa: ARG002  (the protocol's argument)
        """Return nothing."""
        return ()


NOBODY = NoWatch()

"""Who spoke for a state when: the dated table of leaders."""

from datetime import date, timedelta
from functools import cache

from pipelines.entities import tables
from pipelines.entities.tables import Leader
from pipelines.entities.words import normalise_phrase

# News calls the elected by the office to come, and the gone by the office that was, for a while.
SLACK = timedelta(days=120)


def state_of(name: str, on: date | None) -> str | None:
    """Return the id of the state or union that a leader's name stood for on a day; without a day, for which it stood last."""
    terms = [term for term in leaders_called(name) if on is None or _covers(term, on)]
    return max(terms, key=lambda term: term.start).state if terms else None


def _covers(term: Leader, on: date) -> bool:
    return term.start - SLACK <= on and (term.end is None or on <= term.end + SLACK)


def leaders_called(name: str) -> tuple[Leader, ...]:
    """Return the terms of the leader whom a form of a name means; empty for a name that is not in the table."""
    return _by_form().get(normalise_phrase(name), ())


@cache
def _by_form() -> dict[tuple[str, ...], tuple[Leader, ...]]:
    table: dict[tuple[str, ...], tuple[Leader, ...]] = {}
    for leader in tables.leaders():
        for form in leader.forms:
            table[normalise_phrase(form)] = (*table.get(normalise_phrase(form), ()), leader)
    return table

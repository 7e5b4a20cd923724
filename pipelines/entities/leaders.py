"""Who spoke for a state when: the dated table of leaders."""

from datetime import date, timedelta
from functools import cache

from pipelines.entities import tables
from pipelines.entities.tables import Leader
from pipelines.entities.words import normalise_phrase

# News calls the elected by the office to come, and the gone by the office that was, for a while.
SLACK = timedelta(days=120)


def in_office(name: str, on: date | None) -> bool:
    """Tell whether a leader's name stands for the state on a day; without a day every term counts."""
    terms = leaders_called(name)
    return on is None or any(leader.start - SLACK <= on and (leader.end is None or on <= leader.end + SLACK) for leader in terms)


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

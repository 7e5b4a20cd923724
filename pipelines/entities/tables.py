"""The gazetteer's tables: files of tab-separated values beside this module, read once and kept.

The names of states come from three places: pycountry (ISO 3166-1), CLDR by way of babel, and the reviewed `states.tsv`, which
alone has demonyms, capitals, older names and misspellings.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

FormKind = Literal["name", "demonym", "capital", "office", "institution", "leader", "union", "epithet"]
HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Form:
    """One way to write a state or union: `text` as the table has it, the id meant, and what kind of form it is."""

    text: str
    entity_id: str
    kind: FormKind


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """When a form that is also a common word counts.

    Attributes:
        text: the form as it must be written where the text uses capitals.
        uncased: rule for text without capitals: `yes`, `no`, `accent`, `~name` or the name of a cue list.
        not_after: words that forbid it when they stand before it.
        not_before: words that forbid it when they stand after it.
    """

    text: str
    uncased: str
    not_after: frozenset[str]
    not_before: frozenset[str]


@dataclass(frozen=True, slots=True)
class Leader:
    """Who spoke for a state or union in an office, and when: `end` is None while in office."""

    state: str
    name: str
    forms: tuple[str, ...]
    office: str
    start: date
    end: date | None


@cache
def rows(file: str) -> tuple[tuple[str, ...], ...]:
    """Return the rows of a table file without comments and empty lines."""
    lines = (HERE / file).read_text(encoding="utf-8").splitlines()
    return tuple(tuple(line.split("\t")) for line in lines if line.strip() and not line.startswith("#"))


def cell(row: tuple[str, ...], column: int) -> tuple[str, ...]:
    """Return the forms of one cell; a missing cell has none."""
    return tuple(part.strip() for part in row[column].split("|") if part.strip()) if column < len(row) else ()


@cache
def forms() -> tuple[Form, ...]:
    """Return every form of every state and union, those of the reviewed tables first."""
    return (*_reviewed(), *_iso(), *_cldr(), *(_leader_forms()))


@cache
def reference_names() -> Mapping[str, str]:
    """Return the name that entities carry, by id."""
    return {row[0]: cell(row, 1)[0] for row in (*rows("states.tsv"), *rows("unions.tsv"))}


@cache
def unions() -> frozenset[str]:
    """Return the codes of the unions."""
    return frozenset(row[0] for row in rows("unions.tsv"))


@cache
def masks() -> tuple[str, ...]:
    """Return the phrases that hide a name inside them."""
    return tuple(row[0] for row in rows("masks.txt"))


@cache
def ambiguous() -> tuple[Ambiguous, ...]:
    """Return the forms that need a look at their context."""
    return tuple(Ambiguous(row[0], row[1], frozenset(cell(row, 2)), frozenset(cell(row, 3))) for row in rows("ambiguous.tsv"))


@cache
def cues() -> Mapping[str, tuple[frozenset[str], frozenset[str]]]:
    """Return the words before and after an ambiguous form that let it count in text without capitals, by rule."""
    return {row[0]: (frozenset(cell(row, 1)), frozenset(cell(row, 2))) for row in rows("cues.txt")}


@cache
def word_list(file: str) -> frozenset[str]:
    """Return the words of a file that lists them between blanks."""
    return frozenset(word for row in rows(file) for line in row for word in line.split())


@cache
def leaders() -> tuple[Leader, ...]:
    """Return the dated table of leaders."""
    return tuple(_leader(row) for row in rows("leaders.tsv"))


def _reviewed() -> Iterator[Form]:
    columns: tuple[tuple[str, tuple[FormKind, ...]], ...] = (
        ("states.tsv", ("name", "demonym", "capital")),
        ("unions.tsv", ("union", "institution", "capital", "epithet")),
        ("institutions.tsv", ("office", "institution")),
        ("epithets.tsv", ("epithet",)),
    )
    for file, kinds in columns:
        for row in rows(file):
            for column, kind in enumerate(kinds, start=1):
                yield from (Form(text, row[0], kind) for text in cell(row, column))


def _iso() -> Iterator[Form]:
    import pycountry

    for country in pycountry.countries:
        for field in ("name", "common_name", "official_name"):
            text = getattr(country, field, "")
            if text:
                yield Form(_natural(text), country.alpha_3, "name")


def _natural(text: str) -> str:
    """Return "Republic of Korea" for "Korea, Republic of": names of ISO that end in "of" are turned round."""
    head, comma, tail = text.partition(", ")
    return f"{tail} {head}" if comma and tail.endswith((" of", "Republic of")) else text


def _cldr() -> Iterator[Form]:
    import pycountry
    from babel import Locale

    territories = Locale("en").territories
    for country in pycountry.countries:
        text = territories.get(country.alpha_2, "")
        yield from (Form(part.strip(), country.alpha_3, "name") for part in text.rstrip(")").split(" (") if part)


def _leader(row: tuple[str, ...]) -> Leader:
    state, name, more, office, start, end = (*row, "")[:6]
    return Leader(
        state, name, (name, *(part for part in more.split("|") if part)), office, _date(start), _date(end) if end else None
    )


def _date(text: str) -> date:
    year, _, month = text.partition("-")
    return date(int(year), int(month or 1), 1)


def _leader_forms() -> Iterator[Form]:
    """Yield the names of leaders, latest office first: without a date a name means whom its bearer spoke for last."""
    for leader in sorted(leaders(), key=lambda leader: leader.start, reverse=True):
        yield from (Form(text, leader.state, "leader") for text in leader.forms)

"""Keys that are equal for the spellings of one name, so that "Zelensky" and "Zelenskyy" are one person in every article.

The key folds what transliterations from Cyrillic and Arabic differ in: endings in -y, -iy, -ii, -ij; y, j and i; kh and h; ts, tz
and c; ou and u; w and v; doubled letters; accents. First names of one origin are folded by a table.

Known to be wrong: two persons whose names differ in such letters only are one; a name in Chinese order and in Western order is two.
"""

import re
from collections.abc import Mapping
from functools import cache

from pipelines.entities import tables
from pipelines.entities.words import normalise_phrase

_PARTICLES = frozenset({"al", "el", "ul", "ad", "as", "ash", "mr", "mrs", "ms", "dr", "sir", "lord", "jr", "sr", "s"})
_PATRONYMIC = re.compile(r"(?:ovich|evich|ovych|yovych|ovna|evna|ivna)$")
_FOLDS = tuple(
    (re.compile(pattern), folded)
    for pattern, folded in (
        (r"(?<=[aeiou])j|j$|j(?=[bcdfgklmnprstvz])", "i"),
        (r"j(?=[ei])", ""),
        (r"y", "i"),
        (r"tsch|tch", "ch"),
        (r"sch", "sh"),
        (r"kh", "h"),
        (r"gh", "g"),
        (r"ph", "f"),
        (r"th", "t"),
        (r"dh", "d"),
        (r"dzh|dj", "j"),
        (r"tz|ts", "c"),
        (r"ck|q|(?<!s)c(?=[aou])", "k"),
        (r"x", "ks"),
        (r"w", "v"),
        (r"ou|oo", "u"),
        (r"ff$", "v"),
        (r"ee", "i"),
        (r"gu(?=[ei])", "g"),
        (r"(.)\1+", r"\1"),
        (r"(?<=[aeou])i(?=[aeou])", ""),
        (r"i(?=[aeou])", ""),
        (r"(?<=[^aeou])ii?$", "i"),
    )
)


def person_key(name: str) -> tuple[str, ...]:
    """Return the key of a person's name: first names folded, particles, initials and patronymics left out; surname last."""
    parts = [part for part in normalise_phrase(name) if len(part) > 1 and part not in _PARTICLES]
    if len(parts) > 2:
        parts = [parts[0], *(part for part in parts[1:-1] if not _PATRONYMIC.search(part)), parts[-1]]
    first = [_given().get(part, part) for part in parts[:-1]]
    return tuple(fold(part) for part in (*first, *parts[-1:]))


def fold(word: str) -> str:
    """Return a normalised word as all its transliterations share it."""
    for pattern, folded in _FOLDS:
        word = pattern.sub(folded, word)
    return word


def organisation_key(name: str) -> str:
    """Return the key of an organisation's name: without articles and legal forms; other names of the table share one."""
    plain = _plain_organisation(name)
    return _organisations().get(plain, plain)


def _plain_organisation(name: str) -> str:
    parts = normalise_phrase(name)
    return " ".join(part for part in parts if part not in tables.word_list("legal_forms.txt")) or " ".join(parts)


def organisation_forms() -> frozenset[str]:
    """Return every way in which the table writes an organisation."""
    return frozenset(form for row in tables.rows("organisations.tsv") for form in (row[0], *tables.cell(row, 1)))


def place_key(name: str) -> str:
    """Return the key of a place's name; other names of a place in `places.tsv` share one."""
    plain = " ".join(part for part in normalise_phrase(name) if part != "the")
    return _places().get(plain, plain)


@cache
def _given() -> Mapping[str, str]:
    return {form: row[0] for row in tables.rows("given_names.tsv") for form in tables.cell(row, 1)}


@cache
def _organisations() -> Mapping[str, str]:
    rows = tables.rows("organisations.tsv")
    return {_plain_organisation(form): _plain_organisation(row[0]) for row in rows for form in tables.cell(row, 1)}


@cache
def _places() -> Mapping[str, str]:
    return {" ".join(normalise_phrase(form)): row[0] for row in tables.rows("places.tsv") for form in tables.cell(row, 1)}

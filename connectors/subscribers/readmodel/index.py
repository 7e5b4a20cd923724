"""The full-text index, in parts of a week of places each.

Observed: a phrase of frequent words that nobody has written, or two filters that half of all alerts have and none has both, make
the index read itself through before it says no; nothing can stop it meanwhile. Theory: cut in parts that are asked newest first,
each is read through at once, and between two of them whoever asks may stop, show what was found, and say how far back that is.
A part of the past is also never written again, so its segments stay merged.

Parts are of places, which begin with the time of an alert's last word. Known to be wrong: a million alerts of one week are one
part.
"""

import sqlite3
from collections.abc import Iterable, Iterator

from connectors.subscribers.readmodel.rows import DAY_SECS, PLACE_BITS

PART_SPAN = 7 * DAY_SECS << PLACE_BITS
Entry = tuple[int, str, str]


def part_of(place: int) -> int:
    """Return the part that a place is in."""
    return place // PART_SPAN


def start_of(part: int) -> int:
    """Return the first place of a part."""
    return part * PART_SPAN


def table_of(part: int) -> str:
    """Return the name of a part's table."""
    return f"search_{int(part)}"


def parts_between(database: sqlite3.Connection, least: int, end: int, *, is_upwards: bool) -> list[int]:
    """Return the parts with places from `least` on and before `end`, newest first, or oldest first if `is_upwards`."""
    rows = database.execute("SELECT part FROM parts WHERE part >= ? AND part <= ?", (part_of(least), part_of(end - 1)))
    return sorted((part for (part,) in rows), reverse=not is_upwards)


def write(database: sqlite3.Connection, out: Iterable[Entry], put: Iterable[Entry]) -> None:
    """Take entries out of the index and put others in, in the order of their places, each left before it is taken.

    The index writes a segment whenever a row number falls behind the one before, so the order is worth a lot.

    Args:
        database: open for writing, in a transaction.
        out: (place, labels, words), as they were put in.
        put: the same.
    """
    known = {part for (part,) in database.execute("SELECT part FROM parts")}
    for place, is_put, labels, words in _steps(out, put):
        part = part_of(place)
        if part not in known:
            _make(database, part)
            known.add(part)
        name = table_of(part)
        statement = (
            f"INSERT INTO {name} (rowid, labels, words) VALUES (?, ?, ?)"  # noqa: S608 -- a name of ours
            if is_put
            else f"INSERT INTO {name} ({name}, rowid, labels, words) VALUES ('delete', ?, ?, ?)"  # noqa: S608
        )
        database.execute(statement, (place, labels, words))


def _steps(out: Iterable[Entry], put: Iterable[Entry]) -> Iterator[tuple[int, bool, str, str]]:
    told = [(place, False, labels, words) for place, labels, words in out]
    told += [(place, True, labels, words) for place, labels, words in put]
    yield from sorted(told)


def _make(database: sqlite3.Connection, part: int) -> None:
    database.execute("INSERT INTO parts VALUES (?)", (part,))
    database.execute(
        f"CREATE VIRTUAL TABLE {table_of(part)} USING fts5(labels, words, content='', columnsize=0, "
        "tokenize='porter unicode61 remove_diacritics 2')"
    )


def drop_empty(database: sqlite3.Connection) -> None:
    """Drop the parts in which no alert stands any more."""
    for (part,) in database.execute("SELECT part FROM parts").fetchall():
        span = (start_of(part), start_of(part + 1))
        if database.execute("SELECT 1 FROM alerts WHERE place >= ? AND place < ? LIMIT 1", span).fetchone() is None:
            database.execute(f"DROP TABLE {table_of(part)}")
            database.execute("DELETE FROM parts WHERE part = ?", (part,))

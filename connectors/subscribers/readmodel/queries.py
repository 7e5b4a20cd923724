"""What the page and the API ask of the read model. Each function takes a connection and reads; none writes.

Cost: a page of alerts is one walk of the index that ends with the page, however many match; where it finds too few it ends when its
time is up, and says how far it came. What would need all of them, such as how many match, is not asked; sums for the charts are
kept while the model is filled.
"""

import json
import sqlite3
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from connectors.messages.alert import Alert
from connectors.messages.codec import decode, from_dict
from connectors.messages.silence import Silence
from connectors.subscribers.readmodel import index
from connectors.subscribers.readmodel.filters import Filter, match_of, phrases_of

Json = dict[str, Any]
PAGE_SIZE = 40
MAX_PAGE_SIZE = 200
SEARCH = (
    "SELECT alerts.place, alerts.summary FROM {part} CROSS JOIN alerts ON alerts.place = {part}.rowid "
    "WHERE {part} MATCH ? AND {part}.rowid >= ? AND {part}.rowid < ? ORDER BY {part}.rowid {order} LIMIT ?"
)
IsOver = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Listed:
    """One row of a page: its place in the order, and what is shown of it."""

    place: int
    summary: Json


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a list.

    Attributes:
        rows: newest first.
        older, newer: cursors of the neighbouring pages, None where there is none.
        searched_to: the place at which the search was given up for this page; None if it was not.
    """

    rows: tuple[Listed, ...]
    older: int | None
    newer: int | None
    searched_to: int | None = None


@dataclass(frozen=True, slots=True)
class _Walk:
    """Rows in the order of the walk, and the first place that it has not looked at, None if it came to its end."""

    rows: tuple[Listed, ...]
    given_up_at: int | None = None


def alerts_page(
    database: sqlite3.Connection,
    wanted: Filter,
    *,
    before: int | None = None,
    after: int | None = None,
    size: int = PAGE_SIZE,
    is_over: IsOver = lambda: False,
) -> Page:
    """Return a page of alerts.

    Args:
        database: the read model.
        wanted: which alerts.
        before: cursor: only alerts of an earlier place, the newest of them.
        after: cursor: only alerts of a later place, the oldest of them; `before` is left out then.
        size: rows at most.
        is_over: asked after each part of the index, whether to give up; the page then leads on from where it came to.
    """
    least, end = wanted.places
    if after is not None:
        walk = _walk(database, wanted, max(least, after + 1), end, size + 1, is_upwards=True, is_over=is_over)
        return _upwards(walk, size)
    walk = _walk(database, wanted, least, end if before is None else min(end, before), size + 1, is_upwards=False, is_over=is_over)
    shown = walk.rows[:size]
    older = shown[-1].place if len(walk.rows) > size else walk.given_up_at
    newer = (shown[0].place if shown else None) if before is not None else None
    return Page(shown, older, newer, walk.given_up_at)


def _upwards(walk: _Walk, size: int) -> Page:
    shown = tuple(reversed(walk.rows[:size]))
    newer = shown[0].place if len(walk.rows) > size else None if walk.given_up_at is None else walk.given_up_at - 1
    return Page(shown, shown[-1].place if shown else None, newer, walk.given_up_at)


def _walk(
    database: sqlite3.Connection, wanted: Filter, least: int, end: int, size: int, *, is_upwards: bool, is_over: IsOver
) -> _Walk:
    match, order = match_of(wanted), "ASC" if is_upwards else "DESC"
    if least >= end or (wanted.words and not phrases_of(wanted.words)):
        return _Walk(())
    if match is None:
        statement = f"SELECT place, summary FROM alerts WHERE place >= ? AND place < ? ORDER BY place {order} LIMIT ?"  # noqa: S608
        return _Walk(tuple(_listed(database.execute(statement, (least, end, size)))))
    found: list[Listed] = []
    with _snapshot(database):
        for number, part in enumerate(index.parts_between(database, least, end, is_upwards=is_upwards)):
            if number and is_over():
                return _Walk(tuple(found), index.start_of(part) if is_upwards else index.start_of(part + 1))
            statement = SEARCH.format(part=index.table_of(part), order=order)
            found += _listed(database.execute(statement, (match, least, end, size - len(found))))
            if len(found) == size:
                break
    return _Walk(tuple(found))


@contextmanager
def _snapshot(database: sqlite3.Connection) -> Iterator[None]:
    """See one state while the context lasts: an alert that moves up meanwhile is found once, and no part goes away."""
    database.execute("BEGIN")
    try:
        yield
    finally:
        database.execute("ROLLBACK")


def _listed(rows: Iterable[tuple[int, str]]) -> list[Listed]:
    return [Listed(place, json.loads(summary)) for place, summary in rows]


@dataclass(frozen=True, slots=True)
class Found:
    """An alert in full: the message, the bytes that it came as, what lists show of it, and the verdicts on it, newest first."""

    alert: Alert
    raw: bytes
    summary: Json
    dispositions: tuple[Json, ...]
    stamped_ms: int


def alert(database: sqlite3.Connection, alert_id: str) -> Found | None:
    """Return the newest version of an alert; None if it is not known."""
    row = database.execute("SELECT value, summary, stamped_ms FROM alerts WHERE id = ?", (alert_id,)).fetchone()
    if row is None:
        return None
    raw = zlib.decompress(row[0])
    return Found(decode(Alert, raw), raw, json.loads(row[1]), dispositions_of(database, alert_id), row[2])


def revision(database: sqlite3.Connection) -> int:
    """Return the number of the last change of any alert."""
    return int(database.execute("SELECT COALESCE(MAX(revision), 0) FROM alerts").fetchone()[0])


def messages(database: sqlite3.Connection, ids: Iterable[str]) -> list[Alert]:
    """Return the newest version of these alerts; unknown ones are left out."""
    rows = [database.execute("SELECT value FROM alerts WHERE id = ?", (id_,)).fetchone() for id_ in ids]
    return [decode(Alert, zlib.decompress(row[0])) for row in rows if row is not None]


def silences(database: sqlite3.Connection, ends_after_ms: int = 0, limit: int = 500) -> list[Silence]:
    """Return the silences that end after a time, the one that ends last first."""
    rows = database.execute(
        "SELECT value FROM silences WHERE ends_ms > ? ORDER BY ends_ms DESC, id LIMIT ?", (ends_after_ms, limit)
    )
    return [from_dict(Silence, json.loads(value)) for (value,) in rows]


def silence(database: sqlite3.Connection, silence_id: str) -> Silence | None:
    """Return a silence; None if it is not known."""
    found = _value(database, "SELECT value FROM silences WHERE id = ?", silence_id)
    return None if found is None else from_dict(Silence, found)


def summaries(database: sqlite3.Connection, ids: Iterable[str]) -> list[Json]:
    """Return what lists show of these alerts, in their order; unknown ones are left out."""
    rows = [database.execute("SELECT summary FROM alerts WHERE id = ?", (id_,)).fetchone() for id_ in ids]
    return [json.loads(row[0]) for row in rows if row is not None]


def changes_after(database: sqlite3.Connection, revision: int, limit: int) -> list[tuple[int, frozenset[str], Json]]:
    """Return (revision, labels, summary) of alerts that changed after a revision, oldest change first."""
    rows = database.execute(
        "SELECT revision, indexed, summary FROM alerts WHERE revision > ? ORDER BY revision LIMIT ?", (revision, limit)
    )
    return [(number, _labels(indexed), json.loads(summary)) for number, indexed, summary in rows]


def _labels(indexed: bytes) -> frozenset[str]:
    return frozenset(zlib.decompress(indexed).decode().partition("\n")[0].split())


def parties(database: sqlite3.Connection, limit: int) -> list[tuple[str, str]]:
    """Return (id, name) of the parties of most alerts, in either role, by name."""
    found: dict[str, str] = {}
    for role in ("senders", "targets"):
        rows = database.execute(
            "SELECT id, name FROM parties WHERE role = ? AND amount > 0 ORDER BY amount DESC LIMIT ?", (role, limit // 2)
        )
        found |= dict(rows.fetchall())
    return sorted(found.items(), key=lambda row: row[1].casefold())


def party_names(database: sqlite3.Connection, ids: Iterable[str]) -> dict[str, str]:
    """Return the names of parties by id."""
    found = {}
    for id_ in ids:
        row = database.execute("SELECT name FROM parties WHERE role IN ('senders', 'targets') AND id = ?", (id_,)).fetchone()
        found[id_] = id_ if row is None else str(row[0])
    return found


def pairs_since(database: sqlite3.Connection, day: int, family: str = "") -> list[tuple[str, str, int]]:
    """Return (sender, target, alerts) from a day on, most alerts first; of one family only, or of all."""
    rows = database.execute(
        "SELECT sender, target, SUM(amount) AS total FROM pairs WHERE day >= ? AND (? = '' OR family = ?) "
        "GROUP BY sender, target HAVING total > 0 ORDER BY total DESC, sender, target LIMIT 400",
        (day, family, family),
    )
    return rows.fetchall()


def days_since(database: sqlite3.Connection, day: int) -> list[tuple[int, str, int]]:
    """Return (day, severity, alerts) from a day on."""
    return database.execute("SELECT day, severity, amount FROM days WHERE day >= ? AND amount > 0", (day,)).fetchall()


def story(database: sqlite3.Connection, story_id: str) -> Json | None:
    """Return a story; None if it is not known."""
    return _value(database, "SELECT value FROM stories WHERE id = ?", story_id)


def article(database: sqlite3.Connection, article_id: str) -> Json | None:
    """Return what was found in an article, and where its text stands in the log; None if it is not known."""
    return _value(database, "SELECT value FROM articles WHERE id = ?", article_id)


def stories_page(database: sqlite3.Connection, before: tuple[int, str] | None, size: int) -> list[tuple[int, Json]]:
    """Return (milliseconds of its last article, story), newest first; with `before`, those after that place in the order."""
    statement = "SELECT last_ms, value FROM stories WHERE (last_ms, id) < (?, ?) ORDER BY last_ms DESC, id DESC LIMIT ?"
    return _timed(database, statement, before, size)


def articles_page(database: sqlite3.Connection, before: tuple[int, str] | None, size: int) -> list[tuple[int, Json]]:
    """Return (milliseconds of its event time, article), newest first; with `before`, those after that place in the order."""
    statement = "SELECT event_ms, value FROM articles WHERE (event_ms, id) < (?, ?) ORDER BY event_ms DESC, id DESC LIMIT ?"
    return _timed(database, statement, before, size)


def _timed(database: sqlite3.Connection, statement: str, before: tuple[int, str] | None, size: int) -> list[tuple[int, Json]]:
    at, id_ = before or (1 << 62, "")
    return [(ms, json.loads(value)) for ms, value in database.execute(statement, (at, id_, size))]


def _value(database: sqlite3.Connection, statement: str, id_: str) -> Json | None:
    row = database.execute(statement, (id_,)).fetchone()
    return None if row is None else dict(json.loads(row[0]))


def dispositions_of(database: sqlite3.Connection, alert_id: str) -> tuple[Json, ...]:
    """Return the verdicts on an alert, newest first."""
    rows = database.execute("SELECT value FROM dispositions WHERE alert_id = ? ORDER BY number DESC", (alert_id,))
    return tuple(json.loads(value) for (value,) in rows)


def dispositions_page(database: sqlite3.Connection, before: int | None, size: int) -> list[tuple[int, Json]]:
    """Return (number, verdict), last first; with `before`, those with a lesser number."""
    rows = database.execute(
        "SELECT number, value FROM dispositions WHERE number < ? ORDER BY number DESC LIMIT ?", (before or 1 << 62, size)
    )
    return [(number, json.loads(value)) for number, value in rows]


def outlets(database: sqlite3.Connection, limit: int = 200) -> list[tuple[str, int, int]]:
    """Return (outlet, articles, milliseconds of the last) of the outlets with most articles, most first."""
    statement = "SELECT outlet, amount, last_ms FROM outlets ORDER BY amount DESC, outlet LIMIT ?"
    return database.execute(statement, (limit,)).fetchall()


def outlet_days(database: sqlite3.Connection, outlet: str, day: int) -> dict[int, int]:
    """Return the articles of an outlet by day, from a day on."""
    return dict(database.execute("SELECT day, amount FROM outlet_days WHERE outlet = ? AND day >= ?", (outlet, day)).fetchall())


def verdicts_by_rule(database: sqlite3.Connection) -> list[tuple[str, str, int]]:
    """Return (rule, verdict, alerts) of the last verdict on each alert."""
    return database.execute("SELECT rule, verdict, amount FROM rules WHERE amount > 0").fetchall()


def recent_count(database: sqlite3.Connection, place: int, most: int = 10_000) -> int:
    """Return how many alerts stand at a place or after it, up to `most`."""
    return int(
        database.execute("SELECT COUNT(*) FROM (SELECT 1 FROM alerts WHERE place >= ? LIMIT ?)", (place, most)).fetchone()[0]
    )

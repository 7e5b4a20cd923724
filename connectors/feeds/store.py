"""What the feeds have seen, in one SQLite file: so that a restart neither publishes again nor forgets.

The order is: publish, wait until it is safe, then `record` what was found in one transaction. Killed before the transaction, the
poll is as if it had not been: its articles are published again under the same keys. Killed after it, nothing is repeated. The
validators of an answer are recorded last of all, or a 304 would hide what was lost.

An article is found again by `keys`: one for its link, one for its guid within its feed (`identity.py`). Journal mode WAL lets
`feeds list` read while a poller writes; `owned` keeps a second poller out. With `synchronous=NORMAL` a power cut can undo the last
transactions, which is the harmless direction.
"""

import fcntl
import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, TextIO

from connectors.feeds.base import Entry, FeedState, Hints, Move, Outcome, Quarantined, Rhythm, Validators
from connectors.feeds.failures import StateError

SCHEMA_VERSION = 3
FORGET_AFTER = timedelta(days=180)  # after an entry was last seen in its feed
BATCH = 500  # parameters in one statement
SCHEMA = """
CREATE TABLE feeds (
    id TEXT PRIMARY KEY, url TEXT NOT NULL, etag TEXT, last_modified TEXT, next_due_at TEXT, last_success_at TEXT,
    last_error_at TEXT, last_error TEXT NOT NULL, failures INTEGER NOT NULL, last_outcome TEXT, manners TEXT NOT NULL DEFAULT '{}'
);
CREATE TABLE articles (
    id TEXT PRIMARY KEY, feed TEXT NOT NULL, version INTEGER NOT NULL, entry_hash TEXT NOT NULL, prints TEXT NOT NULL,
    seen_on TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX articles_seen_on ON articles (seen_on);
CREATE INDEX articles_feed ON articles (feed, seen_on);
CREATE TABLE keys (key TEXT PRIMARY KEY, article_id TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX keys_article_id ON keys (article_id);
CREATE TABLE pending (feed TEXT, key TEXT, entry TEXT NOT NULL, attempts INTEGER NOT NULL, PRIMARY KEY (feed, key)) WITHOUT ROWID;
CREATE TABLE quarantine (feed TEXT, key TEXT, reason TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (feed, key)) WITHOUT ROWID;
"""
SEEN_COLUMNS = "id, feed, version, entry_hash, prints, seen_on"
BINS = ("by_hour", "by_day", "watched_by_day")
# What makes a file of an earlier version one of the next.
FROM_VERSION = {
    1: "ALTER TABLE feeds ADD COLUMN manners TEXT NOT NULL DEFAULT '{}';",
    2: "CREATE INDEX IF NOT EXISTS articles_feed ON articles (feed, seen_on);",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What is remembered of one article.

    Attributes:
        article_id: its id.
        feed: the feed that brought it first and alone may change it.
        version: the one published last; 0 when nothing was, since the entry had no text.
        entry_hash: hash of what the feed's entry said.
        prints: field name to hash, for the fields whose change is told; and the `edges` of its text (`boilerplate.py`).
        keys: what it is found again by.
        seen_on: the day on which it was last in its feed.
    """

    article_id: str
    feed: str
    version: int
    entry_hash: str
    prints: Mapping[str, str]
    seen_on: date
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """An entry whose page could not be had yet; `attempts` were made."""

    key: str
    entry: Entry
    attempts: int


class Store:
    """The file, open. May be used by many threads.

    Args:
        path: the file; it and its directories are made when they are missing.

    Raises:
        StateError: it cannot be opened, is no such file, or is of a later release.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._database = sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=10)
            self._prepare()
        except (OSError, sqlite3.Error) as error:
            raise StateError(str(path), f"cannot be used: {error}", "move it away to start anew, or name another file") from error

    def _prepare(self) -> None:
        self._database.execute("PRAGMA journal_mode=WAL")
        self._database.execute("PRAGMA synchronous=NORMAL")
        version = self._database.execute("PRAGMA user_version").fetchone()[0]
        if version > SCHEMA_VERSION:
            raise StateError(str(self._path), "was written by a later release", "use that release, or name another file")
        steps = SCHEMA if version == 0 else "".join(FROM_VERSION[step] for step in range(version, SCHEMA_VERSION))
        if version < SCHEMA_VERSION:
            self._database.executescript(f"BEGIN IMMEDIATE;{steps}PRAGMA user_version={SCHEMA_VERSION};COMMIT;")

    def feed(self, feed: str) -> FeedState:
        """Return what is remembered of a feed; a state without memories for a new one."""
        row = self._rows("SELECT * FROM feeds WHERE id = ?", (feed,))
        return _state_of(*row[0]) if row else FeedState(feed=feed)

    def seen(self, keys: Iterable[str]) -> dict[str, Seen]:
        """Return the articles known by any of the keys, by key."""
        return self._look_up(f"SELECT key, {SEEN_COLUMNS} FROM keys JOIN articles ON id = article_id WHERE key IN", keys)  # noqa: S608 our own words

    def articles(self, article_ids: Iterable[str]) -> dict[str, Seen]:
        """Return what is remembered of articles, by id."""
        return self._look_up(f"SELECT id, {SEEN_COLUMNS} FROM articles WHERE id IN", article_ids)  # noqa: S608 our own words

    def _look_up(self, statement: str, values: Iterable[str]) -> dict[str, Seen]:
        found: dict[str, Seen] = {}
        wanted = list(dict.fromkeys(values))
        for start in range(0, len(wanted), BATCH):
            batch = wanted[start : start + BATCH]
            rows = self._rows(f"{statement} ({','.join('?' * len(batch))})", batch)
            found |= {value: _seen_of(*rest) for value, *rest in rows}
        return found

    def prints(self, feed: str, name: str, limit: int) -> tuple[str, ...]:
        """Return one of the prints of the last articles of a feed, "" for those that have none of this name."""
        rows = self._rows("SELECT prints FROM articles WHERE feed = ? ORDER BY seen_on DESC LIMIT ?", (feed, limit))
        return tuple(str(json.loads(prints).get(name, "")) for (prints,) in rows)

    def pending(self, feed: str) -> tuple[Pending, ...]:
        """Return the entries of a feed whose pages are still to be had."""
        rows = self._rows("SELECT key, entry, attempts FROM pending WHERE feed = ?", (feed,))
        return tuple(Pending(key=key, entry=_entry_of(entry), attempts=attempts) for key, entry, attempts in rows)

    def quarantined(self, feed: str) -> tuple[Quarantined, ...]:
        """Return the entries of a feed that could not become articles."""
        rows = self._rows("SELECT key, reason FROM quarantine WHERE feed = ? ORDER BY at", (feed,))
        return tuple(Quarantined(key=key, reason=reason) for key, reason in rows)

    def record(self, feed: str, *, seen: Iterable[Seen] = (), pending: Iterable[Pending] = (), settled: Iterable[str] = ()) -> None:
        """Record what has been published, in one transaction.

        Args:
            feed: the feed that brought it.
            seen: articles whose current version is safe.
            pending: entries to try again.
            settled: keys that are pending no more.
        """
        with self._transaction() as database:
            for one in seen:
                _put_seen(database, one)
            database.executemany("DELETE FROM pending WHERE feed = ? AND key = ?", [(feed, key) for key in settled])
            rows = [(feed, one.key, json.dumps(_plain(one.entry)), one.attempts) for one in pending]
            database.executemany("INSERT OR REPLACE INTO pending VALUES (?, ?, ?, ?)", rows)

    def finish(self, state: FeedState, *, quarantined: Iterable[Quarantined] = (), now: datetime) -> None:
        """Record how a poll ended, once everything that it found is published and recorded."""
        with self._transaction() as database:
            database.execute("INSERT OR REPLACE INTO feeds VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", _row_of(state))
            rows = [(state.feed, one.key, one.reason, now.isoformat()) for one in quarantined]
            database.executemany("INSERT OR REPLACE INTO quarantine VALUES (?, ?, ?, ?)", rows)

    def touch(self, article_ids: Iterable[str], today: date) -> None:
        """Remember that articles are still in their feeds."""
        with self._transaction() as database:
            database.executemany("UPDATE articles SET seen_on = ? WHERE id = ?", [(today.isoformat(), one) for one in article_ids])

    def touch_last(self, feed: str, today: date) -> None:
        """Remember that the articles of a feed's last document are still in it: the server says that nothing has changed."""
        [(last,)] = self._rows("SELECT max(seen_on) FROM articles WHERE feed = ?", (feed,))
        if last is None or last >= today.isoformat():
            return
        with self._transaction() as database:
            database.execute("UPDATE articles SET seen_on = ? WHERE feed = ? AND seen_on = ?", (today.isoformat(), feed, last))

    def forget(self, today: date) -> int:
        """Forget articles that left their feeds long ago; return how many."""
        with self._transaction() as database:
            before = (today - FORGET_AFTER).isoformat()
            database.execute("DELETE FROM keys WHERE article_id IN (SELECT id FROM articles WHERE seen_on < ?)", (before,))
            database.execute("DELETE FROM quarantine WHERE at < ?", (before,))
            return database.execute("DELETE FROM articles WHERE seen_on < ?", (before,)).rowcount

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._database.close()

    def _rows(self, statement: str, values: Iterable[Any]) -> list[tuple[Any, ...]]:
        try:
            with self._lock:
                return self._database.execute(statement, tuple(values)).fetchall()
        except sqlite3.Error as error:
            raise StateError(str(self._path), f"cannot be read: {error}") from error

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        try:
            with self._lock, self._database:
                self._database.execute("BEGIN IMMEDIATE")
                yield self._database
        except sqlite3.Error as error:
            raise StateError(str(self._path), f"cannot be written: {error}", "look for a full disk or missing rights") from error


@contextmanager
def owned(path: Path) -> Iterator[None]:
    """Keep other pollers away from a state file; the system lets go when the process ends, however it ends.

    Raises:
        StateError: another process has it.
    """
    with _lock_file(path) as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise StateError(
                str(path), "is used by another poller", "stop that one, or give this one a state_path of its own"
            ) from error
        yield


def _lock_file(path: Path) -> TextIO:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.with_name(f"{path.name}.lock").open("w")
    except OSError as error:
        raise StateError(str(path), f"cannot be used: {error}", "name a file that can be written, as state_path") from error


def _put_seen(database: sqlite3.Connection, seen: Seen) -> None:
    row = (seen.article_id, seen.feed, seen.version, seen.entry_hash, json.dumps(dict(seen.prints)), seen.seen_on.isoformat())
    database.execute("INSERT OR REPLACE INTO articles VALUES (?, ?, ?, ?, ?, ?)", row)
    # A key keeps the article that it was first given: later evidence must not tear an article in two.
    database.executemany("INSERT OR IGNORE INTO keys VALUES (?, ?)", [(key, seen.article_id) for key in seen.keys])


def _seen_of(article_id: str, feed: str, version: int, entry_hash: str, prints: str, seen_on: str) -> Seen:
    return Seen(
        article_id=article_id,
        feed=feed,
        version=version,
        entry_hash=entry_hash,
        prints=json.loads(prints),
        seen_on=date.fromisoformat(seen_on),
    )


def _row_of(state: FeedState) -> tuple[Any, ...]:
    validators = state.validators
    times = (_text(state.next_due_at), _text(state.last_success_at), _text(state.last_error_at))
    outcome = state.last_outcome.value if state.last_outcome is not None else None
    known = (state.feed, validators.url, validators.etag, validators.last_modified)
    manners = {
        "url": state.url,
        "link": state.link,
        "language": state.language,
        "hints": asdict(state.hints),
        "move": _plain_move(state.move),
        "gone": state.gone,
        "rhythm": _plain_rhythm(state.rhythm),
        "last_new_at": _text(state.last_new_at),
        "followed": {url: asdict(one) for url, one in state.followed.items()},
        "quiet_until": _text(state.quiet_until),
        "quiet_host": state.quiet_host,
    }
    return (*known, *times, state.last_error, state.failures, outcome, json.dumps(manners))


def _plain_move(move: Move | None) -> dict[str, Any] | None:
    return asdict(move) | {"seen_at": _text(move.seen_at)} if move is not None else None


def _move_of(values: dict[str, Any] | None) -> Move | None:
    return Move(**(values | {"seen_at": _time(values["seen_at"])})) if values is not None else None


def _plain_rhythm(rhythm: Rhythm) -> dict[str, Any]:
    bins = {name: [round(one, 4) for one in getattr(rhythm, name)] for name in BINS}
    return asdict(rhythm) | bins | {"burst_at": _text(rhythm.burst_at)}


def _rhythm_of(values: dict[str, Any] | None) -> Rhythm:
    if values is None:
        return Rhythm()
    bins = {name: tuple(values[name]) for name in BINS}
    return Rhythm(**(values | bins | {"burst_at": _time(values["burst_at"])}))


def _hints_of(values: dict[str, Any]) -> Hints:
    lists = {name: tuple(values.get(name, ())) for name in ("skip_hours", "skip_days")}
    return Hints(wait_secs=values.get("wait_secs", 0.0), **lists)


def _state_of(
    feed: str,
    url: str,
    etag: str | None,
    last_modified: str | None,
    next_due_at: str | None,
    last_success_at: str | None,
    last_error_at: str | None,
    last_error: str,
    failures: int,
    last_outcome: str | None,
    manners: str,
) -> FeedState:
    kept = json.loads(manners)
    return FeedState(
        feed=feed,
        validators=Validators(url=url, etag=etag, last_modified=last_modified),
        next_due_at=_time(next_due_at),
        last_success_at=_time(last_success_at),
        last_error_at=_time(last_error_at),
        last_error=last_error,
        failures=failures,
        last_outcome=Outcome(last_outcome) if last_outcome is not None else None,
        url=kept.get("url", ""),
        link=kept.get("link", ""),
        language=kept.get("language"),
        hints=_hints_of(kept.get("hints", {})),
        move=_move_of(kept.get("move")),
        gone=kept.get("gone", 0),
        rhythm=_rhythm_of(kept.get("rhythm")),
        last_new_at=_time(kept.get("last_new_at")),
        followed={url: Validators(**one) for url, one in kept.get("followed", {}).items()},
        quiet_until=_time(kept.get("quiet_until")),
        quiet_host=kept.get("quiet_host", ""),
    )


def _plain(entry: Entry) -> dict[str, Any]:
    return asdict(entry) | {"published_at": _text(entry.published_at)}


def _entry_of(text: str) -> Entry:
    values = json.loads(text)
    return Entry(**(values | {"published_at": _time(values["published_at"])}))


def _text(time: datetime | None) -> str | None:
    return time.isoformat() if time is not None else None


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text is not None else None

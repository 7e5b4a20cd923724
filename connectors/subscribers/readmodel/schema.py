"""The file of the read model: its tables, and how it is opened.

Observed: people page through alerts newest first, with any combination of filters and words, and a page must come at once among a
million. Theory: one full-text index answers all of it if three things hold. The row number of an alert is its place in the order
(`rows.place_of`), so that the index walks in page order and stops after one page. Each filter is a word of the index
(`rows.token`), so that filters and words are intersected by one merge of sorted lists. And the index is in parts (`index`), so that
a walk that finds nothing can stop between two of them.

The index keeps no text of its own; what was indexed stands compressed beside each alert, since it must be named to be taken out.

One connection writes, others read (journal mode WAL). With `synchronous=NORMAL` a power cut can undo the last transactions, and
with them the positions that they hold, so what was lost is read again. A file of another schema, or one that does not fit the
topics any more, is thrown away and filled anew: nothing is in it that is not in the topics.
"""

import sqlite3
from pathlib import Path

from connectors.errors import SanctionwireError

SCHEMA_VERSION = 5
MMAP_BYTES = 1 << 30
CACHE_KIB = 16_384  # of the one that writes; 64 MB took as long to write 100,000 alerts (52 s of processor time)
SCHEMA = """
CREATE TABLE positions (topic TEXT, partition INTEGER, next INTEGER NOT NULL, PRIMARY KEY (topic, partition)) WITHOUT ROWID;
CREATE TABLE alerts (
    place INTEGER PRIMARY KEY, id TEXT NOT NULL, version INTEGER NOT NULL, revision INTEGER NOT NULL, stamped_ms INTEGER NOT NULL,
    summary TEXT NOT NULL, indexed BLOB NOT NULL, value BLOB NOT NULL
);
CREATE UNIQUE INDEX alerts_id ON alerts (id);
CREATE UNIQUE INDEX alerts_revision ON alerts (revision);
CREATE INDEX alerts_stamped ON alerts (stamped_ms);
CREATE TABLE parts (part INTEGER PRIMARY KEY);
CREATE TABLE pairs (
    day INTEGER, sender TEXT, target TEXT, family TEXT, amount INTEGER NOT NULL, PRIMARY KEY (day, sender, target, family)
) WITHOUT ROWID;
CREATE TABLE days (day INTEGER, severity TEXT, amount INTEGER NOT NULL, PRIMARY KEY (day, severity)) WITHOUT ROWID;
CREATE TABLE parties (role TEXT, id TEXT, name TEXT NOT NULL, amount INTEGER NOT NULL, PRIMARY KEY (role, id)) WITHOUT ROWID;
CREATE INDEX parties_amount ON parties (role, amount);
CREATE TABLE rules (rule TEXT, verdict TEXT, amount INTEGER NOT NULL, PRIMARY KEY (rule, verdict)) WITHOUT ROWID;
CREATE TABLE stories (id TEXT PRIMARY KEY, version INTEGER NOT NULL, last_ms INTEGER NOT NULL, value TEXT NOT NULL);
CREATE INDEX stories_last ON stories (last_ms, id);
CREATE TABLE articles (
    id TEXT PRIMARY KEY, version INTEGER NOT NULL, event_ms INTEGER NOT NULL, stamped_ms INTEGER NOT NULL, value TEXT NOT NULL
);
CREATE INDEX articles_event ON articles (event_ms, id);
CREATE INDEX articles_stamped ON articles (stamped_ms);
CREATE TABLE outlets (outlet TEXT PRIMARY KEY, amount INTEGER NOT NULL, last_ms INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE outlet_days (outlet TEXT, day INTEGER, amount INTEGER NOT NULL, PRIMARY KEY (outlet, day)) WITHOUT ROWID;
CREATE TABLE dispositions (
    number INTEGER PRIMARY KEY, alert_id TEXT NOT NULL, decided_ms INTEGER NOT NULL, value TEXT NOT NULL, is_last INTEGER NOT NULL
);
CREATE INDEX dispositions_alert ON dispositions (alert_id, number);
CREATE TABLE silences (id TEXT PRIMARY KEY, ends_ms INTEGER NOT NULL, value TEXT NOT NULL);
"""


def open_for_writing(path: Path) -> sqlite3.Connection:
    """Return the one connection that writes; the file and its directories are made when they are missing.

    A file of another schema is thrown away.

    Raises:
        SanctionwireError: it cannot be made or opened.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = _connected(path)
        if _version(connection) not in (0, SCHEMA_VERSION):
            connection.close()
            remove(path)
            connection = _connected(path)
        if _version(connection) == 0:
            connection.executescript(f"BEGIN IMMEDIATE;{SCHEMA}PRAGMA user_version={SCHEMA_VERSION};COMMIT;")
    except (OSError, sqlite3.Error) as error:
        step = "name another file in [web] state_path, or run with --rebuild"
        raise SanctionwireError(str(path), f"cannot be used: {error}", step) from error
    return connection


def open_for_reading(path: Path) -> sqlite3.Connection:
    """Return a connection that cannot write; it may be used by one thread at a time."""
    connection = sqlite3.connect(f"file:{path.absolute().as_posix()}?mode=ro", uri=True, check_same_thread=False, timeout=10)
    connection.execute(f"PRAGMA mmap_size={MMAP_BYTES}")
    connection.execute("PRAGMA query_only=1")
    return connection


def remove(path: Path) -> None:
    """Throw the file away, with what SQLite keeps beside it."""
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _connected(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=10)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute(f"PRAGMA cache_size=-{CACHE_KIB}")
    return connection


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])

"""The alerts of one transaction: gathered while its records are read, and written together at its end.

Why together: the index wants its rows in order (`index.write`), an alert that is told five times in a backlog is written once, and
the sums of days, pairs and parties are changed once for all alerts.
"""

import json
import sqlite3
import zlib
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from connectors.messages.alert import Alert
from connectors.messages.codec import decode
from connectors.subscribers.readmodel import index
from connectors.subscribers.readmodel.rows import Row, Summary, day_of, pairs_of, row_of
from connectors.subscribers.words import Names
from connectors.watchlists.base import Watch, names_of

LEVEL = 1  # of compression: a fifth larger than the best and three times as fast
SUMS = {"pairs": 4, "days": 2, "parties": 3, "rules": 2}  # table to the columns before its amount


@dataclass(frozen=True, slots=True)
class Changed:
    """An alert as the read model has it now, for whoever looks on.

    Attributes:
        revision: rises with every change of any alert.
        labels: what filters ask for.
        summary: what lists show.
    """

    revision: int
    labels: frozenset[str]
    summary: Summary


@dataclass(frozen=True, slots=True)
class _Told:
    """The newest version of an alert in this transaction."""

    alert: Alert
    value: bytes
    stamped_ms: int


@dataclass(slots=True)
class _Work:
    """What there is to write: rows of the index, to be taken out and put in, and what is added to the sums."""

    out: list[index.Entry] = field(default_factory=list)
    put: list[index.Entry] = field(default_factory=list)
    sums: dict[str, Counter[tuple[Any, ...]]] = field(default_factory=lambda: {table: Counter() for table in SUMS})

    def count(self, summary: Summary, amount: int) -> None:
        """Add an alert to the sums of its day, its pairs, its parties and, once judged, its rules, or take it away."""
        for sender, target in pairs_of(summary):
            self.sums["pairs"][day_of(summary), sender, target, summary["family"]] += amount
        if summary["status"] != "retracted":
            self.sums["days"][day_of(summary), summary["severity"]] += amount
        for role in ("senders", "targets"):
            for party in summary[role]:
                self.sums["parties"][role, party["id"] or str(party["name"]).casefold(), party["name"]] += amount
        for rule in summary["rules"] if summary["verdict"] else ():
            self.sums["rules"][rule, summary["verdict"]] += amount


class Batch:
    """Gathers alerts and writes them; used by one thread, within a transaction of its owner.

    Args:
        database: open for writing.
        names: reference names of states and unions by id.
        watch: who is on the user's watchlists.
    """

    def __init__(self, database: sqlite3.Connection, names: Names, watch: Watch) -> None:
        self._database = database
        self._names = names
        self._watch = watch
        self._told: dict[str, _Told] = {}
        self._gone: set[str] = set()
        row = database.execute("SELECT COALESCE(MAX(revision), 0) FROM alerts").fetchone()
        self._revision = int(row[0])

    def take(self, alert: Alert, value: bytes, stamped_ms: int) -> None:
        """Take a version of an alert; an older one than is known changes nothing."""
        known = self._told.pop(alert.id, None)
        self._told[alert.id] = (
            known if known is not None and known.alert.version > alert.version else _Told(alert, value, stamped_ms)
        )

    def take_away(self, alert_id: str) -> None:
        """Take away an alert, whichever version is known."""
        self._told.pop(alert_id, None)
        self._gone.add(alert_id)

    def look_again(self, alert_id: str) -> None:
        """Write an alert anew, since what is said of it has changed; nothing if it is not known."""
        if alert_id in self._told:
            return
        row = self._database.execute("SELECT value, stamped_ms FROM alerts WHERE id = ?", (alert_id,)).fetchone()
        if row is not None and alert_id not in self._gone:
            value = zlib.decompress(row[0])
            self._told[alert_id] = _Told(decode(Alert, value), value, row[1])

    def write(self) -> tuple[Changed, ...]:
        """Write what was taken, and return the alerts that changed, in order."""
        if not self._told and not self._gone:
            return ()
        work, changed = _Work(), []
        for alert_id in self._gone:
            self._leave(alert_id, 1 << 62, work)
        for alert_id, told in self._told.items():
            if self._leave(alert_id, told.alert.version, work):
                changed.append(self._put(told, work))
        index.write(self._database, work.out, work.put)
        self._add(work)
        self._told.clear()
        self._gone.clear()
        return tuple(changed)

    def _leave(self, alert_id: str, version: int, work: _Work) -> bool:
        """Take an alert out of its place; false, and nothing done, if a later version stands there."""
        row = self._database.execute("SELECT place, version, summary, indexed FROM alerts WHERE id = ?", (alert_id,)).fetchone()
        if row is None:
            return True
        place, known, summary, indexed = row
        if known > version:
            return False
        labels, _, words = zlib.decompress(indexed).decode().partition("\n")
        work.out.append((place, labels, words))
        work.count(json.loads(summary), -1)
        self._database.execute("DELETE FROM alerts WHERE place = ?", (place,))
        return True

    def _put(self, told: _Told, work: _Work) -> Changed:
        alert = told.alert
        row = row_of(alert, self._verdict(alert.id), self._names, names_of(self._watch.matches(alert)))
        self._revision += 1
        place = self._free_place(row.place)
        labels, words = (text.encode("utf-8", "replace") for text in (row.labels, row.words))
        summary = json.dumps(row.summary, ensure_ascii=False, separators=(",", ":"))
        self._database.execute(
            "INSERT INTO alerts VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                place,
                alert.id,
                alert.version,
                self._revision,
                told.stamped_ms,
                summary,
                zlib.compress(labels + b"\n" + words, LEVEL),
                zlib.compress(told.value, LEVEL),
            ),
        )
        work.put.append((place, labels.decode(), words.decode()))
        work.count(row.summary, 1)
        return _changed(self._revision, row)

    def _verdict(self, alert_id: str) -> str | None:
        row = self._database.execute("SELECT value FROM dispositions WHERE alert_id = ? AND is_last", (alert_id,)).fetchone()
        return None if row is None else str(json.loads(row[0])["verdict"])

    def _free_place(self, wished: int) -> int:
        """Return the first free place from the wished one on."""
        place = wished
        while self._database.execute("SELECT 1 FROM alerts WHERE place = ?", (place,)).fetchone() is not None:
            place += 1
        return place

    def _add(self, work: _Work) -> None:
        for table, columns in SUMS.items():
            self._database.executemany(
                f"INSERT INTO {table} VALUES ({'?, ' * columns}?) "  # noqa: S608 -- of the table above
                "ON CONFLICT DO UPDATE SET amount = amount + excluded.amount",
                [(*key, amount) for key, amount in work.sums[table].items() if amount],
            )


def _changed(revision: int, row: Row) -> Changed:
    return Changed(revision, frozenset(row.labels.split()), row.summary)

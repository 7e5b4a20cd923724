"""The writing side of the read model: one record of a topic after the other, in transactions that hold the positions too.

Kill it at any moment: what was not committed is read again from the positions that were, so nothing is lost and nothing is counted
twice. Applying a record a second time changes nothing: alerts and stories go by version, analyses and verdicts by key.

A record that cannot be decoded is passed over and told, as for every subscriber. Of an analysis only what people look up is kept;
the text of its article stays in the log, where the position points.
"""

import json
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from connectors.errors import MessageError
from connectors.kafka import Stored
from connectors.messages.alert import Alert
from connectors.messages.analysis import Analysis, Position
from connectors.messages.codec import decode, to_dict
from connectors.messages.disposition import Disposition
from connectors.messages.silence import Silence
from connectors.messages.story import Story
from connectors.subscribers.plain import plain
from connectors.subscribers.readmodel.rows import Row, Summary, day_of, pairs_of, row_of
from connectors.subscribers.readmodel.schema import open_for_writing
from connectors.subscribers.words import NO_NAMES, Names
from connectors.topics import ALERT_TOPICS, ANALYSES, DISPOSITIONS, SILENCES, STORIES, Topic
from connectors.watchlists.base import NOBODY, Watch, names_of

FOLLOWED: tuple[Topic, ...] = (*ALERT_TOPICS.values(), STORIES, ANALYSES, DISPOSITIONS, SILENCES)
LEVEL = 1  # of compression: a fifth larger than the best and three times as fast
PRUNED_AT_ONCE = 500
STORY_TERMS = "terms"  # what a new article is compared with; of no use to a reader
FOR_THE_PIPELINE = frozenset({"text_hash", "sketch", "sketch_version", "sketch_common", "echo_of", "links", "spoken", "mentions"})


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


class Model:
    """The file, open for writing; used by one thread.

    Args:
        path: the file.
        names: reference names of states and unions by id.
        on_bad: takes what cannot be decoded.
        watch: says who in an alert may be on a watchlist; lists that change later count from the alert's next version on.
    """

    def __init__(
        self,
        path: Path,
        names: Names = NO_NAMES,
        on_bad: Callable[[Stored, MessageError], None] = lambda _stored, _error: None,
        watch: Watch = NOBODY,
    ) -> None:
        self._database = open_for_writing(path)
        self._names = names
        self._on_bad = on_bad
        self._watch = watch
        self._changed: list[Changed] = []
        self._revision = int(self._one("SELECT COALESCE(MAX(revision), 0) FROM alerts")[0])
        self._appliers: dict[str, Callable[[Stored], None]] = {
            **{topic.name: self._alert for topic in ALERT_TOPICS.values()},
            STORIES.name: self._story,
            ANALYSES.name: self._analysis,
            DISPOSITIONS.name: self._disposition,
            SILENCES.name: self._silence,
        }

    def close(self) -> None:
        """Close the file; what was not committed is as if it had not been."""
        self._database.close()

    def positions(self) -> tuple[Position, ...]:
        """Return the next record wanted of each partition that was read."""
        rows = self._database.execute("SELECT topic, partition, next FROM positions")
        return tuple(Position(topic=topic, partition=partition, offset=offset) for topic, partition, offset in rows)

    def apply(self, stored: Stored) -> None:
        """Take one record; it counts from the next `commit` on."""
        if not self._database.in_transaction:
            self._database.execute("BEGIN IMMEDIATE")
        try:
            self._appliers[stored.topic.name](stored)
        except MessageError as error:
            self._on_bad(stored, error)
        place = stored.position
        self._database.execute(
            "INSERT INTO positions VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET next = MAX(next, excluded.next)",
            (place.topic, place.partition, place.offset + 1),
        )

    def commit(self) -> tuple[Changed, ...]:
        """Make what was applied count; return the alerts that changed, in order."""
        if self._database.in_transaction:
            self._database.execute("COMMIT")
        changed, self._changed = tuple(self._changed), []
        return changed

    def prune(self, alerts_before_ms: int, articles_before_ms: int) -> int:
        """Forget some of what was published before these times and is gone from the topics; return how many alerts that were."""
        old = self._database.execute(
            "SELECT id FROM alerts WHERE stamped_ms < ? ORDER BY stamped_ms LIMIT ?", (alerts_before_ms, PRUNED_AT_ONCE)
        ).fetchall()
        self._database.execute("BEGIN IMMEDIATE")
        for (alert_id,) in old:
            self._forget(alert_id)
        self._database.execute("DELETE FROM articles WHERE stamped_ms < ?", (articles_before_ms,))
        self._database.execute("COMMIT")
        return len(old)

    def _alert(self, stored: Stored) -> None:
        if stored.value is None:
            self._forget(stored.key.decode("utf-8", "replace") if stored.key is not None else "")
            return
        alert = decode(Alert, stored.value, stored.headers)
        before = self._database.execute("SELECT version FROM alerts WHERE id = ?", (alert.id,)).fetchone()
        if before is None or before[0] <= alert.version:
            self._put(alert, zlib.compress(stored.value, LEVEL), stored.timestamp_ms)

    def _put(self, alert: Alert, value: bytes, stamped_ms: int) -> None:
        row = row_of(alert, self._verdict(alert.id), self._names, names_of(self._watch.matches(alert)))
        self._forget(alert.id)
        self._revision += 1
        place = self._free_place(row.place)
        indexed = zlib.compress(f"{row.labels}\n{row.words}".encode("utf-8", "replace"), LEVEL)
        summary = json.dumps(row.summary, ensure_ascii=False, separators=(",", ":"))
        self._database.execute(
            "INSERT INTO alerts VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (place, alert.id, alert.version, self._revision, stamped_ms, summary, indexed, value),
        )
        self._database.execute("INSERT INTO search (rowid, labels, words) VALUES (?, ?, ?)", (place, row.labels, row.words))
        self._count(row.summary, 1)
        self._changed.append(_changed(self._revision, row))

    def _free_place(self, wished: int) -> int:
        """Return the first free place from the wished one on."""
        place = wished
        while self._database.execute("SELECT 1 FROM alerts WHERE place = ?", (place,)).fetchone() is not None:
            place += 1
        return place

    def _forget(self, alert_id: str) -> None:
        """Take an alert out of the table, the index and the counts, if it is there."""
        row = self._database.execute("SELECT place, summary, indexed FROM alerts WHERE id = ?", (alert_id,)).fetchone()
        if row is None:
            return
        place, summary, indexed = row
        labels, _, words = zlib.decompress(indexed).decode().partition("\n")
        self._database.execute(
            "INSERT INTO search (search, rowid, labels, words) VALUES ('delete', ?, ?, ?)", (place, labels, words)
        )
        self._database.execute("DELETE FROM alerts WHERE place = ?", (place,))
        self._count(json.loads(summary), -1)

    def _count(self, summary: Summary, amount: int) -> None:
        """Add an alert to the sums of its day, of its pairs and of its parties, or take it away."""
        day, severity = day_of(summary), summary["severity"]
        pairs = pairs_of(summary)
        self._add("pairs", [(day, sender, target, summary["family"]) for sender, target in pairs], amount)
        self._add("days", [(day, severity)] if summary["status"] != "retracted" else [], amount)
        for role in ("senders", "targets"):
            for party in summary[role]:
                self._database.execute(
                    "INSERT INTO parties VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET amount = amount + excluded.amount",
                    (role, party["id"] or str(party["name"]).casefold(), party["name"], amount),
                )

    def _add(self, table: str, keys: Iterable[tuple[Any, ...]], amount: int) -> None:
        for key in keys:
            marks = ", ".join("?" for _ in key)
            self._database.execute(
                f"INSERT INTO {table} VALUES ({marks}, ?) ON CONFLICT DO UPDATE SET amount = amount + excluded.amount",  # noqa: S608
                (*key, amount),
            )

    def _story(self, stored: Stored) -> None:
        story = decode(Story, stored.value, stored.headers)
        shown = {name: value for name, value in to_dict(story).items() if name != STORY_TERMS}
        self._database.execute(
            "INSERT INTO stories VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET version = excluded.version, "
            "last_ms = excluded.last_ms, value = excluded.value WHERE excluded.version >= version",
            (story.id, story.version, _ms(story.last_at), json.dumps(shown, ensure_ascii=False)),
        )

    def _analysis(self, stored: Stored) -> None:
        analysis = decode(Analysis, stored.value, stored.headers)
        self._count_outlet(analysis)
        self._database.execute(
            "INSERT INTO articles VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET version = excluded.version, "
            "event_ms = excluded.event_ms, stamped_ms = excluded.stamped_ms, value = excluded.value "
            "WHERE excluded.version >= version",
            (
                analysis.article_id,
                analysis.article_version,
                _ms(analysis.event_time),
                stored.timestamp_ms,
                json.dumps(_told(analysis), ensure_ascii=False),
            ),
        )

    def _count_outlet(self, analysis: Analysis) -> None:
        known = self._database.execute("SELECT 1 FROM articles WHERE id = ?", (analysis.article_id,)).fetchone()
        self._database.execute(
            "INSERT INTO outlets VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET amount = amount + excluded.amount, "
            "last_ms = MAX(last_ms, excluded.last_ms)",
            (plain(analysis.outlet, 100), 1 if known is None else 0, _ms(analysis.event_time)),
        )

    def _disposition(self, stored: Stored) -> None:
        disposition = decode(Disposition, stored.value, stored.headers)
        value = json.dumps(to_dict(disposition), ensure_ascii=False)
        known = self._database.execute("SELECT value FROM dispositions WHERE alert_id = ?", (disposition.alert_id,)).fetchall()
        if (value,) in known:
            return
        self._database.execute("UPDATE dispositions SET is_last = 0 WHERE alert_id = ?", (disposition.alert_id,))
        self._database.execute(
            "INSERT INTO dispositions (alert_id, decided_ms, value, is_last) VALUES (?, ?, ?, 1)",
            (disposition.alert_id, _ms(disposition.decided_at), value),
        )
        row = self._database.execute("SELECT value, stamped_ms FROM alerts WHERE id = ?", (disposition.alert_id,)).fetchone()
        if row is not None:
            self._put(decode(Alert, zlib.decompress(row[0])), *row)

    def _silence(self, stored: Stored) -> None:
        if stored.value is None:
            key = (stored.key or b"").decode("utf-8", "replace")
            self._database.execute("DELETE FROM silences WHERE id = ?", (key,))
            return
        silence = decode(Silence, stored.value, stored.headers)
        self._database.execute(
            "INSERT INTO silences VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET ends_ms = excluded.ends_ms, value = excluded.value",
            (silence.id, _ms(silence.expired_at or silence.ends_at), json.dumps(to_dict(silence), ensure_ascii=False)),
        )

    def _verdict(self, alert_id: str) -> str | None:
        row = self._database.execute("SELECT value FROM dispositions WHERE alert_id = ? AND is_last", (alert_id,)).fetchone()
        return None if row is None else str(json.loads(row[0])["verdict"])

    def _one(self, statement: str) -> tuple[Any, ...]:
        row: tuple[Any, ...] = self._database.execute(statement).fetchone()
        return row


def _changed(revision: int, row: Row) -> Changed:
    return Changed(revision, frozenset(row.labels.split()), row.summary)


def _told(analysis: Analysis) -> Mapping[str, Any]:
    """Return what is kept of an analysis: where its article stands, what it is a copy of, and what was found in it."""
    whole = to_dict(analysis)
    return {name: value for name, value in whole.items() if name not in FOR_THE_PIPELINE}


def _ms(time: datetime) -> int:
    return int(time.timestamp() * 1000)

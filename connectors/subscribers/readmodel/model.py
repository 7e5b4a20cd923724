"""The writing side of the read model: one record of a topic after the other, in transactions that hold the positions too.

Kill it at any moment: what was not committed is read again from the positions that were, so nothing is lost and nothing is counted
twice. Applying a record a second time changes nothing: alerts and stories go by version, analyses and verdicts by key.

A record that cannot be decoded is passed over and told, as for every subscriber. Of an analysis only what people look up is kept;
the text of its article stays in the log, where the position points.
"""

import json
from collections.abc import Callable, Mapping
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
from connectors.subscribers.readmodel import index
from connectors.subscribers.readmodel.batch import Batch, Changed
from connectors.subscribers.readmodel.rows import DAY_SECS
from connectors.subscribers.readmodel.schema import open_for_writing
from connectors.subscribers.words import NO_NAMES, Names
from connectors.topics import ALERT_TOPICS, ANALYSES, DISPOSITIONS, SILENCES, STORIES, Topic
from connectors.watchlists.base import NOBODY, Watch

FOLLOWED: tuple[Topic, ...] = (*ALERT_TOPICS.values(), STORIES, ANALYSES, DISPOSITIONS, SILENCES)
PRUNED_AT_ONCE = 500
STORY_TERMS = "terms"  # what a new article is compared with; of no use to a reader
FOR_THE_PIPELINE = frozenset({"text_hash", "sketch", "sketch_version", "sketch_common", "echo_of", "links", "spoken", "mentions"})


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
        self._on_bad = on_bad
        self._batch = Batch(self._database, names, watch)
        self._reached: dict[tuple[str, int], int] = {}
        self._waiting = 0
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
        place = (stored.position.topic, stored.position.partition)
        self._reached[place] = max(stored.position.offset + 1, self._reached.get(place, 0))
        self._waiting += 1

    @property
    def waiting(self) -> int:
        """How many records were applied since the last commit."""
        return self._waiting

    def commit(self) -> tuple[Changed, ...]:
        """Make what was applied count; return the alerts that changed, in order, each once."""
        if not self._database.in_transaction:
            return ()
        changed = self._batch.write()
        self._database.executemany(
            "INSERT INTO positions VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET next = MAX(next, excluded.next)",
            [(*place, following) for place, following in self._reached.items()],
        )
        self._database.execute("COMMIT")
        self._reached.clear()
        self._waiting = 0
        return changed

    def prune(self, alerts_before_ms: int, articles_before_ms: int) -> int:
        """Forget some of what was published before these times and is gone from the topics; return how many alerts that were."""
        old = self._database.execute(
            "SELECT id FROM alerts WHERE stamped_ms < ? ORDER BY stamped_ms LIMIT ?", (alerts_before_ms, PRUNED_AT_ONCE)
        ).fetchall()
        self._database.execute("BEGIN IMMEDIATE")
        for (alert_id,) in old:
            self._batch.take_away(alert_id)
        self._batch.write()
        index.drop_empty(self._database)
        self._database.execute("DELETE FROM articles WHERE stamped_ms < ?", (articles_before_ms,))
        self._database.execute("DELETE FROM outlet_days WHERE day < ?", (articles_before_ms // (1000 * DAY_SECS),))
        self._database.execute("COMMIT")
        return len(old)

    def _alert(self, stored: Stored) -> None:
        if stored.value is None:
            self._batch.take_away((stored.key or b"").decode("utf-8", "replace"))
            return
        self._batch.take(decode(Alert, stored.value, stored.headers), stored.value, stored.timestamp_ms)

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
        outlet, at_ms = plain(analysis.outlet, 100), _ms(analysis.event_time)
        self._database.execute(
            "INSERT INTO outlets VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET amount = amount + excluded.amount, "
            "last_ms = MAX(last_ms, excluded.last_ms)",
            (outlet, 1 if known is None else 0, at_ms),
        )
        if known is None:
            self._database.execute(
                "INSERT INTO outlet_days VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET amount = amount + 1",
                (outlet, at_ms // (1000 * DAY_SECS)),
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
        self._batch.look_again(disposition.alert_id)

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


def _told(analysis: Analysis) -> Mapping[str, Any]:
    """Return what is kept of an analysis: where its article stands, what it is a copy of, and what was found in it."""
    whole = to_dict(analysis)
    return {name: value for name, value in whole.items() if name not in FOR_THE_PIPELINE}


def _ms(time: datetime) -> int:
    return int(time.timestamp() * 1000)

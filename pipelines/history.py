"""Cold start: what the log says has been done.

The engine keeps nothing over a crash, and nothing is kept on disk. Analyses, stories, alerts and dead letters are read back from
their topics, and every index is built from them anew.

Assumes that the job's producer has fenced its predecessor before this is called: a record that commits later would be missed. A
record that this release cannot decode is counted and passed over, since history of another release must not stop a start.
"""

import gc
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from connectors.config import Config, KafkaConfig
from connectors.errors import MessageError
from connectors.kafka import Stored, read_all
from connectors.messages.alert import Alert
from connectors.messages.analysis import Analysis
from connectors.messages.codec import decode_dead_letter
from connectors.messages.story import Story
from connectors.topics import ALERT_TOPICS, ANALYSES, DEAD_LETTERS, STORIES, Topic
from pipelines.alerts.book import Episodes
from pipelines.alerts.step import RaiseAlerts
from pipelines.carry import CarryOver
from pipelines.copy_index import Windows
from pipelines.dedupe import Copies
from pipelines.order import Chain, Step
from pipelines.own_records import read_own
from pipelines.stories.follow import FollowStories
from pipelines.stories.life import Joining

HELD_KEYS = 50_000  # some 100 MB of stories
NEW_OBJECTS = 50_000  # between two looks of the collector
ALERTS_SINCE = timedelta(days=90)


@dataclass(slots=True)
class History:
    """What the job remembers at its start.

    Attributes:
        copies: texts and articles seen.
        chain: stories and alerts.
        refused: (partition, offset) of articles that are dead letters already.
        counts: records read, by topic.
        unreadable: records that this release cannot decode.
    """

    copies: Copies
    chain: Chain
    refused: set[tuple[int, int]] = field(default_factory=set)
    counts: dict[str, int] = field(default_factory=dict)
    unreadable: int = 0

    def absorb(self, stored: Stored) -> None:
        """Remember one record of the log."""
        message = self.decoded(stored)
        if message is not None:
            self.enter(message)

    def decoded(self, stored: Stored) -> Analysis | Story | Alert | None:
        """Count one record of the log and return its message; None where there is none, or where it is a dead letter."""
        self.counts[stored.topic.name] = self.counts.get(stored.topic.name, 0) + 1
        if stored.value is None:
            return None
        try:
            return self._decoded(stored, stored.value)
        except MessageError:
            self.unreadable += 1
            return None

    def enter(self, message: Analysis | Story | Alert) -> None:
        """Remember one message of the log."""
        self.chain.absorb(message)
        if isinstance(message, Analysis):
            self.copies.absorb(message)

    def _decoded(self, stored: Stored, value: bytes) -> Analysis | Story | Alert | None:
        if stored.topic == DEAD_LETTERS:
            origin = decode_dead_letter(stored.key or b"", value, stored.headers).origin
            self.refused.add((origin.partition, origin.offset))
            return None
        return read_own(MESSAGES[stored.topic.name], value, stored.headers)


MESSAGES: dict[str, type[Analysis] | type[Story] | type[Alert]] = {
    ANALYSES.name: Analysis,
    STORIES.name: Story,
    **dict.fromkeys((topic.name for topic in ALERT_TOPICS.values()), Alert),
}


def blank(config: Config, numbers: Iterator[int], first: tuple[Step, ...] = ()) -> History:
    """Return the history of a job that has never run.

    Args:
        config: the windows.
        numbers: what the chain numbers articles with.
        first: links before the chain's own.
    """
    pipeline = config.pipeline
    exact = timedelta(days=pipeline.exact_copy_window_days)
    windows = Windows(near=timedelta(hours=pipeline.near_copy_window_hours), exact=exact)
    joining = Joining(idle=timedelta(hours=pipeline.story_idle_hours), longest=timedelta(days=pipeline.story_max_days))
    episodes = Episodes(
        gap=timedelta(hours=pipeline.episode_gap_hours),
        late_after=timedelta(hours=pipeline.late_after_hours),
        alert_when_late=pipeline.alert_when_late,
    )
    steps = (*first, CarryOver(exact), FollowStories(joining), RaiseAlerts(episodes))
    copies = Copies(windows)
    return History(copies, Chain(steps, numbers), copies.refused)


def windows(config: Config) -> tuple[tuple[timedelta, tuple[Topic, ...]], ...]:
    """Return how far back each topic is read, in the order of reading: what articles told is entered into alerts that are known."""
    pipeline = config.pipeline
    return (
        (ALERTS_SINCE, tuple(ALERT_TOPICS.values())),
        (timedelta(days=pipeline.exact_copy_window_days), (ANALYSES, DEAD_LETTERS)),
        (timedelta(days=pipeline.story_max_days), (STORIES,)),
    )


def remember(
    config: Config,
    numbers: Iterator[int],
    now: datetime,
    read: Callable[..., Iterator[Stored]] = read_all,
    first: tuple[Step, ...] = (),
) -> History:
    """Return what the log says has been done.

    Args:
        config: brokers and windows.
        numbers: what the chain numbers articles with.
        now: the windows end here.
        read: reads topics to their end.
        first: links before the chain's own.

    Raises:
        BrokerError: the log cannot be read.
    """
    history = blank(config, numbers, first)
    with _growing():
        for reach, topics in windows(config):
            stored_ = _read(config.kafka, topics, now - reach, read)
            for stored in latest(stored_) if topics == (STORIES,) else stored_:
                history.absorb(stored)
    return history


@contextmanager
def _growing() -> Iterator[None]:
    """Keep the collector of cycles from what grows here, then and later: all of it stays.

    It would look through everything again and again: 15 % of the time of a cold start, and then pauses in which no article passes.
    What an earlier reading left is given back to it first. Later it looks seldom: hundreds of articles are under way at a time,
    none of them in a cycle, and to look through them after every 700 new objects took 6 % of the job.
    """
    was_enabled = gc.isenabled()
    gc.unfreeze()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.set_threshold(NEW_OBJECTS, *gc.get_threshold()[1:])
        if was_enabled:
            gc.enable()


def latest(records: Iterable[Stored]) -> Iterator[Stored]:
    """Yield the last record of each key, in their order: a story has a version for each of its articles, and only one counts.

    No more than `HELD_KEYS` are held back, so a key may come again later.
    """
    held: dict[bytes | None, Stored] = {}
    for stored in records:
        held.pop(stored.key, None)
        held[stored.key] = stored
        if len(held) > HELD_KEYS:
            yield held.pop(next(iter(held)))
    yield from held.values()


def _read(
    kafka: KafkaConfig, topics: tuple[Topic, ...], since: datetime, read: Callable[..., Iterator[Stored]]
) -> Iterator[Stored]:
    return read(kafka, topics, since=since)

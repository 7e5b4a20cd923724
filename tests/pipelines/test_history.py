"""A cold start remembers what the log holds, and passes over what it cannot read. With a broker: tests/end_to_end/test_io.py."""

import gc
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from connectors.config import Config, KafkaConfig, PipelineConfig
from connectors.errors import BrokerError
from connectors.kafka import Stored
from connectors.messages.codec import Message, Record, encode, encode_dead_letter
from connectors.topics import ALERT_TOPICS, ANALYSES, DEAD_LETTERS, STORIES, TOPICS, Topic
from pipelines import history as history_module
from pipelines.alerts.step import RaiseAlerts
from pipelines.history import MESSAGES, NEW_OBJECTS, blank, latest, remember, windows
from tests import builders

NOW = builders.PUBLISHED_AT + timedelta(days=1)


def stored(topic: Topic, record: Record | Message, *, value: bytes | None = b"as encoded") -> Stored:
    made = record if isinstance(record, Record) else encode(record)
    body = made.value if value == b"as encoded" else value
    return Stored(topic, builders.position(topic=topic.name), 0, made.key, body, made.headers)


def test_analyses_stories_alerts_and_dead_letters_are_remembered() -> None:
    history = blank(Config(), count(1))
    history.absorb(stored(ANALYSES, builders.analysis()))
    history.absorb(stored(STORIES, builders.story()))
    history.absorb(stored(ALERT_TOPICS["threat"], builders.alert()))
    history.absorb(stored(DEAD_LETTERS, encode_dead_letter(builders.dead_letter())))
    assert history.copies.taken == {(builders.ARTICLE_ID, 1): builders.PUBLISHED_AT}
    alerts = next(step for step in history.chain.steps if isinstance(step, RaiseAlerts))
    assert alerts.alerts == {builders.ALERT_ID: builders.alert()}
    assert history.refused == {(0, 7)}
    assert history.counts == {"analyses": 1, "stories": 1, "alerts.threat": 1, "dead-letters": 1}
    assert history.unreadable == 0


def test_what_this_release_cannot_read_is_counted_and_passed_over() -> None:
    history = blank(Config(), count(1))
    history.absorb(stored(ANALYSES, builders.analysis(), value=b"\xff"))
    history.absorb(stored(STORIES, builders.story(), value=b"{}"))
    history.absorb(stored(DEAD_LETTERS, Record(b"k", b"v", ())))
    assert (history.unreadable, history.refused, history.copies.taken) == (3, set(), {})


def test_a_tombstone_is_no_record() -> None:
    history = blank(Config(), count(1))
    history.absorb(stored(STORIES, builders.story(), value=None))
    assert history.unreadable == 0


def test_of_a_story_only_the_newest_version_is_read_and_it_stands_where_that_one_stands() -> None:
    versions = [("a", 1), ("b", 1), ("a", 2), ("c", 1), ("a", 3), ("b", 2)]
    log = [stored(STORIES, builders.story(id=name, version=version)) for name, version in versions]
    assert list(latest(log)) == [log[3], log[4], log[5]]


def test_no_more_stories_are_held_back_than_fit_and_none_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history_module, "HELD_KEYS", 2)
    log = [stored(STORIES, builders.story(id=name)) for name in "abcda"]
    assert list(latest(log)) == [log[0], log[1], log[2], log[3], log[4]]


def test_every_topic_that_the_job_writes_is_read_back() -> None:
    read = {topic for _, topics in windows(Config()) for topic in topics}
    assert {topic.name for topic in TOPICS} - {topic.name for topic in read} == {
        "articles",
        "dispositions",
        "silences",
        "deliveries",
    }
    assert set(MESSAGES) == {topic.name for topic in read} - {"dead-letters"}


def test_topics_whose_windows_are_equally_long_are_all_read() -> None:
    config = Config(pipeline=PipelineConfig(exact_copy_window_days=14.0, story_max_days=14.0))
    assert {topic.name for _, topics in windows(config) for topic in topics} >= {"analyses", "dead-letters", "stories"}


def test_an_exact_copy_window_as_long_as_the_alerts_keeps_both() -> None:
    config = Config(pipeline=PipelineConfig(exact_copy_window_days=90.0))
    assert {topic.name for _, topics in windows(config) for topic in topics} >= {"analyses", "alerts.threat"}


def test_each_topic_is_read_from_its_window_on() -> None:
    asked: dict[str, datetime] = {}

    def read(_: object, topics: tuple[Topic, ...], *, since: datetime) -> Iterator[Stored]:
        asked.update({topic.name: since for topic in topics})
        return iter(())

    remember(Config(), count(1), NOW, read)
    assert asked["analyses"] == NOW - timedelta(days=30)
    assert asked["stories"] == NOW - timedelta(days=14)
    assert asked["alerts.threat"] == NOW - timedelta(days=90)


def test_what_the_log_holds_as_a_dead_letter_is_no_news_to_the_copies() -> None:
    history, letter = blank(Config(), count(1)), builders.dead_letter()
    history.absorb(stored(DEAD_LETTERS, encode_dead_letter(letter)))
    record = builders.log_record(letter.origin.offset, partition=letter.origin.partition)
    assert history.copies.sift(builders.work(record=record), lambda _: True).repeat


def test_what_is_remembered_is_kept_from_the_collector_and_the_collector_goes_on() -> None:
    def read(_kafka: KafkaConfig, topics: Iterable[Topic], **_: object) -> Iterator[Stored]:
        assert not gc.isenabled()
        yield from (stored(topic, builders.analysis()) for topic in topics if topic == ANALYSES)

    try:
        remember(Config(), count(1), datetime.now(UTC), read)
        assert gc.isenabled()
        assert gc.get_freeze_count() > 0
        assert gc.get_threshold()[0] == NEW_OBJECTS
    finally:
        gc.unfreeze()


def test_a_log_that_cannot_be_read_leaves_the_collector_at_work() -> None:
    def read(_kafka: KafkaConfig, _topics: Iterable[Topic], **_: object) -> Iterator[Stored]:
        raise BrokerError("127.0.0.1:9092", "does not answer", "start it")

    try:
        with pytest.raises(BrokerError):
            remember(Config(), count(1), datetime.now(UTC), read)
        assert gc.isenabled()
    finally:
        gc.unfreeze()

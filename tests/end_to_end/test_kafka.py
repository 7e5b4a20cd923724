"""What `connectors.kafka` promises, on a real broker."""

import itertools
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from kafka.admin import KafkaAdminClient

from connectors import kafka
from connectors.config import KafkaConfig
from connectors.errors import BrokerError, FencedError, TopicError
from connectors.kafka import (
    Difference,
    Stored,
    broker_errors,
    compare_topics,
    ensure_topics,
    follow,
    publish,
    read_all,
    settle,
    topic_name,
)
from connectors.messages.analysis import Position
from connectors.messages.article import Article
from connectors.messages.codec import MAX_VALUE_BYTES, Record, decode, encode
from connectors.topics import ALERTS_THREAT, ANALYSES, ARTICLES, DEAD_LETTERS, STORIES, TOPICS, Topic
from tests import builders

pytestmark = pytest.mark.e2e

PREFIXES = itertools.count(1)


@pytest.fixture
def config(broker: Any) -> KafkaConfig:
    """A broker with topics of this test's own."""
    config = KafkaConfig(bootstrap_servers=broker.bootstrap, topic_prefix=f"kafka{next(PREFIXES)}-{time.time_ns()}.")
    ensure_topics(config)
    return replace(config, transactional_id=config.topic_prefix)


@pytest.fixture
def producer(config: KafkaConfig) -> Iterator[Any]:
    """A transactional producer, ready."""
    made = kafka.producer(config, transactional_id=config.transactional_id)
    made.init_transactions()
    yield made
    made.close(timeout=1)


def now_ms() -> int:
    return time.time_ns() // 1_000_000


def record(name: str, value: bytes = b"{}") -> Record:
    return Record(name.encode(), value, (("ce_id", name.encode()),))


def commit(producer: Any, config: KafkaConfig, topic: Topic, *names: str) -> None:
    producer.begin_transaction()
    for name in names:
        publish(producer, topic_name(config, topic), record(name), now_ms())
    producer.commit_transaction()


def keys(records: list[Stored]) -> set[str]:
    return {stored.key.decode() for stored in records if stored.key is not None}


def read_keys(config: KafkaConfig, *topics: Topic) -> set[str]:
    return keys(list(read_all(config, topics)))


@contextmanager
def repeatedly(act: Callable[[], None]) -> Iterator[None]:
    """Do something again and again while the block lasts."""
    is_over = threading.Event()

    def run() -> None:
        while not is_over.wait(0.2):
            act()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()


class TestTopics:
    def test_they_are_created_as_the_table_says(self, broker: Any) -> None:
        config = KafkaConfig(bootstrap_servers=broker.bootstrap, topic_prefix=f"made-{time.time_ns()}.")
        missing = compare_topics(config)
        assert missing == tuple(Difference(topic_name(config, topic), "topic", "exists", None) for topic in TOPICS)
        assert ensure_topics(config) == ()
        assert compare_topics(config) == ()

    def test_creating_them_again_changes_nothing(self, config: KafkaConfig) -> None:
        assert ensure_topics(config) == ()

    def test_other_settings_are_reported_and_left(self, broker: Any) -> None:
        config = KafkaConfig(bootstrap_servers=broker.bootstrap, topic_prefix=f"other-{time.time_ns()}.")
        name = topic_name(config, STORIES)
        admin = KafkaAdminClient(bootstrap_servers=broker.bootstrap)
        admin.create_topics({name: {"num_partitions": 3, "replication_factor": 1, "configs": {"cleanup.policy": "delete"}}})
        admin.close()
        found = ensure_topics(config, [STORIES])
        assert found == compare_topics(config, [STORIES])
        assert {(difference.setting, difference.expected, difference.found) for difference in found} >= {
            ("partitions", "1", "3"),
            ("cleanup.policy", "compact", "delete"),
        }

    def test_one_that_cannot_be_created_is_named(self, config: KafkaConfig) -> None:
        with pytest.raises(TopicError, match=r"cannot be created.*replication") as caught:
            ensure_topics(replace(config, topic_prefix="three-", replication_factor=3), [STORIES])
        assert caught.value.subject == "three-stories"

    def test_reading_one_that_is_missing_is_an_error(self, config: KafkaConfig) -> None:
        with pytest.raises(TopicError, match=r"nowhere\.articles: does not exist"):
            list(read_all(replace(config, topic_prefix="nowhere."), [ARTICLES]))

    def test_the_brokers_version_is_told(self, config: KafkaConfig) -> None:
        assert int(kafka.broker_version(config).partition(".")[0]) >= 3


class TestReadAll:
    def test_a_message_comes_back_with_its_headers_and_place(self, config: KafkaConfig, producer: Any) -> None:
        producer.begin_transaction()
        publish(producer, topic_name(config, ARTICLES), encode(builders.article()), 1_700_000_000_000)
        producer.commit_transaction()
        (stored,) = read_all(config, [ARTICLES])
        assert stored.value is not None
        assert decode(Article, stored.value, stored.headers) == builders.article()
        assert (stored.topic, stored.position.topic, stored.position.offset) == (ARTICLES, topic_name(config, ARTICLES), 0)
        assert stored.timestamp_ms == 1_700_000_000_000

    def test_an_empty_topic_ends_at_once(self, config: KafkaConfig) -> None:
        assert list(read_all(config, TOPICS)) == []

    def test_every_partition_of_every_topic_is_read(self, config: KafkaConfig, producer: Any) -> None:
        names = {str(number) for number in range(40)}
        commit(producer, config, ANALYSES, *names)
        commit(producer, config, STORIES, "story")
        found = list(read_all(config, [ANALYSES, STORIES]))
        assert keys(found) == names | {"story"}
        assert {stored.position.partition for stored in found if stored.topic == ANALYSES} == {0, 1}

    def test_it_ends_behind_an_aborted_transaction_and_shows_nothing_of_it(self, config: KafkaConfig, producer: Any) -> None:
        commit(producer, config, STORIES, "kept")
        producer.begin_transaction()
        publish(producer, topic_name(config, STORIES), record("aborted"), now_ms())
        producer.flush()
        producer.abort_transaction()
        assert read_keys(config, STORIES) == {"kept"}

    def test_it_ends_before_an_open_transaction(self, config: KafkaConfig, producer: Any) -> None:
        commit(producer, config, STORIES, "kept")
        producer.begin_transaction()
        publish(producer, topic_name(config, STORIES), record("open"), now_ms())
        producer.flush()
        assert read_keys(config, STORIES) == {"kept"}

    def test_it_begins_at_a_time(self, config: KafkaConfig, producer: Any) -> None:
        commit(producer, config, STORIES, "before")
        time.sleep(0.01)
        since = datetime.now(UTC)
        time.sleep(0.01)
        commit(producer, config, STORIES, "after")
        assert keys(list(read_all(config, [STORIES], since=since))) == {"after"}

    def test_a_time_after_the_last_record_gives_nothing(self, config: KafkaConfig, producer: Any) -> None:
        commit(producer, config, STORIES, "before")
        assert list(read_all(config, [STORIES], since=datetime.now(UTC))) == []

    def test_what_is_published_meanwhile_is_left_for_the_next_reader(self, config: KafkaConfig, producer: Any) -> None:
        commit(producer, config, STORIES, "first")
        reading = read_all(config, [STORIES])
        found = [next(reading)]
        commit(producer, config, STORIES, "second")
        assert keys(found + list(reading)) == {"first"}

    def test_ten_megabytes_pass(self, config: KafkaConfig, producer: Any) -> None:
        value = b"x" * (2 * MAX_VALUE_BYTES + 2_000_000)
        producer.begin_transaction()
        publish(producer, topic_name(config, DEAD_LETTERS), record("large", value), now_ms())
        producer.commit_transaction()
        assert [stored.value for stored in read_all(config, [DEAD_LETTERS])] == [value]


class TestSettle:
    def test_it_ends_once_an_open_transaction_is_committed(self, config: KafkaConfig, producer: Any) -> None:
        producer.begin_transaction()
        publish(producer, topic_name(config, ARTICLES), record("a"), now_ms()).get(10)
        commits = threading.Timer(1.0, producer.commit_transaction)
        commits.start()
        settle(config, (ARTICLES, ANALYSES), 30.0)
        assert [stored.key for stored in read_all(config, [ARTICLES])] == [b"a"]
        commits.join()

    def test_one_that_stays_open_is_not_waited_for_beyond_the_limit(self, config: KafkaConfig, producer: Any) -> None:
        producer.begin_transaction()
        publish(producer, topic_name(config, ARTICLES), record("a"), now_ms()).get(10)
        began = time.monotonic()
        settle(config, [ARTICLES], 1.0)
        assert 1.0 <= time.monotonic() - began < 10.0
        assert list(read_all(config, [ARTICLES])) == []
        producer.abort_transaction()


class TestFollow:
    def test_from_the_beginning_it_gives_what_is_there(self, config: KafkaConfig, producer: Any) -> None:
        commit(producer, config, ALERTS_THREAT, "first")
        commit(producer, config, ALERTS_THREAT, "second")
        found = itertools.islice(follow(config, [ALERTS_THREAT], start="beginning"), 2)
        assert [stored.key for stored in found] == [b"first", b"second"]

    def test_from_the_end_it_waits_for_more(self, config: KafkaConfig, producer: Any) -> None:
        commit(producer, config, ALERTS_THREAT, "before")
        with repeatedly(lambda: commit(producer, config, ALERTS_THREAT, "after")):
            (first,) = itertools.islice(follow(config, [ALERTS_THREAT]), 1)
        assert first.key == b"after"

    def test_a_broker_that_is_away_is_waited_for(self, broker: Any, config: KafkaConfig, producer: Any) -> None:
        commit(producer, config, ALERTS_THREAT, "before")
        following = follow(config, [ALERTS_THREAT], start="beginning")
        assert next(following).key == b"before"
        broker.stop()
        broker.restart()
        commit(producer, config, ALERTS_THREAT, "after")
        assert next(following).key == b"after"
        following.close()

    def test_it_begins_at_a_position(self, config: KafkaConfig, producer: Any) -> None:
        commit(producer, config, ALERTS_THREAT, "0", "1", "2")
        start = (Position(topic=topic_name(config, ALERTS_THREAT), partition=0, offset=2),)
        (first,) = itertools.islice(follow(config, [ALERTS_THREAT], start=start), 1)
        assert first.key == b"2"

    def test_it_begins_at_a_time(self, config: KafkaConfig, producer: Any) -> None:
        commit(producer, config, ALERTS_THREAT, "before")
        time.sleep(0.01)
        since = datetime.now(UTC)
        time.sleep(0.01)
        commit(producer, config, ALERTS_THREAT, "after")
        (first,) = itertools.islice(follow(config, [ALERTS_THREAT], start=since), 1)
        assert first.key == b"after"

    def test_it_ends_when_it_is_stopped(self, config: KafkaConfig) -> None:
        deadline = time.monotonic() + 0.5
        assert list(follow(config, [ALERTS_THREAT], is_stopped=lambda: time.monotonic() > deadline)) == []


class TestProducer:
    def test_a_second_one_of_the_same_name_fences_the_first(self, config: KafkaConfig, producer: Any) -> None:
        producer.begin_transaction()
        publish(producer, topic_name(config, STORIES), record("lost"), now_ms())
        producer.flush()
        second = kafka.producer(config, transactional_id=config.transactional_id)
        second.init_transactions()
        for _ in range(2):  # the client names the cause the first time only
            with pytest.raises(FencedError, match="another copy of the job has taken over"), broker_errors(config):
                producer.commit_transaction()
        commit(second, config, STORIES, "kept")
        second.close(timeout=1)
        assert read_keys(config, STORIES) == {"kept"}

    def test_a_topic_that_is_missing_is_not_made(self, config: KafkaConfig) -> None:
        hasty = replace(config, request_timeout_secs=1.0)
        made = kafka.producer(hasty)
        with pytest.raises(BrokerError), broker_errors(hasty):
            publish(made, "nowhere", record("x"), now_ms())
        made.close(timeout=1)
        assert compare_topics(config, [replace(STORIES, name="nowhere")])[0].found is None

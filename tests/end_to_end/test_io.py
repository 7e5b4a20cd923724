"""Records in and results out on a real broker: gaps, seeks, transactions, fencing, and what a cold start reads back."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest

from connectors.config import Config, KafkaConfig
from connectors.errors import FencedError
from connectors.kafka import producer, publish, read_all, topic_name
from connectors.messages.codec import encode
from connectors.topics import ALERT_TOPICS, ANALYSES, ARTICLES, DEAD_LETTERS, STORIES, TOPICS
from pipelines.alerts.step import RaiseAlerts
from pipelines.finish import Finished, finished
from pipelines.history import remember
from pipelines.io import MAX_IN_FLIGHT, Committed, PartitionReader, Writer, committed_offsets, transactional_producer
from pipelines.progress import Progress
from pipelines.work import Failure, LogRecord
from tests import builders

pytestmark = pytest.mark.e2e

NOW_MS = int(builders.PUBLISHED_AT.timestamp() * 1000)
PATIENCE = 100  # looks, one every 100 ms


@pytest.fixture
def closing() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def send(kafka: KafkaConfig, *titles: str, transaction: str | None = None) -> None:
    """Publish articles to partition 0, in a transaction that is `commit`ted or `abort`ed, or in none."""
    client = producer(kafka, transactional_id=None if transaction is None else "a feed")
    if transaction is not None:
        client.init_transactions()
        client.begin_transaction()
    for title in titles:
        record = encode(builders.article(title=title))
        client.send(
            topic_name(kafka, ARTICLES), key=record.key, value=record.value, headers=list(record.headers), partition=0,
            timestamp_ms=NOW_MS,
        )  # fmt: skip
    client.flush()
    if transaction is not None:
        client.commit_transaction() if transaction == "commit" else client.abort_transaction()
    client.close()


@pytest.fixture
def reader(fresh_topics: KafkaConfig) -> Iterator[PartitionReader]:
    made = PartitionReader(fresh_topics, 0, lambda: 0)
    yield made
    made.close()


def wait_at(reader: PartitionReader, offset: int, looks: int = PATIENCE) -> LogRecord:
    """The record at an offset, which a first fetch may take a moment for."""
    for _ in range(looks):
        if (found := reader.at(offset)) is not None:
            return found
        time.sleep(0.1)
    raise AssertionError(offset)


def read(reader: PartitionReader, number: int, offset: int = 0) -> list[tuple[int, int]]:
    """(covers_from, offset) of so many records."""
    found = []
    for _ in range(number):
        record = wait_at(reader, offset)
        found.append((record.covers_from, record.position.offset))
        offset = record.position.offset + 1
    return found


def test_records_are_read_in_order_and_again_from_any_offset(fresh_topics: KafkaConfig, reader: PartitionReader) -> None:
    send(fresh_topics, "a", "b", "c")
    assert read(reader, 3) == [(0, 0), (1, 1), (2, 2)]
    assert reader.at(3) is None
    assert read(reader, 2, offset=1) == [(1, 1), (2, 2)]
    assert wait_at(reader, 0).position == builders.position(0)


def test_a_record_is_handed_on_as_kafka_holds_it(fresh_topics: KafkaConfig, reader: PartitionReader) -> None:
    send(fresh_topics, "a")
    expected, found = encode(builders.article(title="a")), wait_at(reader, 0)
    assert (found.key, found.value, found.headers, found.timestamp_ms) == (expected.key, expected.value, expected.headers, NOW_MS)


def test_marks_of_transactions_and_aborted_records_are_covered_by_the_next_record(
    fresh_topics: KafkaConfig, reader: PartitionReader
) -> None:
    send(fresh_topics, "a", "b", transaction="commit")  # 0, 1 and the mark 2
    send(fresh_topics, "c", transaction="abort")  # 3 and the mark 4
    send(fresh_topics, "d")
    assert read(reader, 3) == [(0, 0), (1, 1), (2, 5)]


def test_reading_waits_for_what_is_open(fresh_topics: KafkaConfig, closing: ExitStack) -> None:
    open_from = 0
    reader = PartitionReader(fresh_topics, 0, lambda: open_from)
    closing.callback(reader.close)
    send(fresh_topics, *(str(number) for number in range(MAX_IN_FLIGHT + 2)))
    assert wait_at(reader, MAX_IN_FLIGHT).position.offset == MAX_IN_FLIGHT
    with pytest.raises(AssertionError):
        wait_at(reader, MAX_IN_FLIGHT + 1, looks=5)
    open_from = 1
    assert wait_at(reader, MAX_IN_FLIGHT + 1).position.offset == MAX_IN_FLIGHT + 1


def writer(kafka: KafkaConfig, closing: ExitStack, committed: Callable[[Committed], None] = lambda _: None) -> Writer:
    made = transactional_producer(kafka)
    closing.callback(made.close, timeout=2)
    return Writer(kafka, made, Progress(committed_offsets(kafka)), committed=committed)


def done(offset: int, **overrides: object) -> Finished:
    """Finished work: an alerting article, number `offset + 1` of the job."""
    article = builders.article(id=f"a{offset}")
    made = builders.work(
        article, record=builders.log_record(offset), sequence=offset + 1, story=builders.story(), alerts=(builders.alert(),)
    )
    return finished(replace(made, **overrides))  # type: ignore[arg-type]


def count_of(kafka: KafkaConfig) -> dict[str, int]:
    found = {topic.name: sum(1 for _ in read_all(kafka, [topic])) for topic in TOPICS}
    return {name: number for name, number in found.items() if number}


def test_results_and_offsets_are_committed_together(fresh_topics: KafkaConfig, closing: ExitStack) -> None:
    seen: list[Committed] = []
    write = writer(fresh_topics, closing, seen.append)
    write.write([done(0), done(1, failure=Failure(stage="Annotate", reason="too slow"))])
    assert count_of(fresh_topics) == {ANALYSES.name: 1, STORIES.name: 1, ALERT_TOPICS["threat"].name: 1, DEAD_LETTERS.name: 1}
    assert committed_offsets(fresh_topics)[0] == 2
    assert [[article.sequence for article in each.finished] for each in seen] == [[1, 2]]


def test_what_comes_early_waits_and_is_committed_in_order(fresh_topics: KafkaConfig, closing: ExitStack) -> None:
    write = writer(fresh_topics, closing)
    write.write([done(1, sequence=2), done(2, sequence=3)])
    assert count_of(fresh_topics) == {}
    write.write([done(0, sequence=1)])
    assert count_of(fresh_topics)[ANALYSES.name] == 3
    assert committed_offsets(fresh_topics)[0] == 3


def test_offsets_wait_for_what_is_not_finished(fresh_topics: KafkaConfig, closing: ExitStack) -> None:
    write = writer(fresh_topics, closing)
    write.write([done(2, sequence=1)])
    assert committed_offsets(fresh_topics)[0] == 0
    write.write([done(0, sequence=2), done(1, sequence=3)])
    assert committed_offsets(fresh_topics)[0] == 3


def test_a_repeat_moves_only_the_offset(fresh_topics: KafkaConfig, closing: ExitStack) -> None:
    writer(fresh_topics, closing).write([done(0, repeat=True)])
    assert count_of(fresh_topics) == {}
    assert committed_offsets(fresh_topics)[0] == 1


def test_a_fenced_writer_commits_nothing_and_says_so_from_then_on(fresh_topics: KafkaConfig, closing: ExitStack) -> None:
    first = writer(fresh_topics, closing)
    first.write([done(0)])
    second = writer(fresh_topics, closing)
    for sequence in (2, 3):
        with pytest.raises(FencedError):
            first.write([done(sequence - 1)])
    assert isinstance(first.failure, FencedError)
    assert committed_offsets(fresh_topics)[0] == 1
    assert count_of(fresh_topics)[ANALYSES.name] == 1
    second.write([done(1, sequence=1)])
    assert committed_offsets(fresh_topics)[0] == 2


def test_an_unfinished_transaction_is_invisible_and_settled_by_the_next_job(fresh_topics: KafkaConfig, closing: ExitStack) -> None:
    first = transactional_producer(fresh_topics)
    closing.callback(first.close, timeout=2)
    first.begin_transaction()
    publish(first, topic_name(fresh_topics, ANALYSES), encode(builders.analysis()), NOW_MS)
    first.flush()
    writer(fresh_topics, closing).write([done(0)])
    assert count_of(fresh_topics)[ANALYSES.name] == 1


def test_a_cold_start_reads_back_what_the_writer_wrote(fresh_topics: KafkaConfig, closing: ExitStack) -> None:
    refused = done(1, failure=Failure(stage="Decode", reason="is not UTF-8"))
    writer(fresh_topics, closing).write([done(0), refused])
    unreadable = encode(builders.story(id="x"))
    client = producer(fresh_topics)
    client.send(topic_name(fresh_topics, STORIES), key=b"x", value=b"{", headers=list(unreadable.headers))
    client.flush()
    client.close()

    history = remember(Config(kafka=fresh_topics), count(1), builders.PUBLISHED_AT + timedelta(days=1))

    assert set(history.copies.taken) == {("a0", 1)}
    assert history.refused == {(0, 1)}
    assert history.unreadable == 1
    alerts = next(step for step in history.chain.steps if isinstance(step, RaiseAlerts))
    assert alerts.alerts == {builders.ALERT_ID: builders.alert()}


def test_a_dead_letter_is_not_written_twice_after_a_restart(fresh_topics: KafkaConfig, closing: ExitStack) -> None:
    refused = done(1, sequence=1, failure=Failure(stage="Decode", reason="is not UTF-8"))  # 0 is open, so the offset stays
    writer(fresh_topics, closing).write([refused])
    history = remember(Config(kafka=fresh_topics), count(1), builders.PUBLISHED_AT + timedelta(days=1))
    again = writer(fresh_topics, closing)
    again.refused = frozenset(history.refused)
    again.write([replace(refused, sequence=1), done(0, sequence=2)])
    assert count_of(fresh_topics)[DEAD_LETTERS.name] == 1
    assert committed_offsets(fresh_topics)[0] == 2


def test_nothing_committed_begins_at_the_first_record_of_every_partition(fresh_topics: KafkaConfig) -> None:
    assert committed_offsets(fresh_topics) == dict.fromkeys(range(ARTICLES.partitions), 0)

"""Whose the log is, on a real broker: a claim fences, is seen, and outlives commits; a worker of another job opens no writer."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace

import pytest
from prometheus_client import CollectorRegistry

from connectors.config import Config, KafkaConfig
from connectors.errors import FencedError
from connectors.kafka import producer, read_all, topic_name
from connectors.messages.codec import encode
from connectors.telemetry import LAG_RECORDS, Meters
from connectors.topics import ANALYSES, ARTICLES
from pipelines.claim import Job, Ledger, claim
from pipelines.cluster import Director
from pipelines.finish import finished
from pipelines.io import committed_offsets
from pipelines.order import ONE_KEY
from pipelines.share import Share
from tests import builders

pytestmark = pytest.mark.e2e

NOW_MS = int(builders.PUBLISHED_AT.timestamp() * 1000)


@contextmanager
def a_share(kafka: KafkaConfig, job: Job) -> Iterator[Share]:
    made = Share(Config(kafka=kafka), job)
    try:
        yield made
    finally:
        made.close()


def ledger(kafka: KafkaConfig) -> tuple[dict[int, int], frozenset[str]]:
    with closing(Ledger(kafka, tuple(committed_offsets(kafka)))) as notes:
        return notes.read()


def tell(made: Share, offset: int, version: int | None) -> int:
    """Pass one article through the chain and the writer, and return the counter for Beam's state."""
    work = builders.work(record=builders.log_record(offset), article=builders.article(id=f"article-{offset}"))
    guarded = made.chain
    with guarded.at(ONE_KEY, version) as chain:
        told = chain.tell(work)
    counter = guarded.advanced(ONE_KEY)
    made.writer.write([finished(one) for one in told])
    return counter


def analysed(kafka: KafkaConfig) -> list[str]:
    return sorted((record.key or b"").decode() for record in read_all(kafka, [ANALYSES]))


def test_a_claim_is_written_beside_the_offsets_and_moves_none(fresh_topics: KafkaConfig) -> None:
    job = claim(fresh_topics, "first")
    assert ledger(fresh_topics) == (job.offsets(), {"first"})
    assert claim(fresh_topics, "second").offsets() == job.offsets()
    assert ledger(fresh_topics)[1] == {"second"}


def test_what_a_job_writes_carries_its_name(fresh_topics: KafkaConfig) -> None:
    job = claim(fresh_topics, "mine")
    with a_share(fresh_topics, job) as made:
        tell(made, 0, None)
    assert ledger(fresh_topics) == ({**job.offsets(), 0: 1}, {"mine"})
    assert analysed(fresh_topics) == ["article-0"]


def test_a_later_job_fences_the_writer_of_an_earlier_one(fresh_topics: KafkaConfig) -> None:
    with a_share(fresh_topics, claim(fresh_topics, "first")) as made:
        version = tell(made, 0, None)
        later = claim(fresh_topics, "second")
        with pytest.raises(FencedError):
            tell(made, 1, version)
        with a_share(fresh_topics, later) as successor:
            tell(successor, 1, None)
    assert analysed(fresh_topics) == ["article-0", "article-1"]


def test_a_job_that_is_started_again_after_its_time_fences_nobody(fresh_topics: KafkaConfig) -> None:
    early = claim(fresh_topics, "first")
    late = claim(fresh_topics, "second")
    with a_share(fresh_topics, late) as successor:
        version = tell(successor, 0, None)
        with a_share(fresh_topics, early) as stale, pytest.raises(FencedError, match="another one has taken over from first"):
            _ = stale.chain
        tell(successor, 1, version)
    assert analysed(fresh_topics) == ["article-0", "article-1"]


def test_going_back_to_a_checkpoint_writes_nothing_twice(fresh_topics: KafkaConfig) -> None:
    """The engine restores the counter of article 0, and articles 1 and 2 come again, in the same process and then in another."""
    job = claim(fresh_topics, "mine")
    with a_share(fresh_topics, job) as made:
        checkpoint = tell(made, 0, None)
        tell(made, 2, tell(made, 1, checkpoint))
        version = checkpoint
        for offset in (1, 2, 3):
            version = tell(made, offset, version)
        with a_share(fresh_topics, job) as elsewhere:
            version = checkpoint
            for offset in (1, 2, 3, 4):
                version = tell(elsewhere, offset, version)
            with pytest.raises(FencedError):
                made.writer.write([finished(replace(builders.work(record=builders.log_record(9)), sequence=made.writer.queue.due))])
    assert analysed(fresh_topics) == [f"article-{offset}" for offset in range(5)]
    assert ledger(fresh_topics)[0][0] == 5


def test_numbers_of_the_time_before_a_checkpoint_are_passed_over(fresh_topics: KafkaConfig) -> None:
    with a_share(fresh_topics, claim(fresh_topics, "mine")) as made:
        checkpoint = tell(made, 0, None)
        with made.chain.at(ONE_KEY, checkpoint) as chain:
            (lingering,) = chain.tell(builders.work(record=builders.log_record(1), article=builders.article(id="article-1")))
        made.chain.advanced(ONE_KEY)
        version = tell(made, 1, checkpoint)  # the engine went back before the bundle above was written
        made.writer.write([finished(lingering)])
        tell(made, 2, version)
    assert analysed(fresh_topics) == [f"article-{offset}" for offset in range(3)]


def test_from_outside_a_job_is_seen_to_lag_and_to_lose_the_log(fresh_topics: KafkaConfig) -> None:
    registry = CollectorRegistry()
    director = Director(fresh_topics, claim(fresh_topics, "mine"), Meters(registry, "test"), stall_after_secs=100)
    with closing(director):
        assert director.report(NOW_MS / 1000) == 0
        with closing(producer(fresh_topics)) as client:
            record = encode(builders.article())
            for _ in range(3):
                client.send(
                    topic_name(fresh_topics, ARTICLES), key=record.key, value=record.value, partition=0, timestamp_ms=NOW_MS
                )
            client.flush()
        assert director.report(NOW_MS / 1000 + 60) == pytest.approx(60)
        assert registry.get_sample_value(LAG_RECORDS.name, {"topic": "articles", "partition": "0"}) == 3
        assert director.failure() is None
        director.report(NOW_MS / 1000 + 61 + 100)
        assert "has finished nothing" in str(director.failure())
        claim(fresh_topics, "another")
        assert isinstance(director.last_words(), FencedError)
        assert isinstance(director.failure(), FencedError)

"""Copies and stories in the graph on the embedded engine: `NEWS=20000 make bench ARGS=graph`.

Made news in event order goes through the whole job, Kafka on both sides, but nobody reads it: the pool is one that finds nothing.
What is measured is everything else: engine, decoding, copies, stories, transactions. All of it waits in Kafka before the job
starts, and the clock runs from the first articles to the last, so neither the sending nor the start is in it.
"""

import os
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import psutil
import pytest

from connectors.config import Config, EngineConfig, KafkaConfig
from connectors.kafka import broker_errors, ensure_topics, producer, publish, topic_name
from connectors.messages.article import Article
from connectors.messages.codec import encode
from connectors.topics import ARTICLES
from pipelines import monitor, session, standby
from pipelines.annotator import Annotation, ArticleText
from tests.benchmarks.bench_stream import show
from tests.end_to_end import newsroom
from tests.end_to_end.conftest import LiveBroker
from tests.end_to_end.jobs import wait_for
from tests.pipelines.events import START, stream

pytestmark = pytest.mark.timeout(0)

NUMBER = int(os.environ.get("NEWS", "10000"))
WARM_UP = 500
LIMIT_SECS = 1800


class NobodyReads:
    """A pool that finds nothing."""

    def read(self, texts: Sequence[ArticleText]) -> list[Annotation]:
        """Return an empty annotation for each."""
        return [Annotation(language=text.language) for text in texts]

    def warm_up(self) -> None: ...

    def close(self) -> None: ...


def test_copies_and_stories_in_the_graph(broker: LiveBroker, prism_location: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (session, standby):
        monkeypatch.setattr(module, "readers_of", lambda _: NobodyReads())
    kafka = replace(broker.config, topic_prefix="graph.", group_id="graph.pipeline", transactional_id="graph.pipeline")
    assert ensure_topics(kafka) == ()
    news = articles(datetime.now(UTC) - START - timedelta(days=8))
    told = [next(news) for _ in range(WARM_UP + NUMBER)]
    send(kafka, told)
    with running(Config(kafka=kafka, engine=EngineConfig(prism_location=prism_location))):
        wait_for(lambda: newsroom.count(kafka) >= WARM_UP, LIMIT_SECS, "it does not begin")
        before, clock, processor = newsroom.count(kafka), time.monotonic(), spent()
        wait_for(lambda: newsroom.count(kafka) >= len(told), LIMIT_SECS, "it is too slow")
        clock, processor, done = time.monotonic() - clock, spent() - processor, len(told) - before
    show(
        f"{done} articles of {sum(len(each.text) for each in told) // len(told)} characters, decoded, compared, placed in stories "
        f"and committed in {clock:.0f} s: {done / clock:.0f} articles/s (target: >= 500)",
        f"{1000 * processor / done:.1f} ms of processor each, Kafka not included; load of the machine {os.getloadavg()[0]:.1f}",
    )


@contextmanager
def running(config: Config) -> Iterator[None]:
    """The job in a thread of this process."""
    stop = threading.Event()
    job = threading.Thread(target=monitor.run, args=(config, print, stop))
    job.start()
    try:
        yield
    finally:
        stop.set()
        job.join()


def articles(later: timedelta) -> Iterator[Article]:
    """Yield made news, so much later."""
    for each in stream(5, events=NUMBER // 4, days=6):
        told = each.article
        published_at = None if told.published_at is None else told.published_at + later
        yield replace(told, published_at=published_at, fetched_at=told.fetched_at + later)


def send(kafka: KafkaConfig, told: Sequence[Article]) -> None:
    """Publish articles at once."""
    with broker_errors(kafka):
        client = producer(kafka)
        for article in told:
            publish(client, topic_name(kafka, ARTICLES), encode(article), int(time.time() * 1000))
        client.flush()
        client.close()


def spent() -> float:
    """Return the processor seconds of this process and the engine."""
    own = psutil.Process()
    engines = [child for child in own.children(recursive=True) if "prism" in child.name()]
    return sum(sum(process.cpu_times()[:2]) for process in (own, *engines))

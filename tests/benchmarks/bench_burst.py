"""A burst: more articles at once than the job reads in minutes. `BURST=50000 make bench ARGS=burst` for the whole of it.

Publishes the mixed news of the soak as fast as the broker takes it, and looks once a second at what waits and at the memory of the
job's processes. Prints the memory at its height against that before, how long it took to read all, and when the alerts came; that
nothing is lost or doubled is asserted, figures are not.
"""

import os
import random
import sys
import time
import urllib.request
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from connectors import telemetry
from connectors.config import KafkaConfig, TelemetryConfig
from connectors.feeds.publish import KafkaPublisher
from connectors.kafka import ensure_topics, read_all
from connectors.top import Samples, samples_of, total
from connectors.topics import ALERT_TOPICS
from tests.benchmarks.bench_stream import memory, show
from tests.end_to_end import newsroom
from tests.end_to_end.conftest import LiveBroker
from tests.end_to_end.jobs import Job, running
from tests.soak.news import News

pytestmark = pytest.mark.timeout(0)
NUMBER = int(os.environ.get("BURST", "5000"))


def test_a_burst_waits_in_kafka_and_is_read_without_loss(broker: LiveBroker, prism_location: str, tmp_path: Path) -> None:
    telemetry.set_up_logging(TelemetryConfig(log_level="warning"), sys.stderr, is_colored=False)  # a line for each article else
    kafka = replace(broker.config, topic_prefix="burst.")
    assert ensure_topics(kafka) == ()
    with running(kafka, prism_location, tmp_path) as job:
        before = sum(memory(job).values())
        began = time.time()
        publish(kafka, News(random.Random(3), datetime.now(UTC)))
        published = time.time()
        lags, sizes = watched(job, kafka)
        took = time.time() - began
        recovery = total(metrics(job), telemetry.BACKLOG_SECONDS)
    found = newsroom.left(kafka)
    assert len(found.analyses) == NUMBER
    assert found.doubled() == {}
    assert found.dead_letters == []
    at = sorted(stored.timestamp_ms / 1000 - began for stored in read_all(kafka, ALERT_TOPICS.values()))
    show(
        f"{NUMBER} articles published in {published - began:.1f} s, all read after {took:.0f} s: {NUMBER / took:.0f} articles/s",
        f"waited at most: {max(lags):.0f}; the job says that the backlog took {recovery:.0f} s",
        f"memory of the job: {before} MiB before, {max(sizes)} MiB at its height, {sizes[-1]} MiB at the end",
        f"{len(at)} alert versions: the first after {at[0]:.1f} s, half of them after {at[len(at) // 2]:.1f} s",
        f"load of the machine {os.getloadavg()[0]:.1f}",
    )


def publish(kafka: KafkaConfig, news: News) -> None:
    """Publish the burst as the feed connector does, without its pauses."""
    with KafkaPublisher(kafka) as publisher:
        for number in range(NUMBER):
            publisher.publish(news.article(0.0, datetime.now(UTC)))
            if number % 500 == 499:
                publisher.flush()
        publisher.flush()


def watched(job: Job, kafka: KafkaConfig) -> tuple[list[float], list[int]]:
    """Look until all is read; return what waited, and the memory in MiB, at each look."""
    lags, sizes = [0.0], [sum(memory(job).values())]
    while newsroom.count(kafka) < NUMBER:
        assert not job.has_ended(), job.tail()
        lags.append(total(metrics(job), telemetry.LAG_RECORDS))
        sizes.append(sum(memory(job).values()))
        time.sleep(1.0)
    time.sleep(2 * 0.2)  # the job looks at its lag five times a second
    return lags, sizes


def metrics(job: Job) -> Samples:
    """Return the job's metrics."""
    with urllib.request.urlopen(f"http://127.0.0.1:{job.port}/metrics", timeout=30) as answer:
        return samples_of(answer.read().decode())

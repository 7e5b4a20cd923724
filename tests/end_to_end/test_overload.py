"""More comes than is read, a reading process hangs, the broker stalls: what it looks like from outside, and that it passes."""

import random
import signal
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest

from connectors import telemetry
from connectors.config import KafkaConfig, env_name
from connectors.kafka import ensure_topics
from connectors.messages.article import Article
from connectors.top import Samples, samples_of, total
from tests.end_to_end import newsroom
from tests.end_to_end.conftest import LiveBroker
from tests.end_to_end.jobs import Job, running, wait_for
from tests.soak.news import News

pytestmark = [pytest.mark.e2e, pytest.mark.model, pytest.mark.slow, pytest.mark.timeout(900)]

BURST = 2_500
IN_FLIGHT_MB = 200
LIMIT_SECS = 400
# A stall is seen only where it meets a transaction, which a machine that is faster or busier has sooner or later after the news.
STALLS_AFTER_SECS = (0.5, 1.0, 2.0, 0.3, 4.0)


@pytest.fixture
def kafka(broker: LiveBroker, request: pytest.FixtureRequest) -> KafkaConfig:
    """Topics of this test's own."""
    config = replace(broker.config, topic_prefix=f"{request.node.name[:40]}.")
    assert ensure_topics(config) == ()
    return config


def some(number: int, seed: int) -> list[Article]:
    """News of this moment."""
    news, now = News(random.Random(seed), datetime.now(UTC), feed=f"feed{seed}"), datetime.now(UTC)
    return [news.article(0.0, now) for _ in range(number)]


def metrics(job: Job) -> Samples:
    """The job's metrics."""
    with urllib.request.urlopen(f"http://127.0.0.1:{job.port}/metrics", timeout=30) as answer:
        return samples_of(answer.read().decode())


def is_fresh(job: Job) -> bool:
    """What the job's probe says."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{job.port}/freshz", timeout=30) as answer:
            return answer.status == 200
    except urllib.error.HTTPError:
        return False


@contextmanager
def stopped(*processes: psutil.Process) -> Iterator[None]:
    """Processes that do nothing while the context lasts."""
    for process in processes:
        process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        for process in processes:
            process.send_signal(signal.SIGCONT)


def stall(broker: LiveBroker) -> None:
    """A broker that answers nobody for four seconds."""
    assert broker.pid is not None
    with stopped(psutil.Process(broker.pid)):
        time.sleep(4)


def slow_transactions(samples: Samples) -> float:
    """How many transactions took longer than a second."""
    name = f"{telemetry.TRANSACTION_SECONDS.name}_bucket"
    buckets = {dict(labels)["le"]: value for (found, labels), value in samples.items() if found == name}
    return buckets["+Inf"] - buckets["1.0"]


def test_a_burst_waits_in_kafka_is_seen_and_is_read_whole(kafka: KafkaConfig, prism_location: str, tmp_path: Path) -> None:
    with running(kafka, prism_location, tmp_path) as job:
        process = psutil.Process(job.process.pid)
        before, most, waited = process.memory_info().rss, 0, 0.0
        newsroom.send(kafka, some(BURST, 1))
        deadline = time.monotonic() + LIMIT_SECS
        while newsroom.count(kafka) < BURST and time.monotonic() < deadline:
            most = max(most, process.memory_info().rss)
            waited = max(waited, total(metrics(job), telemetry.LAG_RECORDS))
            time.sleep(0.5)
        job.wait_for(lambda: "caught up" in job.log.read_text(encoding="utf-8"), 30)
        lasted = total(metrics(job), telemetry.BACKLOG_SECONDS)
    found = newsroom.left(kafka)
    assert len(found.analyses) == BURST
    assert (found.doubled(), found.broken_versions(), found.dead_letters) == ({}, {}, [])
    assert waited > 1_000
    assert lasted > 0
    assert (most - before) / 1_000_000 < IN_FLIGHT_MB


def test_a_hung_reader_makes_the_job_late_and_a_stalled_broker_its_transactions_slow_and_both_pass(
    broker: LiveBroker, kafka: KafkaConfig, prism_location: str, tmp_path: Path
) -> None:
    acts = newsroom.articles()[:20]
    with running(kafka, prism_location, tmp_path, **{env_name("telemetry", "fresh_within_secs"): "3"}) as job:
        readers = [
            one for one in psutil.Process(job.process.pid).children(recursive=True) if "spawn_main" in " ".join(one.cmdline())
        ]
        assert readers
        with stopped(*readers):
            newsroom.send(kafka, acts)
            wait_for(lambda: not is_fresh(job), 60, "it does not say that it is late")
            behind = max(value for (name, _), value in metrics(job).items() if name == telemetry.BEHIND_SECONDS.name)
            assert behind > 2
        newsroom.wait_until_finished(job, kafka, len(acts), LIMIT_SECS)
        wait_for(lambda: is_fresh(job), 30, "it still says that it is late")

        slow_before, sent = slow_transactions(metrics(job)), len(acts)
        for delay_secs in STALLS_AFTER_SECS:
            newsroom.send(kafka, some(200, sent))
            sent += 200
            time.sleep(delay_secs)
            stall(broker)
            newsroom.wait_until_finished(job, kafka, sent, LIMIT_SECS)
            if slow_transactions(metrics(job)) > slow_before:
                break
        else:
            pytest.fail(f"no stall made a transaction slow: {job.tail()}")
    found = newsroom.left(kafka)
    assert len(found.analyses) == sent
    assert (found.doubled(), found.broken_versions()) == ({}, {})

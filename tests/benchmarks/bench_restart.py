"""A restart on a full log: `LOG=300000 make bench ARGS=restart` for three days at a hundred thousand articles a day.

Fills the topics with what the job would have left of three days of made news (analyses, stories, and an alert for every twentieth
article), then starts the job, publishes an article with a threat, and waits for its alert. The days end now, so that all of them
lie within the windows that a cold start reads. Filling takes longer than anything that is measured.
"""

import os
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count, takewhile
from pathlib import Path

import pytest

from connectors.config import Config, KafkaConfig
from connectors.kafka import broker_errors, ensure_topics, producer, publish, read_all, topic_name
from connectors.messages.article import event_time
from connectors.messages.codec import encode
from connectors.topics import ALERT_TOPICS, ARTICLES
from pipelines.fingerprint import fingerprint
from pipelines.finish import Finished, finished
from pipelines.history import blank
from pipelines.work import Work
from tests import builders
from tests.benchmarks.bench_stream import memory, show
from tests.end_to_end import newsroom
from tests.end_to_end.conftest import LiveBroker
from tests.end_to_end.jobs import running
from tests.pipelines.events import START, stream

pytestmark = pytest.mark.timeout(0)

NUMBER = int(os.environ.get("LOG", "30000"))
DAYS = timedelta(days=3)
ARTICLES_AN_EVENT = 5.5  # within the days; an event is told for some days more
ALERTING = 20  # one article in so many
LIMIT_SECS = 900


def test_how_long_a_restart_takes_to_its_first_alert(broker: LiveBroker, prism_location: str, tmp_path: Path) -> None:
    kafka = replace(broker.config, topic_prefix="restart.")
    assert ensure_topics(kafka) == ()
    began = time.monotonic()
    records, alerts = fill(kafka, datetime.now(UTC))
    filled = time.monotonic() - began
    began = time.monotonic()
    with running(kafka, prism_location, tmp_path) as job:
        ready = time.monotonic() - began
        send(kafka)
        job.wait_for(lambda: versions(kafka) > alerts, LIMIT_SECS)
        first = time.monotonic() - began
        read = next(line for line in job.tail().splitlines() if "the log holds" in line)
        mebibytes = sum(memory(job).values())
    show(
        f"a log of {records} records, {alerts} alert versions among them, filled in {filled:.0f} s",
        f"from the start of the process: ready after {ready:.1f} s, first new alert after {first:.1f} s (target: <= 90 s)",
        read,
        f"memory of the job: {mebibytes} MiB; load of the machine {os.getloadavg()[0]:.1f}",
    )


def fill(kafka: KafkaConfig, now: datetime) -> tuple[int, int]:
    """Publish what the job would have left; return how many records it is, and how many of them are of alerts."""
    records = alerts = 0
    with broker_errors(kafka):
        client = producer(kafka)
        for article in past(now):
            for topic, record in article.records:
                publish(client, f"{kafka.topic_prefix}{topic}", record, article.timestamp_ms)
            records, alerts = records + len(article.records), alerts + len(article.alerts)
        client.flush()
        client.close()
    return records, alerts


def past(now: datetime) -> Iterator[Finished]:
    """Yield the articles of the days before now, as the job finishes them."""
    history = blank(Config(), count(1))
    for number, work in enumerate(works(now - START - DAYS)):
        sifted = history.copies.sift(work, lambda _: False)
        yield from map(
            finished, history.chain.tell(replace(sifted, signals=(builders.signal(),) if number % ALERTING == 0 else ()))
        )


def works(later: timedelta) -> Iterator[Work]:
    """Yield made news, so much later, with their fingerprints and places in the log."""
    told_of = stream(5, events=round(NUMBER / ARTICLES_AN_EVENT), days=DAYS.days)
    for number, each in enumerate(takewhile(lambda each: event_time(each.article) <= START + DAYS, told_of)):
        told = each.article
        published_at = None if told.published_at is None else told.published_at + later
        article = replace(told, published_at=published_at, fetched_at=told.fetched_at + later)
        record = builders.log_record(number, timestamp_ms=int(event_time(article).timestamp() * 1000))
        yield replace(each.work, article=article, record=record, fingerprint=fingerprint(article.title, article.text))


def send(kafka: KafkaConfig) -> None:
    """Publish an article with a threat."""
    now = datetime.now(UTC)
    article = replace(newsroom.articles()[0], published_at=now, fetched_at=now)
    with broker_errors(kafka):
        client = producer(kafka)
        publish(client, topic_name(kafka, ARTICLES), encode(article), int(now.timestamp() * 1000))
        client.flush()
        client.close()


def versions(kafka: KafkaConfig) -> int:
    """Return how many alert versions the log holds."""
    return sum(1 for _ in read_all(kafka, ALERT_TOPICS.values()))

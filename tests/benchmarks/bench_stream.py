"""How late, how heavy, how calm: the running job measured as its operator sees it.

Run by `make bench`; `SOAK_MINUTES=20 make bench` lengthens the soak. Prints figures and holds nobody to them: machines differ.
"""

import itertools
import json
import os
import random
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest

from connectors.config import KafkaConfig
from connectors.kafka import broker_errors, ensure_topics, producer, publish, read_all, topic_name
from connectors.messages.article import Article, article_id
from connectors.messages.codec import encode
from connectors.topics import ALERT_TOPICS, ARTICLES
from pipelines.signals.en.look import speaks
from tests.end_to_end import newsroom
from tests.end_to_end.conftest import LiveBroker
from tests.end_to_end.jobs import Job, running

pytestmark = pytest.mark.timeout(0)

LIMIT_SECS = 300
DATA = Path(__file__).parent.parent / "data"
SENTENCES = 26
WARM_UP = 16
ARTICLES_SENT = 300
LOAD = 0.8
IDLE_SECS = 30
COPIES_PER_SEC = 100
SOAK_MINUTES = float(os.environ.get("SOAK_MINUTES", "1"))


@pytest.fixture
def kafka(broker: LiveBroker, request: pytest.FixtureRequest) -> KafkaConfig:
    """Topics of this benchmark's own."""
    config = replace(broker.config, topic_prefix=re.sub(r"\W", "", request.node.name)[-30:] + ".")
    assert ensure_topics(config) == ()
    return config


@pytest.mark.parametrize("kind", ["reports", "digests"])
def test_publication_to_alert_under_load(kind: str, kafka: KafkaConfig, prism_location: str, tmp_path: Path) -> None:
    supply = KINDS[kind](random.Random(1))
    with running(kafka, prism_location, tmp_path) as job:
        idle = cpu_share(job, IDLE_SECS)
        send(kafka, supply, WARM_UP, 1000)
        newsroom.wait_until_finished(job, kafka, WARM_UP, LIMIT_SECS)
        began = time.monotonic()
        send(kafka, supply, ARTICLES_SENT, 1000)
        newsroom.wait_until_finished(job, kafka, WARM_UP + ARTICLES_SENT, LIMIT_SECS)
        most = ARTICLES_SENT / (time.monotonic() - began)
        measured_from = datetime.now(UTC)
        send(kafka, supply, ARTICLES_SENT, LOAD * most)
        newsroom.wait_until_finished(job, kafka, WARM_UP + 2 * ARTICLES_SENT, LIMIT_SECS)
        late = sorted(latencies(kafka, measured_from))
        mebibytes = memory(job)
    show(
        f"{kind}: {most:.1f} articles/s at most; at {LOAD:.0%} of it,",
        f"publication to alert: p50 {late[len(late) // 2]:.2f} s, p95 {late[int(len(late) * 0.95)]:.2f} s, "
        f"p99 {late[int(len(late) * 0.99)]:.2f} s over {len(late)} alert versions (target: p50 <= 1 s, p99 <= 5 s)",
        f"idle for {IDLE_SECS} s: {idle:.1%} of one core, pipeline and engine together (target: <= 20 %, with all other parts)",
        f"memory after it, by process: {mebibytes} MiB, in all {sum(mebibytes.values())} MiB",
    )


def test_memory_under_a_stream_of_copies(kafka: KafkaConfig, prism_location: str, tmp_path: Path) -> None:
    with running(kafka, prism_location, tmp_path) as job:
        seen = [(minute, sum(memory(job).values())) for minute in copies_for(kafka, SOAK_MINUTES)]
        sent = int(SOAK_MINUTES * 60 * COPIES_PER_SEC)
        behind = time.monotonic()
        newsroom.wait_until_finished(job, kafka, sent, LIMIT_SECS)
        seen.append((SOAK_MINUTES, sum(memory(job).values())))
        spent = sum(sum(process.cpu_times()[:2]) for process in family(job))
    show(
        f"{sent} copies at {COPIES_PER_SEC}/s; MiB by minute: {', '.join(f'{minute:.1f}: {size}' for minute, size in seen)}",
        f"the last one was finished {time.monotonic() - behind:.1f} s after it was sent",
        f"processor time {1000 * spent / sent:.1f} ms for each, start included",
    )


def digests(chance: random.Random) -> Iterator[str]:
    """Endless articles of about 3,000 characters, four of whose sentences are acts and others speak of some; no two are copies."""
    return _made(chance, 4, plain_sentences())


def reports(chance: random.Random) -> Iterator[str]:
    """Endless articles of the same length, one of whose sentences is an act, and none of the others has a word on sanctions."""
    return _made(chance, 1, [sentence for sentence in plain_sentences() if not speaks(sentence)])


def _made(chance: random.Random, acts: int, plain: Sequence[str]) -> Iterator[str]:
    told = [json.loads(line)["text"] for line in (DATA / "gold-sentences-a.jsonl").read_text(encoding="utf-8").splitlines()]
    while True:
        sentences = [*chance.sample(told, acts), *chance.sample(plain, SENTENCES - acts)]
        chance.shuffle(sentences)
        yield "\n\n".join(sentences)


def plain_sentences() -> list[str]:
    """The sentences of articles."""
    lines = [line for path in sorted(DATA.glob("gold-articles*.jsonl")) for line in path.read_text(encoding="utf-8").splitlines()]
    stories = [json.loads(line)["text"] for line in lines]
    return [
        f"{sentence.rstrip('.')}." for story in stories for paragraph in story.split("\n\n") for sentence in paragraph.split(". ")
    ]


KINDS = {"reports": reports, "digests": digests}


def an_article(number: int, text: str) -> Article:
    """An article that is published now."""
    now = datetime.now(UTC)
    url = f"https://outlet{number}.example/{number}"
    return Article(
        id=article_id(url), feed="bench", outlet=f"outlet{number}.example", title=f"Report {number}", text=text, url=url,
        fetched_at=now, published_at=now,
    )  # fmt: skip


def send(kafka: KafkaConfig, supply: Iterator[str], number: int, rate: float) -> None:
    """Publish so many articles at a rate of so many a second."""
    began, urls = time.monotonic(), itertools.count(time.monotonic_ns())
    with broker_errors(kafka):
        client = producer(kafka)
        for sent in range(number):
            time.sleep(max(0.0, began + sent / rate - time.monotonic()))
            record = encode(an_article(next(urls), next(supply)))
            publish(client, topic_name(kafka, ARTICLES), record, int(time.time() * 1000))
            client.flush()
        client.close()


def copies_for(kafka: KafkaConfig, minutes: float) -> Iterator[float]:
    """Publish copies of twenty texts at a steady rate, and yield the minutes that have passed about every quarter of one."""
    originals = [text for _, text in zip(range(20), digests(random.Random(2)), strict=False)]
    began, number = time.monotonic(), 0
    with broker_errors(kafka):
        client = producer(kafka)
        while (passed := time.monotonic() - began) < minutes * 60:
            if number % (COPIES_PER_SEC * 15) == 0:
                yield passed / 60
            record = encode(an_article(number, originals[number % len(originals)]))
            publish(client, topic_name(kafka, ARTICLES), record, int(time.time() * 1000))
            number += 1
            time.sleep(max(0.0, began + number / COPIES_PER_SEC - time.monotonic()))
        client.close()


def latencies(kafka: KafkaConfig, since: datetime) -> Iterator[float]:
    """Seconds from the publication of an article to each alert version that it made, by the broker's record times."""
    for stored in read_all(kafka, ALERT_TOPICS.values()):
        published_at = datetime.fromisoformat(json.loads(stored.value or b"{}")["timeline"][-1]["event_time"])
        if published_at >= since:
            yield stored.timestamp_ms / 1000 - published_at.timestamp()


def family(job: Job) -> list[psutil.Process]:
    """The job's processes: Python, its pool, Prism."""
    parent = psutil.Process(job.process.pid)
    return [parent, *parent.children(recursive=True)]


def cpu_share(job: Job, secs: float) -> float:
    """Share of one core that the job's processes use together while nothing is published."""
    processes = family(job)
    before = sum(sum(process.cpu_times()[:2]) for process in processes)
    time.sleep(secs)
    return (sum(sum(process.cpu_times()[:2]) for process in processes) - before) / secs


def memory(job: Job) -> dict[str, int]:
    """Resident memory in MiB by process."""
    return {f"{process.name()} {process.pid}": process.memory_info().rss // 2**20 for process in family(job)}


def show(*lines: str) -> None:
    """Print figures."""
    print("", *lines, sep="\n")

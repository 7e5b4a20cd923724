"""The pipeline on a real Kafka and a real Prism, killed at any moment."""

import json
import random
import time
from dataclasses import replace
from pathlib import Path

import pytest

from connectors.config import KafkaConfig
from connectors.kafka import ensure_topics
from connectors.messages.article import Article
from connectors.messages.codec import encode
from tests.end_to_end import newsroom
from tests.end_to_end.conftest import LiveBroker
from tests.end_to_end.jobs import Job, comes_true, running, start

pytestmark = [pytest.mark.e2e, pytest.mark.model, pytest.mark.slow, pytest.mark.timeout(600)]

SEED = 20261125
KILLS = 8
FINISH_SECS = 120


@pytest.fixture
def kafka(broker: LiveBroker, request: pytest.FixtureRequest) -> KafkaConfig:
    """Topics of this test's own."""
    return topics(broker, f"{request.node.name[:40]}.")


def topics(broker: LiveBroker, prefix: str) -> KafkaConfig:
    """Topics under a prefix, and a job's name to go with it."""
    config = replace(broker.config, topic_prefix=prefix)
    assert ensure_topics(config) == ()
    return config


def finish(kafka: KafkaConfig, number: int, job: Job) -> newsroom.Left:
    """Wait until so many articles are finished, and read what is left."""
    newsroom.wait_until_finished(job, kafka, number, FINISH_SECS)
    return newsroom.left(kafka)


def test_articles_become_alerts_and_killing_anything_changes_nothing(
    broker: LiveBroker, prism_location: str, tmp_path: Path
) -> None:
    sent = newsroom.articles()
    calm, rough = topics(broker, "calm."), topics(broker, "rough.")
    with running(calm, prism_location, tmp_path) as job:
        newsroom.send(calm, sent)
        undisturbed = finish(calm, len(sent), job)

    open_at_kill = kill_again_and_again(rough, sent, prism_location, tmp_path, random.Random(SEED))
    with running(rough, prism_location, tmp_path) as job:
        disturbed = finish(rough, len(sent), job)
        assert job.stop() == 0

    assert len(undisturbed.told()) >= 2 * len(newsroom.PAIRS)
    assert sum(number > 0 for number in open_at_kill) >= KILLS // 2, f"too few kills hit work: {open_at_kill} articles were open"
    assert disturbed.told() == undisturbed.told()
    assert disturbed.doubled() == undisturbed.doubled() == {}
    assert disturbed.broken_versions() == undisturbed.broken_versions() == {}
    assert len(disturbed.analyses) == len(undisturbed.analyses) == len(sent)


def kill_again_and_again(
    kafka: KafkaConfig, sent: list[Article], prism_location: str, directory: Path, chance: random.Random
) -> list[int]:
    """Publish the articles a share at a time, each into a job that is killed while it works; return what was open at each kill."""
    open_at_kill = []
    for kill in range(KILLS):
        job = start(kafka, prism_location, directory)
        job.wait_until_ready()
        newsroom.send(kafka, sent[kill::KILLS])
        time.sleep(chance.uniform(0.1, 1.0))
        _end(job, kill)
        published = sum(len(sent[before::KILLS]) for before in range(kill + 1))
        open_at_kill.append(published - newsroom.count(kafka))
    return open_at_kill


def _end(job: Job, kill: int) -> None:
    """Kill the Python process and the engine in turn."""
    if kill % 2:
        assert job.kill_engine() == 1
        assert "its process has ended" in job.tail()
    else:
        job.kill()


def test_what_cannot_be_taken_becomes_a_dead_letter_and_the_stream_goes_on(
    kafka: KafkaConfig, prism_location: str, tmp_path: Path
) -> None:
    good = newsroom.articles()[:4]
    value = encode(good[0]).value
    bad = {
        b"\xff\xfe garbage": "UTF-8",
        b"[1, 2]": "object",
        value.replace(b'"title":"Round', b'"title":7,"was":"Round', 1): "Article.title",
        value.replace(b'"outlet":', b'"outlets":', 1): "Article.outlet",
        value.replace(b'"text":"', b'"text":"' + b"x" * 5_000_000, 1): "bytes",
        json.dumps(json.loads(value) | {"text": " "}).encode(): "Article.text",
    }
    newsroom.send(kafka, good[:2])
    newsroom.send_bytes(kafka, bad)
    with running(kafka, prism_location, tmp_path) as job:
        newsroom.send(kafka, good[2:])
        found = finish(kafka, len(good) + len(bad), job)
    assert {analysis.article_id for analysis in found.analyses} == {article.id for article in good}
    assert {letter.value for letter in found.dead_letters} == set(bad)
    for letter in found.dead_letters:
        assert letter.stage == "Decode"
        assert bad[letter.value] in letter.reason
        assert letter.origin.topic == "articles"


def test_a_second_copy_takes_over_and_the_first_says_so_and_ends(kafka: KafkaConfig, prism_location: str, tmp_path: Path) -> None:
    sent = newsroom.articles()[:20]
    first = start(kafka, prism_location, tmp_path)
    first.wait_until_ready()
    newsroom.send(kafka, sent[:10])
    with running(kafka, prism_location, tmp_path) as second:
        newsroom.send(kafka, sent[10:])
        found = finish(kafka, len(sent), second)
        assert first.process.wait(60) == 2
    assert "another copy of the job has taken over" in first.tail()
    assert found.doubled() == {}
    assert found.broken_versions() == {}
    assert len(found.analyses) == len(sent)


def test_a_broker_that_restarts_in_the_middle_loses_nothing(
    broker: LiveBroker, kafka: KafkaConfig, prism_location: str, tmp_path: Path
) -> None:
    sent = newsroom.articles()[:60]
    newsroom.send(kafka, sent[:30])
    job = start(kafka, prism_location, tmp_path)
    job.wait_until_ready()
    broker.kill()
    broker.restart()
    newsroom.send(kafka, sent[30:])
    assert comes_true(lambda: newsroom.count(kafka) == len(sent) or job.has_ended(), FINISH_SECS), job.tail()
    if not job.has_ended():
        job.stop()
    with running(kafka, prism_location, tmp_path) as again:
        found = finish(kafka, len(sent), again)
    assert found.doubled() == {}
    assert found.broken_versions() == {}
    assert len(found.analyses) == len(sent)

"""`sanctionwire replay` on a real Kafka, beside and after a real pipeline."""

import json
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from connectors.config import KafkaConfig
from connectors.kafka import ensure_topics, producer, publish
from connectors.messages.alert import Alert
from connectors.messages.codec import encode
from connectors.topics import ALERT_TOPICS
from pipelines.io import committed_offsets
from tests.end_to_end import newsroom
from tests.end_to_end.conftest import LiveBroker
from tests.end_to_end.jobs import running

pytestmark = [pytest.mark.e2e, pytest.mark.model, pytest.mark.slow, pytest.mark.timeout(600)]

NUMBER = 60


def run_replay(kafka: KafkaConfig, *words: str) -> subprocess.CompletedProcess[str]:
    """Replay the last hour and the next."""
    now = datetime.now(UTC)
    ends = [(now + timedelta(hours=hours)).isoformat() for hours in (-1, 1)]
    command = [
        sys.executable,
        "-m",
        "pipelines.cli",
        "replay",
        "--from",
        ends[0],
        "--to",
        ends[1],
        "--brokers",
        kafka.bootstrap_servers,
    ]
    return subprocess.run([*command, *words], capture_output=True, text=True, timeout=300, check=False)


def spoil(kafka: KafkaConfig, alert: Alert) -> Alert:
    """Write a version that a faulty release could have written: it has lost the condition."""
    spoilt = replace(alert, version=alert.version + 1, status="updated", conditions=())
    with closing(producer(kafka)) as client:
        publish(client, f"{kafka.topic_prefix}{ALERT_TOPICS[alert.family].name}", encode(spoilt), int(time.time() * 1000))
        client.flush()
    return spoilt


def test_a_replay_finds_nothing_where_nothing_is_wrong_and_mends_what_is(
    broker: LiveBroker, prism_location: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kafka = replace(broker.config, topic_prefix="replay.")
    monkeypatch.setenv("SANCTIONWIRE_KAFKA__TOPIC_PREFIX", "replay.")
    assert ensure_topics(kafka) == ()
    nothing = run_replay(kafka, "--dry-run")
    assert nothing.returncode == 1
    assert "error: articles: no article between" in nothing.stderr
    newsroom.send(kafka, newsroom.articles()[:NUMBER])
    with running(kafka, prism_location, tmp_path) as job:
        newsroom.wait_until_finished(job, kafka, NUMBER, 120)
        dry = run_replay(kafka, "--dry-run", "--json")
        assert dry.returncode == 0, dry.stderr
        found = json.loads(dry.stdout)
        assert (found["articles"], found["added"], found["changed"], found["gone"]) == (NUMBER, [], [], [])
        assert found["unchanged"] > 5
        assert not job.has_ended(), "a dry run disturbs nobody"

        before = newsroom.left(kafka)
        offsets = committed_offsets(kafka)
        newest = {alert.id: alert for alert in before.alerts}
        spoilt = spoil(kafka, next(alert for alert in newest.values() if alert.conditions and alert.status != "retracted"))
        real = run_replay(kafka)
        assert real.returncode == 0, real.stderr
        assert "conditions" in real.stdout
        newsroom.send(kafka, newsroom.articles()[NUMBER : NUMBER + 2])
        assert job.process.wait(60) == 2, "the pipeline was fenced"

    after = newsroom.left(kafka)
    mended = [alert for alert in after.alerts if alert.id == spoilt.id][-1]
    assert mended.conditions
    assert mended.version > spoilt.version
    assert after.broken_versions() == {}
    assert after.doubled() == {}
    assert committed_offsets(kafka) == offsets
    with running(kafka, prism_location, tmp_path) as job:
        newsroom.wait_until_finished(job, kafka, NUMBER + 2, 120)
    assert newsroom.left(kafka).broken_versions() == {}
    assert newsroom.left(kafka).doubled() == {}

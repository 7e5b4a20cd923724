"""An article that a reader cannot finish in time is refused, read again when asked, and read well by a more patient job."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from connectors.config import KafkaConfig, env_name
from connectors.dead_letters import read_letters
from tests.end_to_end import newsroom
from tests.end_to_end.jobs import running

pytestmark = [pytest.mark.e2e, pytest.mark.model, pytest.mark.slow, pytest.mark.timeout(400)]

LIMIT_SECS = 120
HURRY = {env_name("pipeline", "article_timeout_secs"): "0.01"}
# As much as is read of one article: more than half a second of work.
LONG = "".join(f"Norway will impose sanctions on Mali on day {day} if the vote on the bridge is put off. " for day in range(150))


def _dlq(kafka: KafkaConfig, *words: str) -> subprocess.CompletedProcess[str]:
    env = {env_name("kafka", "topic_prefix"): kafka.topic_prefix}
    command = [sys.executable, "-m", "pipelines.cli", "dlq", *words, "--brokers", kafka.bootstrap_servers]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, env=env)


def _open(kafka: KafkaConfig) -> list[str]:
    return [json.loads(line)["id"] for line in _dlq(kafka, "list", "--json").stdout.splitlines()]


def test_a_refused_article_is_read_again_by_the_same_job_and_by_a_more_patient_one(
    fresh_topics: KafkaConfig, prism_location: str, tmp_path: Path
) -> None:
    kafka = fresh_topics
    (long,) = newsroom.articles()[:1]
    newsroom.send(kafka, [replace(long, text=LONG)])
    with running(kafka, prism_location, tmp_path, **HURRY) as hasty:
        hasty.wait_for(lambda: len(read_letters(kafka)) == 1, LIMIT_SECS)
        assert "took more than 0.01 s to read" in _dlq(kafka, "show", "0-0").stdout
        assert _dlq(kafka, "retry", "0-0", "--note", "once more").returncode == 0
        hasty.wait_for(lambda: sum(one.settled is None for one in read_letters(kafka)) == 1, LIMIT_SECS)
    (second,) = _open(kafka)
    assert second != "0-0"

    refused = _dlq(kafka, "retry", "0-0")
    assert (refused.returncode, "was retried already" in refused.stderr) == (1, True)
    assert _dlq(kafka, "retry", "--stage", "Annotate").returncode == 0
    with running(kafka, prism_location, tmp_path) as patient:
        patient.wait_for(lambda: len(newsroom.left(kafka).analyses) == 1, LIMIT_SECS)
    assert _open(kafka) == []


def test_a_letter_that_is_put_away_is_listed_only_when_asked_for(
    fresh_topics: KafkaConfig, prism_location: str, tmp_path: Path
) -> None:
    kafka = fresh_topics
    newsroom.send_bytes(kafka, [b"\x1b[2J garbage", b"[]"])
    with running(kafka, prism_location, tmp_path) as job:
        job.wait_for(lambda: len(read_letters(kafka)) == 2, LIMIT_SECS)
    assert _dlq(kafka, "drop").returncode == 2
    shown = _dlq(kafka, "show", "0-0").stdout
    assert "\x1b" not in shown
    assert _dlq(kafka, "drop", "0-0", "--note", "a test page").returncode == 0
    assert len(_open(kafka)) == 1
    listed = _dlq(kafka, "list", "--all")
    assert "[dropped]" in listed.stdout
    assert "1 open, 1 settled" in listed.stderr

"""`sanctionwire export` on a real broker: the newest version of each alert, in every format, of what was committed."""

import json
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from connectors.config import KafkaConfig
from connectors.kafka import producer, publish, topic_name
from connectors.messages.codec import encode
from connectors.subscribers.exports.formats import FORMATS
from connectors.topics import ALERT_TOPICS
from tests import builders

pytestmark = pytest.mark.e2e


def test_every_format_holds_the_newest_version_of_each_alert(fresh_topics: KafkaConfig, tmp_path: Path) -> None:
    versions = [(1, 1), (2, 1), (1, 2), (3, 1), (1, 3)]
    with closing(producer(fresh_topics)) as kafka:
        for number, version in versions:
            kind, family = ("imposed", "measure") if number == 3 else ("threat", "threat")
            one = builders.alert(
                id=f"{number:032x}", version=version, status="raised" if version == 1 else "updated", kind=kind, family=family
            )
            publish(kafka, topic_name(fresh_topics, ALERT_TOPICS[family]), encode(one), int(time.time() * 1000)).get(10)
    for name in FORMATS:
        path = tmp_path / name
        words = ["export", "--format", name, "--brokers", fresh_topics.bootstrap_servers, "--output", str(path)]
        done = subprocess.run([sys.executable, "-m", "pipelines.cli", *words], capture_output=True, text=True, timeout=120)
        assert (done.returncode, "3 alerts exported" in done.stderr) == (0, True), done.stderr
    told = [json.loads(line) for line in (tmp_path / "jsonl").read_text().splitlines()]
    assert [(int(one["id"], 16), one["version"]) for one in told] == [(2, 1), (1, 3), (3, 1)]
    assert (tmp_path / "atom").read_text().count("<entry>") == 3
    assert sum(one["type"] == "report" for one in json.loads((tmp_path / "stix").read_text())["objects"]) == 3
    assert (tmp_path / "csv").read_text().count("\n") == 4
    assert (tmp_path / "ftm").read_text().count('"schema": "Sanction"') == 1

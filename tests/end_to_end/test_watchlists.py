"""Watchlists on a real broker: `tail` prints the alerts about somebody of a list, and a route takes them to a file."""

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
from connectors.messages.signal import Actor
from connectors.topics import ALERT_TOPICS
from pipelines.cli.tree import run
from tests import builders
from tests.end_to_end.conftest import LiveBroker

pytestmark = pytest.mark.e2e
WATCHED = builders.alert(id="a" * 32, targets=(Actor(id=None, name="Zorbel Shipping"),))
OTHER = builders.alert(id="b" * 32)
CONFIG = """
[kafka]
bootstrap_servers = "{brokers}"
[[watchlists.lists]]
name = "desk"
path = "{folder}/names.txt"
[subscribers]
receiver = "rest"
[[subscribers.receivers]]
name = "rest"
kind = "file"
path = "{folder}/rest.jsonl"
[[subscribers.receivers]]
name = "watched"
kind = "file"
path = "{folder}/watched.jsonl"
[[subscribers.routes]]
matchers = "watchlist=desk"
receiver = "watched"
"""


def put(config: KafkaConfig) -> None:
    with closing(producer(config)) as kafka:
        for one in (WATCHED, OTHER):
            publish(kafka, topic_name(config, ALERT_TOPICS[one.family]), encode(one), int(time.time() * 1000)).get(10)


def lines(path: Path, wait_secs: float = 60) -> list[dict[str, object]]:
    """The JSON lines of a file, once there are some."""
    until = time.monotonic() + wait_secs
    while not path.exists() and time.monotonic() < until:
        time.sleep(0.1)
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_alerts_about_somebody_of_a_list_are_printed_and_routed(
    broker: LiveBroker, fresh_topics: KafkaConfig, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "names.txt").write_text("OOO Zorbel Shipping\n", encoding="utf-8")
    config = tmp_path / "my.toml"
    config.write_text(CONFIG.format(brokers=broker.bootstrap, folder=tmp_path), encoding="utf-8")
    service = [sys.executable, "-m", "pipelines.cli", "run", "subscribers", "--config", str(config)]
    with subprocess.Popen(service, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        told = [next(process.stderr)]
        while "delivering to" not in told[-1]:
            told.append(next(process.stderr))
        put(fresh_topics)
        (watched,), (other,) = lines(tmp_path / "watched.jsonl"), lines(tmp_path / "rest.jsonl")
        process.terminate()
    assert any("watchlist desk: 1 names of 1 entries" in line for line in told)
    assert [match["entry_id"] for match in watched["watchlists"]] == ["OOO Zorbel Shipping"]  # type: ignore[attr-defined]
    assert other["watchlists"] == []
    capsys.readouterr()
    assert run(["tail", "--no-wait", "--json", "--watchlist", "desk", "--config", str(config)]) == 0
    (printed,) = map(json.loads, capsys.readouterr().out.splitlines())
    assert (printed["id"], printed["watchlists"][0]["score"]) == (WATCHED.id, 1.0)

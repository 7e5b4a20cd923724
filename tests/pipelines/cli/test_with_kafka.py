"""The commands on a real Kafka: local, check, tail, run feeds."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from connectors import telemetry
from connectors.config import KafkaConfig
from connectors.feeds.base import Outcome
from connectors.kafka import producer, publish, read_all
from connectors.messages.article import Article
from connectors.messages.codec import decode, encode
from connectors.telemetry import Meters
from connectors.topics import ARTICLES
from deploy.demo.press import OUTLETS, read_pieces
from deploy.demo.server import serving
from deploy.demo.services import configuration
from tests import builders
from tests.connectors.feeds.misbehaving import CASES, misbehave
from tests.connectors.feeds.servers import serving as serving_site

pytestmark = pytest.mark.e2e


def _run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "pipelines.cli", *words], capture_output=True, text=True, timeout=180)


@pytest.fixture(scope="module")
def brokers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Kafka that `local up` started, and `local down` ends."""
    data_dir = str(tmp_path_factory.mktemp("stack"))
    up = _run("local", "up", "--data-dir", data_dir, "--json")
    assert up.returncode == 0, up.stderr
    try:
        yield json.loads(up.stdout)["bootstrap"]
        status = json.loads(_run("local", "status", "--data-dir", data_dir, "--json").stdout)
        assert status["health"] == "running"
    finally:
        down = _run("local", "down", "--data-dir", data_dir)
    assert down.returncode == 0
    assert "health     stopped" in down.stdout


@pytest.fixture(scope="module")
def alerts(brokers: str) -> str:
    """The same brokers, with two versions of a threat, an easing, and a record that is no alert."""
    threat = builders.alert()
    eased = builders.alert(id="ee" * 16, kind="eased", family="easing")
    with closing(producer(KafkaConfig(bootstrap_servers=brokers))) as kafka:
        for topic, message in (
            ("alerts.threat", threat),
            ("alerts.threat", replace(threat, version=threat.version + 1)),
            ("alerts.easing", eased),
        ):
            publish(kafka, topic, encode(message), time.time_ns() // 1_000_000)
        kafka.send("alerts.measure", key=b"x", value=b"\x1b[2J no alert")
        kafka.flush()
    return brokers


def test_check_finds_brokers_and_topics(brokers: str) -> None:
    done = _run("check", "--brokers", brokers, "--json")
    found = {one["name"]: one for one in json.loads(done.stdout)}
    assert found["brokers"]["verdict"] == "ok", found
    assert found["topics"]["verdict"] == "ok", found
    assert brokers in found["brokers"]["detail"]


def test_check_names_missing_topics_and_how_to_make_them(brokers: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SANCTIONWIRE_KAFKA__TOPIC_PREFIX", "other.")
    done = _run("check", "--brokers", brokers, "--json")
    topics = next(one for one in json.loads(done.stdout) if one["name"] == "topics")
    assert done.returncode == 1
    assert topics["verdict"] == "failed"
    assert "other.alerts.threat" in topics["detail"]
    assert topics["next_step"].startswith("sanctionwire local up --brokers")


def test_up_with_brokers_makes_the_topics_there(brokers: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SANCTIONWIRE_KAFKA__TOPIC_PREFIX", "made.")
    assert _run("local", "up", "--brokers", brokers).returncode == 0
    done = _run("check", "--brokers", brokers, "--json")
    assert next(one for one in json.loads(done.stdout) if one["name"] == "topics")["verdict"] == "ok"


def test_tail_prints_every_version_and_passes_over_what_is_no_alert(alerts: str) -> None:
    done = _run("tail", "--brokers", alerts, "--no-wait", "--json")
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0, done.stderr
    assert sorted((alert["kind"], alert["version"]) for alert in found) == [("eased", 1), ("threat", 1), ("threat", 2)]
    assert "passed over alerts.measure offset 0" in done.stderr
    assert "\x1b" not in done.stderr


def test_tail_chooses_by_kind_and_party(alerts: str) -> None:
    assert len(_run("tail", "--brokers", alerts, "--no-wait", "--json", "--kind", "eased").stdout.splitlines()) == 1
    assert len(_run("tail", "--brokers", alerts, "--no-wait", "--json", "--sender", "usa").stdout.splitlines()) == 3
    assert _run("tail", "--brokers", alerts, "--no-wait", "--json", "--target", "FRA").stdout == ""


def test_tail_into_a_pipe_is_plain_text(alerts: str) -> None:
    done = _run("tail", "--brokers", alerts, "--no-wait", "--kind", "threat")
    assert "\x1b" not in done.stdout
    assert done.stdout.count("threat  United States (USA) threatens Russia (RUS)") == 2


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_tail_waits_and_ends_well_when_told_to(alerts: str, number: signal.Signals) -> None:
    words = [sys.executable, "-m", "pipelines.cli", "tail", "--brokers", alerts, "--from-beginning", "--json"]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert all(process.stdout.readline() for _ in range(3))
    process.send_signal(number)
    _, narration = process.communicate(timeout=30)
    assert process.returncode == 0
    assert narration.splitlines()[-1] == "3 alert versions printed"


def test_feeds_put_the_press_on_the_articles_topic(brokers: str, tmp_path: Path) -> None:
    pieces = [piece for piece in read_pieces() if piece.outlet.host in ("northernwire.example", "dailycourier.example")]
    with serving([OUTLETS["northern-wire"], OUTLETS["daily-courier"]]) as press:
        press.release(pieces, datetime.now(UTC))
        path = tmp_path / "feeds.toml"
        path.write_text(configuration(tmp_path, KafkaConfig(bootstrap_servers=brokers), None, press), encoding="utf-8")
        done = _run("run", "feeds", "--once", "--config", str(path))
    assert done.returncode == 0, done.stderr
    stored = read_all(KafkaConfig(bootstrap_servers=brokers), [ARTICLES])
    articles = [decode(Article, one.value, one.headers) for one in stored]
    assert sorted(article.title for article in articles) == sorted(piece.title for piece in pieces)
    assert {article.outlet for article in articles} == {"northernwire.example", "dailycourier.example"}


def test_of_feeds_that_misbehave_all_articles_are_published_and_the_rest_is_told(brokers: str, tmp_path: Path) -> None:
    """`run feeds --once`, twice, as a new user would: the second time nothing is published again."""
    with serving_site() as site:
        misbehave(site)
        places = {case.path.strip("/"): f"localhost:{site.port}{case.path}" for case in CASES}
        feeds = (
            f"[[feeds.feed]]\nid = '{name}'\nurl = 'http://{name}.{place}'\nallow_addresses = '127.0.0.1, ::1'\n"
            for name, place in places.items()
        )
        config = tmp_path / "my.toml"
        config.write_text(
            f"[feeds]\nstate_path = '{tmp_path}/state'\nlist_path = '{tmp_path}/feeds.toml'\ntimeout_secs = 6\n"
            f'[kafka]\ntopic_prefix = "odd."\n' + "".join(feeds)
        )
        assert _run("local", "up", "--brokers", brokers, "--config", str(config)).returncode == 0
        first, second = (_run("run", "feeds", "--once", "--brokers", brokers, "--config", str(config)) for _ in range(2))
    assert (first.returncode, second.returncode) == (0, 0)
    count = sum(case.articles for case in CASES)
    assert f"articles: {count} new, 0 changed" in first.stderr
    assert "articles: 0 new, 0 changed" in second.stderr
    for case in CASES:
        assert case.articles or case.outcome is Outcome.NOTHING_NEW or f"{case.path.strip('/')}: {case.outcome}: " in first.stderr
    records = list(read_all(replace(KafkaConfig(bootstrap_servers=brokers), topic_prefix="odd."), [ARTICLES]))
    assert len({decode(Article, record.value, record.headers).id for record in records}) == len(records) == count


@pytest.mark.model
def test_an_article_of_the_log_is_explained_by_its_id_in_its_newest_version(brokers: str) -> None:
    told = builders.article(id="ab" * 16)
    newer = replace(told, version=2, text="Norway will freeze the accounts of Chad's ministers if the lake is dammed.")
    with closing(producer(KafkaConfig(bootstrap_servers=brokers))) as kafka:
        for article in (told, newer):
            publish(kafka, "articles", encode(article), time.time_ns() // 1_000_000)
        kafka.flush()
    done = _run("explain", told.id, "--brokers", brokers)
    assert done.returncode == 0, done.stderr
    assert "senders Norway (NOR); targets Chad's ministers" in done.stdout
    assert "severity " in done.stdout
    unknown = _run("explain", "cd" * 16, "--brokers", brokers)
    assert unknown.returncode == 1
    assert "the log holds no article with this id" in unknown.stderr


def test_top_shows_what_a_part_tells_and_the_last_alerts_and_says_which_part_is_silent(alerts: str, tmp_path: Path) -> None:
    registry = CollectorRegistry()
    meters = Meters(registry, "0")
    meters.count(telemetry.ALERTS, "threat", "raised")
    with telemetry.serve("127.0.0.1", 0, registry, telemetry.Probes()) as port:
        path = tmp_path / "my.toml"
        path.write_text(f"[telemetry]\nport = {port}\n")
        done = _run("top", "--once", "--interval", "0.3", "--config", str(path), "--brokers", alerts)
    assert done.returncode == 0, done.stderr
    lines = [line.strip() for line in done.stdout.splitlines()]
    assert lines[1] == "pipeline"
    assert any(line.split() == ["alerts", "1", "threat"] for line in lines)
    assert lines[lines.index("feeds") + 1].startswith("does not answer")
    assert len(lines[lines.index("last alerts") + 1 :]) == 3
    assert "\x1b" not in done.stdout


def test_top_without_a_port_says_what_to_set() -> None:
    done = _run("top", "--once")
    assert done.returncode == 1
    assert "telemetry.port" in done.stderr

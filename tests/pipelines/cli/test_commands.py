"""The smaller commands: check, schema, run, demo's own articles."""

import json
import socket
from pathlib import Path

import httpx2
import pytest
from prometheus_client import CollectorRegistry

from connectors.config import KafkaConfig, load
from connectors.errors import SanctionwireError
from connectors.feeds.base import ListPublisher
from connectors.messages.schema import documents
from connectors.telemetry import Meters, answering
from deploy.demo.press import OUTLETS
from deploy.demo.server import serving
from deploy.demo.services import Services
from pipelines.cli.checks import findings, tried
from pipelines.cli.common import read_config
from pipelines.cli.demo import added_piece, at_brokers
from pipelines.cli.run import CountedPublisher, environment
from pipelines.cli.tree import run
from tests import builders

NOWHERE = "127.0.0.1:1"


def _config(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "my.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_wrong_configuration_lists_every_problem_and_skips_the_rest(tmp_path: Path) -> None:
    found = list(findings(_config(tmp_path, "[kafka]\ngruop_id = 'x'\n[feeds]\nmax_bytes = 'y'\n"), None))
    failed = [one for one in found if one.verdict == "failed"]
    assert [one.name for one in failed] == ["config", "config"]
    assert "kafka.gruop_id" in failed[0].detail
    assert "feeds.max_bytes" in failed[1].detail
    assert [one.name for one in found if one.verdict == "skipped"] == [
        "routes",
        "receivers",
        "brokers",
        "topics",
        "model",
        "engine",
    ]


def test_what_fails_says_how_to_mend_it() -> None:
    def attempt() -> str:
        raise SanctionwireError("the thing", "is wrong", "mend it")

    found = tried("topics", attempt)
    assert (found.verdict, found.detail, found.next_step) == ("failed", "the thing: is wrong", "mend it")


def test_a_missing_package_is_a_finding() -> None:
    def attempt() -> str:
        raise ModuleNotFoundError("No module named 'spacy'", name="spacy")

    found = tried("model", attempt)
    assert (found.verdict, found.detail) == ("failed", "spacy is not installed")
    assert found.next_step.startswith("pip install")


def test_check_of_a_wrong_configuration_exits_1_and_prints_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", "--json", "--config", str(_config(tmp_path, "[nowhere]\n"))]) == 1
    found = json.loads(capsys.readouterr().out)
    assert [one["verdict"] for one in found] == ["failed", *["skipped"] * 6]


def test_check_dumps_the_configuration_without_its_secrets(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = (
        "[kafka]\nsecurity_protocol = 'SASL_SSL'\nsasl_mechanism = 'PLAIN'\nsasl_username = 'me'\nsasl_password = 'hunter2'\n"
        "bootstrap_servers = 'kafka.example:9093'\n"
    )
    assert run(["check", "--dump", "--config", str(_config(tmp_path, text))]) == 0
    shown = capsys.readouterr().out
    assert json.loads(shown)["kafka"]["bootstrap_servers"] == "kafka.example:9093"
    assert "hunter2" not in shown


def test_brokers_on_the_command_line_win_over_file_and_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SANCTIONWIRE_KAFKA__BOOTSTRAP_SERVERS", "env.example:9092")
    path = _config(tmp_path, "[kafka]\nbootstrap_servers = 'file.example:9092'\n")
    assert read_config(path, None).kafka.bootstrap_servers == "env.example:9092"
    assert read_config(path, NOWHERE).kafka.bootstrap_servers == NOWHERE


def test_brokers_without_a_port_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["tail", "--brokers", "localhost"]) == 1
    assert "kafka.bootstrap_servers" in capsys.readouterr().err


def test_a_missing_configuration_file_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["run", "feeds", "--config", "nowhere.toml"]) == 1
    assert capsys.readouterr().err.startswith("error: nowhere.toml: cannot be read")


def test_feeds_without_a_feed_say_what_to_add(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["run", "feeds"]) == 1
    assert "[[feeds.feed]]" in capsys.readouterr().err


def test_two_parts_on_one_machine_get_two_telemetry_ports() -> None:
    config = load(None, {"SANCTIONWIRE_TELEMETRY__PORT": "9464"})
    assert environment(config, {"A": "b"}, shift=1) == {"A": "b", "SANCTIONWIRE_TELEMETRY__PORT": "9465"}
    assert environment(load(None, {}), {"A": "b"}, shift=1) == {"A": "b"}


def test_articles_are_counted_by_feed_and_handed_on() -> None:
    registry, kept = CollectorRegistry(), ListPublisher()
    publisher = CountedPublisher(kept, Meters(registry, "0"))
    publisher.publish(builders.article(feed="one"))
    publisher.flush()
    assert [article.feed for article in kept.articles] == ["one"]
    assert registry.get_sample_value("sanctionwire_articles_published_total", {"feed": "one"}) == 1


def test_probes_are_answered_where_a_port_is_configured_and_only_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    config = load(None, {"SANCTIONWIRE_TELEMETRY__PORT": str(port)}).telemetry
    with answering(config, CollectorRegistry()):
        assert httpx2.get(f"http://127.0.0.1:{port}/readyz").status_code == 200
    with answering(load(None, {}).telemetry, CollectorRegistry()), pytest.raises(httpx2.ConnectError):
        httpx2.get(f"http://127.0.0.1:{port}/readyz")


def test_schema_lists_prints_and_writes_every_document(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["schema"]) == 0
    assert capsys.readouterr().out.split() == list(documents())
    assert run(["schema", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == list(documents())
    assert run(["schema", "alert.v1.json"]) == 0
    assert json.loads(capsys.readouterr().out) == documents()["alert.v1.json"]
    assert run(["schema", "--write", str(tmp_path / "new")]) == 0
    assert {path.name for path in (tmp_path / "new").iterdir()} == set(documents())


def test_an_unknown_schema_names_the_known_ones(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["schema", "nonsense"]) == 1
    assert "alert.v1.json" in capsys.readouterr().err


def test_the_demonstration_on_other_brokers_has_topics_of_its_own() -> None:
    first, second = at_brokers(NOWHERE), at_brokers(NOWHERE)
    assert first.bootstrap_servers == NOWHERE
    assert first.topic_prefix.startswith("demo-")
    assert first.topic_prefix != second.topic_prefix


def test_variables_for_another_installation_do_not_reach_the_demonstration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SANCTIONWIRE_KAFKA__BOOTSTRAP_SERVERS", "production.example:9092")
    with serving([OUTLETS["el-faro"]]) as press:
        services = Services(tmp_path, KafkaConfig(bootstrap_servers=NOWHERE), None, press)
        assert "SANCTIONWIRE_KAFKA__BOOTSTRAP_SERVERS" not in services.child("feeds").env
        assert load(tmp_path / "demo.toml", services.child("pipeline").env).kafka.bootstrap_servers == NOWHERE


def test_a_text_is_added_under_its_headline_by_an_outlet_named_after_the_file(tmp_path: Path) -> None:
    path = tmp_path / "My Report (2).txt"
    path.write_text("Headline\n\nFirst.\nSecond.\n", encoding="utf-8")
    piece = added_piece(path, 1)
    assert piece.outlet.host == "my-report-2.example"
    assert (piece.title, piece.paragraphs, piece.expect) == ("Headline", ("First.", "Second."), None)
    assert added_piece(path, 2).outlet != piece.outlet


def test_one_long_line_is_text_and_not_a_headline(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("word " * 500, encoding="utf-8")
    piece = added_piece(path, 1)
    assert piece.paragraphs == (("word " * 500).strip(),)
    assert len(piece.title) <= 200


def test_a_page_is_added_as_it_is_with_its_own_title(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    content = b"<!DOCTYPE html><html><head><title>Its title</title></head><body><p>" + b"Words. " * 50 + b"</p></body></html>"
    path.write_bytes(content)
    piece = added_piece(path, 1)
    assert (piece.title, piece.page) == ("Its title", content)

"""`export`: which alerts are chosen, and how they are written."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from connectors.errors import BrokerError
from connectors.subscribers.reader import Choice
from pipelines.cli.export import chosen, render
from pipelines.cli.tree import run
from tests.connectors.exports.alerts import NOW, SETTING, full, numbered
from tests.connectors.readmodel.stored import stored

ALERTS = [numbered(number) for number in range(3)]


@pytest.fixture
def _topics(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the topics hold alerts."""
    records = [stored(one) for one in (*ALERTS, full())]
    monkeypatch.setattr("connectors.kafka.read_all", lambda *_: records)


@pytest.mark.parametrize(
    ("since", "until", "numbers"),
    [(None, None, [0, 1, 2]), (NOW + timedelta(minutes=1), None, [1, 2]), (None, NOW + timedelta(minutes=1), [0])],
)
def test_alerts_are_chosen_by_their_last_word(since: Any, until: Any, numbers: list[int]) -> None:
    assert list(chosen(ALERTS, Choice(), (since, until))) == [ALERTS[number] for number in numbers]


def test_alerts_are_chosen_as_tail_does() -> None:
    assert list(chosen(ALERTS, Choice(targets=("RUS",)), (None, None))) == ALERTS
    assert list(chosen(ALERTS, Choice(kinds=("imposed",)), (None, None))) == []


def test_a_feed_holds_the_newest_alone_and_other_formats_all() -> None:
    many = [numbered(number) for number in range(60)]
    assert b"".join(render("atom", many, SETTING)).count(b"<entry>") == 40
    assert b"".join(render("jsonl", many, SETTING)).count(b"\n") == 60


@pytest.mark.usefixtures("_topics")
@pytest.mark.parametrize("name", ["csv", "jsonl", "stix", "ftm", "atom", "rss"])
def test_every_format_is_written_to_a_file(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / f"alerts.{name}"
    assert run(["export", "--format", name, "--sender", "usa", "--output", str(path)]) == 0
    assert "4 alerts exported" in capsys.readouterr().err
    assert ALERTS[0].id.encode() in path.read_bytes() or name == "stix"
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


@pytest.mark.usefixtures("_topics")
def test_without_a_file_it_goes_to_standard_output(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert run(["export", "--format", "jsonl", "--since", "2026-11-26", "--until", "2026-11-26"]) == 0
    assert [json.loads(line)["id"] for line in capfdbinary.readouterr().out.splitlines()] == [one.id for one in ALERTS]


@pytest.mark.usefixtures("_topics")
def test_feeds_link_to_the_page_that_is_given(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert run(["export", "--format", "rss", "--page", "https://desk.example/"]) == 0
    assert f"<link>https://desk.example/alerts/{full().id}</link>".encode() in capfdbinary.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ([], 2, "--format"),
        (["--format", "xml"], 2, "xml"),
        (["--format", "csv", "--since", "yesterday"], 2, "since is a date"),
        (["--format", "csv", "--output", "/nowhere/at/all.csv"], 1, "cannot be written"),
    ],
)
@pytest.mark.usefixtures("_topics")
def test_what_is_wrong_is_said(arguments: list[str], code: int, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["export", *arguments]) == code
    assert words in capsys.readouterr().err


@pytest.mark.usefixtures("_topics")
def test_a_file_stays_as_it_is_when_the_topics_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: Any) -> Any:
        raise BrokerError("127.0.0.1:1", "cannot be reached")

    path = tmp_path / "alerts.csv"
    path.write_text("before")
    monkeypatch.setattr("connectors.kafka.read_all", failing)
    assert run(["export", "--format", "csv", "--output", str(path)]) == 1
    assert path.read_text() == "before"
    assert [one.name for one in tmp_path.iterdir()] == [path.name]

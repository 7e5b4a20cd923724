"""`routes`, `silence` and `run subscribers` on the command line, as far as they need no broker."""

import socket
from datetime import timedelta
from pathlib import Path

import pytest

from connectors.subscribers.silences import expired
from pipelines.cli.checks import findings
from pipelines.cli.silence import as_line, span
from pipelines.cli.tree import run
from tests import builders

CONFIG = """
[subscribers]
receiver = "archive"
receivers = [
  {name = "archive", kind = "file", path = "a.jsonl"},
  {name = "desk", kind = "webhook", url = "http://host.invalid/s3cret", secret = "s3cret"},
]
inhibit_rules = [{source_matchers = "kind=imposed", target_matchers = "kind=considering", equal = "target"}]
[[subscribers.routes]]
matchers = 'target=~"RUS|BLR"'
receiver = "desk"
[[subscribers.routes.routes]]
matchers = "severity=low"
receiver = "archive"
"""


@pytest.fixture
def config(tmp_path: Path) -> str:
    path = tmp_path / "sanctionwire.toml"
    path.write_text(CONFIG)
    return str(path)


def test_the_tree_is_shown_without_secrets(config: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["routes", "show", "--config", config]) == 0
    shown = capsys.readouterr().out
    assert '{target=~"RUS|BLR"} -> desk' in shown
    assert "s3cret" not in shown


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["target=BLR", "--expect", "desk"], 0),
        (["target=BLR", "severity=low", "--expect", "archive"], 0),
        (["target=CUB", "target=RUS", "--expect", "desk"], 0),
        (["target=CUB", "--expect", "desk"], 1),
        (["target=BLR", "--expect", "desk", "--expect", "archive"], 1),
        (["target=BLR"], 0),
        (["mood=bad"], 2),
    ],
)
def test_a_failed_expectation_is_exit_code_1(config: str, words: list[str], code: int) -> None:
    assert run(["routes", "test", *words, "--config", config]) == code


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (('receiver = "desk"', 'receiver = "dsek"'), "subscribers.routes[0].receiver: 'dsek' is the name of no receiver"),
        (('path = "a.jsonl"', 'url = "http://x"'), "subscribers.receivers[0].path: is missing"),
        (('name = "desk"', 'name = "archive"'), "is also the name of another receiver"),
        (("http://host.invalid/s3cret", "s3cret"), "subscribers.receivers[1].url: is no address"),
        (('receiver = "archive"\nreceivers', "receivers"), "subscribers.receiver: is missing"),
        (("severity=low", "severity"), "subscribers.routes[0].routes[0].matchers"),
    ],
)
def test_a_fault_of_the_configuration_is_named_by_its_path_and_without_secrets(
    config: str, capsys: pytest.CaptureFixture[str], change: tuple[str, str], problem: str
) -> None:
    Path(config).write_text(CONFIG.replace(*change, 1))
    assert run(["routes", "show", "--config", config]) == 1
    told = capsys.readouterr().err
    assert problem in told
    assert "s3cret" not in told


def checked(config: str) -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for one in findings(Path(config), "127.0.0.1:1"):
        found.setdefault(one.name, []).append((one.verdict, one.detail))
        if one.name == "receiver" and len(found["receiver"]) == 2:
            break  # what comes then wants brokers and a model
    return found


def test_check_tries_routes_and_receivers_and_tells_no_secret(config: str, tmp_path: Path) -> None:
    listed = CONFIG.replace('path = "a.jsonl"', f'path = "{tmp_path}/new/a.jsonl"')
    with socket.create_server(("127.0.0.1", 0)) as hook:
        Path(config).write_text(listed.replace("host.invalid", f"127.0.0.1:{hook.getsockname()[1]}"))
        found = checked(config)
    assert [verdict for verdict, _ in found["routes"] + found["receiver"]] == ["ok"] * 3
    assert found["routes"][0][1] == "2 receivers by 3 routes, 1 inhibitions"
    assert "signed" in found["receiver"][1][1]
    assert "s3cret" not in str(found)


def test_check_says_what_is_wrong_with_a_route_or_a_receiver(config: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    Path(config).write_text(
        CONFIG.replace("a.jsonl", f"{tmp_path}/file/a.jsonl").replace('receiver = "desk"', 'receiver = "archive"')
    )
    found = checked(config)
    assert found["routes"] == [("failed", "subscribers.routes: no route leads to desk")]
    assert [verdict for verdict, _ in found["receiver"]] == ["failed", "failed"]
    assert "cannot be written" in found["receiver"][0][1]
    assert "host.invalid port 80 is not reached" in found["receiver"][1][1]
    assert "s3cret" not in str(found)
    Path(config).write_text(CONFIG.replace("severity=low", "severity"))
    assert checked(config)["routes"][0][0] == "failed"


def test_subscribers_without_receivers_say_what_to_add(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["run", "subscribers"]) == 1
    assert "[[subscribers.receivers]]" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "time"), [("90s", timedelta(seconds=90)), ("1d12h", timedelta(hours=36)), ("1w", timedelta(weeks=1))]
)
def test_a_time_is_read(text: str, time: timedelta) -> None:
    assert span(text) == time


@pytest.mark.parametrize("text", ["", "1", "h", "-1h", "1 h", "1y"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no time"):
        span(text)


def test_a_silence_that_was_ended_says_by_whom() -> None:
    now = builders.PUBLISHED_AT
    assert "ended by ben" in as_line(expired(builders.silence(), now, "ben"), now)
    assert "ended  {" in as_line(expired(builders.silence(), now), now)


def test_a_wrong_matcher_is_refused_before_a_broker_is_asked(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["silence", "add", "mood=bad", "--author", "ann", "--comment", "why"]) == 1
    assert "is no label" in capsys.readouterr().err

"""The README says what there is, and all of it: commands, options, keys, topics, metrics, words of the Makefile, a subscriber."""

import os
import re
import subprocess
import sys
import threading
import tomllib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import fields
from pathlib import Path
from typing import get_args

import click
import pytest

from connectors.config import Config, FeedKind, FeedsConfig, KafkaConfig, schema
from connectors.feeds import costly, documents, poller, transport, workers
from connectors.feeds.base import Outcome
from connectors.feeds.fetch import Budget
from connectors.kafka import producer, publish
from connectors.messages.alert import ALERT_FAMILIES
from connectors.messages.codec import encode
from connectors.subscribers.exports.common import Setting
from connectors.subscribers.exports.formats import FORMATS
from connectors.telemetry import METRICS
from connectors.topics import TOPICS
from deploy.local.places import default_cache_dir
from deploy.local.stack import StackOptions, running
from pipelines.cli.tree import sanctionwire
from tests import builders

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CHANGELOG = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
EXAMPLE = (ROOT / "deploy" / "config.example.toml").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
PROSE = re.sub(r"^ *```.*?^ *```", "", README, flags=re.DOTALL | re.MULTILINE)
COMMON_OPTIONS = {"--help", "--version"}


def _commands(group: click.Group = sanctionwire, words: str = "sanctionwire") -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from _commands(command, f"{words} {name}")
        else:
            yield f"{words} {name}", command


COMMANDS = dict(_commands())


def _options(command: click.Command) -> set[str]:
    return {name for option in command.params if isinstance(option, click.Option) for name in option.opts if name.startswith("--")}


def _rows(first_header: str) -> list[list[str]]:
    """Return the cells of the README's table whose first column is called `first_header`."""
    lines = README.splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith(f"| {first_header} |"))
    rows = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows


def _code(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def _fenced(language: str) -> list[str]:
    return re.findall(rf"^ *```{language}\n(.*?)^ *```", README, re.DOTALL | re.MULTILINE)


def test_the_table_of_commands_is_the_tree_with_all_its_options() -> None:
    table = {_code(row[0])[0]: set(_code(row[2])) for row in _rows("command")}
    assert table == {words: _options(command) for words, command in COMMANDS.items()}


def test_every_command_line_that_is_shown_exists() -> None:
    shown = re.findall(r"sanctionwire((?: [a-z]+)*)((?: --?[a-z-]+(?: [A-Za-z][\w.:]*)?)*)", README + CHANGELOG + EXAMPLE)
    lines = [(words.split(), re.findall(r"--[a-z-]+", options)) for words, options in shown if words or options]
    assert len(lines) > 20
    for words, options in lines:
        known = [path.split()[1:] for path in COMMANDS]
        path = next((path for path in known if path == words[: len(path)]), None)
        if path is None:
            assert any(path[: len(words)] == words for path in known) or words[0] not in sanctionwire.commands, words
            continue
        assert set(options) <= _options(COMMANDS[" ".join(["sanctionwire", *path])]) | COMMON_OPTIONS, words


def test_the_table_of_topics_is_the_topics_table() -> None:
    assert [(_code(row[0])[0], _code(row[1])[0], row[2]) for row in _rows("topic")] == [
        (topic.name, topic.key, topic.message) for topic in TOPICS
    ]


def test_each_alert_topic_names_its_kinds() -> None:
    for row in _rows("topic"):
        family = _code(row[0])[0].partition("alerts.")[2]
        if family:
            assert set(_code(row[3])) == {kind for kind, of_kind in ALERT_FAMILIES.items() if of_kind == family}


def test_the_table_of_metrics_is_the_metrics_table() -> None:
    assert [(_code(row[0])[0], row[1]) for row in _rows("metric")] == [(metric.name, metric.help) for metric in METRICS]


def test_the_table_of_feed_kinds_is_the_kinds_and_that_of_outcomes_the_outcomes() -> None:
    kinds = [kind for row in _rows("kind of feed") for kind in _code(row[0])]
    assert sorted(kinds) == sorted(set(get_args(FeedKind)) - {"auto"})
    assert [_code(row[0]) for row in _rows("outcome")] == [[str(outcome)] for outcome in Outcome]


def test_the_table_of_limits_is_what_is_kept_to() -> None:
    budget, config = Budget(), FeedsConfig()
    amounts = [int(re.match(r"\d+", row[1])[0]) for row in _rows("limit")]  # type: ignore[index]
    assert amounts == [
        config.max_bytes,
        budget.max_ratio,
        budget.max_redirects,
        config.timeout_secs,
        transport.LEAST_BYTES,
        workers.JOB_SECS,
        workers.MAX_MEMORY_BYTES / 2**20,
        poller.MAX_ENTRIES,
        poller.MAX_PAGES,
        documents.MAX_DOCUMENTS,
    ]
    assert f"in each {transport.PACE_SECS:g} seconds" in README
    assert f"after {costly.TIMES} in a row the host is left unread for {costly.REST_SECS / 60:g} minutes" in README


def test_every_configuration_in_the_readme_is_valid_against_the_schema() -> None:
    known = schema()["properties"]
    for text in _fenced("toml"):
        for section, keys in tomllib.loads(text).items():
            properties = known[section]["properties"]
            assert set(keys) <= set(properties)
            for feed in keys.get("feed", []):
                assert set(feed) <= set(properties["feed"]["items"]["properties"])
    assert _fenced("toml")


def test_every_key_that_prose_names_with_its_section_exists() -> None:
    sections = {field.name for field in fields(Config)}
    named = re.findall(r"`\[(\w+)\] (\w+)", PROSE)
    assert named
    for section, key in named:
        assert section in sections
        assert key in schema()["properties"][section]["properties"], f"[{section}] {key}"


def test_every_variable_in_the_readme_overrides_a_key() -> None:
    variables = re.findall(r"SANCTIONWIRE_([A-Z]+)__([A-Z_]+)", README)
    assert variables
    for section, key in variables:
        assert key.lower() in schema()["properties"][section.lower()]["properties"]


def test_every_section_and_key_stands_in_the_example() -> None:
    for section, table in schema()["properties"].items():
        assert f"[{section}]" in EXAMPLE
        for key in table["properties"]:
            assert re.search(rf"^(# )?(\[\[{section}\.)?{key}(\]\])?( =|$)|\b{key}\b", EXAMPLE, re.MULTILINE), f"{section}.{key}"


def test_every_word_of_the_makefile_is_documented_and_the_reverse() -> None:
    words = set(re.findall(r"^([a-z]+):.*##", MAKEFILE, re.MULTILINE))
    assert set(re.findall(r"make ([a-z]+)", "\n".join([*_fenced("console"), *_code(PROSE)]))) == words - {"help"}


def test_files_that_the_readme_names_are_there() -> None:
    paths = [path for path in _code(PROSE) if re.fullmatch(r"(connectors|pipelines|deploy)/[\w./-]+", path)]
    assert len(paths) >= 4
    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_the_readme_holds_no_placeholder() -> None:
    assert not re.search(r"^[A-Z]+ OUTPUT$|TODO|FIXME", README, re.MULTILINE)


def test_the_subscriber_has_twenty_lines_and_compiles() -> None:
    (subscriber,) = _fenced("python")
    assert len([line for line in subscriber.splitlines() if line.strip()]) <= 20
    compile(subscriber, "subscriber.py", "exec")


def test_the_table_of_formats_is_the_formats() -> None:
    assert [name for row in _rows("format") for name in _code(row[0])] == list(FORMATS)


@pytest.mark.parametrize("name", list(FORMATS))
def test_an_alert_is_exported_as_the_readme_shows(name: str) -> None:
    (shown,) = [text for language in ("text", "xml") for text in _fenced(f"{language} {name}")]
    setting = Setting(names={"USA": "United States", "RUS": "Russia"})
    written = b"".join(FORMATS[name].write([builders.alert()], setting)).decode()
    for piece in re.split(r" ?\[\.\.\.\]\s*|\n", shown):
        assert piece in written
        written = written[written.index(piece) + len(piece) :]


@pytest.mark.model
@pytest.mark.parametrize("words", ["extract", "explain -"])
def test_the_examples_print_what_the_readme_shows(words: str) -> None:
    shown = next(text for text in _fenced("console") if f".venv/bin/sanctionwire {words}\n" in text)
    command, _, printed = shown.partition("\n")
    given = re.findall(r"^\$ echo (['\"])(.*)\1 \|", command)[0][1]
    run = [sys.executable, "-m", "pipelines.cli", *words.split()]
    done = subprocess.run(run, input=f"{given}\n", capture_output=True, text=True, timeout=120)
    assert done.stdout == printed


@pytest.mark.e2e
def test_the_subscriber_prints_an_alert_of_a_real_broker(tmp_path: Path) -> None:
    (subscriber,) = _fenced("python")
    path = tmp_path / "subscriber.py"
    path.write_text(subscriber, encoding="utf-8")
    options = StackOptions(
        data_dir=tmp_path / "stack",
        cache_dir=default_cache_dir(os.environ),
        env=dict(os.environ),
        preferred_port=None,
        needs_prism=False,
    )
    with running(options, lambda _: None) as stack:
        brokers = stack.bootstrap or ""
        alert = builders.alert()
        with closing(producer(KafkaConfig(bootstrap_servers=brokers))) as kafka:
            publish(kafka, "alerts.threat", encode(alert), 1_700_000_000_000)
        process = subprocess.Popen([sys.executable, path, brokers], stdout=subprocess.PIPE, text=True)
        watchdog = threading.Timer(60, process.kill)
        watchdog.start()
        assert process.stdout is not None
        line = process.stdout.readline()
        process.kill()
        process.wait()
        process.stdout.close()
        watchdog.cancel()
    assert line.startswith(f"{alert.id} {alert.version} threat The United States -> Russia")

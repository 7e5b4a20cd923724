"""Alerts on a terminal and as JSON lines."""

import io
import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from connectors.messages.alert import Alert
from connectors.messages.fields import from_dict
from connectors.messages.signal import Actor
from connectors.subscribers.base import ListSubscriber, Subscriber
from connectors.subscribers.terminal import PLAIN_WIDTH, JsonLines, Terminal

NOW = datetime(2026, 3, 2, 9, 0, 2, tzinfo=UTC)
HOSTILE = "Chad\x1b]0;owned\x07\u202e \x1b[2J\nfake line"


class TtyStream(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def _hostile(alert: Alert) -> Alert:
    return replace(
        alert,
        targets=(Actor(id="TCD\x1b[1m", name=HOSTILE),),
        deadlines=(HOSTILE,),
        conditions=tuple(replace(condition, text=HOSTILE) for condition in alert.conditions),
        contested=tuple(replace(contest, quote=HOSTILE, deniers=(Actor(id=None, name=HOSTILE),)) for contest in alert.contested),
        evidence=tuple(replace(quote, quote=HOSTILE) for quote in alert.evidence),
        sources=tuple(replace(source, outlet=HOSTILE, title=HOSTILE, url=HOSTILE) for source in alert.sources),
        timeline=tuple(replace(change, what=(HOSTILE,)) for change in alert.timeline),
    )


def test_a_pipe_gets_plain_lines_of_bounded_width_without_spaces_at_their_end(alert: Alert) -> None:
    stream = io.StringIO()
    Terminal(stream).deliver(alert, NOW)
    lines = stream.getvalue().splitlines()
    assert lines[0] == "■ HIGH threat  Norway (NOR) and its allies threaten Chad (TCD) with an asset freeze"
    assert all(len(line) <= PLAIN_WIDTH and line == line.rstrip() for line in lines)
    assert "\x1b" not in stream.getvalue()


def test_long_text_wraps_beside_its_label(alert: Alert) -> None:
    stream = io.StringIO()
    Terminal(stream).deliver(replace(alert, status="raised", deadlines=("day " * 50,)), NOW)
    wrapped = [line for line in stream.getvalue().splitlines() if "day day" in line]
    assert len(wrapped) > 1
    assert wrapped[1].startswith(" " * 11 + "day")


def test_a_terminal_gets_colours(alert: Alert, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    stream = TtyStream()
    Terminal(stream).deliver(alert, NOW)
    assert "\x1b[1;31m■ HIGH" in stream.getvalue()


def test_no_color_is_respected(alert: Alert, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    stream = TtyStream()
    Terminal(stream).deliver(alert, NOW)
    assert "\x1b" not in stream.getvalue()


def test_hostile_words_cannot_steer_the_terminal(alert: Alert) -> None:
    stream = io.StringIO()
    Terminal(stream).deliver(_hostile(alert), NOW)
    Terminal(stream).deliver(replace(_hostile(alert), status="raised"), NOW)
    text = stream.getvalue()
    assert not {"\x1b", "\x07", "\u202e", "\x9b"} & set(text)
    assert not any(line.startswith("fake line") for line in text.splitlines())


def test_json_lines_hold_the_whole_alert_in_ascii(alert: Alert) -> None:
    stream = io.StringIO()
    hostile = _hostile(alert)
    JsonLines(stream).deliver(hostile, NOW)
    (line,) = stream.getvalue().splitlines()
    assert line.isascii()
    assert line.isprintable()
    assert from_dict(Alert, json.loads(line)) == hostile


def test_a_list_keeps_alerts_in_order(alert: Alert) -> None:
    kept = ListSubscriber()
    subscriber: Subscriber = kept
    later = replace(alert, version=3)
    subscriber.deliver(alert, NOW)
    subscriber.deliver(later, NOW)
    assert kept.alerts == [alert, later]

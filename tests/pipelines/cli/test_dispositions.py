"""`dispositions` on the command line, as far as it needs no broker."""

import json

import pytest

from connectors.kafka import Stored
from connectors.messages.codec import encode
from connectors.topics import DISPOSITIONS
from pipelines.cli import dispositions
from pipelines.cli.tree import run
from tests import builders


def stored(offset: int, value: bytes | None) -> Stored:
    place = builders.position(offset, topic="dispositions")
    return Stored(topic=DISPOSITIONS, position=place, timestamp_ms=0, key=builders.ALERT_ID.encode(), value=value, headers=())


def test_a_record_that_is_no_verdict_is_told_and_passed_over(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    records = [stored(0, b"{"), stored(1, encode(builders.disposition()).value), stored(2, None)]
    monkeypatch.setattr(dispositions, "read_all", lambda _, topics: records if list(topics) == [DISPOSITIONS] else ())
    assert run(["dispositions", "list", "--json"]) == 0
    printed = capsys.readouterr()
    assert [json.loads(line)["verdict"] for line in printed.out.splitlines()] == ["true"]
    assert "passed over dispositions offset 0" in printed.err
    assert "offset 2" not in printed.err

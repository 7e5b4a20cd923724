"""The page as a service: where it listens, what it says when it cannot, and what it remembers of feeds meanwhile."""

import json
import socket
from pathlib import Path
from urllib.request import urlopen

import pytest
from prometheus_client import CollectorRegistry

from connectors.config import TelemetryConfig
from connectors.errors import ConfigError, SanctionwireError
from connectors.subscribers.web.app import make_app
from connectors.subscribers.web.serve import Kept, address, serve
from connectors.telemetry import answering
from tests import builders
from tests.connectors.web.sites import served, staged


def test_it_is_served_where_it_says(tmp_path: Path) -> None:
    with (
        staged(tmp_path / "web.sqlite", [builders.alert()]) as stage,
        served(stage) as base,
        urlopen(f"{base}/api/v1/alerts", timeout=5) as answer,
    ):
        assert json.load(answer)["items"][0]["id"] == builders.ALERT_ID
        assert "server" not in answer.headers


def test_an_address_that_is_taken_is_said(tmp_path: Path) -> None:
    with staged(tmp_path / "web.sqlite") as stage, socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ConfigError) as caught:
            serve(make_app(stage.site), "127.0.0.1", port, stage.site.hub, print, lambda: True)
        assert str(port) in caught.value.problems[0]


@pytest.mark.parametrize(
    ("host", "shown"),
    [
        ("127.0.0.1", "http://127.0.0.1:8088/"),
        ("0.0.0.0", "http://127.0.0.1:8088/"),
        ("::", "http://[::1]:8088/"),
        ("::1", "http://[::1]:8088/"),
    ],
)
def test_what_it_says_can_be_typed_into_a_browser(host: str, shown: str) -> None:
    assert address(host, 8088) == shown


def test_it_answers_probes_where_a_port_is_configured() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with answering(TelemetryConfig(port=port), CollectorRegistry()):
        assert urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5).status == 200
    with answering(TelemetryConfig(), CollectorRegistry()) as nothing:
        assert nothing is None


def test_feeds_are_asked_for_once_in_a_while_and_what_cannot_be_read_is_nothing_known() -> None:
    asked: list[int] = []

    def ask() -> list[dict[str, int]]:
        asked.append(1)
        if len(asked) > 1:
            raise SanctionwireError("state", "cannot be read")
        return [{"id": 1}]

    kept = Kept(ask, secs=3600)
    assert [kept(), kept()] == [[{"id": 1}]] * 2
    assert len(asked) == 1
    assert list(Kept(ask, secs=0)()) == []

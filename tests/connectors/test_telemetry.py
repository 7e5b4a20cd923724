"""Log lines, the table of metrics, and the three pages of health."""

import io
import json
import logging
import re
import socket
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
import structlog
from prometheus_client import CollectorRegistry

from connectors import telemetry
from connectors.config import TelemetryConfig
from connectors.errors import ConfigError
from connectors.telemetry import METRICS, Meters, Metric, Probes, RepeatFilter, serve, set_up_logging


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    for name in telemetry.LIBRARY_LEVELS:
        logging.getLogger(name).setLevel(logging.NOTSET)
    structlog.reset_defaults()


def log_to(stream: io.StringIO, **config: Any) -> io.StringIO:
    set_up_logging(TelemetryConfig(**config), stream, is_colored=False)
    return stream


def fail(text: str) -> None:
    raise ValueError(text)


def fetch(port: int, path: str, method: str = "GET") -> tuple[int, str, str]:
    """Return status, content type and body of a page."""
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", method=method)
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return answer.status, answer.headers["Content-Type"], answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers["Content-Type"], error.read().decode()


class TestLogging:
    def test_away_from_a_terminal_each_line_is_a_json_object(self) -> None:
        stream = log_to(io.StringIO())
        structlog.get_logger("feeds").info("polled", feed="a", articles=3)
        line = json.loads(stream.getvalue())
        assert {name: line[name] for name in ("event", "feed", "articles", "level", "logger")} == {
            "event": "polled",
            "feed": "a",
            "articles": 3,
            "level": "info",
            "logger": "feeds",
        }

    def test_its_time_is_in_utc(self) -> None:
        stream = log_to(io.StringIO())
        structlog.get_logger("feeds").info("polled")
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z", json.loads(stream.getvalue())["timestamp"])

    def test_on_a_terminal_a_line_is_for_people(self) -> None:
        stream = log_to(Terminal())
        structlog.get_logger("feeds").info("polled", feed="a")
        assert re.search(r"\[info *\] polled .*feed=a", stream.getvalue())

    def test_without_colours_there_is_no_escape(self) -> None:
        stream = log_to(Terminal())
        structlog.get_logger("feeds").error("failed")
        assert "\x1b" not in stream.getvalue()

    def test_json_can_be_asked_for_on_a_terminal(self) -> None:
        stream = log_to(Terminal(), log_format="json")
        structlog.get_logger("feeds").info("polled")
        assert json.loads(stream.getvalue())["event"] == "polled"

    def test_the_standard_librarys_loggers_go_the_same_way(self) -> None:
        stream = log_to(io.StringIO())
        logging.getLogger("somebody").warning("seen %d", 7)
        assert json.loads(stream.getvalue())["event"] == "seen 7"

    def test_less_than_the_level_is_not_logged(self) -> None:
        stream = log_to(io.StringIO(), log_level="warning")
        structlog.get_logger("feeds").info("polled")
        assert stream.getvalue() == ""

    @pytest.mark.parametrize("log_format", ["console", "json"])
    def test_a_text_of_strangers_cannot_steer_the_terminal(self, log_format: str) -> None:
        stream = log_to(Terminal(), log_format=log_format)
        structlog.get_logger("feeds").info("polled", title="\x1b[2Jgone\nfake line \u202e")
        output = stream.getvalue()
        assert "\x1b" not in output
        assert "\u202e" not in output
        assert output.count("\n") == 1

    def test_an_exception_keeps_its_lines_on_the_console(self) -> None:
        stream = log_to(Terminal())
        try:
            fail("bad \x1b[31m")
        except ValueError:
            structlog.get_logger("feeds").exception("failed")
        assert "\x1b" not in stream.getvalue()
        assert re.search(r"\n  File .*\n.*\nValueError: bad", stream.getvalue())

    def test_an_exception_is_in_the_json_line(self) -> None:
        stream = log_to(io.StringIO())
        try:
            fail("bad")
        except ValueError:
            structlog.get_logger("feeds").exception("failed")
        assert "ValueError: bad" in json.loads(stream.getvalue())["exception"]

    def test_kafkas_warnings_are_not_logged(self) -> None:
        stream = log_to(io.StringIO())
        logging.getLogger("kafka.net").warning("event loop blocked")
        assert stream.getvalue() == ""

    def test_at_debug_they_are(self) -> None:
        stream = log_to(io.StringIO(), log_level="debug")
        logging.getLogger("kafka.net").warning("event loop blocked")
        assert "event loop blocked" in stream.getvalue()

    def test_kafka_says_the_same_thing_once(self) -> None:
        stream = log_to(io.StringIO())
        for attempt in range(20):
            logging.getLogger("kafka.net").error("connection %d failed", attempt)
        assert stream.getvalue().count("\n") == 1


class TestRepeatFilter:
    def record(self, name: str, line: int) -> logging.LogRecord:
        return logging.LogRecord(name, logging.ERROR, "client.py", line, "failed", (), None)

    def test_a_message_passes_again_after_the_interval(self) -> None:
        times = iter([0.0, 59.9, 60.0])
        held = RepeatFilter("kafka", 60.0, lambda: next(times))
        assert [held.filter(self.record("kafka.net", 1)) for _ in range(3)] == [True, False, True]

    def test_different_messages_do_not_hold_each_other_back(self) -> None:
        held = RepeatFilter("kafka", 60.0, lambda: 0.0)
        assert [held.filter(self.record("kafka", line)) for line in (1, 2)] == [True, True]

    def test_other_loggers_are_not_held_back(self) -> None:
        held = RepeatFilter("kafka", 60.0, lambda: 0.0)
        assert [held.filter(self.record("kafkaesque", 1)) for _ in range(2)] == [True, True]


class TestMetrics:
    @pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
    def test_a_name_is_ours_and_has_its_unit_or_says_that_it_is_a_state(self, metric: Metric) -> None:
        assert re.fullmatch(r"sanctionwire_([a-z_]+(_total|_seconds|_records|_info)|active)", metric.name)
        assert metric.name.endswith("_total") == (metric.type == "counter")

    @pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
    def test_it_is_explained(self, metric: Metric) -> None:
        assert metric.help.endswith(".")

    def test_each_name_is_there_once(self) -> None:
        assert len({metric.name for metric in METRICS}) == len(METRICS)

    def test_every_metric_of_the_module_is_in_the_table(self) -> None:
        assert {value for value in vars(telemetry).values() if isinstance(value, Metric)} == set(METRICS)

    def test_buckets_of_histograms_rise(self) -> None:
        for metric in METRICS:
            assert (metric.type == "histogram") == bool(metric.buckets)
            assert list(metric.buckets) == sorted(set(metric.buckets))

    def test_the_registry_holds_the_table_and_the_clients_own_figures_of_the_process(self) -> None:
        registry = CollectorRegistry()
        Meters(registry, "0.1.0")
        exposed = {family.name for family in registry.collect()}
        ours = {name for name in exposed if not name.startswith("process_")}
        assert ours == {metric.name.removesuffix("_total") for metric in METRICS}

    def test_values_are_kept_by_their_labels(self) -> None:
        registry = CollectorRegistry()
        meters = Meters(registry, "0.1.0")
        meters.count(telemetry.ALERTS, "threat", "raised")
        meters.count(telemetry.ALERTS, "threat", "raised", amount=2)
        meters.count(telemetry.ANALYSES)
        meters.set(telemetry.LAG_RECORDS, 5, "articles", "0")
        meters.observe(telemetry.TRANSACTION_SECONDS, 0.03)
        labels = {"family": "threat", "status": "raised"}
        assert registry.get_sample_value("sanctionwire_alerts_total", labels) == 3
        assert registry.get_sample_value("sanctionwire_analyses_total") == 1
        assert registry.get_sample_value("sanctionwire_lag_records", {"topic": "articles", "partition": "0"}) == 5
        assert registry.get_sample_value("sanctionwire_transaction_seconds_bucket", {"le": "0.05"}) == 1

    def test_the_version_is_shown(self) -> None:
        registry = CollectorRegistry()
        Meters(registry, "1.2.3")
        assert registry.get_sample_value("sanctionwire_build_info", {"version": "1.2.3"}) == 1

    def test_a_missing_label_is_an_error(self) -> None:
        with pytest.raises(ValueError, match="label"):
            Meters(CollectorRegistry(), "0.1.0").count(telemetry.ALERTS, "threat")


class TestPages:
    @pytest.fixture
    def missing(self) -> list[str]:
        return []

    @pytest.fixture
    def late(self) -> list[str]:
        return []

    @pytest.fixture
    def port(self, missing: list[str], late: list[str]) -> Iterator[int]:
        registry = CollectorRegistry()
        Meters(registry, "0.1.0").count(telemetry.SIGNALS, "threat")
        with serve(
            "127.0.0.1", 0, registry, Probes(lambda: "dead" not in missing, lambda: tuple(missing), lambda: tuple(late))
        ) as port:
            yield port

    def test_a_process_that_lives_is_healthy(self, port: int) -> None:
        assert fetch(port, "/healthz") == (200, "application/json", '{"alive": true}\n')

    def test_one_that_needs_a_restart_is_not(self, port: int, missing: list[str]) -> None:
        missing.append("dead")
        assert fetch(port, "/healthz")[0] == 503

    def test_a_process_at_work_is_ready(self, port: int) -> None:
        assert fetch(port, "/readyz") == (200, "application/json", '{"ready": true, "missing": []}\n')

    def test_one_that_waits_says_for_what(self, port: int, missing: list[str]) -> None:
        missing.append("the log is being read")
        assert fetch(port, "/readyz") == (503, "application/json", '{"ready": false, "missing": ["the log is being read"]}\n')

    def test_a_process_may_be_ready_and_late(self, port: int, late: list[str]) -> None:
        assert fetch(port, "/freshz") == (200, "application/json", '{"fresh": true, "late": []}\n')
        late.append("an article waits")
        assert fetch(port, "/freshz") == (
            503,
            "application/json",
            '{"fresh": false, "late": ["an article waits"]}\n',
        )
        assert fetch(port, "/readyz")[0] == 200

    def test_metrics_are_in_the_text_format(self, port: int) -> None:
        status, content_type, body = fetch(port, "/metrics")
        assert (status, content_type.startswith("text/plain")) == (200, True)
        assert 'sanctionwire_signals_total{kind="threat"} 1.0' in body

    def test_a_query_is_ignored(self, port: int) -> None:
        assert fetch(port, "/healthz?verbose")[0] == 200

    def test_there_are_no_other_pages(self, port: int) -> None:
        assert fetch(port, "/")[0] == 404

    def test_nothing_can_be_posted(self, port: int) -> None:
        assert fetch(port, "/metrics", method="POST")[0] == 501

    def test_a_client_that_hangs_up_is_nothing_to_speak_of(self, port: int, caplog: pytest.LogCaptureFixture) -> None:
        with socket.create_connection(("127.0.0.1", port)) as client:
            client.sendall(b"GET /metrics HTTP/1.0\r\n\r\n")
        assert fetch(port, "/healthz")[0] == 200
        assert caplog.records == []

    def test_a_probe_that_fails_is_logged_and_the_next_is_answered(self, caplog: pytest.LogCaptureFixture) -> None:
        failures = iter(["first probe"])

        def is_alive() -> bool:
            for failure in failures:
                fail(failure)
            return True

        with serve("127.0.0.1", 0, CollectorRegistry(), Probes(is_alive)) as port:
            with suppress(OSError):
                fetch(port, "/healthz")
            assert fetch(port, "/healthz")[0] == 200
        assert "telemetry request" in caplog.text

    def test_nothing_answers_afterwards(self) -> None:
        with serve("127.0.0.1", 0, CollectorRegistry(), Probes()) as port:
            pass
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port), timeout=1)

    def test_a_port_that_is_taken_is_named(self, port: int) -> None:
        with (
            pytest.raises(ConfigError, match=rf"telemetry\.port: cannot listen on 127\.0\.0\.1:{port}: Address already in use"),
            serve("127.0.0.1", port, CollectorRegistry(), Probes()),
        ):
            pass

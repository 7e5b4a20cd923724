"""What a running process says of itself: log lines, metrics, and whether it is alive and ready.

Logs go to standard error: for people on a terminal, else one JSON object a line. The standard library's loggers (Kafka's client,
Beam) go the same way, at a level at which they are of use; the Kafka client says the same thing ten times a second while a broker
is away, so each of its messages passes once a minute.

`METRICS` is the whole table; beside it stand only the Prometheus client's own figures of the process (`process_*`). Labels are
bounded: kinds, families, stages, outcomes, configured feeds, partitions. The registry is passed in, so that tests and processes do
not share one.

`serve` answers /healthz (alive: else restart it), /readyz (it does its work: else send it none), /freshz (its work is current: else
wake somebody) and /metrics. A pipeline that is an hour behind is alive and ready and not fresh. There is no login: leave it on a
loopback address, or behind something that has one.
"""

import json
import logging
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal, TextIO

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from prometheus_client.exposition import choose_encoder
from structlog.typing import EventDict, WrappedLogger

from connectors.config import TelemetryConfig
from connectors.serving import bound, serving
from connectors.subscribers.plain import plain

MetricType = Literal["counter", "gauge", "histogram"]

MAX_LOGGED_CHARACTERS = 2_000
REQUEST_TIMEOUT_SECS = 5.0
REPEAT_INTERVAL_SECS = 60.0
# Loggers of libraries that say at INFO or WARNING what is of no use to who runs us. `log_level = "debug"` lets all through.
LIBRARY_LEVELS: dict[str, int] = {
    "kafka": logging.ERROR,  # warns whenever NLP holds the interpreter for 100 ms
    "apache_beam": logging.WARNING,
    "httpx2": logging.WARNING,
    "uvicorn": logging.WARNING,  # says at INFO what we say ourselves
    "httpcore2": logging.WARNING,
    "trafilatura": logging.CRITICAL,  # calls each page without text an error
    "htmldate": logging.CRITICAL,
}


@dataclass(frozen=True, slots=True)
class Metric:
    """One row of the table.

    Attributes:
        name: in Prometheus.
        type: how it behaves.
        help: what it says.
        labels: names of its labels, in the order in which values are given.
        buckets: upper bounds of a histogram, in the metric's unit.
    """

    name: str
    type: MetricType
    help: str
    labels: tuple[str, ...] = ()
    buckets: tuple[float, ...] = ()


FEED_POLLS = Metric("sanctionwire_feed_polls_total", "counter", "Polls of a feed, by how they ended.", ("feed", "outcome"))
FEED_SUCCESS_TIME = Metric(
    "sanctionwire_feed_last_success_timestamp_seconds", "gauge", "When a feed was last polled well.", ("feed",)
)
FEED_NEW_TIME = Metric(
    "sanctionwire_feed_last_new_timestamp_seconds", "gauge", "When a feed last brought a new article, or was first read.", ("feed",)
)
FEED_SILENCE = Metric(
    "sanctionwire_feed_silence_seconds",
    "gauge",
    "Seconds since a feed brought something new, while that is longer than is expected of it, else 0.",
    ("feed",),
)
FEED_QUARANTINED = Metric(
    "sanctionwire_feed_entries_quarantined_total", "counter", "Entries of a feed that could not become articles.", ("feed",)
)
ARTICLES_PUBLISHED = Metric("sanctionwire_articles_published_total", "counter", "Articles put on the articles topic.", ("feed",))
ARTICLES = Metric("sanctionwire_articles_total", "counter", "Articles that the pipeline has taken from the log.")
COPIES = Metric("sanctionwire_copies_total", "counter", "Articles that repeat another one, by how.", ("copy_kind",))
ANALYSES = Metric("sanctionwire_analyses_total", "counter", "Analyses committed.")
SIGNALS = Metric("sanctionwire_signals_total", "counter", "Signals found, by kind.", ("kind",))
ALERTS = Metric("sanctionwire_alerts_total", "counter", "Alert versions committed.", ("family", "status"))
DEAD_LETTERS = Metric("sanctionwire_dead_letters_total", "counter", "Messages that a stage refused.", ("stage",))
REPEATS = Metric("sanctionwire_repeats_total", "counter", "Articles skipped, since the log holds their analysis already.")
TRANSACTION_SECONDS = Metric(
    "sanctionwire_transaction_seconds",
    "histogram",
    "Seconds that a Kafka transaction took, from its begin to its commit.",
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0),
)
PUBLICATION_TO_ALERT_SECONDS = Metric(
    "sanctionwire_publication_to_alert_seconds",
    "histogram",
    "Seconds from the record of an article to the commit of the alert that it raised or updated.",
    buckets=(0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0, 1800.0),
)
LAG_RECORDS = Metric(
    "sanctionwire_lag_records", "gauge", "Records between the committed offset and the end.", ("topic", "partition")
)
BEHIND_SECONDS = Metric(
    "sanctionwire_behind_seconds",
    "gauge",
    "Age of the oldest article of a partition that was read and is not finished, 0 when there is none.",
    ("partition",),
)
BACKLOG_SECONDS = Metric(
    "sanctionwire_backlog_seconds",
    "gauge",
    "Seconds that the present backlog of articles has lasted, else that the last one took until it was read.",
)
COLD_START_SECONDS = Metric("sanctionwire_cold_start_seconds", "gauge", "Seconds that the last cold start took to read the log.")
ACTIVE = Metric("sanctionwire_active", "gauge", "Whether this copy of the pipeline works (1) or stands by (0).")
TAKE_OVER_SECONDS = Metric(
    "sanctionwire_take_over_seconds",
    "gauge",
    "Seconds that this copy took, once it was told that no other works, until it worked; 0 if it did not stand by.",
)
DELIVERIES = Metric(
    "sanctionwire_deliveries_total", "counter", "Deliveries to a receiver, by what became of them.", ("receiver", "outcome")
)
DELIVERIES_WAITING = Metric(
    "sanctionwire_deliveries_waiting_records", "gauge", "Alerts that wait for a receiver, or that it has in hand.", ("receiver",)
)
DELIVERIES_BEHIND = Metric(
    "sanctionwire_deliveries_behind_records",
    "gauge",
    "Records of the log that are read again for a receiver which takes less than comes, 0 when it keeps up.",
    ("receiver",),
)
DELIVERY_SECONDS = Metric(
    "sanctionwire_delivery_seconds",
    "histogram",
    "Seconds from the reading of an alert to its delivery, the waits of its route included.",
    ("receiver",),
    buckets=(0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 5.0, 30.0, 300.0, 3600.0),
)
BUILD_INFO = Metric("sanctionwire_build_info", "gauge", "Always 1; the version is in the label.", ("version",))

METRICS: tuple[Metric, ...] = (
    FEED_POLLS,
    FEED_SUCCESS_TIME,
    FEED_NEW_TIME,
    FEED_SILENCE,
    FEED_QUARANTINED,
    ARTICLES_PUBLISHED,
    ARTICLES,
    COPIES,
    ANALYSES,
    SIGNALS,
    ALERTS,
    DEAD_LETTERS,
    REPEATS,
    TRANSACTION_SECONDS,
    PUBLICATION_TO_ALERT_SECONDS,
    LAG_RECORDS,
    BEHIND_SECONDS,
    BACKLOG_SECONDS,
    COLD_START_SECONDS,
    ACTIVE,
    TAKE_OVER_SECONDS,
    DELIVERIES,
    DELIVERIES_WAITING,
    DELIVERIES_BEHIND,
    DELIVERY_SECONDS,
    BUILD_INFO,
)


class Meters:
    """The metrics of the table, registered once; safe to use from many threads.

    Args:
        registry: where they are registered; one `Meters` for each registry.
        version: of Sanctionwire, for the build's metric.

    A metric without labels is 0 from the start; one with labels appears with its first value.
    """

    def __init__(self, registry: CollectorRegistry, version: str) -> None:
        self._counters = {
            metric: Counter(metric.name, metric.help, metric.labels, registry=registry) for metric in _of_type("counter")
        }
        self._gauges = {metric: Gauge(metric.name, metric.help, metric.labels, registry=registry) for metric in _of_type("gauge")}
        self._histograms = {
            metric: Histogram(metric.name, metric.help, metric.labels, registry=registry, buckets=metric.buckets)
            for metric in _of_type("histogram")
        }
        self.set(BUILD_INFO, 1.0, version)
        ProcessCollector(registry=registry)

    def count(self, metric: Metric, *labels: str, amount: float = 1.0) -> None:
        """Add to a counter; `labels` are the values in the order of the table."""
        counter = self._counters[metric]
        (counter.labels(*labels) if labels else counter).inc(amount)

    def set(self, metric: Metric, value: float, *labels: str) -> None:
        """Set a gauge; `labels` are the values in the order of the table."""
        gauge = self._gauges[metric]
        (gauge.labels(*labels) if labels else gauge).set(value)

    def observe(self, metric: Metric, value: float, *labels: str) -> None:
        """Add a value to a histogram; `labels` are the values in the order of the table."""
        histogram = self._histograms[metric]
        (histogram.labels(*labels) if labels else histogram).observe(value)


def set_up_logging(config: TelemetryConfig, stream: TextIO, *, is_colored: bool) -> None:
    """Send structlog's and the standard library's log lines to `stream`.

    Args:
        config: level and format; `auto` is the console on a terminal and JSON lines otherwise.
        stream: usually standard error.
        is_colored: whether the console may use colours (the caller knows `NO_COLOR`).
    """
    level = logging.getLevelNamesMapping()[config.log_level.upper()]
    is_console = config.log_format == "console" or (config.log_format == "auto" and stream.isatty())
    shared: list[Any] = [
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=_render(is_console, is_colored)))
    handler.addFilter(RepeatFilter("kafka", REPEAT_INTERVAL_SECS, time.monotonic))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name, library_level in LIBRARY_LEVELS.items():
        logging.getLogger(name).setLevel(logging.NOTSET if level == logging.DEBUG else max(level, library_level))


class RepeatFilter(logging.Filter):
    """Lets each message of a logger and its children pass once in a while; messages are the same if one line of code says them.

    Args:
        name: the logger; others are not held back.
        interval_secs: how long a message is held back after it passed.
        clock: monotonic seconds.
    """

    def __init__(self, name: str, interval_secs: float, clock: Callable[[], float]) -> None:
        super().__init__(name)
        self._interval_secs = interval_secs
        self._clock = clock
        self._passed_at: dict[tuple[str, int], float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Say whether a record passes."""
        if not super().filter(record):
            return True
        place = (record.pathname, record.lineno)
        now = self._clock()
        if now - self._passed_at.get(place, -self._interval_secs) < self._interval_secs:
            return False
        self._passed_at[place] = now
        return True


@dataclass(frozen=True, slots=True)
class Probes:
    """What a process answers of itself.

    Attributes:
        is_alive: false means that only a restart helps.
        not_ready: what is missing, one clause each; empty when the process does its work.
        not_fresh: in what its work is late, one clause each; empty when it is current.
    """

    is_alive: Callable[[], bool] = lambda: True
    not_ready: Callable[[], tuple[str, ...]] = lambda: ()
    not_fresh: Callable[[], tuple[str, ...]] = lambda: ()


@contextmanager
def serve(host: str, port: int, registry: CollectorRegistry, probes: Probes) -> Iterator[int]:
    """Answer /healthz, /readyz, /freshz and /metrics while the context lasts; gives the port.

    Args:
        host: address to listen on.
        port: 0 takes a free one.
        registry: what /metrics shows.
        probes: asked by the other three.

    Raises:
        ConfigError: the address cannot be listened on.
    """
    handler = type("Handler", (_Handler,), {"registry": registry, "probes": probes})
    server = bound(_Server, handler, host, port, "telemetry.port", "choose another [telemetry] host or port, or leave port out")
    with serving(server, "telemetry") as taken:
        yield taken


def answering(config: TelemetryConfig, registry: CollectorRegistry, probes: Probes = Probes()) -> AbstractContextManager[object]:
    """Serve as configured while the context lasts, or not at all where no port is; see `serve`."""
    return nullcontext() if config.port is None else serve(config.host, config.port, registry, probes)


def _of_type(kind: MetricType) -> list[Metric]:
    return [metric for metric in METRICS if metric.type == kind]


def _render(is_console: bool, is_colored: bool) -> list[Any]:  # noqa: FBT001
    if not is_console:
        last: list[Any] = [structlog.processors.JSONRenderer()]
    else:
        last = [_escape, structlog.dev.ConsoleRenderer(colors=is_colored, exception_formatter=structlog.dev.plain_traceback)]
    return [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last]


def _escape(_logger: WrappedLogger, _method: str, event_dict: EventDict) -> EventDict:
    """Take from every text what could steer a terminal: titles and URLs are written by strangers."""
    texts = {name: value for name, value in event_dict.items() if isinstance(value, str)}
    return {**event_dict} | {
        name: _plain_lines(text) if name == "exception" else plain(text, MAX_LOGGED_CHARACTERS) for name, text in texts.items()
    }


def _plain_lines(traceback: str) -> str:
    """Return a traceback made plain, with its lines and indents."""
    lines = [(line, line.lstrip(" ")) for line in traceback.split("\n")]
    return "\n".join(line[: len(line) - len(words)] + plain(words, MAX_LOGGED_CHARACTERS) for line, words in lines)


def _status(faults: tuple[str, ...]) -> HTTPStatus:
    return HTTPStatus.SERVICE_UNAVAILABLE if faults else HTTPStatus.OK


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True

    def handle_error(self, request: object, client_address: object) -> None:  # noqa: ARG002 -- the base class's signature
        """Log what went wrong with one request; a client that hangs up is nothing to speak of."""
        if not isinstance(sys.exception(), ConnectionError):
            logging.getLogger(__name__).warning("a telemetry request of %s failed", client_address, exc_info=True)


class _Handler(BaseHTTPRequestHandler):
    """Four pages, GET only; a client that says nothing is left after `timeout`."""

    registry: CollectorRegistry
    probes: Probes
    timeout = REQUEST_TIMEOUT_SECS
    server_version = "sanctionwire"
    sys_version = ""

    def do_GET(self) -> None:
        pages = {"/healthz": self._health, "/readyz": self._readiness, "/freshz": self._freshness, "/metrics": self._metrics}
        page = pages.get(self.path.partition("?")[0])
        if page is None:
            self._answer(HTTPStatus.NOT_FOUND, "text/plain; charset=utf-8", b"not found\n")
        else:
            page()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 -- the base class's name
        """Say nothing: probes come every few seconds."""

    def _health(self) -> None:
        is_alive = self.probes.is_alive()
        self._answer_json(HTTPStatus.OK if is_alive else HTTPStatus.SERVICE_UNAVAILABLE, {"alive": is_alive})

    def _readiness(self) -> None:
        missing = self.probes.not_ready()
        self._answer_json(_status(missing), {"ready": not missing, "missing": list(missing)})

    def _freshness(self) -> None:
        late = self.probes.not_fresh()
        self._answer_json(_status(late), {"fresh": not late, "late": list(late)})

    def _metrics(self) -> None:
        encode, content_type = choose_encoder(self.headers.get("Accept", ""))
        self._answer(HTTPStatus.OK, content_type, encode(self.registry))

    def _answer_json(self, status: HTTPStatus, body: dict[str, Any]) -> None:
        self._answer(status, "application/json", json.dumps(body).encode() + b"\n")

    def _answer(self, status: HTTPStatus, content_type: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

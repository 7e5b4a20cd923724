"""Spans to an OpenTelemetry collector, where one is configured: `[telemetry] otlp_endpoint`.

Three steps of an article's trace are told: `fetch` (from its arrival to its publication), `analyse` (from its record to the commit)
and `deliver` (from the reading of an alert to its delivery). Ids come from the trace and the step, so a step that is told twice is
one span. Nothing is started or kept where no endpoint is configured; the exporter is a package of its own, since most installations
read logs and metrics and no traces: `pip install opentelemetry-exporter-otlp-proto-http`.

Assumes that spans may be lost: they wait in a bounded queue, and a collector that is away costs some of them and nothing else.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import Literal

from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.trace import SpanContext, SpanKind, TraceFlags

from connectors.config import TelemetryConfig
from connectors.errors import ConfigError
from connectors.trace import FETCH, context_of, span_id

EXPORTER_MODULE = "opentelemetry.exporter.otlp.proto.http.trace_exporter"
EXPORTER_PACKAGE = "opentelemetry-exporter-otlp-proto-http"
Step = Literal["fetch", "analyse", "deliver"]
KINDS: dict[Step, SpanKind] = {"fetch": SpanKind.PRODUCER, "analyse": SpanKind.CONSUMER, "deliver": SpanKind.CLIENT}


@dataclass(frozen=True, slots=True)
class Spans:
    """Tells steps of traces to a processor; without one it tells nobody."""

    processor: SpanProcessor | None = None
    version: str = ""

    def told(self, step: Step, traceparent: str, began: float, ended: float, key: str = "", **attributes: str | int) -> None:
        """Tell one step.

        Args:
            step: which.
            traceparent: header of its trace; with an empty or broken one nothing is told.
            began, ended: seconds since 1970.
            key: what tells apart several such steps of one trace, such as receiver and alert.
            attributes: of the span.
        """
        parent = context_of(traceparent) if self.processor is not None and traceparent else None
        if self.processor is not None and parent is not None:
            self.processor.on_end(_span(step, parent, began, ended, key, attributes, self.version))


def _span(
    step: Step, parent: SpanContext, began: float, ended: float, key: str, attributes: Mapping[str, str | int], version: str
) -> ReadableSpan:
    trace_id = f"{parent.trace_id:032x}"
    own = int(span_id(trace_id, step, *([key] if key else [])), 16)
    context = SpanContext(parent.trace_id, own, is_remote=False, trace_flags=TraceFlags(TraceFlags.SAMPLED))
    is_root = step == FETCH and own == parent.span_id
    return ReadableSpan(
        name=step,
        context=context,
        parent=None if is_root else parent,
        resource=Resource({"service.name": "sanctionwire", "service.version": version}),
        attributes={f"sanctionwire.{name}": value for name, value in attributes.items()},
        kind=KINDS[step],
        start_time=int(began * 1e9),
        end_time=int(max(began, ended) * 1e9),
    )


def exporter(endpoint: str) -> SpanExporter:
    """Return what sends spans to a collector by OTLP over HTTP.

    Raises:
        ConfigError: the package that does it is not installed.
    """
    try:
        module = import_module(EXPORTER_MODULE)
    except ImportError as error:
        step = f"pip install {EXPORTER_PACKAGE}, or leave the key out"
        raise ConfigError("telemetry.otlp_endpoint", (f"needs the package {EXPORTER_PACKAGE}",), step) from error
    made: SpanExporter = module.OTLPSpanExporter(endpoint=endpoint)
    return made


@contextmanager
def telling(config: TelemetryConfig, version: str) -> Iterator[Spans]:
    """Give what tells spans as configured, and see to it that what waits is sent before the context ends.

    Raises:
        ConfigError: see `exporter`.
    """
    if config.otlp_endpoint is None:
        yield Spans()
        return
    processor = BatchSpanProcessor(exporter(config.otlp_endpoint))
    try:
        yield Spans(processor, version)
    finally:
        processor.shutdown()  # type: ignore[no-untyped-call]

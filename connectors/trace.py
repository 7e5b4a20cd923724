"""One trace for each article, from its fetch to the delivery of its alerts: the W3C `traceparent` in message headers.

    feeds ─► articles ─► pipeline ─► analyses, stories, alerts.*, dead-letters ─► subscribers ─► deliveries, webhook
             └──────────── the same `traceparent` header on every record that the article caused ────────────┘

The trace id is a hash of the article's id, so whoever tells the article again after a crash tells it under the same trace, and two
versions of one article share theirs. A publisher of articles that has traces of its own sends its own header, and we keep to it.

The header is handed on as it came, which W3C Trace Context lets a system do: spans of ours, where they are exported, hang beside
each other under the fetch. `tracestate` is not carried, since nobody here has anything to say in it.

Assumes that one record causes what one transaction holds of it. An alert's version carries the trace of the article that made it
then; the other articles of the alert are found by their ids, in `sources`.
"""

from collections.abc import Iterable

from opentelemetry.trace import SpanContext, get_current_span
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from connectors.messages.codec import Record
from connectors.messages.identity import content_id

HEADER = "traceparent"
MAX_HEADER_BYTES = 55  # of version 00: two digits, 32, 16, two, and three hyphens
FETCH = "fetch"
_PROPAGATOR = TraceContextTextMapPropagator()
SPAN_DIGITS = 16


def traceparent_of(name: str) -> str:
    """Return the header of what begins here: an article by its id, or what is none by its place in the log."""
    trace_id = content_id("trace", name)
    return f"00-{trace_id}-{span_id(trace_id, FETCH)}-01"


def span_id(trace_id: str, *step: str) -> str:
    """Return the 16 digits of a step's span: the same for the same step of the same trace."""
    return content_id("span", trace_id, *step)[:SPAN_DIGITS]


def carried(headers: Iterable[tuple[str, bytes | None]]) -> str:
    """Return the `traceparent` that a record carries, in the form of version 00; empty if it has none that is valid."""
    found = next((value for name, value in headers if name == HEADER), None)
    if found is None or len(found) > MAX_HEADER_BYTES:
        return ""
    context = context_of(found.decode("ascii", "replace"))
    return "" if context is None else f"00-{context.trace_id:032x}-{context.span_id:016x}-{context.trace_flags:02x}"


def context_of(traceparent: str) -> SpanContext | None:
    """Return what a header says, None if it is not valid."""
    context = get_current_span(_PROPAGATOR.extract({HEADER: traceparent})).get_span_context()
    return context if context.is_valid else None


def trace_id_of(traceparent: str) -> str:
    """Return the 32 digits of the trace; empty for an empty header."""
    return traceparent[3:35]


def with_trace(record: Record, traceparent: str) -> Record:
    """Return a record that carries the header; as it is where there is nothing to carry."""
    if not traceparent:
        return record
    return Record(record.key, record.value, (*record.headers, (HEADER, traceparent.encode())))

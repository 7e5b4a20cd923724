"""Spans, where somebody wants them."""

from collections.abc import Sequence

import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from connectors.config import TelemetryConfig
from connectors.errors import ConfigError
from connectors.spans import EXPORTER_PACKAGE, Spans, telling
from connectors.trace import context_of, traceparent_of

OWN = traceparent_of("an article")


def told_twice() -> Sequence[ReadableSpan]:
    exporter = InMemorySpanExporter()
    spans = Spans(SimpleSpanProcessor(exporter), "1.0")
    for _ in range(2):
        spans.told("fetch", OWN, 10.0, 11.0, feed="news")
        spans.told("analyse", OWN, 11.0, 12.5, key="0.7")
        spans.told("deliver", OWN, 12.5, 12.0, key="desk")
    spans.told("analyse", "", 1.0, 2.0)
    spans.told("analyse", "00-nonsense", 1.0, 2.0)
    return exporter.get_finished_spans()


def test_the_fetch_is_the_root_and_the_other_steps_hang_under_it() -> None:
    parent = context_of(OWN)
    assert parent is not None
    fetch, analyse, deliver = told_twice()[:3]
    assert fetch.parent is None
    assert fetch.context.span_id == parent.span_id
    for step in (analyse, deliver):
        assert step.parent is not None
        assert (step.parent.span_id, step.context.trace_id) == (parent.span_id, parent.trace_id)
    assert fetch.attributes == {"sanctionwire.feed": "news"}


def test_a_step_that_is_told_twice_is_one_span() -> None:
    spans = told_twice()
    assert len(spans) == 6, "and nothing is told of what has no trace"
    assert [one.context.span_id for one in spans[:3]] == [one.context.span_id for one in spans[3:]]
    assert len({one.context.span_id for one in spans}) == 3


def test_no_span_ends_before_it_begins() -> None:
    assert all(one.end_time >= one.start_time for one in told_twice())


def test_nothing_is_told_and_nothing_is_needed_without_an_endpoint() -> None:
    with telling(TelemetryConfig(), "1.0") as spans:
        assert spans.processor is None
        spans.told("fetch", OWN, 1.0, 2.0)


def test_an_endpoint_without_the_exporter_says_what_to_install() -> None:
    with pytest.raises(ConfigError, match=EXPORTER_PACKAGE), telling(TelemetryConfig(otlp_endpoint="http://127.0.0.1:4318"), "1.0"):
        pass

"""What is told of finished articles, and under which trace."""

from dataclasses import replace

import pytest
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from structlog.testing import capture_logs

from connectors.messages.codec import encode
from connectors.spans import Spans
from connectors.trace import carried, trace_id_of, traceparent_of, with_trace
from pipelines.decode import prepared
from pipelines.finish import finished
from pipelines.trail import Trail
from pipelines.work import Failure, LogRecord
from tests import builders

OWN = traceparent_of(builders.ARTICLE_ID)
THEIRS = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def log_record(traceparent: str = "", value: bytes | None = None) -> LogRecord:
    record = with_trace(encode(builders.article()), traceparent)
    return builders.log_record(value=record.value if value is None else value, headers=record.headers)


@pytest.mark.parametrize(("sent", "taken"), [(OWN, OWN), (THEIRS, THEIRS), ("", OWN), ("nonsense", OWN)])
def test_work_is_under_the_trace_that_its_record_carries_else_under_that_of_its_article(sent: str, taken: str) -> None:
    assert prepared(log_record(sent)).traceparent == taken


def test_what_is_no_article_is_under_the_trace_of_its_place_in_the_log() -> None:
    first, again = prepared(log_record(value=b"garbage")), prepared(log_record(value=b"garbage"))
    other = prepared(replace(log_record(value=b"garbage"), position=builders.position(8)))
    assert first.traceparent == again.traceparent != other.traceparent
    assert prepared(log_record(THEIRS, b"garbage")).traceparent == THEIRS


def test_every_record_that_an_article_leaves_carries_its_trace() -> None:
    work = builders.work(traceparent=OWN, story=builders.story(), alerts=(builders.alert(),))
    left = finished(work)
    assert len(left.records) == 3
    assert {carried(record.headers) for _, record in left.records} == {OWN}
    refused = finished(replace(work, failure=Failure(stage="Decode", reason="is not UTF-8")))
    assert [carried(record.headers) for _, record in refused.records] == [OWN]
    assert refused.traceparent == OWN


def test_alerts_and_refusals_are_logged_with_their_trace_and_nothing_else_is() -> None:
    quiet = builders.work(traceparent=OWN)
    loud = replace(quiet, alerts=(builders.alert(),))
    bad = replace(quiet, failure=Failure(stage="Decode", reason="is not UTF-8"))
    with capture_logs() as lines:
        for work in (quiet, loud, bad):
            Trail().told(finished(work), 0.0)
    assert [(line["event"], line["trace_id"]) for line in lines] == [
        ("alert committed", trace_id_of(OWN)),
        ("article refused", trace_id_of(OWN)),
    ]
    assert lines[0]["alert"] == f"{builders.ALERT_ID}.1"


def test_each_finished_article_is_a_span_from_its_record_to_the_commit() -> None:
    exporter = InMemorySpanExporter()
    work = builders.work(traceparent=OWN, alerts=(builders.alert(),))
    Trail(Spans(SimpleSpanProcessor(exporter))).told(finished(work), builders.PUBLISHED_AT.timestamp() + 2.0)
    (span,) = exporter.get_finished_spans()
    assert (span.name, span.end_time - span.start_time) == ("analyse", 2_000_000_000)
    assert span.attributes["sanctionwire.alerts"] == 1

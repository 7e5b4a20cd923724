"""What is told of articles once their transaction is safe: a log line for each alert and each refusal, and a span for each trace.

An article that says nothing about sanctions leaves no line: at a hundred thousand articles a day nobody would find the others.
"""

from dataclasses import dataclass, field

import structlog

from connectors.spans import Spans
from connectors.topics import ALERT_TOPICS
from connectors.trace import trace_id_of
from pipelines.finish import Finished

ALERT_NAMES = frozenset(topic.name for topic in ALERT_TOPICS.values())
LOG = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Trail:
    """Tells what was committed.

    Attributes:
        spans: to whom spans are told.
    """

    spans: Spans = field(default_factory=Spans)

    def told(self, article: Finished, now: float) -> None:
        """Tell of one article.

        Args:
            article: finished and committed.
            now: seconds since 1970.
        """
        trace_id, place = trace_id_of(article.traceparent), article.position
        if article.outcome == "refused":
            LOG.warning("article refused", stage=article.stage, partition=place.partition, offset=place.offset, trace_id=trace_id)
        for alert in alerts_of(article):
            LOG.info("alert committed", alert=alert, trace_id=trace_id)
        self.spans.told(
            "analyse", article.traceparent, article.timestamp_ms / 1000, now, key=f"{place.partition}.{place.offset}",
            outcome=article.outcome, partition=place.partition, offset=place.offset, alerts=len(article.alerts),
        )  # fmt: skip


def alerts_of(article: Finished) -> tuple[str, ...]:
    """Return the alerts that an article made versions of, as `id.version`."""
    headers = (dict(record.headers) for topic, record in article.records if topic in ALERT_NAMES)
    return tuple(header["ce_id"].decode() for header in headers)

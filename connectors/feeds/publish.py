"""Articles to Kafka, through an idempotent producer.

The record's time is when it is published; the event time is in the message. Here an article's trace begins.

`flush` asks every record's future: a producer that has flushed has tried everything, and what it could not deliver is known to the
futures alone.
"""

import time
from types import TracebackType
from typing import Any, Self

import structlog

from connectors.config import KafkaConfig
from connectors.kafka import broker_errors, producer, publish, topic_name
from connectors.messages.article import Article
from connectors.messages.codec import encode
from connectors.spans import Spans
from connectors.topics import ARTICLES
from connectors.trace import trace_id_of, traceparent_of, with_trace

LOG = structlog.get_logger(__name__)
CLOSE_SECS = 1.0  # what is not safe by then is published again by the next run


class KafkaPublisher:
    """Publishes to the `articles` topic; see `base.Publisher` for what a failed `flush` means.

    Args:
        config: the brokers.
        spans: told of each article's fetch.

    Raises:
        BrokerError: no broker answers, or it refuses us.
    """

    def __init__(self, config: KafkaConfig, spans: Spans = Spans()) -> None:  # noqa: B008 -- it has no state
        self._config = config
        self._spans = spans
        self._topic = topic_name(config, ARTICLES)
        self._producer = producer(config)
        self._sent: list[Any] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._producer.close(timeout=CLOSE_SECS)

    def publish(self, article: Article) -> None:
        """Hand one article to the producer.

        Raises:
            MessageError: it breaks the contract.
            BrokerError: the producer takes nothing more.
        """
        traceparent, now = traceparent_of(article.id), time.time()
        record = with_trace(encode(article), traceparent)
        with broker_errors(self._config):
            self._sent.append(publish(self._producer, self._topic, record, int(now * 1000)))
        LOG.debug("article published", feed=article.feed, article=article.id, trace_id=trace_id_of(traceparent))
        told: dict[str, Any] = {"feed": article.feed, "article": article.id, "version": article.version}
        self._spans.told("fetch", traceparent, article.fetched_at.timestamp(), now, **told)

    def flush(self) -> None:
        """Wait until the broker has all that was published since the last flush; after an error none of it is waited for.

        Raises:
            BrokerError: the broker did not take one of them.
        """
        sent, self._sent = self._sent, []
        with broker_errors(self._config):
            self._producer.flush()
            for future in sent:
                future.get()

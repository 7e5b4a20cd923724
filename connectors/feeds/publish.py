"""Articles to Kafka, through an idempotent producer."""

import time
from types import TracebackType
from typing import Any, Self

from connectors.config import KafkaConfig
from connectors.kafka import broker_errors, producer, publish, topic_name
from connectors.messages.article import Article
from connectors.messages.codec import encode
from connectors.topics import ARTICLES


class KafkaPublisher:
    """Publishes to the `articles` topic; see `base.Publisher` for what a failed `flush` means.

    Raises:
        BrokerError: no broker answers, or it refuses us.
    """

    def __init__(self, config: KafkaConfig) -> None:
        self._config = config
        self._topic = topic_name(config, ARTICLES)
        self._producer = producer(config)
        self._sent: list[Any] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._producer.close()

    def publish(self, article: Article) -> None:
        """Hand one article to the producer."""
        record = encode(article)
        with broker_errors(self._config):
            self._sent.append(publish(self._producer, self._topic, record, time.time_ns() // 1_000_000))

    def flush(self) -> None:
        """Wait until the broker has all that was published since the last flush."""
        sent, self._sent = self._sent, []
        with broker_errors(self._config):
            self._producer.flush()
            for future in sent:
                future.get()

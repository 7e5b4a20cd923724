"""Articles to Kafka, through an idempotent producer.

The record's time is when it is published; the event time is in the message. `flush` asks every record's future: a producer that has
flushed has tried everything, and what it could not deliver is known to the futures alone.
"""

import time
from types import TracebackType
from typing import Any, Self

from connectors.config import KafkaConfig
from connectors.kafka import broker_errors, producer, publish, topic_name
from connectors.messages.article import Article
from connectors.messages.codec import encode
from connectors.topics import ARTICLES

CLOSE_SECS = 1.0  # what is not safe by then is published again by the next run


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
        self._producer.close(timeout=CLOSE_SECS)

    def publish(self, article: Article) -> None:
        """Hand one article to the producer.

        Raises:
            MessageError: it breaks the contract.
            BrokerError: the producer takes nothing more.
        """
        record = encode(article)
        with broker_errors(self._config):
            self._sent.append(publish(self._producer, self._topic, record, time.time_ns() // 1_000_000))

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

"""Articles to a producer, and what a flush finds out."""

from typing import Any

import pytest
from kafka.errors import KafkaTimeoutError

from connectors.config import KafkaConfig
from connectors.errors import BrokerError
from connectors.feeds import publish
from connectors.feeds.publish import KafkaPublisher
from tests import builders


class Sent:
    """A future that holds what became of one record."""

    def __init__(self, error: Exception | None) -> None:
        self.error = error

    def get(self) -> None:
        if self.error is not None:
            raise self.error


class Producer:
    """Stands for the client: takes records, loses those that it is told to lose."""

    def __init__(self) -> None:
        self.records: list[tuple[str, bytes]] = []
        self.loses = False
        self.flushes = 0

    def send(self, topic: str, *, key: bytes, **_: object) -> Sent:
        self.records.append((topic, key))
        return Sent(KafkaTimeoutError("expired") if self.loses else None)

    def flush(self) -> None:
        self.flushes += 1

    def close(self, timeout: float) -> None:
        assert timeout < 2


@pytest.fixture
def producer(monkeypatch: pytest.MonkeyPatch) -> Producer:
    fake = Producer()
    monkeypatch.setattr(publish, "producer", lambda _: fake)
    return fake


def publisher(**config: Any) -> KafkaPublisher:
    return KafkaPublisher(KafkaConfig(**config))


def test_an_article_goes_to_its_topic_under_its_id(producer: Producer) -> None:
    with publisher(topic_prefix="test.") as made:
        made.publish(builders.article())
        made.flush()
    assert producer.records == [("test.articles", builders.ARTICLE_ID.encode())]


def test_a_record_that_the_broker_did_not_take_fails_the_flush_once(producer: Producer) -> None:
    made = publisher()
    producer.loses = True
    made.publish(builders.article())
    with pytest.raises(BrokerError, match="expired"):
        made.flush()
    made.flush()
    assert producer.flushes == 2

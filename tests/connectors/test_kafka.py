"""Kafka without a broker: names, settings, and what is said when nobody answers. What a broker does is in tests/end_to_end."""

import socket
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from kafka import errors

from connectors import kafka
from connectors.config import KafkaConfig
from connectors.errors import BrokerError, FencedError, TopicError
from connectors.kafka import broker_errors, topic_name
from connectors.settings import Secret
from connectors.topics import ALERTS_THREAT, ARTICLES

PLAIN = KafkaConfig()
LOGIN = KafkaConfig(
    bootstrap_servers="a.example:9093, b.example:9093",
    security_protocol="SASL_SSL",
    sasl_mechanism="SCRAM-SHA-512",
    sasl_username="reader",
    sasl_password=Secret("hunter2"),
    ssl_cafile=Path("ca.pem"),
)
MAKERS: dict[str, Callable[[KafkaConfig], Any]] = {
    "producer": kafka.producer,
    "consumer": kafka.consumer,
    "read_all": lambda config: list(kafka.read_all(config, [ARTICLES])),
    "follow": lambda config: list(kafka.follow(config, [ARTICLES])),
    "ensure_topics": kafka.ensure_topics,
    "compare_topics": kafka.compare_topics,
    "broker_version": kafka.broker_version,
}


@pytest.fixture
def nobody() -> KafkaConfig:
    """An address of this machine on which nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    return KafkaConfig(bootstrap_servers=f"127.0.0.1:{port}")


def translated(error: Exception, config: KafkaConfig = PLAIN) -> Exception:
    with pytest.raises(BrokerError) as caught, broker_errors(config):
        raise error
    return caught.value


def test_a_topics_name_has_the_prefix() -> None:
    assert topic_name(KafkaConfig(topic_prefix="test."), ALERTS_THREAT) == "test.alerts.threat"


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_where_nobody_answers_the_error_says_how_to_start_a_broker(
    make: Callable[[KafkaConfig], Any], nobody: KafkaConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kafka, "CONNECT_TIMEOUT_MS", 300)
    with pytest.raises(BrokerError, match=r"no broker answers .*sanctionwire local up") as caught:
        make(nobody)
    assert caught.value.subject == nobody.bootstrap_servers


class TestErrors:
    @pytest.mark.parametrize(
        "error",
        [
            errors.ProducerFencedError(),
            errors.InvalidProducerEpochError(),
            errors.KafkaError(
                "Cannot perform send because at least one request has failed with errors.", errors.ProducerFencedError()
            ),
            errors.KafkaError(
                "Cannot execute transactional method because we are in an error state: [Error 90] ProducerFencedError"
            ),
        ],
    )
    def test_a_fenced_producer_is_told_from_the_rest(self, error: Exception) -> None:
        found = translated(error, replace(PLAIN, transactional_id="mine"))
        assert (type(found), str(found)) == (FencedError, "mine: another copy of the job has taken over (stop one of the two)")

    def test_a_missing_topic_is_told_from_the_rest(self) -> None:
        assert type(translated(errors.UnknownTopicOrPartitionError("articles"))) is TopicError

    def test_a_refused_login_points_to_the_configuration(self) -> None:
        assert "sasl" in str(translated(errors.SaslAuthenticationFailedError("no"), LOGIN))

    def test_any_other_error_keeps_its_name_and_cause(self) -> None:
        cause = errors.NotEnoughReplicasError("two of three")
        found = translated(cause)
        assert "NotEnoughReplicasError" in str(found)
        assert found.__cause__ is cause

    def test_errors_that_are_not_the_clients_pass(self) -> None:
        with pytest.raises(ZeroDivisionError), broker_errors(PLAIN):
            _ = 1 / 0

    def test_no_error_shows_the_password(self) -> None:
        for error in (errors.KafkaError("x"), errors.SaslAuthenticationFailedError("x"), errors.ProducerFencedError()):
            assert "hunter2" not in str(translated(error, LOGIN))


class TestSettings:
    """What the client is given, seen where the client takes it."""

    @pytest.fixture
    def given(self, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
        seen: dict[str, Any] = {}
        monkeypatch.setattr(kafka, "KafkaConsumer", lambda **settings: seen.update(settings))
        monkeypatch.setattr(kafka, "KafkaProducer", lambda **settings: seen.update(settings))
        return seen

    def test_brokers_are_a_list(self, given: dict[str, Any]) -> None:
        kafka.consumer(LOGIN)
        assert given["bootstrap_servers"] == ["a.example:9093", "b.example:9093"]

    def test_login_and_certificates_are_handed_on(self, given: dict[str, Any]) -> None:
        kafka.producer(LOGIN)
        names = ("security_protocol", "sasl_mechanism", "sasl_plain_username", "sasl_plain_password", "ssl_cafile", "ssl_certfile")
        assert [given[name] for name in names] == ["SASL_SSL", "SCRAM-SHA-512", "reader", "hunter2", "ca.pem", None]

    def test_a_producer_waits_for_all_replicas_and_drops_duplicates(self, given: dict[str, Any]) -> None:
        kafka.producer(PLAIN)
        assert (given["acks"], given["enable_idempotence"], given["transactional_id"]) == ("all", True, None)

    def test_a_consumer_hides_aborted_records_and_commits_nothing(self, given: dict[str, Any]) -> None:
        kafka.consumer(PLAIN)
        assert (given["isolation_level"], given["enable_auto_commit"], given["group_id"]) == ("read_committed", False, None)

    def test_nobody_creates_topics_by_accident(self, given: dict[str, Any]) -> None:
        for make in (kafka.producer, kafka.consumer):
            make(PLAIN)
            assert given["allow_auto_create_topics"] is False

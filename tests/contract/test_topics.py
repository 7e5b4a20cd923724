"""The table of topics."""

import re
from dataclasses import fields
from typing import get_args

import pytest

from connectors.messages.alert import ALERT_FAMILIES, MEASURE_FAMILIES, Alert, AlertFamily
from connectors.messages.analysis import Analysis
from connectors.messages.article import Article
from connectors.messages.codec import MAX_VALUE_BYTES, Message, encode
from connectors.messages.dead_letter import DeadLetter
from connectors.messages.delivery import Delivery
from connectors.messages.disposition import Disposition
from connectors.messages.signal import CAMEO, PLOVER, Measure, SignalKind
from connectors.messages.silence import Silence
from connectors.messages.story import Story
from connectors.topics import ALERT_TOPICS, DAY_MS, MAX_MESSAGE_BYTES, TOPICS, Topic
from tests import builders

CLASSES: dict[str, type] = {
    each.__name__: each for each in (Article, Analysis, Story, Alert, Disposition, Silence, Delivery, DeadLetter)
}


def test_they_are_those_of_the_contract() -> None:
    assert [topic.name for topic in TOPICS] == [
        "articles",
        "analyses",
        "stories",
        "alerts.threat",
        "alerts.measure",
        "alerts.easing",
        "dispositions",
        "silences",
        "deliveries",
        "dead-letters",
    ]


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.name)
class TestEach:
    def test_its_name_is_one_that_kafka_takes(self, topic: Topic) -> None:
        assert re.fullmatch(r"[a-zA-Z0-9._-]{1,149}", topic.name)

    def test_it_carries_a_message_of_ours(self, topic: Topic) -> None:
        assert topic.message in CLASSES

    def test_its_key_is_a_field_of_its_message(self, topic: Topic) -> None:
        assert topic.key in {field.name for field in fields(CLASSES[topic.message])}

    def test_its_cleanup_is_one_that_kafka_knows(self, topic: Topic) -> None:
        assert set(topic.cleanup.split(",")) <= {"compact", "delete"}

    def test_it_is_kept_for_ever_only_where_it_is_compacted(self, topic: Topic) -> None:
        assert (topic.retention_ms == -1) == (topic.cleanup == "compact")

    def test_its_settings_leave_room_for_what_the_codec_refuses(self, topic: Topic) -> None:
        assert topic.config["max.message.bytes"] == str(MAX_MESSAGE_BYTES)
        assert MAX_MESSAGE_BYTES > 2 * MAX_VALUE_BYTES

    def test_its_segments_close_early_where_only_compaction_keeps_it_short(self, topic: Topic) -> None:
        assert ("segment.bytes" in topic.config) == (topic.cleanup == "compact")


def test_the_record_key_is_the_field_that_the_table_names() -> None:
    made: dict[str, Message] = {"Article": builders.article(), "Analysis": builders.analysis(), "Story": builders.story()}
    made |= {"Alert": builders.alert(), "Disposition": builders.disposition()}
    made |= {"Silence": builders.silence(), "Delivery": builders.delivery()}
    for topic in TOPICS:
        if topic.message in made:
            message = made[topic.message]
            assert encode(message).key == getattr(message, topic.key).encode()


def test_every_family_of_alerts_has_a_topic_of_its_own() -> None:
    assert set(ALERT_TOPICS) == set(get_args(AlertFamily))
    assert len({topic.name for topic in ALERT_TOPICS.values()}) == len(ALERT_TOPICS)


def test_articles_are_kept_longest_of_what_is_deleted() -> None:
    days = {topic.name: topic.retention_ms // DAY_MS for topic in TOPICS if topic.retention_ms > 0}
    assert days["articles"] == max(days.values())


def test_every_kind_but_the_silent_ones_raises_alerts() -> None:
    assert set(get_args(SignalKind)) - set(ALERT_FAMILIES) == {"denial", "question", "mention"}


def test_every_measure_has_a_family() -> None:
    assert set(MEASURE_FAMILIES) == set(get_args(Measure))


@pytest.mark.parametrize("codes", [CAMEO, PLOVER], ids=["CAMEO", "PLOVER"])
def test_every_kind_has_its_place_in_the_scheme(codes: dict[str, str]) -> None:
    assert set(codes) == set(get_args(SignalKind))

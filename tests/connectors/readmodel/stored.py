"""Records as a topic would hold them, without a broker."""

from itertools import count

from connectors.kafka import Stored
from connectors.messages.alert import Alert
from connectors.messages.analysis import Analysis, Position
from connectors.messages.codec import Message, encode
from connectors.messages.disposition import Disposition
from connectors.messages.silence import Silence
from connectors.messages.story import Story
from connectors.topics import ALERT_TOPICS, ANALYSES, DISPOSITIONS, SILENCES, STORIES, Topic

STAMPED_MS = 1_640_937_600_000
_OFFSETS = count()


def topic_of(message: Message) -> Topic:
    """The topic that carries a message."""
    if isinstance(message, Alert):
        return ALERT_TOPICS[message.family]
    return {Story: STORIES, Analysis: ANALYSES, Disposition: DISPOSITIONS, Silence: SILENCES}[type(message)]  # type: ignore[index]


def stored(message: Message, offset: int | None = None, *, stamped_ms: int = STAMPED_MS) -> Stored:
    """The record of a message, at an offset after all others if none is given."""
    topic, record = topic_of(message), encode(message)
    position = Position(topic=topic.name, partition=0, offset=next(_OFFSETS) if offset is None else offset)
    return Stored(topic, position, stamped_ms, record.key, record.value, record.headers)


def raw(topic: Topic, key: bytes, value: bytes | None, offset: int | None = None) -> Stored:
    """A record of any bytes."""
    position = Position(topic=topic.name, partition=0, offset=next(_OFFSETS) if offset is None else offset)
    return Stored(topic, position, STAMPED_MS, key, value, ())

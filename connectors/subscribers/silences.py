"""Silences: who mutes what until when. Decisions are pure functions; `add` and `expire` put messages on the topic `silences`.

The topic is compacted by the silence's id, so its newest message is what holds. An expired silence stays on it as such.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from connectors.config import KafkaConfig
from connectors.errors import MessageError
from connectors.kafka import Stored, publish_one, read_all
from connectors.messages.codec import decode, encode
from connectors.messages.silence import Matcher, Silence, silence_id
from connectors.subscribers.labels import Labels
from connectors.subscribers.matchers import all_match, checked, parse
from connectors.topics import SILENCES

MAX_DURATION = timedelta(days=366)
MAX_AUTHOR, MAX_COMMENT = 64, 2_000


def silence_of(matchers: str, author: str, comment: str, duration: timedelta, now: datetime) -> Silence:
    """Return the silence that somebody asks for.

    Args:
        matchers: such as `kind="threat", target=~"RUS|BLR"`.
        author, comment: who, and why.
        duration: how long, from now.
        now: when it is made.

    Raises:
        ValueError: no matchers, or wrong ones, no author or comment, or a duration of nothing or over a year; the text says which.
    """
    parsed = parse(matchers)
    if not parsed:
        raise ValueError("a silence needs a matcher, or it would mute everything")
    if not 0 < len(author.strip()) <= MAX_AUTHOR:
        raise ValueError(f"author is who mutes, in {MAX_AUTHOR} characters at most")
    if not 0 < len(comment.strip()) <= MAX_COMMENT:
        raise ValueError(f"comment says why, in {MAX_COMMENT} characters at most")
    if not timedelta() < duration <= MAX_DURATION:
        raise ValueError(f"a silence lasts more than nothing and at most {MAX_DURATION.days} days")
    return Silence(
        id=silence_id(parsed, author.strip(), now),
        matchers=parsed,
        author=author.strip(),
        comment=comment.strip(),
        starts_at=now,
        ends_at=now + duration,
        created_at=now,
    )


def is_active(silence: Silence, now: datetime) -> bool:
    """Say whether a silence mutes at this moment."""
    is_ended = silence.expired_at is not None and silence.expired_at <= now
    return silence.starts_at <= now < silence.ends_at and not is_ended


def is_muted(labels: Labels, silences: Iterable[Silence], now: datetime) -> Silence | None:
    """Return the silence that mutes an alert with these labels now, None where none does."""
    return next((one for one in silences if is_active(one, now) and one.matchers and _fits(one.matchers, labels)), None)


def expired(silence: Silence, now: datetime) -> Silence:
    """Return a silence ended now; one that has ended already is left as it is."""
    return replace(silence, expired_at=now) if silence.expired_at is None and now < silence.ends_at else silence


def silences_of(records: Iterable[Stored], on_bad: Callable[[Stored, MessageError], None] | None = None) -> dict[str, Silence]:
    """Return the newest message of each silence; a record that is none is told to `on_bad` and passed over."""
    found: dict[str, Silence] = {}
    for stored in records:
        if stored.value is None:
            found.pop((stored.key or b"").decode("utf-8", "replace"), None)
            continue
        try:
            silence = decode(Silence, stored.value, stored.headers)
        except MessageError as error:
            if on_bad is not None:
                on_bad(stored, error)
        else:
            found[silence.id] = silence
    return found


def read_silences(config: KafkaConfig) -> Mapping[str, Silence]:
    """Return all silences on the topic by id, expired ones too.

    Raises:
        TopicError, BrokerError: the topic cannot be read.
    """
    return silences_of(read_all(config, [SILENCES]))


def write(config: KafkaConfig, silence: Silence, now: datetime) -> None:
    """Put a silence, new or ended, on the topic.

    Raises:
        BrokerError: the brokers cannot be reached, or refuse.
    """
    publish_one(config, SILENCES, encode(silence), int(now.timestamp() * 1000))


def _fits(matchers: tuple[Matcher, ...], labels: Labels) -> bool:
    """Say whether matchers of a message fit; one that cannot be used, of another release perhaps, mutes nothing."""
    try:
        for matcher in matchers:
            checked(matcher)
    except ValueError:
        return False
    return all_match(matchers, labels)

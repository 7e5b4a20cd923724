"""Silences: who mutes what until when. Decisions are pure functions; `add` and `expire` put messages on the topic `silences`.

The topic is compacted by the silence's id, so its newest message is what holds. An expired silence stays on it as such. Whether
the matchers of a message can be used is asked once, when it is taken in (`is_usable`): `is_muted` takes it for granted.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from connectors.config import KafkaConfig
from connectors.errors import MessageError
from connectors.kafka import Stored, publish_one, read_all
from connectors.messages.codec import decode, encode
from connectors.messages.silence import Silence, silence_id
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


def is_usable(silence: Silence) -> bool:
    """Say whether a silence can mute: it has matchers, and this release knows their labels and can read their expressions."""
    try:
        for matcher in silence.matchers:
            checked(matcher)
    except ValueError:
        return False
    return bool(silence.matchers)


def is_muted(labels: Labels, silences: Iterable[Silence], now: datetime) -> Silence | None:
    """Return the silence that mutes an alert with these labels now, None where none does; only what `is_usable` comes here."""
    return next((one for one in silences if is_active(one, now) and all_match(one.matchers, labels)), None)


def expired(silence: Silence, now: datetime, by: str | None = None) -> Silence:
    """Return a silence ended now; one that has ended already is left as it is.

    Args:
        silence: what is to end.
        now: when.
        by: who ends it; None where nobody is told apart.

    Raises:
        ValueError: `by` is no name.
    """
    if by is not None and not 0 < len(by.strip()) <= MAX_AUTHOR:
        raise ValueError(f"author is who ends it, in {MAX_AUTHOR} characters at most")
    is_over = silence.expired_at is not None or silence.ends_at <= now
    return silence if is_over else replace(silence, expired_at=now, expired_by=None if by is None else by.strip())


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

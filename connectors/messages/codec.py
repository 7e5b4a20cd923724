"""Message to Kafka record and back: compact JSON in the value, CloudEvents attributes in the headers.

The headers follow the Kafka protocol binding of CloudEvents 1.0.2, section 3.2 (binary content mode): `ce_` before each attribute
and `content-type` for the value. Encoding the same message gives the same bytes on every machine: fields in the order of their
class, `null` and defaults kept, no clock, no random number.

Decoding accepts a record without headers, so that an article can be published by hand; a `ce_type` that is present must name the
expected message in a known major version. The size is looked at before the value is parsed.

A dead letter is the exception: its value is the refused record's value unchanged, and what is said about it travels in CloudEvents
extension attributes (`ce_stage`, `ce_reason`, `ce_origintopic`, `ce_originpartition`, `ce_originoffset`).
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NoReturn, TypeVar
from urllib.parse import quote

from connectors.errors import MissingFieldError, NotTextError, TooLargeError, UnknownVersionError, WrongTypeError, WrongValueError
from connectors.messages.alert import Alert
from connectors.messages.analysis import Analysis, Position
from connectors.messages.article import Article, event_time
from connectors.messages.dead_letter import DeadLetter
from connectors.messages.delivery import Delivery
from connectors.messages.disposition import Disposition
from connectors.messages.fields import format_time, from_dict, to_dict
from connectors.messages.identity import content_id
from connectors.messages.silence import Silence
from connectors.messages.story import Story

__all__ = [
    "MAX_VALUE_BYTES",
    "Message",
    "Record",
    "decode",
    "decode_dead_letter",
    "encode",
    "encode_dead_letter",
    "from_dict",
    "parse_object",
    "record_of",
    "to_dict",
]

Message = Article | Analysis | Story | Alert | Disposition | Silence | Delivery
Headers = Iterable[tuple[str, bytes | None]]
T = TypeVar("T", bound=Message)

MAJOR_VERSION = 1
MAX_VALUE_BYTES = 4 * 1024 * 1024
MAX_REASON_CHARACTERS = 1_000
TYPE_NAMES: dict[type, str] = {
    Article: "article",
    Analysis: "analysis",
    Story: "story",
    Alert: "alert",
    Disposition: "disposition",
    Silence: "silence",
    Delivery: "delivery",
    DeadLetter: "dead_letter",
}
EVENT_TYPE = re.compile(r"sanctionwire\.([a-z_]+)\.v(\d{1,9})", re.ASCII)
SCHEMA_STEP = "see `sanctionwire schema` for the contract"


@dataclass(frozen=True, slots=True)
class Record:
    """What Kafka carries: a key, a value, and headers in the order in which they are written."""

    key: bytes
    value: bytes
    headers: tuple[tuple[str, bytes], ...]


@dataclass(frozen=True, slots=True)
class _Event:
    """The CloudEvents attributes that differ from message to message."""

    id: str
    subject: str
    source: str
    time: datetime


def encode(message: Message) -> Record:
    """Return the record of a message.

    Raises:
        WrongValueError: a text holds half of a surrogate pair, a number is not finite, or a time has no zone.
        TooLargeError: the value would be over `MAX_VALUE_BYTES`, so that no reader would take it.
    """
    return record_of(message, _to_json(message))


def record_of(message: Message, value: bytes) -> Record:
    """Return the record of a message that has been written as JSON.

    Raises:
        TooLargeError: the value is over `MAX_VALUE_BYTES`, so that no reader would take it.
    """
    event = _event(message)
    if len(value) > MAX_VALUE_BYTES:
        raise TooLargeError(type(message).__name__, f"has {len(value)} bytes, more than {MAX_VALUE_BYTES}", "cut its longest texts")
    more = {"dataschema": schema_urn(type(message)), "time": format_time(event.time)}
    headers = _headers(type(message), event.id, event.subject, event.source, "application/json", more)
    return Record(event.subject.encode(), value, headers)


def decode(message_class: type[T], value: bytes | None, headers: Headers = ()) -> T:
    """Return the message that a record holds.

    Args:
        message_class: the message expected, by the topics table.
        value: the record's value; None is a tombstone, which is no message.
        headers: the record's headers; without a `ce_type` the current major version is assumed.

    Raises:
        MessageError: one of its children, with the path of the field as `subject`.
    """
    subject = message_class.__name__
    _check_type(message_class, _text_of(headers, "ce_type"))
    return from_dict(message_class, parse_object(value, subject))


def parse_object(value: bytes | None, subject: str) -> dict[str, Any]:
    """Return the JSON object in `value`, distrusting it.

    Args:
        value: UTF-8 bytes of one JSON object.
        subject: what to call it in an error.

    Raises:
        TooLargeError: more than `MAX_VALUE_BYTES`; nothing is parsed then.
        NotTextError: no value, not UTF-8, not JSON (NaN and Infinity included), a key twice, nested too deep, or not an object.
    """
    if value is None:
        raise NotTextError(subject, "has no value: a tombstone", SCHEMA_STEP)
    if len(value) > MAX_VALUE_BYTES:
        raise TooLargeError(subject, f"has {len(value)} bytes, more than {MAX_VALUE_BYTES}", "publish a shorter text")
    data = _parse(value, subject)
    if not isinstance(data, dict):
        raise NotTextError(subject, f"is a JSON {type(data).__name__}, not an object", SCHEMA_STEP)
    return data


def encode_dead_letter(letter: DeadLetter) -> Record:
    """Return the record of a dead letter: key and value unchanged, the rest in headers."""
    origin = letter.origin
    place = f"{origin.topic}/{origin.partition}/{origin.offset}"
    attributes = {
        "stage": letter.stage,
        "reason": " ".join(letter.reason.split())[:MAX_REASON_CHARACTERS],
        "origintopic": origin.topic,
        "originpartition": str(origin.partition),
        "originoffset": str(origin.offset),
    }
    headers = _headers(DeadLetter, place, place, "/sanctionwire/pipeline", "application/octet-stream", attributes)
    return Record(letter.key, letter.value, headers)


def decode_dead_letter(key: bytes | None, value: bytes | None, headers: Headers) -> DeadLetter:
    """Return the dead letter that a record holds.

    Raises:
        MissingFieldError, WrongTypeError, WrongValueError, UnknownVersionError: a header is absent or wrong.
    """
    named = tuple(headers)
    _check_type(DeadLetter, _text_of(named, "ce_type"))
    origin = Position(
        topic=_required(named, "ce_origintopic", "origin.topic"),
        partition=_required_integer(named, "ce_originpartition", "origin.partition"),
        offset=_required_integer(named, "ce_originoffset", "origin.offset"),
    )
    stage, reason = _required(named, "ce_stage", "stage"), _required(named, "ce_reason", "reason")
    return DeadLetter(key=key or b"", value=value or b"", stage=stage, reason=reason, origin=origin)


def event_type(message_class: type) -> str:
    """Return the `ce_type` of a message class, such as `sanctionwire.alert.v1`."""
    return f"sanctionwire.{TYPE_NAMES[message_class]}.v{MAJOR_VERSION}"


def schema_urn(message_class: type) -> str:
    """Return the `ce_dataschema` of a message class: the `$id` of its JSON Schema."""
    return f"urn:sanctionwire:schema:{TYPE_NAMES[message_class]}:v{MAJOR_VERSION}"


def _event(message: Message) -> _Event:
    pipeline = "/sanctionwire/pipeline"
    match message:
        case Article():
            source = f"/sanctionwire/feeds/{quote(message.feed, safe='', errors='replace')}"
            return _Event(f"{message.id}.{message.version}", message.id, source, event_time(message))
        case Analysis():
            return _Event(f"{message.article_id}.{message.article_version}", message.article_id, pipeline, message.event_time)
        case Story() | Alert():
            return _Event(f"{message.id}.{message.version}", message.id, pipeline, message.last_at)
        case Disposition():
            mark = content_id(message.alert_id, str(message.alert_version), message.author, format_time(message.decided_at))
            return _Event(mark, message.alert_id, "/sanctionwire/analysts", message.decided_at)
        case Silence():
            state = "expired" if message.expired_at is not None else "made"
            return _Event(f"{message.id}.{state}", message.id, "/sanctionwire/analysts", message.expired_at or message.created_at)
        case Delivery():
            mark = f"{message.id}.{message.alert_version}.{message.repeats}.{message.status}"
            return _Event(mark, message.id, "/sanctionwire/subscribers", message.at)


def _headers(
    message_class: type, event_id: str, subject: str, source: str, content_type: str, more: Mapping[str, str]
) -> tuple[tuple[str, bytes], ...]:
    attributes = {
        "specversion": "1.0",
        "id": event_id,
        "type": event_type(message_class),
        "source": source,
        "subject": subject,
        **more,
    }
    named = {f"ce_{name}": text for name, text in attributes.items()} | {"content-type": content_type}
    return tuple((name, text.encode("utf-8", "backslashreplace")) for name, text in named.items())


def _to_json(message: Message) -> bytes:
    try:
        return json.dumps(to_dict(message), ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
    except ValueError as error:  # UnicodeEncodeError is one
        raise WrongValueError(
            type(message).__name__, f"cannot be written as JSON: {error}", "replace the character or number"
        ) from error


def _parse(value: bytes, subject: str) -> Any:
    try:
        return json.loads(value.decode("utf-8-sig"), object_pairs_hook=_object_of, parse_constant=_refuse_constant)
    except UnicodeDecodeError as error:
        raise NotTextError(subject, f"is not UTF-8 at byte {error.start}", "encode it as UTF-8") from error
    except RecursionError as error:
        raise NotTextError(subject, "is nested too deep", SCHEMA_STEP) from error
    except ValueError as error:
        raise NotTextError(subject, f"is not JSON: {error}", SCHEMA_STEP) from error


def _object_of(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    items = dict(pairs)
    if len(items) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return items


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")


def _check_type(message_class: type, found: str | None) -> None:
    """Refuse a `ce_type` of another message or of a major version that this release does not know."""
    if found is None or found == event_type(message_class):
        return
    subject = f"{message_class.__name__}.ce_type"
    form = EVENT_TYPE.fullmatch(found)
    if form is None or form[1] != TYPE_NAMES[message_class]:
        raise WrongValueError(subject, f"{found[:80]!r} is not {event_type(message_class)!r}", "check which topic it belongs to")
    raise UnknownVersionError(subject, f"{found[:80]!r}: major version {form[2]} is not known here", "upgrade sanctionwire")


def _text_of(headers: Headers, name: str) -> str | None:
    """Return the first header called `name`; bytes that are not UTF-8 become escapes, which no check accepts."""
    found = next((value for header, value in headers if header == name), None)
    return None if found is None else found.decode("utf-8", "backslashreplace")


def _required(headers: Headers, name: str, field: str) -> str:
    found = _text_of(headers, name)
    if found is None:
        raise MissingFieldError(f"DeadLetter.{field}", f"header {name} is missing", "read it from the dead-letters topic")
    return found


def _required_integer(headers: Headers, name: str, field: str) -> int:
    found = _required(headers, name, field)
    if re.fullmatch(r"\d{1,19}", found, re.ASCII) is None:
        raise WrongTypeError(
            f"DeadLetter.{field}", f"header {name} is {found[:40]!r}, not an integer", "read it from the dead-letters topic"
        )
    return int(found)

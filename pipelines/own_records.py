"""Write what the job leaves and read it back: the codec's records, by a shorter way.

Observed: of 280,000 analyses the codec takes 15 s to read at a cold start, field by field, as it must read what strangers write;
and to write an analysis and its story takes a tenth of all that the job does for an article it does not read.

Theory: nearly all of the log is our own, and our own JSON has one form. msgspec writes it and reads it by the classes' types in an
eighth of the time. If what it read is written as the same bytes again, then nothing stood in them that the types do not say: no key
twice, no unknown field, no other way to write a number or a time. What remains to look at are the limits. Whatever fails any of it
goes to the codec, which takes it or names what is wrong.
"""

from collections.abc import Iterable
from typing import Any, TypeVar

import msgspec

from connectors.messages.alert import Alert
from connectors.messages.analysis import Analysis
from connectors.messages.codec import Record, decode, encode, event_type, record_of
from connectors.messages.limits import TEXT_LIMIT, keeps_limits
from connectors.messages.story import Story

T = TypeVar("T", bound=Analysis | Story | Alert)

SMALL = (b"0.0000", b"e-")  # in numbers under a ten-thousandth, whose form differs from the codec's; words may hold it too
_ENCODER = msgspec.json.Encoder(order="deterministic")
_DECODERS: dict[type, "msgspec.json.Decoder[Any]"] = {told: msgspec.json.Decoder(told) for told in (Analysis, Story, Alert)}


def write_own(message: Analysis | Story | Alert) -> Record:
    """Return the record of a message, as `connectors.messages.codec.encode` does.

    Raises:
        WrongValueError, TooLargeError: see there.
    """
    value = _written(message) if keeps_limits(message) else b""
    is_plain = 0 < len(value) <= TEXT_LIMIT and not any(form in value for form in SMALL)
    return record_of(message, value) if is_plain else encode(message)


def _written(message: Analysis | Story | Alert) -> bytes:
    """Return a message as JSON; nothing if msgspec does not know what is in it, such as half of a surrogate pair."""
    try:
        return _ENCODER.encode(message)
    except (TypeError, ValueError, OverflowError):
        return b""


def read_own(message_class: type[T], value: bytes, headers: Iterable[tuple[str, bytes | None]]) -> T:
    """Return the message that a record holds, as `connectors.messages.codec.decode` does.

    Raises:
        MessageError: one of its children, with the path of the field as `subject`.
    """
    told = tuple(headers)
    ours = _read(message_class, value) if _is_of(message_class, told) else None
    return decode(message_class, value, told) if ours is None else ours


def _read(message_class: type[T], value: bytes) -> T | None:
    """Return the message of a value in the form in which this release writes, or None."""
    if len(value) > TEXT_LIMIT:
        return None
    try:
        message: T = _DECODERS[message_class].decode(value)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return message if _ENCODER.encode(message) == value and keeps_limits(message) else None


def _is_of(message_class: type, headers: Iterable[tuple[str, bytes | None]]) -> bool:
    """Whether the headers say nothing else than that this is a message of the class, in this version."""
    found = next((value for name, value in headers if name == "ce_type"), None)
    return found is None or found == event_type(message_class).encode()

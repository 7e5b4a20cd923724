"""Message to JSON-ready dict and back, field by field, as the dataclasses declare them.

For the codec, for the schema generator (which publishes the same limits) and for every `--json` output. Standard library only.

Reading distrusts its input: every field is checked for presence, type, range and length, and the error names the field's path, such
as `Analysis.signals[2].evidence.start`. Fields that this release does not know are ignored, since optional fields may be added
within a major version. Writing trusts what mypy has checked, and refuses only what JSON or another reader could not take.

Known to be lax: relations between fields (`start <= end`, a mention's entity being listed) are not checked here, and an integer
over 2^53 loses digits in readers that hold numbers as doubles.
"""

import math
import re
import reprlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import UTC, datetime
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, NoReturn, TypeVar, Union, get_args, get_origin, get_type_hints

from connectors.errors import MessageError, MissingFieldError, TooLargeError, WrongTypeError, WrongValueError
from connectors.messages.limits import (
    INTEGER_RANGE,
    INTEGER_RANGES,
    NOT_BLANK,
    NUMBER_RANGE,
    NUMBER_RANGES,
    TEXT_LIMIT,
    TEXT_LIMITS,
    YEARS,
    are_numbers,
    without_none,
)

T = TypeVar("T")
Reader = Callable[[Any], Any]
Writer = Callable[[Any], Any]

# RFC 3339, section 5.6. The zone is optional here only so that its absence can be named.
TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)?", re.ASCII)

JSON_TYPES: dict[type, str] = {
    dict: "object",
    list: "array",
    str: "string",
    int: "integer",
    float: "number",
    bool: "boolean",
    NoneType: "null",
}


@dataclass(frozen=True, slots=True)
class _FieldPlan:
    """How one field is read and written; resolved once for each class."""

    name: str
    required: bool
    read: Reader
    write: Writer | None  # None where the value is JSON-ready as it stands


class _RefusedError(Exception):
    """A value that a reader cannot take; collects its path on the way up."""

    def __init__(self, error: type[MessageError], problem: str) -> None:
        super().__init__(error, problem)
        self.error = error
        self.problem = problem
        self.steps: list[str] = []

    def __reduce__(self) -> tuple[type["_RefusedError"], tuple[type[MessageError], str]]:
        return type(self), (self.error, self.problem)

    def path(self, root: str) -> str:
        """Return the path of the refused value, from the outermost message down."""
        return root + "".join(reversed(self.steps))


def to_dict(message: object) -> dict[str, Any]:
    """Return a message as a JSON-ready dict: every field, in the order of its class, times as RFC 3339 in UTC.

    Args:
        message: an instance of any dataclass of the contract.

    Raises:
        WrongValueError: a time has no zone.
    """
    return _write(message)


def from_dict(message_class: type[T], data: object) -> T:
    """Return the message that `data` holds.

    Args:
        message_class: any dataclass of the contract.
        data: parsed JSON, which should be a dict.

    Raises:
        MissingFieldError, WrongTypeError, WrongValueError, TooLargeError: see `connectors.errors`; `subject` is the field's path.
    """
    try:
        message: T = _read(message_class, data)
    except _RefusedError as refused:
        subject = refused.path(message_class.__name__)
        raise refused.error(subject, refused.problem, "see `sanctionwire schema` for the contract") from None
    return message


@cache
def _plan(message_class: Any) -> tuple[_FieldPlan, ...]:
    hints = get_type_hints(message_class)
    return tuple(
        _FieldPlan(
            name=field.name,
            required=field.default is MISSING and field.default_factory is MISSING,
            read=_reader(hints[field.name], f"{message_class.__name__}.{field.name}"),
            write=_writer(hints[field.name], f"{message_class.__name__}.{field.name}"),
        )
        for field in fields(message_class)
    )


def _read(message_class: Any, data: Any) -> Any:
    if type(data) is not dict:
        _refuse_type("object", data)
    values = {}
    for field in _plan(message_class):
        if field.name not in data:
            if field.required:
                _refuse_missing(field.name)
            continue
        try:
            values[field.name] = field.read(data[field.name])
        except _RefusedError as refused:
            refused.steps.append(f".{field.name}")
            raise
    return message_class(**values)


def _reader(annotation: Any, where: str) -> Reader:
    """Return the reader of one annotation; `where` is `Class.field`, the key of `limits`."""
    origin = get_origin(annotation)
    if origin in (Union, UnionType):
        return _optional_reader(_reader(without_none(annotation), where))
    if origin is Literal:
        return _choice_reader(get_args(annotation))
    if origin is tuple:
        kind = get_args(annotation)[0]
        return _list_reader(_reader(kind, where), where, kind)
    if origin is Mapping:
        kind = get_args(annotation)[1]
        return _map_reader(_reader(kind, where), where, kind)
    if is_dataclass(annotation):
        return lambda value: _read(annotation, value)
    return _SCALAR_READERS[annotation](where)


def _optional_reader(read: Reader) -> Reader:
    return lambda value: None if value is None else read(value)


def _choice_reader(choices: tuple[str, ...]) -> Reader:
    allowed = frozenset(choices)

    def read(value: Any) -> Any:
        if type(value) is not str:
            _refuse_type("string", value)
        if value not in allowed:
            raise _RefusedError(WrongValueError, f"{reprlib.repr(value)} is not one of {', '.join(choices)}")
        return value

    return read


def _list_reader(read_one: Reader, where: str, kind: Any) -> Reader:
    low, high = INTEGER_RANGES.get(where, INTEGER_RANGE)

    def read(value: Any) -> Any:
        if type(value) is not list:
            _refuse_type("array", value)
        # A sketch has hundreds of numbers: they are looked at together, and one by one only to name the bad one.
        if kind is int and value and set(map(type, value)) == {int} and low <= min(value) and max(value) <= high:
            return tuple(value)
        items = []
        for index, item in enumerate(value):
            try:
                items.append(read_one(item))
            except _RefusedError as refused:
                refused.steps.append(f"[{index}]")
                raise
        return tuple(items)

    return read


def _map_reader(read_one: Reader, where: str, kind: Any) -> Reader:
    low, high = NUMBER_RANGES.get(where, NUMBER_RANGE)

    def read(value: Any) -> Any:
        if type(value) is not dict:
            _refuse_type("object", value)
        if kind is float and value and are_numbers(value.values(), low, high) and _are_short(value):
            return value
        items = {}
        for key, item in value.items():
            try:
                items[_checked_text(key, TEXT_LIMIT)] = read_one(item)
            except _RefusedError as refused:
                refused.steps.append(f"[{reprlib.repr(key)}]")
                raise
        return items

    return read


def _are_short(keys: Iterable[str]) -> bool:
    """Whether keys are encodable, and together shorter than one may be."""
    joined = "".join(keys)
    return len(joined) <= TEXT_LIMIT and (joined.isascii() or _is_encodable(joined))


def _is_encodable(value: str) -> bool:
    """Whether a text has no half of a surrogate pair."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _text_reader(where: str) -> Reader:
    limit = TEXT_LIMITS.get(where, TEXT_LIMIT)
    not_blank = where in NOT_BLANK

    def read(value: Any) -> Any:
        if type(value) is not str:
            _refuse_type("string", value)
        if not_blank and not value.strip():
            raise _RefusedError(WrongValueError, "is blank")
        return _checked_text(value, limit)

    return read


def _checked_text(value: str, limit: int) -> str:
    if len(value) > limit:
        raise _RefusedError(TooLargeError, f"has {len(value)} characters, more than {limit}")
    if not value.isascii() and not _is_encodable(value):
        raise _RefusedError(WrongValueError, "holds half of a surrogate pair, which is no character")
    return value


def _integer_reader(where: str) -> Reader:
    low, high = INTEGER_RANGES.get(where, INTEGER_RANGE)

    def read(value: Any) -> Any:
        if type(value) is not int:
            _refuse_type("integer", value)
        if not low <= value <= high:
            raise _RefusedError(WrongValueError, f"{reprlib.repr(value)} is not between {low} and {high}")
        return value

    return read


def _number_reader(where: str) -> Reader:
    low, high = NUMBER_RANGES.get(where, NUMBER_RANGE)

    def read(value: Any) -> Any:
        if type(value) is not float and type(value) is not int:
            _refuse_type("number", value)
        if not low <= value <= high or not math.isfinite(value):
            raise _RefusedError(WrongValueError, f"{reprlib.repr(value)} is not between {low:g} and {high:g}")
        return float(value)

    return read


def _flag_reader(_where: str) -> Reader:
    def read(value: Any) -> Any:
        if type(value) is not bool:
            _refuse_type("boolean", value)
        return value

    return read


def _time_reader(_where: str) -> Reader:
    return _read_time


def _read_time(value: Any) -> datetime:
    if type(value) is not str:
        _refuse_type("string", value)
    form = TIMESTAMP.fullmatch(value)
    if form is None:
        raise _RefusedError(WrongValueError, f"{reprlib.repr(value)} is not an RFC 3339 time such as 2021-12-31T08:00:00Z")
    if form[1] is None:
        raise _RefusedError(WrongValueError, f"{reprlib.repr(value)} has no time zone; end it with Z or +00:00")
    try:
        time = datetime.fromisoformat(value.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        raise _RefusedError(WrongValueError, f"{reprlib.repr(value)} is no date of the calendar") from None
    if not YEARS[0] <= time.year <= YEARS[1]:
        raise _RefusedError(WrongValueError, f"{reprlib.repr(value)} is not in the years {YEARS[0]} to {YEARS[1]}")
    return time


_SCALAR_READERS: dict[type, Callable[[str], Reader]] = {
    str: _text_reader,
    int: _integer_reader,
    float: _number_reader,
    bool: _flag_reader,
    datetime: _time_reader,
}


def _write(message: Any) -> dict[str, Any]:
    values = {}
    message_class: Any = type(message)
    for field in _plan(message_class):
        value = getattr(message, field.name)
        values[field.name] = value if field.write is None or value is None else field.write(value)
    return values


def _writer(annotation: Any, where: str) -> Writer | None:
    """Return what makes a value of one annotation JSON-ready, or None where it is so already."""
    origin = get_origin(annotation)
    if origin in (Union, UnionType):
        return _writer(without_none(annotation), where)
    if origin is tuple:
        return _list_writer(_writer(get_args(annotation)[0], where))
    if origin is Mapping:
        return lambda value: dict(sorted(value.items()))
    if annotation is datetime:
        return _time_writer(where)
    return _write if is_dataclass(annotation) else None


def _list_writer(write_one: Writer | None) -> Writer:
    return list if write_one is None else lambda value: [write_one(item) for item in value]


def _time_writer(where: str) -> Writer:
    def write(value: datetime) -> str:
        if value.tzinfo is None:
            raise WrongValueError(where, f"{value.isoformat()} has no time zone", "pass an aware datetime")
        return format_time(value)

    return write


def format_time(time: datetime) -> str:
    """Return an aware time as RFC 3339 in UTC with the letter Z."""
    return time.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _refuse_type(expected: str, value: Any) -> NoReturn:
    raise _RefusedError(WrongTypeError, f"expected {expected}, got {JSON_TYPES.get(type(value), type(value).__name__)}")


def _refuse_missing(name: str) -> NoReturn:
    refused = _RefusedError(MissingFieldError, "is missing")
    refused.steps.append(f".{name}")
    raise refused

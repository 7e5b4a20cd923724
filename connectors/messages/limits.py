"""How long, how large and when: the limits of the contract's fields, and whether a message keeps them.

Reading asks them field by field and names the one that is broken (`connectors.messages.fields`); the schemas publish them. A limit
belongs to `Class.field`; what has none of its own has the general one of its type. Standard library only.
"""

import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime, timedelta
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

Check = Callable[[Any], bool]

# Characters. Only what strangers write has a limit of its own; the rest is derived from it, and so bounded by it.
TEXT_LIMIT = 1_000_000
TEXT_LIMITS: dict[str, int] = {
    "Article.id": 200,
    "Article.feed": 200,
    "Article.outlet": 300,
    "Article.title": 2_000,
    "Article.text": 1_000_000,
    "Article.url": 4_000,
    "Article.language": 35,  # the longest tag that RFC 5646, section 4.4.1, asks readers to hold
    "Disposition.alert_id": 200,
    "Disposition.author": 300,
    "Disposition.reason": 10_000,
    "Silence.author": 300,
    "Silence.comment": 10_000,
    "Matcher.name": 100,
    "Matcher.value": 2_000,
}
# An article without words has nothing to analyse, and a record without an id has no key.
NOT_BLANK = frozenset(
    {
        "Article.id",
        "Article.text",
        "Analysis.article_id",
        "Story.id",
        "Alert.id",
        "Disposition.alert_id",
        "Disposition.author",
        "Silence.id",
        "Silence.author",
        "Delivery.id",
    }
)
INTEGER_RANGE = (0, 2**64 - 1)  # sketches are unsigned 64-bit hashes
INTEGER_RANGES: dict[str, tuple[int, int]] = {
    "Article.version": (1, 2**31 - 1),
    "Analysis.article_version": (1, 2**31 - 1),
    "Story.version": (1, 2**31 - 1),
    "Alert.version": (1, 2**31 - 1),
    "Change.version": (1, 2**31 - 1),
    "Disposition.alert_version": (1, 2**31 - 1),
    "Delivery.alert_version": (1, 2**31 - 1),
    "Signal.commitment": (1, 3),
    "Quote.commitment": (1, 3),
    "Alert.commitment": (1, 3),
}
NUMBER_RANGE = (-1e12, 1e12)
NUMBER_RANGES: dict[str, tuple[float, float]] = {
    "Signal.confidence": (0.0, 1.0),
    "Quote.confidence": (0.0, 1.0),
    "Alert.confidence": (0.0, 1.0),
}
# Kafka takes no time before 1970, and a date near the year 9999 overflows as soon as a window is added to it.
YEARS = (1970, 2199)


def keeps_limits(message: Any) -> bool:
    """Whether a message keeps every limit but the general one of texts.

    For who reads with a library that knows the types and no more, from at most `TEXT_LIMIT` bytes.

    Args:
        message: an instance of any dataclass of the contract, with values of the types that it declares.
    """
    message_class: Any = type(message)
    return all(check(getattr(message, name)) for name, check in _checks(message_class))


@cache
def _checks(message_class: Any) -> tuple[tuple[str, Check], ...]:
    """Return which fields have limits, and what looks at each."""
    hints = get_type_hints(message_class)
    named = ((field.name, _check(hints[field.name], f"{message_class.__name__}.{field.name}")) for field in fields(message_class))
    return tuple((name, check) for name, check in named if check is not None)


def _check(annotation: Any, where: str) -> Check | None:
    """Return what looks at values of one annotation, or None where its type says all."""
    origin = get_origin(annotation)
    if origin in (Union, UnionType):
        inner = _check(without_none(annotation), where)
        return inner and _optional(inner)
    if origin is tuple:
        return _all_of(get_args(annotation)[0], where)
    if origin is Mapping:
        low, high = NUMBER_RANGES.get(where, NUMBER_RANGE)
        return lambda values: not values or are_numbers(values.values(), low, high)
    if is_dataclass(annotation):
        return keeps_limits
    make = _CHECKS.get(annotation)
    return None if make is None else make(where)


def _optional(check: Check) -> Check:
    return lambda value: value is None or check(value)


def _all_of(kind: Any, where: str) -> Check | None:
    """Return what looks at tuples of one kind: at numbers together, since a sketch has hundreds."""
    if kind is int:
        low, high = INTEGER_RANGES.get(where, INTEGER_RANGE)
        return lambda values: not values or (low <= min(values) and max(values) <= high)
    check = _check(kind, where)
    return None if check is None else lambda values: all(map(check, values))


def _text(where: str) -> Check | None:
    limit, may_be_blank = TEXT_LIMITS.get(where, TEXT_LIMIT), where not in NOT_BLANK
    if may_be_blank and where not in TEXT_LIMITS:
        return None
    return lambda value: len(value) <= limit and (may_be_blank or bool(value.strip()))


def _integer(where: str) -> Check:
    low, high = INTEGER_RANGES.get(where, INTEGER_RANGE)
    return lambda value: low <= value <= high


def _number(where: str) -> Check:
    low, high = NUMBER_RANGES.get(where, NUMBER_RANGE)
    return lambda value: low <= value <= high


def _time(_where: str) -> Check:
    return lambda value: value.utcoffset() == timedelta(0) and YEARS[0] <= value.year <= YEARS[1]


_CHECKS: dict[type, Callable[[str], Check | None]] = {str: _text, int: _integer, float: _number, datetime: _time}


def are_numbers(values: Collection[Any], low: float, high: float) -> bool:
    """Whether all are floats in range; a NaN is above and below nothing, so that the sum of all tells of it."""
    return set(map(type, values)) == {float} and low <= min(values) and max(values) <= high and math.isfinite(sum(values))


def without_none(annotation: Any) -> Any:
    """Return the other member of a union with None."""
    (inner,) = (argument for argument in get_args(annotation) if argument is not NoneType)
    return inner

"""Matchers on labels, as Alertmanager writes them: `kind="threat", target=~"RUS|BLR", severity!=low`.

A value may stand bare where it has no space, comma, quote or brace. Braces around the whole list are allowed. A label that an alert
does not have counts as the empty text. A label with several values fits `=` and `=~` if one value does, `!=` and `!~` if none does.

Assumes that expressions are written by who runs us: they are compiled and limited in length, and not guarded against themselves.
"""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from connectors.messages.silence import MAX_MATCHERS, Matcher, MatchOp
from connectors.subscribers.labels import NAMES

MAX_EXPRESSION = 2_000
ONE = re.compile(r"\s*(?P<name>\w+)\s*(?P<op>=~|!~|!=|=)\s*(?P<value>\"(?:[^\"\\]|\\.)*\"|(?![=~])[^\s,\"{}]*)\s*(?:,|$)")
LITERALS = re.compile(r"[\w.:/ -]+(?:\|[\w.:/ -]+)*")
OPS: dict[str, MatchOp] = {"=": "=", "!=": "!=", "=~": "=~", "!~": "!~"}
LabelValues = Mapping[str, tuple[str, ...]]
ABSENT = ("",)


def parse(text: str) -> tuple[Matcher, ...]:
    """Return the matchers of a list.

    Raises:
        ValueError: it is not of this form, names an unknown label, or has an expression that cannot be compiled.
    """
    inner = text.strip()
    inner = inner[1:-1] if inner.startswith("{") and inner.endswith("}") else inner
    found, at = [], 0
    while inner[at:].strip():
        form = ONE.match(inner, at)
        if form is None:
            raise ValueError(f'{inner[at : at + 60]!r} is no matcher such as kind="threat" or target=~"RUS|BLR"')
        found.append(checked(Matcher(name=form["name"], op=OPS[form["op"]], value=_unquoted(form["value"]))))
        at = form.end()
    if len(found) > MAX_MATCHERS:
        raise ValueError(f"has {len(found)} matchers, more than {MAX_MATCHERS}")
    return tuple(found)


def checked(matcher: Matcher) -> Matcher:
    """Return a matcher that can be used.

    Raises:
        ValueError: its label is unknown, or its expression cannot be compiled.
    """
    if matcher.name not in NAMES:
        raise ValueError(f"{matcher.name[:40]!r} is no label; labels are {', '.join(NAMES)}")
    if len(matcher.value) > MAX_EXPRESSION:
        raise ValueError(f"the value of {matcher.name} has more than {MAX_EXPRESSION} characters")
    if matcher.op in ("=~", "!~"):
        try:
            compiled(matcher.value)
        except (re.error, OverflowError, RecursionError) as error:
            raise ValueError(f"{matcher.value[:60]!r} is no regular expression: {error}") from error
    return matcher


def shown(matchers: Iterable[Matcher]) -> str:
    """Return matchers as `parse` reads them."""
    return ", ".join(f"{one.name}{one.op}{_quoted(one.value)}" for one in matchers)


def matches(matcher: Matcher, labels: LabelValues) -> bool:
    """Say whether one matcher fits."""
    values = labels.get(matcher.name, ABSENT)
    match matcher.op:
        case "=":
            return matcher.value in values
        case "!=":
            return matcher.value not in values
        case "=~":
            return _fits(matcher.value, values)
        case "!~":
            return not _fits(matcher.value, values)


def all_match(matchers: Iterable[Matcher], labels: LabelValues) -> bool:
    """Say whether all matchers fit."""
    return all(matches(matcher, labels) for matcher in matchers)


def equals(matcher: Matcher) -> tuple[str, ...]:
    """Return the values of which one has to be there for the matcher to fit: for an index. Empty where that cannot be said."""
    if matcher.op == "=" and matcher.value:
        return (matcher.value,)
    if matcher.op == "=~" and LITERALS.fullmatch(matcher.value) and "." not in matcher.value:
        return tuple(matcher.value.split("|"))
    return ()


@lru_cache(maxsize=65_536)
def compiled(expression: str) -> re.Pattern[str]:
    """Return an expression, compiled once."""
    return re.compile(expression)


def _fits(expression: str, values: Iterable[str]) -> bool:
    pattern = compiled(expression)
    return any(pattern.fullmatch(value) for value in values)


def _unquoted(text: str) -> str:
    """Return a value without its quotes; a backslash stands for itself unless it is before a quote or another backslash."""
    return re.sub(r"\\([\"\\])", r"\1", text[1:-1]) if text.startswith('"') else text


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'

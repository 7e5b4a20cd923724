"""What is asked for: filters and words from a URL, and the index query that they make. Pure functions.

A filter that may have several values is satisfied by one of them; all filters must be satisfied. Words are all wanted, in any
order; words in quotation marks stand together. Whatever is typed is taken as words: there is no query syntax to get wrong.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, UTC, datetime, timedelta
from typing import get_args

from connectors.messages.alert import ALERT_FAMILIES, AlertFamily, AlertStatus, Severity
from connectors.messages.disposition import Verdict
from connectors.messages.signal import Measure
from connectors.subscribers.readmodel.rows import LAST_SECOND, PLACE_BITS, THRESHOLDS, first_place, is_code, pair_of, token

MAX_WORDS = 12
MAX_QUERY = 300
MAX_VALUES = 20
CHOICES: dict[str, tuple[str, ...]] = {
    "kind": tuple(ALERT_FAMILIES),
    "family": get_args(AlertFamily),
    "severity": get_args(Severity),
    "status": get_args(AlertStatus),
    "measure": get_args(Measure),
    "verdict": (*get_args(Verdict), "none"),
    "outlets": tuple(str(least) for least in THRESHOLDS),
    "contested": ("yes",),
}
FREE = ("sender", "target", "rule", "story", "watchlist")
NAMES = (*CHOICES, *FREE)
PHRASE = re.compile(r'"([^"]*)"|(\S+)')
LAST_PLACE = LAST_SECOND << PLACE_BITS


class FilterError(ValueError):
    """A parameter says what no filter means; the text says which and what it may be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which alerts are wanted.

    Attributes:
        labels: name of a filter to the values of which one must be had.
        words: text as typed.
        since, until: least time of the last word, and the time before which it must be.
    """

    labels: tuple[tuple[str, tuple[str, ...]], ...] = ()
    words: str = ""
    since: datetime | None = None
    until: datetime | None = None

    @property
    def groups(self) -> tuple[frozenset[str], ...]:
        """The tokens of each filter; an alert must have one of each group.

        A sender and a target by their codes are one filter: each alone may be in half of all alerts, and both in none.
        """
        senders, targets = self.values("sender"), self.values("target")
        if not (senders and targets and all(map(is_code, (*senders, *targets)))):
            return tuple(_tokens(name, values) for name, values in self.labels)
        pairs = [pair_of(sender, target) for sender in senders for target in targets]
        rest = tuple(_tokens(name, values) for name, values in self.labels if name not in ("sender", "target"))
        return (_tokens("pair", pairs), *rest)

    def values(self, name: str) -> tuple[str, ...]:
        """Return what is asked of one filter; nothing if it is not used."""
        return dict(self.labels).get(name, ())

    @property
    def is_empty(self) -> bool:
        """Whether all alerts are wanted."""
        return self == Filter()

    @property
    def places(self) -> tuple[int, int]:
        """The least place wanted, and the place before which all must be."""
        least = 0 if self.since is None else first_place(self.since)
        return least, LAST_PLACE if self.until is None else first_place(self.until)


def _tokens(name: str, values: Iterable[str]) -> frozenset[str]:
    return frozenset(token(name, value) for value in values)


def read_filter(params: Sequence[tuple[str, str]]) -> Filter:
    """Return the filter of a URL's parameters; parameters of other names are for others.

    Raises:
        FilterError: a value is none that its filter knows.
    """
    found: dict[str, list[str]] = {}
    for name, value in params:
        if name in NAMES and value.strip():
            found.setdefault(name, []).append(_checked(name, value.strip()))
    if any(len(values) > MAX_VALUES for values in found.values()):
        raise FilterError(f"a filter has more than {MAX_VALUES} values")
    given = dict(params)
    labels = tuple((name, tuple(sorted(set(found[name])))) for name in NAMES if name in found)
    return Filter(
        labels=labels,
        words=given.get("q", "").strip()[:MAX_QUERY],
        since=_day(given, "since"),
        until=_end(_day(given, "until"), given.get("until", "")),
    )


def _checked(name: str, value: str) -> str:
    choices = CHOICES.get(name)
    if choices is None:
        return value[:200]
    if value.casefold() not in choices:
        raise FilterError(f"{name} is one of {', '.join(choices)}")
    return value.casefold()


def _day(given: Mapping[str, str], name: str) -> datetime | None:
    text = given.get(name, "").strip()
    if not text:
        return None
    at = _time(text)
    if at is None or at.year == MINYEAR:  # which has a day without one before it
        raise FilterError(f"{name} is a date such as 2026-11-26, or a time such as 2026-11-26T12:00:00Z")
    return at


def _time(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
        return at.astimezone(UTC) if at.tzinfo is not None else at.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def _end(at: datetime | None, text: str) -> datetime | None:
    """Return the time before which all must be: a day given as the last one is meant whole."""
    is_day = at is not None and len(text.strip()) <= len("2026-11-26")
    return at + timedelta(days=1) if at is not None and is_day and at.year < MAXYEAR else at


def params_of(wanted: Filter) -> list[tuple[str, str]]:
    """Return the parameters that `read_filter` reads as this filter."""
    until = wanted.until
    return [
        *([("q", wanted.words)] if wanted.words else []),
        *((name, value) for name, values in wanted.labels for value in values),
        *([("since", _text(wanted.since))] if wanted.since is not None else []),
        *([("until", _last_day(until))] if until is not None else []),
    ]


def _text(at: datetime) -> str:
    is_day = (at.hour, at.minute, at.second, at.microsecond) == (0, 0, 0, 0) and at.utcoffset() == timedelta(0)
    return at.date().isoformat() if is_day else at.isoformat()


def _last_day(until: datetime) -> str:
    text = _text(until)
    return text if "T" in text else (until - timedelta(days=1)).date().isoformat()


def match_of(wanted: Filter) -> str | None:
    """Return the query of the full-text index, None where it is not needed."""
    parts = [_any_of(sorted(group)) for group in wanted.groups]
    parts += [f'words : "{phrase}"' for phrase in phrases_of(wanted.words)]
    return " AND ".join(parts) or None


def _any_of(tokens: Iterable[str]) -> str:
    return "(" + " OR ".join(f'labels : "{one}"' for one in tokens) + ")"


def phrases_of(text: str) -> list[str]:
    """Return the words and quoted phrases of a typed text, at most `MAX_WORDS`; what holds no letter and no digit is left out."""
    found = [quoted or word for quoted, word in PHRASE.findall(text)]
    cleaned = [" ".join(re.findall(r"[^\W_]+", phrase)) for phrase in found]
    return list(dict.fromkeys(phrase for phrase in cleaned if phrase))[:MAX_WORDS]

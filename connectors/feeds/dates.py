"""Times as feeds and pages write them, and language codes.

A publisher's time keeps its zone. A time without a zone is taken as UTC, as feedparser does. A day without a time is of use only
once the day is over: taking it as midnight would date fresh news up to a day too early, and arrival is then the better guess.
"""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
MAX_AHEAD = timedelta(days=2)  # clocks and zones of publishers are wrong; a year ahead is an event's date, not a publication
DAY_ONLY = re.compile(r"\d{4}-\d{2}-\d{2}")
LANGUAGE = re.compile(r"([a-z]{2})(?:[-_].*)?", re.IGNORECASE)


@lru_cache(maxsize=4096)  # a feed is asked for the same times several times
def parse_time(text: str) -> datetime | None:
    """Return the time that an ISO 8601 or RFC 5322 text names, or None."""
    text = text.strip()
    for parse in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            found = parse(text)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
        return found if found.tzinfo is not None else found.replace(tzinfo=UTC)
    return None


def plausible(time: datetime | None, now: datetime) -> datetime | None:
    """Return a publication time that can be true at `now`, else None."""
    if time is None:
        return None
    try:
        fits = EARLIEST <= time <= now + MAX_AHEAD
    except OverflowError:  # year 1 or 9999 in a far zone
        return None
    return time if fits else None


def time_of_day_known(text: str) -> bool:
    """Say whether a written time is more than a day."""
    return DAY_ONLY.fullmatch(text.strip()) is None


def finished_day(text: str, now: datetime) -> datetime | None:
    """Return the start of the day that `text` names, once that day is over everywhere."""
    found = plausible(parse_time(text), now)
    return found if found is not None and found + timedelta(days=1, hours=12) < now else None


def language_code(*codes: str | None) -> str | None:
    """Return the first ISO 639-1 code among `codes`, such as "en" for "en-GB"; None when there is none."""
    for code in codes:
        found = LANGUAGE.fullmatch((code or "").strip())
        if found is not None:
            return found.group(1).lower()
    return None

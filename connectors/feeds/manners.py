"""When a feed may be asked again: pure functions from what the server said to a time.

`Retry-After` is obeyed in both its forms (RFC 9110, section 10.2.3), up to a week. A feed that fails is asked ever more rarely,
down to once a day, and never given up. Jitter is the scheduler's (`scheduler.py`). Nothing here is earlier than what a server asked
for.
"""

from datetime import UTC, datetime, timedelta

from connectors.feeds.dates import parse_time

MAX_RETRY_AFTER = timedelta(days=7)
MAX_BACK_OFF = timedelta(days=1)
MAX_DOUBLINGS = 20
BROKER_RETRY = timedelta(seconds=15)


def retry_after(value: str | None, now: datetime) -> datetime | None:
    """Return the time before which a server does not want to be asked, None when it named none.

    Args:
        value: the header: seconds, or an HTTP date.
        now: when it was received.
    """
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        seconds = min(int(text[:9]), MAX_RETRY_AFTER.total_seconds())
        return now + timedelta(seconds=seconds)
    named = parse_time(text) if text else None
    if named is None:
        return None
    return min(max(named.astimezone(UTC), now), now + MAX_RETRY_AFTER)


def back_off(interval_secs: float, failures: int) -> timedelta:
    """Return how long to leave a feed alone after its `failures`-th failure in a row: the interval, doubled each time."""
    doubled = interval_secs * 2 ** min(failures, MAX_DOUBLINGS)
    return timedelta(seconds=max(interval_secs, min(doubled, MAX_BACK_OFF.total_seconds())))

"""When and where a feed may be asked again: pure functions from what server and feed said.

What they say only ever makes us wait longer, never shorter than the configured interval:

- `Retry-After` in both its forms (RFC 9110, section 10.2.3), up to a week.
- Refusals (403, 429, 503) without it, several in a row and a short time: their host is left alone for an hour, the next time for
  two, up to a day.
- `Cache-Control` and `Expires` (RFC 9111, section 4.2), up to an hour: static hosts give feeds a lifetime of a day or a year.
- `ttl`, `sy:updatePeriod` and `sy:updateFrequency` of the feed, up to six hours: software fills them in and nobody looks.
  `sy:updateBase` is not read: at what hours a feed is updated, its rhythm tells.
- `skipHours` and `skipDays` (RSS 2.0), to the letter, unless they leave nothing.

A feed that fails is asked ever more rarely, after weeks of failure once a week, then once a month, and never given up. 410 twice
in a row ends the polling; what is left is a probe after a month, two, four and every eight. A permanent redirect is adopted after
it led to a readable feed several times; once a day, and whenever the new address fails, the old one is asked. A step down from
https to http is followed and never adopted.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from connectors.feeds.base import FeedSpec, FeedState, Hints, Move
from connectors.feeds.dates import parse_time
from connectors.feeds.fetch import Response

MAX_RETRY_AFTER = timedelta(days=7)
MAX_FRESH_SECS = 3600.0
MAX_HINT_SECS = 6 * 3600.0
MAX_BACK_OFF = timedelta(days=1)
DEAD_AFTER_FAILURES = 30
DEAD_BACK_OFF = timedelta(days=7)
BURIED_AFTER_FAILURES = 56  # half a year later
BURIED_BACK_OFF = timedelta(days=30)
GONE_BACK_OFF = timedelta(days=30)
GONE_DOUBLINGS = 3
MAX_DOUBLINGS = 20
BROKER_RETRY = timedelta(seconds=15)
MAX_BROKER_RETRY = timedelta(minutes=5)
ADOPT_AFTER = 3
RECHECK = timedelta(days=1)
GONE_TIMES = 2
BURST_TIMES = 3
BURST_WINDOW = timedelta(minutes=10)
BURST_QUIET = timedelta(hours=1)
MAX_BURST_QUIET = timedelta(days=1)
BURST_MEMORY = timedelta(days=1)  # after which a burst is the first one again
ASKING_FOR_QUIET = frozenset({403, 429, 503})
PERMANENT = frozenset({301, 308})
PERIOD_SECS = {"hourly": 3600.0, "daily": 86400.0, "weekly": 604800.0, "monthly": 2592000.0, "yearly": 31536000.0}
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


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
    try:
        return None if named is None else min(max(named.astimezone(UTC), now), now + MAX_RETRY_AFTER)
    except OverflowError:  # year 1 or 9999 in a far zone
        return None


def fresh_secs(headers: Mapping[str, str], now: datetime) -> float:
    """Return how long an answer is good for by its own headers, at most `MAX_FRESH_SECS`; `now` is when it was received."""
    directives = dict(_directive(part) for part in headers.get("cache-control", "").lower().split(","))
    if "no-cache" in directives or "no-store" in directives:
        return 0.0
    age = _number(headers.get("age", ""))
    lifetime = _number(directives["max-age"]) if "max-age" in directives else _until_expiry(headers, now)
    return max(0.0, min(lifetime - age, MAX_FRESH_SECS))


def _directive(part: str) -> tuple[str, str]:
    name, _, value = part.strip().partition("=")
    return name.strip(), value.strip().strip('"')


def _number(text: str) -> float:
    return float(text[:9]) if text.isascii() and text.isdigit() else 0.0


def _until_expiry(headers: Mapping[str, str], now: datetime) -> float:
    """Return the time from `Date` to `Expires`; both are of the server's clock. Without the former it is when we received it."""
    expires, date = parse_time(headers.get("expires", "")), parse_time(headers.get("date", "")) or now
    return (expires - date).total_seconds() if expires is not None else 0.0


def hints_of(words: Mapping[str, str]) -> Hints:
    """Return what a feed says about polling, from `Reading.hints`; what makes no sense is left out."""
    ttl = 60.0 * _number(words.get("ttl", "").strip())
    period = PERIOD_SECS.get(words.get("updatePeriod", "").strip().lower(), 0.0)
    frequency = _number(words.get("updateFrequency", "1").strip()) or 1.0
    hours = {int(hour) % 24 for hour in words.get("skipHours", "").split() if hour.isdigit() and int(hour[:4]) <= 24}
    days = {DAYS.index(day) for day in words.get("skipDays", "").lower().split() if day in DAYS}
    return Hints(
        wait_secs=min(max(ttl, period / frequency), MAX_HINT_SECS),
        skip_hours=tuple(sorted(hours)) if len(hours) < 24 else (),
        skip_days=tuple(sorted(days)) if len(days) < len(DAYS) else (),
    )


def allowed_from(time: datetime, hints: Hints) -> datetime:
    """Return the first moment from `time` on that is in no hour or day to skip."""
    moment = time.astimezone(UTC)
    for _ in range(8 * 24):
        if moment.hour not in hints.skip_hours and moment.weekday() not in hints.skip_days:
            return moment
        moment = moment.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return moment


def back_off(interval_secs: float, failures: int, gone: int = 0) -> timedelta:
    """Return how long to leave a feed alone after a failure: the interval, doubled each time, up to a limit that grows too.

    Args:
        interval_secs: seconds between polls of a good feed.
        failures: how many in a row.
        gone: how many of the last ones in a row said that it is gone for good.
    """
    if gone >= GONE_TIMES:
        return GONE_BACK_OFF * (1 << min(gone - GONE_TIMES, GONE_DOUBLINGS))
    limit = (
        MAX_BACK_OFF if failures < DEAD_AFTER_FAILURES else DEAD_BACK_OFF if failures < BURIED_AFTER_FAILURES else BURIED_BACK_OFF
    )
    doubled = interval_secs * 2.0 ** min(failures, MAX_DOUBLINGS)
    return timedelta(seconds=max(interval_secs, min(doubled, limit.total_seconds())))


def broker_retry(times: int) -> timedelta:
    """Return how long to wait for a broker that was away so many times in a row: feeds are not asked for what cannot be kept."""
    return min(BROKER_RETRY * (1 << min(max(times - 1, 0), MAX_DOUBLINGS)), MAX_BROKER_RETRY)


class Bursts:
    """Counts refusals by host: several in a row and a short time are a host that has had enough of us, whatever it calls that.

    On a host of thousands of feeds some are always refused; one that is given in between says that it is their own matter.

    Known to be wrong: it is not remembered over a restart, which costs a host that refuses us three requests.
    """

    def __init__(self) -> None:
        self._times: dict[str, tuple[datetime, ...]] = {}
        self._quiet: dict[str, tuple[datetime, timedelta]] = {}  # until when, and for how long

    def given(self, host: str) -> None:
        """Take note that a host has answered a feed as it should."""
        self._times.pop(host, None)

    def note(self, host: str, now: datetime) -> datetime | None:
        """Take one refusal that names no time; return until when to leave the host alone, None for not yet."""
        recent = (*(time for time in self._times.get(host, ()) if now - time < BURST_WINDOW), now)
        if len(recent) < BURST_TIMES:
            self._times[host] = recent
            return None
        self._times.pop(host, None)
        ended, length = self._quiet.get(host, (now - BURST_MEMORY, BURST_QUIET))
        length = min(2 * length, MAX_BURST_QUIET) if now - ended < BURST_MEMORY else BURST_QUIET
        self._quiet[host] = (now + length, length)
        return now + length


def about(spec: FeedSpec, state: FeedState) -> FeedState:
    """Return what is remembered about a feed at its configured address: nothing when somebody has changed that."""
    return state if state.url == spec.url else FeedState(feed=spec.id, url=spec.url)


def address_of(spec: FeedSpec, state: FeedState, now: datetime) -> str:
    """Return where to poll: the configured address, or the one that it moved to."""
    move = state.move
    if move is None or move.times < ADOPT_AFTER or move.seen_at is None:
        return spec.url
    return move.target if now - move.seen_at < RECHECK else spec.url


def moved(spec: FeedSpec, state: FeedState, response: Response, now: datetime) -> Move | None:
    """Return what is known of a feed's move after an answer that could be read."""
    move = state.move
    if not response.hops:
        return move if response.url != spec.url else None
    if response.hops[0].url != spec.url or not _is_adoptable(spec, response):
        return None
    times = move.times + 1 if move is not None and move.target == response.url else 1
    return Move(target=response.url, times=times, seen_at=now)


def _is_adoptable(spec: FeedSpec, response: Response) -> bool:
    steps_down = spec.url.startswith("https:") and not response.url.startswith("https:")
    return all(hop.status in PERMANENT for hop in response.hops) and not steps_down


def doubted(move: Move | None) -> Move | None:
    """Return a move whose target has failed: the old address is asked next."""
    return replace(move, seen_at=None) if move is not None else None


def is_ended(state: FeedState) -> bool:
    """Say whether a feed is only probed from time to time because its server said often enough that it is gone."""
    return state.gone >= GONE_TIMES

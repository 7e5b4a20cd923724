"""When to poll a feed by what it brought: its rate, the hours and days at which it publishes, and what came just now.

Theory: an article that appears while a feed is polled every `w` seconds waits `w / 2` on average. A fixed number of requests, for
feeds and hours with rates λ, costs the least waiting in all when their density goes with √λ (Lagrange; Cho and Garcia-Molina,
"Effective page refresh policies for web crawlers", 2003). A density that goes with λ itself, as of readers that look at the week's
count, gives the same mean as a fixed interval and a lower median, since it spends on busy feeds what the quiet ones lack. λ to the
power `EXPONENT`, between the two, is better than either in mean and median (`tests/benchmarks/bench_feeds_schedule.py`).

So the next poll is due when the integral of that power since the last one reaches what a feed of `USUAL_PER_HOUR` gathers in
`poll_interval_secs`, within the feed's bounds. The integral looks ahead hour by hour: a poll in the night does not sleep through
the morning.

    λ(t) = rate · hour of the day · day of the week + what is left of a burst

The rate and both profiles forget with a half-life of two weeks, a burst with one of half an hour. Hours and days are UTC. A feed
that is read for the first time begins with the times that its entries give (`told`).

Known to be wrong: arrivals are spread evenly over the time since the last poll, and so are seen late by half of it; a change to
summer time moves the profile by an hour until it is learned again; a feed that misdates its entries begins with a wrong rhythm.
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from connectors.feeds.base import FeedSpec, FeedState, Rhythm

EXPONENT = 0.8
USUAL_PER_HOUR = 1.0
PRIOR_HOURS = 6.0  # weight of the usual rate against what is observed
PROFILE_PRIOR = 12.0  # articles, spread evenly over the hours or days, against those observed
NEIGHBOUR = 0.5  # weight of the hours before and after in an hour's share
MEMORY_HOURS = 14 * 24.0
BURST_HOURS = 0.5
LEAST_STEP_HOURS = 1e-6
BURST_STEP_HOURS = BURST_HOURS / 4  # for so long the rate of a burst is taken as constant
BURST_AHEAD_HOURS = 4 * BURST_HOURS  # after which it is gone
BURST_SHARE = 0.4  # of the articles of a burst, how many more follow
MOST_ARRIVALS = 500  # of one poll
MOST_HOURS = 7 * 24.0  # of one gap between polls
LEAST_TOLD = 3  # entries with times, fewer say nothing of a rhythm


def observed(rhythm: Rhythm, since: datetime, until: datetime, arrivals: int) -> Rhythm:
    """Return a rhythm after another good poll.

    Args:
        rhythm: what was known.
        since: the good poll before.
        until: this one.
        arrivals: new articles between the two.
    """
    hours = min(max((until - since).total_seconds(), 0.0) / 3600, MOST_HOURS)
    count = min(arrivals, MOST_ARRIVALS)
    kept, burst = 0.5 ** (hours / MEMORY_HOURS), 0.5 ** (hours / BURST_HOURS)
    of_hours, of_days = _shares(until - timedelta(hours=hours), hours)
    days = range(7)
    return Rhythm(
        by_hour=tuple([kept * rhythm.by_hour[hour] + count * of_hours[hour] for hour in range(24)]),
        by_day=tuple([kept * rhythm.by_day[day] + count * of_days[day] for day in days]),
        watched_by_day=tuple([kept * rhythm.watched_by_day[day] + hours * of_days[day] for day in days]),
        burst=burst * rhythm.burst + count,
        burst_at=until,
    )


def told(times: Iterable[datetime], now: datetime) -> Rhythm:
    """Return the rhythm with which a feed begins that is read for the first time.

    Args:
        times: when its entries were published, as they say; times with a zone.
        now: when it was read.
    """
    recent = sorted(one.astimezone(UTC) for one in times if timedelta(0) <= now - one <= timedelta(hours=MOST_HOURS))[
        -MOST_ARRIVALS:
    ]
    if len(recent) < LEAST_TOLD:
        return Rhythm()
    since = min(recent[0], now - timedelta(days=1))
    rhythm = observed(Rhythm(), since, now, 0)
    by_hour, by_day = [0.0] * 24, [0.0] * 7
    for one in recent:
        by_hour[one.hour] += 1
        by_day[one.weekday()] += 1
    return replace(rhythm, by_hour=tuple(by_hour), by_day=tuple(by_day))


def _shares(since: datetime, hours: float) -> tuple[list[float], list[float]]:
    """Return which share of a gap lies in each hour of the day and in each day of the week."""
    begin, hours = _hour_of_week(since), max(hours, LEAST_STEP_HOURS)
    whole_days, rest = divmod(hours, 24)
    of_hours, of_days = [whole_days / hours] * 24, [0.0] * 7
    for hour, length in _cells(begin, rest, 1):
        of_hours[hour % 24] += length / hours
    for day, length in _cells(begin, hours, 24):
        of_days[day % 7] += length / hours
    return of_hours, of_days


def _cells(begin: float, hours: float, size: int) -> Iterator[tuple[int, float]]:
    """Yield each cell of so many hours that a gap touches, with the hours of the gap that lie in it."""
    at, end = begin, begin + hours
    while at < end:
        cell = int(at) // size
        following = min(float((cell + 1) * size), end)
        yield cell, following - at
        at = following


def _hour_of_week(moment: datetime) -> float:
    """Return the hours since Monday, 0:00 UTC."""
    time = moment.astimezone(UTC)
    return time.weekday() * 24 + time.hour + (time.minute * 60 + time.second + time.microsecond / 1e6) / 3600


def _season(rhythm: Rhythm) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return the articles for each hour by hour of the day, and factors for them by day of the week."""
    arrivals, hours = sum(rhythm.by_day), sum(rhythm.watched_by_day)
    rate = (arrivals + PRIOR_HOURS * USUAL_PER_HOUR) / (hours + PRIOR_HOURS)
    smoothed = [_smoothed(rhythm.by_hour, hour) for hour in range(24)]
    days = zip(rhythm.by_day, rhythm.watched_by_day, strict=True)
    by_hour = tuple([rate * _factor(count, arrivals / 24, PROFILE_PRIOR / 24) for count in smoothed])
    return by_hour, tuple([_factor(count, rate * watched, PROFILE_PRIOR / 7) for count, watched in days])


def _smoothed(by_hour: tuple[float, ...], hour: int) -> float:
    near = NEIGHBOUR * (by_hour[hour - 1] + by_hour[(hour + 1) % 24])
    return (by_hour[hour] + near) / (1 + 2 * NEIGHBOUR)


def _factor(count: float, expected: float, prior: float) -> float:
    """Return how much busier an hour or a day is than the mean, drawn towards 1 by a prior of so many articles."""
    return (count + prior) / (expected + prior)


def _burst_rate(rhythm: Rhythm, now: datetime) -> float:
    if rhythm.burst_at is None:
        return 0.0
    hours = max((now - rhythm.burst_at).total_seconds(), 0.0) / 3600
    return BURST_SHARE * math.log(2) / BURST_HOURS * rhythm.burst * math.pow(0.5, hours / BURST_HOURS)


def rate_at(rhythm: Rhythm, moment: datetime) -> float:
    """Return the articles for each hour that are expected at a moment."""
    by_hour, by_day = _season(rhythm)
    hour = int(_hour_of_week(moment))
    return by_hour[hour % 24] * by_day[hour // 24] + _burst_rate(rhythm, moment)


def wait_secs(spec: FeedSpec, rhythm: Rhythm, now: datetime) -> float:
    """Return how long to wait for the next poll of a feed, within its bounds."""
    goal = spec.poll_interval_secs / 3600 * USUAL_PER_HOUR**EXPONENT
    waited = _hours_until(goal, rhythm, now, spec.max_poll_interval_secs / 3600)
    return min(max(waited * 3600, spec.min_poll_interval_secs), spec.max_poll_interval_secs)


def _hours_until(goal: float, rhythm: Rhythm, now: datetime, longest: float) -> float:
    """Return after how many hours the integral of the rate to the power `EXPONENT` reaches a goal, at most about `longest`."""
    by_hour, by_day = _season(rhythm)
    burst, begin = _burst_rate(rhythm, now), _hour_of_week(now)
    waited = gathered = 0.0
    if burst:
        waited, gathered = _through_burst(goal, by_hour, by_day, begin, burst)
    paces, days = [math.pow(rate, EXPONENT) for rate in by_hour], [math.pow(factor, EXPONENT) for factor in by_day]
    whole_day = sum(paces)
    while waited < longest and gathered < goal:
        hour = int(begin + waited + LEAST_STEP_HOURS)
        day = days[hour // 24 % 7]
        if hour % 24 == 0 and gathered + whole_day * day < goal:
            gathered, waited = gathered + whole_day * day, hour + 24.0 - begin
            continue
        pace, step = paces[hour % 24] * day, hour + 1.0 - begin - waited
        waited += min(step, (goal - gathered) / pace)
        gathered = gathered + pace * step
    return waited


def _through_burst(
    goal: float, by_hour: tuple[float, ...], by_day: tuple[float, ...], begin: float, burst: float
) -> tuple[float, float]:
    """Return after how many hours a burst is gone, or the goal reached, and what is gathered until then."""
    waited = gathered = 0.0
    while waited < BURST_AHEAD_HOURS and gathered < goal:
        hour = int(begin + waited + LEAST_STEP_HOURS)
        rate = by_hour[hour % 24] * by_day[hour // 24 % 7] + burst * math.pow(0.5, waited / BURST_HOURS)
        pace, step = math.pow(rate, EXPONENT), min(hour + 1.0 - begin - waited, BURST_STEP_HOURS)
        waited += min(step, (goal - gathered) / pace)
        gathered += pace * step
    return waited, gathered


def articles_a_day(rhythm: Rhythm) -> float | None:
    """Return how many new articles a feed brings a day, the distant past forgotten; None if it was watched for less than a day."""
    hours = sum(rhythm.watched_by_day)
    return round(24 * sum(rhythm.by_day) / hours, 2) if hours >= 24 else None


def poll_interval_secs(state: FeedState) -> float | None:
    """Return the seconds from a feed's last poll to its next; None if it was never polled, or is due at once."""
    polled = [at for at in (state.last_success_at, state.last_error_at) if at is not None]
    if state.next_due_at is None or not polled:
        return None
    return max(0.0, round((state.next_due_at - max(polled)).total_seconds(), 1))

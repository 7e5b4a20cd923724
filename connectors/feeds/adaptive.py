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

from connectors.feeds.base import FeedSpec, Rhythm

EXPONENT = 0.8
USUAL_PER_HOUR = 1.0
PRIOR_HOURS = 6.0  # weight of the usual rate against what is observed
PROFILE_PRIOR = 12.0  # articles, spread evenly over the hours or days, against those observed
NEIGHBOUR = 0.5  # weight of the hours before and after in an hour's share
MEMORY_HOURS = 14 * 24.0
BURST_HOURS = 0.5
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
    by_hour, by_day, watched = ([kept * one for one in bins] for bins in (rhythm.by_hour, rhythm.by_day, rhythm.watched_by_day))
    for moment, share in _hours_between(until - timedelta(hours=hours), until):
        by_hour[moment.hour] += count * share
        by_day[moment.weekday()] += count * share
        watched[moment.weekday()] += hours * share
    return Rhythm(
        by_hour=tuple(by_hour),
        by_day=tuple(by_day),
        watched_by_day=tuple(watched),
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


def _hours_between(since: datetime, until: datetime) -> Iterator[tuple[datetime, float]]:
    """Yield each hour that a gap touches, with the share of the gap that lies in it."""
    secs = (until - since).total_seconds()
    moment = since.astimezone(UTC)
    if secs <= 0:
        yield moment, 1.0
    while moment < until:
        following = min(moment.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1), until)
        yield moment, (following - moment).total_seconds() / secs
        moment = following


def rate_at(rhythm: Rhythm, moment: datetime) -> float:
    """Return the articles for each hour that are expected at a moment."""
    time = moment.astimezone(UTC)
    day, arrivals, hours = time.weekday(), sum(rhythm.by_day), sum(rhythm.watched_by_day)
    rate = (arrivals + PRIOR_HOURS * USUAL_PER_HOUR) / (hours + PRIOR_HOURS)
    by_hour = _factor(_smoothed(rhythm.by_hour, time.hour), arrivals / 24, PROFILE_PRIOR / 24)
    by_day = _factor(rhythm.by_day[day], rate * rhythm.watched_by_day[day], PROFILE_PRIOR / 7)
    return rate * by_hour * by_day + _burst_rate(rhythm, moment)


def _smoothed(by_hour: tuple[float, ...], hour: int) -> float:
    near = NEIGHBOUR * (by_hour[hour - 1] + by_hour[(hour + 1) % 24])
    return (by_hour[hour] + near) / (1 + 2 * NEIGHBOUR)


def _factor(count: float, expected: float, prior: float) -> float:
    """Return how much busier an hour or a day is than the mean, drawn towards 1 by a prior of so many articles."""
    return (count + prior) / (expected + prior)


def _burst_rate(rhythm: Rhythm, moment: datetime) -> float:
    if rhythm.burst_at is None or not rhythm.burst:
        return 0.0
    hours = max((moment - rhythm.burst_at).total_seconds(), 0.0) / 3600
    left = rhythm.burst * math.pow(0.5, hours / BURST_HOURS)
    return BURST_SHARE * left * math.log(2) / BURST_HOURS


def wait_secs(spec: FeedSpec, rhythm: Rhythm, now: datetime) -> float:
    """Return how long to wait for the next poll of a feed, within its bounds."""
    goal = spec.poll_interval_secs * USUAL_PER_HOUR**EXPONENT
    waited = gathered = 0.0
    while waited < spec.max_poll_interval_secs:
        moment = now + timedelta(seconds=waited)
        pace = math.pow(rate_at(rhythm, moment), EXPONENT)
        step = _step_secs(rhythm, moment)
        if gathered + pace * step >= goal:
            waited += (goal - gathered) / pace
            break
        gathered += pace * step
        waited += step
    return min(max(waited, spec.min_poll_interval_secs), spec.max_poll_interval_secs)


def _step_secs(rhythm: Rhythm, moment: datetime) -> float:
    """Return for how long the rate at a moment may be taken as constant: to the full hour, or a part of a burst."""
    to_hour = 3600.0 - (moment.minute * 60 + moment.second + moment.microsecond / 1e6)
    is_bursting = _burst_rate(rhythm, moment) > 0.05 * USUAL_PER_HOUR
    return min(to_hour, BURST_HOURS * 3600 / 4) if is_bursting else to_hour

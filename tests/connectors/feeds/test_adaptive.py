"""When a feed is polled by what it brought."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.feeds.adaptive import observed, rate_at, wait_secs
from connectors.feeds.base import FeedSpec, Rhythm

NOW = datetime(2022, 1, 3, 0, tzinfo=UTC)  # a Monday
SPEC = FeedSpec(
    id="news", url="http://news.example/rss", poll_interval_secs=600, min_poll_interval_secs=60, max_poll_interval_secs=7200
)


def after(
    days: int, per_hour: int, *, hours: range = range(24), week: range = range(7), step: timedelta = timedelta(hours=1)
) -> Rhythm:
    """A rhythm after some days with so many articles in each of these hours on these days."""
    rhythm, moment = Rhythm(), NOW - timedelta(days=days)
    while moment < NOW:
        count = per_hour if moment.hour in hours and moment.weekday() in week else 0
        rhythm = observed(rhythm, moment, moment + step, count)
        moment += step
    return rhythm


def test_a_feed_of_which_nothing_is_known_is_polled_at_the_usual_interval() -> None:
    assert wait_secs(SPEC, Rhythm(), NOW) == pytest.approx(600)


def test_a_feed_of_one_article_an_hour_keeps_about_the_usual_interval() -> None:
    calm = NOW + timedelta(hours=6)  # after what its last article might draw
    assert wait_secs(SPEC, after(28, 1), calm) == pytest.approx(600, rel=0.05)


def test_the_busier_a_feed_is_the_sooner_it_is_polled() -> None:
    waits = [wait_secs(SPEC, after(28, count), NOW + timedelta(hours=6)) for count in (0, 1, 4, 16)]
    assert waits == sorted(waits, reverse=True)
    assert waits[0] > 5 * waits[-1]


def test_the_hour_of_the_day_is_learned() -> None:
    rhythm = after(21, 4, hours=range(8, 18))
    noon, night = rate_at(rhythm, NOW + timedelta(days=7, hours=12)), rate_at(rhythm, NOW + timedelta(days=7, hours=1))
    assert noon > 8 * night


def test_the_day_of_the_week_is_learned() -> None:
    rhythm = after(28, 4, week=range(5))
    assert rate_at(rhythm, NOW + timedelta(days=7)) > 8 * rate_at(rhythm, NOW + timedelta(days=5))


def test_a_wait_in_the_night_ends_when_the_busy_hours_begin() -> None:
    quiet = FeedSpec(id="n", url="x", poll_interval_secs=3600, max_poll_interval_secs=86400)
    rhythm = after(28, 6, hours=range(8, 18))
    due = NOW + timedelta(days=7) + timedelta(seconds=wait_secs(quiet, rhythm, NOW + timedelta(days=7)))
    assert 6 <= due.hour <= 8


def test_a_burst_brings_the_next_poll_forward_and_fades() -> None:
    rhythm = observed(after(28, 1), NOW, NOW + timedelta(minutes=10), 12)
    soon, later = (wait_secs(SPEC, rhythm, NOW + timedelta(minutes=minutes)) for minutes in (10, 300))
    assert soon < later / 2


def test_a_feed_that_fell_silent_is_polled_ever_more_rarely() -> None:
    rhythm, moment, waits = after(28, 4), NOW, []
    for _ in range(6):
        for _ in range(7 * 24):
            rhythm = observed(rhythm, moment, moment + timedelta(hours=1), 0)
            moment += timedelta(hours=1)
        waits.append(wait_secs(SPEC, rhythm, moment))
    assert waits == sorted(waits)
    assert waits[-1] > 2 * waits[0]


@given(st.lists(st.tuples(st.integers(-(10**4), 10**7), st.integers(0, 10**5)), max_size=20), st.integers(0, 10**6))
def test_whatever_was_observed_the_wait_is_within_its_bounds(polls: list[tuple[int, int]], later: int) -> None:
    rhythm, moment = Rhythm(), NOW
    for secs, count in polls:
        rhythm = observed(rhythm, moment, moment + timedelta(seconds=secs), count)
        moment += timedelta(seconds=secs)
    assert 60 <= wait_secs(SPEC, rhythm, moment + timedelta(seconds=later)) <= 7200

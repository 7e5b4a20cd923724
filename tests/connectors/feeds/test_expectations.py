"""When the silence of a feed is an alarm, and when it is not."""

from datetime import UTC, datetime, timedelta

import pytest

from connectors.feeds.adaptive import observed
from connectors.feeds.base import FeedSpec, FeedState, Outcome, Reading, Rhythm
from connectors.feeds.decide import finished
from connectors.feeds.expectations import Watch, silence_of

MONDAY = datetime(2021, 12, 6, tzinfo=UTC)
SPEC = FeedSpec(id="news", url="https://news.example/feed")


def state(last_new_at: datetime | None, rhythm: Rhythm | None = None) -> FeedState:
    return FeedState(feed="news", url=SPEC.url, last_new_at=last_new_at, rhythm=rhythm or Rhythm())


def office(days: int, per_hour: int) -> Rhythm:
    """The rhythm of a feed that writes from Monday to Friday, 8 to 18 h UTC."""
    rhythm = Rhythm()
    for hour in range(24 * days):
        moment = MONDAY + timedelta(hours=hour)
        writes = moment.weekday() < 5 and 8 <= moment.hour < 18
        rhythm = observed(rhythm, moment, moment + timedelta(hours=1), per_hour if writes else 0)
    return rhythm


@pytest.mark.parametrize(("hours", "alarm"), [(5.9, False), (6.1, True)])
def test_an_expectation_of_its_own_is_kept_to_the_hour(hours: float, alarm: bool) -> None:
    spec = FeedSpec(id="news", url=SPEC.url, expected_every_hours=6.0)
    assert (silence_of(spec, state(MONDAY), MONDAY + timedelta(hours=hours)) is not None) is alarm


def test_a_feed_that_was_never_read_is_not_silent() -> None:
    spec = FeedSpec(id="news", url=SPEC.url, expected_every_hours=1.0)
    assert silence_of(spec, state(None), MONDAY) is None


def test_a_busy_feed_that_falls_silent_on_a_working_day_is_an_alarm_within_hours() -> None:
    known = state(MONDAY + timedelta(days=14, hours=9), office(14, per_hour=4))
    assert silence_of(SPEC, known, MONDAY + timedelta(days=14, hours=13)) is None
    found = silence_of(SPEC, known, MONDAY + timedelta(days=14, hours=16))
    assert found is not None
    assert "articles since then" in found.expected


def test_its_usual_weekend_is_none() -> None:
    friday = MONDAY + timedelta(days=11, hours=18)
    assert silence_of(SPEC, state(friday, office(11, per_hour=4)), friday + timedelta(hours=62)) is None


def test_a_feed_that_is_seldom_heard_of_never_is() -> None:
    rhythm = Rhythm()
    for day in range(30):
        rhythm = observed(rhythm, MONDAY + timedelta(days=day), MONDAY + timedelta(days=day + 1), int(day % 7 == 0))
    assert silence_of(SPEC, state(MONDAY + timedelta(days=29), rhythm), MONDAY + timedelta(days=60)) is None


def test_a_silence_is_told_once_and_so_is_its_end() -> None:
    watch = Watch([FeedSpec(id="news", url=SPEC.url, expected_every_hours=6.0)], MONDAY)
    said = [watch.note("news", state(MONDAY), MONDAY + timedelta(hours=hours)) for hours in (1, 7, 8, 9)]
    assert [bool(line) for line in said] == [False, True, False, False]
    assert "silent since 2021-12-06 00:00 UTC; expected something new every 6 hours" in said[1]
    assert watch.silent_secs("news", MONDAY + timedelta(hours=9)) == 9 * 3600
    assert watch.note("news", state(MONDAY + timedelta(hours=10)), MONDAY + timedelta(hours=10)) == "news: no longer silent"
    assert watch.silent_secs("news", MONDAY + timedelta(hours=11)) == 0


def test_a_poll_that_brings_nothing_does_not_end_a_silence() -> None:
    reading = Reading(kind="rss", entries=())
    known = finished(SPEC, FeedState(feed="news"), Outcome.NOTHING_NEW, MONDAY, reading=reading)
    later = finished(SPEC, known, Outcome.NOTHING_NEW, MONDAY + timedelta(hours=1), reading=reading)
    newer = finished(SPEC, later, Outcome.PUBLISHED, MONDAY + timedelta(hours=2), reading=reading, arrived=1)
    assert [one.last_new_at for one in (known, later, newer)] == [MONDAY, MONDAY, MONDAY + timedelta(hours=2)]


def test_a_silence_is_told_between_two_polls_and_no_later_than_it_is_one() -> None:
    watch = Watch([FeedSpec(id="news", url=SPEC.url, expected_every_hours=6.0)], MONDAY)
    assert watch.note("news", state(MONDAY), MONDAY + timedelta(hours=1)) == ""
    assert watch.look(MONDAY + timedelta(hours=6)) == ()
    ((feed, line),) = watch.look(MONDAY + timedelta(hours=6, seconds=2))
    assert feed == "news"
    assert "ALARM" in line
    assert watch.look(MONDAY + timedelta(hours=7)) == (("news", ""),)
    assert watch.silent_secs("news", MONDAY + timedelta(hours=7)) == 7 * 3600


def test_a_busy_feed_whose_server_is_away_is_told_of_without_a_poll() -> None:
    monday = MONDAY + timedelta(days=14)
    watch = Watch([SPEC], MONDAY)
    assert watch.note("news", state(monday + timedelta(hours=9), office(14, per_hour=4)), monday + timedelta(hours=9)) == ""
    told = [(hour, line) for hour in range(10, 20) for _, line in watch.look(monday + timedelta(hours=hour)) if line]
    assert [hour for hour, _ in told] == [16]


def test_a_feed_of_which_something_is_expected_and_that_was_never_read_is_silent_from_the_start() -> None:
    watch = Watch([FeedSpec(id="news", url=SPEC.url, expected_every_hours=6.0)], MONDAY)
    assert watch.note("news", state(None), MONDAY) == ""
    ((_, line),) = watch.look(MONDAY + timedelta(hours=7))
    assert "silent since 2021-12-06 00:00 UTC" in line


def test_a_feed_of_which_nothing_is_expected_is_never_looked_at() -> None:
    watch = Watch([SPEC], MONDAY)
    assert watch.note("news", state(MONDAY), MONDAY) == ""
    assert watch.look(MONDAY + timedelta(days=400)) == ()

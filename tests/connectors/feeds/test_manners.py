"""When and where a feed may be asked again."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.feeds.base import FeedSpec, FeedState, Hints, Move
from connectors.feeds.fetch import Hop, Response
from connectors.feeds.manners import (
    ADOPT_AFTER,
    BURIED_AFTER_FAILURES,
    BURIED_BACK_OFF,
    BURST_MEMORY,
    BURST_QUIET,
    BURST_TIMES,
    DEAD_AFTER_FAILURES,
    DEAD_BACK_OFF,
    MAX_BACK_OFF,
    MAX_FRESH_SECS,
    MAX_HINT_SECS,
    MAX_RETRY_AFTER,
    RECHECK,
    Bursts,
    about,
    address_of,
    allowed_from,
    back_off,
    broker_retry,
    doubted,
    fresh_secs,
    hints_of,
    moved,
    retry_after,
)
from connectors.feeds.rss_atom import RssAtom
from tests.connectors.feeds.documents import rss

NOW = datetime(2021, 12, 31, 12, 30, tzinfo=UTC)  # a Friday
OLD, NEW = "http://old.example/rss", "https://new.example/rss"
SPEC = FeedSpec(id="news", url=OLD)


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        ("120", timedelta(seconds=120)),
        (format_datetime(NOW + timedelta(hours=2), usegmt=True), timedelta(hours=2)),
        (format_datetime(NOW - timedelta(hours=2), usegmt=True), timedelta(0)),
        ("9" * 50, MAX_RETRY_AFTER),
        ("Fri, 31 Dec 9999 00:00:00 GMT", MAX_RETRY_AFTER),
    ],
)
def test_retry_after_is_understood_in_both_forms(value: str, wait: timedelta) -> None:
    assert retry_after(value, NOW) == NOW + wait


@pytest.mark.parametrize("value", [None, "", "soon", "-5", "1.5", "٣", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"])
def test_a_retry_after_that_says_nothing_is_none(value: str | None) -> None:
    assert retry_after(value, NOW) is None


@given(st.floats(1, 86400), st.integers(0, 10**6))
def test_back_off_is_never_shorter_than_the_interval_nor_longer_than_a_month(interval: float, failures: int) -> None:
    wait = back_off(interval, failures).total_seconds()
    assert interval - 1e-3 <= wait <= BURIED_BACK_OFF.total_seconds()


def test_a_feed_dead_for_weeks_is_asked_once_a_week() -> None:
    assert back_off(300, DEAD_AFTER_FAILURES - 1) == MAX_BACK_OFF
    assert back_off(300, DEAD_AFTER_FAILURES) == DEAD_BACK_OFF


def test_a_feed_dead_for_half_a_year_is_asked_once_a_month() -> None:
    assert back_off(300, BURIED_AFTER_FAILURES - 1) == DEAD_BACK_OFF
    assert back_off(300, 10**6) == BURIED_BACK_OFF


def test_a_feed_that_is_gone_is_probed_ever_more_rarely_and_never_forgotten() -> None:
    assert [back_off(300, 1, gone).days for gone in range(2, 8)] == [30, 60, 120, 240, 240, 240]
    assert back_off(300, 1, 1) == back_off(300, 1)


@pytest.mark.parametrize(
    ("headers", "secs"),
    [
        ({"cache-control": "max-age=600"}, 600),
        ({"cache-control": 'public, MAX-AGE="600"'}, 600),
        ({"cache-control": "max-age=600", "age": "100"}, 500),
        ({"cache-control": "max-age=31536000"}, MAX_FRESH_SECS),
        ({"cache-control": "max-age=600, no-cache"}, 0),
        ({"cache-control": "no-store"}, 0),
        ({"cache-control": "max-age=-5"}, 0),
        ({"cache-control": "max-age=soon"}, 0),
        ({"cache-control": ",,=,"}, 0),
        ({"expires": "Fri, 31 Dec 2021 12:20:00 GMT", "date": "Fri, 31 Dec 2021 12:00:00 GMT"}, 1200),
        ({"expires": "Fri, 31 Dec 2021 12:40:00 GMT"}, 600),
        ({"expires": "0", "date": "Fri, 31 Dec 2021 12:00:00 GMT"}, 0),
        ({"expires": "Thu, 01 Jan 1970 00:00:00 GMT", "date": "Fri, 31 Dec 2021 12:00:00 GMT"}, 0),
        ({"cache-control": "max-age=60", "expires": "Fri, 31 Dec 2022 12:00:00 GMT", "date": "Fri, 31 Dec 2021 12:00:00 GMT"}, 60),
        ({}, 0),
    ],
)
def test_an_answer_is_good_for_as_long_as_its_headers_say(headers: dict[str, str], secs: float) -> None:
    assert fresh_secs(headers, NOW) == secs


@pytest.mark.parametrize(
    ("words", "hints"),
    [
        ({"ttl": "60"}, Hints(wait_secs=3600)),
        ({"ttl": "999999"}, Hints(wait_secs=MAX_HINT_SECS)),
        ({"ttl": "soon"}, Hints()),
        ({"updatePeriod": "Hourly", "updateFrequency": "2"}, Hints(wait_secs=1800)),
        ({"updatePeriod": "hourly", "updateFrequency": "0"}, Hints(wait_secs=3600)),
        ({"updatePeriod": "daily"}, Hints(wait_secs=MAX_HINT_SECS)),
        ({"skipHours": "0 1 24 23 x 99"}, Hints(skip_hours=(0, 1, 23))),
        ({"skipHours": " ".join(map(str, range(24)))}, Hints()),
        ({"skipDays": "Saturday sunday Caturday"}, Hints(skip_days=(5, 6))),
        ({}, Hints()),
    ],
)
def test_what_a_feed_says_about_polling_is_understood(words: dict[str, str], hints: Hints) -> None:
    assert hints_of(words) == hints


def test_hours_and_days_are_found_in_the_document() -> None:
    head = (
        "<ttl>30</ttl><skipHours><hour>22</hour><hour> 23 </hour></skipHours><skipDays><day>Sunday</day></skipDays>"
        '<sy:updatePeriod xmlns:sy="http://purl.org/rss/1.0/modules/syndication/">hourly</sy:updatePeriod>'
    )
    reading = RssAtom().read(rss(head=head).encode(), url=OLD, content_type="")
    assert hints_of(reading.hints) == Hints(wait_secs=3600, skip_hours=(22, 23), skip_days=(6,))


@given(
    st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 hypothesis wants them so
    st.sets(st.integers(0, 23), max_size=23),
    st.sets(st.integers(0, 6), max_size=6),
)
def test_the_moment_allowed_is_the_first_that_is_not_skipped(time: datetime, hours: set[int], days: set[int]) -> None:
    hints = Hints(skip_hours=tuple(hours), skip_days=tuple(days))
    found = allowed_from(time, hints)
    assert found >= time
    assert found.hour not in hours
    assert found.weekday() not in days
    before = found - timedelta(seconds=1)
    assert before < time or before.hour in hours or before.weekday() in days


def answer(*hops: tuple[int, str, str], url: str = OLD) -> Response:
    return Response(
        url=url, status=200, hops=tuple(Hop(status=status, url=source, target=target) for status, source, target in hops)
    )


def after(times: int, status: int = 301) -> FeedState:
    state = FeedState(feed="news", url=OLD)
    for _ in range(times):
        move = moved(SPEC, state, answer((status, OLD, NEW), url=NEW), NOW)
        state = FeedState(feed="news", url=OLD, move=move)
    return state


@pytest.mark.parametrize("status", [301, 308])
def test_a_permanent_redirect_is_adopted_after_several_same_answers(status: int) -> None:
    assert address_of(SPEC, after(ADOPT_AFTER - 1, status), NOW) == OLD
    assert address_of(SPEC, after(ADOPT_AFTER, status), NOW) == NEW


@pytest.mark.parametrize("status", [302, 303, 307])
def test_a_redirect_for_the_time_being_is_never_adopted(status: int) -> None:
    assert address_of(SPEC, after(10, status), NOW) == OLD


def test_another_target_starts_the_count_anew() -> None:
    move = moved(SPEC, after(2), answer((301, OLD, "http://other.example/"), url="http://other.example/"), NOW)
    assert move is not None
    assert move.times == 1


def test_a_chain_with_one_temporary_step_is_not_adopted() -> None:
    assert moved(SPEC, after(2), answer((301, OLD, "http://x/"), (302, "http://x/", NEW), url=NEW), NOW) is None


def test_a_step_down_to_http_is_not_adopted() -> None:
    spec = FeedSpec(id="news", url="https://old.example/rss")
    assert moved(spec, FeedState(feed="news"), answer((301, spec.url, OLD), url=OLD), NOW) is None


def test_the_old_address_is_asked_once_a_day() -> None:
    assert address_of(SPEC, after(ADOPT_AFTER), NOW + RECHECK) == OLD


def test_the_new_address_stays_adopted_while_it_answers() -> None:
    state = after(ADOPT_AFTER)
    assert moved(SPEC, state, answer(url=NEW), NOW) == state.move


def test_the_old_address_takes_over_when_it_answers_again() -> None:
    assert moved(SPEC, after(ADOPT_AFTER), answer(url=OLD), NOW) is None


def test_the_old_address_is_asked_when_the_new_one_fails() -> None:
    assert address_of(SPEC, FeedState(feed="news", url=OLD, move=doubted(after(ADOPT_AFTER).move)), NOW) == OLD


def test_refusals_of_one_host_in_a_short_time_close_it_and_scattered_ones_do_not() -> None:
    bursts = Bursts()
    minutes = [timedelta(minutes=minute) for minute in (0, 11, 22, 23, 24)]
    assert [bursts.note("news.example", NOW + minute) for minute in minutes[:4]] == [None] * 4
    assert bursts.note("other.example", NOW + minutes[4]) is None
    assert bursts.note("news.example", NOW + minutes[4]) == NOW + minutes[4] + timedelta(hours=1)
    assert bursts.note("news.example", NOW + timedelta(minutes=25)) is None


def test_each_further_burst_of_a_host_makes_it_quiet_for_twice_as_long_up_to_a_day() -> None:
    bursts, now, quiet = Bursts(), NOW, []
    for _ in range(7):
        until = [bursts.note("news.example", now) for _ in range(BURST_TIMES)][-1]
        assert until is not None
        quiet.append((until - now).total_seconds() / 3600)
        now = until
    assert quiet == [1, 2, 4, 8, 16, 24, 24]
    later = now + BURST_MEMORY
    assert [bursts.note("news.example", later) for _ in range(BURST_TIMES)][-1] == later + BURST_QUIET


def test_a_broker_that_stays_away_is_tried_ever_more_rarely_up_to_a_limit() -> None:
    assert [broker_retry(times).total_seconds() for times in (1, 2, 3, 5, 6, 10**6)] == [15, 30, 60, 240, 300, 300]


def test_a_changed_configuration_forgets_what_was_about_the_old_address() -> None:
    state = FeedState(feed="news", url="http://other.example/", failures=9, gone=2, move=Move(target=NEW))
    assert about(SPEC, state) == FeedState(feed="news", url=OLD)
    assert about(SPEC, after(1)) == after(1)

"""What a poll comes to, and when the next one is due."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.errors import FeedError, FetchError, UnsafeAddressError
from connectors.feeds.base import Entry, FeedSpec, FeedState, Outcome, Reading, Validators
from connectors.feeds.decide import NO_WORD, Finish, Make, Read, Skip, choose, decide, finished
from connectors.feeds.failures import OverBudgetError, StoppedError, TimedOutError, UnreachableError, UnreadableError
from connectors.feeds.fetch import Response
from connectors.feeds.identity import all_keys, entry_hash, identify
from connectors.feeds.manners import MAX_BACK_OFF, is_ended
from connectors.feeds.store import Pending, Seen

NOW = datetime(2021, 12, 31, 12, tzinfo=UTC)
SPEC = FeedSpec(id="news", url="http://news.example/rss", poll_interval_secs=300)
STATE = FeedState(feed="news", validators=Validators(url="http://news.example/rss", etag='"1"'))
ENTRY = Entry(guid="1", link="http://news.example/a", title="T", text="words")
KEY = "link:news.example/a"


def response(status: int, **headers: str) -> Response:
    return Response(
        url="http://news.example/rss", status=status, headers={name.replace("_", "-"): value for name, value in headers.items()}
    )


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (response(304), Outcome.NOT_MODIFIED),
        (replace(response(304), conditional=False), Outcome.SERVER_ERROR),
        (response(429), Outcome.RATE_LIMITED),
        (response(503, retry_after="60"), Outcome.RATE_LIMITED),
        (response(503), Outcome.SERVER_ERROR),
        (response(500), Outcome.SERVER_ERROR),
        (response(204), Outcome.SERVER_ERROR),
        (response(302), Outcome.SERVER_ERROR),
        (response(404), Outcome.REFUSED),
        (response(403), Outcome.REFUSED),
        (response(410), Outcome.GONE),
        (UnreachableError("x", "y"), Outcome.UNREACHABLE),
        (TimedOutError("x", "y"), Outcome.TIMED_OUT),
        (OverBudgetError("x", "y"), Outcome.OVER_BUDGET),
        (UnsafeAddressError("x", "y"), Outcome.UNSAFE_ADDRESS),
        (UnreadableError("x", "y"), Outcome.UNREADABLE),
        (StoppedError("x", "y"), Outcome.STOPPED),
        (FetchError("x", "y"), Outcome.UNREACHABLE),
        (FeedError("x", "y"), Outcome.FAILED),
    ],
)
def test_each_answer_has_its_outcome(answer: Response | FeedError, outcome: Outcome) -> None:
    found = decide(answer)
    assert isinstance(found, Finish)
    assert found.outcome is outcome


def test_a_200_is_read() -> None:
    assert decide(response(200)) == Read(response=response(200))


def chosen(entry: Entry = ENTRY, seen: Seen | None = None, pending: Pending | None = None, spec: FeedSpec = SPEC) -> Make | Skip:
    found = identify("news", all_keys("news", [entry]), {KEY: seen} if seen is not None else {})
    return choose(spec, found, {pending.key: pending} if pending is not None else {})[0]


def seen(*, feed: str = "news", hashed: Entry = ENTRY) -> Seen:
    return Seen(article_id="a", feed=feed, version=1, entry_hash=entry_hash(hashed), prints={}, seen_on=date(2021, 12, 31))


def test_a_new_entry_is_made_with_its_page() -> None:
    found = chosen()
    assert isinstance(found, Make)
    assert found.with_page


def test_no_page_is_fetched_where_there_is_none_or_none_is_needed() -> None:
    full = Entry(link=ENTRY.link, text="x" * 5000)
    for found in (chosen(full), chosen(Entry(guid="1", text="x")), chosen(spec=FeedSpec(id="news", url="x", fetch_pages=False))):
        assert isinstance(found, Make)
        assert not found.with_page


def test_a_known_entry_is_skipped_unless_it_says_something_else() -> None:
    assert isinstance(chosen(seen=seen()), Skip)
    assert isinstance(chosen(seen=seen(hashed=Entry(title="other"))), Make)


def test_an_article_of_another_feed_is_skipped() -> None:
    assert isinstance(chosen(seen=seen(feed="other", hashed=Entry())), Skip)


def test_an_entry_still_pending_is_made_again_and_its_attempts_counted() -> None:
    found = chosen(seen=seen(), pending=Pending(key=KEY, entry=ENTRY, attempts=2))
    assert isinstance(found, Make)
    assert found.attempts == 2


def test_a_changed_entry_starts_its_attempts_anew() -> None:
    found = chosen(seen=seen(hashed=Entry()), pending=Pending(key=KEY, entry=ENTRY, attempts=2))
    assert isinstance(found, Make)
    assert found.attempts == 0


def test_a_good_poll_is_followed_by_the_next_after_the_interval() -> None:
    state = finished(SPEC, STATE, Outcome.NOTHING_NEW, NOW, response=response(200, etag='"2"'))
    assert state.next_due_at == NOW + timedelta(seconds=300)
    assert (state.validators.etag, state.failures, state.last_success_at) == ('"2"', 0, NOW)


def test_a_bad_poll_keeps_the_validators_and_doubles_the_wait() -> None:
    state = STATE
    waits = []
    for _ in range(12):
        state = finished(SPEC, state, Outcome.UNREADABLE, NOW, problem="why", response=response(200, etag='"2"'))
        assert state.next_due_at is not None
        waits.append((state.next_due_at - NOW).total_seconds())
    assert waits[:3] == [600, 1200, 2400]
    assert waits[-1] == MAX_BACK_OFF.total_seconds()
    assert (state.validators, state.last_error, state.failures) == (STATE.validators, "why", 12)


def test_a_broker_that_is_away_is_tried_again_soon_and_the_document_asked_for_whole() -> None:
    state = finished(SPEC, STATE, Outcome.NOT_PUBLISHED, NOW, response=response(200, etag='"2"'))
    assert state.next_due_at == NOW + timedelta(seconds=15)
    assert state.validators.etag == '"1"'
    again = finished(SPEC, state, Outcome.NOT_PUBLISHED, NOW)
    assert again.next_due_at == NOW + timedelta(seconds=30)


@given(st.sampled_from([o for o in Outcome if o is not Outcome.STOPPED]), st.integers(0, 10**7), st.integers(0, 2000))
def test_no_feed_is_asked_before_its_server_allows_it(outcome: Outcome, seconds: int, failures: int) -> None:
    state = FeedState(feed="news", failures=failures)
    due = finished(SPEC, state, outcome, NOW, response=response(429), quiet_until=NOW + timedelta(seconds=seconds)).next_due_at
    assert due is not None
    assert due >= NOW + timedelta(seconds=seconds)


def said(**hints: str) -> Reading:
    return Reading(kind="rss", entries=(), link="http://news.example/", language="en", hints=hints)


def test_a_feed_is_never_asked_in_an_hour_to_skip() -> None:
    state = finished(SPEC, STATE, Outcome.NOTHING_NEW, NOW, response=response(200), reading=said(skipHours="12 13"))
    assert state.next_due_at == NOW.replace(hour=14)
    assert finished(SPEC, state, Outcome.NOT_MODIFIED, NOW, response=response(304)).next_due_at == NOW.replace(hour=14)


def test_an_answer_is_not_asked_for_again_while_it_is_fresh() -> None:
    state = finished(SPEC, STATE, Outcome.NOTHING_NEW, NOW, response=response(200, cache_control="max-age=1800"))
    assert state.next_due_at == NOW + timedelta(seconds=1800)


def test_the_feed_s_own_ttl_makes_us_wait() -> None:
    state = finished(SPEC, STATE, Outcome.NOTHING_NEW, NOW, response=response(200), reading=said(ttl="60"))
    assert state.next_due_at == NOW + timedelta(hours=1)


def test_pages_left_over_are_fetched_soon() -> None:
    state = finished(SPEC, STATE, Outcome.PUBLISHED, NOW, response=response(200), reading=said(ttl="60"), more=True)
    assert state.next_due_at == NOW + timedelta(seconds=10)


def test_410_counts_only_in_a_row() -> None:
    state = STATE
    for outcome in (Outcome.GONE, Outcome.REFUSED, Outcome.GONE):
        state = finished(SPEC, state, outcome, NOW)
        assert not is_ended(state)
    assert is_ended(finished(SPEC, state, Outcome.GONE, NOW))


@pytest.mark.parametrize("status", [204, 300, 302, 304, 401, 402, 403, 404, 405, 410, 418, 429, 451, 500, 502, 503, 520, 599, 700])
def test_whatever_a_server_answers_is_named_with_what_to_do(status: int) -> None:
    end = decide(replace(response(status), conditional=False))
    assert isinstance(end, Finish)
    assert re.fullmatch(rf"http://news\.example/rss: the server answered {status}( [A-Z].*)? \(.{{15,}}\)", end.problem)


@pytest.mark.parametrize("outcome", sorted(NO_WORD))
def test_an_answer_that_says_nothing_of_the_document_does_not_revive_a_feed_that_is_gone(outcome: Outcome) -> None:
    state = finished(SPEC, finished(SPEC, STATE, Outcome.GONE, NOW), outcome, NOW)
    assert is_ended(finished(SPEC, state, Outcome.GONE, NOW))


@pytest.mark.parametrize(("outcome", "most"), [(Outcome.UNREACHABLE, 120), (Outcome.REFUSED, 120), (Outcome.GONE, 12)])
def test_a_dead_feed_is_probed_ever_more_rarely_over_three_years_and_read_when_it_comes_back(outcome: Outcome, most: int) -> None:
    state, now, gaps = STATE, NOW, list[timedelta]()
    while now < NOW + timedelta(days=3 * 365):
        state = finished(SPEC, state, outcome, now)
        assert state.next_due_at is not None
        gaps.append(state.next_due_at - now)
        now = state.next_due_at
    assert gaps == sorted(gaps)
    assert 3 < len(gaps) < most
    alive = finished(SPEC, state, Outcome.NOTHING_NEW, now, response=response(200), reading=said())
    assert (alive.failures, alive.gone) == (0, 0)
    assert alive.next_due_at is not None
    assert alive.next_due_at - now <= timedelta(seconds=SPEC.max_poll_interval_secs)

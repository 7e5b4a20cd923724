"""Which feed is next, and one request at a time to each host."""

import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.feeds.failures import QuietError, StoppedError
from connectors.feeds.scheduler import EVEN, MAX_PAUSE_SECS, Evenness, HostPacer, Schedule, pause_secs, rest_secs, spread

NOW = datetime(2021, 12, 31, 12, tzinfo=UTC)


def later(secs: float) -> datetime:
    return NOW + timedelta(seconds=secs)


def test_feeds_come_in_the_order_in_which_they_are_due() -> None:
    schedule = Schedule()
    for feed, secs in (("c", 3), ("a", 1), ("b", 2)):
        schedule.add(feed, feed, later(secs))
    assert [schedule.take(later(5)) for _ in range(4)] == ["a", "b", "c", None]


def test_a_feed_is_not_taken_before_it_is_due() -> None:
    schedule = Schedule()
    schedule.add("a", "host", later(10))
    assert schedule.take(NOW) is None
    assert schedule.wait_secs(NOW) == 10
    assert schedule.take(later(10)) == "a"


def test_a_busy_host_holds_back_its_own_feeds_alone() -> None:
    schedule = Schedule()
    for feed, host in (("a1", "a"), ("a2", "a"), ("b1", "b")):
        schedule.add(feed, host, NOW)
    assert [schedule.take(NOW) for _ in range(3)] == ["a1", "b1", None]
    schedule.done("a1", later(1))
    assert schedule.take(later(1)) == "a2"
    schedule.done("a2", later(2))
    schedule.done("b1", later(2))
    assert len(schedule) == 0


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 20)), max_size=40), st.randoms(use_true_random=False))
def test_every_feed_is_taken_once_and_never_two_of_one_host_at_a_time(feeds: list[tuple[int, int]], dice: object) -> None:
    schedule = Schedule()
    for number, (host, secs) in enumerate(feeds):
        schedule.add(str(number), str(host), later(secs))
    taken: list[str] = []
    busy: list[str] = []
    for _ in range(1000):
        if not (len(schedule) or busy):
            break
        feed = schedule.take(later(20))
        if feed is not None:
            assert feeds[int(feed)][0] not in [feeds[int(other)][0] for other in busy]
            taken.append(feed)
            busy.append(feed)
        else:
            ended = busy.pop(dice.randrange(len(busy)))  # type: ignore[attr-defined]
            schedule.done(ended, later(20))
    assert sorted(taken, key=int) == [str(number) for number in range(len(feeds))]


@given(st.floats(0, 1), st.integers(-100, 10**6))
def test_jitter_never_makes_a_feed_due_earlier(dice: float, secs: int) -> None:
    assert later(secs) <= spread(later(secs), NOW, dice) <= later(secs) + timedelta(seconds=abs(secs)) * 0.11


def test_a_closed_host_is_closed_for_all_its_feeds_until_it_opens() -> None:
    schedule = Schedule()
    for feed, host in (("a1", "a"), ("a2", "a"), ("b1", "b")):
        schedule.add(feed, host, NOW)
    schedule.close("a", later(60))
    schedule.close("a", later(30))
    assert [schedule.take(later(59)) for _ in range(2)] == ["b1", None]
    assert schedule.wait_secs(later(59)) == 1
    assert schedule.take(later(60)) == "a1"


@pytest.mark.parametrize(("latency", "pause"), [(0.0, 0.0), (1.5, 3.0), (100.0, 30.0)])
def test_a_slow_server_is_given_more_time(latency: float, pause: float) -> None:
    assert pause_secs(latency) == pause


def test_a_host_rests_before_the_next_in_its_line() -> None:
    schedule = Schedule()
    for feed in ("a1", "a2"):
        schedule.add(feed, "a", NOW)
    assert [schedule.take(NOW), schedule.take(NOW)] == ["a1", None]
    schedule.done("a1", later(1), rest_secs=5)
    assert schedule.wait_secs(later(1)) == 5
    assert [schedule.take(later(5)), schedule.take(later(6))] == [None, "a2"]


def starts(schedule: Schedule, secs: int) -> list[int]:
    """In which second each poll begins, each feed being polled once."""
    found = []
    for second in range(secs):
        while (feed := schedule.take(later(second))) is not None:
            schedule.done(feed, later(second))
            schedule.add(feed, feed, later(10**9), wait_secs=600)
            found.append(second)
    return found


def test_feeds_that_are_due_together_are_polled_at_an_even_pace() -> None:
    schedule = Schedule(Evenness(least_per_sec=0.1))
    for number in range(600):
        schedule.add(str(number), str(number), NOW, wait_secs=600)
    found = starts(schedule, 600)
    assert len(found) == 600
    assert max(found.count(second) for second in set(found)) <= EVEN + 1
    assert found[-1] == pytest.approx(600 / EVEN, rel=0.02)


def test_redirects_that_are_foreseen_are_counted_before_they_are_followed() -> None:
    schedule = Schedule(Evenness(least_per_sec=1.0))
    schedule.add("moved", "a", NOW)
    schedule.take(NOW)
    schedule.done("moved", NOW, redirects=3)
    schedule.add("moved", "a", later(100))
    schedule.add("other", "b", later(100))
    assert [schedule.take(later(100)), schedule.take(later(100))] == ["moved", None]
    assert (schedule.wait_secs(later(100)) or 0) > 1


def test_a_few_feeds_do_not_wait_for_an_even_pace() -> None:
    schedule = Schedule(Evenness())
    for number in range(10):
        schedule.add(str(number), str(number), NOW, wait_secs=300)
    assert starts(schedule, 3)[-1] <= 1


def test_a_schedule_says_when_the_pace_lets_the_next_poll_begin() -> None:
    schedule = Schedule(Evenness(least_per_sec=0.5))
    for number in range(2):
        schedule.add(str(number), str(number), NOW, wait_secs=10**6)
    assert schedule.take(NOW) is not None
    assert schedule.wait_secs(NOW) == pytest.approx(2)


def test_a_host_that_was_closed_is_not_asked_and_others_are() -> None:
    pacer = HostPacer(0, threading.Event())
    pacer.close("host", 60)
    with pytest.raises(QuietError, match="left alone"), pacer("host"):
        pass
    with pacer("other"):
        pass


def test_a_host_opens_again() -> None:
    now = [0.0]
    pacer = HostPacer(0, threading.Event(), lambda: now[0])
    pacer.close("host", 60)
    now[0] = 60.0
    with pacer("host"):
        pass


def test_a_host_that_asks_for_a_delay_gets_it_up_to_a_limit() -> None:
    assert [rest_secs("host", 1, 0.1, delay) for delay in (0, 7, 10**6)] == [1, 7, MAX_PAUSE_SECS]
    now = [0.0]
    pacer = HostPacer(1, threading.Event(), lambda: now[0])
    pacer.slow("host", 7)
    with pacer("host"):
        pass
    assert (pacer.rest_secs("host"), pacer.rest_secs("other")) == (7, 0)


def test_36000_feeds_are_picked_fast() -> None:
    schedule = Schedule()
    for number in range(36_000):
        schedule.add(f"feed-{number}", f"host-{number % 5000}", later(number % 3600))
    started = time.perf_counter()
    for _ in range(1000):
        assert schedule.take(later(3600)) is not None
    assert time.perf_counter() - started < 1.0


def test_requests_to_one_host_keep_their_distance() -> None:
    pacer = HostPacer(0.1, threading.Event())
    begins: list[float] = []
    ends: list[float] = []

    def ask() -> None:
        with pacer("host"):
            begins.append(time.monotonic())
            time.sleep(0.02)
            ends.append(time.monotonic())

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(begin - end >= 0.095 for begin, end in zip(begins[1:], ends, strict=False))


def test_hosts_do_not_wait_for_each_other() -> None:
    pacer = HostPacer(10, threading.Event())
    started = time.monotonic()
    for host in ("a", "b", "c"):
        with pacer(host):
            pass
    assert time.monotonic() - started < 5


def test_machines_of_our_own_network_are_not_spared() -> None:
    pacer = HostPacer(10, threading.Event())
    started = time.monotonic()
    for _ in range(3):
        with pacer("127.0.0.1:8000"):
            pass
    assert time.monotonic() - started < 5


def test_a_stop_ends_the_wait_for_a_turn() -> None:
    stop = threading.Event()
    pacer = HostPacer(10, stop)
    with pacer("host"):
        pass
    threading.Timer(0.1, stop.set).start()
    started = time.monotonic()
    with pytest.raises(StoppedError), pacer("host"):
        pass
    assert time.monotonic() - started < 5

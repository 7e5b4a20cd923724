"""What polls teach the plan: hosts and brokers that are to be left alone, and for how long."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from connectors.feeds.base import FeedSpec, FeedState, Outcome
from connectors.feeds.manners import BURST_QUIET, BURST_TIMES
from connectors.feeds.plan import Plan
from connectors.feeds.poller import Poll

NOW = datetime(2021, 12, 31, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def plan_of(*urls: str, states: Mapping[str, FeedState] | None = None) -> tuple[Plan, dict[str, float]]:
    """A plan of feeds that are named by their addresses, and the hosts that it has others leave alone, with the seconds."""
    closed: dict[str, float] = {}
    specs = [FeedSpec(id=url, url=f"http://{url}", poll_interval_secs=600) for url in urls]
    plan = Plan(specs, lambda: 0.0, quiet=closed.__setitem__)
    plan.begin(lambda spec: (states or {}).get(spec.id, FeedState(feed=spec.id, url=spec.url)), NOW)
    return plan, closed


def ended(
    plan: Plan, feed: str, outcome: Outcome, *, status: int | None = None, host: str = "", quiet: datetime | None = None
) -> tuple[str, ...]:
    """Let a poll of a feed end now, that feed being due again after ten minutes."""
    state = FeedState(
        feed=feed, url=f"http://{feed}", next_due_at=NOW + timedelta(minutes=10), quiet_until=quiet, last_outcome=outcome
    )
    return plan.ended(Poll(feed=feed, outcome=outcome, problem="", state=state, status=status, host=host, quiet_until=quiet), NOW)


def taken(plan: Plan, at: datetime = NOW) -> str | None:
    spec = plan.take(at)
    return spec.id if spec is not None else None


@pytest.mark.parametrize("status", [403, 429, 503])
def test_a_refusal_that_names_a_time_quiets_the_host_until_then(status: int) -> None:
    plan, closed = plan_of("a/1", "a/2", "b/1")
    outcome = Outcome.REFUSED if status == 403 else Outcome.RATE_LIMITED
    assert taken(plan) == "a/1"
    said = ended(plan, "a/1", outcome, status=status, host="a", quiet=NOW + HOUR)
    assert closed == {"a": 3600}
    assert "a: left alone until 2021-12-31 13:00:00 UTC" in said
    assert [taken(plan), taken(plan)] == ["b/1", None]
    assert taken(plan, NOW + HOUR) is not None


@pytest.mark.parametrize("status", [403, 429, 503])
def test_refusals_without_a_time_quiet_the_host_when_they_come_in_a_row(status: int) -> None:
    plan, closed = plan_of(*(f"a/{number}" for number in range(9)))
    for _ in range(BURST_TIMES):
        feed = taken(plan)
        assert feed is not None
        assert closed == {}
        ended(plan, feed, Outcome.REFUSED, status=status, host="a")
    assert closed == {"a": BURST_QUIET.total_seconds()}
    assert taken(plan) is None


def test_refusals_with_an_answer_between_them_are_the_feeds_own_matter() -> None:
    plan, closed = plan_of(*(f"a/{number}" for number in range(9)))
    for number in range(9):
        feed = taken(plan)
        assert feed is not None
        is_given = number % BURST_TIMES == BURST_TIMES - 1
        outcome, status = (Outcome.NOT_MODIFIED, 304) if is_given else (Outcome.REFUSED, 403)
        ended(plan, feed, outcome, status=status, host="a")
    assert closed == {}


def test_who_refuses_behind_a_redirect_is_quieted_and_not_who_led_there() -> None:
    plan, closed = plan_of("a/1", "a/2", "b/1")
    assert taken(plan) == "a/1"
    ended(plan, "a/1", Outcome.RATE_LIMITED, status=429, host="b", quiet=NOW + HOUR)
    assert closed == {"b": 3600}
    assert [taken(plan), taken(plan)] == ["a/2", None]


def test_a_host_that_asked_for_quiet_gets_it_from_all_its_feeds_after_a_restart() -> None:
    told = FeedState(feed="a/1", url="http://a/1", quiet_until=NOW + HOUR, quiet_host="b", next_due_at=NOW + HOUR)
    plan, closed = plan_of("a/1", "a/2", "b/1", states={"a/1": told})
    assert closed == {"b": 3600}
    assert [taken(plan), taken(plan)] == ["a/2", None]


def test_a_push_does_not_bring_a_feed_forward_that_its_server_wants_left_alone() -> None:
    plan, _ = plan_of("a/1")
    assert taken(plan) == "a/1"
    ended(plan, "a/1", Outcome.REFUSED, status=404, host="a", quiet=NOW + timedelta(minutes=5))
    assert plan.hasten("a/1", NOW)
    assert [taken(plan), taken(plan, NOW + timedelta(minutes=5))] == [None, "a/1"]


def test_no_feed_is_polled_while_the_broker_takes_nothing_and_all_are_when_it_does() -> None:
    plan, _ = plan_of("a/1", "b/1", "c/1", "d/1")
    assert [taken(plan), taken(plan)] == ["a/1", "b/1"]
    assert any("broker" in line for line in ended(plan, "a/1", Outcome.NOT_PUBLISHED))
    assert ended(plan, "b/1", Outcome.NOT_PUBLISHED) == ()
    assert taken(plan) is None
    assert plan.wait_secs(NOW) == 15
    assert taken(plan, NOW + timedelta(seconds=15)) == "c/1"
    ended(plan, "c/1", Outcome.PUBLISHED, status=200)
    assert taken(plan) == "d/1"


def test_a_broker_that_stays_away_is_tried_ever_more_rarely() -> None:
    plan, now, waits = plan_of("a/1")[0], NOW, list[float]()
    for _ in range(7):
        assert taken(plan, now) == "a/1"
        state = FeedState(feed="a/1", url="http://a/1", next_due_at=now)
        plan.ended(Poll(feed="a/1", outcome=Outcome.NOT_PUBLISHED, problem="", state=state), now)
        waits.append(plan.wait_secs(now) or 0)
        now += timedelta(seconds=waits[-1])
    assert waits == [15, 30, 60, 120, 240, 300, 300]

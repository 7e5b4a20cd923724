"""A month of feeds and faults on a virtual clock; the large one is a benchmark (`bench_feeds_month.py`)."""

import pytest

from connectors.feeds import decide, fetch, plan, scheduler
from connectors.feeds.base import Outcome
from connectors.feeds.manners import MAX_BROKER_RETRY, back_off
from connectors.feeds.scheduler import Evenness
from tests.connectors.feeds import world
from tests.connectors.feeds.world import BROKER_AWAY, DAY, OUTAGE, PAUSE, Month, World, permanent


def lived(days: float = 30, feeds: int = 200, hosts: int = 8) -> Month:
    month = Month(World(feeds, hosts, seed=11))
    month.run(days * DAY)
    return month


def test_nothing_is_asked_that_should_not_be_and_every_fault_was_met() -> None:
    month = lived(feeds=400)
    assert not month.world.wrongs
    met = {"200", "304", "301", "302", "308", "403", "404", "410", "429", "500", "503", "TimedOutError", "UnreachableError"}
    assert set(month.world.statuses) >= met
    assert Outcome.UNREADABLE in month.outcomes
    assert permanent(month) > 0
    assert len(month.states) == 400


def test_a_host_that_refuses_feed_after_feed_is_left_alone() -> None:
    month = lived(20, feeds=600, hosts=3)
    assert not month.world.wrongs
    assert month.world.bursts > 0


def test_all_feeds_that_failed_together_are_read_again_after_an_outage() -> None:
    month = lived(OUTAGE[1] / DAY + 7, feeds=60)  # the longest wait is six days
    after = [state.last_success_at for state in month.states.values() if not month.world.documents[state.url].fault]
    assert after
    assert all(one is not None and one > world._at(OUTAGE[1]) for one in after)


def test_we_do_not_ask_while_we_do_not_run() -> None:
    month = lived(PAUSE[1] / DAY + 1)
    assert not [minute for minute in month.world.minutes if PAUSE[0] / 60 + 10 < minute < PAUSE[1] / 60]


def test_sources_are_left_in_peace_while_the_broker_is_away() -> None:
    month = lived(BROKER_AWAY[1] / DAY + 1)
    during = sum(count for minute, count in month.world.minutes.items() if BROKER_AWAY[0] <= minute * 60 < BROKER_AWAY[1])
    trials = (BROKER_AWAY[1] - BROKER_AWAY[0]) / MAX_BROKER_RETRY.total_seconds() + 10
    assert 10 < month.outcomes[Outcome.NOT_PUBLISHED] <= trials
    assert during <= trials + 10
    assert not month.world.wrongs


# What the world writes down when the code that keeps a promise is broken: the checks above can fail.


def test_the_world_sees_a_poller_that_forgets_validators(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch, "conditions", lambda *_: {})
    assert lived(10).world.wrongs["unconditional again"] > 0


def test_the_world_sees_a_poller_that_does_not_heed_retry_after(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(world, "retry_after", lambda *_: None)
    assert lived(20).world.wrongs["before Retry-After"] > 0


def test_the_world_sees_a_poller_that_does_not_heed_hours_to_skip(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (decide, plan):
        monkeypatch.setattr(module, "allowed_from", lambda moment, _: moment)
    assert lived(10).world.wrongs["in an hour or day to skip"] > 0


def test_the_world_sees_a_poller_that_lets_no_host_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scheduler, "rest_secs", lambda *_: 0.0)
    monkeypatch.setattr(world, "Evenness", lambda *_: Evenness(1000.0))
    assert lived(10).world.wrongs["host not rested"] > 0


def test_the_world_sees_a_poller_that_does_not_mind_refusals(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan.Bursts, "note", lambda *_: None)
    assert lived(20, feeds=600, hosts=3).world.wrongs["after a burst of refusals"] > 0


def test_the_world_sees_a_poller_that_forgets_who_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decide, "back_off", lambda secs, failures, _: back_off(secs, failures))
    assert lived().world.wrongs["gone for good"] > 0

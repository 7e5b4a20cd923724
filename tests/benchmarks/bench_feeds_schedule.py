"""How soon new articles are found by the same number of requests; and what 36,000 feeds cost, run as a module.

Arrivals are simulated: rates of feeds are log-normal, each has its own peak hour, a daily and a weekly rhythm, and an article draws
others after it within the hour. Every policy sees the same articles and makes the same number of requests (within 1 %); the first
two weeks, in which rhythms are learned, are not measured. Fixed intervals and the week's count are what other readers poll by.

The cost is that of a process of its own which holds the feeds as `run feeds` does: configuration, plan, the watch over silences,
and a state file in which every feed has a rhythm. Time is of the processor, since others use the machine as well.
"""

import bisect
import math
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from connectors.config import FeedConfig, FeedsConfig
from connectors.feeds.adaptive import observed, wait_secs
from connectors.feeds.base import FeedSpec, FeedState, Outcome, Rhythm
from connectors.feeds.decide import finished
from connectors.feeds.expectations import Watch
from connectors.feeds.manners import about
from connectors.feeds.plan import Plan
from connectors.feeds.poller import Poll
from connectors.feeds.run import specs_of
from connectors.feeds.scheduler import Evenness
from connectors.feeds.store import Store

START = datetime(2021, 11, 1, tzinfo=UTC)
WARM_DAYS, DAYS, FEEDS = 14, 28, 100
MANY, HOSTS, TAKEN = 36_000, 12_000, 20_000
MOST_MB, MOST_MS = 300, 1.0
HOUR = 3600.0
SPEC = FeedSpec(
    id="x", url="http://x.example/", poll_interval_secs=1800, min_poll_interval_secs=90, max_poll_interval_secs=6 * HOUR
)
Policy = Callable[[list[float], float, float, int], float]


def arrivals(dice: random.Random) -> list[float]:
    """Return the times of one feed's articles, in seconds from the start.

    The day is a von Mises density: the busiest hour has 3 to 55 times the articles of the quietest.
    """
    rate = min(math.exp(dice.gauss(math.log(0.4), 1.3)), 15.0)
    peak, sharp, weekend = dice.gauss(13, 4), dice.uniform(0.5, 2.0), dice.uniform(0.2, 1.0)
    found: list[float] = []
    at = 0.0
    while at < DAYS * 24 * HOUR:
        at += dice.expovariate(rate * math.exp(sharp)) * HOUR
        hour, day = at / HOUR % 24, int(at / HOUR / 24) % 7
        share = math.exp(sharp * (math.cos((hour - peak) / 24 * 2 * math.pi) - 1)) * (weekend if day >= 5 else 1.0)
        if dice.random() < share:
            found += _burst(dice, at)
    return sorted(one for one in found if one < DAYS * 24 * HOUR)


def _burst(dice: random.Random, at: float) -> list[float]:
    found = [at]
    while dice.random() < 0.35:
        found.append(found[-1] + dice.expovariate(1 / 1200))
    return found


def polls_of(times: list[float], wait: Policy) -> list[float]:
    """Return when a policy polls a feed; it is told the times, but looks only at those before now."""
    polls = [0.0]
    while polls[-1] < DAYS * 24 * HOUR:
        since = polls[-2] if len(polls) > 1 else 0.0
        new = bisect.bisect_right(times, polls[-1]) - bisect.bisect_right(times, since)
        polls.append(polls[-1] + wait(times, since, polls[-1], new))
    return polls


def ours() -> Policy:
    rhythm = Rhythm()

    def wait(_times: list[float], since: float, now: float, new: int) -> float:
        nonlocal rhythm
        moment = START + timedelta(seconds=now)
        rhythm = observed(rhythm, START + timedelta(seconds=since), moment, new)
        return wait_secs(SPEC, rhythm, moment)

    return wait


def by_week(secs_for_one: float) -> Policy:
    def wait(times: list[float], _since: float, now: float, _new: int) -> float:
        count = bisect.bisect_right(times, now) - bisect.bisect_right(times, now - 7 * 24 * HOUR)
        return min(max(secs_for_one / max(count, 1), SPEC.min_poll_interval_secs), SPEC.max_poll_interval_secs)

    return wait


def outcome(feeds: list[list[float]], policy: Callable[[], Policy]) -> tuple[int, list[float]]:
    """Return the requests and the delays after the warm weeks."""
    begin, requests, delays = WARM_DAYS * 24 * HOUR, 0, []
    for times in feeds:
        polls = polls_of(times, policy())
        requests += len(polls) - bisect.bisect_left(polls, begin)
        delays += [polls[bisect.bisect_left(polls, at)] - at for at in times if at >= begin]
    return requests, delays


def equalised(feeds: list[list[float]], budget: int, policy: Callable[[float], Policy], low: float, high: float) -> list[float]:
    """Return the delays of the policy whose parameter makes it use the budget."""
    for _ in range(30):
        middle = math.sqrt(low * high)
        requests, delays = outcome(feeds, lambda: policy(middle))  # noqa: B023 used at once
        if abs(requests - budget) <= 0.01 * budget:
            return delays
        low, high = (middle, high) if requests > budget else (low, middle)
    raise AssertionError(f"no parameter uses {budget} requests")


def test_articles_are_found_a_quarter_sooner_than_by_fixed_intervals_or_the_weeks_count() -> None:
    dice = random.Random(5)
    feeds = [arrivals(dice) for _ in range(FEEDS)]
    budget, found = outcome(feeds, ours)
    fixed = equalised(feeds, budget, lambda secs: lambda *_: secs, 60.0, 86400.0)
    counted = equalised(feeds, budget, by_week, HOUR, 1e9)
    for name, delays in (("ours", found), ("fixed", fixed), ("week's count", counted)):
        print(
            f"{name:>13}: median {statistics.median(delays):7.0f} s, mean {statistics.fmean(delays):7.0f} s, {len(delays)} articles"
        )
    print(f"requests: {budget}, {budget / FEEDS / (DAYS - WARM_DAYS):.1f} a feed and day")
    assert statistics.median(found) <= 0.75 * statistics.median(fixed)
    assert statistics.median(found) <= 0.75 * statistics.median(counted)


def config_of(path: Path) -> FeedsConfig:
    feeds = (FeedConfig(id=f"feed-{number}", url=f"https://h{number % HOSTS}.example/{number}/feed.xml") for number in range(MANY))
    return FeedsConfig(state_path=path, feed=tuple(feeds))


def fill(path: Path) -> None:
    """Write a state file in which every feed has been read for two weeks."""
    dice, store = random.Random(5), Store(path)
    busy = Rhythm()
    for hour in range(14 * 24):
        moment = START + timedelta(hours=hour)
        busy = observed(busy, moment, moment + timedelta(hours=1), dice.randrange(4))
    now = START + timedelta(days=14)
    for spec in specs_of(config_of(path)):
        due = now + timedelta(seconds=dice.uniform(0, 1800))
        state = FeedState(feed=spec.id, url=spec.url, last_success_at=now, last_new_at=now, next_due_at=due, rhythm=busy)
        store.finish(state, now=now)
    store.close()


def hold(path: Path) -> bool:
    """Hold the feeds of a state file, poll some, and print what that costs; return whether it is within its bounds."""
    store, dice, now = Store(path), random.Random(6), START + timedelta(days=14)
    specs = specs_of(config_of(path))
    plan, watch = Plan(specs, dice.random, Evenness()), Watch(specs, now)

    def state_of(spec: FeedSpec) -> FeedState:
        state = about(spec, store.feed(spec.id))
        watch.note(spec.id, state, now)
        return state

    began = time.process_time()
    plan.begin(state_of, now)
    print(f"{MANY} feeds on {HOSTS} hosts: begun in {time.process_time() - began:.1f} s of processor time")
    picks, ends, moment = list[float](), list[float](), now
    while len(picks) < TAKEN:
        began = time.thread_time()
        spec = plan.take(moment)
        taken = time.thread_time()
        if spec is None:
            moment += timedelta(seconds=max(plan.wait_secs(moment) or 0.0, 1e-3))
            continue
        state = finished(spec, store.feed(spec.id), Outcome.NOT_MODIFIED, moment)
        ended = time.thread_time()
        plan.ended(Poll(feed=spec.id, outcome=Outcome.NOT_MODIFIED, problem="", state=replace(state)), moment)
        watch.look(moment)
        picks.append(1000 * (taken - began))
        ends.append(1000 * (time.thread_time() - ended))
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"memory of the process, at most {megabytes:.0f} MB   (target less than {MOST_MB} MB)")
    for name, times in (("pick of the due feed", picks), ("its return to the plan", ends)):
        ordered = sorted(times)
        last = ordered[int(0.999 * len(ordered))]
        print(f"{name}: mean {statistics.fmean(times):.3f} ms, 99.9 % {last:.3f} ms, longest {ordered[-1]:.3f} ms")
    print(f"   (target less than {MOST_MS:g} ms)")
    store.close()
    return megabytes < MOST_MB and sorted(picks)[int(0.999 * len(picks))] < MOST_MS


def main(words: Sequence[str]) -> int:
    """Measure in a process of its own; return the exit code."""
    if words:
        return 0 if hold(Path(words[0])) else 1
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "state.sqlite"
        fill(path)
        return subprocess.run([sys.executable, "-m", "tests.benchmarks.bench_feeds_schedule", str(path)], check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

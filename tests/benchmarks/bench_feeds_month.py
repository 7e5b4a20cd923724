"""A month of 10,000 feeds on 500 hosts, on a virtual clock: what is asked that should not be, and how evenly.

`python -m tests.benchmarks.bench_feeds_month`, or with `FEEDS HOSTS DAYS SEED` for another world. The poller's own code decides
(`tests/connectors/feeds/world.py` says which); servers misbehave in every known way, the network is away for three hours, the
poller for six, the broker for four. A third of the feeds is on two hosts.

Polls are rarer than they would be, one in thirty hours for most feeds, so that the month is short: a minute then has five requests
on average, and each one more weighs a fifth. For the same reason a circle of redirects is followed once in this world, and polls
begin at 1.15 times the average pace at most; outside, it is `EVEN` times, and ten a second in any case.

The largest minute is over all of the month, the first hour included, when nothing is known of any feed. The exit code is 1 when a
target is missed; the time that it took is printed and never judged, since it is the machine's.
"""

import sys
import time
from collections.abc import Callable, Sequence

from tests.connectors.feeds.world import BROKER_AWAY, DAY, FAULTS, OUTAGE, PAUSE, Month, World, busiest, permanent

LARGEST = 2.0  # times the mean
WRONGS = (
    "host not rested",
    "before Retry-After",
    "after a burst of refusals",
    "in an hour or day to skip",
    "unconditional again",
    "gone for good",
)


def minutes_of(days: float) -> list[int]:
    """Return the minutes of a month in which the poller runs."""
    return [minute for minute in range(int(days * 1440)) if not PAUSE[0] / 60 <= minute < PAUSE[1] / 60]


def after(month: Month, span: tuple[float, float], hours: float = 6) -> int:
    """Return the largest minute in the hours after a span of time."""
    return max((month.world.minutes[minute] for minute in range(int(span[1] / 60), int(span[1] / 60 + hours * 60))), default=0)


def told(month: Month, days: float) -> bool:
    """Print what a month came to; return whether every target is met."""
    world = month.world
    largest, mean = busiest(world.minutes, minutes_of(days))
    print(f"requests {sum(world.minutes.values())}, polls {sum(month.outcomes.values())}, {len(FAULTS)} faults of documents")
    print("answers  " + ", ".join(f"{count} {status}" for status, count in world.statuses.most_common()))
    print("outcomes " + ", ".join(f"{count} {outcome}" for outcome, count in month.outcomes.most_common()))
    for wrong in WRONGS:
        print(f"{wrong:<28}{world.wrongs[wrong]:6}   (target 0)")
    ratio = largest / mean
    print(f"largest minute {largest}, mean {mean:.2f}: {ratio:.2f} times the mean   (target at most {LARGEST:g})")
    for name, span in (("network", OUTAGE), ("poller", PAUSE), ("broker", BROKER_AWAY)):
        print(f"largest minute in the six hours after the {name} was away: {after(month, span)}")
    print(f"permanent moves adopted: {permanent(month)}, hosts that refused feed after feed: {world.bursts} times")
    return not world.wrongs and ratio <= LARGEST


def main(
    words: Sequence[str], clock: Callable[[], float] = time.perf_counter, processor: Callable[[], float] = time.process_time
) -> int:
    """Run a month; return the exit code."""
    feeds, hosts, days, seed = (int(word) for word in (*words, *("10000", "500", "30", "5")[len(words) :]))
    began, used = clock(), processor()
    month = Month(World(feeds, hosts, seed))
    month.run(days * DAY)
    is_met = told(month, days)
    print(
        f"{days} days of {feeds} feeds on {hosts} hosts took {clock() - began:.0f} s, of the processor {processor() - used:.0f} s"
    )
    return 0 if is_met else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

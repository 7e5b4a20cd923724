"""The poller as a process: threads, the schedule, and an end within a second or two of being asked.

    run ─► Plan.take ─► a thread: poll ─► one Outcome, counted ─► Plan.ended: the next due time

The main thread alone keeps the plan; threads only poll. They are daemons: what is cut off at the end is what a kill would cut
off, and the store is made for that.
"""

import queue
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime

from connectors.config import FeedConfig, FeedsConfig
from connectors.errors import SanctionwireError
from connectors.feeds.base import FeedSpec, FeedState, Outcome, Publisher
from connectors.feeds.decide import GOOD, finished
from connectors.feeds.fetch import Budget, Fetcher
from connectors.feeds.manners import about
from connectors.feeds.plan import Plan
from connectors.feeds.poller import Poll, Tools, poll
from connectors.feeds.push import Push, pushed
from connectors.feeds.robots import Robots
from connectors.feeds.scheduler import Evenness, HostPacer
from connectors.feeds.store import Store, owned
from connectors.feeds.text import one_line
from connectors.feeds.workers import Workers

MAX_THREADS = 16
WORKER_COUNT = 4  # at most; a child is started when all others are busy
HOST_GAP_SECS = 1.0
JOIN_SECS = 1.5
LEAST_OF_INTERVAL = 20.0  # and not below a minute
MOST_OF_INTERVAL = 12.0
PATIENCE_SECS = 60.0  # how long a single round waits for a host
LOOK_SECS = 0.2  # at most between two looks at the schedule, so that a stop is seen
LEAST_LOOK_SECS = 0.005
Say = Callable[[str], None]
Polled = Callable[[Poll], None]
Remembered = Callable[[FeedState], None]


@dataclass(slots=True)
class Summary:
    """What a run did.

    Attributes:
        outcomes: polls by how they ended.
        counts: see `poller.Poll.counts`, summed.
    """

    outcomes: Counter[Outcome] = field(default_factory=Counter)
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, ended: Poll) -> None:
        """Count a poll."""
        self.outcomes[ended.outcome] += 1
        self.counts.update(ended.counts)


def now_utc() -> datetime:
    """Return the time."""
    return datetime.now(UTC)


def specs_of(config: FeedsConfig) -> tuple[FeedSpec, ...]:
    """Return the feeds of a configuration."""
    return tuple(_spec_of(feed, config) for feed in config.feed)


def _spec_of(feed: FeedConfig, feeds: FeedsConfig) -> FeedSpec:
    least, interval, most = _intervals(feed, feeds)
    return FeedSpec(
        id=feed.id,
        url=feed.url or "",
        kind=feed.kind,
        path=feed.path,
        selector=feed.selector,
        secret=feed.secret,
        expected_every_hours=feed.expected_every_hours,
        poll_interval_secs=interval,
        min_poll_interval_secs=least,
        max_poll_interval_secs=most,
        language=feed.language,
        allow_private_addresses=feed.leave,
        fetch_pages=feed.fetch_pages,
    )


def _intervals(feed: FeedConfig, feeds: FeedsConfig) -> tuple[float, float, float]:
    """Return the least, the usual and the longest interval: the feed's own, or else those of all feeds, around the usual one."""
    interval = feed.poll_interval_secs or feeds.poll_interval_secs
    least = feed.min_poll_interval_secs or feeds.min_poll_interval_secs or max(60.0, interval / LEAST_OF_INTERVAL)
    most = feed.max_poll_interval_secs or feeds.max_poll_interval_secs or interval * MOST_OF_INTERVAL
    return min(least, interval), interval, max(most, interval)


def user_agent(config: FeedsConfig) -> str:
    """Return how we name ourselves: product, version, and where to complain."""
    return f"{config.user_agent} (+{config.contact})" if config.contact is not None else config.user_agent


def run(
    config: FeedsConfig,
    publisher: Publisher,
    *,
    clock: Callable[[], datetime] = now_utc,
    stop: threading.Event,
    say: Say,
    once: bool = False,
    host_gap_secs: float = HOST_GAP_SECS,
    dice: Callable[[], float] = random.random,
    polled: Polled = lambda _: None,
    remembered: Remembered = lambda _: None,
    meanwhile: Callable[[], None] = lambda: None,
) -> Summary:
    """Poll the feeds of a configuration until `stop` is set, or each of them once.

    Args:
        config: the feeds, and how to poll them.
        publisher: takes the articles; the caller closes it afterwards.
        clock: the time, with a zone.
        stop: set it to end; `run` returns within two seconds.
        say: takes one line of narration for each poll that brought something or failed.
        once: poll each feed once, whenever it was polled last, except where its server asked us to come later.
        host_gap_secs: pause between two requests to one host.
        dice: random numbers from 0 to 1, for jitter.
        polled: called with each poll that has ended.
        remembered: called at the start with what is remembered of each feed.
        meanwhile: called every `LOOK_SECS` or more often, by the thread that calls the other two; it has to be quick.

    Raises:
        StateError: the state file cannot be used.
    """
    with ExitStack() as stack:
        stack.enter_context(owned(config.state_path))
        store = Store(config.state_path)
        stack.callback(store.close)
        workers = stack.enter_context(Workers(WORKER_COUNT))
        pacer = HostPacer(host_gap_secs, stop)
        fetcher = Fetcher(user_agent=user_agent(config), stop=stop, pacer=pacer)
        tools = Tools(
            fetcher=fetcher,
            pacer=pacer,
            robots=Robots(fetcher, config.user_agent, slow=pacer.slow),
            readers=workers,
            store=store,
            publisher=publisher,
            publishing=threading.Lock(),
            clock=clock,
            budget=Budget(max_bytes=config.max_bytes, total_secs=config.timeout_secs),
        )
        store.forget(clock().date())
        specs = specs_of(config)
        plan = Plan(specs, dice, None if once else Evenness(), pacer.close)
        push = stack.enter_context(pushed(config, specs, tools, user_agent(config), stop, say)) if not once else None
        return _Runner(tools, plan, specs, stop, say, polled, push).run(remembered, meanwhile, once=once)


class _Runner:
    """The main thread's part."""

    def __init__(
        self,
        tools: Tools,
        plan: Plan,
        specs: Iterable[FeedSpec],
        stop: threading.Event,
        say: Say,
        polled: Polled,
        push: Push | None,
    ) -> None:
        self._tools = tools
        self._plan = plan
        self._threads = min(MAX_THREADS, len(tuple(specs)))
        self._polled = polled
        self._push = push
        self._stop = stop
        self._say = say
        self._jobs: queue.SimpleQueue[FeedSpec | None] = queue.SimpleQueue()
        self._ends: queue.SimpleQueue[Poll | SanctionwireError] = queue.SimpleQueue()
        self._under_way = 0
        self._summary = Summary()

    def run(self, remembered: Remembered, meanwhile: Callable[[], None], *, once: bool) -> Summary:
        threads = [threading.Thread(target=self._serve, name=f"poll-{number}", daemon=True) for number in range(self._threads)]
        for thread in threads:
            thread.start()
        try:
            for line in self._plan.begin(self._remembering(remembered), self._tools.clock(), once=once):
                self._say(line)
            while not self._stop.is_set() and (self._under_way or len(self._plan)):
                if self._push is not None:
                    self._push.take(self._plan.hasten, self._tools.clock())
                meanwhile()
                self._hand_out()
                if once and self._is_left_alone():
                    break
                self._collect(again=not once)
        finally:
            self._end(threads)
        return self._summary

    def _is_left_alone(self) -> bool:
        """Whether all that is left has hosts that asked for quiet: a single round does not wait for them, and says so."""
        wait = self._plan.wait_secs(self._tools.clock())
        if self._under_way or wait is None or wait <= PATIENCE_SECS:
            return False
        self._say(f"{len(self._plan)} feeds not polled: their hosts are to be left alone for {wait:.0f} s more; run it again then")
        return True

    def _state(self, spec: FeedSpec) -> FeedState:
        return about(spec, self._tools.store.feed(spec.id))

    def _remembering(self, remembered: Remembered) -> Callable[[FeedSpec], FeedState]:
        """Return `_state`, which then tells what it returns as well."""

        def state_of(spec: FeedSpec) -> FeedState:
            state = self._state(spec)
            remembered(state)
            return state

        return state_of

    def _hand_out(self) -> None:
        while self._under_way < self._threads:
            spec = self._plan.take(self._tools.clock())
            if spec is None:
                return
            self._under_way += 1
            self._jobs.put(spec)

    def _collect(self, *, again: bool) -> None:
        """Wait a little for a poll to end, and plan the next one of its feed."""
        wait = self._plan.wait_secs(self._tools.clock())
        idle = wait if wait is not None and self._under_way < self._threads else LOOK_SECS
        try:
            ended = self._ends.get(timeout=min(max(idle, LEAST_LOOK_SECS), LOOK_SECS))
        except queue.Empty:
            return
        self._under_way -= 1
        if not isinstance(ended, Poll):
            raise ended
        self._tell(ended)
        rest = self._tools.pacer.rest_secs(self._plan.host(ended.feed)) if self._tools.pacer is not None else 0.0
        for line in self._plan.ended(ended, self._tools.clock(), rest_secs=rest, again=again):
            self._say(line)

    def _tell(self, ended: Poll) -> None:
        self._summary.add(ended)
        self._polled(ended)
        counts = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in sorted(ended.counts.items()) if count)
        if ended.outcome not in GOOD:
            self._say(f"{ended.feed}: {ended.outcome}: {one_line(ended.problem)}")
        elif counts:
            why = f" (`sanctionwire feeds test {ended.feed}` says why)" if ended.counts.get("quarantined") else ""
            self._say(f"{ended.feed}: {ended.outcome}: {counts}{why}")

    def _serve(self) -> None:
        """Be a thread: poll what is handed out until None comes."""
        while (spec := self._jobs.get()) is not None:
            self._ends.put(self._poll(spec))

    def _poll(self, spec: FeedSpec) -> Poll | SanctionwireError:
        try:
            return poll(self._tools, spec)
        except SanctionwireError as error:  # the store: every other error of ours is an outcome
            return error
        except Exception as error:  # noqa: BLE001 a defect in one poll must not end the others
            return self._failed(spec, f"{type(error).__name__}: {error}")

    def _failed(self, spec: FeedSpec, problem: str) -> Poll | SanctionwireError:
        """Record a poll that a defect ended, so that the feed is polled ever more rarely, as any that fails."""
        now = self._tools.clock()
        try:
            state = finished(spec, self._state(spec), Outcome.FAILED, now, problem=problem)
            self._tools.store.finish(state, now=now)
        except SanctionwireError as error:
            return error
        return Poll(feed=spec.id, outcome=Outcome.FAILED, problem=problem, state=state)

    def _end(self, threads: list[threading.Thread]) -> None:
        """Let threads finish what they hold, for `JOIN_SECS` in all."""
        for _ in threads:
            self._jobs.put(None)
        deadline = time.monotonic() + JOIN_SECS
        for thread in threads:
            thread.join(max(0.0, deadline - time.monotonic()))

"""The poller as a process: threads, the schedule, and an end within a second or two of being asked.

    run ─► Schedule.take ─► a thread: poll ─► one Outcome, counted ─► Schedule.add at the next due time

The main thread alone keeps the schedule; threads only poll. They are daemons: what is cut off at the end is what a kill would cut
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
from connectors.feeds.base import FeedSpec, FeedState, Hints, Outcome, Publisher
from connectors.feeds.decide import GOOD, finished
from connectors.feeds.fetch import Budget, Fetcher, host_of
from connectors.feeds.manners import Bursts, about, allowed_from, is_ended
from connectors.feeds.poller import Poll, Tools, poll
from connectors.feeds.scheduler import HostPacer, Schedule, spread
from connectors.feeds.store import Store, owned
from connectors.feeds.text import one_line
from connectors.feeds.workers import Workers

MAX_THREADS = 16
WORKER_COUNT = 4  # at most; a child is started when all others are busy
HOST_GAP_SECS = 1.0
JOIN_SECS = 1.5
LEAST_OF_INTERVAL = 20.0  # and not below a minute
MOST_OF_INTERVAL = 12.0
Say = Callable[[str], None]


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
        allow_private_addresses=feed.allow_private_addresses,
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
    polled: Callable[[Poll], None] = lambda _: None,
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

    Raises:
        StateError: the state file cannot be used.
    """
    with ExitStack() as stack:
        stack.enter_context(owned(config.state_path))
        store = Store(config.state_path)
        stack.callback(store.close)
        workers = stack.enter_context(Workers(WORKER_COUNT))
        tools = Tools(
            fetcher=Fetcher(user_agent=user_agent(config), stop=stop, pacer=HostPacer(host_gap_secs, stop)),
            readers=workers,
            store=store,
            publisher=publisher,
            publishing=threading.Lock(),
            clock=clock,
            budget=Budget(max_bytes=config.max_bytes, total_secs=config.timeout_secs),
        )
        store.forget(clock().date())
        return _Runner(tools, specs_of(config), stop, say, dice, polled).run(once=once)


class _Runner:
    """The main thread's part."""

    def __init__(
        self,
        tools: Tools,
        specs: Iterable[FeedSpec],
        stop: threading.Event,
        say: Say,
        dice: Callable[[], float],
        polled: Callable[[Poll], None],
    ) -> None:
        self._tools = tools
        self._polled = polled
        self._specs = {spec.id: spec for spec in specs}
        self._stop = stop
        self._say = say
        self._dice = dice
        self._hints: dict[str, Hints] = {}
        self._bursts = Bursts()
        self._schedule = Schedule()
        self._jobs: queue.SimpleQueue[FeedSpec | None] = queue.SimpleQueue()
        self._ends: queue.SimpleQueue[Poll | SanctionwireError] = queue.SimpleQueue()
        self._under_way = 0
        self._summary = Summary()

    def run(self, *, once: bool) -> Summary:
        threads = [
            threading.Thread(target=self._serve, name=f"poll-{number}", daemon=True)
            for number in range(min(MAX_THREADS, len(self._specs)))
        ]
        for thread in threads:
            thread.start()
        try:
            self._plan(once=once)
            while not self._stop.is_set() and (self._under_way or len(self._schedule)):
                self._hand_out(len(threads))
                self._collect(again=not once)
        finally:
            self._end(threads)
        return self._summary

    def _plan(self, *, once: bool) -> None:
        now = self._tools.clock()
        for spec in self._specs.values():
            state = about(spec, self._tools.store.feed(spec.id))
            self._hints[spec.id] = state.hints
            forbidden = _forbidden(state, now)
            if forbidden and (once or is_ended(state)):
                self._say(f"{spec.id}: not polled, {forbidden}")
                continue
            due = state.next_due_at if state.next_due_at is not None and not once else now
            self._schedule.add(spec.id, host_of(spec.url), due)

    def _hand_out(self, count: int) -> None:
        while self._under_way < count:
            now = self._tools.clock()
            feed = self._schedule.take(now)
            if feed is None:
                return
            allowed = allowed_from(now, self._hints[feed])
            if allowed > now:  # it stood in line, or we were not running, until an hour to skip
                self._schedule.done(feed, now)
                self._schedule.add(feed, host_of(self._specs[feed].url), allowed)
                continue
            self._under_way += 1
            self._jobs.put(self._specs[feed])

    def _collect(self, *, again: bool) -> None:
        """Wait a little for a poll to end, and plan the next one of its feed."""
        wait = self._schedule.wait_secs(self._tools.clock()) if not self._under_way else None
        try:
            ended = self._ends.get(timeout=min(wait if wait is not None else 0.2, 0.2))
        except queue.Empty:
            return
        self._under_way -= 1
        if not isinstance(ended, Poll):
            raise ended
        self._tell(ended)
        now = self._tools.clock()
        self._schedule.done(ended.feed, now)
        self._spare(ended, now)
        if again:
            self._plan_next(ended.feed, ended.state, now)

    def _spare(self, ended: Poll, now: datetime) -> None:
        """Leave a host alone that asked for it, with `Retry-After` or by refusing one feed after the other."""
        host = host_of(self._specs[ended.feed].url)
        until = self._bursts.note(host, now) if ended.status == 403 else None
        if ended.outcome is Outcome.RATE_LIMITED:
            until = ended.quiet_until
        if until is not None and until > now:
            self._schedule.close(host, until)
            self._say(f"{host}: left alone until {until:%Y-%m-%d %H:%M:%S %Z}")

    def _plan_next(self, feed: str, state: FeedState, now: datetime) -> None:
        if is_ended(state):
            self._say(f"{feed}: polled no more, {_forbidden(state, now)}")
            return
        due = state.next_due_at if state.next_due_at is not None else now
        self._hints[feed] = state.hints
        self._schedule.add(feed, host_of(self._specs[feed].url), spread(due, now, self._dice()))

    def _tell(self, ended: Poll) -> None:
        self._summary.add(ended)
        self._polled(ended)
        counts = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in sorted(ended.counts.items()) if count)
        if ended.outcome not in GOOD:
            self._say(f"{ended.feed}: {ended.outcome}: {one_line(ended.problem)}")
        elif counts:
            self._say(f"{ended.feed}: {ended.outcome}: {counts}")

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
            problem = f"{type(error).__name__}: {error}"
            known = about(spec, self._tools.store.feed(spec.id))
            state = finished(spec, known, Outcome.FAILED, self._tools.clock(), problem=problem)
            return Poll(feed=spec.id, outcome=Outcome.FAILED, problem=problem, state=state)

    def _end(self, threads: list[threading.Thread]) -> None:
        """Let threads finish what they hold, for `JOIN_SECS` in all."""
        for _ in threads:
            self._jobs.put(None)
        deadline = time.monotonic() + JOIN_SECS
        for thread in threads:
            thread.join(max(0.0, deadline - time.monotonic()))


def _forbidden(state: FeedState, now: datetime) -> str:
    """Return why a feed must not be asked at `now`, "" when it may be."""
    if is_ended(state):
        return f"its server has said {state.gone} times that it is gone for good; remove it from the configuration"
    due = state.next_due_at if state.next_due_at is not None else now
    if state.last_outcome is Outcome.RATE_LIMITED and due > now:
        return f"its server asked us to come back at {due:%Y-%m-%d %H:%M:%S %Z}"
    allowed = allowed_from(now, state.hints)
    return f"it asks not to be polled before {allowed:%Y-%m-%d %H:%M %Z}" if allowed > now else ""

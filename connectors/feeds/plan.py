"""Which feed is polled next, and why another is not: the schedule with everything that polls have taught.

    begin ─► take ─► (a poll, by someone else) ─► ended ─► take ...

No thread, no network and no clock: `run.py` carries it out, and the simulated month of `tests/benchmarks/bench_feeds_month.py`
drives the same code on a clock of its own. Used by one thread.
"""

from collections.abc import Callable, Iterable
from datetime import datetime

from connectors.feeds.adaptive import wait_secs
from connectors.feeds.base import FeedSpec, FeedState, Hints, Outcome
from connectors.feeds.decide import GOOD
from connectors.feeds.fetch import host_of
from connectors.feeds.manners import ASKING_FOR_QUIET, Bursts, address_of, allowed_from, broker_retry, is_ended
from connectors.feeds.poller import Poll
from connectors.feeds.scheduler import Evenness, Schedule, spread

NEW_WAITS = 2.0  # most feeds prove to be quieter than the usual one that a new feed is taken for


class Plan:
    """The feeds that are to be polled.

    Args:
        specs: the feeds.
        dice: random numbers from 0 to 1, for jitter.
        evenness: how evenly polls begin; None for no care.
        quiet: told each host that is to be left alone, and for how many seconds, since pages and redirects lead there too.
    """

    def __init__(
        self,
        specs: Iterable[FeedSpec],
        dice: Callable[[], float],
        evenness: Evenness | None = None,
        quiet: Callable[[str, float], None] = lambda _host, _secs: None,
    ) -> None:
        self._specs = {spec.id: spec for spec in specs}
        self._dice = dice
        self._quiet = quiet
        self._hints: dict[str, Hints] = {}
        self._hosts: dict[str, str] = {}
        self._quiet_until: dict[str, datetime] = {}
        self._bursts = Bursts()
        self._held_until: datetime | None = None
        self._holds = 0
        self._schedule = Schedule(evenness)

    def __len__(self) -> int:
        return len(self._schedule)

    def begin(self, state_of: Callable[[FeedSpec], FeedState], now: datetime, *, once: bool = False) -> tuple[str, ...]:
        """Put in every feed; return a line for each that will not be polled for the time being.

        Args:
            state_of: what is remembered of a feed.
            now: the time.
            once: whether each is to be polled now, unless that is forbidden, and not again.
        """
        said = []
        for spec in self._specs.values():
            state = state_of(spec)
            self._close(state.quiet_host, state.quiet_until, now)
            reason = forbidden(state, now)
            if reason and (once or is_ended(state)):
                said.append(f"{spec.id}: not polled, {reason}")
            if not reason or not once:
                due = state.next_due_at if state.next_due_at is not None and not once else now
                self._add(spec, state, due, now, again=False)
        return tuple(said)

    def _add(self, spec: FeedSpec, state: FeedState, due: datetime, now: datetime, *, again: bool) -> None:
        self._hints[spec.id] = state.hints
        if state.quiet_until is not None and state.quiet_until > now:
            self._quiet_until[spec.id] = state.quiet_until
        else:
            self._quiet_until.pop(spec.id, None)
        host = self._hosts[spec.id] = host_of(address_of(spec, state, max(due, now)))
        wait = (due - now).total_seconds() if again else max((due - now).total_seconds(), self._usual_secs(spec, state, now))
        self._schedule.add(spec.id, host, due, wait_secs=wait)

    def _usual_secs(self, spec: FeedSpec, state: FeedState, now: datetime) -> float:
        """Return how long a feed waits between polls: what is left of a wait when we begin says nothing of it."""
        return wait_secs(spec, state.rhythm, now) * (NEW_WAITS if state.last_success_at is None else 1.0)

    def _close(self, host: str, until: datetime | None, now: datetime) -> None:
        if host and until is not None and until > now:
            self._schedule.close(host, until)
            self._quiet(host, (until - now).total_seconds())

    def take(self, now: datetime) -> FeedSpec | None:
        """Return a feed to poll now, None when there is none; `ended` has to follow."""
        if self._held_until is not None and now < self._held_until:
            return None
        while (feed := self._schedule.take(now)) is not None:
            allowed = allowed_from(now, self._hints[feed])
            if allowed <= now:
                return self._specs[feed]
            # It stood in line, or we were not running, until an hour to skip.
            self._schedule.done(feed, now)
            self._schedule.add(feed, self._hosts[feed], allowed, wait_secs=(allowed - now).total_seconds())
        return None

    def hasten(self, feed: str, now: datetime) -> bool:
        """Poll a feed as soon as its host and its own hours allow; say whether it waits for its time and not in a line already."""
        return self._schedule.hasten(feed, max(now, self._quiet_until.get(feed, now)))

    def wait_secs(self, now: datetime) -> float | None:
        """Return the seconds until a feed may be taken, None when all are under way or in line."""
        wait = self._schedule.wait_secs(now)
        held_secs = (self._held_until - now).total_seconds() if self._held_until is not None else 0.0
        return max(wait, held_secs) if wait is not None else None

    def host(self, feed: str) -> str:
        """Return the host that a feed was planned to ask."""
        return self._hosts[feed]

    def ended(self, poll: Poll, now: datetime, *, rest_secs: float = 0.0, again: bool = True) -> tuple[str, ...]:
        """Take note of a poll, and plan the feed's next one.

        Args:
            poll: how it ended.
            now: when.
            rest_secs: how long its host is to be left alone.
            again: whether there is a next one.

        Returns:
            A line for each consequence beyond the next due time.
        """
        spec, host = self._specs[poll.feed], poll.host or self._hosts[poll.feed]
        quiet = self._quiet_from(poll, host, now)
        self._close(host, quiet, now)
        self._schedule.done(poll.feed, now, rest_secs=rest_secs, redirects=poll.redirects)
        said = [f"{host}: left alone until {quiet:%Y-%m-%d %H:%M:%S %Z}"] if quiet is not None else []
        if again:
            said += self._heed_broker(poll.outcome, now)
            due = poll.state.next_due_at if poll.state.next_due_at is not None else now
            # A feed that waits for the broker goes on as usual afterwards: its short wait is no pace.
            paces = poll.outcome is not Outcome.NOT_PUBLISHED
            self._add(spec, poll.state, spread(due, now, self._dice()), now, again=paces)
            said += [f"{spec.id}: polled no more, {forbidden(poll.state, now)}"] if is_ended(poll.state) else []
        return tuple(said)

    def _quiet_from(self, poll: Poll, host: str, now: datetime) -> datetime | None:
        """Return until when a host is to be left alone that asked for it, with `Retry-After` or by refusing feed after feed."""
        is_refusal = poll.status in ASKING_FOR_QUIET
        if poll.outcome in GOOD:
            self._bursts.given(host)
        if poll.quiet_until is not None and poll.quiet_until > now:
            return poll.quiet_until if is_refusal or poll.outcome is Outcome.RATE_LIMITED else None
        return self._bursts.note(host, now) if is_refusal else None

    def _heed_broker(self, outcome: Outcome, now: datetime) -> list[str]:
        """Let no feed be asked for a time when the broker cannot take what it brings; return what to say of it."""
        if outcome is Outcome.PUBLISHED:
            self._holds, self._held_until = 0, None
        if outcome is not Outcome.NOT_PUBLISHED or (self._held_until is not None and now < self._held_until):
            return []
        self._holds += 1
        self._held_until = now + broker_retry(self._holds)
        return [f"the broker takes nothing: no feed is polled until {self._held_until:%H:%M:%S %Z}"]


def forbidden(state: FeedState, now: datetime) -> str:
    """Return why a feed must not be asked at `now`, "" when it may be."""
    due = state.next_due_at if state.next_due_at is not None else now
    if is_ended(state) and due > now:
        times = f"its server has said {state.gone} times that it is gone for good"
        return f"{times}; remove it from the configuration, or it is tried again on {due:%Y-%m-%d}"
    asked = due if state.last_outcome is Outcome.RATE_LIMITED else state.quiet_until or now
    if asked > now:
        return f"its server asked us to come back at {asked:%Y-%m-%d %H:%M:%S %Z}"
    allowed = allowed_from(now, state.hints)
    return f"it asks not to be polled before {allowed:%Y-%m-%d %H:%M %Z}" if allowed > now else ""

"""Which feed is polled next, and when its host may be asked again. The clock and the dice are passed in.

`Schedule` is a heap of due times; a feed whose host is being asked waits in that host's line and holds nobody else back.
`HostPacer` is the same promise for single requests, redirects and pages among them: one at a time for each host, with a pause
between.

Cost: `take` is O(log n) in the feeds; a feed costs one tuple and one dictionary entry.
"""

import heapq
import math
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache

from connectors.errors import FetchError
from connectors.feeds.addresses import is_ours
from connectors.feeds.failures import QuietError, StoppedError

JITTER = 0.1  # of the time to wait, only ever added: no feed is asked before it is due
EVEN = 1.5
EVEN_OVER_SECS = 86400.0
LEAST_PER_SEC = 10.0
WAIT_SLICE_SECS = 0.25
PAUSE_FOR_LATENCY = 2.0
MAX_PAUSE_SECS = 30.0


def spread(due: datetime, now: datetime, dice: float) -> datetime:
    """Return a due time moved back by up to `JITTER` of the wait, so that feeds that failed together do not return together.

    Args:
        due: when the feed may be polled.
        now: the time.
        dice: from 0 to 1.
    """
    return due + max(due - now, timedelta(0)) * (JITTER * dice)


class Evenness:
    """Lets polls begin at an even pace: at most `even` times as many as the feeds of a whole day ask for on average.

    So feeds that become due together, after an outage, a restart or at a time that a server named, return one by one.

    What is asked for is the sum of `1 / wait` over all feeds: its mean over time is exactly the number of polls in that time, since
    each wait counts `1 / wait` for as long as it lasts.

    Args:
        least_per_sec: polls that may begin in any case.
        even: how many times the average.
    """

    def __init__(self, least_per_sec: float = LEAST_PER_SEC, even: float = EVEN) -> None:
        self._least_per_sec = least_per_sec
        self._even = even
        self._asked_for = 0.0
        self._mean: float | None = None
        self._tokens = 1.0
        self._at: datetime | None = None

    def add(self, wait_secs: float) -> None:
        """Count a feed that is due after so many seconds."""
        self._asked_for += 1 / max(wait_secs, 1.0)

    def remove(self, wait_secs: float) -> None:
        """Count it no more."""
        self._asked_for = max(0.0, self._asked_for - 1 / max(wait_secs, 1.0))

    def secs_left(self, now: datetime) -> float:
        """Return after how many seconds the next poll may begin."""
        secs = (now - self._at).total_seconds() if self._at is not None else 0.0
        mean = self._mean if self._mean is not None else self._asked_for
        self._mean = self._asked_for + (mean - self._asked_for) * math.exp(-max(secs, 0.0) / EVEN_OVER_SECS)
        per_sec = max(self._even * self._mean, self._least_per_sec)
        self._tokens = min(self._tokens + max(secs, 0.0) * per_sec, 1.0 + per_sec)
        self._at = now
        return max(0.0, (1.0 - self._tokens) / per_sec)

    def begin(self, requests: int) -> None:
        """Take note of requests: those of a poll that begins, redirects foreseen, and afterwards those that were not."""
        self._tokens -= requests


class Schedule:
    """Feeds by due time. Used by one thread.

    A host that asked for quiet (`close`) is closed for all its feeds: it counts addresses that ask, not feeds.

    Args:
        evenness: how many may be taken in a time; None for as many as are due.
    """

    def __init__(self, evenness: Evenness | None = None) -> None:
        self._heap: list[tuple[datetime, str]] = []
        self._places: dict[str, tuple[str, float]] = {}  # host and wait
        self._lines: defaultdict[str, deque[str]] = defaultdict(deque)
        self._busy: set[str] = set()
        self._closed: dict[str, datetime] = {}
        self._redirects: dict[str, int] = {}  # of a feed's last poll, where there were some
        self._evenness = evenness

    def __len__(self) -> int:
        return len(self._heap) + sum(map(len, self._lines.values()))

    def add(self, feed: str, host: str, due: datetime, *, wait_secs: float = 0.0) -> None:
        """Put a feed in; it is not in already. `wait_secs` is how long it waits between two polls, for `Evenness`."""
        self._places[feed] = (host, wait_secs)
        if self._evenness is not None:
            self._evenness.add(wait_secs)
        heapq.heappush(self._heap, (due, feed))

    def take(self, now: datetime) -> str | None:
        """Return a feed that is due and whose host is free, and take its host; None when there is none."""
        while self._heap and self._heap[0][0] <= now and not self._secs_left(now):
            _, feed = heapq.heappop(self._heap)
            host = self._places[feed][0]
            opens = self._closed.get(host, now)
            if opens > now:
                heapq.heappush(self._heap, (opens, feed))
            elif host in self._busy:
                self._lines[host].append(feed)
            else:
                self._busy.add(host)
                if self._evenness is not None:
                    self._evenness.begin(1 + self._redirects.get(feed, 0))
                return feed
        return None

    def _secs_left(self, now: datetime) -> float:
        return self._evenness.secs_left(now) if self._evenness is not None else 0.0

    def close(self, host: str, until: datetime) -> None:
        """Let nobody ask a host before a time."""
        self._closed[host] = max(until, self._closed.get(host, until))

    def hasten(self, feed: str, now: datetime) -> bool:
        """Make a feed due at once that waits for its time; say whether it does, and is not under way or in line."""
        waiting = [one for one in self._heap if one[1] != feed]
        if len(waiting) == len(self._heap):
            return False
        self._heap = [*waiting, (now, feed)]
        heapq.heapify(self._heap)
        return True

    def done(self, feed: str, now: datetime, *, rest_secs: float = 0.0, redirects: int = 0) -> None:
        """Free the host of a feed that was taken, after its rest; the next in its line is due then."""
        host, wait_secs = self._places.pop(feed)
        foreseen = self._redirects.pop(feed, 0)
        if redirects:
            self._redirects[feed] = redirects
        if self._evenness is not None:
            self._evenness.remove(wait_secs)
            self._evenness.begin(redirects - foreseen)
        self._busy.discard(host)
        if rest_secs > 0:
            self.close(host, now + timedelta(seconds=rest_secs))
        elif self._closed.get(host, now) <= now:
            self._closed.pop(host, None)
        line = self._lines.get(host)
        if line:
            heapq.heappush(self._heap, (max(now, self._closed.get(host, now)), line.popleft()))
        if not line:
            self._lines.pop(host, None)

    def wait_secs(self, now: datetime) -> float | None:
        """Return the seconds until a feed is due and may be taken, None when all are busy or in line."""
        return max(0.0, (self._heap[0][0] - now).total_seconds(), self._secs_left(now)) if self._heap else None


@dataclass(slots=True)
class _Turn:
    lock: threading.Lock = field(default_factory=threading.Lock)
    free_at: float = 0.0
    opens_at: float = 0.0
    delay_secs: float = 0.0
    users: int = 0


def pause_secs(latency_secs: float) -> float:
    """Return how long to leave a host alone after a request that took so long: a server that is slow has enough to do."""
    return min(PAUSE_FOR_LATENCY * latency_secs, MAX_PAUSE_SECS)


_is_ours = lru_cache(maxsize=10_000)(is_ours)


def rest_secs(host: str, gap_secs: float, latency_secs: float, delay_secs: float = 0.0) -> float:
    """Return the pause after a request.

    Args:
        host: who was asked; machines of our own network need no rest.
        gap_secs: the least pause.
        latency_secs: how long the request took.
        delay_secs: what the host's robots.txt asks for.
    """
    return 0.0 if _is_ours(host) else max(gap_secs, pause_secs(latency_secs), min(delay_secs, MAX_PAUSE_SECS))


class HostPacer:
    """Lets one request at a time to each host, with a pause between; may be used by many threads.

    Args:
        gap_secs: from the end of a request to the begin of the next, at least; none for machines of our own network.
        stop: ends all waiting.
        monotonic: seconds that never run backwards.
    """

    def __init__(self, gap_secs: float, stop: threading.Event, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._gap_secs = gap_secs
        self._stop = stop
        self._monotonic = monotonic
        self._turns: dict[str, _Turn] = {}
        self._lock = threading.Lock()

    @contextmanager
    def __call__(self, host: str) -> Iterator[None]:
        """Wait for the host's turn and keep it.

        Raises:
            QuietError: the host has asked not to be asked yet.
            StoppedError: we were asked to stop while waiting.
        """
        turn = self._enter(host)
        try:
            self._wait(host, turn)
            started = self._monotonic()
            try:
                yield
            finally:
                ended = self._monotonic()
                turn.free_at = ended + rest_secs(host, self._gap_secs, ended - started, turn.delay_secs)
                turn.lock.release()
        finally:
            self._leave(turn)

    def close(self, host: str, secs: float) -> None:
        """Let nobody ask a host for so many seconds; whoever tries gets `QuietError`."""
        with self._lock:
            turn = self._turns.setdefault(host, _Turn())
            turn.opens_at = max(turn.opens_at, self._monotonic() + secs)

    def slow(self, host: str, delay_secs: float) -> None:
        """Leave so many seconds between two requests to a host from now on, as its robots.txt asks."""
        with self._lock:
            self._turns.setdefault(host, _Turn()).delay_secs = delay_secs

    def rest_secs(self, host: str) -> float:
        """Return how long a host is still to be left alone."""
        with self._lock:
            turn = self._turns.get(host)
            return max(0.0, turn.free_at - self._monotonic()) if turn is not None else 0.0

    def _enter(self, host: str) -> _Turn:
        with self._lock:
            self._forget_idle()
            turn = self._turns.setdefault(host, _Turn())
            turn.users += 1
            return turn

    def _leave(self, turn: _Turn) -> None:
        with self._lock:
            turn.users -= 1

    def _forget_idle(self) -> None:
        now = self._monotonic()
        if len(self._turns) > 1000:
            self._turns = {host: turn for host, turn in self._turns.items() if turn.users or max(turn.free_at, turn.opens_at) > now}

    def _wait(self, host: str, turn: _Turn) -> None:
        """Take the turn's lock once the host is free."""
        while not turn.lock.acquire(timeout=WAIT_SLICE_SECS):
            self._check(host)
        try:
            quiet_secs = turn.opens_at - self._monotonic()
            if quiet_secs > 0:
                raise QuietError(host, quiet_secs)
            self._stop.wait(max(0.0, turn.free_at - self._monotonic()))
            self._check(host)
        except FetchError:
            turn.lock.release()
            raise

    def _check(self, host: str) -> None:
        if self._stop.is_set():
            raise StoppedError(host, "was not asked because we were asked to stop")

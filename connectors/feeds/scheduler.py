"""Which feed is polled next, and when its host may be asked again. The clock and the dice are passed in.

`Schedule` is a heap of due times; a feed whose host is being asked waits in that host's line and holds nobody else back.
`HostPacer` is the same promise for single requests, redirects and pages among them: one at a time for each host, with a pause
between.

Cost: `take` is O(log n) in the feeds; a feed costs one tuple and one dictionary entry.
"""

import heapq
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from connectors.feeds.addresses import is_ours
from connectors.feeds.failures import StoppedError

JITTER = 0.1  # of the time to wait, only ever added: no feed is asked before it is due
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


class Schedule:
    """Feeds by due time. Used by one thread.

    A host that asked for quiet (`close`) is closed for all its feeds: it counts addresses that ask, not feeds.
    """

    def __init__(self) -> None:
        self._heap: list[tuple[datetime, str]] = []
        self._hosts: dict[str, str] = {}
        self._lines: defaultdict[str, deque[str]] = defaultdict(deque)
        self._busy: set[str] = set()
        self._closed: dict[str, datetime] = {}

    def __len__(self) -> int:
        return len(self._heap) + sum(map(len, self._lines.values()))

    def add(self, feed: str, host: str, due: datetime) -> None:
        """Put a feed in; it is not in already."""
        self._hosts[feed] = host
        heapq.heappush(self._heap, (due, feed))

    def take(self, now: datetime) -> str | None:
        """Return a feed that is due and whose host is free, and take its host; None when there is none."""
        while self._heap and self._heap[0][0] <= now:
            _, feed = heapq.heappop(self._heap)
            host = self._hosts[feed]
            opens = self._closed.get(host, now)
            if opens > now:
                heapq.heappush(self._heap, (opens, feed))
            elif host in self._busy:
                self._lines[host].append(feed)
            else:
                self._busy.add(host)
                return feed
        return None

    def close(self, host: str, until: datetime) -> None:
        """Let nobody ask a host before a time."""
        self._closed[host] = max(until, self._closed.get(host, until))

    def done(self, feed: str, now: datetime) -> None:
        """Free the host of a feed that was taken; the next in its line is due at once."""
        host = self._hosts.pop(feed)
        self._busy.discard(host)
        line = self._lines.get(host)
        if line:
            heapq.heappush(self._heap, (now, line.popleft()))
        if not line:
            self._lines.pop(host, None)

    def wait_secs(self, now: datetime) -> float | None:
        """Return the seconds until a feed is due, None when all are busy or in line."""
        return max(0.0, (self._heap[0][0] - now).total_seconds()) if self._heap else None


@dataclass(slots=True)
class _Turn:
    lock: threading.Lock = field(default_factory=threading.Lock)
    free_at: float = 0.0
    users: int = 0


def pause_secs(latency_secs: float) -> float:
    """Return how long to leave a host alone after a request that took so long: a server that is slow has enough to do."""
    return min(PAUSE_FOR_LATENCY * latency_secs, MAX_PAUSE_SECS)


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
                turn.free_at = ended + (0.0 if is_ours(host) else max(self._gap_secs, pause_secs(ended - started)))
                turn.lock.release()
        finally:
            self._leave(turn)

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
            self._turns = {host: turn for host, turn in self._turns.items() if turn.users or turn.free_at > now}

    def _wait(self, host: str, turn: _Turn) -> None:
        """Take the turn's lock once the host is free."""
        while not turn.lock.acquire(timeout=WAIT_SLICE_SECS):
            self._check(host)
        if self._stop.wait(max(0.0, turn.free_at - self._monotonic())):
            turn.lock.release()
        self._check(host)

    def _check(self, host: str) -> None:
        if self._stop.is_set():
            raise StoppedError(host, "was not asked because we were asked to stop")

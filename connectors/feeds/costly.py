"""Hosts whose documents use up all that a reader may have, left unread for a while.

A hostile feed names fifty pages, each of which takes a reader its four seconds; its neighbours then share what is left of the
machine. So after `TIMES` such documents in a row a host's documents are refused for `REST_SECS` without being looked at. One that
is read well ends the row.

Known to be wrong: when the whole machine is too slow, honest hosts are counted too; they are tried again after the rest.
"""

import threading
from collections.abc import Callable

from connectors.feeds.failures import UnreadableError
from connectors.feeds.fetch import host_of

TIMES = 3
REST_SECS = 600.0
MAX_HOSTS = 10_000


class Costly:
    """What each host's documents have cost lately; may be used by many threads.

    Args:
        monotonic: seconds that never run backwards.
    """

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._times: dict[str, int] = {}
        self._until: dict[str, float] = {}
        self._lock = threading.Lock()

    def refuse(self, url: str) -> None:
        """Raise `UnreadableError` while the documents of a URL's host are left unread."""
        host = host_of(url)
        with self._lock:
            left = self._until.get(host, 0.0) - self._monotonic()
        if left > 0:
            problem = f"was not read: the last {TIMES} documents of {host} used up all that a reader may have"
            raise UnreadableError(url, problem, f"tried again in {left / 60:.0f} minutes; remove the feed if it goes on")

    def note(self, url: str, *, survived: bool) -> None:
        """Take note of whether a reader survived a document."""
        host = host_of(url)
        if not host:  # a file of this machine
            return
        with self._lock:
            if survived:
                self._times.pop(host, None)
                return
            self._times[host] = self._times.get(host, 0) + 1
            if self._times[host] >= TIMES:
                del self._times[host]
                self._until[host] = self._monotonic() + REST_SECS
            for known in (self._times, self._until):
                while len(known) > MAX_HOSTS:
                    known.pop(next(iter(known)))

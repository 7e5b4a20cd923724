"""Alerts as they change, to everybody who looks on: server-sent events (WHATWG HTML, section 9.2).

The filling thread hands changes over; each client has a queue of its own on the event loop. A client that reads too slowly is sent
away; its browser comes back with the last revision that it had and is told what it missed from the read model.
"""

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

from connectors.subscribers.readmodel.batch import Changed
from connectors.subscribers.readmodel.filters import Filter

MOST_CLIENTS = 200
QUEUE = 500
BEAT_SECS = 15.0
MISSED_AT_A_TIME = 500
Missed = Callable[[int], Awaitable[Sequence[Changed]]]


def is_wanted(wanted: Filter, changed: Changed) -> bool:
    """Say whether a change is of an alert that a filter wants; words and times are not looked at."""
    return all(group & changed.labels for group in wanted.groups)


def event(changed: Changed) -> bytes:
    """Return a change as one event."""
    data = json.dumps(changed.summary, ensure_ascii=True, separators=(",", ":"))
    return f"id: {changed.revision}\nevent: alert\ndata: {data}\n\n".encode()


class Hub:
    """Hands changes to clients. `publish` and `close` may be called from any thread, the rest on the event loop."""

    def __init__(self) -> None:
        self._clients: dict[asyncio.Queue[Changed | None], asyncio.AbstractEventLoop] = {}
        self._lock = threading.Lock()
        self._is_closed = False

    @property
    def is_full(self) -> bool:
        """Whether no further client is taken."""
        return self._is_closed or len(self._clients) >= MOST_CLIENTS

    def publish(self, changed: Sequence[Changed]) -> None:
        """Hand changes to every client."""
        with self._lock:
            clients = list(self._clients.items())
        for queue, loop in clients:
            loop.call_soon_threadsafe(_put, queue, changed)

    def close(self) -> None:
        """Send everybody away."""
        with self._lock:
            self._is_closed = True
            clients = list(self._clients.items())
        for queue, loop in clients:
            loop.call_soon_threadsafe(_end, queue)

    async def events(self, wanted: Filter, last: int | None, missed: Missed) -> AsyncIterator[bytes]:
        """Yield what a client is sent: first what it missed, then changes as they come, and a beat where nothing does.

        Its queue is there before what it missed is read, so that nothing comes between the two.

        Args:
            wanted: what it looks at.
            last: revision of the last change that it had; None where it begins now.
            missed: gives the changes after a revision, some at a time; none when there are no more.
        """
        queue: asyncio.Queue[Changed | None] = asyncio.Queue(QUEUE)
        with self._lock:
            self._clients[queue] = asyncio.get_running_loop()
        try:
            yield b"retry: 2000\n: listening\n\n"
            while last is not None and (page := await missed(last)):
                last = page[-1].revision
                for changed in page:
                    if is_wanted(wanted, changed):
                        yield event(changed)
            while not self._is_closed:
                try:
                    following = await asyncio.wait_for(queue.get(), BEAT_SECS)
                except TimeoutError:
                    yield b": still here\n\n"
                    continue
                if following is None:
                    return
                if following.revision > (last or 0) and is_wanted(wanted, following):
                    yield event(following)
        finally:
            with self._lock:
                del self._clients[queue]


def _put(queue: "asyncio.Queue[Changed | None]", changed: Sequence[Changed]) -> None:
    for one in changed:
        if queue.qsize() >= QUEUE - 1:
            _end(queue)
            return
        queue.put_nowait(one)


def _end(queue: "asyncio.Queue[Changed | None]") -> None:
    """Let a client's stream end; what waits for it is left to the read model."""
    while queue.qsize():
        queue.get_nowait()
    queue.put_nowait(None)

"""One thread and one bounded queue for each receiver, so that one that is slow or dead holds up nobody else.

A try that fails is made again by the same thread after a wait, so what stands behind it for the same receiver stays in order.
After `max_attempts`, or at once where another try makes no sense, the notification is given up with its reason. A worker that is
told to stop in the middle of a wait says nothing: what it had in hand is delivered after the next start, under the same key.
"""

import queue
import threading
from collections.abc import Callable

from connectors.subscribers.receivers import Notification, Outcome, Receiver, wait_secs

QUEUE_SIZE = 16
Report = Callable[[Notification, Outcome | None, int], None]
Retried = Callable[[Notification, Outcome, float], None]


class Worker:
    """Delivers to one receiver.

    Args:
        name: of the receiver.
        receiver: where to.
        max_attempts: tries after which a notification is given up.
        jitter: gives a number from 0 to 1.
        report: called with each notification that arrived (None) or was given up, and the tries it took.
        retried: called with each try that failed and is made again, and the seconds until then.
    """

    def __init__(
        self, name: str, receiver: Receiver, max_attempts: int, jitter: Callable[[], float], report: Report, retried: Retried
    ) -> None:
        self.name = name
        self._receiver = receiver
        self._max_attempts = max_attempts
        self._jitter = jitter
        self._report = report
        self._retried = retried
        self._queue: queue.Queue[Notification] = queue.Queue(QUEUE_SIZE)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"receiver {name}", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def room(self) -> int:
        """Return how many notifications fit; exact for the one thread that puts them in."""
        return QUEUE_SIZE - self._queue.qsize()

    def put(self, notification: Notification) -> None:
        """Take a notification; there has to be room."""
        self._queue.put_nowait(notification)

    def stop(self) -> None:
        """Begin nothing more."""
        self._stop.set()

    def join(self, timeout_secs: float) -> None:
        """Wait for the try that is under way."""
        self._thread.join(timeout_secs)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                notification = self._queue.get(timeout=0.2)
            except queue.Empty:
                continue
            self._deliver(notification)

    def _deliver(self, notification: Notification) -> None:
        for attempt in range(1, self._max_attempts + 1):
            outcome = self._try(notification)
            if outcome is None or not outcome.retry or attempt == self._max_attempts:
                self._report(notification, outcome, attempt)
                return
            secs = wait_secs(attempt, outcome, self._jitter)
            self._retried(notification, outcome, secs)
            if self._stop.wait(secs):
                return

    def _try(self, notification: Notification) -> Outcome | None:
        try:
            return self._receiver.notify(notification)
        except Exception as error:  # noqa: BLE001 -- a receiver may be anybody's code; its text may hold a secret
            return Outcome(retry=True, error=f"raised {type(error).__name__}")

"""Process memory that belongs to a key of Beam state, with the counter that says whether it is still the right one.

Prism keeps no state cache between bundles, and reading a large index back for each bundle would cost more than the work itself. So
an index lives in the process, and Beam state holds a counter of its changes. Where the counters differ, the key has been elsewhere
(a restart, another worker), and the memory is built anew from the log, which is the state that counts.

The counter begins with an epoch, which is drawn anew with each rebuilding where epochs are given: a cluster may go back to an older
counter, count on in another process, and come back with a number that this process once had. On the embedded engine any failed
bundle ends the job, so there is one epoch.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

Memory = TypeVar("Memory")
COUNTER_BITS = 32


class Guarded(Generic[Memory]):
    """A memory, its counters, and a lock: bundles of different keys run in threads of one process.

    Args:
        memory: what a fresh process starts with, read from the log.
        rebuild: reads it from the log again.
        fold: makes one memory of the held one, the rebuilt one and the key that asked; the rebuilt one if left out.
        epochs: draws the number that the counters of an epoch begin with.
    """

    def __init__(
        self,
        memory: Memory,
        rebuild: Callable[[], Memory],
        fold: Callable[[Memory, Memory, str], Memory] = lambda _held, rebuilt, _key: rebuilt,
        epochs: Callable[[], int] = lambda: 0,
    ) -> None:
        self._memory = memory
        self._rebuild = rebuild
        self._fold = fold
        self._epochs = epochs
        self._epoch = epochs()
        self._versions: dict[str, int] = {}
        self._lock = threading.RLock()

    @contextmanager
    def at(self, key: str, version: int | None) -> Iterator[Memory]:
        """Hold the memory for a key whose counter in Beam state stands at `version` (None: no state yet)."""
        with self._lock:
            if (version or 0) != self._versions.get(key, 0):
                self._memory = self._fold(self._memory, self._rebuild(), key)
                self._versions[key] = version or 0
                self._epoch = self._epochs()
            yield self._memory

    def advanced(self, key: str) -> int:
        """Count one change of the key and return the counter for Beam state."""
        with self._lock:
            last = self._versions.get(key, 0)
            is_ours = last >> COUNTER_BITS == self._epoch
            self._versions[key] = (last if is_ours else self._epoch << COUNTER_BITS) + 1
            return self._versions[key]

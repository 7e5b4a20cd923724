"""Process memory that belongs to a key of Beam state, with the counter that says whether it is still the right one.

Prism keeps no state cache between bundles, and reading a large index back for each bundle would cost more than the work itself. So
an index lives in the process, and Beam state holds a counter of its changes. Where the counters differ, the key has been elsewhere
(a restart, another worker), and the memory is built anew from the log, which is the state that counts.

Assumes that a change in memory whose bundle fails ends the process: on the embedded engine any failed bundle ends the job.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

Memory = TypeVar("Memory")


class Guarded(Generic[Memory]):
    """A memory, its counters, and a lock: bundles of different keys run in threads of one process.

    Args:
        memory: what a fresh process starts with, read from the log.
        rebuild: reads it from the log again.
    """

    def __init__(self, memory: Memory, rebuild: Callable[[], Memory]) -> None:
        self._memory = memory
        self._rebuild = rebuild
        self._versions: dict[str, int] = {}
        self._lock = threading.RLock()

    @contextmanager
    def at(self, key: str, version: int | None) -> Iterator[Memory]:
        """Hold the memory for a key whose counter in Beam state stands at `version` (None: no state yet)."""
        with self._lock:
            if (version or 0) != self._versions.get(key, 0):
                self._memory = self._rebuild()
                self._versions[key] = version or 0
            yield self._memory

    def advanced(self, key: str) -> int:
        """Count one change of the key and return the counter for Beam state."""
        with self._lock:
            self._versions[key] = self._versions.get(key, 0) + 1
            return self._versions[key]

"""How far a partition has been finished: the offset below which every article is done.

Articles finish in another order than they were read in. Only the contiguous prefix may be committed, or a crash would lose what was
read before it and not yet finished.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from heapq import heappop, heappush


@dataclass(slots=True)
class Prefix:
    """One partition: everything below `done_to` is finished; `later` holds finished stretches beyond a gap, by their start."""

    done_to: int
    later: list[tuple[int, int]] = field(default_factory=list)

    def finish(self, start: int, end: int) -> None:
        """Mark the offsets from `start` up to and without `end` as finished."""
        heappush(self.later, (start, end))
        while self.later and self.later[0][0] <= self.done_to:
            self.done_to = max(self.done_to, heappop(self.later)[1])


@dataclass(slots=True)
class Progress:
    """All partitions of the job.

    Args:
        starts: the offset at which reading of each partition began; a partition that is not named began at 0.
    """

    starts: Mapping[int, int] = field(default_factory=dict)
    prefixes: dict[int, Prefix] = field(default_factory=dict)

    def done_to(self, partition: int) -> int:
        """Return the offset below which all of a partition is finished."""
        prefix = self.prefixes.get(partition)
        return self.starts.get(partition, 0) if prefix is None else prefix.done_to

    def finish(self, stretches: Iterable[tuple[int, int, int]]) -> dict[int, int]:
        """Mark stretches as finished, each (partition, first, last offset); return the offset to commit for each partition."""
        touched: dict[int, int] = {}
        for partition, first, last in stretches:
            prefix = self.prefixes.setdefault(partition, Prefix(self.starts.get(partition, 0)))
            prefix.finish(first, last + 1)
            touched[partition] = prefix.done_to
        return touched

"""Which texts hold which sampled shingle: a large multimap from 64-bit keys to text numbers, in little memory.

Observed: 300,000 articles have some 20 million samples; as Python objects they would take several gigabytes. Theory: a
log-structured index (O'Neil et al., "The log-structured merge-tree", 1996). New samples go to a small open part; when it is full it
becomes a sorted pair of arrays, and arrays of like size are merged, so a look-up searches a handful of them and a posting takes 12
bytes.

Assumes that numbers rise and that whole segments may be forgotten once their newest text is out of the window; a look-up therefore
still finds a few that are too old, and its caller looks at their times.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

OPEN_TEXTS = 1_024
FAN_IN = 8  # segments of one tier that are merged into one of the next
MAX_TIER = 2  # 65,536 texts: what is forgotten at once may not grow without end
MAX_OF_A_KEY = 64  # texts of one key that are looked at; a key of more tells little, and the first ones tell as much

Keys = NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Segment:
    """Sorted keys, and the number of a text for each.

    Attributes:
        keys: ascending, a key as often as texts hold it.
        numbers: of the texts, beside the keys.
        newest: event time of its newest text.
        tier: 0 as it was closed; each merge adds one.
    """

    keys: Keys
    numbers: NDArray[np.uint32]
    newest: datetime
    tier: int

    def found(self, wanted: Keys) -> Iterator[tuple[int, list[int]]]:
        """Yield (place in `wanted`, numbers) for each wanted key that is here."""
        if not self.keys.size:
            return
        first = self.keys.searchsorted(wanted)
        here = self.keys[np.minimum(first, self.keys.size - 1)] == wanted
        for place in np.flatnonzero(here).tolist():
            start = int(first[place])
            end = int(self.keys[start : start + MAX_OF_A_KEY].searchsorted(wanted[place], "right"))
            yield place, self.numbers[start : start + end].tolist()


@dataclass(slots=True)
class Postings:
    """The multimap; see the module."""

    segments: list[Segment] = field(default_factory=list)
    opened: dict[int, list[int]] = field(default_factory=dict)
    open_texts: int = 0
    open_newest: datetime | None = None

    def add(self, number: int, keys: Iterable[int], at: datetime) -> None:
        """Remember that a text holds these keys."""
        for key in keys:
            self.opened.setdefault(key, []).append(number)
        self.open_texts += 1
        self.open_newest = at if self.open_newest is None else max(at, self.open_newest)
        if self.open_texts >= OPEN_TEXTS:
            self._close()

    def holders(self, keys: tuple[int, ...]) -> list[list[int]]:
        """Return for each key the numbers of texts that hold it, at most some hundreds."""
        found = [list(self.opened.get(key, ())[:MAX_OF_A_KEY]) for key in keys]
        wanted = np.array(keys, dtype=np.uint64)
        for segment in self.segments:
            for place, numbers in segment.found(wanted):
                found[place] += numbers
        return found

    def forget_before(self, oldest: datetime) -> None:
        """Drop the segments whose texts are all older."""
        if any(segment.newest < oldest for segment in self.segments):
            self.segments = [segment for segment in self.segments if segment.newest >= oldest]

    def _close(self) -> None:
        """Turn the open part into a segment, and merge what has become too many."""
        keys = np.array([key for key, numbers in self.opened.items() for _ in numbers], dtype=np.uint64)
        numbers = np.array([number for numbers in self.opened.values() for number in numbers], dtype=np.uint32)
        if self.open_newest is not None:
            self.segments.append(_sorted(keys, numbers, self.open_newest, tier=0))
        self.opened, self.open_texts, self.open_newest = {}, 0, None
        for tier in range(MAX_TIER):
            alike = [segment for segment in self.segments if segment.tier == tier]
            if len(alike) >= FAN_IN:
                self.segments = [segment for segment in self.segments if segment.tier != tier] + [_merged(alike)]


def _sorted(keys: Keys, numbers: NDArray[np.uint32], newest: datetime, tier: int) -> Segment:
    order = keys.argsort(kind="stable")
    return Segment(keys[order], numbers[order], newest, tier)


def _merged(segments: list[Segment]) -> Segment:
    keys = np.concatenate([segment.keys for segment in segments])
    numbers = np.concatenate([segment.numbers for segment in segments])
    return _sorted(keys, numbers, max(segment.newest for segment in segments), segments[0].tier + 1)

"""Which texts hold which sampled shingle: a large multimap from keys to text numbers, in little memory.

Observed: 300,000 articles have some 20 million samples; as Python objects they would take several gigabytes. Theory: a
log-structured index (O'Neil et al., "The log-structured merge-tree", 1996). New samples go to a small open part; when it is full it
becomes a sorted pair of arrays, and two arrays of one size are merged, so a look-up searches a handful of them. Of a key only its
lower 32 bits are kept, so a posting takes 8 bytes. Before a segment is searched a filter of a byte for each of its keys says which
of the wanted ones it cannot have (Bloom, "Space/time trade-offs in hash coding with allowable errors", 1970): most texts are new,
and share nothing.

Assumes that numbers rise and that whole segments may be forgotten once their newest text is out of the window; a look-up therefore
still finds a few that are too old, and its caller looks at their times. Two keys in four thousand million are taken for one: a
caller asks for several that are shared.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

OPEN_TEXTS = 1_024
MAX_TIER = 6  # 65,536 texts: what is forgotten at once may not grow without end
MAX_OF_A_KEY = 64  # texts of one key that are looked at; a key of more tells little, and the first ones tell as much
FILTER_BITS = 8  # for each key

Keys = NDArray[np.uint32]
Places = NDArray[np.int64]
Found = tuple[Places, NDArray[np.uint32]]
LOW_BITS = np.uint64(2**32 - 1)
BITS = np.left_shift(1, np.arange(8)).astype(np.uint8)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Keys that are looked up, and where they stand in a filter: the byte, before it is cut to the filter's size, and the bit."""

    keys: Keys
    bytes_: Keys
    bits: NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Segment:
    """Sorted keys, and the number of a text for each.

    Attributes:
        keys: ascending, a key as often as texts hold it.
        numbers: of the texts, beside the keys.
        filter_: bits, one of which is set for each key; a power of two of bytes.
        newest: event time of its newest text.
        tier: 0 as it was closed; each merge adds one.
    """

    keys: Keys
    numbers: NDArray[np.uint32]
    filter_: NDArray[np.uint8]
    newest: datetime
    tier: int

    def found(self, wanted: _Wanted) -> Found | None:
        """Return (place among the wanted keys, number) for each posting of a wanted key; None if there is none."""
        some = (self.filter_[wanted.bytes_ & np.uint32(self.filter_.size - 1)] & wanted.bits).nonzero()[0]
        if not some.size:
            return None
        keys = wanted.keys[some]
        first = self.keys.searchsorted(keys)
        lengths = np.minimum(self.keys.searchsorted(keys, "right") - first, MAX_OF_A_KEY)
        ends = lengths.cumsum()
        if not ends[-1]:
            return None
        rows = np.repeat(first - ends + lengths, lengths) + np.arange(ends[-1])
        return np.repeat(some, lengths), self.numbers[rows]


@dataclass(slots=True)
class Postings:
    """The multimap; see the module.

    Attributes:
        segments: what is closed.
        rows: what is not: number of a text, its keys, as they came.
        opened: the first `indexed` rows by key: number of the text that holds it, or numbers where there are more; filled by a
            look-up, since a cold start only adds.
        newest: event time of the newest text of the open part.
    """

    segments: list[Segment] = field(default_factory=list)
    rows: list[tuple[int, Keys]] = field(default_factory=list)
    opened: dict[int, int | list[int]] = field(default_factory=dict)
    indexed: int = 0
    newest: datetime | None = None

    def add(self, number: int, keys: Sequence[int], at: datetime) -> None:
        """Remember that a text holds these keys, each of at most 64 bits."""
        self.rows.append((number, _low(keys)))
        self.newest = at if self.newest is None else max(at, self.newest)
        if len(self.rows) >= OPEN_TEXTS:
            self._close(self.newest)

    def found(self, keys: Sequence[int]) -> Found:
        """Return (place in `keys`, number) for each text that holds one of the keys, some hundreds of a key at most."""
        low = _low(keys)
        wanted = _Wanted(low, low >> np.uint32(3), BITS[low & np.uint32(7)])
        found = [here for segment in self.segments if (here := segment.found(wanted)) is not None]
        found += self._found_open(low.tolist())
        if not found:
            return np.zeros(0, np.int64), np.zeros(0, np.uint32)
        return np.concatenate([places for places, _ in found]), np.concatenate([numbers for _, numbers in found])

    def _found_open(self, keys: list[int]) -> list[Found]:
        self._index()
        places, numbers = list[int](), list[int]()
        for place, key in enumerate(keys):
            if key in self.opened:
                known = self.opened[key]
                here = known[:MAX_OF_A_KEY] if isinstance(known, list) else [known]
                places += [place] * len(here)
                numbers += here
        return [(np.array(places, np.int64), np.array(numbers, np.uint32))] if places else []

    def _index(self) -> None:
        for number, keys in self.rows[self.indexed :]:
            for key in keys.tolist():
                known = self.opened.setdefault(key, number)
                if known is not number:
                    self.opened[key] = [*known, number] if isinstance(known, list) else [known, number]
        self.indexed = len(self.rows)

    def forget_before(self, oldest: datetime) -> None:
        """Drop the segments whose texts are all older."""
        if any(segment.newest < oldest for segment in self.segments):
            self.segments = [segment for segment in self.segments if segment.newest >= oldest]

    def _close(self, newest: datetime) -> None:
        """Turn the open part into a segment, and merge what is alike."""
        keys = np.concatenate([keys for _, keys in self.rows])
        numbers = np.repeat(np.array([number for number, _ in self.rows], np.uint32), [keys.size for _, keys in self.rows])
        self.rows, self.opened, self.indexed, self.newest = [], {}, 0, None
        self.segments.append(_sorted(keys, numbers, newest, tier=0))
        while len(self.segments) > 1 and self.segments[-1].tier == self.segments[-2].tier < MAX_TIER:
            self.segments.append(_merged(self.segments.pop(-2), self.segments.pop()))


def _low(keys: Sequence[int]) -> Keys:
    return (np.array(keys, np.uint64) & LOW_BITS).astype(np.uint32)


def _sorted(keys: Keys, numbers: NDArray[np.uint32], newest: datetime, tier: int) -> Segment:
    order = keys.argsort(kind="stable")
    return Segment(keys[order], numbers[order], _filter(keys), newest, tier)


def _filter(keys: Keys) -> NDArray[np.uint8]:
    size = 1 << max(3, int(FILTER_BITS * keys.size - 1).bit_length())
    bits = np.zeros(size, np.bool_)
    bits[keys & np.uint32(size - 1)] = True
    return np.packbits(bits, bitorder="little")


def _merged(one: Segment, other: Segment) -> Segment:
    keys, numbers = np.concatenate([one.keys, other.keys]), np.concatenate([one.numbers, other.numbers])
    return _sorted(keys, numbers, max(one.newest, other.newest), one.tier + 1)

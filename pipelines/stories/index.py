"""Which open stories have which term: numbers by key.

A key that one story has (most have) holds its number itself, any other an array: at forty thousand open stories a look-up of an
article's terms is some twenty steps in a dictionary and one pass over at most `MOST_POSTINGS` numbers.
"""

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from pipelines.runs import begins

MOST_POSTINGS = 2_000  # looked at for one article; terms of few stories come first, and those of too many are left out

PLACE_BITS, PLACES = np.uint64(32), np.uint64(0xFFFFFFFF)

Numbers: TypeAlias = "array[int]"  # of 32 bits each
Holders: TypeAlias = "int | array[int]"


@dataclass(slots=True)
class TermIndex:
    """The numbers of the stories that hold each key."""

    holders: dict[int, Holders] = field(default_factory=dict)

    def add(self, number: int, keys: Iterable[int]) -> None:
        """Remember that a story has these keys, none of which it had before."""
        for key in keys:
            known = self.holders.setdefault(key, number)
            if known is number:
                continue
            if isinstance(known, int):
                self.holders[key] = array("I", (known, number))
            else:
                known.append(number)

    def remove(self, number: int, keys: Iterable[int]) -> None:
        """Forget that a story has these keys."""
        for key in keys:
            known = self.holders[key]
            if isinstance(known, int):
                del self.holders[key]
            else:
                known.remove(number)
                if len(known) == 1:
                    self.holders[key] = known[0]

    def nearest(self, keys: Iterable[int], values: Iterable[float], most: int) -> list[int]:
        """Return the stories whose shared keys are worth most together, the best first; of equals, the lowest number.

        Args:
            keys: looked up.
            values: what each is worth.
            most: stories returned.
        """
        sizes, lists, worth = list[int](), list[Numbers](), list[float]()
        left = MOST_POSTINGS
        for size, holders, value in self._found(keys, values):
            left -= size
            if left < 0:
                break
            sizes.append(size)
            lists.append(holders)
            worth.append(value)
        return _best(lists, np.repeat(worth, sizes), most) if lists else []

    def _found(self, keys: Iterable[int], values: Iterable[float]) -> list[tuple[int, Numbers, float]]:
        """Return for each key that is known how many hold it, who, and its value; those of few first."""
        found = []
        for key, value in zip(keys, values, strict=True):
            known = self.holders.get(key)
            if known is not None:
                numbers = array("I", (known,)) if isinstance(known, int) else known
                found.append((len(numbers), numbers, value))
        return sorted(found, key=itemgetter(0))


def _best(lists: Sequence[Numbers], values: NDArray[np.float64], most: int) -> list[int]:
    """Return the numbers with the greatest sums of values.

    A number and the place of its value are sorted as one number of 64 bits, which takes a third of the time of a stable sort.
    """
    placed = np.frombuffer(b"".join(lists), np.uint32).astype(np.uint64) << PLACE_BITS | np.arange(values.size, dtype=np.uint64)
    placed.sort()
    order, ranked = (placed & PLACES).astype(np.intp), placed >> PLACE_BITS
    starts = begins(ranked).nonzero()[0]
    told, sums = ranked[starts], np.add.reduceat(values[order], starts)
    if told.size > most:
        kept = np.flatnonzero(sums >= np.partition(sums, -most)[-most])
        told, sums = told[kept], sums[kept]
    best: list[int] = told[np.lexsort((told, -sums))][:most].tolist()
    return best

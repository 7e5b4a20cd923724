"""Names by the words in them, so that the few of a million that may be meant are found without looking at the others.

Each name is the numbers of its keys (`names.fold`), in flat arrays; each key knows the names that hold it. A name that is asked for
gives, for each of its words, the names that hold that key, one near it, or its initial; what has all of the words, or all but one
of four and more, is a candidate, and `score.compare` decides. Patronymics do not count. A key near another begins with the same two
letters or ends with the same three, so only those are compared; of keys of five letters and more, an error in both places is not
forgiven. Names whose keys make one string are found by that too, so "Sber Bank" finds "Sberbank".

Measured by `tests/benchmarks/bench_watchlists.py` on a busy machine: 200,000 names take 46 MB, and 9 s of processor time to read.
"""

import heapq
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import combinations

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from connectors.watchlists.base import Entry, EntryType
from connectors.watchlists.names import Name, given_keys, is_patronymic, joined, parse
from connectors.watchlists.score import edits

MAX_CANDIDATES = 80
MAX_NEAR = 60
MANY = 4  # words of which one may be missing
RAREST = 5  # words that are looked up; a name has seldom more that count
HASH_BITS, NUMBER_BITS = 40, 24
TYPES: tuple[EntryType, ...] = ("any", "person", "firm", "organisation", "vessel")
COMMON_LEAST, COMMON_SHARE = 20, 2_000


class Texts:
    """Many texts in one block of bytes."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._ends = array("Q")

    def __len__(self) -> int:
        return len(self._ends)

    def append(self, text: str) -> None:
        """Take one more."""
        self._bytes += text.encode("utf-8", "replace")
        self._ends.append(len(self._bytes))

    def __getitem__(self, number: int) -> str:
        start = self._ends[number - 1] if number else 0
        return self._bytes[start : self._ends[number]].decode()


@dataclass(frozen=True, slots=True)
class Listed:
    """A name of the list: its number, its words, whether it is a weak one, and its entry's number, id and type."""

    number: int
    text: str
    is_weak: bool
    entry: int
    entry_id: str
    type: EntryType


@dataclass(slots=True)
class Index:
    """The names of one list.

    Attributes:
        imo: number of the entry with an IMO number.
    """

    imo: dict[str, int] = field(default_factory=dict)
    _texts: Texts = field(default_factory=Texts)
    _entry_ids: Texts = field(default_factory=Texts)
    _entry_types: bytearray = field(default_factory=bytearray)
    _first_names: "array[int]" = field(default_factory=lambda: array("I"))
    _entry_of: "array[int]" = field(default_factory=lambda: array("I"))
    _weak: bytearray = field(default_factory=bytearray)
    _words: "array[int]" = field(default_factory=lambda: array("I"))  # keys of all names, one after the other
    _ends: "array[int]" = field(default_factory=lambda: array("I"))
    _keys: dict[str, int] = field(default_factory=dict)
    _spelled: list[str] = field(default_factory=list)
    _holders: list["array[int]"] = field(default_factory=list)
    _near: dict[str, list[str]] = field(default_factory=dict)
    _whole: "array[int]" = field(default_factory=lambda: array("Q"))

    def __len__(self) -> int:
        return len(self._texts)

    @property
    def entry_count(self) -> int:
        """Entries of the list."""
        return len(self._entry_ids)

    def listed(self, number: int) -> Listed:
        """Return a name of the list."""
        entry = self._entry_of[number]
        return Listed(
            number, self._texts[number], bool(self._weak[number]), entry, self._entry_ids[entry], TYPES[self._entry_types[entry]]
        )

    def first_of(self, entry: int) -> Listed:
        """Return the first name of an entry."""
        return self.listed(self._first_names[entry])

    def is_common(self, key: str) -> bool:
        """Say whether a key is that of a first name that is known, or of many names of the list."""
        if key in given_keys():
            return True
        number = self._keys.get(key)
        return number is not None and len(self._holders[number]) > max(COMMON_LEAST, len(self) // COMMON_SHARE)

    def whole(self, name: Name) -> list[int]:
        """Return the names whose words are these, in this order or with the last one first, in whatever spelling."""
        found: dict[int, None] = {}
        for keys in {name.keys, (*name.keys[-1:], *name.keys[:-1]), (*name.keys[1:], *name.keys[:1])}:
            found |= dict.fromkeys(self._of_hash(_hash(joined(keys))))
        return list(found)[:MAX_CANDIDATES]

    def candidates(self, name: Name) -> list[int]:
        """Return the names that may be meant, at most `MAX_CANDIDATES`."""
        found = dict.fromkeys(self.whole(name))
        full = _counted(name)
        sets = sorted((self._holding(key) for key in full), key=len)[:RAREST]
        if len(sets) > 1:
            least = len(sets) if len(sets) < MANY else len(sets) - 1
            shared = set().union(*(set.intersection(*chosen) for chosen in combinations(sets, least)))
            found |= dict.fromkeys(self._nearest(shared, len(name.keys)))
        elif sets:
            letters = {word for word in name.words if len(word) == 1}
            chosen = sets[0] if letters else ()
            found |= dict.fromkeys(self._nearest((one for one in chosen if self._has_initial(one, letters)), len(name.keys)))
            found |= dict.fromkeys(self._nearest((one for one in sets[0] if self._size(one) == 1), 1) if not letters else ())
        return list(found)[: 2 * MAX_CANDIDATES]

    def _holding(self, key: str) -> set[int]:
        """Return the names that hold a key, one that is near it, or its initial alone."""
        numbers = {number for near in (key, key[0], *self._nearby(key)) if (number := self._keys.get(near)) is not None}
        return set().union(*(self._holders[number] for number in numbers))

    def _nearby(self, key: str) -> Iterator[str]:
        most = edits(len(key))
        if most and key.isalpha():
            for place in _places(key):
                for near, *_ in extract(
                    key, self._near.get(place, ()), scorer=OSA.distance, score_cutoff=most, limit=MAX_NEAR, processor=None
                ):
                    yield near

    def _size(self, number: int) -> int:
        return self._ends[number] - (self._ends[number - 1] if number else 0)

    def _has_initial(self, number: int, letters: set[str]) -> bool:
        start = self._ends[number - 1] if number else 0
        return any(self._spelled[key][0] in letters for key in self._words[start : self._ends[number]])

    def _nearest(self, numbers: Iterable[int], size: int) -> list[int]:
        """Return those with the most fitting number of words, so that a crowd of longer names hides none that fits."""
        return heapq.nsmallest(MAX_CANDIDATES, numbers, key=lambda one: (abs(self._size(one) - size), one))

    def _of_hash(self, digest: int) -> Iterator[int]:
        least = digest << NUMBER_BITS
        for at in range(bisect_left(self._whole, least), len(self._whole)):
            if self._whole[at] >> NUMBER_BITS != digest:
                return
            yield self._whole[at] & ((1 << NUMBER_BITS) - 1)


def build(entries: Iterable[Entry]) -> Index:
    """Return the index of a list."""
    made, whole = Index(), []
    for entry in entries:
        number = len(made._entry_ids)
        made._entry_ids.append(entry.id)
        made._entry_types.append(TYPES.index(entry.type))
        made._first_names.append(len(made._texts))
        made.imo |= dict.fromkeys(entry.imo_numbers, number)
        for name in entry.names or entry.weak_names or (f"IMO {entry.imo_numbers[0]}",):
            whole += _add(made, name, entry.type, number, is_weak=not entry.names)
        for name in entry.weak_names if entry.names else ():
            whole += _add(made, name, entry.type, number, is_weak=True)
    whole.sort()
    made._whole = array("Q", whole)
    for key in made._spelled:
        if len(key) > 3 and key.isalpha():
            for place in _places(key):
                made._near.setdefault(place, []).append(key)
    return made


def _add(made: Index, text: str, type_: EntryType, entry: int, *, is_weak: bool) -> list[int]:
    """Add a name, and return its hashes with its number."""
    number, name = len(made._texts), parse(text, type_)
    made._texts.append(text)
    made._entry_of.append(entry)
    made._weak.append(is_weak)
    for key in name.keys:
        place = made._keys.get(key)
        if place is None:
            place = made._keys[key] = len(made._spelled)
            made._spelled.append(key)
            made._holders.append(array("I"))
        made._words.append(place)
        holders = made._holders[place]
        if not holders or holders[-1] != number:
            holders.append(number)
    made._ends.append(len(made._words))
    return [_hash(joined(keys)) << NUMBER_BITS | number for keys in {name.keys, _without_father(name)}]


def _counted(name: Name) -> list[str]:
    """Return the keys that a candidate has to have: no initials, and no patronymic where two are left without it."""
    full = [(word, key) for word, key in zip(name.words, name.keys, strict=True) if len(word) > 1]
    kept = [key for word, key in full if not is_patronymic(word)]
    return list(dict.fromkeys(kept if len(kept) > 1 else [key for _, key in full]))


def _without_father(name: Name) -> tuple[str, ...]:
    """Return the keys of a person's name without the patronymic, as newspapers write it."""
    if len(name.keys) < 3:
        return name.keys
    kept = tuple(key for word, key in zip(name.words, name.keys, strict=True) if not is_patronymic(word))
    return kept if len(kept) > 1 else name.keys


def _places(key: str) -> tuple[str, str]:
    """Return where a key is looked for when it is not written exactly so."""
    return f"^{key[:2]}", f"{key[-3:]}$"


def _hash(text: str) -> int:
    """Return a number of `HASH_BITS` bits; it is compared within one process alone."""
    return hash(text) & ((1 << HASH_BITS) - 1)

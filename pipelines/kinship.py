"""What two texts say of each other by the samples that they share, and what the members of a group of copies say of a text.

See `pipelines.copy_index`, which holds the texts; here nothing is remembered.
"""

from array import array
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from connectors.messages.analysis import CopyKind
from pipelines.fingerprint import SAMPLE_FLOOR, SAMPLE_LIMIT, paragraphs
from pipelines.passages import PASSAGE_KEYS, PASSAGE_SHARE, heaviest
from pipelines.postings import Found
from pipelines.runs import counted
from pipelines.work import Fingerprint

MIN_SHARED_KEYS = 4
NEAR_CONTAINMENT = 0.95
SYNDICATED_CONTAINMENT = 0.5
PARTIAL_CONTAINMENT = 0.3
SURE_KEYS = 32  # of so many samples the share is taken as it is; of half as many it errs by an eighth
SHORT_TEXT = 64  # shingles: of a text with fewer a quote and two stock phrases may be more than half
DEVIATIONS, SHORT_DEVIATIONS = 1, 2  # standard deviations that a share of few samples, or of a short text, may err by
SECOND_SHARE = 0.2  # what another member shares with a text that belongs to its group
HEAD_SHIFT = 48
HASHES = 2**64


@dataclass(slots=True)
class Text:
    """What is remembered of a text.

    Attributes:
        article_id, at: the article that brought it first, and its event time.
        text_hash: of all its words.
        founder: number of the text that founded its group; its own if it did so itself.
        size: samples that told something when it came.
        heads: the first 16 bits of each of them, ascending, two bytes each, if its sample reaches beyond the range that every text
            keeps.
        reach: its samples are all of its hashes up to here.
        said: hashes of its sentences, four bytes each.
    """

    article_id: str
    at: datetime
    text_hash: str
    founder: int
    size: int
    heads: bytes
    reach: int
    said: bytes

    def size_within(self, reach: int) -> int:
        """Return how many of its samples are below `reach`."""
        return self.size if reach >= self.reach else bisect_right(memoryview(self.heads).cast("H"), reach >> HEAD_SHIFT)

    @property
    def sentences(self) -> Sequence[int]:
        """Hashes of its sentences."""
        return memoryview(self.said).cast("I")


@dataclass(frozen=True, slots=True)
class Asked:
    """A text that is looked for.

    Attributes:
        article_id, at, print_: whose it is, and what tells it.
        common: places of the samples that tell nothing.
        keys: its samples that tell something, ascending.
        shared: how many of them a known text has, by its number.
        reach: its samples are all of its hashes up to here.
        found: each sample that a known text has, by place in the sketch, with the number of that text.
        words: the text itself; empty where it is only remembered.
    """

    article_id: str
    at: datetime
    print_: Fingerprint
    common: tuple[int, ...]
    keys: Sequence[int]
    shared: Mapping[int, int]
    reach: int
    found: Found | None = None
    words: str = ""

    def containment(self, text: Text, shared: int) -> float:
        """Return the share of the smaller of the two that the larger one holds, on the range that both sample.

        Of few samples, and of a short text, it is what is sure where that is less than half: a quote or a site's furniture would
        make a copy now and then.
        """
        smaller = max(MIN_SHARED_KEYS, min(self._sizes(text)))
        share = min(1.0, shared / smaller)
        is_short = min(len(self.keys) / self.reach, text.size / text.reach) * HASHES < SHORT_TEXT
        if smaller >= SURE_KEYS and not is_short:
            return share
        sure = sure_share(share, smaller, SHORT_DEVIATIONS if is_short else DEVIATIONS)
        return share if sure >= SYNDICATED_CONTAINMENT else sure

    def resemblance(self, text: Text, shared: int) -> float:
        """Return the share of the larger of the two that the smaller one holds, on the range that both sample."""
        return shared / max(1, *self._sizes(text))

    def has_passage_of(self, number: int, text: Text, shared: int) -> bool:
        """Whether a known text that shares less than half has a passage of this one that is no quote (`pipelines.passages`)."""
        enough = max(PASSAGE_KEYS, PASSAGE_SHARE * max(self._sizes(text)))
        if shared < enough or self.found is None or not self.words:
            return False
        places, numbers = self.found
        held = np.take(np.array(self.print_.sketch, np.uint64), places[numbers == number]).tolist()
        own = self.keys[: bisect_right(self.keys, min(self.reach, text.reach))]
        return heaviest(paragraphs(self.words), frozenset(own), frozenset(held)) >= enough

    def _sizes(self, text: Text) -> tuple[int, int]:
        """Return how many samples each of the two has on the range that both sample."""
        reach = min(self.reach, text.reach)
        return bisect_right(self.keys, reach), text.size_within(reach)

    def as_text(self, founder: int) -> Text:
        """Return what is remembered of it."""
        heads = _heads(self.keys) if self.reach > SAMPLE_LIMIT else b""
        said = array("I", self.print_.sentences).tobytes()
        return Text(self.article_id, self.at, self.print_.text_hash, founder, len(self.keys), heads, self.reach, said)


def _heads(keys: Sequence[int]) -> bytes:
    return (np.array(keys, np.uint64) >> np.uint64(HEAD_SHIFT)).astype(np.uint16).tobytes()


def asked(
    article_id: str, at: datetime, print_: Fingerprint, common: tuple[int, ...] = (), words: str = "", found: Found | None = None
) -> Asked:
    """Return a text that is looked for; see `Asked`."""
    keys: Sequence[int] = print_.sketch
    if common:
        left_out = frozenset(common)
        keys = [key for place, key in enumerate(print_.sketch) if place not in left_out]
    shared = {} if found is None else _often(found[1])
    return Asked(article_id, at, print_, common, keys, shared, reach_of(print_.sketch), found, words)


def _often(numbers: NDArray[np.uint32]) -> dict[int, int]:
    """Return the numbers that stand at least `MIN_SHARED_KEYS` times among some, and how often."""
    told, counts = counted(numbers)
    often = (counts >= MIN_SHARED_KEYS).nonzero()[0]
    return dict(zip(told[often].tolist(), counts[often].tolist(), strict=True))


@dataclass(frozen=True, slots=True)
class Heard:
    """What one member says of a text.

    Attributes:
        number: its own.
        containment: how much of the smaller of the two they share.
        resemblance: how much of the larger.
        is_echoed: whether another text echoed it.
    """

    number: int
    containment: float
    resemblance: float
    is_echoed: bool


@dataclass(slots=True)
class Group:
    """What the members of a group say of a text.

    Attributes:
        is_single: whether the group has one member.
        heard: those that share something with it.
    """

    is_single: bool
    heard: list[Heard] = field(default_factory=list)

    @property
    def best(self) -> Heard:
        """The member that shares most and is believed, else the one that shares most."""
        return max(self.heard, key=lambda one: (self._is_believed(one), one.containment, -one.number))

    @property
    def closest(self) -> Heard:
        """The member that is most like the text and is believed, else the one that is most like it."""
        return max(self.heard, key=lambda one: (self._is_believed(one), one.resemblance, -one.number))

    @property
    def containment(self) -> float:
        """How near the text is: without a member that is believed it shares a part at most."""
        best = self.best
        return best.containment if self._is_believed(best) else min(best.containment, SYNDICATED_CONTAINMENT - 1e-9)

    @property
    def is_believed(self) -> bool:
        """Whether the text is a copy of theirs."""
        return self.containment >= SYNDICATED_CONTAINMENT

    @property
    def rank(self) -> tuple[float, float]:
        """Of several groups the least is the text's own: the one of its copies that it is most like, else that of most in common.

        A digest belongs to its longer report, and a short report to its own copies, though the digest holds all of it.
        """
        return (-SYNDICATED_CONTAINMENT, -self.closest.resemblance) if self.is_believed else (-self.containment, 0.0)

    def _is_believed(self, one: Heard) -> bool:
        if one.containment < SYNDICATED_CONTAINMENT:
            return False
        return self.is_single or one.is_echoed or self._has_second(one)

    def _has_second(self, one: Heard) -> bool:
        return any(other is not one and other.containment >= SECOND_SHARE for other in self.heard)


def sure_share(share: float, number: int, deviations: int) -> float:
    """Return the lower bound of a share that was seen in so many samples, by standard deviations (Wilson, JASA 22, 1927)."""
    square = deviations**2
    spread = deviations * sqrt(share * (1 - share) / number + square / (4 * number**2))
    return (share + square / (2 * number) - spread) / (1 + square / number)


def kind_of(containment: float) -> CopyKind:
    """Return the name of so much in common."""
    if containment >= NEAR_CONTAINMENT:
        return "near"
    return "syndicated" if containment >= SYNDICATED_CONTAINMENT else "partial"


def reach_of(sketch: Sequence[int]) -> int:
    """Return up to where a sketch holds all hashes of its text: one of few samples, up to the last of them."""
    return SAMPLE_LIMIT if len(sketch) > SAMPLE_FLOOR or not sketch else max(SAMPLE_LIMIT, sketch[-1])

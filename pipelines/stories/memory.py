"""What the job holds of stories: the open ones, found by their terms, and the closed ones, found by their articles.

A hundred thousand stories are open on a busy day, so each is packed: its terms as one string, their keys and weights as bytes. The
index (`index`) holds the heaviest terms of each; what it finds are candidates, and the cosine decides.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count

import numpy as np
from numpy.typing import NDArray

from connectors.messages.story import Story
from pipelines.stories.index import TermIndex
from pipelines.stories.terms import MILLION, SEPARATOR, Vector, vector_from

INDEXED_TERMS = 25
CANDIDATES = 12
MAX_OPEN = 300_000
MAX_CLOSED = 200_000
SLOTS = np.uint32(2**12 - 1)


@dataclass(slots=True)
class Held:
    """One open story.

    Attributes:
        number: its number in the index.
        story: without its terms.
        words: its terms, one a line; keys, weights: of each, four bytes.
        indexed: keys under which the index knows it.
    """

    number: int
    story: Story
    words: str
    keys: bytes
    weights: bytes
    indexed: bytes

    @property
    def vector(self) -> Vector:
        """Its terms."""
        words = tuple(self.words.split(SEPARATOR)) if self.words else ()
        return Vector(words, np.frombuffer(self.keys, np.uint32), np.frombuffer(self.weights, np.uint32))

    @property
    def whole(self) -> Story:
        """The story with its terms."""
        return replace(self.story, terms=self.vector.terms)


@dataclass(frozen=True, slots=True)
class Near:
    """A story that shares terms with an article.

    Attributes:
        held: the story.
        cosine: of the two.
        strangers: whether they share no entity.
    """

    held: Held
    cosine: float
    strangers: bool


@dataclass(slots=True)
class Shelf:
    """The open stories in the order in which they were told last, and an index of their heaviest terms."""

    stories: dict[str, Held] = field(default_factory=dict)
    by_number: dict[int, Held] = field(default_factory=dict)
    index: TermIndex = field(default_factory=TermIndex)
    numbers: Iterator[int] = field(default_factory=count)

    def get(self, story_id: str) -> Story | None:
        """Return an open story, with its terms."""
        held = self.stories.get(story_id)
        return None if held is None else held.whole

    def put(self, story: Story, vector: Vector | None = None) -> None:
        """Hold a story in its newest version; it is the one that was told last.

        Args:
            story: with its terms.
            vector: of its terms, if that is known.
        """
        told = vector_from(story.language, story.terms) if vector is None else vector
        before = self.stories.pop(story.id, None)
        number = next(self.numbers) if before is None else before.number
        known = b"" if before is None else before.indexed
        new = set(told.keys[:INDEXED_TERMS].tolist()).difference(memoryview(known).cast("I"))
        self.index.add(number, new)
        indexed = known + np.array(list(new), np.uint32).tobytes() if new else known
        words = SEPARATOR.join(told.words)
        held = Held(number, replace(story, terms={}), words, told.keys.tobytes(), told.weights.tobytes(), indexed)
        self.stories[story.id] = self.by_number[number] = held

    def touch(self, story: Story) -> None:
        """Hold a story whose terms have not changed."""
        held = self.stories.pop(story.id)
        held.story = replace(story, terms={})
        self.stories[story.id] = held

    def take(self, story_id: str) -> Story:
        """Let go of an open story, and return it without its terms."""
        held = self.stories.pop(story_id)
        del self.by_number[held.number]
        self.index.remove(held.number, memoryview(held.indexed).cast("I"))
        return held.story

    def near(self, vector: Vector) -> list[Near]:
        """Return the open stories that share most of an article's heaviest terms, at most `CANDIDATES`."""
        keys, weights = vector.keys[:INDEXED_TERMS].tolist(), vector.weights[:INDEXED_TERMS].tolist()
        held = [self.by_number[number] for number in self.index.nearest(keys, weights, CANDIDATES)]
        return [Near(*found) for found in zip(held, *_compared(held, vector), strict=True)] if held else []

    def idle(self, since: datetime) -> Iterator[str]:
        """Yield the stories that nobody has told since then, or that are too many; the one told longest ago stands first."""
        while self.stories:
            story_id, held = next(iter(self.stories.items()))
            if held.story.last_at >= since and len(self.stories) <= MAX_OPEN:
                return
            yield story_id


def _compared(held: Sequence[Held], vector: Vector) -> tuple[list[float], list[bool]]:
    """Return for each story its cosine with a vector, and whether they share no entity."""
    order = vector.keys.argsort()
    own, values, named = vector.keys[order], vector.weights[order].astype(np.float64), vector.named[order]
    theirs = np.frombuffer(b"".join([each.keys for each in held]), np.uint32)
    weights = np.frombuffer(b"".join([each.weights for each in held]), np.uint32)
    maybe = _marked(own)[theirs & SLOTS].nonzero()[0]
    places = np.minimum(own.searchsorted(theirs[maybe]), own.size - 1)
    same = own[places] == theirs[maybe]
    story = np.arange(len(held)).repeat([len(each.keys) // 4 for each in held])[maybe[same]]
    shared = places[same]
    cosines = np.bincount(story, values[shared] * weights[maybe[same]], len(held)) / MILLION**2
    return cosines.tolist(), (np.bincount(story, named[shared], len(held)) == 0).tolist()


def _marked(keys: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """Return a table of slots in which those of some keys are marked: most keys of another text have none of them."""
    marked = np.zeros(int(SLOTS) + 1, np.bool_)
    marked[keys & SLOTS] = True
    return marked


@dataclass(slots=True)
class Members:
    """Which article is in which story.

    Attributes:
        story_of: story id by article.
        texts: articles of each story with a text of their own, which others may copy.
        copies: its other articles.
    """

    story_of: dict[str, str] = field(default_factory=dict)
    texts: dict[str, list[str]] = field(default_factory=dict)
    copies: dict[str, list[str]] = field(default_factory=dict)

    def add(self, article_id: str, story_id: str, *, is_copy: bool) -> None:
        """Remember an article's story."""
        if self.story_of.get(article_id) != story_id:
            self.story_of[article_id] = story_id
            (self.copies if is_copy else self.texts).setdefault(story_id, []).append(article_id)

    def forget_copies(self, story_id: str) -> None:
        """Forget the copies of a story."""
        self._forget(story_id, self.copies.pop(story_id, ()))

    def forget(self, story_id: str) -> None:
        """Forget all articles of a story."""
        self.forget_copies(story_id)
        self._forget(story_id, self.texts.pop(story_id, ()))

    def _forget(self, story_id: str, article_ids: Iterable[str]) -> None:
        for article_id in article_ids:
            if self.story_of.get(article_id) == story_id:
                del self.story_of[article_id]

"""What the job holds of stories: the open ones, found by their terms, and the closed ones, found by their articles.

A hundred thousand stories are open on a busy day, so each is packed: its terms as one string, their hashes and weights as bytes
(the weights in millionths, exactly what `unit` leaves of them), and the index is `pipelines.postings`, twelve bytes for each of a
story's heaviest terms. The index only grows until its oldest part is forgotten, so what it finds may be closed or may have changed;
the cosine, which looks at the story itself, decides.

Known to be wrong: two terms in four thousand million share a hash, and count as one.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from itertools import count, islice

import numpy as np
from numpy.typing import NDArray

from connectors.messages.story import Story
from pipelines.fingerprint import hash64
from pipelines.postings import Postings
from pipelines.stories.terms import Terms

INDEXED_TERMS = 25
CANDIDATES = 12
MOST_POSTINGS = 2_000  # looked at for one article; terms of few stories come first, and those of too many are left out
MILLION = 1_000_000
MAX_OPEN = 300_000
MAX_CLOSED = 200_000
SEPARATOR = "\n"  # in no term: words are letters, and ids of entities are one line
NAMED = "@"


@dataclass(slots=True)
class Held:
    """One open story.

    Attributes:
        number: its number in the index.
        story: without its terms.
        words: its terms, heaviest first, one a line.
        keys, weights: of each, 32 bits of its hash, and its weight in millionths in as many.
    """

    number: int
    story: Story
    words: str
    keys: bytes
    weights: bytes

    @property
    def terms(self) -> dict[str, float]:
        """The terms as the log holds them."""
        weights = np.frombuffer(self.weights, np.uint32).tolist()
        words = self.words.split(SEPARATOR) if self.words else ()
        return {word: weight / MILLION for word, weight in zip(words, weights, strict=True)}


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
    postings: Postings = field(default_factory=Postings)
    numbers: Iterator[int] = field(default_factory=count)

    def get(self, story_id: str) -> Story | None:
        """Return an open story, with its terms."""
        held = self.stories.get(story_id)
        return None if held is None else replace(held.story, terms=held.terms)

    def put(self, story: Story) -> None:
        """Hold a story in its newest version; it is the one that was told last."""
        before = self.stories.pop(story.id, None)
        number = next(self.numbers) if before is None else before.number
        words = by_weight(story.terms)
        keys = [key_of(story.language, word) for word in words]
        weights = np.array([round(story.terms[word] * MILLION) for word in words], np.uint32)
        held = Held(number, replace(story, terms={}), SEPARATOR.join(words), short(keys).tobytes(), weights.tobytes())
        self.stories[story.id] = self.by_number[number] = held
        known = set() if before is None else set(np.frombuffer(before.keys, np.uint32)[:INDEXED_TERMS].tolist())
        self.postings.add(number, [key for key in keys[:INDEXED_TERMS] if key >> 32 not in known], story.last_at)

    def touch(self, story: Story) -> None:
        """Hold a story whose terms have not changed."""
        held = self.stories.pop(story.id)
        held.story = replace(story, terms={})
        self.stories[story.id] = held

    def take(self, story_id: str) -> Story:
        """Let go of an open story, and return it without its terms."""
        held = self.stories.pop(story_id)
        del self.by_number[held.number]
        return held.story

    def forget_before(self, oldest: datetime) -> None:
        """Drop the part of the index that is older than any open story."""
        self.postings.forget_before(oldest)

    def near(self, language: str, terms: Terms) -> list[Near]:
        """Return the open stories that share most of an article's heaviest terms, at most `CANDIDATES`."""
        words = by_weight(terms)
        keys = [key_of(language, word) for word in words]
        held = [self.by_number[number] for number in self._candidates(keys[:INDEXED_TERMS], [terms[word] for word in words])]
        if not held:
            return []
        return [Near(*found) for found in zip(held, *_compared(held, keys, words, terms), strict=True)]

    def _candidates(self, keys: Sequence[int], values: Sequence[float]) -> list[int]:
        """Return the numbers of the open stories that share most, the one that shares most first."""
        found = sorted(zip(self.postings.holders(tuple(keys)), values, strict=False), key=lambda pair: len(pair[0]))
        numbers, left = list[int](), MOST_POSTINGS
        sizes, weights = list[int](), list[float]()
        for holders, value in found:
            left -= len(holders)
            if left < 0:
                break
            numbers += holders
            sizes.append(len(holders))
            weights.append(value)
        told, places = np.unique(np.array(numbers, np.int64), return_inverse=True)
        shared = np.bincount(places, np.repeat(weights, sizes))
        ranked: list[int] = told[np.lexsort((told, -shared))].tolist()
        return list(islice((number for number in ranked if number in self.by_number), CANDIDATES))

    def idle(self, since: datetime) -> Iterator[str]:
        """Yield the stories that nobody has told since then, or that are too many; the one told longest ago stands first."""
        while self.stories:
            story_id, held = next(iter(self.stories.items()))
            if held.story.last_at >= since and len(self.stories) <= MAX_OPEN:
                return
            yield story_id


def by_weight(terms: Terms) -> list[str]:
    """Return terms, heaviest first; of equals, in their own order."""
    return [word for _, word in sorted((-value, word) for word, value in terms.items())]


@lru_cache(maxsize=100_000)
def key_of(language: str, word: str) -> int:
    """Return the 64 bits under which a term of a language stands in the index."""
    return hash64(f"{language}{SEPARATOR}{word}")


def short(keys: Sequence[int]) -> NDArray[np.uint32]:
    """Return the upper half of each key."""
    return (np.array(keys, np.uint64) >> np.uint64(32)).astype(np.uint32)


def _compared(held: Sequence[Held], keys: Sequence[int], words: Sequence[str], terms: Terms) -> tuple[list[float], list[bool]]:
    """Return for each story its cosine with an article, and whether they share no entity.

    Args:
        held: the stories.
        keys: those of `words`.
        words: the article's.
        terms: their weights.
    """
    unsorted = short(keys)
    order = unsorted.argsort()
    own = unsorted[order]
    values, named = np.array([(terms[word], word.startswith(NAMED)) for word in words])[order].T
    theirs = np.frombuffer(b"".join([each.keys for each in held]), np.uint32)
    weights = np.frombuffer(b"".join([each.weights for each in held]), np.uint32)
    places = np.minimum(own.searchsorted(theirs), own.size - 1)
    same = np.flatnonzero(own[places] == theirs)
    story = np.repeat(np.arange(len(held)), [len(each.keys) // 4 for each in held])[same]
    cosines = np.bincount(story, values[places[same]] * weights[same], len(held)) / MILLION
    shared = np.bincount(story, named[places[same]], len(held))
    return cosines.tolist(), (shared == 0).tolist()


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

"""What the job holds of stories: the open ones, found by their terms, and the closed ones, found by their articles.

A hundred thousand stories are open on a busy day, so each is packed: its terms as shared strings with their weights in millionths
(exactly what `unit` leaves of them), and of the index only a number for each of its heaviest terms.
"""

from array import array
from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from heapq import nlargest
from itertools import count
from sys import intern

from connectors.messages.story import Story
from pipelines.stories.terms import Terms

INDEXED_TERMS = 25
CANDIDATES = 20
MOST_POSTINGS = 2_000  # looked at for one article; terms of few stories come first, and those of too many are left out
MILLION = 1_000_000
MAX_OPEN = 300_000
MAX_CLOSED = 200_000


@dataclass(slots=True)
class Held:
    """One open story.

    Attributes:
        number: its number in the index.
        story: without its terms.
        words, weights: its terms, heaviest first, and their weights in millionths.
    """

    number: int
    story: Story
    words: tuple[str, ...]
    weights: "array[int]"

    @property
    def terms(self) -> dict[str, float]:
        """The terms as the log holds them."""
        return {word: weight / MILLION for word, weight in zip(self.words, self.weights, strict=True)}

    def cosine(self, terms: Terms) -> float:
        """The cosine of the story and a vector of length 1."""
        get = terms.get
        return sum(get(word, 0.0) * weight for word, weight in zip(self.words, self.weights, strict=True)) / MILLION


@dataclass(slots=True)
class Shelf:
    """The open stories in the order in which they were told last, and an index of their heaviest terms by language."""

    stories: dict[str, Held] = field(default_factory=dict)
    by_number: dict[int, str] = field(default_factory=dict)
    by_term: "dict[str, dict[str, array[int]]]" = field(default_factory=lambda: defaultdict(dict))
    numbers: Iterator[int] = field(default_factory=count)

    def get(self, story_id: str) -> Story | None:
        """Return an open story, with its terms."""
        held = self.stories.get(story_id)
        return None if held is None else replace(held.story, terms=held.terms)

    def put(self, story: Story) -> None:
        """Hold a story in its newest version; it is the one that was told last."""
        before = self.stories.pop(story.id, None)
        number = next(self.numbers) if before is None else before.number
        ranked = sorted(story.terms, key=lambda word: (-story.terms[word], word))
        words = tuple(map(intern, ranked))
        weights = array("I", (round(story.terms[word] * MILLION) for word in words))
        held = Held(number, replace(story, terms={}), words, weights)
        self.stories[story.id] = held
        self.by_number[number] = story.id
        old = set() if before is None else set(before.words[:INDEXED_TERMS])
        self._reindex(story.language, number, old, set(words[:INDEXED_TERMS]))

    def touch(self, story: Story) -> None:
        """Hold a story whose terms have not changed."""
        held = self.stories.pop(story.id)
        held.story = replace(story, terms={})
        self.stories[story.id] = held

    def take(self, story_id: str) -> Story:
        """Let go of an open story, and return it without its terms."""
        held = self.stories.pop(story_id)
        del self.by_number[held.number]
        self._reindex(held.story.language, held.number, set(held.words[:INDEXED_TERMS]), set())
        return held.story

    def near(self, language: str, terms: Terms) -> list[Held]:
        """Return the open stories that share most of an article's heaviest terms, at most `CANDIDATES`."""
        index = self.by_term.get(language, {})
        ranked = sorted(terms, key=lambda word: (-terms[word], word))[:INDEXED_TERMS]
        shared: dict[int, float] = defaultdict(float)
        left = MOST_POSTINGS
        for word in sorted((word for word in ranked if word in index), key=lambda word: len(index[word])):
            left -= len(index[word])
            if left < 0:
                break
            value = terms[word]
            for number in index[word]:
                shared[number] += value
        best = nlargest(CANDIDATES, ((value, -number) for number, value in shared.items()))
        return [self.stories[self.by_number[-number]] for _, number in best]

    def idle(self, since: datetime) -> Iterator[str]:
        """Yield the stories that nobody has told since then, or that are too many; the one told longest ago stands first."""
        while self.stories:
            story_id, held = next(iter(self.stories.items()))
            if held.story.last_at >= since and len(self.stories) <= MAX_OPEN:
                return
            yield story_id

    def _reindex(self, language: str, number: int, old: set[str], new: set[str]) -> None:
        index = self.by_term[language]
        for word in new - old:
            insort(index.setdefault(word, array("I")), number)
        for word in old - new:
            numbers = index[word]
            del numbers[bisect_left(numbers, number)]
            if not numbers:
                del index[word]


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

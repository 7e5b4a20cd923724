"""What an article is about, as a vector of weighted terms of length 1.

Terms are words, rare ones heavy (TF-IDF; Salton and Buckley, "Term-weighting approaches in automatic text retrieval", 1988),
and the ids of entities. How rare a word is comes from a shipped table (`wordfreq`, Speer 2022), not from what the stream has
seen, so a replay or a cold start weighs every word as before. A script without blanks between words (Chinese, Japanese, Thai)
is cut into pairs of letters.

Weights are whole millionths and each term has a key of 32 bits, so that vectors are added and compared as arrays and the log holds
exactly what memory holds.

Known to be wrong: a language without a table weighs all its words alike; two terms in four thousand million share a key, and count
as one.
"""

import math
import re
from array import array
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from wordfreq import available_languages, get_frequency_dict, zipf_frequency

from connectors.messages.article import Article
from connectors.messages.entity import Entity
from pipelines.fingerprint import hash64

Terms = Mapping[str, float]
Values = NDArray[np.float64]
TITLE_WEIGHT = 3
LEAD_CHARACTERS = 2_000
ZIPF_OF_ALL = 9  # Zipf values are decimal logarithms of uses in a thousand million words (van Heuven et al., 2014)
COMMONEST_ZIPF = 6.0  # a word of one in a thousand or commoner says nothing about an event
STORY_TERMS = 80
MILLION = 1_000_000
MAX_WORDS = 100_000  # of a language, whose weights are remembered
NAMED = "@"
NAME_WEIGHT = 1 + 1e-9  # of equals, names come first
SEPARATOR = "\n"  # in no term: words are letters, and ids of entities are one line
# wordfreq's tables of Chinese, Japanese and Korean need tokenizers that are no part of it: such words weigh alike.
LANGUAGES = frozenset(available_languages("small")) - {"zh", "ja", "ko"}
WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*+")
UNSPACED = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]")
POSSESSIVES = ("'s", "’s")


@dataclass(frozen=True, slots=True)
class Vector:
    """Weighted terms of length 1, heaviest first; of equals, by their keys.

    Attributes:
        words: the terms; entities begin with `NAMED`.
        keys: of each.
        weights: of each, in millionths.
    """

    words: tuple[str, ...]
    keys: NDArray[np.uint32]
    weights: NDArray[np.uint32]

    @property
    def terms(self) -> dict[str, float]:
        """The terms as the log holds them."""
        return dict(zip(self.words, (self.weights / MILLION).tolist(), strict=True))

    @property
    def named(self) -> NDArray[np.bool_]:
        """Which of its terms are entities."""
        return np.array([word[:1] == NAMED for word in self.words], np.bool_)


class Lexicon(dict[str, int]):
    """The number of each word of one language, given when it is first asked for; its weight and its key stand at that number."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self._language = language
        self._weights = array("d")
        self._keys = array("I")

    def __missing__(self, word: str) -> int:
        self._weights.append(NAME_WEIGHT if word.startswith(NAMED) else weight(word, self._language))
        self._keys.append(hash64(f"{self._language}{SEPARATOR}{word}") >> 32)
        number = self[word] = len(self)
        return number

    def of(self, words: Collection[str]) -> tuple[Values, NDArray[np.uint32]]:
        """Return the weights and the keys of words."""
        if len(self) + len(words) > MAX_WORDS:
            self.clear()
            del self._weights[:], self._keys[:]
        numbers = np.fromiter(map(self.__getitem__, words), np.intp, len(words))
        return np.frombuffer(self._weights)[numbers], np.frombuffer(self._keys, np.uint32)[numbers]


@cache
def lexicon(language: str) -> Lexicon:
    """Return the process's lexicon of a language."""
    return Lexicon(language)


def vector_of(article: Article, language: str, entities: Iterable[Entity]) -> Vector:
    """Return the vector of an article: title words three times, the lead's words, entity ids."""
    counts = Counter(words(article.text[:LEAD_CHARACTERS]))
    for word in words(article.title):
        counts[word] += TITLE_WEIGHT
    for entity in entities:
        counts[f"{NAMED}{entity.id}"] = 1
    weights, keys = lexicon(language).of(counts)
    repeated = 1 + np.log(np.fromiter(counts.values(), np.float64, len(counts)))
    return _heaviest(tuple(counts), keys, repeated * weights)


def vector_from(language: str, terms: Terms) -> Vector:
    """Return the vector that `Vector.terms` was made of."""
    _, keys = lexicon(language).of(terms)
    return _ordered(tuple(terms), keys, np.rint(np.array(list(terms.values()), np.float64) * MILLION).astype(np.uint32))


def summed(one: Vector, times: int, more: Vector) -> Vector:
    """Return the heaviest terms of two vectors' sum, of length 1; the first counts so many times."""
    order = one.keys.argsort()
    own = one.keys[order]
    places = np.minimum(own.searchsorted(more.keys), max(0, own.size - 1))
    same = own[places] == more.keys if own.size else np.zeros(more.keys.size, np.bool_)
    values = one.weights * float(times)
    values[order[places[same]]] += more.weights[same]
    new = ~same
    added = [more.words[place] for place in np.flatnonzero(new).tolist()]
    keys, weights = np.concatenate([one.keys, more.keys[new]]), np.concatenate([values, more.weights[new]])
    return _heaviest((*one.words, *added), keys, weights)


def _heaviest(words: Sequence[str], keys: NDArray[np.uint32], values: Values) -> Vector:
    """Return the `STORY_TERMS` heaviest terms at length 1."""
    kept = _places_of_heaviest(keys, values)
    heavy = values[kept]
    length = math.sqrt(float(heavy @ heavy)) or 1.0
    weights = np.rint(heavy * (MILLION / length)).astype(np.uint32)
    return _ordered([words[place] for place in kept.tolist()], keys[kept], weights)


def _places_of_heaviest(keys: NDArray[np.uint32], values: Values) -> NDArray[np.intp]:
    """Return where the `STORY_TERMS` greatest values above 0 stand; of the smallest of them, those with the lowest keys."""
    heavy = (values > 0).nonzero()[0]
    if heavy.size <= STORY_TERMS:
        return heavy
    least = np.sort(values)[-STORY_TERMS]
    more, equal = (values > least).nonzero()[0], (values == least).nonzero()[0]
    return np.concatenate((more, equal[keys[equal].argsort()[: STORY_TERMS - more.size]]))


def _ordered(words: Sequence[str], keys: NDArray[np.uint32], weights: NDArray[np.uint32]) -> Vector:
    """Return the vector of these terms; weight and key are sorted as one number of 64 bits."""
    order = ((MILLION - weights.astype(np.int64)) << 32 | keys).argsort()
    return Vector(tuple([words[place] for place in order.tolist()]), keys[order], weights[order])


@cache
def _table(language: str) -> dict[str, float]:
    """Return the weights of the words of a language's table."""
    if language not in LANGUAGES:
        return {}
    table = get_frequency_dict(language, wordlist="small")
    return {word: max(0.0, 1 - (math.log10(share) + ZIPF_OF_ALL) / COMMONEST_ZIPF) for word, share in table.items()}


def words(text: str) -> list[str]:
    """Return the words of a text, lower-cased, without the English possessive."""
    found = WORD.findall(text.casefold())
    if UNSPACED.search(text):
        found = [piece for word in found for piece in _pairs(word)]
    if "'" not in text and "’" not in text:
        return found
    return [word[:-2] if word.endswith(POSSESSIVES) else word for word in found]


def _pairs(word: str) -> list[str]:
    """Return the pairs of letters of a word in a script without blanks, any other word as it is."""
    return [word[at : at + 2] for at in range(max(1, len(word) - 1))] if UNSPACED.search(word) else [word]


def weight(word: str, language: str) -> float:
    """Return how much a word says about an event: 0 for one that every text has, 1 for one that the table has never seen.

    Only what the table does not list is looked up by wordfreq, whose tokenizer takes 30 us for it; a word of plain letters it would
    leave as it is.
    """
    if language not in LANGUAGES:
        return float(len(word) > 3 or UNSPACED.match(word) is not None)
    known = _table(language).get(word)
    if known is None and word.isascii() and word.isalpha():
        return 1.0
    return max(0.0, 1 - zipf_frequency(word, language, wordlist="small") / COMMONEST_ZIPF) if known is None else known

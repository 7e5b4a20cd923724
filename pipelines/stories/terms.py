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
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import compress

import numpy as np
from numpy.typing import NDArray
from wordfreq import available_languages, get_frequency_dict, zipf_frequency

from connectors.messages.article import Article
from connectors.messages.entity import Entity
from pipelines.fingerprint import hash64
from pipelines.runs import counted

Terms = Mapping[str, float]
Values = NDArray[np.float64]
Numbers = NDArray[np.intp]
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
WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*+")
UNSPACED = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]")
MARKS = "‘“”–—…\u00a0"  # that typesetters put between words
LETTERS = {code: chr(code).casefold() if WORD.match(chr(code)) else " " for code in range(128) if chr(code) != "'"}


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
    """The number of each word of one language, given when it is first asked for; what is known of it stands at that number.

    Attributes:
        words: each word at its number.
    """

    def __init__(self, language: str) -> None:
        super().__init__()
        self.words = list[str]()
        self._language = language
        self._weights = array("d")
        self._keys = array("I")

    def __missing__(self, word: str) -> int:
        self._weights.append(NAME_WEIGHT if word.startswith(NAMED) else weight(word, self._language))
        self._keys.append(hash64(f"{self._language}{SEPARATOR}{word}") >> 32)
        number = self[word] = len(self)
        self.words.append(word)
        return number

    def numbers(self, words: Collection[str]) -> Numbers:
        """Return the numbers of words; they hold until the next call."""
        if len(self) + len(words) > MAX_WORDS:
            self.clear()
            del self.words[:], self._weights[:], self._keys[:]
        return np.fromiter(map(self.__getitem__, words), np.intp, len(words))

    def weights_of(self, numbers: Numbers) -> Values:
        """Return the weights of the words that have these numbers."""
        return np.frombuffer(self._weights)[numbers]

    def keys_of(self, numbers: Numbers) -> NDArray[np.uint32]:
        """Return the keys of the words that have these numbers."""
        return np.frombuffer(self._keys, np.uint32)[numbers]


@cache
def lexicon(language: str) -> Lexicon:
    """Return the process's lexicon of a language."""
    return Lexicon(language)


def vector_of(article: Article, language: str, entities: Iterable[Entity]) -> Vector:
    """Return the vector of an article: title words three times, the lead's words, entity ids."""
    known, named = lexicon(language), {f"{NAMED}{entity.id}" for entity in entities}
    told = [*words(article.text[:LEAD_CHARACTERS]), *TITLE_WEIGHT * words(article.title), *named]
    numbers, counts = counted(known.numbers(told))
    keys = known.keys_of(numbers)
    kept, weights = _heaviest(keys, (1 + np.log(counts)) * known.weights_of(numbers))
    return Vector(tuple([known.words[number] for number in numbers[kept].tolist()]), keys[kept], weights)


def vector_from(language: str, terms: Terms) -> Vector:
    """Return the vector that `Vector.terms` was made of."""
    known, told = lexicon(language), tuple(terms)
    keys = known.keys_of(known.numbers(told))
    weights = np.rint(np.array(list(terms.values()), np.float64) * MILLION).astype(np.uint32)
    order = _ranked(keys, weights)
    return Vector(tuple([told[place] for place in order.tolist()]), keys[order], weights[order])


def summed(one: Vector, times: int, more: Vector) -> Vector:
    """Return the heaviest terms of two vectors' sum, of length 1; the first counts so many times."""
    order = one.keys.argsort()
    own = one.keys[order]
    places = np.minimum(own.searchsorted(more.keys), max(0, own.size - 1))
    same = own[places] == more.keys if own.size else np.zeros(more.keys.size, np.bool_)
    values = one.weights * float(times)
    values[order[places[same]]] += more.weights[same]
    new = ~same
    told = (*one.words, *compress(more.words, new.tolist()))
    keys = np.concatenate([one.keys, more.keys[new]])
    kept, weights = _heaviest(keys, np.concatenate([values, more.weights[new]]))
    return Vector(tuple([told[place] for place in kept.tolist()]), keys[kept], weights)


def _heaviest(keys: NDArray[np.uint32], values: Values) -> tuple[Numbers, NDArray[np.uint32]]:
    """Return where the `STORY_TERMS` heaviest terms stand, in a vector's order, and their weights at length 1."""
    kept = _places_of_heaviest(keys, values)
    heavy = values[kept]
    ranked = np.sort(heavy)  # a sum of fractions hangs on their order, and the places on what the process has read before
    length = math.sqrt(float(ranked @ ranked)) or 1.0
    weights = np.rint(heavy * (MILLION / length)).astype(np.uint32)
    order = _ranked(keys[kept], weights)
    return kept[order], weights[order]


def _places_of_heaviest(keys: NDArray[np.uint32], values: Values) -> Numbers:
    """Return where the `STORY_TERMS` greatest values above 0 stand; of the smallest of them, those with the lowest keys."""
    heavy = (values > 0).nonzero()[0]
    if heavy.size <= STORY_TERMS:
        return heavy
    least = np.sort(values)[-STORY_TERMS]
    more, equal = (values > least).nonzero()[0], (values == least).nonzero()[0]
    return np.concatenate((more, equal[keys[equal].argsort()[: STORY_TERMS - more.size]]))


def _ranked(keys: NDArray[np.uint32], weights: NDArray[np.uint32]) -> Numbers:
    """Return the order of a vector's terms; weight and key are sorted as one number of 64 bits."""
    return ((MILLION - weights.astype(np.int64)) << 32 | keys).argsort()


@cache
def _table(language: str) -> dict[str, float]:
    """Return the weights of the words of a language's table."""
    if language not in LANGUAGES:
        return {}
    table = get_frequency_dict(language, wordlist="small")
    return {word: max(0.0, 1 - (math.log10(share) + ZIPF_OF_ALL) / COMMONEST_ZIPF) for word, share in table.items()}


def words(text: str) -> list[str]:
    """Return the words of a text, lower-cased, apostrophes straight, without the English possessive."""
    text = text.replace("’", "'")
    for mark in () if text.isascii() else MARKS:
        text = text.replace(mark, " ")
    found = _plain_words(text) if text.isascii() else _words(text)
    return [word.removesuffix("'s") for word in found] if "'" in text else found


def _words(text: str) -> list[str]:
    found: list[str] = WORD.findall(text.casefold())
    return [piece for word in found for piece in _pairs(word)] if UNSPACED.search(text) else found


def _plain_words(text: str) -> list[str]:
    """Return the words of an ASCII text, in a third of the time."""
    found = text.translate(LETTERS).split()
    return [piece for word in found for piece in (WORD.findall(word) if "'" in word else (word,))] if "'" in text else found


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

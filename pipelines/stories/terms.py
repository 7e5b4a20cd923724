"""What an article is about, as a vector of weighted terms of length 1.

Terms are words, rare ones heavy (TF-IDF; Salton and Buckley, "Term-weighting approaches in automatic text retrieval", 1988),
and the ids of entities. How rare a word is comes from a shipped table (`wordfreq`, Speer 2022), not from what the stream has
seen, so a replay or a cold start weighs every word as before. A script without blanks between words (Chinese, Japanese, Thai)
is cut into pairs of letters.

Known to be wrong: a language without a table weighs all its words alike.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache

from wordfreq import available_languages, get_frequency_dict, zipf_frequency

from connectors.messages.article import Article
from connectors.messages.entity import Entity

Terms = Mapping[str, float]
TITLE_WEIGHT = 3
LEAD_CHARACTERS = 2_000
ZIPF_OF_ALL = 9  # Zipf values are decimal logarithms of uses in a thousand million words (van Heuven et al., 2014)
COMMONEST_ZIPF = 6.0  # a word of one in a thousand or commoner says nothing about an event
STORY_TERMS = 80
# wordfreq's tables of Chinese, Japanese and Korean need tokenizers that are no part of it: such words weigh alike.
LANGUAGES = frozenset(available_languages("small")) - {"zh", "ja", "ko"}
WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
UNSPACED = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]")
POSSESSIVES = ("'s", "’s")


def terms_of(article: Article, language: str, entities: Iterable[Entity]) -> dict[str, float]:
    """Return the weighted terms of an article, of length 1: title words three times, the lead's words, entity ids."""
    counts = Counter(words(article.text[:LEAD_CHARACTERS]))
    for word in words(article.title):
        counts[word] += TITLE_WEIGHT
    known = _weights(language)
    raw = {word: _repeated(count) * (known[word] if word in known else weight(word, language)) for word, count in counts.items()}
    raw |= {f"@{entity.id}": 1.0 for entity in entities}
    return heaviest(raw)


@cache
def _repeated(count: int) -> float:
    """Return what a word that stands so often counts for, where once counts for one."""
    return 1 + math.log(count)


@cache
def _weights(language: str) -> dict[str, float]:
    """Return the weights of the words of a language's table."""
    if language not in LANGUAGES:
        return {}
    table = get_frequency_dict(language, wordlist="small")
    return {word: max(0.0, 1 - (math.log10(share) + ZIPF_OF_ALL) / COMMONEST_ZIPF) for word, share in table.items()}


def heaviest(raw: Terms) -> dict[str, float]:
    """Return the `STORY_TERMS` heaviest terms at length 1, heaviest first; of equals, the ids of entities come first."""
    ranked = sorted((-value, word) for word, value in raw.items() if value > 0)[:STORY_TERMS]
    return unit({word: -value for value, word in ranked})


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


@lru_cache(maxsize=100_000)
def weight(word: str, language: str) -> float:
    """Return how much a word says about an event: 0 for one that every text has, 1 for one that the table has never seen."""
    if language not in LANGUAGES:
        return float(len(word) > 3 or UNSPACED.match(word) is not None)
    return max(0.0, 1 - zipf_frequency(word, language, wordlist="small") / COMMONEST_ZIPF)


def unit(terms: Terms) -> dict[str, float]:
    """Return the terms scaled to length 1; rounded, so that the log holds what memory holds."""
    length = math.sqrt(sum(value * value for value in terms.values())) or 1.0
    return {word: round(value / length, 6) for word, value in terms.items()}

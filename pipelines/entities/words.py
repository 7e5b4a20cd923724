"""Words of a text as the gazetteer compares them: without case, accents and punctuation."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

# "U.S." and "U.S.A" are one word; so is "d" in "Côte d'Ivoire".
_WORD = re.compile(r"(?:[^\W\d_]\.){2,}|(?:[^\W\d_]\.)+[^\W\d_](?!\w)|\w+")
_ABBREVIATED = {"st": "saint", "ste": "saint"}


class Word(NamedTuple):
    """One word: `text[start:end]` as it stands is compared as `normal`.

    A tuple, since one is made for each word of each article and a frozen dataclass takes twice as long to make.
    """

    normal: str
    start: int
    end: int


def words(text: str) -> Iterator[Word]:
    """Yield the words of a text in order."""
    for found in _WORD.finditer(text):
        yield Word(normalise(found[0]), found.start(), found.end())


def normalise_phrase(phrase: str) -> tuple[str, ...]:
    """Return the words of a phrase as they are compared."""
    return tuple(word.normal for word in words(phrase))


@lru_cache(maxsize=20_000)
def normalise(word: str) -> str:
    """Return one word without case, accents and dots; `St` becomes `saint`."""
    plain = word.replace(".", "").casefold()
    if not plain.isascii():
        plain = strip_accents(plain)
    return _ABBREVIATED.get(plain, plain)


def strip_accents(text: str) -> str:
    """Return text without combining marks, and with the letters that Unicode does not decompose written in plain Latin."""
    parts = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    return "".join(part for part in parts if not unicodedata.combining(part))


_LETTERS = str.maketrans(
    {
        "ø": "o",
        "Ø": "O",
        "ł": "l",
        "Ł": "L",
        "đ": "d",
        "Đ": "D",
        "ı": "i",
        "ß": "ss",
        "æ": "ae",
        "Æ": "AE",
        "œ": "oe",
        "ð": "d",
        "þ": "th",
    }
)

"""Sample a text so that copies of it can be found by what they share.

Every run of three words is hashed to 64 bits, and the hashes in the lowest eighth of the range are kept (Manber, "Finding similar
files in a large file system", 1994), so that two texts keep the same samples of what they share, wherever it stands in them.

Known to be wrong: a text without spaces between its words (Chinese, Thai) is a few very long words here, and has few samples.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

from pipelines.work import Fingerprint

SHINGLE_WORDS = 3
SAMPLE_LIMIT = 2**64 // 8
SAMPLE_FLOOR = 8
HASH_VERSION = b"sw-copies-1"
WORD = re.compile(r"\w+")


def words(text: str) -> list[str]:
    """Return the lower-cased words of a text, compatibility forms folded (Unicode NFKC, UAX #15)."""
    return WORD.findall(unicodedata.normalize("NFKC", text).casefold())


def hash64(text: str) -> int:
    """Return 64 bits that are the same in every process and release (BLAKE2b, RFC 7693), unlike Python's `hash`."""
    digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8, person=HASH_VERSION).digest()
    return int.from_bytes(digest, "big")


def text_hash(tokens: Sequence[str]) -> str:
    """Return a hash that two texts share when their words are the same in the same order."""
    return f"{hash64(' '.join(tokens)):016x}"


def sketch(tokens: Sequence[str]) -> tuple[int, ...]:
    """Return the sampled shingle hashes of a text, ascending: those in the lowest eighth, and at least the eight smallest."""
    shingles = {hash64(" ".join(tokens[i : i + SHINGLE_WORDS])) for i in range(len(tokens) - SHINGLE_WORDS + 1)}
    ranked = sorted(shingles)
    sampled = [key for key in ranked if key < SAMPLE_LIMIT]
    return tuple(sampled if len(sampled) >= SAMPLE_FLOOR else ranked[:SAMPLE_FLOOR])


def fingerprint(title: str, text: str) -> Fingerprint:
    """Return what tells copies of a text, but for what it speaks of.

    Args:
        title: the headline; it counts only where there is no text, because outlets write their own.
        text: the body.
    """
    tokens = tuple(words(text) or words(title))
    return Fingerprint(text_hash=text_hash(tokens), sketch=_sketch_of(tokens))


@lru_cache(maxsize=1_000)
def _sketch_of(tokens: tuple[str, ...]) -> tuple[int, ...]:
    """Return the sketch of a text; remembered, since a wire report comes many times within minutes."""
    return sketch(tokens)


def spoken_hashes(sentences: Iterable[str]) -> tuple[int, ...]:
    """Return the hashes of sentences, ascending, equal for other case, punctuation and spacing."""
    return tuple(sorted({hash64(" ".join(words(sentence))) for sentence in sentences}))

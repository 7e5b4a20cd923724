"""Sample a text so that copies of it can be found by what they share.

Every run of three words is hashed to 64 bits, and the hashes in the lowest eighth of the range are kept (Manber, "Finding similar
files in a large file system", 1994), so that two texts keep the same samples of what they share, wherever it stands in them. A word
is hashed once (BLAKE2b) and remembered; three of them are mixed with the finaliser of SplitMix64 (Steele et al., "Fast splittable
pseudorandom number generators", 2014), a hundred times as fast as hashing each run.

Known to be wrong: a text without spaces between its words (Chinese, Thai) is a few very long words here, and has few samples.
"""

import hashlib
import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache
from itertools import accumulate, chain, groupby, pairwise
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray

from pipelines.runs import begins
from pipelines.work import Fingerprint

SHINGLE_WORDS = 3
SAMPLE_LIMIT = 2**64 // 8
SAMPLE_FLOOR = 64  # eight are too few: of two short reports that share a quote, one pair in twenty would look like copies
HASH_VERSION = b"sw-copies-1"
SKETCH_VERSION = 2  # samples of another version are not comparable; it stands in each analysis
MULTIPLIERS = (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9)  # odd: each word's place counts
WORD = re.compile(r"\w+")
GAPS = {code: " " for code in range(128) if WORD.match(chr(code)) is None}
# A full stop, or a line's end. One class of letters that both begin with is looked for six times as fast as one after the other.
FULL_STOP = re.compile(r"[.!?…\r\n\u2028\u2029](?:(?<![.!?…])[\r\n\u2028\u2029]*|[\"”’»)\]]*\s+)")
MAX_WORDS = 200_000  # whose hashes are remembered
MAX_SENTENCES = 20_000  # told by their hashes: more, of a text of a million letters in lines of two words, would fill a record
SENTENCE_BITS = 32  # a text has some thirty sentences: two of them are taken for one once in ten million texts


def words(text: str) -> list[str]:
    """Return the words of a text as it writes them, compatibility forms folded (Unicode NFKC, UAX #15)."""
    if text.isascii():  # the same in half the time
        return text.translate(GAPS).split()
    return WORD.findall(unicodedata.normalize("NFKC", text))


def hash64(text: str) -> int:
    """Return 64 bits that are the same in every process and release (BLAKE2b, RFC 7693), unlike Python's `hash`."""
    digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8, person=HASH_VERSION).digest()
    return int.from_bytes(digest, "big")


def text_hash(tokens: Sequence[str]) -> str:
    """Return a hash that two texts share when their words are the same in the same order and case."""
    return f"{hash64(' '.join(tokens)):016x}"


def sketch(tokens: Sequence[str]) -> tuple[int, ...]:
    """Return the sampled shingle hashes of a text, whatever its case, ascending: the lowest eighth, and at least 64."""
    if len(tokens) < SHINGLE_WORDS:
        return ()
    ranked = np.sort(_shingles(_hashed(tokens)))
    ranked = ranked[begins(ranked)]
    sampled = ranked[: int(ranked.searchsorted(np.uint64(SAMPLE_LIMIT)))]
    return tuple((sampled if sampled.size >= SAMPLE_FLOOR else ranked[:SAMPLE_FLOOR]).tolist())


def _shingles(hashed: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return one hash for each run of three words; arithmetic is modulo 2^64."""
    first, second, third = (np.uint64(factor) for factor in MULTIPLIERS)
    mixed: NDArray[np.uint64] = hashed[:-2] * first + hashed[1:-1] * second + hashed[2:] * third
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    found: NDArray[np.uint64] = mixed ^ (mixed >> np.uint64(31))
    return found


@lru_cache(maxsize=16)
def paragraphs(text: str) -> tuple[tuple[int, ...], ...]:
    """Return the hashes of the shingles that begin in each paragraph, all of them, in order; a line is a paragraph."""
    told = [found for line in text.splitlines() if (found := words(line))]
    shingles = _shingles(_hashed([word for line in told for word in line])).tolist()
    ends = accumulate(map(len, told), initial=0)
    return tuple(tuple(shingles[start:end]) for start, end in pairwise(ends))


class _WordHashes(dict[str, int]):
    """The hash of each word, whatever its case; forgotten all at once when there are too many.

    A dictionary of its own, since `functools.lru_cache` takes twice as long to ask.
    """

    def __missing__(self, word: str) -> int:
        if len(self) >= MAX_WORDS:
            self.clear()
        found = self[word] = hash64(word.casefold())
        return found


_WORD_HASHES = _WordHashes()


def _hashed(tokens: Sequence[str]) -> NDArray[np.uint64]:
    return np.fromiter(map(_WORD_HASHES.__getitem__, tokens), dtype=np.uint64, count=len(tokens))


def fingerprint(title: str, text: str) -> Fingerprint:
    """Return what tells copies of a text.

    Args:
        title: the headline; it counts only where there is no text, because outlets write their own.
        text: the body.
    """
    told = _told(text) or _told(title)
    tokens = tuple(chain.from_iterable(told))
    said = _hashes(told)[:MAX_SENTENCES]
    return Fingerprint(text_hash=text_hash(tokens), sketch=_sketch_of(tokens), sketch_version=SKETCH_VERSION, sentences=said)


@lru_cache(maxsize=1_000)
def _sketch_of(tokens: tuple[str, ...]) -> tuple[int, ...]:
    """Return the sketch of a text; remembered, since a wire report comes many times within minutes."""
    return sketch(tokens)


def sentence_hashes(text: str) -> tuple[int, ...]:
    """Return the hashes of what stands between full stops and line ends, ascending, equal for other punctuation and spacing.

    Case counts: the model reads capitals, so a copy in small letters is read for itself, whichever of the two came first. An
    abbreviation ends a sentence here, which does no harm: its parts are told or not told together.
    """
    return _hashes(_told(text))


def shingles_within(text: str, sentences_: Collection[int]) -> NDArray[np.uint64]:
    """Return the hashes of the shingles that stand within the sentences of a text that have these hashes; runs of such are one."""
    told = [(_hash(sentence) in sentences_, sentence) for sentence in _told(text)]
    runs = [[word for _, sentence in run for word in sentence] for is_one, run in groupby(told, key=itemgetter(0)) if is_one]
    found = [_shingles(_hashed(run)) for run in runs if len(run) >= SHINGLE_WORDS]
    return np.concatenate(found) if found else np.zeros(0, np.uint64)


def of_32_bits(hashes: Iterable[int]) -> tuple[int, ...]:
    """Return sentence hashes as they are compared; an analysis of an earlier release holds 64 bits of each."""
    return tuple(value >> (64 - SENTENCE_BITS) if value >> SENTENCE_BITS else value for value in hashes)


def _told(text: str) -> list[list[str]]:
    """Return the words of each sentence that has any."""
    return [found for sentence in FULL_STOP.split(text) if (found := words(sentence))]


def _hashes(told: Iterable[Sequence[str]]) -> tuple[int, ...]:
    return tuple(sorted(set(map(_hash, told))))


def _hash(sentence: Sequence[str]) -> int:
    return hash64(" ".join(sentence)) >> (64 - SENTENCE_BITS)

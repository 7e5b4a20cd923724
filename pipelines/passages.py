"""Whether two texts have a passage in common that is too long for a quote: whole paragraphs, under another lead or in a frame.

Observed: of a short report whose lead was written anew a third may be left, and a site's furniture may be as long as the half that
it prints; neither text then holds half of the other, and to count what they share does not tell them from two reports that share a
quote, a stock phrase and names. Where it stands does: an outlet leaves out whole paragraphs at the ends and keeps what is between.

Theory: each paragraph of the text that is looked for has a weight, the samples that it shares less three quarters of those that it
has, and the heaviest run of them is taken (Bentley, "Programming pearls: algorithm design techniques", CACM 27, 1984). If that run
has three tenths of the longer text, and sixteen samples, one of the two was made of the other.

Known to be wrong: only the text that comes later is known by its paragraphs, so one whose paragraphs stand in another order as well
may need a third text that ties the two. Two reports by different authors that print one background of a third of their length are
taken for copies until it is common. An edit that keeps less than three tenths of a text, and writes as much anew, is no copy.
"""

from collections.abc import Collection, Iterable

PASSAGE_SHARE = 0.3  # of the longer text
PASSAGE_KEYS = 16  # a quote of a dozen words has ten
PASSAGE_CONTAINMENT = 0.75  # of the passage: single words may be other ones


def heaviest(paragraphs: Iterable[Collection[int]], own: Collection[int], shared: Collection[int]) -> int:
    """Return how many shared samples the run of paragraphs has that has most of them, and little else.

    Args:
        paragraphs: hashes of the shingles that begin in each paragraph.
        own: those that are sampled and tell something.
        shared: those of them that the other text has.
    """
    weight = most = 0.0
    held = best = 0
    for paragraph in paragraphs:
        sampled = frozenset(paragraph) & frozenset(own)
        found = len(sampled & frozenset(shared))
        if weight <= 0:
            weight, held = 0.0, 0
        weight, held = weight + found - PASSAGE_CONTAINMENT * len(sampled), held + found
        if weight > most:
            most, best = weight, held
    return best

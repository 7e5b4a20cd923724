"""Paragraphs that a feed puts before or after nearly every text, learned from its own articles, and left out from then on.

Observed: "Follow us on Telegram", "This story was produced by ...", a line about the outlet, a disclaimer: no list can name them
all, and each source repeats its own word for word. Theory: such a paragraph stands among the first or the last of a text, in many
articles of one feed. Background that an outlet repeats in its coverage of one matter stands there too, but not in so many of all
its articles.

A text's edges are kept with each article (`Seen.prints`), before anything is left out of it, so that what was learned is not
unlearned by leaving it out. A version that is out is not made anew when more is learned.

Known to be wrong: the first few articles of a feed keep its boilerplate; a feed about one matter alone, whose every text ends on
the same background, loses that paragraph.
"""

from collections import Counter
from collections.abc import Collection, Iterable

from connectors.feeds.identity import print_of

EDGES = "edges"  # the name under which they are kept
FIRST, LAST = 2, 4  # paragraphs that are looked at
MAX_CHARS = 600
MIN_ARTICLES = 5
MIN_SHARE = 0.3
WINDOW = 100  # articles of a feed that are looked at


def edges_of(text: str) -> str:
    """Return short hashes of the first and last paragraphs of a text, parted by spaces."""
    return " ".join(sorted({_print(paragraph) for paragraph in _edges(text.split("\n\n"))}))


def repeated(edges: Iterable[str]) -> frozenset[str]:
    """Return the hashes of paragraphs that stand at the edges of so many articles that they are none of their text.

    Args:
        edges: `edges_of` each of the last articles of a feed.
    """
    kept = [one for one in edges if one]
    counts = Counter(mark for one in kept for mark in set(one.split()))
    least = max(MIN_ARTICLES, MIN_SHARE * len(kept))
    return frozenset(mark for mark, count in counts.items() if count >= least)


def without_repeated(text: str, marks: Collection[str]) -> str:
    """Return a text without the paragraphs at its edges that are repeated; as it is when nothing else would be left."""
    if not marks:
        return text
    paragraphs = text.split("\n\n")
    edges = set(_edges(paragraphs))
    kept = [one for one in paragraphs if one not in edges or _print(one) not in marks]
    return "\n\n".join(kept) or text


def _edges(paragraphs: list[str]) -> list[str]:
    return [one for one in (*paragraphs[:FIRST], *paragraphs[FIRST:][-LAST:]) if one and len(one) <= MAX_CHARS]


def _print(paragraph: str) -> str:
    return print_of(" ".join(paragraph.casefold().split()))[:10]

"""States that a sentence lists side by side ("Mali, Niger and Burkina Faso told ...") play one part.

Each is weighed by itself, and the middle of a list stands badly for that: away from its verb, beside commas. So all of a list have
the likeliest part that any of them has.

Known to be wrong: "between Chad and Sudan", where one is on either side.
"""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from pipelines.signals.en.role_clues import Candidate
from pipelines.signals.en.sentence import Sentence

BESIDE = re.compile(r"(?:,|,?\s+(and|or|nor))\s+(?:the\s+)?", re.IGNORECASE)
Weighed = tuple[Candidate, float, float]  # how probable it is that a state sends, and that it is hit


def side_by_side(sentence: Sentence, weighed: Sequence[Weighed]) -> list[Weighed]:
    """Return candidates with the probabilities of their list."""
    lists = listed(sentence)
    return [(one, *_of_list(one, lists, weighed)) for one, *_ in weighed]


def _of_list(one: Candidate, lists: Sequence[frozenset[str]], weighed: Sequence[Weighed]) -> tuple[float, float]:
    beside = next((codes for codes in lists if one.actor.id in codes), frozenset((one.actor.id,)))
    shared = [(sends, hit) for other, sends, hit in weighed if other.actor.id in beside]
    return max(sends for sends, _ in shared), max(hit for _, hit in shared)


def listed(sentence: Sentence) -> list[frozenset[str]]:
    """Return the states of each list of names, which "and", "or" or "nor" ends; one that is named elsewhere too is in none."""
    names = [name for name in sentence.names if name.form != "demonym"]
    often = Counter(name.id for name in names)
    lists: list[frozenset[str]] = []
    open_list: list[str] = []
    for name, after in pairwise(names):
        gap = sentence.text[sentence.spans[name.last][1] : sentence.spans[after.first][0]]
        beside = BESIDE.fullmatch(gap)
        open_list = [*open_list, name.id] if beside else []
        if beside and beside[1]:
            lists.append(frozenset((*open_list, after.id)))
            open_list = []
    return [codes for codes in lists if all(often[code] == 1 for code in codes)]

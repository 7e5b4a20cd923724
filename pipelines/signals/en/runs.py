"""Whole phrases from the words that the encoder hears in a part.

The encoder tells each word by itself, so a phrase may come in pieces ("owner of" and "television station"), without the noun that
it hangs on ("two remaining" of "two remaining abattoirs"), or with a word too many ("six ships that"). The parse says where one
ends. A run that is the name of a state and means it stays as it is: "Iranian" of "Iranian crude" is Iran.

Known to be wrong: where the parse is, the phrase is.
"""

import re
from collections.abc import Callable, Sequence

from pipelines.signals.en.sentence import Sentence

Run = tuple[int, int]  # characters of a sentence
TIE = re.compile(r"\s+(?:of|in|from|behind|at|on|near|aboard)\s+(?:(?:the|an?|its|their|his|her)\s+)?", re.IGNORECASE)
QUALIFIES = frozenset({"compound", "amod", "nmod", "nummod"})  # what a word is to the noun after it
QUALIFIES_OR_OWNS = QUALIFIES | {"poss"}
# tags of words that no phrase begins with, and that none ends with
BEFORE = frozenset({"IN", "TO", "CC", ",", ".", ":", "''", "``", "-LRB-", "-RRB-", "MD"})
AFTER = BEFORE | {"DT", "WDT", "WP", "WRB", "PRP$", "POS", "RB", "HYPH"}
REACH = 4  # words between the last that is heard and its noun, at most


def whole_phrases(sentence: Sentence, runs: Sequence[Run], is_state: Callable[[Run], bool]) -> tuple[Run, ...]:
    """Return runs of heard words as whole phrases, in order; those that a preposition ties together are one.

    Args:
        sentence: where they stand.
        runs: the heard words.
        is_state: tells whether a run that is the name of a state means that state, and not the party that bears its name.
    """
    phrases: list[Run] = []
    for run in runs:
        phrase = _phrase(sentence, run, is_state)
        if phrase is None:
            continue
        if phrases and (phrase[0] <= phrases[-1][1] or _is_tied(sentence, phrases[-1], phrase)):
            phrase = (phrases.pop()[0], phrase[1])
        phrases.append(phrase)
    return tuple(phrases)


def _is_tied(sentence: Sentence, one: Run, other: Run) -> bool:
    """Tell whether a preposition ties two phrases together: "the junta in Niger", and not "Mali in Bamako"."""
    return not _is_name(sentence, one) and TIE.fullmatch(sentence.text, one[1], other[0]) is not None


def _is_name(sentence: Sentence, run: Run) -> bool:
    return any((sentence.spans[name.first][0], sentence.spans[name.last][1]) == run for name in sentence.names)


def _phrase(sentence: Sentence, run: Run, is_state: Callable[[Run], bool]) -> Run | None:
    """Return the phrase of a run; None where nothing is left of it that could be a party."""
    heard = [at for at, (start, end) in enumerate(sentence.spans) if start < run[1] and run[0] < end]
    while heard and sentence.doc[heard[0]].tag_ in BEFORE:
        heard.pop(0)
    while heard and sentence.doc[heard[-1]].tag_ in AFTER:
        heard.pop()
    if not heard:
        return None
    first, last = heard[0], heard[-1]
    if not (_is_name(sentence, (sentence.spans[first][0], sentence.spans[last][1])) and is_state(run)):
        last = _last(sentence, last)
        first = _first(sentence, first, last)
    return sentence.spans[first][0], sentence.spans[last][1]


def _last(sentence: Sentence, last: int) -> int:
    """Go on to the noun that the last word qualifies."""
    word = sentence.doc[last]
    while word.dep_ in QUALIFIES and word.i < word.head.i <= last + REACH:
        word = word.head
    return int(word.i)


def _first(sentence: Sentence, first: int, last: int) -> int:
    """Go back to the first word that qualifies the noun of the phrase."""
    edges = [child.left_edge.i for child in sentence.doc[last].lefts if child.dep_ in QUALIFIES_OR_OWNS]
    return min((edge for edge in edges if first - REACH <= edge < first), default=first)

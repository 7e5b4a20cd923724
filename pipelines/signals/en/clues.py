"""What the second reader looks at in a sentence: its words, what they stand for, and what the rules made of them.

A clue is a short string, present or not. Six sorts, told apart by the letter that they begin with:

- `w` a word, lower-cased;
- `u` what a token stands for: `ACTOR` for a gazetteer name, else its groups in the lexicon, else the word;
- `b` two neighbours of that sequence;
- `p` two groups of the lexicon, in this order, at most eight tokens apart;
- `r` what the rules found: kinds, rule names, firmness, which parties they could name;
- `c` where the sentence stands: whether the article has told an act before, and how many states are named.

Neither the parse nor the position of a word is a clue, so most of them are still there in a sentence whose order is broken.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from pipelines.signals.base import Finding
from pipelines.signals.en.actors import Context
from pipelines.signals.en.sentence import Sentence

PAIR_REACH = 8  # tokens
PAIRS = 12  # of each group hit
EDGES = ("^", "$")
MANY = 3  # states


def clues(sentence: Sentence, told: Sequence[Finding], context: Context) -> frozenset[str]:
    """Return the clues of a sentence, of what the rules found in it and of what the article has said before."""
    return frozenset(
        (*_words(sentence), *_neighbours(sentence), *_pairs(sentence), *_findings(told), *_place(sentence, told, context))
    )


def _words(sentence: Sentence) -> Iterator[str]:
    return (f"w {word}" for word in sentence.words)


def _neighbours(sentence: Sentence) -> Iterator[str]:
    standing = [EDGES[0], *_standing(sentence), EDGES[1]]
    for one in standing:
        yield f"u {one}"
        if "+" in one:
            yield from (f"u {group}" for group in one.split("+"))
    yield from (f"b {one} {other}" for one, other in pairwise(standing))


def _standing(sentence: Sentence) -> Iterator[str]:
    """Yield what the tokens stand for; a name of several tokens once."""
    last = {name.first: name.last for name in sentence.names}
    at = 0
    while at < len(sentence.words):
        groups = sentence.groups(at)
        if at in last:
            yield "ACTOR"
        else:
            yield "+".join(sorted(groups)) if groups else sentence.words[at]
        at = last.get(at, at) + 1


def _pairs(sentence: Sentence) -> Iterator[str]:
    hits = [(group, at) for at in range(len(sentence.words)) for group in sorted(sentence.groups(at))]
    for index, (group, at) in enumerate(hits):
        for other, near in hits[index + 1 : index + PAIRS]:
            if near - at <= PAIR_REACH:
                yield f"p {group} {other}"


def _findings(told: Sequence[Finding]) -> Iterator[str]:
    kinds = Counter(finding.kind for finding in told)
    yield f"r only {'+'.join(sorted(kinds)) or 'nothing'}"
    yield from (f"r {kind}" for kind in kinds)
    yield from (f"r {kind} again" for kind, count in kinds.items() if count > 1)
    for finding in told:
        yield f"r {finding.kind} by {finding.rule}"
        yield f"r {finding.kind} firm {finding.commitment}"
        yield f"r {finding.kind} parties {bool(finding.senders):d}{bool(finding.targets):d}"
        if finding.condition is not None:
            yield f"r {finding.kind} conditional"


def _place(sentence: Sentence, told: Sequence[Finding], context: Context) -> Iterator[str]:
    article = "active" if context.active else "fresh"
    yield f"c {article}"
    yield f"c {article} {'told' if told else 'nothing'}"
    yield f"c names {min(MANY, len({name.id for name in sentence.names}))}"

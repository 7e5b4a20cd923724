"""What the second reader looks at in a sentence: its words, what they stand for, and what the rules made of them.

A clue is a short string, present or not. Eight sorts, told apart by the letter that they begin with:

- `w` a word outside names, lower-cased;
- `u` what a token stands for: `ACTOR` for a gazetteer name, else its groups in the lexicon, else the word;
- `b` two neighbours of that sequence;
- `p` two groups of the lexicon, in this order, at most eight tokens apart;
- `x` the stem of a word (cut, not looked up), alone and with its neighbour, and `y` with the next stem that is no function word;
- `v` a verb with its tense, its negation, what its clause hangs on and whether a state is its subject;
- `r` what the rules found: kinds, rule names, firmness, which parties they could name;
- `c` where the sentence stands: alone or in an article, whether that has told an act before, and how many states are named.

Names are left out of all of them, so that no clue is about one country. Only `v` needs the parse and nothing the position of a
word, so most of them are still there in a sentence whose order is broken.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

from pipelines.signals.base import QUIET, Finding
from pipelines.signals.en.context import Context
from pipelines.signals.en.layers import negated, tense
from pipelines.signals.en.sentence import Sentence, Token, children

PAIR_REACH = 8  # tokens
PAIRS = 12  # of each group hit
EDGES = ("^", "$")
MANY = 3  # states
LONG = 5  # letters of a word that keeps more than a plural's "s"
ENDING = re.compile(r"(?:ations?|ings?|ions?|ments?|ed|es|ers?|s|e|ly|al)$")
# words whose stem says nothing; the others are paired across them
FUNCTIONAL = (
    "could might must should shall can cannot no never n't till or and but while after before once as by for from to on in of over "
    "against with without its his her their our it they he she we has have had is are was were be been being said says told that "
    "what whether who when again still already yet only more another further new any the a an"
)
FUNCTION = frozenset(FUNCTIONAL.split()) | frozenset(":;\"',.-")


def clues(sentence: Sentence, told: Sequence[Finding], context: Context) -> frozenset[str]:
    """Return the clues of a sentence, of what the rules found in it and of what the article has said before."""
    return frozenset(
        (
            *_words(sentence),
            *_neighbours(sentence),
            *_pairs(sentence),
            *_stems(sentence),
            *_verbs(sentence),
            *_findings(told),
            *_place(sentence, told, context),
        )
    )


def _words(sentence: Sentence) -> Iterator[str]:
    named = _in_names(sentence)
    return (f"w {word}" for at, word in enumerate(sentence.words) if at not in named)


def _in_names(sentence: Sentence) -> set[int]:
    return {at for name in sentence.names for at in range(name.first, name.last + 1)}


def _neighbours(sentence: Sentence) -> Iterator[str]:
    standing = [EDGES[0], *_standing(sentence), EDGES[1]]
    for one in standing:
        yield f"u {one}"
        if "+" in one:
            yield from (f"u {group}" for group in one.split("+"))
    yield from (f"b {one} {other}" for one, other in pairwise(standing))


def _standing(sentence: Sentence) -> Iterator[str]:
    """Yield what the tokens stand for; a name of several tokens once."""
    for at in _outside_names(sentence):
        groups = () if at < 0 else sentence.groups(at)
        yield "ACTOR" if at < 0 else "+".join(sorted(groups)) if groups else sentence.words[at]


def _outside_names(sentence: Sentence) -> Iterator[int]:
    """Yield the tokens in order, -1 once for each name."""
    last = {name.first: name.last for name in sentence.names}
    at = 0
    while at < len(sentence.words):
        yield -1 if at in last else at
        at = last.get(at, at) + 1


def _pairs(sentence: Sentence) -> Iterator[str]:
    hits = [(group, at) for at in range(len(sentence.words)) for group in sorted(sentence.groups(at))]
    for index, (group, at) in enumerate(hits):
        for other, near in hits[index + 1 : index + PAIRS]:
            if near - at <= PAIR_REACH:
                yield f"p {group} {other}"


@lru_cache(maxsize=16384)
def stem(word: str) -> str:
    """Return a word without a common ending: "halted", "halting" and "halts" are one to the reader."""
    return ENDING.sub("", word) if len(word) > LONG else word.removesuffix("s") if len(word) > 3 else word


def _stems(sentence: Sentence) -> Iterator[str]:
    stems = ["ACTOR" if at < 0 else _stem_at(sentence, at) for at in _outside_names(sentence)]
    yield from (f"x {one}" for one in stems)
    yield from (f"x {one} {other}" for one, other in pairwise([EDGES[0], *stems, EDGES[1]]))
    yield from (f"y {one} {other}" for one, other in pairwise([one for one in stems if one not in FUNCTION]))


def _stem_at(sentence: Sentence, at: int) -> str:
    word = sentence.words[at]
    return word if word in FUNCTION else stem(word)


def _verbs(sentence: Sentence) -> Iterator[str]:
    named = _in_names(sentence)
    for verb in sentence.doc:
        if verb.tag_.startswith("VB") and verb.dep_ not in ("aux", "auxpass"):
            yield from _verb(sentence, verb, named)


def _verb(sentence: Sentence, verb: Token, named: set[int]) -> Iterator[str]:
    how = f"{tense(verb)} {'not' if negated(verb) else 'so'}"
    subject = next(children(verb, "nsubj", "nsubjpass"), None)
    who = "nobody" if subject is None else f"{subject.dep_} {'ACTOR' if _names(subject, named) else 'other'}"
    what = _what(sentence, verb)
    yield from (f"v {what} {how}", f"v {what} {who}", f"v {how} {who} {verb.dep_}", f"v {how} {verb.dep_}")
    if verb.head.i != verb.i:
        yield f"v {_what(sentence, verb.head)} {verb.dep_} {what}"


def _names(subject: Token, named: set[int]) -> bool:
    return any(at in named for at in range(subject.left_edge.i, subject.right_edge.i + 1))


def _what(sentence: Sentence, token: Token) -> str:
    return "+".join(sorted(sentence.groups(token.i))) or stem(sentence.words[token.i])


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
    where = "alone" if context.alone else "among"
    act = "act" if any(finding.kind not in QUIET for finding in told) else "no act"
    yield f"c {article}"
    yield f"c {article} {'told' if told else 'nothing'}"
    yield f"c {where}"
    yield f"c {where} {act}"
    yield f"c {where} {article} {act}"
    yield f"c names {min(MANY, len({name.id for name in sentence.names}))}"

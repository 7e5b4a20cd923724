"""The cheap look: which sentences can speak of sanctions at all, before any model runs.

A sentence speaks when it has what an act needs (`acts.py`): a measure noun, or a verb of acts near a thing that it can bite on, or
negated trade, or a turn of a veiled threat or a verbless headline. Once one sentence of an article speaks, those that can answer it
(denials, "they will stay") are read as well. Words alone decide, so what passes may still be nothing; what is silent must be. What
no list knows may still be hinted at (`hints.py`).
"""

import re
from collections.abc import Sequence
from functools import cache, lru_cache

from pipelines.signals.en.act_words import (
    BITES,
    CLOSED,
    DECREES,
    DIRECT,
    KEEPERS,
    LICENCES,
    NAMING,
    PARTIES,
    PLURALS,
    RELIEF,
    REQUESTS,
    RESUMED,
    STRONG_PUNISH,
    SUSPENDERS,
    TRADE,
    WEAKEST,
)
from pipelines.signals.en.groups import PLAIN, THINGS, VERBS, lexicon
from pipelines.signals.en.hints import hinted
from pipelines.signals.en.lexicon import PARTS, Hit, noun_forms, phrases, verb_forms
from pipelines.signals.en.rules.headline import FAREWELL, LONGER, NO_MORE, OFF, ON, SHUT
from pipelines.signals.en.rules.veiled import PATTERNS
from pipelines.signals.en.sentence import Sentence, names_of

WORD = re.compile(r"[^\W_]+|'s|’s|[-?:;.,!\"“”()]")
REACH = 12  # words between a verb and what it bites on
ACTING = (
    "impose",
    "ease",
    "extend",
    "keep",
    "lapse",
    "dodge",
    "weigh",
    "ask",
    "threaten",
    "refuse",
    "retract",
    "plan",
    "begin",
    "light",
)
DENYING = ("deny", "deny_strong", "threaten", "likewise")
EVIDENT = frozenset({"against", "dodge_noun", "likewise", "punish", "blockade_verb"})
# between two states any of these is worth a parse
WIDE = frozenset({*DIRECT, *THINGS, *ACTING, *EVIDENT, "measure", "measure_weak"})
FALSE = ("false", "mistaken", "weighed", "against")
NEGATIVE = frozenset(["not", "no", "never", "nobody", "none", "nothing", "neither", "nor", "nowhere", "without", "only"])
# verbs so common that they need more than a thing nearby: a phrase of their own, or a name in the sentence
COMMON = frozenset(
    form
    for verb in [
        "take",
        "keep",
        "put",
        "go",
        "come",
        "get",
        "have",
        "make",
        "be",
        "give",
        "leave",
        "set",
        "hold",
        "run",
        "move",
        "send",
        "return",
        "open",
        "end",
        "start",
        "stop",
        "close",
        "cut",
        "lose",
        "pull",
        "turn",
        "find",
        "follow",
        "begin",
    ]
    for form in verb_forms(verb)
)


@lru_cache(maxsize=8192)
def speaks(sentence: str) -> bool:
    """Tell whether a sentence can speak of sanctions by itself; asked before it is parsed and by the second reader after."""
    return is_listed(sentence) or hinted(sentence)


def is_listed(sentence: str) -> bool:
    """Tell whether a sentence has the words that an act needs."""
    words = tuple(word.replace("’", "'") for word in WORD.findall(sentence.casefold()))
    states = {name.entity_id for name in names_of(sentence)}
    if len(states) < 2 and not words_may_speak(words):
        return _turns(sentence)
    hits = lexicon().find(words)
    if len(states) > 1 and any(hit.group in WIDE for hit in hits):
        return True
    return _has_measure(words, hits, named=bool(states)) or _has_act(words, hits, named=bool(states)) or _turns(sentence)


@cache
def _first_words(groups: tuple[str, ...]) -> frozenset[str]:
    blocks = {**VERBS, **PLAIN}
    found = frozenset(
        form for group in groups for phrase in phrases(blocks[group]) for form in verb_forms(PARTS.findall(phrase)[0])
    )
    return (
        found
        - verb_forms("be")
        - verb_forms("have")
        - {"not", "no", "a", "the", "in", "on", "at", "to", "every", "all", "under", "up"}
    )


@cache
def _opening() -> frozenset[str]:
    """Every word that a measure noun or an act can begin with."""
    starts = _first_words((*DIRECT, "against", "likewise")) | TRADE | NAMING | KEEPERS | RELIEF | LICENCES
    from pipelines.signals.en import words as lists

    nouns = {
        form
        for block in (lists.MEASURE, lists.MEASURE_WEAK)
        for phrase in phrases(block)
        for form in (*verb_forms(PARTS.findall(phrase)[0]), *noun_forms(PARTS.findall(phrase)[0]))
    }
    return frozenset(starts | nouns)


def words_may_speak(words: Sequence[str]) -> bool:
    """Tell whether any word can begin a measure noun or an act: the first and cheapest look."""
    return not _opening().isdisjoint(words)


def _has_measure(words: Sequence[str], hits: Sequence[Hit], *, named: bool) -> bool:
    """A measure noun; a common one only beside a name, or beside both a verb of acts and a thing."""
    if any(hit.group == "measure" for hit in hits):
        return True
    weak = [hit for hit in hits if hit.group == "measure_weak"]
    if named and (any(hit.group in EVIDENT for hit in hits) or set(words) & (LICENCES | SUSPENDERS | PERMITS)):
        return True
    if any(_of_a_thing(words, hit, hits) or words[hit.head - 1 : hit.head] == ("secondary",) for hit in weak):
        return True
    if any(words[hit.head] in PLURALS for hit in weak) or any(word in RELIEF for word in words):
        return True
    governed = any(hit.group in ACTING for hit in hits)
    thing = any(hit.group in THINGS for hit in hits)
    return any((named and governed) if words[hit.head] in WEAKEST else named or (governed and thing) for hit in weak)


PERMITS = frozenset(["permit", "permits"])


def _of_a_thing(words: Sequence[str], noun: Hit, hits: Sequence[Hit]) -> bool:
    """A common measure noun right behind a thing, or with one after "of": "a border closure", "a stop of the flour deliveries"."""
    near = range(noun.end + 1, noun.end + 5) if words[noun.end : noun.end + 1] == ("of",) else range(noun.head - 1, noun.head)
    return any(hit.head in near for hit in hits if hit.group in THINGS)


def _has_act(words: Sequence[str], hits: Sequence[Hit], *, named: bool) -> bool:
    objects = [
        (hit.head, hit.group)
        for hit in hits
        if hit.group in THINGS or hit.group in PARTIES or hit.group in ("region", "armed", "body")
    ]
    return (
        any(_bites(words, hit, objects, named=named) for hit in hits if hit.group in DIRECT)
        or _trades(words, objects, named=named)
        or _stays(words, objects)
        or _decrees(words)
    )


def _bites(words: Sequence[str], verb: Hit, objects: Sequence[tuple[int, str]], *, named: bool) -> bool:
    near = {group for at, group in objects if abs(at - verb.head) <= REACH}
    if named and verb.group in ("let_in", "shut_out") and " " in verb.phrase:
        return True
    if words[verb.head] in STRONG_PUNISH or (" " in verb.phrase and verb.phrase.endswith("list")):
        return True
    if verb.group == "punish":
        return named and bool(near)
    wanted = BITES.get(verb.group, frozenset()) | (PARTIES | {"region", "armed", "body"} if named else frozenset())
    common = words[verb.head] in COMMON and " " not in verb.phrase
    return (bool(near & wanted) and (named or not common)) or (named and bool(objects))


def _trades(words: Sequence[str], objects: Sequence[tuple[int, str]], *, named: bool) -> bool:
    """Trade near a negation: "will not sell", "no plum will clear"."""
    negations = [
        i for i, word in enumerate(words) if word in NEGATIVE or word in ("longer", "stop", "stops", "stopped", "stopping")
    ]
    trades = [i for i, word in enumerate(words) if word in TRADE]
    return (named or bool(objects)) and any(-3 <= trade - negation <= 9 for trade in trades for negation in negations)


def _stays(words: Sequence[str], objects: Sequence[tuple[int, str]]) -> bool:
    return bool(objects) and any(word in KEEPERS and set(words[i + 1 : i + 9]) & CLOSED for i, word in enumerate(words))


def _decrees(words: Sequence[str]) -> bool:
    return bool(set(words) & DECREES) and bool(set(words) & NAMING)


def _turns(sentence: str) -> bool:
    """A turn of a veiled threat, or a verbless headline."""
    headlines = (OFF, ON, LONGER, FAREWELL, SHUT, NO_MORE) if len(sentence) < 200 else (OFF, ON, NO_MORE)
    if sentence.endswith("?") and len(sentence) < 90 and names_of(sentence):
        return True
    return any(pattern.search(sentence) for _, pattern, _ in PATTERNS) or any(pattern.search(sentence) for pattern in headlines)


LISTING = frozenset(
    ["listed", "lists", "listing", "designated", "designates", "barred", "barring", "banned", "banning", "frozen", "froze"]
)
PRONOUNS = frozenset(["it", "them", "they", "this", "these", "those", "everything", "rest", "all", "such", "same", "that"])
FINAL = frozenset(["before", "until", "unless", "till"])
SPEAKER = re.compile(r"\W?(?:[A-Z][\w'-]+ ){0,2}[A-Z][\w'-]+: ")  # "Havana: we recruit nobody."
HANDLING = ("ease", "extend", "keep", "lapse", "ask", "refuse", "retract", "impose", "release", "expel", "stop")


def answers(sentence: str) -> bool:
    """Tell whether a sentence can answer one that speaks: a denial, "the same", a word on "them" or "the measures"."""
    words = frozenset(word.replace("’", "'") for word in WORD.findall(sentence.casefold().replace("n't", " not")))
    if words & LISTING or {"among", "them"} <= words or {"individuals", "entities"} <= words:
        return True
    if words & NEGATIVE and (words & FINAL or SPEAKER.match(sentence)):
        return True
    if "back" in words and sentence.isupper():
        return True
    if sentence.endswith("?") and words & PRONOUNS:
        return True
    if words & (_first_words(DENYING) | _first_words(FALSE) | REQUESTS):
        return True
    if words & NEGATIVE and words & _first_words(("report",)):
        return True
    return bool(words & (PRONOUNS | RESUMED)) and bool(words & _first_words(HANDLING))


def tells(sentence: Sentence) -> bool:
    """Tell whether a sentence that was read can tell an act that others answer: a measure, or two states and a verb of acts."""
    return sentence.has("measure") or (len({name.id for name in sentence.names}) > 1 and sentence.has(*DIRECT, "measure_weak"))

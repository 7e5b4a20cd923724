"""Word lists as matchable data: every inflected form of every phrase, found on tokens in one pass.

A phrase is written in its base form. Verbs are inflected on their first word, nouns on their last; `*` stands for up to four words
in between ("put * on hold"). Forms are generated rather than lemmatised at run time: a tagger's mistake in a headline or in broken
English then costs nothing, and the cheap look of `look.py` can use the same forms without any model.
Known to be wrong: an irregular verb that is missing from `IRREGULAR` gets regular forms.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

GAP = "*"
PARTS = re.compile(r"[^\s-]+|-")  # the tokeniser parts "cut-off" at its hyphen, so phrases are parted too
MAX_GAP = 10
VOWELS = "aeiou"
# past and participle forms, space-parted; the -s and -ing forms are regular
IRREGULAR: Mapping[str, str] = {
    "be": "is are was were been being am be's",
    "beg": "begged begging",
    "bar": "barred barring",
    "ban": "banned banning",
    "begin": "began begun beginning",
    "break": "broke broken",
    "bring": "brought",
    "build": "built",
    "buy": "bought",
    "choke": "choked choking",
    "choose": "chose chosen",
    "clamp": "clamped",
    "come": "came",
    "cost": "costing",
    "cut": "cutting",
    "deal": "dealt",
    "do": "did done does doing",
    "drag": "dragged dragging",
    "draw": "drew drawn",
    "drive": "drove driven",
    "drop": "dropped dropping",
    "fall": "fell fallen",
    "fight": "fought",
    "find": "found",
    "flag": "flagged flagging",
    "flow": "flowed",
    "forbid": "forbade forbidden forbad forbidding",
    "forget": "forgot forgotten forgetting",
    "forgo": "forwent forgone forgoes",
    "freeze": "froze frozen",
    "get": "got gotten getting",
    "give": "gave given",
    "go": "went gone goes",
    "hang": "hung",
    "have": "has had having",
    "hear": "heard",
    "hit": "hitting",
    "hold": "held",
    "keep": "kept",
    "lay": "laid",
    "lead": "led",
    "leave": "left",
    "lend": "lent",
    "let": "letting",
    "lie": "lay lain lying lied",
    "lose": "lost",
    "make": "made",
    "mean": "meant",
    "meet": "met",
    "nod": "nodded nodding",
    "okay": "okayed",
    "pay": "paid",
    "permit": "permitted permitting",
    "plan": "planned planning",
    "pull": "pulled",
    "put": "putting",
    "quit": "quitting",
    "rap": "rapped rapping",
    "rebut": "rebutted rebutting",
    "rip": "ripped ripping",
    "ring": "rang rung",
    "rid": "ridding",
    "rub": "rubbed rubbing",
    "run": "ran running",
    "say": "said",
    "scrap": "scrapped scrapping",
    "see": "saw seen",
    "seek": "sought",
    "sell": "sold",
    "send": "sent",
    "set": "setting",
    "shake": "shook shaken",
    "ship": "shipped shipping",
    "show": "showed shown",
    "shun": "shunned shunning",
    "shut": "shutting",
    "sit": "sat sitting",
    "skip": "skipped skipping",
    "slam": "slammed slamming",
    "slap": "slapped slapping",
    "slip": "slipped slipping",
    "snap": "snapped snapping",
    "speak": "spoke spoken",
    "spin": "spun",
    "spell": "spelt",
    "spurn": "spurned",
    "stand": "stood",
    "stick": "stuck",
    "stop": "stopped stopping",
    "strike": "struck stricken",
    "strip": "stripped stripping",
    "swear": "swore sworn",
    "swap": "swapped swapping",
    "take": "took taken",
    "tear": "tore torn",
    "tell": "told",
    "think": "thought",
    "throw": "threw thrown",
    "turn": "turned",
    "undo": "undid undone undoes",
    "uphold": "upheld",
    "undergo": "underwent undergone",
    "unfreeze": "unfroze unfrozen",
    "wind": "wound",
    "withdraw": "withdrew withdrawn",
    "withhold": "withheld",
    "write": "wrote written",
    "rule": "ruled ruling",
    "rip up": "ripped",
    "overturn": "overturned",
    "repeal": "repealed",
    "spare": "spared",
    "snub": "snubbed snubbing",
    "wrap": "wrapped wrapping",
    "step": "stepped stepping",
    "prop": "propped",
    "map": "mapped mapping",
    "mull": "mulled",
    "axe": "axed axing",
    "veto": "vetoed vetoes vetoing",
    "defer": "deferred deferring",
    "commit": "committed committing",
    "submit": "submitted submitting",
    "refer": "referred referring",
    "expel": "expelled expelling",
    "compel": "compelled compelling",
    "repel": "repelled repelling",
    "cancel": "cancelled canceled cancelling canceling",
    "label": "labelled labeled labelling",
    "quarrel": "quarrelled",
    "signal": "signalled signaled signalling signaling",
    "fuel": "fuelled",
    "shelve": "shelved shelving",
    "smuggle": "smuggled smuggling",
    "level": "levelled leveled",
    "sue": "sued suing",
}
IRREGULAR_NOUNS: Mapping[str, str] = {
    "man": "men",
    "woman": "women",
    "person": "people persons",
    "child": "children",
    "wife": "wives",
    "embargo": "embargoes embargos",
    "veto": "vetoes",
}


def _ing(verb: str) -> str:
    if verb.endswith("e") and not verb.endswith(("ee", "ye", "oe")):
        return verb[:-1] + "ing"
    return verb + "ing"


def _ed(verb: str) -> str:
    if verb.endswith("e"):
        return verb + "d"
    if verb.endswith("y") and verb[-2:-1] not in VOWELS:
        return verb[:-1] + "ied"
    return verb + "ed"


def _doubled(verb: str) -> set[str]:
    """Forms with the last consonant doubled ("plotting"); harmless where English has none."""
    if len(verb) < 3 or verb[-1] in VOWELS + "wxy" or verb[-2] not in VOWELS or verb[-3] in VOWELS:
        return set()
    return {verb + verb[-1] + "ing", verb + verb[-1] + "ed"}


def _s(word: str) -> str:
    if word.endswith(("s", "sh", "ch", "x", "z")):
        return word + "es"
    if word.endswith("y") and word[-2:-1] not in VOWELS:
        return word[:-1] + "ies"
    return word + "s"


@lru_cache(maxsize=8192)
def verb_forms(verb: str) -> frozenset[str]:
    """Return all inflected forms of an English verb, itself included ("shut" gives "shut", "shuts", "shutting")."""
    irregular = IRREGULAR.get(verb)
    forms = {verb, _s(verb)}
    if irregular is None:
        return frozenset(forms | {_ing(verb), _ed(verb)} | _doubled(verb))
    extra = set(irregular.split())
    if not any(form.endswith("ing") for form in extra):
        extra.add(_ing(verb))
    return frozenset(forms | extra)


@lru_cache(maxsize=8192)
def noun_forms(noun: str) -> frozenset[str]:
    """Return singular and plural of an English noun."""
    irregular = IRREGULAR_NOUNS.get(noun)
    return frozenset({noun, *(irregular.split() if irregular is not None else (_s(noun),))})


def phrases(block: str) -> tuple[str, ...]:
    """Return the phrases of a comma- or line-parted block, without blanks and comments (`# ...` to the end of the line)."""
    lines = (line.split("#", 1)[0] for line in block.splitlines())
    return tuple(part.strip() for line in lines for part in line.split(",") if part.strip())


@dataclass(frozen=True, slots=True)
class Hit:
    """One phrase of one group on the tokens of a sentence: `start <= token < end`; `head` is its inflected word."""

    group: str
    start: int
    end: int
    head: int
    phrase: str


@dataclass(frozen=True, slots=True)
class _Pattern:
    group: str
    phrase: str
    words: tuple[frozenset[str] | None, ...]  # None is a gap
    head: int


def verb_patterns(group: str, block: str) -> list[_Pattern]:
    """Return patterns of verb phrases, inflected on the first word."""
    return [_pattern(group, phrase, 0, verb_forms) for phrase in phrases(block)]


def noun_patterns(group: str, block: str) -> list[_Pattern]:
    """Return patterns of noun phrases, inflected on the last word."""
    return [_pattern(group, phrase, -1, noun_forms) for phrase in phrases(block)]


def plain_patterns(group: str, block: str) -> list[_Pattern]:
    """Return patterns of fixed phrases."""
    return [_pattern(group, phrase, 0, lambda word: frozenset({word})) for phrase in phrases(block)]


def _pattern(group: str, phrase: str, head: int, forms: "object") -> _Pattern:
    inflect = forms if callable(forms) else verb_forms
    parts = PARTS.findall(phrase)
    at = head % len(parts)
    words = [None if part == GAP else inflect(part) if i == at else frozenset({part}) for i, part in enumerate(parts)]
    return _Pattern(group, phrase, tuple(words), at)


class Lexicon:
    """Phrases of many groups, indexed by every form of their first word.

    Args:
        patterns: from `verb_patterns`, `noun_patterns`, `plain_patterns`.
    """

    def __init__(self, patterns: Iterable[_Pattern]) -> None:
        self._single: dict[str, list[tuple[str, str]]] = {}
        self._longer: dict[str, dict[str, list[_Pattern]]] = {}
        for pattern in patterns:
            for form in pattern.words[0] or ():
                if len(pattern.words) == 1:
                    self._single.setdefault(form, []).append((pattern.group, pattern.phrase))
                else:
                    by_last = self._longer.setdefault(form, {})
                    for last in pattern.words[-1] or ():
                        by_last.setdefault(last, []).append(pattern)

    def find(self, words: Sequence[str]) -> tuple[Hit, ...]:
        """Return every match on lower-cased words, ordered by start, longer first."""
        hits = [Hit(group, at, at + 1, at, phrase) for at, word in enumerate(words) for group, phrase in self._single.get(word, ())]
        present = frozenset(words)
        hits += [hit for at, word in enumerate(words) if word in self._longer for hit in self._from(words, at, word, present)]
        return tuple(sorted(hits, key=lambda hit: (hit.start, -hit.end)))

    def _from(self, words: Sequence[str], at: int, word: str, present: frozenset[str]) -> Iterable[Hit]:
        by_last = self._longer[word]
        for last in by_last.keys() & present:
            for pattern in by_last[last]:
                end, head = match(pattern.words, words, at, pattern.head)
                if end and words[end - 1] == last:
                    yield Hit(pattern.group, at, end, head, pattern.phrase)


# what no gap of a phrase reaches across: punctuation and the words that open a clause
BREAKS = frozenset(
    [
        *',;:.!?()"“”',
        *[
            "to",
            "until",
            "till",
            "if",
            "that",
            "which",
            "unless",
            "who",
            "whose",
            "because",
            "while",
            "is",
            "are",
            "was",
            "were",
            "will",
            "would",
            "said",
            "says",
            "has",
            "have",
            "had",
        ],
    ]
)


def match(pattern: Sequence[frozenset[str] | None], words: Sequence[str], at: int, head: int) -> tuple[int, int]:
    """Match a pattern at a position; return (end, index of the head word), or (0, 0)."""
    position, found_head = at, at
    for index, allowed in enumerate(pattern):
        if allowed is None:
            continue
        reach = MAX_GAP if index and pattern[index - 1] is None else 0
        step = next((skip for skip in range(reach + 1) if _is(words, position + skip, allowed)), None)
        if step is None or any(word in BREAKS for word in words[position : position + step]):
            return 0, 0
        position += step
        found_head = position if index == head else found_head
        position += 1
    return position, found_head


def _is(words: Sequence[str], at: int, allowed: frozenset[str]) -> bool:
    return at < len(words) and words[at] in allowed


def alternation(forms: Iterable[str]) -> str:
    """Return a regular expression that matches any of the words, longest first."""
    return "|".join(re.escape(form) for form in sorted(forms, key=lambda form: (-len(form), form)))

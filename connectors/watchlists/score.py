"""How alike two names are, and why: pure functions.

The habits are those of the name matcher of OpenSanctions' `logic-v2` (https://www.opensanctions.org/matcher), as far as its page
and its published weights tell them: names are compared word by word in whatever order, light words and legal forms weigh little,
an initial weighs half, numbers weigh more than words ("Ocean 7" is not "Ocean 8"), ships are the same by their IMO number, and what
speaks for and against is told. The figures below are our own, set on generated names (`tests/connectors/watchlists`).

Two words are alike if they are equal, if they are transliterations or forms of one (`fold`), or if their keys differ by one letter
(from five letters on) or two (from nine on), and less so the more a letter is unlike another: a vowel for a vowel is a spelling, a
consonant for another is mostly another name. One letter fits any word that begins with it. Of a person at least two words have to
agree, since a surname is shared by thousands; a patronymic may be absent, and one that differs speaks against. Endings that tell
women's surnames from men's are no slip of the pen.

Known to be wrong: two persons of one name are one; "ZNB" is not known for "Zubrovia National Bank"; a body of another state is
taken for the listed one where the list has its name without the state, unless it is made of words such as "Ministry of Defence".
"""

from collections.abc import Callable
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from connectors.messages.signal import Term
from connectors.watchlists.base import EntryType, Score
from connectors.watchlists.names import Name, given_keys, is_given, is_patronymic, joined
from connectors.watchlists.tables import word_list

SAME, FORM, INITIAL = 1.0, 0.97, 0.75
LETTER, SWAPPED, UNLIKE = 0.2, 0.8, 1.8  # what a letter takes off, and how many letters a swap and an unlike consonant are
VOWELS = "aiu"  # all that `fold` leaves
LIKE_SOUNDS = ("bp", "dt", "gkh", "vfb", "szc", "mn", "jz")
MISSING_ASKED = -0.16  # a word of the article that the list does not have
MISSING_LISTED = -0.09  # the reverse: lists have longer names than newspapers
FEMALE = (("a", ""), ("aya", "y"), ("aya", "iy"), ("aya", "ii"), ("aia", "y"), ("aia", "ii"), ("aya", "i"), ("aia", "i"))
BODIES = ("firm", "organisation")
Common = Callable[[str], bool]


def is_common_name(key: str) -> bool:
    """Say whether a key is that of a first name that many have."""
    return key in given_keys()


@dataclass(frozen=True, slots=True)
class Pair:
    """Two words that are alike, by their places in their names, and how much."""

    asked: int
    listed: int
    value: float


def compare(asked: Name, listed: Name, type_: EntryType, *, is_weak: bool = False, is_common: Common = is_common_name) -> Score:
    """Return how alike a name of an article and one of a list are.

    Args:
        asked: the name in the article.
        listed: the name on the list, parsed as what it is.
        type_: what the list says it is.
        is_weak: whether the list calls the name a weak one.
        is_common: says of a key whether many names have it.
    """
    if not asked.words or not listed.words:
        return Score(0.0, ())
    kind = type_ if type_ != "any" else (asked.guess or listed.guess or "any")
    pairs = aligned(asked, listed)
    if not pairs and joined(asked.keys) != joined(listed.keys):
        return Score(0.0, (Term(name="no word agrees", value=0.0),))
    if joined(asked.keys) == joined(listed.keys):
        terms = [_whole(asked, listed), *_alone(asked, listed, kind, is_common)]
    elif kind == "person":
        terms = _person(asked, listed, pairs, is_common)
    else:
        terms = _body(asked, listed, pairs)
    terms += _around(asked, listed, type_, is_weak=is_weak)
    return Score(min(1.0, max(0.0, sum(term.value for term in terms))), tuple(terms))


def aligned(asked: Name, listed: Name) -> tuple[Pair, ...]:
    """Return the words that go together, each in one pair, the most alike first."""
    found = [
        Pair(one, other, value)
        for one, word in enumerate(asked.words)
        for other, against in enumerate(listed.words)
        if (value := likeness(word, asked.keys[one], against, listed.keys[other]))
    ]
    taken: list[Pair] = []
    for pair in sorted(found, key=lambda pair: (-pair.value, abs(pair.asked - pair.listed))):
        if all(pair.asked != other.asked and pair.listed != other.listed for other in taken):
            taken.append(pair)
    return tuple(taken)


def likeness(word: str, key: str, other: str, other_key: str) -> float:
    """Return how alike two words are, 0 if they are not."""
    if word == other:
        return SAME
    if not (word.isalpha() and other.isalpha()):
        return 0.0
    if len(word) == 1 or len(other) == 1:
        return INITIAL if word[0] == other[0] or key[0] == other_key[0] else 0.0
    if key == other_key:
        return FORM
    value = _nearness(word, key, other, other_key)
    return 0.0 if value and _is_of_the_other_sex(word, other) else value


def edits(length: int) -> int:
    """Return how many letters a word of this length may differ in."""
    return 0 if length < 5 else 1 if length < 9 else 2


def _nearness(word: str, key: str, other: str, other_key: str) -> float:
    if is_given(word) and is_given(other):  # both are known, and are not one
        return 0.0
    most = edits(min(len(key), len(other_key)))
    if not most:
        return 0.0
    apart = OSA.distance(key, other_key, score_cutoff=most)
    if apart > most:
        return 0.0
    value = 1.0 - LETTER * cost(key, other_key) * (7 / min(len(word), len(other))) ** 0.35
    return value if value > INITIAL - LETTER else 0.0


def cost(key: str, other: str) -> float:
    """Return what it takes to make one key of another: 1 for a letter more or less, less for vowels, more for unlike consonants.

    The alignment is that of optimal string alignment (Levenshtein's, with neighbours swapped).
    """
    before: list[float] = []
    row = [0.0]
    for letter in other:
        row.append(row[-1] + _left_out(letter))
    for at, letter in enumerate(key):
        older, before, row = before, row, [row[0] + _left_out(letter)]
        for to, against in enumerate(other):
            best = min(before[to + 1] + _left_out(letter), row[to] + _left_out(against), before[to] + _changed(letter, against))
            if at and to and letter == other[to - 1] and key[at - 1] == against:
                best = min(best, older[to - 1] + SWAPPED)
            row.append(best)
    return row[-1]


def _left_out(letter: str) -> float:
    return 0.5 if letter in VOWELS else 0.4 if letter == "h" else 1.0


def _changed(letter: str, other: str) -> float:
    if letter == other:
        return 0.0
    if letter in VOWELS and other in VOWELS:
        return 0.5
    return 0.6 if any(letter in sounds and other in sounds for sounds in LIKE_SOUNDS) else UNLIKE


def _is_of_the_other_sex(word: str, other: str) -> bool:
    """Say whether two words differ in the ending that women's names have and men's do not."""
    if is_given(word) and is_given(other):
        return False
    long, short = sorted((word, other), key=len, reverse=True)
    return len(short) > 3 and any(short.endswith(male) and long == short.removesuffix(male) + female for female, male in FEMALE)


def _whole(asked: Name, listed: Name) -> Term:
    if asked.words == listed.words:
        return Term(name="the name agrees", value=SAME)
    return Term(name="the name agrees in another spelling", value=FORM)


def _alone(asked: Name, listed: Name, kind: EntryType, is_common: Common) -> list[Term]:
    """Return what is to be said of a name that agrees whole, and yet says little."""
    if len(listed.words) > 1 or len(asked.words) > 1:
        if kind == "person":
            return [Term(name="a name that many have", value=-0.05)] if all(map(is_common, listed.keys)) else []
        is_office = not (asked.form and listed.form) and all(word in word_list("office_words.txt") for word in listed.words)
        return [Term(name="an office that many states have", value=-0.2)] if is_office else []
    word, key = listed.words[0], listed.keys[0]
    if is_given(word) or is_common(key):
        return [Term(name="a single word that many have", value=-0.4)]
    if kind == "person" and len(word) < 6:
        return [Term(name="a person by one short word", value=-0.4)]
    if kind == "vessel" and asked.guess != "vessel":
        return [Term(name="a ship's name of one word, and nothing says ship", value=-0.3)]
    return [Term(name="a single word", value=-0.08)] if len(word) > 3 else [Term(name="a single short word", value=-0.2)]


def _person(asked: Name, listed: Name, pairs: tuple[Pair, ...], is_common: Common) -> list[Term]:
    initials = [pair for pair in pairs if len(asked.words[pair.asked]) == 1 or len(listed.words[pair.listed]) == 1]
    full = [pair for pair in pairs if pair not in initials]
    counted = [*full, *initials[:1]]  # a second initial that fits takes nothing off
    terms = [Term(name=_agreement(asked, listed, pairs), value=sum(pair.value for pair in counted) / len(counted))]
    asked_rest = [word for at, word in enumerate(asked.words) if at not in {pair.asked for pair in pairs}]
    listed_rest = [word for at, word in enumerate(listed.words) if at not in {pair.listed for pair in pairs}]
    terms += _fathers(asked_rest, listed_rest)
    names = {listed.keys[pair.listed] for pair in full}
    is_thin = all(map(is_common, names)) or len(full) < 2
    asked_rest = [word for word in asked_rest if not is_patronymic(word)]
    listed_rest = [word for word in listed_rest if not is_patronymic(word)]
    if asked_rest and listed_rest:
        terms.append(Term(name=f"{asked_rest[0]} is not {listed_rest[0]}", value=-0.3 * min(len(asked_rest), len(listed_rest))))
    if len(asked_rest) > len(listed_rest):
        terms.append(Term(name="more words than on the list", value=MISSING_ASKED * (len(asked_rest) - len(listed_rest))))
    if len(listed_rest) > len(asked_rest):
        value = MISSING_LISTED * (len(listed_rest) - len(asked_rest)) * (2 if is_thin else 1)
        terms.append(Term(name="fewer words than on the list", value=value))
    if listed_rest and is_given(listed.words[0]) and all(pair.listed for pair in pairs) and not asked_rest:
        terms.append(Term(name=f"not called {listed.words[0]}", value=-0.08))
    if len(full) < 2 and not (full and initials):
        terms.append(Term(name="one word alone agrees", value=-0.4))
    elif all(map(is_common, names)):
        terms.append(Term(name="a name that many have", value=-0.05))
    if len(full) == 1 and initials and all(map(is_common, names)):
        terms.append(Term(name="an initial with a name that many have", value=-0.15))
    if len(full) == 1 and is_given(listed.words[full[0].listed]):
        terms.append(Term(name="the first name alone is written out", value=-0.3))
    return terms


def _agreement(asked: Name, listed: Name, pairs: tuple[Pair, ...]) -> str:
    unlike = [f"{asked.words[pair.asked]} for {listed.words[pair.listed]}" for pair in pairs if pair.value < SAME]
    words = "1 word agrees" if len(pairs) == 1 else f"{len(pairs)} words agree"
    return f"{words}, {'; '.join(unlike)}" if unlike else words


def _fathers(asked_rest: list[str], listed_rest: list[str]) -> list[Term]:
    ours, theirs = [word for word in asked_rest if is_patronymic(word)], [word for word in listed_rest if is_patronymic(word)]
    if ours and theirs:
        return [Term(name=f"{ours[0]} is not {theirs[0]}", value=-0.4)]
    return [Term(name="a patronymic more or less", value=-0.02)] if ours or theirs else []


def _body(asked: Name, listed: Name, pairs: tuple[Pair, ...]) -> list[Term]:
    """Return the terms of a firm, another body or a ship: the share of words that agree, twice what is common of both."""
    value = 2 * sum(pair.value for pair in pairs) / (len(asked.words) + len(listed.words))
    terms = [Term(name=_agreement(asked, listed, pairs), value=value)]
    asked_numbers, listed_numbers = (sorted(word for word in name.words if not word.isalpha()) for name in (asked, listed))
    if asked_numbers != listed_numbers:
        terms.append(Term(name="another number", value=-0.4))
    if any(len(asked.words[pair.asked]) != len(listed.words[pair.listed]) and pair.value == INITIAL for pair in pairs):
        terms.append(Term(name="an initial says little of a firm", value=-0.2))
    if len(pairs) == 1 and (len(asked.words), len(listed.words)) != (1, 1):
        terms.append(Term(name="one word alone agrees", value=-0.2))
    return terms


def _around(asked: Name, listed: Name, type_: EntryType, *, is_weak: bool) -> list[Term]:
    terms = []
    if sorted(asked.light) != sorted(listed.light) and (asked.light or listed.light):
        odd = len(set(asked.light) ^ set(listed.light) - {"the", "of", "and", "al"})
        terms += [Term(name="light words differ", value=-min(0.06, 0.02 * odd))] if odd else []
    if asked.form and listed.form and asked.form != listed.form:
        terms.append(Term(name="another legal form", value=-0.03))
    ours, theirs = asked.guess, type_ if type_ != "any" else listed.guess
    if ours is not None and theirs is not None and ours != theirs and not (ours in BODIES and theirs in BODIES):
        terms.append(Term(name=f"by its words a {ours}, on the list a {theirs}", value=-0.4))
    if is_weak:
        terms.append(Term(name="a weak name of the list", value=-0.15))
    return terms

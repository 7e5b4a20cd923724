"""A name taken to pieces, so that its spellings can be compared.

Every script is written in Latin letters (`anyascii`), accents and capitals go, and what is no part of the name is set aside: legal
forms of firms, titles of persons, "MV" before ships. Words such as "group" or "al" are kept apart as light ones. `fold` then gives
a word a key that its transliterations share.

Known to be wrong: Arabic and Hebrew script has no vowels, so such a name is found in its own script alone; two words that differ in
what `fold` folds are one ("Berg" and "Birg"); a person called "Bank" is taken for a firm.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from anyascii import anyascii

from connectors.watchlists.base import EntryType
from connectors.watchlists.tables import classes, word_list

MAX_CHARACTERS = 300
MAX_WORDS = 16
ARTICLES = frozenset({"the"})
ABD = re.compile(r"abd[aeu][lrsdtnz](?=[a-z]{3})")
PATRONYMIC = re.compile(r"(?:ovich|evich|ovych|yovych|ovic|evic|ovna|evna|ivna|ichna|inichna|ogly|oglu|kyzy|qizi)$")
DOUBLED = re.compile(r"(.)\1+")
PARTED = re.compile(r"[^a-z0-9]+")
SILENT = str.maketrans("", "", "'`’‘ʼʹʺ\"")
# What transliterations of one sound differ in: groups of letters, then single ones.
SOUNDS: Mapping[str, str] = {
    **dict.fromkeys(("schtsch", "shchsh", "shch", "stsch", "szcz", "sch", "sh", "sz"), "s"),
    **dict.fromkeys(("tsch", "tch", "cz", "ch"), "c"),
    **dict.fromkeys(("tz", "ts", "zh"), "z"),
    **dict.fromkeys(("ou", "oo"), "u"),
    **dict.fromkeys(("dzh", "dj"), "j"),
    "aou": "av",
    "kh": "h",
    "gh": "g",
    "ph": "f",
    "th": "t",
    "dh": "d",
    "ck": "k",
    "x": "ks",
}
GROUPS = re.compile("aou(?=[aeiy])|" + "|".join(sorted(SOUNDS.keys() - {"aou"}, key=len, reverse=True)))
LETTERS = str.maketrans({"q": "k", "w": "v", "o": "u", "y": "i", "j": "i", "e": "i"})
END = re.compile(r"(?<=[aiu])h$")


@dataclass(frozen=True, slots=True)
class Name:
    """A name in pieces.

    Attributes:
        words: what tells it apart, in order, in small Latin letters; all words where all are light.
        light: the light words, in order.
        form: the kind of legal form, empty for none.
        guess: what it must be by its words; None where they do not say.
        keys: `fold` of each of `words`.
    """

    words: tuple[str, ...]
    light: tuple[str, ...] = ()
    form: str = ""
    guess: EntryType | None = None
    keys: tuple[str, ...] = ()


@lru_cache(maxsize=262_144)
def fold(word: str) -> str:
    """Return the key of a word: its transliterations have the same; a first name has that of its usual form."""
    form = classes("given_names.tsv").get(word, word)
    if not form.isalpha():
        return form
    sounds = GROUPS.sub(lambda group: SOUNDS[group[0]], form).translate(LETTERS)
    folded = END.sub("", DOUBLED.sub(r"\1", sounds))
    return f"{folded[:-1]}v" if folded.endswith("f") else folded


def joined(keys: Iterable[str]) -> str:
    """Return the keys of a name as one word, by which "Sber Bank" and "Sberbank" are the same."""
    return DOUBLED.sub(r"\1", "".join(keys))


def words_of(text: str) -> list[str]:
    """Return the words of a text in small Latin letters, at most `MAX_WORDS` of its first `MAX_CHARACTERS`."""
    latin = text[:MAX_CHARACTERS]
    latin = latin if latin.isascii() else anyascii(latin)
    parts = PARTED.split(latin.translate(SILENT).lower())
    return [part for part in parts if part][:MAX_WORDS]


def parse(text: str, type_: EntryType | None = None) -> Name:
    """Return a name in pieces.

    Args:
        text: as it is written.
        type_: what it is known to be; None or `any` where it is not.
    """
    words = _without_abd(_with_prefix(_stripped(words_of(text), ARTICLES)))
    is_ship = type_ == "vessel" or (type_ in (None, "any") and _begins(words, "ship_words.txt"))
    form = ""
    if is_ship:
        words = _stripped(words, word_list("ship_words.txt"))
    elif type_ != "person":
        words, form = _without_form(words)
    is_person = type_ == "person" or (type_ in (None, "any") and not form and not is_ship and _is_person(words))
    if is_person:
        words = _stripped(words, word_list("titles.txt"))
    light_words = word_list("light_words.txt")
    heavy = tuple(word for word in words if word not in light_words) or tuple(words)
    light = tuple(word for word in words if word in light_words) if len(heavy) < len(words) else ()
    guess = _guess(heavy, words, form, is_ship=is_ship, is_person=is_person) if type_ in (None, "any") else type_
    return Name(heavy, light, form, guess, tuple(map(fold, heavy)))


def is_patronymic(word: str) -> bool:
    """Say whether a word is a father's name, which is left out or put in at will."""
    return len(word) > 6 and PATRONYMIC.search(word) is not None


def is_given(word: str) -> bool:
    """Say whether a word is a first name that many have."""
    return word in classes("given_names.tsv")


@cache
def given_keys() -> frozenset[str]:
    """Return the keys of first names that many have."""
    return frozenset(fold(form) for form in classes("given_names.tsv").values())


def _guess(heavy: tuple[str, ...], words: Iterable[str], form: str, *, is_ship: bool, is_person: bool) -> EntryType | None:
    if is_ship:
        return "vessel"
    if form:
        return "firm"
    if any(word in word_list("body_words.txt") for word in words):
        return "organisation"
    return "person" if is_person and len(heavy) > 1 else None


def _is_person(words: list[str]) -> bool:
    """Say whether a name is a person's by its title or its first name."""
    rest = _stripped(words, word_list("titles.txt"))
    if any(word in word_list("body_words.txt") for word in rest):
        return False
    return len(rest) > 1 and (len(rest) < len(words) or any(map(is_given, (rest[0], rest[1]))))


def _begins(words: list[str], name: str) -> bool:
    return len(words) > 1 and words[0] in word_list(name)


def _with_prefix(words: list[str]) -> list[str]:
    """Return a name in which "M/V" is one word."""
    is_prefix = len(words) > 2 and "".join(words[:2]) in word_list("ship_words.txt") and len(words[0]) == 1
    return ["".join(words[:2]), *words[2:]] if is_prefix else words


def _stripped(words: list[str], dropped: frozenset[str]) -> list[str]:
    """Return a name without what stands before it; something is left."""
    while len(words) > 1 and words[0] in dropped:
        words = words[1:]
    return words


def _without_form(words: list[str]) -> tuple[list[str], str]:
    """Return a firm's name without its legal forms, at its end or its beginning, and the kind of the first that was found."""
    forms = classes("legal_forms.tsv")
    found = ""
    while len(words) > 1:
        size, form = _form_at(words, forms)
        if not size:
            break
        words = words[:-size] if size > 0 else words[-size:]
        found = found or form
    return words, found


def _form_at(words: list[str], forms: Mapping[str, str]) -> tuple[int, str]:
    """Return how many words of a legal form end a name (less than none: begin it), and its kind; short words are put together."""
    most = min(4, len(words) - 1)
    for size in range(most, 0, -1):
        for sign, part in ((1, words[-size:]), (-1, words[:size])):
            written = "".join(part)
            if written in forms and (size == 1 or all(len(word) < 3 for word in part)):
                return sign * size, forms[written]
    return 0, ""


def _without_abd(words: list[str]) -> list[str]:
    """Return a name in which "Abd al-Rahman", "Abdul Rahman" and "Abdulrahman" are one word."""
    found: list[str] = []
    at = 0
    while at < len(words):
        word = words[at]
        if word in ("abd", "abdul", "abdel", "abdur", "abdal", "abdol") and at + 1 < len(words):
            at += 2 if words[at + 1] in ("al", "el", "ul", "ur", "ar", "as", "ad") and at + 2 < len(words) else 1
            word = f"abdul{words[at]}"
        elif ABD.match(word):
            word = f"abdul{word[5:]}"
        found.append(word)
        at += 1
    return found

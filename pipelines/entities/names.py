"""Find the states and unions that a text names.

Every form of the tables is a path in a trie of normalised words; at each word of the text the longest path wins, and what it covers
is not looked at again. A path may be a mask, which hides the name inside it ("Gulf of Guinea"). Forms that are also common words
are looked at in their context (`ambiguous.tsv`).

Assumes English text. Known to be wrong: a person whose name is a state's ("Jordan Smith") is found as the state unless a mask lists
it; whoever has parsed the text knows better.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from pipelines.entities import tables
from pipelines.entities.tables import Ambiguous, Form, FormKind
from pipelines.entities.words import Word, normalise_phrase, words

_GAPS = frozenset({"", "-", "–", "‑", "'", "’", "`", ".", "&", "/"})
_DOTTED = frozenset({"saint", "mt", "no", "rep", "dr"})
_MAX_GAP = 4
_UNCASED_SHARE = 500


@dataclass(frozen=True, slots=True)
class NameMatch:
    """A state or union named in a text: `text[start:end]` are the words, `entity_id` whom they mean, `form` how."""

    start: int
    end: int
    text: str
    entity_id: str
    form: FormKind


@dataclass(slots=True)
class _Node:
    """One word of the forms: what may follow it, what ends here, and whether a comma may follow."""

    next: dict[str, "_Node"] = field(default_factory=dict)
    form: Form | None = None
    mask: str | None = None
    rule: Ambiguous | None = None
    comma: bool = False


@dataclass(frozen=True, slots=True)
class _Text:
    """A text with its words, and whether it uses capitals at all."""

    text: str
    words: tuple[Word, ...]
    cased: bool

    def written(self, first: int, last: int) -> str:
        """The words `first` to `last` as they stand."""
        return self.text[self.words[first].start : self.words[last].end]

    def beside(self, left: int, right: int, at: int) -> Word | None:
        """The word `at`, if it exists and no more than a blank and a mark part the words `left` and `right`."""
        if not 0 <= at < len(self.words) or self.words[right].start - self.words[left].end > _MAX_GAP:
            return None
        return self.words[at]

    def before(self, first: int) -> Word | None:
        """The word close before."""
        return self.beside(first - 1, first, first - 1) if first else None

    def after(self, last: int) -> Word | None:
        """The word close after."""
        return self.beside(last, last + 1, last + 1) if last + 1 < len(self.words) else None


def find_names(text: str) -> tuple[NameMatch, ...]:
    """Return the longest matches that do not overlap, in order; offsets are into `text`."""
    found: list[NameMatch] = []
    own = tuple(words(text))
    reading = _Text(text, own, _is_cased(text))
    root, at = _trie().next, 0
    while at < len(own):
        length, node = _longest(reading, at) if own[at].normal in root else (0, None)
        if node is not None and node.mask is None and node.form is not None:
            found.append(_match(reading, at, length, node.form))
        at += max(1, length)
    return _owned(text, found)


def _longest(reading: _Text, at: int) -> tuple[int, _Node | None]:
    """Return how many words from `at` on the longest form or mask covers, and its node."""
    best: tuple[int, _Node | None] = (0, None)
    own, node, end = reading.words, _trie().next[reading.words[at].normal], at
    while True:
        if _masks(reading, at, end, node) or (node.mask is None and node.form is not None and _accepted(reading, at, end, node)):
            best = (end - at + 1, node)
        if end + 1 >= len(own) or own[end + 1].normal not in node.next or not _joined(reading.text, own[end], own[end + 1], node):
            return best
        end += 1
        node = node.next[own[end].normal]


def _joined(text: str, left: Word, right: Word, node: _Node) -> bool:
    """Tell whether two words stand close enough to be of one name; a comma is allowed only where a form has one."""
    if right.start - left.end > _MAX_GAP:
        return False
    gap = text[left.end : right.start]
    mark = gap.strip()
    if mark == "." and len(gap) > 1:
        return left.normal in _DOTTED or len(left.normal) == 1
    return mark in _GAPS or (mark == "," and node.comma)


def _masks(reading: _Text, first: int, last: int, node: _Node) -> bool:
    """Tell whether a mask ends here with its capitals, so that "Georgia State" does not hide "Georgia state television"."""
    if node.mask is None:
        return False
    written = reading.written(first, last)
    return (
        not reading.cased
        or len(written) != len(node.mask)
        or all(a.isupper() or b.islower() for a, b in _letters(written, node.mask))
    )


def _letters(written: str, pattern: str) -> list[tuple[str, str]]:
    return [(a, b) for a, b in zip(written, pattern, strict=True) if a.isalpha() and b.isalpha()]


def _accepted(reading: _Text, first: int, last: int, node: _Node) -> bool:
    """Tell whether a form counts where it stands; only forms with a rule need a look."""
    rule = node.rule
    if rule is None:
        return True
    before, after = reading.before(first), reading.after(last)
    owned = reading.after(last + 1) if after is not None and after.normal == "s" else after
    if (before is not None and before.normal in rule.not_after) or (owned is not None and owned.normal in rule.not_before):
        return False
    written = reading.written(first, last)
    if rule.uncased == "accent":
        accented = written.casefold() == rule.text.casefold()
        return accented or (reading.cased and written[:1].isupper() and _has_cue("~name", before, after))
    if not reading.cased:
        return _accepted_uncased(rule.uncased, before, after)
    return _has_case(written, rule.text) and _has_no_name_beside(reading, first, last, node)


def _accepted_uncased(rule: str, before: Word | None, after: Word | None) -> bool:
    if rule in ("yes", "no"):
        return rule == "yes"
    if before is None and rule == "~name":
        return True
    return _has_cue(rule, before, after)


def _has_cue(rule: str, before: Word | None, after: Word | None) -> bool:
    ahead, behind = tables.cues()[rule]
    return (before is not None and before.normal in ahead) or (after is not None and after.normal in behind)


def _has_case(written: str, pattern: str) -> bool:
    return written.upper() == written if pattern.upper() == pattern else written[:1].isupper() or pattern[:1].islower()


def _has_no_name_beside(reading: _Text, first: int, last: int, node: _Node) -> bool:
    """Tell whether no capital word that may belong to the same name stands beside it: "Melania Trump", "Victoria Nuland"."""
    name_like = node.rule is not None and node.rule.uncased == "~name" and not reading.written(first, last).isupper()
    surname = first == last and node.form is not None and node.form.kind == "leader"
    if (name_like or surname) and first and _is_namelike(reading, first - 1, gap=first - 1):
        return False
    return not (name_like and last + 1 < len(reading.words) and _is_namelike(reading, last + 1, gap=last))


def _is_namelike(reading: _Text, at: int, *, gap: int) -> bool:
    """Tell whether the word `at` may be of a name, and only a blank follows the word `gap`."""
    if reading.text[reading.words[gap].end : reading.words[gap + 1].start] != " ":
        return False
    word = reading.words[at]
    return reading.text[word.start].isupper() and word.normal not in tables.word_list("beside.txt")


def _is_cased(text: str) -> bool:
    return len(re.findall(r"[A-Z]", text)) * _UNCASED_SHARE >= len(text)


def _match(reading: _Text, at: int, length: int, form: Form) -> NameMatch:
    """Return the match; an article that the table writes small only helps to find the form and is not part of the name."""
    first = at + 1 if form.text.startswith("the ") else at
    start, end = reading.words[first].start, reading.words[at + length - 1].end
    return NameMatch(start, end, reading.text[start:end], form.entity_id, form.kind)


_OWNER_BEFORE = re.compile(r"(?:['’]s?)?\s?")
_OWNER_AFTER = re.compile(r"\s(?:of|in)\s(?:the\s)?")


def _owned(text: str, found: Sequence[NameMatch]) -> tuple[NameMatch, ...]:
    """Give an institution to the state that stands beside it: the "House of Commons" of "Canada's House of Commons" is Canada's."""
    owners = (_owner(text, found, at) if match.form == "institution" else None for at, match in enumerate(found))
    return tuple(match if owner is None else replace(match, entity_id=owner) for match, owner in zip(found, owners, strict=True))


def _owner(text: str, found: Sequence[NameMatch], at: int) -> str | None:
    """Return the id of the state beside the institution `found[at]`, if one is there."""
    match, before, after = found[at], found[at - 1] if at else None, found[at + 1] if at + 1 < len(found) else None
    if before is not None and before.form in _OWNERS and _OWNER_BEFORE.fullmatch(text, before.end, match.start):
        return before.entity_id
    if after is None or not _OWNER_AFTER.fullmatch(text, match.end, after.start):
        return None
    named = after.form in _OWNERS or (after.form == "capital" and normalise_phrase(match.text) in _shared())
    return after.entity_id if named else None


_OWNERS = ("name", "demonym", "union")


@cache
def _shared() -> frozenset[tuple[str, ...]]:
    return frozenset(normalise_phrase(row[0]) for row in tables.rows("shared.txt"))


@cache
def _trie() -> _Node:
    root = _Node()
    for form in tables.forms():
        node = _path(root, form.text)
        node.form = node.form or form
        if form.kind == "leader" and node.rule is None:
            node.rule = _leader_rule(form.text)
    for mask in sorted(tables.masks()):  # of two that differ in capitals the one with more small letters is last and stays
        _path(root, mask).mask = mask
    for rule in tables.ambiguous():
        _path(root, rule.text).rule = rule
    return root


def _leader_rule(name: str) -> Ambiguous:
    """A leader's name needs its capitals and is not part of a firm's name; see `_accepted` for names of relatives."""
    return Ambiguous(name, "yes", frozenset(), tables.word_list("firm_words.txt"))


def _path(root: _Node, text: str) -> _Node:
    node = root
    for part in normalise_phrase(text):
        node = node.next.setdefault(part, _Node())
        node.comma = node.comma or "," in text
    return node

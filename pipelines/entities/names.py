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
_DOTTED = frozenset(["saint", "mt", "s", "n", "no", "rep", "dr", "d", "p"])
_MAX_GAP = 4
# In text without capitals a form that is a first name as well counts only where a place can stand.
_PLACE_WORDS = frozenset({"in", "from", "to", "by", "with", "and", "of", "for", "at", ""})
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
    mask: bool = False
    rule: Ambiguous | None = None
    comma: bool = False


def find_names(text: str) -> tuple[NameMatch, ...]:
    """Return the longest matches that do not overlap, in order; offsets are into `text`."""
    found: list[NameMatch] = []
    own = list(words(text))
    cased = _is_cased(text)
    root, at = _trie().next, 0
    while at < len(own):
        length, node = _longest(text, own, at, root, cased=cased) if own[at].normal in root else (0, None)
        if node is not None and node.form is not None and not node.mask:
            found.append(_match(text, own, at, length, node.form))
        at += max(1, length)
    return _owned(text, found)


def _longest(text: str, own: Sequence[Word], at: int, root: dict[str, _Node], *, cased: bool) -> tuple[int, _Node | None]:
    best: tuple[int, _Node | None] = (0, None)
    node, end = root[own[at].normal], at
    while True:
        if (node.mask or node.form is not None) and _accepted(text, own, at, end, node, cased=cased):
            best = (end - at + 1, node)
        if end + 1 >= len(own) or own[end + 1].normal not in node.next or not _joined(text, own[end], own[end + 1], node):
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
        return left.normal in _DOTTED
    return mark in _GAPS or (mark == "," and node.comma)


def _accepted(text: str, own: Sequence[Word], first: int, last: int, node: _Node, *, cased: bool) -> bool:
    if node.mask or node.rule is None:
        return True
    rule, written = node.rule, text[own[first].start : own[last].end]
    before = own[first - 1].normal if first and own[first].start - own[first - 1].end <= _MAX_GAP else ""
    after = own[last + 1].normal if last + 1 < len(own) and own[last + 1].start - own[last].end <= _MAX_GAP else ""
    if before in rule.not_after or after in rule.not_before:
        return False
    if rule.uncased == "accent":
        return written.casefold() == rule.text.casefold()
    if not cased:
        return _accepted_uncased(rule.uncased, before, after)
    if not _has_case(written, rule.text):
        return False
    if first == last and node.form is not None and node.form.kind == "leader" and _has_name_before(text, own, first):
        return False
    if rule.uncased != "~name" or written.isupper():
        return True
    return not (_has_name_before(text, own, first) or _has_name_after(text, own, last))


def _accepted_uncased(rule: str, before: str, after: str) -> bool:
    if rule in ("yes", "no"):
        return rule == "yes"
    if rule == "~name":
        return before in _PLACE_WORDS
    ahead, behind = tables.cues()[rule]
    return before in ahead or after in behind


def _has_case(written: str, pattern: str) -> bool:
    return written.upper() == written if pattern.upper() == pattern else written[:1].isupper() or pattern[:1].islower()


def _has_name_before(text: str, own: Sequence[Word], first: int) -> bool:
    """Tell whether a capital word that may belong to the same name stands right before it."""
    return first > 0 and text[own[first - 1].end : own[first].start] == " " and _is_namelike(text, own[first - 1])


def _has_name_after(text: str, own: Sequence[Word], last: int) -> bool:
    after = own[last + 1] if last + 1 < len(own) else None
    return after is not None and text[own[last].end : after.start] == " " and _is_namelike(text, after)


def _is_namelike(text: str, word: Word) -> bool:
    return text[word.start].isupper() and word.normal not in tables.word_list("beside.txt")


def _is_cased(text: str) -> bool:
    return len(re.findall(r"[A-Z]", text)) * _UNCASED_SHARE >= len(text)


def _match(text: str, own: Sequence[Word], at: int, length: int, form: Form) -> NameMatch:
    """Return the match; an article that the table writes small only helps to find the form and is not part of the name."""
    first = at + 1 if form.text.startswith("the ") else at
    start, end = own[first].start, own[at + length - 1].end
    return NameMatch(start, end, text[start:end], form.entity_id, form.kind)


_OWNER_BEFORE = re.compile(r"(?:['’]s?)?\s?$")
_OWNER_AFTER = re.compile(r"\s(?:of|in)\s(?:the\s)?$")


def _owned(text: str, found: Sequence[NameMatch]) -> tuple[NameMatch, ...]:
    """Give an institution to the state that stands beside it: the "House of Commons" of "Canada's House of Commons" is Canada's."""
    result = list(found)
    for at, match in enumerate(found):
        if match.form != "institution":
            continue
        if at and _is_owner(found[at - 1]) and _OWNER_BEFORE.fullmatch(text, found[at - 1].end, match.start):
            result[at] = replace(match, entity_id=found[at - 1].entity_id)
        elif at + 1 < len(found) and _is_owner(found[at + 1]) and _OWNER_AFTER.fullmatch(text, match.end, found[at + 1].start):
            result[at] = replace(match, entity_id=found[at + 1].entity_id)
    return tuple(result)


def _is_owner(match: NameMatch) -> bool:
    return match.form in ("name", "demonym", "union")


@cache
def _trie() -> _Node:
    root = _Node()
    for form in tables.forms():
        node = _path(root, form.text)
        node.form = node.form or form
        if form.kind == "leader":
            node.rule = _leader_rule(form.text)
    for mask in tables.masks():
        _path(root, mask).mask = True
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

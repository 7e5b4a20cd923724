"""One parsed sentence with everything that the rules look up in it: words, phrase hits, names, clauses.

The parse is taken as a strong hint, never as truth: headlines, lower case and broken English break it. Each question asked here has
an answer from the tree first and from word order second.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from pipelines.entities.gazetteer import NameMatch, find_names
from pipelines.signals.en.groups import lexicon
from pipelines.signals.en.lexicon import Hit

SUBJECTS = frozenset({"nsubj", "nsubjpass", "csubj", "csubjpass", "expl"})
OBJECTS = frozenset({"dobj", "dative", "attr", "oprd", "pobj"})
NOUN_TAGS = frozenset({"NN", "NNS", "NNP", "NNPS"})
PRONOUNS = frozenset(
    [
        "it",
        "its",
        "they",
        "them",
        "their",
        "he",
        "him",
        "his",
        "she",
        "her",
        "we",
        "us",
        "our",
        "i",
        "me",
        "my",
        "you",
        "your",
        "this",
        "these",
        "those",
        "that",
        "who",
        "which",
        "itself",
        "themselves",
        "both",
    ]
)
DETERMINERS = frozenset(
    [
        "the",
        "a",
        "an",
        "any",
        "every",
        "all",
        "some",
        "no",
        "this",
        "that",
        "these",
        "those",
        "both",
        "each",
        "another",
        "its",
        "their",
        "his",
        "her",
        "our",
        "my",
        "your",
        "more",
        "further",
    ]
)
SILENCED = frozenset(
    [
        "impose",
        "begin",
        "stop",
        "expel",
        "ease",
        "keep",
        "extend",
        "refuse",
        "retract",
        "weigh",
        "ask",
        "threaten",
        "plan",
        "report",
        "deny",
        "release",
        "lapse",
        "cease",
        "file",
        "light",
        "begin",
        "claim",
        "prosecute",
        "instruct",
    ]
)
Token = Any  # a spaCy token; spaCy ships no types that mypy may rely on here


@dataclass(frozen=True, slots=True)
class Name:
    """A gazetteer name on tokens: `first <= token <= last`."""

    first: int
    last: int
    id: str
    form: str
    text: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of an article.

    Attributes:
        doc: its parse, one spaCy `Doc` (of normalised words, see `normalise.py`).
        text: the sentence, verbatim.
        spans: start and end of each token in `text`.
        start: offset of its first character in the article's text; -1 for a title that the text does not hold.
        words: lower-cased tokens.
        hits: phrases of the lexicon on the tokens.
        names: gazetteer names, in order.
        at: groups of each token that is a head of a hit.
        dateline: what stands before the text and is not parsed.
        lead: offset of the sentence, dateline included; -1 for the title, which is context and not evidence.
        before: the sentence in front of it, or the title; only the encoder reads it.
    """

    doc: Any
    text: str
    spans: tuple[tuple[int, int], ...]
    start: int
    words: tuple[str, ...]
    hits: tuple[Hit, ...]
    names: tuple[Name, ...]
    at: dict[int, frozenset[str]] = field(default_factory=dict)
    dateline: str = ""
    lead: int = 0
    before: str = ""

    def verbatim(self, first: int, last: int) -> str:
        """Return the words of a span of tokens as they stand in the article."""
        return self.text[self.spans[first][0] : self.spans[last][1]]

    def groups(self, token: int) -> frozenset[str]:
        """Return the groups whose phrases have their head at this token."""
        return self.at.get(token, frozenset())

    def name_at(self, token: int) -> Name | None:
        """Return the name that covers a token."""
        return next((name for name in self.names if name.first <= token <= name.last), None)

    def hits_of(self, *groups: str) -> tuple[Hit, ...]:
        """Return the hits of some groups, in order."""
        return tuple(hit for hit in self.hits if hit.group in groups)

    def has(self, *groups: str) -> bool:
        """Tell whether any phrase of these groups occurs."""
        return any(hit.group in groups for hit in self.hits)


@lru_cache(maxsize=1024)
def names_of(text: str) -> tuple[NameMatch, ...]:
    """Return the gazetteer names of a sentence; asked for by the look, by normalising and by reading."""
    return find_names(text)


def read(doc: Any, raw: Any, start: int, lead: int | None = None, dateline: str = "", before: str = "") -> Sentence:
    """Return a sentence.

    Args:
        doc: the parse of the normalised words.
        raw: the tokens of the sentence as it stands, one to one with `doc`.
        start: offset of the first of them in the article.
        lead: offset of the sentence, dateline included; -1 for the title, which is context and not evidence.
        dateline: what stands before it and is not parsed.
        before: the sentence in front of it, or the title.
    """
    words = tuple(token.lower_.replace("’", "'") for token in raw)
    hits = lexicon().find(words)
    names = tuple(_on_tokens(raw, match) for match in names_of(str(raw.text)))
    spans = tuple((token.idx, token.idx + len(token)) for token in raw)
    return Sentence(
        doc,
        str(raw.text),
        spans,
        start,
        words,
        hits,
        tuple(name for name in names if name is not None),
        _groups(hits, words),
        dateline,
        start if lead is None else lead,
        before,
    )


def _groups(hits: tuple[Hit, ...], words: tuple[str, ...]) -> dict[int, frozenset[str]]:
    """Groups of each head; a phrase of several words silences the single words that it begins with."""
    longest: dict[int, int] = {}
    for hit in hits:
        longest[hit.head] = max(longest.get(hit.head, 0), len(hit.phrase.split()))
    at: dict[int, set[str]] = {}
    for hit in hits:
        if words[hit.head] == "failing" or (words[hit.head] == "ready" and hit.group == "weigh"):
            continue
        if longest[hit.head] == 1 or len(hit.phrase.split()) > 1 or hit.group not in SILENCED:
            at.setdefault(hit.head, set()).add(hit.group)
    return {token: frozenset(groups) for token, groups in at.items()}


def _on_tokens(raw: Any, match: NameMatch) -> Name | None:
    span = raw.char_span(match.start, match.end, alignment_mode="expand")
    return None if span is None or not len(span) else Name(span.start, span.end - 1, match.entity_id, match.form, match.text)


def children(token: Token, *deps: str) -> Iterator[Token]:
    """Yield the children of a token with one of these relations."""
    return (child for child in token.children if child.dep_ in deps)


def conjuncts(token: Token) -> list[Token]:
    """Return a token and what is coordinated with it, in order ("Kuwait and Bahrain")."""
    found, queue = [token], [token]
    while queue:
        top = queue.pop(0)
        for child in children(top, "conj", "appos"):
            if child.dep_ == "appos" and not (
                any(True for _ in children(child, "conj")) and "," in [t.text for t in child.doc[top.i : child.i]]
            ):
                continue
            if child.tag_ in NOUN_TAGS or child.tag_ in ("CD", "DT", "PRP", "JJ") or child.dep_ == "conj":
                found.append(child)
                queue.append(child)
    return found


def phrase_span(token: Token) -> tuple[int, int]:
    """Return (first, last) token of the noun phrase of a head, without conjuncts, appositions and clauses set off by commas."""
    left = token.left_edge.i
    right = token.i
    for child in token.rights:
        if (
            child.dep_ in ("conj", "cc", "punct", "appos", "preconj")
            or child.text in ",;:—–-("
            or (child.i > 0 and child.doc[child.left_edge.i - 1].text == ",")
        ):
            break
        right = child.right_edge.i
    return left, right

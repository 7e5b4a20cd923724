"""Noun phrases: what class their head is of, which names stand in them, and where the name of a party ends."""

from collections.abc import Iterator

from pipelines.signals.en import party_words
from pipelines.signals.en.groups import nouns
from pipelines.signals.en.sentence import DETERMINERS, NOUN_TAGS, Name, Sentence, Token, children, phrase_span

FORMER = frozenset(["former", "ex", "exiled", "retired", "ousted", "deposed", "opposition", "ex-"])
NULL_HEADS = ("private", "person", "firm", "vessel", "sector", "region")


SAYING = frozenset({"report", "threaten", "accuse", "ask", "deny", "deny_strong"})


def says(sentence: Sentence, verb: Token) -> bool:
    """Tell whether a verb is one of saying."""
    return bool(sentence.groups(verb.i) & SAYING)


def name_of(sentence: Sentence, first: int, last: int) -> str:
    """Return the verbatim words of a token span, without a leading determiner and trailing "'s"."""
    while (
        first < last
        and sentence.words[first] in DETERMINERS
        and sentence.words[first] not in ("his", "her", "their", "its", "our", "every", "any")
    ):
        first += 1
    while last > first and sentence.words[last] in ("'s", "'", ",", "’s"):
        last -= 1
    return sentence.verbatim(first, last)


def head_class(sentence: Sentence, token: Token) -> str:
    """Return the class of a noun: `name`, `body`, one of `NULL_HEADS`, `thing` or `other`."""
    if sentence.name_at(token.i) is not None:
        return "name"
    groups = sentence.groups(token.i)
    word = token.lower_
    former = any(child.lower_ in FORMER for child in token.lefts)
    if "body" in groups and (
        former or any(hit.head == token.i and hit.group == "private" and " " in hit.phrase for hit in sentence.hits)
    ):
        return "private"
    if word == "union" and any(child.dep_ in ("poss", "compound") and sentence.name_at(child.i) is None for child in token.lefts):
        return "private"
    if "body" in groups and "private" in groups:
        return "body" if word in nouns("body") else "private"
    for cls in ("private", "body", "person", "firm", "vessel", "sector", "region"):
        if cls in groups:
            return cls
    return party_words.class_of(word) or "other"


def names_in(sentence: Sentence, token: Token) -> Iterator[Name]:
    """Yield the names of a noun phrase, those before its head first, nearest first."""
    first, last = phrase_span(token)
    clauses = {t.i for child in children(token, "relcl", "acl", "advcl") for t in child.subtree}
    inside = [name for name in sentence.names if first <= name.first and name.last <= last and name.first not in clauses]
    yield from sorted((name for name in inside if name.last < token.i), key=lambda name: -name.last)
    yield from (name for name in inside if name.last >= token.i)


def is_subject(sentence: Sentence, name: Name) -> bool:
    """Tell whether a name is the subject of its clause, or part of it."""
    head = sentence.doc[name.last]
    while head.dep_ in ("compound", "poss", "amod", "nmod"):
        head = head.head
    return head.dep_ in ("nsubj", "nsubjpass", "ROOT")


def party_name(sentence: Sentence, token: Token) -> str:
    """Return the verbatim phrase of a head, as the name of a party."""
    first, last = phrase_span(token)
    return name_of(sentence, first, _party_end(sentence, token, last))


MAX_CLAUSE = 6  # words of a clause that still read as part of a party's name


def _party_end(sentence: Sentence, token: Token, last: int) -> int:
    """Where the name of a party ends: before a long clause, and before why it is hit ("for their part in ...")."""
    for child in token.rights:
        if child.i > last:
            break
        clause = child.dep_ in ("relcl", "acl", "advcl")
        begins = child.left_edge.i
        size = child.right_edge.i - begins + 1
        if (
            (clause and size > MAX_CLAUSE)
            or (child.dep_ == "prep" and child.lower_ in REASONS)
            or sentence.words[begins] == "whose"
        ):
            return int(max(token.i, begins - 1))
    return last


REASONS = frozenset({"for", "over", "because", "after", "since", "during", "amid", "despite", "in"})


def is_noun(token: Token) -> bool:
    """Tell whether a token is tagged as a noun."""
    return token.tag_ in NOUN_TAGS

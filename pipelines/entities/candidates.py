"""Make candidates for names of what a model marked, and drop what is no name.

A model calls many a town an organisation, many a first word of a sentence a person, and takes titles, peoples and menu words along.
So a span is cleaned first, then typed by the words around it, and a word alone is a person or an organisation only beside a cue
("Mr", "said", "the lender"). A missed name costs less than a wrong one.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from connectors.messages.entity import EntityType
from pipelines.entities import tables
from pipelines.entities.actors import actor_id, callings, is_generic, titles_of_office
from pipelines.entities.names import NameMatch
from pipelines.entities.words import normalise_phrase

MAX_NAME = 80  # characters
MAX_WORDS = 7
LINE_END = "\n"
_LOOK = 40  # characters around a span that are looked at
_TYPES: dict[str, EntityType] = {"PERSON": "person", "ORG": "organisation", "GPE": "place", "LOC": "place", "FAC": "place"}


@dataclass(frozen=True, slots=True)
class NamedSpan:
    """What a model took for a name: `text[start:end]` with one of its labels, such as `PERSON`."""

    start: int
    end: int
    label: str


@dataclass(frozen=True, slots=True)
class RawMention:
    """A name before it is known whom it means.

    Attributes:
        start, end: offsets into the article's text.
        text: the words there.
        type: what kind of thing it names.
        entity_id: id of the state or union; for a leader, the one spoken for; None for everybody else.
    """

    start: int
    end: int
    text: str
    type: EntityType
    entity_id: str | None = None


def named_spans(doc: Any, offset: int = 0) -> Iterator[NamedSpan]:
    """Yield what a spaCy `Doc` has as entities; `offset` is where its text begins in the article."""
    for entity in doc.ents:
        yield NamedSpan(entity.start_char + offset, entity.end_char + offset, entity.label_)


def may_hold_names(sentence: str, matches: Sequence[NameMatch]) -> bool:
    """Tell whether a model can find a name in a sentence that `candidates` would take.

    It can where a word with a capital is no part of the gazetteer's names and none of the words that stand beside names or never
    are one.

    Args:
        sentence: its text.
        matches: what the gazetteer has in it.
    """
    ordinary = tables.word_list("not_names.txt") | tables.word_list("beside.txt")
    covered = {at for match in matches for at in range(match.start, match.end)}
    return any(word.start() not in covered and word[0].casefold() not in ordinary for word in _CAPITAL.finditer(sentence))


_CAPITAL = re.compile(r"\b(?=[^\W\d_a-z])[^\W\d_]+")


def candidates(text: str, span: NamedSpan, matches: Sequence[NameMatch]) -> Iterator[RawMention]:
    """Yield the name in a model's span, if there is one: cleaned, typed, and stronger than what the gazetteer has there."""
    kind = _TYPES.get(span.label)
    if kind is None or LINE_END in text[span.start : span.end].strip():
        return
    start, end = _cleaned(text, span, matches)
    believed = _believed(text, start, end, kind) if start < end else None
    if believed is None:
        return
    mention = RawMention(start, end, text[start:end], believed)
    if _is_name(mention) and _beats(mention, matches):
        yield mention


_TAIL = re.compile(r"(?:['’]s?|[\s,.;:!?\"“”()\[\]–—-])+$")
_ARTICLES = r"[\s\"“”‘’'(\[#@–—-]+|(?:the|a|an)\s+"
_DATELINE_DASH = re.compile(r"\s[-–—]\s")


def _cleaned(text: str, span: NamedSpan, matches: Sequence[NameMatch]) -> tuple[int, int]:
    """Return the offsets without quotes, marks and possessive at the ends, and without leading articles, titles and peoples."""
    dash = _DATELINE_DASH.search(text, span.start, span.end)
    start, end = span.start, span.end if dash is None else dash.start()
    if not text[:end].endswith((" Jr.", " Sr.")) and (tail := _TAIL.search(text, start, end)) is not None:
        end = tail.start()
    while (head := _leading(span.label).match(text, start, end)) is not None:
        start = head.end()
    people = next((match for match in matches if match.start == start and match.form == "demonym" and match.end < end), None)
    if span.label == "PERSON" and people is not None:
        return _cleaned(text, replace(span, start=people.end, end=end), matches)
    return start, end


@cache
def _leading(label: str) -> re.Pattern[str]:
    if label != "PERSON":
        return re.compile(_ARTICLES, re.IGNORECASE)
    return re.compile(rf"{_ARTICLES}|(?:{titles()})\.?\s+(?=\S)", re.IGNORECASE)


@cache
def titles() -> str:
    """Return a pattern of the words that stand before the name of a person."""
    return "|".join(map(re.escape, sorted((*titles_of_office(), *callings()), key=len, reverse=True)))


_LAW = re.compile(r"\s(?:\(\w+\) )?(?:Act|Law|Regulations?|Bill|Order|Code|Treaty|Convention)\b")
_LOCATIVE = re.compile(
    r"\b(?:in|near|outside|across|around|river|(?:north|south|east|west|port|city|town|village|bridge|island|region) of|"
    r"(?:run|trip|road|flights?|way|trains?|route|travel(?:s|led)?|flew|flies|moved|shipped) (?:to|from))\s$",
    re.IGNORECASE,
)
_LINE_START = re.compile(r"(?:^|\n)\s*$")
_DASH = re.compile(r"(?:,[^.\n]{0,20})?\s*[-–—]")
_PERSON_AFTER = re.compile(
    r",? (?:said|says|told|added|warned|wrote|who|himself|herself|insisted|tweeted|replied|argued|declined)\b|"
    r"['’]s (?:lawyer|spokes|wife|husband|aide|son|daughter)"
)
_FIRM_BEFORE = re.compile(
    r"\b(?:company|firm|bank|lender|giant|group|maker|producer|operator|airline|carrier|agency|insurer|refiner|trader|platform|app|network)\s$",
    re.IGNORECASE,
)
_FIRM_AFTER = re.compile(
    r"['’]s (?:chief executive|shares|board|owners?|parent|subsidiary|stock|headquarters)|"
    r", (?:a|the) (?:[\w-]+ ){0,3}(?:company|firm|bank|maker|producer|agency|group|lender|airline)\b|"
    r" (?:shares|executives|group|subsidiary|employees|news agency)\b"
)


def _believed(text: str, start: int, end: int, kind: EntityType) -> EntityType | None:
    """Return the type of thing that the words around allow, None for nothing that has a name."""
    before, after = text[max(0, start - _LOOK) : start], text[end : end + _LOOK]
    if _LAW.match(after):
        return None
    dateline = text[start:end].isupper() and _LINE_START.search(before) and _DASH.match(after)
    if kind == "place" or dateline or _LOCATIVE.search(before):
        return "place"
    if re.search(r"[\s-]", text[start:end]):
        return "person" if _courtesy_before().search(before) else kind
    if kind == "person":
        return kind if _person_before().search(before) or _PERSON_AFTER.match(after) else None
    return kind if _FIRM_BEFORE.search(before) or _FIRM_AFTER.match(after) else None


@cache
def _courtesy_before() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(callings())))})\.?\s$", re.IGNORECASE)


@cache
def _person_before() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{titles()})\.?\s$", re.IGNORECASE)


# Marks that no name has, words glued together ("ruWorldBiden"), and long numbers.
_ODD = re.compile(r"[@_<>{}|\\*#=+~^]|https?:|www\.|\b(?!Mc|Mac|De|Le|La|Di|O)\w*[a-z][A-Z]{1}[a-z]+[A-Z]|[a-z]\.[A-Za-z]|\d{3}")


def _is_name(mention: RawMention) -> bool:
    parts = normalise_phrase(mention.text)
    if not 1 <= len(parts) <= MAX_WORDS or not 2 <= len(mention.text) <= MAX_NAME or _ODD.search(mention.text):
        return False
    if not any(letter.isupper() for letter in mention.text) or is_generic(mention.text):
        return False
    no_names = tables.word_list("not_names.txt")
    if all(part in no_names for part in parts):
        return False
    return mention.type != "person" or (parts[0] not in no_names and _is_persons(mention.text, parts))


def _is_persons(name: str, parts: Sequence[str]) -> bool:
    if any(letter.isdigit() for letter in name) or (name.isupper() and len(parts) == 1):
        return False
    return name.rpartition(" ")[2][:1].isupper() and max(map(len, parts)) > 2


def _beats(mention: RawMention, matches: Sequence[NameMatch]) -> bool:
    """Tell whether a candidate may stand although the gazetteer found something in the same words."""
    inside = [match for match in matches if match.start < mention.end and mention.start < match.end]
    if not inside:
        return True
    if any(match.form == "leader" or match.end - match.start >= mention.end - mention.start for match in inside):
        return False
    if mention.type == "person":
        return all(normalise_phrase(match.text) in _first_names() for match in inside)
    last = normalise_phrase(mention.text)[-1]
    return mention.type == "organisation" and last in tables.word_list("firm_words.txt") and actor_id(mention.text) is None


@cache
def _first_names() -> frozenset[tuple[str, ...]]:
    """Return the states and capitals that are names of persons as well."""
    return frozenset(normalise_phrase(rule.text) for rule in tables.ambiguous())

"""Find the names of an article: states and unions from the gazetteer, known organisations and ships from tables and patterns,
persons, places and the rest from the model's spans.

What the gazetteer knows wins over the model, with two exceptions: a firm whose name holds a state's ("National Iranian Oil
Company"), and a person whose name is a state's ("Israel Katz"). A name found once is found wherever it stands, so the model
may have read only some of the sentences.

Known to be wrong: lower-cased text has hardly any names of persons.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from connectors.messages.entity import EntityType
from pipelines.entities import tables
from pipelines.entities.actors import is_generic
from pipelines.entities.candidates import LINE_END, NamedSpan, RawMention, candidates, named_spans, titles
from pipelines.entities.keys import organisation_forms
from pipelines.entities.names import NameMatch, find_names
from pipelines.entities.words import normalise_phrase
from pipelines.text import Span, furniture

__all__ = ["NamedSpan", "RawMention", "find_mentions", "named_spans"]

MAX_TITLE = 60  # characters before a name in which its title is looked for
MIN_SURNAME = 4  # letters; shorter surnames are too often other words


def find_mentions(text: str, spans: Iterable[NamedSpan] = ()) -> tuple[RawMention, ...]:
    """Return the names of an article in order and without overlap, none of them in its furniture.

    Args:
        text: the article's text.
        spans: what the model found in it, or in the sentences that it read; see `named_spans`.
    """
    article = _blanked(text, furniture(text))
    matches = find_names(article)
    marked = (mention for span in (*spans, *_titled(article)) for mention in candidates(article, span, matches))
    kept = [*_known(article), *_vessels(article), *marked]
    kept.sort(key=lambda mention: mention.start - mention.end)
    found = _without_overlap([*kept, *(_from_match(match) for match in matches)])
    return tuple(sorted((*found, *_repeats(article, found)), key=lambda mention: mention.start))


def _blanked(text: str, pieces: Sequence[Span]) -> str:
    """Return the text with its furniture replaced by line ends, so that offsets stay and no name reaches across."""
    parts, at = [], 0
    for piece in pieces:
        parts += [text[at : piece.start], LINE_END * (piece.end - piece.start)]
        at = piece.end
    return "".join((*parts, text[at:]))


def _from_match(match: NameMatch) -> RawMention:
    union = match.entity_id in tables.unions()
    kind: EntityType = "person" if match.form == "leader" else "union" if union else "state"
    return RawMention(match.start, match.end, match.text, kind, match.entity_id)


def _known(text: str) -> Iterator[RawMention]:
    """Yield the organisations of the table."""
    for found in _organisations().finditer(text):
        yield RawMention(found.start(), found.end(), found[0], "organisation")


@cache
def _organisations() -> re.Pattern[str]:
    forms = sorted(organisation_forms(), key=len, reverse=True)
    return re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, forms))})(?!\w)")


def _titled(text: str) -> Iterator[NamedSpan]:
    """Yield first name and surname after an office: "minister of energy Bolat Sarkulov"; models miss them in broken English."""
    for found in _TWO_NAMES.finditer(text):
        parts = normalise_phrase(found["name"])
        if any(part in tables.word_list("beside.txt") or is_generic(part) for part in parts):
            continue
        if _title_before().search(text, max(0, found.start() - MAX_TITLE), found.start()):
            yield NamedSpan(found.start("name"), found.end("name"), "PERSON")


_TWO_NAMES = re.compile(r"\b(?=(?P<name>[A-Z][a-zà-ž'’-]+ (?:(?:al|el|bin|van|von|de|da|di)[ -])?[A-Z][a-zà-ž'’-]+)\b)")


@cache
def _title_before() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{titles()})\.?(?: (?:of|for) [a-z]+)? $", re.IGNORECASE)


_SHIP_WORDS = (
    "oil tanker|gas tanker|tanker|vessel|cargo ship|container ship|ship|freighter|bulk carrier|bulker|superyacht|yacht|trawler|"
    "ferry|tugboat|icebreaker|frigate|destroyer|M/?[VT]|LNG carrier|gas carrier"
)
_SHIP = re.compile(
    rf"\b(?:{_SHIP_WORDS})(?: (?:named|called|the))?[ ,]+(?P<quote>[\"“'‘])?"
    r"(?P<name>[A-Z][\w'-]*(?:(?: [A-Z0-9][\w-]*){1,3}| \d+)?)"
)


def _vessels(text: str) -> Iterator[RawMention]:
    """Yield what stands after the word for a ship, in quotes or of two words and more, unless it is a state's or leader's name."""
    for found in _SHIP.finditer(text):
        name = found["name"].rstrip("'-").removesuffix("'s")
        if (found["quote"] or " " in name) and not find_names(name):
            yield RawMention(found.start("name"), found.start("name") + len(name), name, "vessel")


def _without_overlap(mentions: Iterable[RawMention]) -> list[RawMention]:
    """Return the mentions without those that overlap an earlier one of the list."""
    taken: list[RawMention] = []
    covered: set[int] = set()
    for mention in mentions:
        own = range(mention.start, mention.end)
        if covered.isdisjoint(own):
            taken.append(mention)
            covered.update(own)
    return taken


def _repeats(text: str, found: Sequence[RawMention]) -> Iterator[RawMention]:
    """Yield the other places of the names that a model found, and of the surnames of persons."""
    wanted = {form: mention for mention in found if mention.type not in ("state", "union") for form in _forms(text, mention)}
    if not wanted:
        return
    covered = {at for mention in found for at in range(mention.start, mention.end)}
    pattern = "|".join(re.escape(form) for form in sorted(wanted, key=len, reverse=True))
    for again in re.finditer(rf"(?<![\w-])(?:{pattern})(?![\w-])", text):
        if covered.isdisjoint(range(again.start(), again.end())):
            known = wanted[again[0]]
            yield RawMention(again.start(), again.end(), again[0], known.type, known.entity_id)


def _forms(text: str, mention: RawMention) -> Iterator[str]:
    """Yield the name, and the surname of a full name unless it is a word of the text as well."""
    yield mention.text
    surname = mention.text.rpartition(" ")[2]
    if mention.type == "person" and surname != mention.text and len(surname) >= MIN_SURNAME and f" {surname.lower()} " not in text:
        yield surname

"""Decide whom the names of an article mean.

States and unions have their ids from the gazetteer. A person's spellings share one key (`pipelines.entities.keys`), leaders the
key of their name in the table, so an id is the same in every article. A surname alone joins the full name that the article gives;
without one it is an entity of its own. An acronym in brackets joins the organisation before it.

Known to be wrong: in an article with two persons of one surname, the surname alone is given to the one named last before it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from connectors.messages.entity import Entity, EntityType, Mention
from pipelines.entities import tables
from pipelines.entities.extract import RawMention
from pipelines.entities.keys import organisation_key, person_key, place_key
from pipelines.entities.leaders import leaders_called


@dataclass(frozen=True, slots=True)
class _Named:
    """A mention with the id of whom it means."""

    mention: RawMention
    entity_id: str


def resolve(mentions: Sequence[RawMention]) -> tuple[tuple[Mention, ...], tuple[Entity, ...]]:
    """Return the mentions with their entity ids, and the entities in the order in which they are first named."""
    named = tuple(_resolved(mentions))
    found = tuple(
        Mention(name=each.mention.text, start=each.mention.start, end=each.mention.end, entity_id=each.entity_id) for each in named
    )
    ids = dict.fromkeys(each.entity_id for each in named)
    return found, tuple(_entity(entity_id, [each.mention for each in named if each.entity_id == entity_id]) for entity_id in ids)


def _resolved(mentions: Sequence[RawMention]) -> Iterator[_Named]:
    acronyms = _acronyms(mentions)
    people = _people(mentions)
    for at, mention in enumerate(mentions):
        if mention.type in ("state", "union") and mention.entity_id is not None:
            yield _Named(mention, mention.entity_id)
        elif mention.type == "person":
            yield _Named(mention, _person_id(mention, _known_before(people, at)))
        else:
            yield _Named(mention, acronyms.get(mention.text) or _plain_id(mention.type, mention.text))


def _person_id(mention: RawMention, known: Sequence[tuple[str, ...]]) -> str:
    key = _person_key(mention.text)
    if len(key) == 1:
        key = next((full for full in known if full[-1] == key[0]), key)
    return f"person:{'-'.join(key)}"


def _person_key(name: str) -> tuple[str, ...]:
    terms = leaders_called(name)
    return person_key(terms[0].name if terms else name) or (name.casefold(),)


def _people(mentions: Sequence[RawMention]) -> Sequence[tuple[int, tuple[str, ...]]]:
    """Return the keys of full names with the places where they stand in the list of mentions."""
    keys = ((at, _person_key(mention.text)) for at, mention in enumerate(mentions) if mention.type == "person")
    return [(at, key) for at, key in keys if len(key) > 1]


def _known_before(people: Sequence[tuple[int, tuple[str, ...]]], at: int) -> Sequence[tuple[str, ...]]:
    """Return the full names of the article, those before a mention first, nearest first."""
    before = [key for place, key in reversed(people) if place < at]
    return [*before, *(key for place, key in people if place > at)]


def _plain_id(kind: EntityType, name: str) -> str:
    key = organisation_key(name) if kind in ("organisation", "vessel") else place_key(name)
    return f"{kind}:{key.replace(' ', '-')}"


def _acronyms(mentions: Sequence[RawMention]) -> Mapping[str, str]:
    """Return the ids of acronyms that stand right after the full name: "Rosneft Trading Corporation (RTC)"."""
    organisations = [mention for mention in mentions if mention.type == "organisation"]
    return {
        short.text: _plain_id("organisation", full.text)
        for full, short in pairwise(organisations)
        if short.start - full.end <= len(" (") and short.text == _initials(full.text)
    }


def _initials(name: str) -> str:
    return "".join(word[0] for word in name.replace("-", " ").split() if word[:1].isupper())


def _entity(entity_id: str, mentions: Sequence[RawMention]) -> Entity:
    first = mentions[0]
    if first.type in ("state", "union"):
        return Entity(id=entity_id, type=first.type, name=tables.reference_names()[entity_id])
    return Entity(id=entity_id, type=first.type, name=max((mention.text for mention in mentions), key=len))

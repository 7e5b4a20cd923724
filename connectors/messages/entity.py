"""Names found in an article, and whom they mean."""

from dataclasses import dataclass
from typing import Literal

EntityType = Literal["state", "union", "person", "organisation", "place", "vessel", "sector"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """The state, union, person, company, place or vessel that mentions mean.

    Attributes:
        id: ISO 3166-1 alpha-3 for a state, the guide's code for a union (`EU`, `UN`, ...), else `type:normalised-name`, the same
            for every spelling of the name and in every article.
        type: what it is.
        name: the fullest form seen in the article, or the reference name of a state or union.
    """

    id: str
    type: EntityType
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """One name in one article: `article.text[start:end] == name`.

    Attributes:
        name: the words as they stand.
        start, end: character offsets into the article's text.
        entity_id: id of the `Entity` meant.
    """

    name: str
    start: int
    end: int
    entity_id: str

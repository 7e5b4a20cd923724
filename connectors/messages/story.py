"""Articles that tell the same event."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from connectors.messages.identity import content_id

MAX_RELATED = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One event as told by its articles so far.

    Attributes:
        id: 32 hexadecimal digits, see `story_id`.
        version: rises by one with each article that joins, and with each new version of one.
        title: headline of the founding article.
        language: ISO 639-1 code of its articles.
        founder_id: id of the founding article.
        article_count, outlet_count: how many have told it.
        outlets: who has told it, sorted, at most 50 names.
        started_at, last_at: earliest and latest event time of its articles.
        related: ids of other stories that one of its articles fits as well, or nearly, sorted, at most `MAX_RELATED`; stories are
            never merged.
        terms: the heaviest terms of its articles and their summed weights: what a new article is compared with.
    """

    id: str
    version: int
    title: str
    language: str
    founder_id: str
    article_count: int
    outlet_count: int
    outlets: tuple[str, ...]
    started_at: datetime
    last_at: datetime
    related: tuple[str, ...] = ()
    terms: Mapping[str, float] = field(default_factory=dict)


def story_id(founder_id: str) -> str:
    """Return the id of the story that the article `founder_id` began."""
    return content_id("story", founder_id)

"""One published piece, as the `articles` topic carries it."""

from dataclasses import dataclass
from datetime import datetime

from connectors.messages.identity import content_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One published piece in one version of its text.

    Attributes:
        id: 32 hexadecimal digits, see `article_id`; any short text where somebody else publishes.
        version: 1 for the text first seen, one more for each changed text of the same id.
        url: canonical URL; empty when the feed gives none.
        feed: id of the feed that brought it.
        outlet: registrable name of who published it, such as `generico.ru`.
        title: headline, plain text.
        text: body, plain text, paragraphs parted by blank lines.
        language: ISO 639-1 code when the feed or page says it.
        published_at: the publisher's own time, when it gives one.
        fetched_at: when the connector had it.
        changed: names of the fields that differ from the version before.
        byline: whom the page or feed names as author, empty when it names none.
        agency: the wire service that the text is from, such as `Reuters`; `agencies` when it is from one that is not named; empty
            when it is the outlet's own. Outlets that print one service are not independent of each other.
        paywalled: whether its page says that only subscribers may read on.
        truncated: whether the text is known to be cut.
    """

    id: str
    feed: str
    outlet: str
    title: str
    text: str
    fetched_at: datetime
    version: int = 1
    url: str = ""
    language: str | None = None
    published_at: datetime | None = None
    changed: tuple[str, ...] = ()
    byline: str = ""
    agency: str = ""
    paywalled: bool = False
    truncated: bool = False


def article_id(canonical_url: str, feed: str = "", guid: str = "") -> str:
    """Return the id of an article: from its canonical URL, or from feed and guid where there is no URL."""
    return content_id("article", canonical_url) if canonical_url else content_id("article", feed, guid)


def event_time(article: Article) -> datetime:
    """Return when the article speaks: its publication, never later than its arrival (clocks of publishers run ahead)."""
    published_at = article.published_at
    return article.fetched_at if published_at is None else min(published_at, article.fetched_at)

"""The table of feed kinds, and how the kind of a document is found."""

from connectors.feeds.base import Feed, FeedKind, Reading
from connectors.feeds.directory import Directory
from connectors.feeds.discover import declared
from connectors.feeds.failures import UnreadableError
from connectors.feeds.gdelt import Gdelt
from connectors.feeds.json_feed import JsonFeed
from connectors.feeds.page_links import PageLinks, looks_like_page
from connectors.feeds.rss_atom import RssAtom
from connectors.feeds.sitemap import Sitemap

# One row for each kind: the words of the configuration that mean it, and what reads it. The order is that of detection.
FEEDS: tuple[tuple[tuple[FeedKind, ...], Feed], ...] = (
    (("json",), JsonFeed()),
    (("sitemap",), Sitemap()),
    (("gdelt",), Gdelt()),
    (("rss", "atom"), RssAtom()),
    (("directory",), Directory()),
)
# A feed that a hub announces is of any kind, and so is one that nobody has named.
FOUND_OUT: frozenset[FeedKind] = frozenset({"auto", "websub"})
SHOWN = 3
LOOK = "open it in a browser and look for the feed's address"
NO_FEED = "try `sanctionwire feeds test` on the site's front page, or watch this page as kind = page with a selector of its links"


def find_feed(kind: FeedKind, body: bytes, *, url: str, content_type: str, selector: str | None = None) -> Feed:
    """Return what reads a document: what the configuration names, or with `auto` what recognises it.

    Args:
        kind: as configured.
        body, url, content_type: see `base.Feed.read`.
        selector: CSS selector of the links of a `page`.

    Raises:
        UnreadableError: nothing recognises it.
        SelectorError: the selector is none.
    """
    if kind == "page":
        return PageLinks(selector or "a")
    for kinds, feed in FEEDS:
        if kind in kinds or (kind in FOUND_OUT and feed.recognises(body, content_type)):
            return feed
    raise _unknown(body, url, content_type)


def _unknown(body: bytes, url: str, content_type: str) -> UnreadableError:
    """Return what to say of a document that is no feed; a page may itself say where its feeds are."""
    if looks_like_page(body):
        feeds = declared(body, url=url, content_type=content_type)[:SHOWN]
        step = f"take {' or '.join(feeds)}" if feeds else NO_FEED
        return UnreadableError(url, "is a web page, and no feed that we know", step)
    if not body.strip(b"\0 \t\r\n"):
        return UnreadableError(url, "is empty", LOOK)
    return UnreadableError(url, f"is no feed that we know; the server calls it {content_type[:60] or 'nothing'!r}", LOOK)


def read_feed(kind: FeedKind, body: bytes, *, url: str, content_type: str, selector: str | None = None) -> Reading:
    """Return a document read by the feed of its kind.

    Raises:
        UnreadableError: it cannot be read, or must not be.
    """
    feed = find_feed(kind, body, url=url, content_type=content_type, selector=selector)
    return feed.read(body, url=url, content_type=content_type)

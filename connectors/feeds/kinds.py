"""The table of feed kinds, and how the kind of a document is found."""

from connectors.feeds.base import Feed, FeedKind, Reading
from connectors.feeds.failures import UnreadableError
from connectors.feeds.json_feed import JsonFeed
from connectors.feeds.rss_atom import RssAtom

# One row for each kind: the words of the configuration that mean it, and what reads it. The order is that of detection.
FEEDS: tuple[tuple[tuple[FeedKind, ...], Feed], ...] = (
    (("json",), JsonFeed()),
    (("rss", "atom"), RssAtom()),
)


def find_feed(kind: FeedKind, body: bytes, *, url: str, content_type: str) -> Feed:
    """Return what reads a document: what the configuration names, or with `auto` what recognises it.

    Raises:
        UnreadableError: nothing recognises it.
    """
    for kinds, feed in FEEDS:
        if kind in kinds or (kind == "auto" and feed.recognises(body, content_type)):
            return feed
    step = "open it in a browser and look for the feed's address"
    raise UnreadableError(url, f"is no feed that we know; the server calls it {content_type[:60] or 'nothing'!r}", step)


def read_feed(kind: FeedKind, body: bytes, *, url: str, content_type: str) -> Reading:
    """Return a document read by the feed of its kind.

    Raises:
        UnreadableError: it cannot be read, or must not be.
    """
    return find_feed(kind, body, url=url, content_type=content_type).read(body, url=url, content_type=content_type)

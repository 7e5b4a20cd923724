"""News sitemaps, plain sitemaps, and indexes of them (sitemaps.org 0.9, Google's news extension), as they come or packed with gzip.

A news sitemap is the best feed that many sites have: every article of the last two days with title, time and language. Where a
document has news entries, only these are entries: the others are sections and old pages. Of a plain sitemap, which may hold all
that a site ever published, the `MAX_PLAIN` newest by `lastmod` are taken, or the first ones where none has a `lastmod`.

An index names further sitemaps. They are followed (`Reading.follow`): those called "news" first, then the newest by `lastmod`, then
those that are named last, since sites number them and write into the last one; `MAX_CHILDREN` in all, and of the same outlet alone.

Known to be wrong: a plain sitemap's `lastmod` is the time of a change and no publication, so that it is used for choosing only; a
site that writes into the first of many unnamed and undated children.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from lxml import etree  # type: ignore[import-untyped]

from connectors.feeds.base import Entry, Quarantined, Reading
from connectors.feeds.canonical import canonical_url, outlet_of
from connectors.feeds.dates import parse_time
from connectors.feeds.failures import UnreadableError
from connectors.feeds.text import plain_line
from connectors.feeds.unpack import beginning, unpacked
from connectors.feeds.xml_guard import refuse_entities, root_name

ROOTS = frozenset({"urlset", "sitemapindex"})
MAX_PLAIN = 200
MAX_CHILDREN = 8
LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One `<url>` or `<sitemap>`: local names of what is in it to their words, those of the news extension with `news:` before."""

    words: dict[str, str]

    @property
    def changed_at(self) -> datetime:
        """`lastmod`, long ago when it says none."""
        return parse_time(self.words.get("lastmod", "")) or LONG_AGO


class Sitemap:
    """The kind `sitemap`."""

    def recognises(self, body: bytes, content_type: str) -> bool:  # noqa: ARG002 servers say text/xml and application/gzip
        """Say whether the root element is one of a sitemap's, packed or not."""
        return _root(beginning(body)) in ROOTS

    def read(self, body: bytes, *, url: str, content_type: str) -> Reading:
        """See `base.Feed.read`."""
        document = unpacked(body, url=url)
        refuse_entities(document, url=url, content_type=content_type)
        root = _root(document)
        if root not in ROOTS:
            raise UnreadableError(url, "is no sitemap", "look for the address in the site's robots.txt")
        places = tuple(_places(document, url))
        if root == "sitemapindex":
            return Reading(kind="sitemap", entries=(), follow=children(places, url))
        return _read_set(places, url)


def _root(document: bytes) -> str:
    return root_name(document).rpartition(":")[2]


def _places(document: bytes, url: str) -> Iterator[Place]:
    """Yield each place of a document, as far as it can be read: libxml2 mends what is not well-formed."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True, huge_tree=False, remove_comments=True)
    root = etree.fromstring(document, parser)
    if root is None:
        raise UnreadableError(url, "is XML of which nothing can be read", "tell the publisher; it is tried again")
    for element in root:
        if isinstance(element.tag, str) and etree.QName(element).localname in {"url", "sitemap"}:
            yield Place(words=dict(_words(element)))


def _words(place: etree._Element) -> Iterator[tuple[str, str]]:
    for element in place.iterdescendants():
        if isinstance(element.tag, str) and element.text and element.text.strip():
            name = etree.QName(element)
            is_news = "sitemap-news" in (name.namespace or "")
            yield f"news:{name.localname}" if is_news else name.localname, element.text.strip()


def children(places: tuple[Place, ...], url: str) -> tuple[str, ...]:
    """Return the addresses that an index is followed to, most promising first."""
    known = {canonical_url(place.words.get("loc", ""), url): place for place in places}
    ours = [(address, place) for address, place in known.items() if address and outlet_of(address) == outlet_of(url)]
    last_first = ours[::-1]
    newest = sorted(last_first, key=lambda one: one[1].changed_at, reverse=True)
    news_first = sorted(newest, key=lambda one: "news" not in urlsplit(one[0]).path.lower())
    return tuple(address for address, _ in news_first[:MAX_CHILDREN])


def _read_set(places: tuple[Place, ...], url: str) -> Reading:
    news = [place for place in places if place.words.get("news:title") or place.words.get("news:publication_date")]
    chosen = news or sorted(places, key=lambda place: place.changed_at, reverse=True)[:MAX_PLAIN]
    entries: list[Entry] = []
    quarantined: list[Quarantined] = []
    for place in chosen:
        link = canonical_url(place.words.get("loc", ""), url)
        if link:
            entries.append(_entry(place, link))
        else:
            quarantined.append(Quarantined(key=place.words.get("loc", "")[:500], reason="has no address on the web"))
    title = news[0].words.get("news:name", "") if news else ""
    return Reading(
        kind="sitemap",
        entries=tuple(entries),
        title=plain_line(title),
        language=news[0].words.get("news:language") if news else None,
        quarantined=tuple(quarantined),
    )


def _entry(place: Place, link: str) -> Entry:
    return Entry(
        link=link,
        title=plain_line(place.words.get("news:title", "")),
        language=place.words.get("news:language"),
        published_at=parse_time(place.words.get("news:publication_date", "")),
    )

"""The feeds of a site, found from the address that people know: its front page.

In order: the address itself; what its page declares (`<link rel="alternate">`, as the RSS Advisory Board and WHATWG have it); links
of the page that look like feeds; sitemaps with "news" in their names that robots.txt lists; places where publishing software puts
feeds. Each step is taken only where the one before gave no feed that can be read. Feeds of comments are left out.

Pure functions find candidates in bytes; `discover` asks for them, through whatever `get` and `read` it is given.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urljoin, urlsplit

from lxml import html as lxml_html  # type: ignore[import-untyped]

from connectors.errors import FeedError
from connectors.feeds.base import FeedKind, Reading
from connectors.feeds.canonical import canonical_url
from connectors.feeds.failures import UnreadableError
from connectors.feeds.fetch import Response
from connectors.feeds.page_links import looks_like_page, parsed

FEED_TYPES = re.compile(r"application/(?:rss|atom|rdf|feed)\+(?:xml|json)|text/xml|application/(?:xml|json)", re.IGNORECASE)
LOOKS_LIKE_FEED = re.compile(r"(?:^|[/.?=_-])(?:rss\d?|atom|feeds?|rdf)(?:[/.?=&_-]|$)|\.(?:rss|atom|rdf)$", re.IGNORECASE)
COMMENTS = re.compile(r"comments?[/ ]|/comments?$|comments? feed|-comments", re.IGNORECASE)
SITEMAP_LINE = re.compile(r"^\s*sitemap\s*:\s*(\S{1,2000})", re.IGNORECASE | re.MULTILINE)
# Where WordPress, Drupal, Ghost, Hugo, Blogger, Medium and news systems put theirs.
GUESSES = ("/feed/", "/rss", "/rss.xml", "/feed.xml", "/atom.xml", "/index.xml", "/feeds/posts/default", "/feed.json", "/news/rss")
SITEMAP_GUESSES = ("/news-sitemap.xml", "/sitemap-news.xml", "/sitemap_news.xml")
MAX_TRIED = 8  # of one step


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A feed that can be read: its address after redirects, and what it proved to be."""

    url: str
    kind: FeedKind
    title: str
    entries: int
    newest_at: datetime | None


Get = Callable[[str], Response]
Read = Callable[[Response], Reading]


def declared(body: bytes, *, url: str, content_type: str = "") -> tuple[str, ...]:
    """Return the feeds that a page declares, in its order; empty for what is no page."""
    tree = _tree(body, url, content_type)
    if tree is None:
        return ()
    links = [link for link in tree.xpath("//link[@href]") if _is_alternate(link)]
    return _addresses(((link.get("href"), link.get("title", "")) for link in links), url)


def linked(body: bytes, *, url: str, content_type: str = "") -> tuple[str, ...]:
    """Return the links of a page that look like feeds, in its order."""
    tree = _tree(body, url, content_type)
    anchors = tree.xpath("//a[@href]") if tree is not None else []
    found = ((anchor.get("href"), anchor.text_content()) for anchor in anchors)
    return _addresses(((href, words) for href, words in found if LOOKS_LIKE_FEED.search(href)), url)


def _tree(body: bytes, url: str, content_type: str) -> lxml_html.HtmlElement | None:
    try:
        return parsed(body, url=url, content_type=content_type)
    except UnreadableError:
        return None


def _is_alternate(link: lxml_html.HtmlElement) -> bool:
    relations = link.get("rel", "").lower().split()
    kind = link.get("type", "")
    return "feed" in relations or ("alternate" in relations and FEED_TYPES.match(kind) is not None and not link.get("hreflang"))


def _addresses(links: Iterable[tuple[str, str]], url: str) -> tuple[str, ...]:
    found = ((canonical_url(href, url), words) for href, words in links if not COMMENTS.search(href) and not COMMENTS.search(words))
    return tuple(dict.fromkeys(address for address, _ in found if address))


def news_sitemaps(robots: str, url: str) -> tuple[str, ...]:
    """Return the sitemaps of news that a robots.txt lists."""
    found = (canonical_url(address, url) for address in SITEMAP_LINE.findall(robots))
    return tuple(dict.fromkeys(address for address in found if "news" in urlsplit(address).path.lower()))


def discover(url: str, get: Get, read: Read) -> tuple[Candidate, ...]:
    """Return the feeds that a site has, the first step's that finds any.

    Args:
        url: of a feed, or of a page of the site.
        get: fetches an address.
        read: reads an answer as a feed of any kind.

    Raises:
        FeedError: the address itself cannot be fetched.
    """
    first = get(url)
    itself = _candidate(first, read)
    if itself is not None:
        return (itself,)
    if not looks_like_page(first.body):
        return ()
    for step in _steps(first, get):
        found = tuple(one for one in (_tried(address, get, read) for address in step[:MAX_TRIED]) if one is not None)
        if found:
            return tuple({one.url: one for one in found}.values())
    return ()


def _steps(page: Response, get: Get) -> Iterator[tuple[str, ...]]:
    """Yield the addresses of each step; what a step needs is fetched when it is reached."""
    yield declared(page.body, url=page.url, content_type=page.content_type)
    yield linked(page.body, url=page.url, content_type=page.content_type)
    robots = _got(urljoin(page.url, "/robots.txt"), get)
    listed = news_sitemaps(robots.body.decode("utf-8", "replace"), page.url) if robots is not None else ()
    for step in (listed, GUESSES, SITEMAP_GUESSES):
        yield tuple(urljoin(page.url, place) for place in step)


def _got(url: str, get: Get) -> Response | None:
    try:
        answer = get(url)
    except FeedError:
        return None
    return answer if answer.status == 200 else None


def _tried(url: str, get: Get, read: Read) -> Candidate | None:
    answer = _got(url, get)
    return _candidate(answer, read) if answer is not None else None


def _candidate(answer: Response, read: Read) -> Candidate | None:
    if answer.status != 200:
        return None
    try:
        reading = read(answer)
    except FeedError:
        return None
    times = [entry.published_at for entry in reading.entries if entry.published_at is not None]
    return Candidate(
        url=answer.url,
        kind=reading.kind,
        title=reading.title,
        entries=len(reading.entries),
        newest_at=max(times, default=None),
    )

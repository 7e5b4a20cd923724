"""An HTML page watched as a feed, for sites that have none: its links, picked out by a CSS selector, are its entries.

The selector names the links themselves (`main h2 a`) or what holds them (`article.teaser`); in the latter case the first link with
words counts. The words of the link are the title, unless they are such as "Read more" and a heading beside them says it. The text
comes from the article's page.

Links that lead to another outlet are advertisements or partners more often than articles and are left out. Known to be wrong: pages
that are built by scripts, and teasers whose heading is an image without words.
"""

from collections.abc import Iterator

from lxml import html as lxml_html  # type: ignore[import-untyped]

from connectors.feeds.base import Entry, Reading
from connectors.feeds.canonical import canonical_url, outlet_of
from connectors.feeds.failures import UnreadableError
from connectors.feeds.page import MAX_PAGE_BYTES, decode_page
from connectors.feeds.selectors import xpath_of
from connectors.feeds.text import UNWANTED, one_line

HTML_MARKS = (b"<html", b"<!doctype html", b"<body", b"<head")
MAX_LINKS = 500
MAX_TITLE_CHARS = 500
FEW_WORDS = 3  # of a link; a heading beside it says more
HEADINGS = "ancestor-or-self::*[self::article or self::li or self::div][1]//*[self::h1 or self::h2 or self::h3 or self::h4]"


class PageLinks:
    """The kind `page`.

    Args:
        selector: a CSS selector, as `selectors.py` understands it.
    """

    def __init__(self, selector: str) -> None:
        self._path = xpath_of(selector)
        self._selector = selector

    def recognises(self, body: bytes, content_type: str) -> bool:
        """Say whether it is HTML. No page is watched that was not meant to be: `auto` never asks."""
        return "html" in content_type.lower() or looks_like_page(body)

    def read(self, body: bytes, *, url: str, content_type: str) -> Reading:
        """See `base.Feed.read`. A page without a single link that the selector finds is unreadable: the site has changed."""
        tree = parsed(body, url=url, content_type=content_type)
        found = tuple(self._entries(tree, url))
        if not found:
            problem = f"has no link to an article at {self._selector!r}"
            raise UnreadableError(url, problem, "the page may have changed: open it and correct the feed's selector")
        return Reading(
            kind="page",
            entries=_distinct(found)[:MAX_LINKS],
            title=next((one_line(title.text_content()) for title in tree.xpath("//title")), ""),
            link=url,
            language=tree.get("lang"),
        )

    def _entries(self, tree: lxml_html.HtmlElement, url: str) -> Iterator[Entry]:
        base = next((str(href) for href in tree.xpath("//base/@href")), "")
        for element in tree.xpath(self._path):
            anchor = _anchor(element)
            link = canonical_url(anchor.get("href", ""), canonical_url(base, url) or url) if anchor is not None else ""
            if link and link != canonical_url(url) and outlet_of(link) == outlet_of(url):
                yield Entry(link=link, title=_title(anchor)[:MAX_TITLE_CHARS])


def _distinct(entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """Return one entry for each link, with the longest of its titles: an image and a headline lead to one article."""
    best: dict[str, Entry] = {}
    for entry in entries:
        best[entry.link] = max(best.get(entry.link, entry), entry, key=lambda one: len(one.title))
    return tuple(best.values())


def looks_like_page(body: bytes) -> bool:
    """Say whether the beginning of a document is that of HTML."""
    head = body[:4096].lower()
    return any(mark in head for mark in HTML_MARKS)


def parsed(body: bytes, *, url: str, content_type: str) -> lxml_html.HtmlElement:
    """Return the tree of a page; at most `page.MAX_PAGE_BYTES` of it are read.

    Raises:
        UnreadableError: nothing of it can be read.
    """
    markup = UNWANTED.sub("", decode_page(body[:MAX_PAGE_BYTES], content_type))
    parser = lxml_html.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=False)
    try:
        return lxml_html.document_fromstring(markup.encode("utf-8", "replace"), parser=parser)
    except (lxml_html.etree.ParserError, lxml_html.etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableError(url, "is no page that can be read", "open it in a browser; it may be a picture or a PDF") from error


def _anchor(element: lxml_html.HtmlElement) -> lxml_html.HtmlElement | None:
    if element.tag == "a":
        return element
    anchors = element.xpath("ancestor::a[@href] | .//a[@href]")
    return next((anchor for anchor in anchors if anchor.text_content().strip()), anchors[0] if anchors else None)


def _title(anchor: lxml_html.HtmlElement) -> str:
    words = one_line(anchor.text_content())
    if len(words.split()) > FEW_WORDS:
        return words
    beside = (one_line(heading.text_content()) for heading in anchor.xpath(HEADINGS))
    return max((words, next(beside, "")), key=len)

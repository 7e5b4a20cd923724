"""The text of an article's page, without what stands around it, and what the page says of itself.

`trafilatura` finds the text, with readability and jusText to fall back on; comments are left out. Before it, `pruning.py` takes out
the furniture that it is known to take for text (comment forms, "latest posts", newsletter boxes, share bars), named as the common
WordPress themes name it. After it, `furniture.py` drops what is such furniture word for word. Where it finds next to nothing it is
asked again to take more, and then the page's own `articleBody` is looked at. Runs in a worker process that is killed when it takes
too long (`workers.py`).

A date is taken as the page writes it, zone and all: the time of first publication before any of an update, from metadata, JSON-LD,
`itemprop` and `<time>`; where none of them gives one, `htmldate` looks for a day in address and text.

Known to be wrong: furniture in words and class names that nobody listed; pages that are built by scripts have no text here.
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import trafilatura
from htmldate import find_date
from lxml import html as lxml_html  # type: ignore[import-untyped]
from trafilatura.utils import decode_file

from connectors.feeds.base import Page
from connectors.feeds.canonical import canonical_url
from connectors.feeds.failures import UnreadableError
from connectors.feeds.furniture import without_furniture
from connectors.feeds.jsonld import Described, described
from connectors.feeds.paywall import access_of
from connectors.feeds.pruning import prune
from connectors.feeds.text import UNWANTED, one_line

__all__ = ["read_page", "without_furniture"]

MAX_PAGE_BYTES = 3 * 1024 * 1024
FEW_CHARS = 250  # a text this short is looked for again
MAX_DATED_CHARS = 500_000  # of a page that `htmldate` is given: it tries many patterns

CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE)
HEADER_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)
# Where pages write when they were published, best first.
DATE_PATHS = (
    "//meta[@property='article:published_time' or @property='og:article:published_time']/@content",
    "//*[@itemprop='datePublished']/@content",
    "//*[@itemprop='datePublished']/@datetime",
    "//meta[@name='pubdate' or @name='publishdate' or @name='publish-date' or @name='parsely-pub-date']/@content",
    "//meta[@name='dcterms.created' or @name='DC.date.issued' or @name='dc.date' or @name='date']/@content",
    "//article//time[@datetime][1]/@datetime",
)
BYLINE_PATHS = (
    "//meta[@name='author' or @property='article:author' or @name='parsely-author' or @name='byl' or @name='dc.creator']/@content",
    "(//*[@itemprop='author']//*[@itemprop='name'] | //*[@rel='author'])[1]//text()",
    "(//*[contains(concat(' ', normalize-space(@class), ' '), ' byline ')])[1]//text()",
)
SCRIPTS = "//script[contains(@type, 'ld+json')]/text()"
TIER = "//meta[@property='article:content_tier']/@content"
LANGUAGE_PATHS = (
    "//meta[@http-equiv='content-language' or @http-equiv='Content-Language']/@content",
    "//meta[@property='og:locale']/@content",
)
CANONICAL_PATHS = ("//link[@rel='canonical']/@href", "//meta[@property='og:url']/@content")


def read_page(body: bytes, *, url: str, content_type: str = "") -> Page:
    """Return what a page says; at most `MAX_PAGE_BYTES` of it are read.

    Raises:
        UnreadableError: it is not HTML.
    """
    markup = UNWANTED.sub("", decode_page(body[:MAX_PAGE_BYTES], content_type))
    tree = trafilatura.load_html(markup)
    if tree is None:
        raise UnreadableError(url, "is not a page that can be read", "open it in a browser; it may be a picture or a PDF")
    said = described(str(script) for script in tree.xpath(SCRIPTS))
    title = next((one_line(words) for words in tree.xpath("//meta[@property='og:title']/@content") if words.strip()), "")
    tier = next(_found(tree, (TIER,)), "")
    page = Page(
        title=title or said.headline or _headline(tree),
        published=(next(written_dates(tree, said), "") or _day(tree, markup))[:100],
        language=next(_languages(tree, said), None),
        url=url,
        canonical=canonical_url(next(_found(tree, CANONICAL_PATHS), ""), url),
        byline=_byline(tree, said),
        credit=said.agency,
    )
    access = access_of(_article(tree, url, said), said, tier)
    return replace(page, text=access.text, paywalled=access.paywalled, truncated=access.truncated)


def _article(tree: lxml_html.HtmlElement, url: str, said: Described) -> str:
    """Return the text: what is precisely the article, else what may be it, else what the page says that it is; spoils the tree."""
    prune(tree)
    found = _extracted(tree, url, favor_precision=True)
    if len(found) < FEW_CHARS:
        found = max(found, _extracted(tree, url, favor_recall=True), key=len)
    body = without_furniture(said.text)
    return body if len(body) > 2 * len(found) else found


def _extracted(tree: lxml_html.HtmlElement, url: str, **favor: bool) -> str:
    found: Any = trafilatura.bare_extraction(tree, url=url, include_comments=False, **favor)
    return without_furniture(getattr(found, "text", None) or "")


def _languages(tree: lxml_html.HtmlElement, said: Described) -> Iterator[str]:
    yield from (code for code in (tree.get("lang"), tree.get("{http://www.w3.org/XML/1998/namespace}lang"), said.language) if code)
    yield from _found(tree, LANGUAGE_PATHS)


def _byline(tree: lxml_html.HtmlElement, said: Described) -> str:
    """Return whom a page names as author, "" when it names nobody; some write the address of a profile instead of a name."""
    for names in ((", ".join(said.authors),), *((" ".join(_found(tree, (path,))),) for path in BYLINE_PATHS)):
        line = one_line(names[0])
        if line and "://" not in line:
            return line[:200]
    return ""


def _headline(tree: lxml_html.HtmlElement) -> str:
    headings = [*tree.xpath("//h1"), *tree.xpath("//title")]
    return next((words for words in (one_line(heading.text_content()) for heading in headings) if words), "")


def decode_page(body: bytes, content_type: str) -> str:
    """Return a page's characters: as UTF-8 when it is valid (no other text happens to be), else by the header, else by `<meta>`."""
    header = HEADER_CHARSET.search(content_type)
    meta = CHARSET.search(body[:8192])
    named = (header.group(1) if header else "", meta.group(1).decode("ascii", "ignore") if meta else "")
    marked = body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-16" if marked else "utf-8-sig", *named):
        try:
            return body.decode(encoding) if encoding else _undeclared()
        except (UnicodeError, LookupError):
            continue
    return str(decode_file(body))


def _undeclared() -> str:
    raise LookupError


def written_dates(tree: lxml_html.HtmlElement, said: Described) -> Iterator[str]:
    """Yield times of publication as the page writes them, best first."""
    yield from _found(tree, DATE_PATHS[:1])
    if said.published:
        yield said.published
    yield from _found(tree, DATE_PATHS[1:])


def _day(tree: lxml_html.HtmlElement, markup: str) -> str:
    """Return the day of first publication as `htmldate` finds it, "" when it finds none."""
    if len(markup) > MAX_DATED_CHARS:
        return ""
    try:
        return find_date(tree, original_date=True, extensive_search=False) or ""
    except (AttributeError, OverflowError, TypeError, ValueError):  # it meets all that strangers write
        return ""


def _found(tree: lxml_html.HtmlElement, paths: tuple[str, ...]) -> Iterator[str]:
    for path in paths:
        yield from (str(value).strip() for value in tree.xpath(path) if str(value).strip())

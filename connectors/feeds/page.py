"""The text of an article's page, without what stands around it, and what the page says of itself.

`trafilatura` finds the text; comments are left out. Before it, `PRUNED` takes out the furniture that it is known to take for text
(comment forms, "latest posts", newsletter boxes, share bars), named as the common WordPress themes name it. After it, `FURNITURE`
drops lines that are such furniture word for word; both lists are in `furniture.py`. Runs in a worker process that is killed when it
takes too long (`workers.py`).

Known to be wrong: furniture in words and class names that nobody listed; pages that are built by scripts have no text here.
"""

import codecs
import json
import re
from collections.abc import Iterator
from typing import Any

import trafilatura
from lxml import html as lxml_html  # type: ignore[import-untyped]
from trafilatura.utils import decode_file

from connectors.feeds.base import Page
from connectors.feeds.canonical import canonical_url
from connectors.feeds.failures import UnreadableError
from connectors.feeds.furniture import PRUNED, without_furniture
from connectors.feeds.text import UNWANTED, one_line

__all__ = ["read_page", "without_furniture"]

MAX_PAGE_BYTES = 3 * 1024 * 1024
MAX_JSON_LD_CHARS = 200_000
MAX_JSON_LD_NODES = 2_000

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
CANONICAL_PATHS = ("//link[@rel='canonical']/@href", "//meta[@property='og:url']/@content")


def read_page(body: bytes, *, url: str, content_type: str = "") -> Page:
    """Return what a page says; at most `MAX_PAGE_BYTES` of it are read.

    Raises:
        UnreadableError: it is not HTML.
    """
    markup = UNWANTED.sub("", decode_page(body[:MAX_PAGE_BYTES], content_type))
    tree = trafilatura.load_html(markup)
    if tree is None:
        raise UnreadableError(url, "is not a page that can be read")
    published = next(written_dates(tree), "")
    language = tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang")
    title = next((one_line(words) for words in tree.xpath("//meta[@property='og:title']/@content") if words.strip()), "")
    canonical = next(_found(tree, CANONICAL_PATHS), "")
    return Page(
        text=_article(markup, url),
        title=title or _headline(tree),
        published=published[:100],
        language=language,
        url=url,
        canonical=canonical_url(canonical, url),
    )


def _article(markup: str, url: str) -> str:
    found: Any = trafilatura.bare_extraction(markup, url=url, include_comments=False, favor_precision=True, prune_xpath=PRUNED)
    return without_furniture(getattr(found, "text", None) or "")


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


def written_dates(tree: lxml_html.HtmlElement) -> Iterator[str]:
    """Yield times of publication as the page writes them, best first."""
    yield from _found(tree, DATE_PATHS[:1])
    for text in tree.xpath("//script[@type='application/ld+json']/text()")[:20]:
        yield from _json_ld_dates(text[:MAX_JSON_LD_CHARS])
    yield from _found(tree, DATE_PATHS[1:])


def _found(tree: lxml_html.HtmlElement, paths: tuple[str, ...]) -> Iterator[str]:
    for path in paths:
        yield from (str(value).strip() for value in tree.xpath(path) if str(value).strip())


def _json_ld_dates(text: str) -> Iterator[str]:
    try:
        waiting: list[Any] = [json.loads(text)]
    except (ValueError, RecursionError):
        return
    for _ in range(MAX_JSON_LD_NODES):
        if not waiting:
            return
        node = waiting.pop()
        if isinstance(node, list):
            waiting.extend(node)
        elif isinstance(node, dict):
            if isinstance(node.get("datePublished"), str):
                yield node["datePublished"].strip()
            waiting.extend(value for value in node.values() if isinstance(value, dict | list))

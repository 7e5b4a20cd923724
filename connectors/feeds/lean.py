"""A quick way through ordinary RSS 2.0 and Atom 1.0, which gives what `feedparser` gives or nothing at all.

`feedparser` is the truth for what a feed says, and slow: ten to forty milliseconds for a feed of usual size. Nearly all feeds are
well-formed documents of a few dozen element names. `parse` reads those with libxml2 and returns the part of feedparser's result
that `rss_atom.py` looks at; for any document in which it meets a name, an attribute, an order or an encoding that it has not been
taught, it returns None, and feedparser reads the document. So what it does not know costs time, never content.

Taught means: feedparser's handlers for these names were read (6.0.11 to 6.0.14) and their effect on the keys below is written here
again, odd ones included: a guid is a link unless it says otherwise, text that was encoded as UTF-8 twice is mended, characters
of windows-1252 in a place for controls are replaced. `test_lean.py` compares both over many variations, and
`tests/benchmarks/bench_feeds_parse.py` over feedparser's own test files.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from typing import Any

from lxml import etree  # type: ignore[import-untyped]

from connectors.feeds.canonical import joined
from connectors.feeds.dates import parse_time
from connectors.feeds.lean_encoding import encoding_of
from connectors.feeds.lean_names import (
    ATOM,
    ATOM_INERT,
    CONTENT,
    DC,
    EXTENSIONS,
    FORBIDDEN_ATTRIBUTES,
    HTML_TYPES,
    INSIDE,
    PLAIN_RELATIONS,
    RSS_INERT,
    SYNDICATION,
    THREADING,
    XML_LANG,
)

Raw = dict[str, Any]
Handler = Callable[["_Reader", Raw, Any], None]

WEB_ADDRESS = re.compile(r"https?://[A-Za-z0-9][^\s;\\\x00-\x20]*")
# Places for controls, which feedparser reads as windows-1252.
WINDOWS_1252 = {code: bytes([code]).decode("cp1252") for code in range(0x80, 0xA0) if code not in {0x81, 0x8D, 0x8F, 0x90, 0x9D}}
CONTROLS = re.compile("[\x80-\x9f]")


class _UnknownError(Exception):
    """Something that this reader has not been taught."""


def parse(body: bytes, *, url: str, content_type: str) -> Mapping[str, Any] | None:
    """Return what `feedparser.parse` returns of a document, for the keys that `rss_atom.py` reads; None when it has to be asked.

    Args:
        body: the document, entity declarations ruled out (`xml_guard.py`).
        url: where it came from.
        content_type: the response header.
    """
    encoding = encoding_of(body, content_type)
    if encoding is None:
        return None
    parser = etree.XMLParser(
        encoding="utf-8",
        no_network=True,
        resolve_entities=False,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
        huge_tree=False,
    )
    try:
        text = body.decode(encoding)
        root = etree.fromstring(body if encoding == "utf-8" else text.encode(), parser)
        return _Reader(url).document(root)
    except (_UnknownError, UnicodeError, etree.XMLSyntaxError, ValueError):
        return None


class _Reader:
    """Reads one document."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._language: str | None = None

    def document(self, root: Any) -> Raw:
        """Return the document; raise `_UnknownError` when it is not of the ordinary kind."""
        if root.getroottree().docinfo.doctype:
            raise _UnknownError
        if root.tag == "rss":
            return self._rss(root)
        if root.tag == f"{ATOM}feed":
            return self._atom(root)
        raise _UnknownError

    def _rss(self, root: Any) -> Raw:
        _check(root, {"version"})
        if len(root) != 1 or root[0].tag != "channel":
            raise _UnknownError
        feed: Raw = {}
        entries: list[Raw] = []
        _check(root[0], ())
        for element in root[0]:
            if element.tag == "item":
                entries.append(self._filled({}, element, RSS_ITEM))
            elif element.tag == "image":
                _only(element, {"url", "title", "link", "width", "height", "description"})
            else:
                self._one(feed, element, RSS_CHANNEL)
        return {"feed": feed, "entries": entries, "version": "rss20"}

    def _atom(self, root: Any) -> Raw:
        _check(root, {XML_LANG})
        feed: Raw = {}
        self._language = root.get(XML_LANG) or None
        if self._language is not None:
            if "_" in self._language:
                raise _UnknownError
            feed["language"] = self._language
        entries: list[Raw] = []
        for element in root:
            if element.tag == f"{ATOM}entry":
                entries.append(self._filled({}, element, ATOM_ENTRY))
            else:
                self._one(feed, element, ATOM_FEED)
        return {"feed": feed, "entries": entries, "version": "atom10"}

    def _filled(self, raw: Raw, parent: Any, handlers: Mapping[str, Handler]) -> Raw:
        _check(parent, ())
        for element in parent:
            self._one(raw, element, handlers)
        return raw

    def _one(self, raw: Raw, element: Any, handlers: Mapping[str, Handler]) -> None:
        handler = handlers.get(element.tag)
        if handler is not None:
            handler(self, raw, element)
        elif element.tag in EXTENSIONS or element.tag in (RSS_INERT if handlers in (RSS_ITEM, RSS_CHANNEL) else ATOM_INERT):
            _inert(element)
        else:
            raise _UnknownError

    def put(self, raw: Raw, key: str, value: str) -> None:
        """Set a key that must not be there yet."""
        if key in raw:
            raise _UnknownError
        raw[key] = value

    def detail(self, element: Any, default_type: str) -> Raw:
        """Return a text with its type and language."""
        return {"value": words(element), "type": default_type, "language": self._language}

    def title(self, raw: Raw, element: Any) -> None:
        """A headline, in RSS or Atom."""
        _check(element, {"type"} if element.tag.startswith(ATOM) else ())
        if element.get("type", "text") not in {"text", "html"}:
            raise _UnknownError
        detail = self.detail(element, "text/plain")
        self.put(raw, "title", detail["value"])
        raw["title_detail"] = detail

    def description(self, raw: Raw, element: Any) -> None:
        """RSS: a summary, which is HTML."""
        _check(element, ())
        detail = self.detail(element, "text/html")
        if "summary_detail" in raw:
            raise _UnknownError
        raw["summary"], raw["summary_detail"] = detail["value"], detail

    def encoded(self, raw: Raw, element: Any) -> None:
        """RSS: the whole text, which is HTML."""
        _check(element, ())
        detail = self.detail(element, "text/html")
        if "content" in raw:
            raise _UnknownError
        raw["content"] = [detail]
        raw.setdefault("summary", detail["value"])

    def atom_summary(self, raw: Raw, element: Any) -> None:
        """Atom: a summary, plain unless it says otherwise."""
        detail = self._atom_text(element)
        if "summary_detail" in raw:
            raise _UnknownError
        raw["summary"], raw["summary_detail"] = detail["value"], detail

    def atom_content(self, raw: Raw, element: Any) -> None:
        """Atom: the whole text, plain unless it says otherwise."""
        detail = self._atom_text(element)
        if "content" in raw:
            raise _UnknownError
        raw["content"] = [detail]
        raw.setdefault("summary", detail["value"])

    def _atom_text(self, element: Any) -> Raw:
        _check(element, {"type"})
        kind = element.get("type", "text").lower()
        if kind not in HTML_TYPES and kind != "text":
            raise _UnknownError
        return self.detail(element, "text/html" if kind in HTML_TYPES else "text/plain")

    def time(self, raw: Raw, element: Any, key: str) -> None:
        """A time, where we can read it ourselves."""
        _check(element, ())
        value = words(element)
        if parse_time(value) is None:
            raise _UnknownError
        self.put(raw, key, value)

    def published(self, raw: Raw, element: Any) -> None:
        """`pubDate` or `published`."""
        self.time(raw, element, "published")

    def updated(self, raw: Raw, element: Any) -> None:
        """`updated`."""
        self.time(raw, element, "updated")

    def rss_link(self, raw: Raw, element: Any) -> None:
        """RSS: the address is the text. One that an Atom link or a guid gave before is replaced."""
        _check(element, ())
        if "_link" in raw:
            raise _UnknownError
        raw["link"] = raw["_link"] = self.address(words(element))

    def atom_link(self, raw: Raw, element: Any) -> None:
        """An Atom link, in Atom or in RSS; those of other relations say nothing that we look at."""
        _check(element, {"rel", "href", "type", "title", "length", "hreflang", f"{THREADING}count", f"{THREADING}updated"})
        if element.get("href") is None:
            raise _UnknownError
        relation = element.get("rel", "alternate").lower()
        if relation in PLAIN_RELATIONS:
            return
        if relation != "alternate" or element.get("type", "text/html").lower() not in {"text/html", "application/xhtml+xml"}:
            raise _UnknownError
        raw["link"] = self.address(element.get("href"))

    def guid(self, raw: Raw, element: Any) -> None:
        """RSS: an id, which is a link too unless it says otherwise."""
        _check(element, {"isPermaLink"})
        value = words(element)
        if element.get("isPermaLink", "true") == "true" and value:
            value = self.address(value)
            raw.setdefault("link", value)
        self.put(raw, "id", value)

    def atom_id(self, raw: Raw, element: Any) -> None:
        """Atom: an id, which is the link of an entry that gives none."""
        _check(element, ())
        value = words(element)
        if not re.match(r"(https?://[a-z0-9]|tag:|urn:)", value):
            raise _UnknownError
        value = joined(self._url, value)
        raw.setdefault("link", value)
        self.put(raw, "id", value)

    def address(self, written: str) -> str:
        """Return an address on the web as feedparser does."""
        if WEB_ADDRESS.fullmatch(written) is None:
            raise _UnknownError
        return joined(self._url, written.replace("&amp;", "&"))

    def source(self, raw: Raw, element: Any) -> None:
        """RSS: the outlet that an entry credits."""
        _check(element, {"url"})
        if "source" in raw or "title" not in raw:
            raise _UnknownError
        raw["source"] = {"href": element.get("url"), "title": words(element)}

    def author(self, raw: Raw, element: Any) -> None:
        """RSS: an author. `feedparser` takes an address of mail in it apart."""
        value = words(element)
        if "@" in value:
            raise _UnknownError
        raw["author"] = value

    def atom_author(self, raw: Raw, element: Any) -> None:
        """Atom: an author."""
        _inert(element)
        names = element.findall(f"{ATOM}name")
        if len(names) != 1 or element.find(f"{ATOM}email") is not None or not words(names[0]):
            raise _UnknownError
        raw["author"] = words(names[0])

    def language(self, raw: Raw, element: Any) -> None:
        """RSS: the language of the feed."""
        _check(element, ())
        self.put(raw, "language", words(element))

    def kept(self, raw: Raw, element: Any) -> None:
        """A hint about polling."""
        _check(element, ())
        self.put(raw, HINT_KEYS[element.tag], words(element))

    def hours(self, raw: Raw, element: Any) -> None:  # noqa: ARG002 they are read from the bytes
        """Hours or days to skip."""
        _only(element, {"hour", "day"})

    def feed_description(self, raw: Raw, element: Any) -> None:
        """What a feed says of itself, which we do not look at."""
        _check(element, {"type"})
        self.put(raw, "subtitle", words(element))


HINT_KEYS = {"ttl": "ttl", f"{SYNDICATION}updatePeriod": "sy_updateperiod", f"{SYNDICATION}updateFrequency": "sy_updatefrequency"}
RSS_ITEM: dict[str, Handler] = {
    "title": _Reader.title,
    "link": _Reader.rss_link,
    "guid": _Reader.guid,
    "description": _Reader.description,
    f"{CONTENT}encoded": _Reader.encoded,
    "pubDate": _Reader.published,
    "source": _Reader.source,
    "author": _Reader.author,
    f"{DC}creator": _Reader.author,
    f"{ATOM}link": _Reader.atom_link,
}
RSS_CHANNEL: dict[str, Handler] = {
    "title": _Reader.title,
    "link": _Reader.rss_link,
    "description": _Reader.feed_description,
    "language": _Reader.language,
    "pubDate": _Reader.published,
    "skipHours": _Reader.hours,
    "skipDays": _Reader.hours,
    f"{ATOM}link": _Reader.atom_link,
    **dict.fromkeys(HINT_KEYS, _Reader.kept),
}
ATOM_ENTRY: dict[str, Handler] = {
    f"{ATOM}title": _Reader.title,
    f"{ATOM}link": _Reader.atom_link,
    f"{ATOM}id": _Reader.atom_id,
    f"{ATOM}summary": _Reader.atom_summary,
    f"{ATOM}content": _Reader.atom_content,
    f"{ATOM}published": _Reader.published,
    f"{ATOM}updated": _Reader.updated,
    f"{ATOM}author": _Reader.atom_author,
}
ATOM_FEED: dict[str, Handler] = {
    f"{ATOM}title": _Reader.title,
    f"{ATOM}link": _Reader.atom_link,
    f"{ATOM}id": _Reader.atom_id,
    f"{ATOM}updated": _Reader.updated,
    f"{ATOM}subtitle": _Reader.feed_description,
    **{name: _Reader.kept for name in HINT_KEYS if name.startswith(SYNDICATION)},
}


def words(element: Any) -> str:
    """Return the text of an element without children, mended as feedparser mends it."""
    if len(element):
        raise _UnknownError
    value = (element.text or "").strip()
    if not value.isascii():
        with suppress(UnicodeError):
            value = value.encode("latin-1").decode("utf-8")
        if CONTROLS.search(value):
            value = value.translate(WINDOWS_1252)
    return value


def _check(element: Any, allowed: Iterable[str]) -> None:
    if element.attrib and not set(element.attrib) <= set(allowed):
        raise _UnknownError


def _only(element: Any, names: frozenset[str] | set[str]) -> None:
    """Raise `_UnknownError` unless an element's children have these names and no children of their own."""
    _check(element, ())
    for child in element:
        if child.tag not in names or len(child) or child.attrib:
            raise _UnknownError


def _inert(element: Any) -> None:
    for one in element.iter():
        if (
            not FORBIDDEN_ATTRIBUTES.isdisjoint(one.attrib)
            or XML_LANG in one.attrib
            or (one is not element and one.tag not in INSIDE)
        ):
            raise _UnknownError

"""RSS 0.9x, 1.0, 2.0 and Atom, read by `feedparser` from bytes that we fetched.

`feedparser` is the truth for what a feed says: it knows the dialects, finds the encoding (header, declaration, guess, in the order
of RFC 7303), and reads feeds that are not well-formed as far as they go, entry by entry (`salvage.py`). Ordinary feeds are read
by `lean.py`, which gives the same or nothing. `feedparser` never gets a URL or a path, only a stream, since it would open either.
Its sanitiser is off: markup becomes plain text here and no HTML goes further.

Known to be wrong: the last entry of a document that was cut off may be short; its next version corrects it.
"""

import io
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from html import unescape
from typing import Any
from urllib.parse import urljoin

import feedparser

from connectors.feeds import lean
from connectors.feeds.base import Entry, FeedKind, Quarantined, Reading
from connectors.feeds.canonical import joined
from connectors.feeds.dates import parse_time
from connectors.feeds.failures import UnreadableError
from connectors.feeds.salvage import is_broken, is_swallowed, salvaged
from connectors.feeds.text import clean, plain_line, plain_text
from connectors.feeds.xml_guard import refuse_entities, root_name

ROOTS = frozenset({"rss", "rdf:rdf", "feed", "channel", "rdf"})
MARKS = (b"<rss", b"<rdf:RDF", b"<feed", b"<channel")
DIRTY_BYTES = 16 * 1024  # how far warnings of a broken server may stand before the feed
SKIP_HOURS = re.compile(rb"<skipHours>(.{0,4000}?)</skipHours>", re.IGNORECASE | re.DOTALL)
SKIP_DAYS = re.compile(rb"<skipDays>(.{0,4000}?)</skipDays>", re.IGNORECASE | re.DOTALL)
VALUE = re.compile(rb"<(?:hour|day)>\s*([0-9A-Za-z]{1,10})\s*<", re.IGNORECASE)
LINK = re.compile(rb"<(?:[A-Za-z0-9_.-]{1,20}:)?link\s([^<>]{1,2000})>")
ATTRIBUTE = re.compile(rb"([A-Za-z:]{1,20})\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
HEAD_BYTES = 64 * 1024
MALFORMED = (AttributeError, KeyError, OverflowError, TypeError, ValueError)


class RssAtom:
    """The kinds `rss` and `atom`."""

    def recognises(self, body: bytes, content_type: str) -> bool:  # noqa: ARG002 servers say text/html of feeds
        """Say whether the root element is one of RSS or Atom, dirt before it left out."""
        if root_name(body) in ROOTS:
            return True
        head = body[: 2 * DIRTY_BYTES].replace(b"\0", b"")[:DIRTY_BYTES]
        return root_name(body) != "html" and any(mark in head for mark in MARKS)

    def read(self, body: bytes, *, url: str, content_type: str) -> Reading:
        """See `base.Feed.read`."""
        refuse_entities(body, url=url, content_type=content_type)
        document = parse_any(body, url=url, content_type=content_type)
        if is_broken(document) or is_swallowed(body):
            document = salvaged(body, document, partial(parse_any, url=url, content_type=content_type))
        if not document.get("version") and not document["entries"]:
            raise UnreadableError(url, "is neither RSS nor Atom", "open it in a browser and look for the feed's address")
        hub, topic = hub_of(body, url)
        return replace(adapted(document, url, hints_of(document["feed"], body)), hub=hub, topic=topic)


def parse_any(body: bytes, *, url: str, content_type: str) -> Mapping[str, Any]:
    """Return what `feedparser` makes of a document, quickly where that can be."""
    document = lean.parse(body, url=url, content_type=content_type)
    return document if document is not None else parse(body, url=url, content_type=content_type)


def parse(body: bytes, *, url: str, content_type: str) -> Mapping[str, Any]:
    """Return what `feedparser` makes of a document."""
    headers = {"content-location": url} | ({"content-type": content_type} if content_type else {})
    found: Mapping[str, Any] = feedparser.parse(
        io.BytesIO(body), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
    )
    return found


def hub_of(body: bytes, url: str) -> tuple[str, str]:
    """Return the hub that a feed names, and the address that it calls its own (WebSub, section 4); "" for what it does not."""
    found: dict[str, str] = {}
    for element in LINK.findall(body[:HEAD_BYTES]):
        said = {name.decode().lower(): one or two for name, one, two in ATTRIBUTE.findall(element)}
        for relation in said.get("rel", b"").decode("ascii", "ignore").lower().split():
            found.setdefault(relation, _address(said.get("href", b""), url))
    return found.get("hub", ""), found.get("self", "")


def _address(href: bytes, url: str) -> str:
    try:
        found = urljoin(url, unescape(href.decode("utf-8", "replace")).strip())
    except ValueError:
        return ""
    return found if found.startswith(("http://", "https://")) else ""


def hints_of(feed: Mapping[str, Any], body: bytes) -> dict[str, str]:
    """Return what a feed says about polling, by the names of the manners. `feedparser` keeps the last of several hours alone."""
    named = {"ttl": "ttl", "updatePeriod": "sy_updateperiod", "updateFrequency": "sy_updatefrequency"}
    hints = {name: str(feed[key]) for name, key in named.items() if feed.get(key)}
    for name, element in (("skipHours", SKIP_HOURS), ("skipDays", SKIP_DAYS)):
        found = element.search(body)
        if found is not None:
            hints[name] = " ".join(value.decode("ascii") for value in VALUE.findall(found.group(1)))
    return hints


def adapted(document: Mapping[str, Any], url: str, hints: Mapping[str, str]) -> Reading:
    """Return what a document says, in our model."""
    feed = document["feed"]
    entries: list[Entry] = []
    quarantined: list[Quarantined] = []
    for raw in document["entries"]:
        try:
            entries.append(entry_of(raw, url))
        except MALFORMED as error:
            quarantined.append(
                Quarantined(key=str(raw.get("id") or raw.get("link") or "")[:500], reason=f"cannot be read: {error}")
            )
    kind: FeedKind = "atom" if str(document.get("version", "")).startswith("atom") else "rss"
    return Reading(
        kind=kind,
        entries=tuple(entries),
        title=plain_line(feed.get("title", "")),
        link=urljoin(url, feed.get("link", "")),
        language=feed.get("language"),
        quarantined=tuple(quarantined),
        hints=hints,
    )


def entry_of(raw: Mapping[str, Any], url: str) -> Entry:
    """Return what `feedparser` found in one entry, in our model.

    Args:
        raw: one of feedparser's entries.
        url: the feed's address, for relative links.
    """
    link = raw.get("feedburner_origlink") or raw.get("pheedo_origlink") or raw.get("link") or ""
    source = raw.get("source") or {}
    return Entry(
        guid=clean(str(raw.get("id") or ""))[:2000],
        link=joined(url, link.strip()) if link.strip() else "",
        title=plain_line(raw.get("title") or ""),
        text=text_of(raw),
        language=language_of(raw),
        published_at=time_of(raw, "published") or time_of(raw, "updated"),
        outlet_url=source.get("href") or source.get("link") or "",
        byline=plain_line(str(raw.get("author") or ""))[:200],
    )


def language_of(raw: Mapping[str, Any]) -> str | None:
    """Return the language of an entry's text, else of its title, else its own."""
    details = [*(raw.get("content") or ()), raw.get("summary_detail") or {}, raw.get("title_detail") or {}, raw]
    return next((detail["language"] for detail in details if detail.get("language")), None)


def text_of(raw: Mapping[str, Any]) -> str:
    """Return the longest of an entry's contents and summary, as plain text."""
    details = [*(raw.get("content") or ()), *([raw["summary_detail"]] if raw.get("summary_detail") else ())]
    texts = [_words(detail) for detail in details] or [plain_text(raw.get("summary") or "")]
    return max(texts, key=len)


def _words(detail: Mapping[str, Any]) -> str:
    value = detail.get("value") or ""
    return clean(value) if detail.get("type") == "text/plain" and "</" not in value else plain_text(value)


def time_of(raw: Mapping[str, Any], name: str) -> datetime | None:
    """Return a time of an entry with its own zone where we can read it, else as feedparser reads it, in UTC."""
    if name not in raw:  # `get` would give `published` for a missing `updated`
        return None
    written = parse_time(str(raw.get(name) or ""))
    parsed = raw.get(f"{name}_parsed")
    if written is not None or not parsed:
        return written
    year, month, day, hour, minute, second = parsed[:6]
    return datetime(year, month, day, hour, minute, second, tzinfo=UTC)

"""JSON Feed 1.0 and 1.1 (jsonfeed.org/version/1.1).

Values of a wrong type spoil their item and no other. Unlike the specification we take items without an `id`, since many feeds have
such; an `id` that is a number becomes its digits, as the specification asks.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urljoin

from connectors.feeds.base import Entry, Quarantined, Reading
from connectors.feeds.dates import parse_time
from connectors.feeds.failures import UnreadableError
from connectors.feeds.text import clean, plain_line, plain_text

MARK = b"jsonfeed.org/version"
HEAD_BYTES = 4096
OTHER = "look for another feed of the site with `sanctionwire feeds test` on its front page"


class JsonFeed:
    """The kind `json`."""

    def recognises(self, body: bytes, content_type: str) -> bool:
        """Say whether it is an object that names JSON Feed, in its text or in the header."""
        is_object = body.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{"
        return is_object and ("feed+json" in content_type.lower() or MARK in body.replace(b"\\/", b"/"))

    def read(self, body: bytes, *, url: str, content_type: str) -> Reading:  # noqa: ARG002 JSON is UTF-8 whatever it says
        """See `base.Feed.read`."""
        document = _loaded(body, url)
        items = document.get("items")
        if not isinstance(items, list):
            raise UnreadableError(url, "is JSON without a list of items, so no JSON Feed", OTHER)
        entries: list[Entry] = []
        quarantined: list[Quarantined] = []
        for item in items:
            try:
                entry = entry_of(item, url)
                entries.append(entry if entry.byline else replace(entry, byline=_authors(document)))
            except (TypeError, ValueError) as error:
                quarantined.append(Quarantined(key=_key(item), reason=f"cannot be read: {error}"))
        return Reading(
            kind="json",
            entries=tuple(entries),
            title=plain_line(_text(document, "title", lenient=True)),
            link=_address(document, "home_page_url", url),
            language=_text(document, "language", lenient=True) or None,
            quarantined=tuple(quarantined),
            hub=_hub(document, url),
            topic=_address(document, "feed_url", url) if document.get("feed_url") else "",
        )


def _loaded(body: bytes, url: str) -> Mapping[str, Any]:
    try:
        document = json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise UnreadableError(url, f"is not JSON: {error}", OTHER) from error
    if not isinstance(document, dict):
        raise UnreadableError(url, "is JSON, but not an object, so no JSON Feed", OTHER)
    return document


def _address(document: Mapping[str, Any], name: str, url: str) -> str:
    """Return an address that a feed gives of itself, "" where it is none."""
    try:
        return urljoin(url, _text(document, name, lenient=True).strip())
    except ValueError:
        return ""


def _hub(document: Mapping[str, Any], url: str) -> str:
    """Return the address of the first WebSub hub that a feed names, "" when it names none."""
    hubs = document.get("hubs")
    named = [hub for hub in hubs if isinstance(hub, dict)] if isinstance(hubs, list) else []
    of_websub = (hub for hub in named if _text(hub, "type", lenient=True).lower() == "websub" and hub.get("url"))
    return next(filter(None, (_address(hub, "url", url) for hub in of_websub)), "")


def entry_of(item: object, url: str) -> Entry:
    """Return one item in our model.

    Raises:
        TypeError: the item or a field of it has a wrong type.
    """
    if not isinstance(item, dict):
        raise TypeError(f"the item is {type(item).__name__}, not an object")
    link = _text(item, "url") or _text(item, "external_url")
    return Entry(
        guid=clean(_identifier(item))[:2000],
        link=urljoin(url, link.strip()) if link.strip() else "",
        title=plain_line(_text(item, "title")),
        text=_body(item),
        language=_text(item, "language") or None,
        published_at=parse_time(_text(item, "date_published")) or parse_time(_text(item, "date_modified")),
        byline=_authors(item),
    )


def _authors(said: Mapping[str, Any]) -> str:
    """Return the names of the `authors` (1.1) or the `author` (1.0) of an item or a feed, "" where there are none."""
    found = said.get("authors")
    people = found if isinstance(found, list) else [said.get("author")]
    names = (plain_line(_text(one, "name", lenient=True)) for one in people if isinstance(one, dict))
    return ", ".join(name for name in names if name)[:200]


def _body(item: Mapping[str, Any]) -> str:
    texts = (plain_text(_text(item, "content_html")), clean(_text(item, "content_text")), clean(_text(item, "summary")))
    return max(texts, key=len)


def _identifier(item: Mapping[str, Any]) -> str:
    value = item.get("id")
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else _text(item, "id")


def _text(item: Mapping[str, Any], name: str, *, lenient: bool = False) -> str:
    value = item.get(name)
    if value is None or (lenient and not isinstance(value, str)):
        return ""
    if not isinstance(value, str):
        raise TypeError(f"{name} is {type(value).__name__}, not text")
    return value


def _key(item: object) -> str:
    named = item if isinstance(item, dict) else {}
    return str(named.get("id") or named.get("url") or "")[:500]

"""Articles from files of this machine, for backfill: a directory, one file, or JSON lines on standard input (`files.py`).

What a file is, its name says, a further `.gz` left out: `.html` and `.htm` are pages, `.xml`, `.rss` and `.atom` feeds, `.jsonl`
and `.ndjson` JSON lines, `.json` a JSON Feed, an object or a list of them, and any other a text whose first line, if a blank one
follows, is its title. A JSON object has `text` or `html`, and if known `title`, `url`, `id`, `language` and `published_at`: what
`extract` reads, and what the topic `articles` holds.

Assumes that whoever can write here may be trusted with names, though not with contents: those are read in a worker like any page.
Known to be wrong: the outlet of an article without a `url` is the feed's id.
"""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urldefrag, urlsplit

from connectors.feeds.base import Entry, Quarantined, Reading
from connectors.feeds.dates import parse_time
from connectors.feeds.failures import UnreadableError
from connectors.feeds.files import LINE_SUFFIXES, LINES, LISTING, STDIN
from connectors.feeds.json_feed import JsonFeed
from connectors.feeds.page import read_page
from connectors.feeds.rss_atom import RssAtom
from connectors.feeds.text import clean, plain_line
from connectors.feeds.unpack import unpacked

MAX_TITLE_CHARS = 300


class Directory:
    """The kind `directory`."""

    def recognises(self, body: bytes, content_type: str) -> bool:  # noqa: ARG002
        """Say no: nothing that comes over the network is of this kind."""
        return False

    def read(self, body: bytes, *, url: str, content_type: str) -> Reading:
        """See `base.Feed.read`."""
        if content_type == LISTING:
            return Reading(kind="directory", entries=(), follow=tuple(body.decode().split("\n")))
        if content_type == LINES:
            return _read_lines(body, url)
        document = unpacked(body, url=url)
        return _reader(url)(document, url)


def _reader(url: str) -> Callable[[bytes, str], Reading]:
    suffixes = [suffix.lower() for suffix in Path(_name(url)).suffixes if suffix.lower() != ".gz"]
    return READERS.get(suffixes[-1] if suffixes else "", _read_text)


def _name(url: str) -> str:
    return unquote(urlsplit(url).path)


def _read_lines(body: bytes, url: str) -> Reading:
    """Read a piece of JSON lines, and say where it goes on; an empty piece is the end."""
    if not body:
        return Reading(kind="directory", entries=())
    address, offset = (STDIN, url.removeprefix(STDIN)) if url.startswith(STDIN) else urldefrag(url)
    end = int(offset or 0) + len(body)
    following = f"{STDIN}{end}" if address == STDIN else f"{address}#{end}"
    return replace(_read_objects(body, url), follow=(following,))


def _read_objects(document: bytes, url: str) -> Reading:
    return _of_objects([_loaded(line) for line in document.splitlines() if line.strip()], url)


def _read_json(document: bytes, url: str) -> Reading:
    if JsonFeed().recognises(document, ""):
        return JsonFeed().read(document, url=url, content_type="")
    found = _loaded(document)
    return _of_objects(found if isinstance(found, list) else [found], url)


def _read_xml(document: bytes, url: str) -> Reading:
    return RssAtom().read(document, url=url, content_type="")


def _read_html(document: bytes, url: str) -> Reading:
    return Reading(kind="directory", entries=(_of_page(document, url),))


def _read_text(document: bytes, url: str) -> Reading:
    text = clean(document.decode("utf-8-sig", "replace"))
    head, _, rest = text.partition("\n\n")
    if rest and "\n" not in head and len(head) <= MAX_TITLE_CHARS:
        return Reading(kind="directory", entries=(Entry(guid=_name(url), title=head, text=rest),))
    return Reading(kind="directory", entries=(Entry(guid=_name(url), text=text),))


def _loaded(text: bytes) -> Any:
    try:
        return json.loads(text.decode("utf-8-sig", "replace"), strict=False)
    except (ValueError, RecursionError) as error:
        return UnreadableError("", f"is not JSON: {error}")


def _of_objects(found: list[Any], url: str) -> Reading:
    entries: list[Entry] = []
    quarantined: list[Quarantined] = []
    for number, one in enumerate(found):
        try:
            entries.append(_of_object(one, url))
        except (TypeError, UnreadableError) as error:
            key = one.get("id") or one.get("url") if isinstance(one, dict) else None
            problem = error.problem if isinstance(error, UnreadableError) else str(error)
            quarantined.append(Quarantined(key=str(key or f"{url} object {number}")[:500], reason=problem[:500]))
    return Reading(kind="directory", entries=tuple(entries), quarantined=tuple(quarantined))


def _of_object(found: Any, url: str) -> Entry:
    """Return the entry that an object holds.

    Raises:
        TypeError: it, or a field of it, is of a wrong type, or it has no text.
        UnreadableError: it is no JSON, or its page cannot be read.
    """
    if isinstance(found, UnreadableError):
        raise found
    if not isinstance(found, dict):
        raise TypeError(f"is {type(found).__name__}, no object")
    said = {name: found.get(name) or "" for name in ("text", "html", "title", "url", "id", "language", "published_at")}
    wrong = [name for name, value in said.items() if not isinstance(value, str) and name != "id"]
    if wrong:
        raise TypeError(f"{wrong[0]} is no text")
    if not said["text"] and not said["html"]:
        raise TypeError("has neither text nor html")
    page = _of_page(said["html"].encode(), said["url"] or url) if not said["text"] else Entry()
    return Entry(
        guid=str(said["id"])[:2000] or page.guid,
        link=said["url"] or page.link,
        title=plain_line(said["title"]) or page.title,
        text=clean(said["text"]) or page.text,
        language=said["language"] or page.language,
        published_at=parse_time(said["published_at"]) or page.published_at,
        byline=page.byline,
    )


def _of_page(document: bytes, url: str) -> Entry:
    page = read_page(document, url=url)
    return Entry(
        guid=_name(url) if url.startswith("file:") else "",
        link=page.canonical,
        title=page.title,
        text=page.text,
        language=page.language,
        published_at=parse_time(page.published) if page.published else None,
        byline=page.byline,
    )


READERS: dict[str, Callable[[bytes, str], Reading]] = {
    ".html": _read_html,
    ".htm": _read_html,
    ".xml": _read_xml,
    ".rss": _read_xml,
    ".atom": _read_xml,
    ".json": _read_json,
    **dict.fromkeys(LINE_SUFFIXES, _read_objects),  # those within a .gz
}

"""What GDELT (gdeltproject.org) saw in the last quarter of an hour, in the three forms in which it tells that.

- The article list (GAL): JSON lines, packed with gzip, at `/gdeltv3/gal/YYYYMMDDHHMMSS.gal.json.gz`; fields `url`, `title`, `desc`,
  `lang`, `date`. Its latest part is also an RSS feed, `/gdeltv3/gal/feed.rss`, which the kind `rss` reads.
- The list of the newest files, `/gdeltv2/lastupdate.txt`: lines of size, checksum and address. The graph among them (`gkg`) is
  followed: a zip with a table of articles, whose last column holds the title.
- The search interface, `api/v2/doc/doc?query=...&mode=artlist&format=json`: an object with `articles`.

GDELT gives no text, so that pages are fetched: from many hosts, one after the other. A narrow query is the polite way to use it.
The outlet is that of the article's address. Times are when GDELT saw an article (UTC), not when it was published, and are left out,
so that the page says it; GAL's `date` is the publisher's where it knows it and is left out for the same reason.

Known to be wrong: language names of the search interface ("Greek") are no codes and say nothing here.
"""

import csv
import html
import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from connectors.feeds.base import Entry, Quarantined, Reading
from connectors.feeds.canonical import canonical_url, outlet_of
from connectors.feeds.failures import UnreadableError
from connectors.feeds.text import clean, plain_line
from connectors.feeds.unpack import beginning, unpacked

GKG_COLUMNS = 27
GKG_URL, GKG_EXTRAS = 4, 26
GKG_TITLE = re.compile(r"<PAGE_TITLE>(.{0,2000}?)</PAGE_TITLE>", re.DOTALL)
FILE_LINE = re.compile(rb"\d{1,12} [0-9a-f]{32} (http\S{1,500})\s*")
GKG_ROW = re.compile(rb"\d{14}-[T\d]\d*\t\d{14}\t")
MAX_FIELD_CHARS = 10_000_000


class Gdelt:
    """The kind `gdelt`."""

    def recognises(self, body: bytes, content_type: str) -> bool:  # noqa: ARG002 these are served as octets
        """Say whether it is one of the forms."""
        return _form(beginning(body)) is not None

    def read(self, body: bytes, *, url: str, content_type: str) -> Reading:  # noqa: ARG002
        """See `base.Feed.read`."""
        document = unpacked(body, url=url)
        form = _form(document)
        if form is None:
            raise UnreadableError(
                url, "is none of GDELT's lists", "take lastupdate.txt, a .gal.json.gz or a search in mode artlist"
            )
        return form(document, url)


def _form(document: bytes) -> Callable[[bytes, str], Reading] | None:
    head = document[:4096].lstrip()
    if FILE_LINE.match(head):
        return _files
    if GKG_ROW.match(head):
        return _graph
    if head.startswith(b"{") and b'"articles"' in head[:200]:
        return _search
    line = head.partition(b"\n")[0]
    return _list if line.startswith(b"{") and all(mark in head for mark in (b'"url"', b'"title"', b'"date"', b'"lang"')) else None


def _files(document: bytes, url: str) -> Reading:
    """Follow the graph files of a list, as far as they are GDELT's own."""
    addresses = (canonical_url(found.decode("ascii", "ignore"), url) for found in FILE_LINE.findall(document))
    ours = (one for one in addresses if one and ".gkg.csv" in urlsplit(one).path and outlet_of(one) == outlet_of(url))
    return Reading(kind="gdelt", entries=(), follow=tuple(ours))


def _graph(document: bytes, url: str) -> Reading:
    csv.field_size_limit(MAX_FIELD_CHARS)
    rows = csv.reader(document.decode("utf-8", "replace").splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    return _reading((_of_row(row) for row in rows), url)


def _of_row(row: list[str]) -> Mapping[str, Any]:
    if len(row) < GKG_COLUMNS:
        return {"url": row[GKG_URL] if len(row) > GKG_URL else "", "problem": f"has {len(row)} columns of {GKG_COLUMNS}"}
    title = GKG_TITLE.search(row[GKG_EXTRAS])
    return {"url": row[GKG_URL], "title": html.unescape(title[1]) if title is not None else ""}


def _list(document: bytes, url: str) -> Reading:
    return _reading((_loaded(line) for line in document.splitlines() if line.strip()), url)


def _search(document: bytes, url: str) -> Reading:
    found = _loaded(document).get("articles")
    if not isinstance(found, list):
        raise UnreadableError(url, "has no list of articles", "open it in a browser: GDELT says there what is wrong with a query")
    return _reading(iter(found), url)


def _loaded(text: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(text.decode("utf-8", "replace"), strict=False)
    except (ValueError, RecursionError) as error:
        return {"problem": f"is not JSON: {error}"}
    return found if isinstance(found, dict) else {"problem": "is no object"}


def _reading(found: Iterator[Any], url: str) -> Reading:
    entries: list[Entry] = []
    quarantined: list[Quarantined] = []
    for one in found:
        said = one if isinstance(one, dict) else {"problem": "is no object"}
        entry = _entry(said)
        if entry.link:
            entries.append(entry)
        else:
            problem = str(said.get("problem", "has no address on the web"))
            quarantined.append(Quarantined(key=str(said.get("url", ""))[:500], reason=problem[:500]))
    if quarantined and not entries:
        raise UnreadableError(
            url, f"has {len(quarantined)} entries, none of which can be read", "open it in a browser: it may be another list"
        )
    return Reading(kind="gdelt", entries=tuple(entries), quarantined=tuple(quarantined), title="GDELT")


def _entry(said: Mapping[str, Any]) -> Entry:
    words = {name: value for name, value in said.items() if isinstance(value, str)}
    if "problem" in words:
        return Entry()
    return Entry(
        link=canonical_url(words.get("url", "")),
        title=plain_line(words.get("title", "")),
        text=clean(words.get("desc", "")),
        language=words.get("lang"),
    )

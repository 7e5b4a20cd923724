"""Entries read one by one, where the document as a whole is not well-formed, so that a broken entry spoils no other.

A document can be well-formed by chance and broken all the same: a CDATA section that nobody closed ends where that of the next
entry does, and what stands between becomes words. `is_swallowed` knows that by the ends of entries in CDATA (in which a section
begins anew; an article that quotes a feed hardly quotes such a piece of it).

`feedparser` goes on in a document that is not well-formed with a parser that guesses. It guesses well within the broken place, and
can take an entry after it for part of it. Here the document is cut before each entry, and each piece is read within the head of the
document: the well-formed ones exactly, the others by guessing, on their own.

Assumes an encoding in which ASCII stands for itself. Known to be wrong: the text of an entry that speaks of `<item>` in CDATA is
cut there; so the caller keeps what the whole document gives when that has more entries.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from xml.sax import SAXException

MAX_PIECES = 1_000
MAX_HEAD_BYTES = 20_000  # it is read again with each piece
OPENING = re.compile(rb"<(item|entry)(?=[\s>])")
OPEN_CDATA, CLOSE_CDATA = b"<![CDATA[", b"]]>"
ENDS = {b"item": b"</channel></rss>", b"entry": b"</feed>"}
ROOTS = {b"item": re.compile(rb"<rss[\s>]"), b"entry": re.compile(rb"<feed[\s>]")}
Parse = Callable[[bytes], Mapping[str, Any]]


def is_broken(document: Mapping[str, Any]) -> bool:
    """Say whether `feedparser` had to guess."""
    return bool(document.get("bozo")) and isinstance(document.get("bozo_exception"), SAXException)


def is_swallowed(body: bytes) -> bool:
    """Say whether a CDATA section of a document holds the end of an entry and the beginning of another section."""
    if body.count(OPEN_CDATA) == body.count(CLOSE_CDATA):
        return False
    return any(OPEN_CDATA in section and (b"</item>" in section or b"</entry>" in section) for section in _sections(body))


def _sections(body: bytes) -> Iterator[bytes]:
    """Yield what each CDATA section holds."""
    start = body.find(OPEN_CDATA)
    while start >= 0:
        end = body.find(CLOSE_CDATA, start)
        end = end if end >= 0 else len(body)
        yield body[start + len(OPEN_CDATA) : end]
        start = body.find(OPEN_CDATA, end)


def salvaged(body: bytes, document: Mapping[str, Any], parse: Parse) -> Mapping[str, Any]:
    """Return a document with its entries read one by one; as it is where that would find fewer, or where it cannot be cut.

    Args:
        body: the document.
        document: what it gave as a whole.
        parse: reads a document of one entry.
    """
    entries: list[Mapping[str, Any]] = []
    for piece in pieces(body):
        # A piece in which no entry is found stands for one without words, which is told of and not passed over.
        entries.extend(parse(piece)["entries"] or [{}])
    return document if len(entries) < len(document["entries"]) else {**document, "entries": entries}


def pieces(body: bytes) -> Iterator[bytes]:
    """Yield documents of one entry each; nothing when the document cannot be cut, or into too many."""
    starts = [found.start() for found in OPENING.finditer(body)]
    if not starts or len(starts) > MAX_PIECES:
        return
    element = OPENING.match(body, starts[0])
    name = element.group(1) if element is not None else b""
    head, closing = body[: starts[0]], b"</" + name + b">"
    if len(head) > MAX_HEAD_BYTES or ROOTS[name].search(head) is None:
        return
    for start, end in zip(starts, [*starts[1:], len(body)], strict=True):
        inner = body[start:end]
        at = inner.find(closing)
        yield head + (inner[: at + len(closing)] if at >= 0 else inner + closing) + ENDS[name]

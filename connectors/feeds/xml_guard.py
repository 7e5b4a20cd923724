"""What is looked at in an XML document before any parser sees it: its root element, and entity declarations, which are refused.

Entities are the way of every XML attack on a reader: billion laughs, quadratic blow-up, files and addresses of the reader's network
(CWE-611, CWE-776). No feed needs to declare one, so a document that does is not parsed. A document type without declarations is
harmless and common (RSS 0.91 has one). Only the prolog is searched: text that speaks of `<!ENTITY` is an article about XML.

NUL bytes are skipped, which reads UTF-16 and UTF-32 as if they were ASCII. Encodings in which ASCII does not stand for itself are
refused, since they would hide a declaration from this look (and from any other).
"""

import re
from collections.abc import Iterator

from connectors.feeds.failures import UnreadableError

PROLOG_BYTES = 64 * 1024
HIDING_ENCODINGS = re.compile(rb"(?:encoding|charset)\s*=\s*[\"']?\s*(utf-?7|hz|iso-?2022|cp?037|ebcdic|ibm)", re.IGNORECASE)
EBCDIC_XML = bytes.fromhex("4c6fa794")  # <?xm in EBCDIC
NAME = re.compile(rb"[A-Za-z_:][\w:.\-]*")


def refuse_entities(body: bytes, *, url: str, content_type: str = "") -> None:
    """Raise `UnreadableError` for a document that declares entities or could hide that it does."""
    if body.startswith(EBCDIC_XML) or HIDING_ENCODINGS.search(content_type.encode() + b"\n" + _prolog(body)[:1024]):
        raise UnreadableError(url, "is in an encoding that can hide what it declares", "ask the publisher to serve UTF-8")
    for declaration in _declarations(_prolog(body)):
        if b"<!entity" in declaration.lower():
            raise UnreadableError(
                url, "declares XML entities, which no feed needs and attacks use", "ask the publisher to do without"
            )


def root_name(body: bytes) -> str:
    """Return the name of the root element in lower case, empty when none is found in the first 64 KiB."""
    prolog = _prolog(body)
    for start in _markup(prolog):
        name = NAME.match(prolog, start + 1)
        if name is not None:
            return name.group().decode("ascii").lower()
    return ""


def _prolog(body: bytes) -> bytes:
    return body[: 4 * PROLOG_BYTES].replace(b"\0", b"")[:PROLOG_BYTES]


def _markup(prolog: bytes) -> Iterator[int]:
    """Yield where each piece of markup of the prolog begins, up to the root element."""
    position = prolog.find(b"<")
    while position >= 0:
        yield position
        end = _end_of(prolog, position)
        position = prolog.find(b"<", end) if end > 0 else -1


def _end_of(prolog: bytes, start: int) -> int:
    """Return where a piece of markup ends, -1 for the root element or when it does not end."""
    for opening, closing in ((b"<?", b"?>"), (b"<!--", b"-->")):
        if prolog.startswith(opening, start):
            end = prolog.find(closing, start + len(opening))
            return end + len(closing) if end >= 0 else -1
    return _end_of_declaration(prolog, start) if prolog.startswith(b"<!", start) else -1


def _end_of_declaration(prolog: bytes, start: int) -> int:
    """Return where `<!DOCTYPE ... [ ... ]>` ends; the end of the prolog when it never does, so that all of it is searched."""
    end = prolog.find(b">", start)
    bracket = prolog.find(b"[", start, end if end >= 0 else len(prolog))
    if bracket >= 0:
        closing = re.compile(rb"\]\s*>").search(prolog, bracket)
        return closing.end() if closing is not None else len(prolog)
    return end + 1 if end >= 0 else len(prolog)


def _declarations(prolog: bytes) -> Iterator[bytes]:
    """Yield each `<!...>` of the prolog. A subset that closes early in a string leaves its rest to be found as further ones."""
    for start in _markup(prolog):
        if prolog.startswith(b"<!", start) and not prolog.startswith(b"<!--", start):
            yield prolog[start : _end_of_declaration(prolog, start)]

"""In which encoding a feed is written, where header and declaration leave no doubt; else feedparser has to find out (`lean.py`)."""

import codecs
import re

# Python names of encodings that both parsers read alike; of others feedparser decides.
ENCODINGS = frozenset({"utf-8", "cp1250", "cp1251", "cp1252", "iso8859-1", "iso8859-2", "iso8859-15", "koi8-r"})
DECLARATION = re.compile(rb"""\s*<\?xml\s[^>]{0,100}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["'][^>]{0,60}\?>""")
NO_DECLARATION = re.compile(rb"""\s*<\?xml\s+version\s*=\s*["']1\.0["']\s*\?>|\s*<(?!\?xml)""")
HEADER_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)
XML_TYPES = frozenset(
    {"", "application/xml", "text/xml", "application/rss+xml", "application/atom+xml", "application/rdf+xml", "text/html"}
)


def encoding_of(body: bytes, content_type: str) -> str | None:
    """Return the Python name of a document's encoding where header and declaration leave no doubt about it, else None."""
    declared = DECLARATION.match(body)
    if declared is None and NO_DECLARATION.match(body) is None:
        return None
    if content_type.partition(";")[0].strip().lower() not in XML_TYPES:
        return None
    header = HEADER_CHARSET.search(content_type)
    inside = _python_name(declared.group(1).decode("ascii")) if declared is not None else "utf-8"
    outside = _python_name(header.group(1)) if header is not None else inside
    return inside if inside == outside and inside in ENCODINGS else None


def _python_name(encoding: str) -> str:
    try:
        return codecs.lookup(encoding).name
    except LookupError:
        return ""

"""Documents that are served as packed files: `.gz` and `.zip`, unpacked within a bound.

`Content-Encoding` is the wire's matter and is undone by `fetch.py`. Sitemaps and GDELT's lists are packed as files, so that their
bytes arrive packed whatever the headers say. A document knows itself by its first bytes. Gzip files may be several in a row, as
`cat a.gz b.gz` writes them; one that is cut off is broken, since nobody can say what is missing.
"""

import io
import zipfile
import zlib

from connectors.feeds.failures import UnreadableError

MAX_UNPACKED_BYTES = 50 * 1024 * 1024  # what sitemaps.org allows a sitemap
GZIP, ZIP = b"\x1f\x8b", b"PK\x03\x04"
GZIP_WINDOW = zlib.MAX_WBITS | 16
HEAD_BYTES = 4096
MAX_RATIO = 200  # real lists pack 5 to 50 times; looked at from `RATIO_FROM_BYTES` on
RATIO_FROM_BYTES = 1 << 20


def unpacked(body: bytes, *, url: str, max_bytes: int = MAX_UNPACKED_BYTES) -> bytes:
    """Return a document without its packing; one that is not packed as it is. Of a zip the first member counts.

    Raises:
        UnreadableError: the packing is broken, or there is more in it than `max_bytes` or `MAX_RATIO` allow.
    """
    most = min(max_bytes, max(RATIO_FROM_BYTES, MAX_RATIO * len(body)))
    try:
        found = _unpack(body, most)
    except (zlib.error, zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError) as error:
        raise UnreadableError(
            url, f"is packed, and the packing is broken: {error}", "tell the publisher; it is tried again"
        ) from error
    if len(found) > most and found is not body:
        raise UnreadableError(url, f"unpacks to more than {most} bytes, from {len(body)}", "leave it out, if it is a bomb")
    return found


def beginning(body: bytes) -> bytes:
    """Return the first bytes of a document without its packing, empty when the packing is broken: to look what it is."""
    try:
        return _unpack(body, HEAD_BYTES)[: 16 * HEAD_BYTES]
    except (zlib.error, zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError):
        return b""


def _unpack(body: bytes, max_bytes: int) -> bytes:
    if body.startswith(GZIP):
        return _gunzipped(body, max_bytes)
    return _unzipped(body, max_bytes) if body.startswith(ZIP) else body


def _gunzipped(body: bytes, max_bytes: int) -> bytes:
    """Return what is in all gzip files of a row, up to one byte more than `max_bytes`; zeros after the last one are padding."""
    parts: list[bytes] = []
    left = max_bytes + 1
    while left > 0 and body.startswith(GZIP):
        one = zlib.decompressobj(GZIP_WINDOW)
        parts.append(one.decompress(body, left))
        left -= len(parts[-1])
        if left > 0 and not one.eof:
            raise EOFError("it is cut off")
        body = one.unused_data.lstrip(b"\0")
    return b"".join(parts)


def _unzipped(body: bytes, max_bytes: int) -> bytes:
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        names = archive.namelist()
        if not names:
            raise zipfile.BadZipFile("it is empty")
        with archive.open(names[0]) as member:
            return member.read(max_bytes + 1)

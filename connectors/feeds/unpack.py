"""Documents that are served as packed files: `.gz` and `.zip`, unpacked within a bound.

`Content-Encoding` is the wire's matter and is undone by `fetch.py`. Sitemaps and GDELT's lists are packed as files, so that their
bytes arrive packed whatever the headers say. A document knows itself by its first bytes.
"""

import io
import zipfile
import zlib

from connectors.feeds.failures import UnreadableError

MAX_UNPACKED_BYTES = 50 * 1024 * 1024  # what sitemaps.org allows a sitemap
GZIP, ZIP = b"\x1f\x8b", b"PK\x03\x04"
GZIP_WINDOW = zlib.MAX_WBITS | 16
HEAD_BYTES = 4096


def unpacked(body: bytes, *, url: str, max_bytes: int = MAX_UNPACKED_BYTES) -> bytes:
    """Return a document without its packing; one that is not packed as it is. Of a zip the first member counts.

    Raises:
        UnreadableError: the packing is broken, or there is more in it than `max_bytes`.
    """
    try:
        found = _unpack(body, max_bytes)
    except (zlib.error, zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError) as error:
        raise UnreadableError(url, f"is packed, and the packing is broken: {error}") from error
    if len(found) > max_bytes:
        raise UnreadableError(url, f"unpacks to more than {max_bytes} bytes")
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
    """Return up to one byte more than `max_bytes`."""
    return zlib.decompressobj(GZIP_WINDOW).decompress(body, max_bytes + 1)


def _unzipped(body: bytes, max_bytes: int) -> bytes:
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        names = archive.namelist()
        if not names:
            raise zipfile.BadZipFile("it is empty")
        with archive.open(names[0]) as member:
            return member.read(max_bytes + 1)

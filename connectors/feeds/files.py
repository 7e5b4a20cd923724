"""Files of this machine, fetched as if a server gave them: what `directory.py` reads. No parser is loaded here.

    path ──get──► listing: one address a line ──directory.py──► follow ──get──► a file, or a piece of JSON lines

Files are taken in the order of their change time (`st_ctime`, which a rename sets too), and the position of the last one is the
listing's validator: a directory that is looked at again gives what is new or changed in it. Standard input is read once. Hidden
files and symbolic links are left out.
"""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote, unquote_to_bytes, urldefrag, urlsplit

from connectors.feeds.base import Validators
from connectors.feeds.failures import OverBudgetError, UnreachableError
from connectors.feeds.fetch import Response

STDIN = "stdin:"
LISTING, LINES = "text/uri-list", "application/x-ndjson"
PIECE_BYTES = 1 << 20
PIECE_LINES = 1000
MAX_LINE_BYTES = 4 << 20
MAX_FILE_BYTES = 20 << 20
MAX_FILES = 100_000  # of one listing; the next one goes on
LINE_SUFFIXES = frozenset({".jsonl", ".ndjson"})


def address_of_path(path: Path) -> str:
    """Return the address of what a feed's `path` names."""
    return STDIN if str(path) == "-" else path.absolute().as_uri()


def get(url: str, *, validators: Validators | None = None, stdin: BinaryIO | None = None) -> Response:
    """Return what there is at an address of this machine, as if it had been fetched: 304 for a directory with nothing new.

    Args:
        url: from `address_of_path`, or one that a reading says to follow.
        validators: of the last listing.
        stdin: what `stdin:` reads; None for our own.

    Raises:
        UnreachableError: there is nothing, or it must not be read.
        OverBudgetError: a file or a line is too long.
    """
    if url.startswith(STDIN):
        return _answer(url, LINES, _piece(stdin if stdin is not None else sys.stdin.buffer, url))
    plain, offset = urldefrag(url)
    path = Path(os.fsdecode(unquote_to_bytes(urlsplit(plain).path)))  # a name may be no UTF-8
    try:
        if offset:
            return _file(path, url, int(offset))
        known = validators if validators is not None and validators.url == url else Validators()
        return _listing(path, url, known.etag or "")
    except OSError as error:
        raise UnreachableError(str(path), f"cannot be read: {error.strerror or error}", "correct the feed's path") from error


def _answer(url: str, content_type: str, body: bytes, **headers: str) -> Response:
    return Response(url=url, status=200, headers={"content-type": content_type, **headers}, body=body)


def _listing(path: Path, url: str, position: str) -> Response:
    files = sorted((f"{status.st_ctime_ns:020} {quote(os.fsencode(file))}", file) for file, status in _files(path))
    new = [one for one in files if one[0] > position][:MAX_FILES]
    if not new:
        return Response(url=url, status=304, headers={"etag": position})
    addresses = "\n".join(f"{file.absolute().as_uri()}#0" for _, file in new)
    return _answer(url, LISTING, addresses.encode(), etag=new[-1][0])


def _files(path: Path) -> Iterator[tuple[Path, os.stat_result]]:
    status = path.stat()
    if not path.is_dir():
        yield path, status
        return
    for folder, folders, names in os.walk(path):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for file in (Path(folder, name) for name in names if not name.startswith(".")):
            if file.is_file() and not file.is_symlink():
                yield file, file.stat()


def _file(path: Path, url: str, offset: int) -> Response:
    with path.open("rb") as stream:
        if path.suffix.lower() in LINE_SUFFIXES:
            stream.seek(offset)
            return _answer(url, LINES, _piece(stream, url))
        body = stream.read(MAX_FILE_BYTES + 1)
    if len(body) > MAX_FILE_BYTES:
        raise OverBudgetError(str(path), f"is longer than {MAX_FILE_BYTES} bytes", "split it, or make JSON lines of it")
    return _answer(url, "", body)


def _piece(stream: BinaryIO, url: str) -> bytes:
    """Return whole lines: `PIECE_LINES` of them, or about `PIECE_BYTES`."""
    lines: list[bytes] = []
    size = 0
    while len(lines) < PIECE_LINES and size < PIECE_BYTES:
        line = stream.readline(MAX_LINE_BYTES)
        if not line:
            break
        if len(line) == MAX_LINE_BYTES:
            raise OverBudgetError(url, f"has a line of more than {MAX_LINE_BYTES} bytes", "is it JSON lines?")
        lines.append(line)
        size += len(line)
    return b"".join(lines)

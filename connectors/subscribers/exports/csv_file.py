"""Alerts appended to a CSV file, a row for each version; each is on the disk before the next is written.

A process that is killed may leave half a row, perhaps in the middle of a quoted cell or of a character. The next one drops the
piece of a character, closes the cell and ends the row, so that the file stays readable; the alert comes again whole.
"""

import codecs
import os
from pathlib import Path
from typing import BinaryIO

from connectors.subscribers.appending import append
from connectors.subscribers.exports.csv_rows import header, row_of
from connectors.subscribers.receivers import Notification, Outcome
from connectors.subscribers.words import NO_NAMES, Names

CHUNK = 1 << 16


class CsvFile:
    """Appends notifications to a file.

    Args:
        path: the file; it and its directory are made if they are not there.
        names: reference names by id.
    """

    def __init__(self, path: Path, names: Names = NO_NAMES) -> None:
        self._path = path
        self._names = names

    def notify(self, notification: Notification) -> Outcome | None:
        """Append it."""
        rows = b"".join(row_of(alert, self._names) for alert in notification.alerts)
        return append(self._path, lambda file: _write(file, rows))


def _write(file: BinaryIO, rows: bytes) -> None:
    if file.tell() == 0:
        file.write(header())
    else:
        _end_row(file)
    file.write(rows)


def _end_row(file: BinaryIO) -> None:
    """End the last row of a file that is open at its end, if it is not ended."""
    half = _after_last_line(file)
    if not half:
        return
    if half.endswith(b"\r"):
        file.write(b"\n")
        return
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    decoder.decode(half)
    piece = len(decoder.getstate()[0])
    file.truncate(file.tell() - piece)
    file.write(b'"\r\n' if half.count(b'"') % 2 else b"\r\n")


def _after_last_line(file: BinaryIO) -> bytes:
    """Return what stands after the last line break."""
    end, found = file.tell(), b""
    while end > 0 and b"\n" not in found:
        start = max(0, end - CHUNK)
        found = os.pread(file.fileno(), end - start, start) + found
        end = start
    return found.rpartition(b"\n")[2]

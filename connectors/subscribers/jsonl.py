"""Alerts appended to a file, one JSON object a line, escaped to ASCII; each line is on the disk before the next is written.

A process that is killed may leave half a line: the next one begins on a line of its own, and the alert comes again under the same
key.
"""

import json
import os
from pathlib import Path
from typing import BinaryIO

from connectors.subscribers.appending import append
from connectors.subscribers.receivers import Notification, Outcome, as_dict
from connectors.subscribers.words import NO_NAMES, Names


class JsonLinesFile:
    """Appends notifications to a file, one line for each alert.

    Args:
        path: the file; it and its directory are made if they are not there.
        names: reference names by id.
    """

    def __init__(self, path: Path, names: Names = NO_NAMES) -> None:
        self._path = path
        self._names = names

    def notify(self, notification: Notification) -> Outcome | None:
        """Append it."""
        lines = "".join(json.dumps(alert) + "\n" for alert in as_dict(notification, self._names)["alerts"])
        return append(self._path, lambda file: _write(file, lines.encode()))


def _write(file: BinaryIO, lines: bytes) -> None:
    if file.tell() and os.pread(file.fileno(), 1, file.tell() - 1) != b"\n":
        file.write(b"\n")
    file.write(lines)

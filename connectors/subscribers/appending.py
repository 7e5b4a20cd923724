"""How receivers that are files write: at the end, and on the disk before the next notification is taken."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from connectors.subscribers.receivers import Outcome


def append(path: Path, write: Callable[[BinaryIO], None]) -> Outcome | None:
    """Open a file at its end and have something written there; return what went wrong.

    Args:
        path: the file; it and its directory are made if they are not there.
        write: is given the file, which can be read and written and stands at its end.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab+") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        return Outcome(retry=True, error=f"cannot be written: {error.strerror}")
    return None

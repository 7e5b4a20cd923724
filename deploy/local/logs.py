"""The end of a log file, fit for a terminal."""

import re
from pathlib import Path

TAIL_BYTES = 16_384
MAX_LINE_CHARS = 300
JAVA_FRAME = re.compile(r"\s+(at |\.\.\. \d+ more)")


def last_lines(path: Path, count: int) -> str:
    """The last lines of a file that say something, without control characters, joined by ` | `; "" if there is no file.

    Blank lines and the frames of Java's stack traces say nothing; the exception above them does.
    """
    try:
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - TAIL_BYTES))
            text = file.read().decode("utf-8", errors="replace")
    except OSError:
        return ""
    lines = [printable(line) for line in text.splitlines() if line.strip() and not JAVA_FRAME.match(line)]
    return " | ".join(lines[-count:])


def printable(line: str) -> str:
    """The line cut to a bearable length, with everything that could steer a terminal replaced."""
    return "".join(char if char.isprintable() else " " for char in line.strip()[:MAX_LINE_CHARS])

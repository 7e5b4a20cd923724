"""The end of a log file, fit for a terminal."""

from pathlib import Path

TAIL_BYTES = 16_384
MAX_LINE_CHARS = 300


def last_lines(path: Path, count: int) -> str:
    """The last lines of a file that are not blank, without control characters, joined by ` | `; "" if there is no file."""
    try:
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - TAIL_BYTES))
            text = file.read().decode("utf-8", errors="replace")
    except OSError:
        return ""
    lines = [printable(line) for line in text.splitlines() if line.strip()]
    return " | ".join(lines[-count:])


def printable(line: str) -> str:
    """The line cut to a bearable length, with everything that could steer a terminal replaced."""
    return "".join(char if char.isprintable() else " " for char in line.strip()[:MAX_LINE_CHARS])

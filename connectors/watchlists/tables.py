"""The words and names beside this module, read once.

A line that begins with `#` is a comment. In a table of columns a tab parts the form from the others.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent


@cache
def word_list(name: str) -> frozenset[str]:
    """Return the words of a file."""
    return frozenset(word for line in _lines(name) for word in line.split())


@cache
def classes(name: str) -> Mapping[str, str]:
    """Return the form of each word of a table, the form itself too; of a word in two rows the first counts."""
    found: dict[str, str] = {}
    for line in _lines(name):
        form, _, others = line.partition("\t")
        for word in (form, *others.split()):
            found.setdefault(word, form)
    return found


def _lines(name: str) -> list[str]:
    text = (HERE / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]

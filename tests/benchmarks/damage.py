"""The same texts, spoilt as feeds spoil them: in lower case, without articles, with words out of order, with a form glued on.

Words move, so labels keep their kinds and actors and lose their offsets. The same record is always spoilt in the same way.
"""

import random
import re
from collections.abc import Callable
from itertools import cycle
from typing import Any

from pipelines.text import sentences

SWAPS = 3  # of neighbouring words, in each sentence
FORMS = (
    " Please enter your comment! Please enter your name here You have entered an incorrect email address!",
    "\n\nLEAVE A REPLY Cancel reply\nComment:\nName:*\nEmail:*\nWebsite:\n"
    "Save my name, email, and website in this browser for the next time I comment.",
    "\nLeave a Comment\nYour email address will not be published. Required fields are marked *\nComment *\nName *\nEmail *",
    "Please enter your comment!\nPlease enter your name here\n\nLATEST POSTS in this category",
)
Record = dict[str, Any]


def lower(record: Record) -> str:
    """Return the text in lower case."""
    return str(record["text"]).lower()


def without_articles(record: Record) -> str:
    """Return the text without "the", "a" and "an", as machines translate from languages that have none."""
    return re.sub(r"\b(?:the|an?) (?=\w)", "", record["text"], flags=re.IGNORECASE)


def out_of_order(record: Record) -> str:
    """Return the text with three neighbouring words swapped in each sentence of seven words and more."""
    text, parts, at = str(record["text"]), [], 0
    chance = random.Random(f"out of order {record['id']}")
    for span in sentences(text):
        parts += [text[at : span.start], _swapped(text[span.start : span.end], chance)]
        at = span.end
    return "".join((*parts, text[at:]))


def _swapped(sentence: str, chance: random.Random) -> str:
    words = sentence.split(" ")
    for _ in range(SWAPS if len(words) > 2 * SWAPS else 0):
        at = chance.randrange(len(words) - 1)
        words[at], words[at + 1] = words[at + 1], words[at]
    return " ".join(words)


def with_form(records: list[Record]) -> list[str]:
    """Return the texts, each with one of the comment forms glued on."""
    return [record["text"] + form for record, form in zip(records, cycle(FORMS), strict=False)]


DAMAGES: dict[str, Callable[[Record], str]] = {
    "lower case": lower,
    "articles dropped": without_articles,
    "three words swapped": out_of_order,
}

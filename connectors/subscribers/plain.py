"""Text of strangers, made safe to print.

A headline can hold escape sequences that repaint a terminal or type into it, marks that turn the reading direction so that a line
says something else, and line breaks that fake a second line. Nothing but visible characters and single spaces is let through.

Not handled: letters of one script that look like those of another (Unicode TR 39); the words stay those of the article.
"""

import unicodedata

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
JOINERS = "\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"  # Persian words and composed emoji need them; they move nothing
DROPPED = "\N{SOFT HYPHEN}"
# Control, format (bidirectional marks are among them), surrogate, private use, unassigned.
HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
MAX_MARKS = 4  # combining marks in a row: more than any script writes, and fewer than climb over the line above


def plain(text: str, limit: int = 600) -> str:
    """Return `text` on one line, with every character that does not show itself replaced, cut to `limit` characters."""
    start = text[: 4 * limit]
    line = " ".join((start if _is_plain(start) else _cleaned(start)).split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def _is_plain(text: str) -> bool:
    """Whether nothing needs a look of its own, as in nearly all texts; a character is printable if its category hides nothing."""
    return text.isprintable() and (text.isascii() or not any(map(unicodedata.combining, text)))


def _cleaned(text: str) -> str:
    return "".join(_few_marks([_shown(character) for character in text]))


def _shown(character: str) -> str:
    if character.isspace() or character == " ":
        return " "
    if character in DROPPED:
        return ""
    if character not in JOINERS and unicodedata.category(character) in HIDDEN_CATEGORIES:
        return REPLACEMENT
    return character


def _few_marks(characters: list[str]) -> list[str]:
    kept, run = [], 0
    for character in characters:
        run = run + 1 if character and unicodedata.combining(character) else 0
        if run <= MAX_MARKS:
            kept.append(character)
    return kept

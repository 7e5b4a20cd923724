"""What of a text is an article, where its sentences are and in which language it is.

`furniture` finds what a page puts around an article: comment forms, menus, breadcrumbs, cookie and newsletter boxes, share bars,
teasers. `sentences` cuts the rest by rules, not by a parser: it runs on every article and decides what a parser has to read.

Assumes plain text whose paragraphs stand on lines of their own. Known to be wrong: a hard-wrapped text whose lines are very uneven
is cut at lines that begin with a capital; an unknown abbreviation before a capital ends a sentence.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

MAX_SENTENCE = 1_500  # characters; a longer run without a full stop is a list or rubbish and is cut at a blank
MIN_LETTERS = 20  # below this the language of a text cannot be told
SURE = 0.80  # probability asked of the language of a short text
SHORT_LETTERS = 100
MAX_LETTERS = 4_000  # the language shows in this much of a text
_FURNITURE = Path(__file__).parent / "furniture.txt"
_SENTENCES = Path(__file__).parent / "sentences.txt"


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a text: `text[start:end]`."""

    start: int
    end: int


def furniture(text: str) -> tuple[Span, ...]:
    """Return the pieces of a text that belong to its page and not to the article, in order and without overlap."""
    return tuple(piece for line in _lines(text) for piece in _furniture_of(text, line))


def _furniture_of(text: str, line: Span) -> Iterator[Span]:
    """Yield the furniture of one line: the whole line, its glued head, or phrases of forms inside it."""
    words = text[line.start : line.end]
    if _is_furniture(words):
        yield from _without_prose(text, line)
        return
    start = line.start
    glued = _glued().match(words)
    if glued is not None:
        start += glued.end()
        yield Span(line.start, start)
    if len(words) > _MAX_FORM_LINE or _hints().isdisjoint(_HINT.findall(words.casefold())):
        return
    for phrase in _phrases().finditer(text, start, line.end):
        yield Span(phrase.start(), phrase.end())


def _is_furniture(words: str) -> bool:
    return len(words) <= _MAX_LINE and (_whole_lines().fullmatch(words.strip()) is not None or _is_menu(words))


def _without_prose(text: str, line: Span) -> Iterator[Span]:
    """Yield a line of furniture without the sentences of an article that were glued into it: "Follow us! Oslo shut its ports."."""
    if "cookie" in text[line.start : line.end].casefold():  # a notice of several sentences, to its end
        yield line
        return
    start = line.start
    for end in (*(gap.end() for gap in _GAP.finditer(text, line.start, line.end)), line.end):
        part = text[start:end]
        if len(part.split()) < _PROSE_WORDS or _is_furniture(part) or part.rstrip()[-1:] not in _STOPS:
            yield Span(start, end)
        start = end


_GAP = re.compile(r"(?<=[.!?])\s+(?=[A-Z\"“])")
_STOPS = (".", "!", "?")
_PROSE_WORDS = 7
_MAX_LINE = 300
_MAX_FORM_LINE = 50_000  # a longer line is no page of a newspaper
_MENU_WORDS = 3


def _lines(text: str) -> Iterator[Span]:
    for line in re.finditer(r"[^\r\n\u2028\u2029]+", text):
        if line[0].strip():
            yield Span(line.start(), line.end())


def _is_menu(line: str) -> bool:
    """Tell whether a line is a menu: three words of menus and more, and they are half of it and more."""
    own = re.findall(r"\w+", line.casefold())
    menu = sum(word in _menu_words() for word in own)
    return menu >= _MENU_WORDS and menu * 2 >= len(own) and not line.rstrip().endswith((".", "!", "?"))


@cache
def _glued() -> re.Pattern[str]:
    """A site's name and a section's, glued to the headline: "GENERICO.ruWorldBiden said"."""
    sections = "|".join(_patterns("section"))
    return re.compile(rf"\s*(?:[\w-]+\.){{1,3}}[a-z]{{2,4}}(?:(?:{sections})(?=[A-Z\"“]|\s))+")


_HINT = re.compile(r"[^\W\d_]+|©")


@cache
def _hints() -> frozenset[str]:
    """Return words one of which every phrase of furniture has: most lines have none and need no closer look."""
    return frozenset(word for row in _patterns("hint") for word in row.split())


@cache
def _menu_words() -> frozenset[str]:
    return frozenset(word for row in _patterns("menu") for word in row.split())


@cache
def _whole_lines() -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in _patterns("line")), re.IGNORECASE)


@cache
def _phrases() -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in _patterns("phrase")), re.IGNORECASE | re.MULTILINE)


def _patterns(kind: str) -> Iterator[str]:
    return _rows(_FURNITURE, kind)


def _rows(file: Path, kind: str) -> Iterator[str]:
    """Yield the second cells of a table's rows whose first cell is `kind`."""
    for row in file.read_text(encoding="utf-8").splitlines():
        name, _, content = row.partition("\t")
        if name == kind:
            yield content


def sentences(text: str) -> tuple[Span, ...]:
    """Return the sentences outside furniture, in order; headlines and fragments count as sentences."""
    return tuple(span for block in _blocks(text) for span in _cut(text, block))


def _blocks(text: str) -> Iterator[Span]:
    """Yield the runs of text between furniture and between lines that end a paragraph."""
    at = 0
    for piece in (*furniture(text), Span(len(text), len(text))):
        yield from _paragraphs(text, Span(at, piece.start))
        at = piece.end


def _paragraphs(text: str, block: Span) -> Iterator[Span]:
    start = block.start
    for gap in _BLANK.finditer(text, block.start, block.end):
        yield from _unwrapped(text, Span(start, gap.start()))
        start = gap.end()
    yield from _unwrapped(text, Span(start, block.end))


_BLANK = re.compile(r"(?:\r\n|\r|\n)[^\S\n\r]*(?:(?:\r\n|\r|\n)[^\S\n\r]*)+")
_BREAK = re.compile(r"\r\n|[\r\n\u2028\u2029]")
_WRAP_LINES = 3
_WRAP_WIDTH = 120


def _unwrapped(text: str, block: Span) -> Iterator[Span]:
    """Yield the lines of a paragraph, or the paragraph whole where its lines are only wrapped."""
    if _is_wrapped(text[block.start : block.end]):
        yield block
        return
    start = block.start
    for line in _BREAK.finditer(text, block.start, block.end):
        if _continues(text, start, line):
            continue
        yield Span(start, line.start())
        start = line.end()
    yield Span(start, block.end)


def _is_wrapped(paragraph: str) -> bool:
    """Tell whether every line is full: the first word of the next line would not have fitted on it."""
    lines = [line.strip() for line in _BREAK.split(paragraph)]
    width = max((len(line) for line in lines), default=0)
    if len(lines) < _WRAP_LINES or width > _WRAP_WIDTH:
        return False
    return all(len(line) + 1 + len(after.split(" ", 1)[0]) > width for line, after in pairwise(lines))


def _continues(text: str, start: int, line: re.Match[str]) -> bool:
    """Tell whether the line after a break goes on with an unfinished one: it begins with a small letter, the text uses capitals."""
    before, after = text[start : line.start()].rstrip(), text[line.end() : line.end() + 1]
    return bool(before) and before[-1] not in '.!?:"”»' and after.islower() and any(letter.isupper() for letter in before)


# An end: marks, closing quotes or brackets, a gap, and the start of the next; or no gap at all where words are glued.
_END = re.compile(r"([.!?…]+)([\"”’'»)\]]*)(\s+)(?=\S)|([.!?])([”\"])(?=[A-Z])|([a-z]{2}[.!?])(?=[A-Z][a-z]+\s)")
_WORD_BEFORE = re.compile(r"(?:[^\W\d_]\.)+$|[\w'’]+\.?$")
_WORD_AFTER = re.compile(r"[\w'’]+")
_LOOK = 40  # characters around an end that are looked at


def _cut(text: str, block: Span) -> Iterator[Span]:
    """Yield the sentences of one paragraph."""
    start = block.start
    for end in _ends(text, block):
        yield from _pieces(text, start, end)
        start = end
    yield from _pieces(text, start, block.end)


def _ends(text: str, block: Span) -> list[int]:
    found = [end.end() for end in _END.finditer(text, block.start, block.end) if _is_end(text, block.start, end)]
    found.extend(mark.start() for mark in _dateline().finditer(text, block.start, block.end))
    return sorted(found)


def _is_end(text: str, start: int, end: re.Match[str]) -> bool:
    if end[1] is None:
        return True
    after = text[end.end() : end.end() + _LOOK].lstrip("\"“‘'«([")
    if end[1] != ".":
        return not (end[2] and after[:1].islower() and _said().match(after))
    return _is_full_stop(text, start, end, after)


def _is_full_stop(text: str, start: int, end: re.Match[str], after: str) -> bool:
    found = _WORD_BEFORE.search(text[max(start, end.start() - _LOOK) : end.start() + 1])
    word = found[0].casefold().rstrip(".") if found is not None else ""
    first = _WORD_AFTER.match(after)
    begins = first is not None and first[0].casefold() in _group("starter") and not after[:1].islower()
    if end.start() - start < _LOOK and _place_and_day().fullmatch(text, start, end.start() + 1):
        return True
    if "." in word:  # "U.S."
        return begins
    if word in _group("abbreviation"):
        return begins and word in _group("may_end")
    return len(word) != 1 or not word.isalpha() or word == "i"


@cache
def _said() -> re.Pattern[str]:
    """'"Never!" she said': the mark ends the quotation, not the sentence."""
    return re.compile(rf"(?:\w+ ){{0,4}}?(?:{'|'.join(_group('saying'))})\b")


@cache
def _dateline() -> re.Pattern[str]:
    """A dateline inside a line begins a sentence: "US President Joe Biden WASHINGTON Dec 31 US President ..."."""
    return re.compile(
        rf"(?<=[a-z)] )(?=[A-Z][A-Z.' -]{{3,30}}(?:, )?(?:\([^)]{{2,30}}\) )?(?:{'|'.join(_group('month'))})[a-z]*\.? \d{{1,2}}\b)"
    )


@cache
def _place_and_day() -> re.Pattern[str]:
    """A dateline with a full stop is a sentence of its own: "RIGA, 14 Oct."."""
    months = "|".join(_group("month"))
    return re.compile(rf"\s*[A-Z][A-Z .'-]+,? (?:\d{{1,2}} (?:{months})[a-z]*|(?:{months})[a-z]*\.? \d{{1,2}})\.")


@cache
def _group(name: str) -> frozenset[str]:
    return frozenset(word for words in _rows(_SENTENCES, name) for word in words.split())


def _pieces(text: str, start: int, end: int) -> Iterator[Span]:
    """Yield the trimmed span, cut at blanks where it is too long."""
    while end - start > MAX_SENTENCE:
        blank = text.rfind(" ", start + MAX_SENTENCE // 2, start + MAX_SENTENCE)
        middle = blank if blank > 0 else start + MAX_SENTENCE
        yield from _trimmed(text, start, middle)
        start = middle
    yield from _trimmed(text, start, end)


def _trimmed(text: str, start: int, end: int) -> Iterator[Span]:
    words = text[start:end]
    body = words.strip()
    if any(letter.isalnum() for letter in body):
        lead = start + len(words) - len(words.lstrip())
        yield Span(lead, lead + len(body))


def detect_language(text: str) -> str:
    """Return the ISO 639-1 code of a text's language, or `und` where the text is too short or too mixed to tell."""
    sample = text[:MAX_LETTERS]
    letters = sum(letter.isalpha() for letter in sample)
    if letters < MIN_LETTERS:
        return "und"
    code, probability = _identifier().classify(sample)
    return str(code) if letters >= SHORT_LETTERS or probability >= SURE else "und"


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)

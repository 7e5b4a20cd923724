"""Plain text out of what feeds and pages carry: HTML to paragraphs, and characters that must not travel taken out.

Feeds put HTML where text is meant and text where HTML is meant; `plain_text` takes both. Paragraphs are parted by one blank line.
Bidirectional controls, zero-width spaces and other invisible marks go: they can make a terminal or a reader show another text than
the one that was analysed (Boucher and Anderson, "Trojan Source", 2021). The joiners U+200C and U+200D stay, for Persian and Indic
scripts are misspelled without them.
"""

import re
from collections.abc import Iterable, Iterator
from html import unescape

from lxml import etree  # type: ignore[import-untyped]
from lxml import html as lxml_html

MAX_HTML_CHARS = 2_000_000
# Elements that end a line of text, by what they do in a browser.
BLOCKS = frozenset(
    {"address", "article", "aside", "blockquote", "caption", "center", "dd", "details", "dialog", "div", "dl", "dt", "fieldset"}
    | {"figcaption", "figure", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "ol", "p", "pre"}
    | {"section", "summary", "table", "tbody", "tfoot", "thead", "tr", "ul"}
)
# Elements whose words are not part of an article.
SILENT = frozenset(
    {"audio", "button", "canvas", "form", "head", "input", "label", "link", "map", "math", "menu", "meta", "nav", "noscript"}
    | {"option", "script", "select", "style", "svg", "template", "textarea", "title", "video"}
)
# One tag as nearly all markup has it. Whatever else begins with "<" is left to the parser.
ATTRIBUTE = r"""\s+[a-zA-Z_:@][\w:.\-]*(?:\s*=\s*(?:"[^"<>]*"|'[^'<>]*'|[^\s"'<>=`]+))?"""
TAG = re.compile(rf"<(/?)([a-zA-Z][a-zA-Z0-9]*)(?:{ATTRIBUTE}){{0,30}}\s*/?>")
LINE = "\ue000"  # ends a line while the markup's own white space means nothing; of private use, so nothing that is written
CELL = frozenset({"td", "th"})
LOOKS_LIKE_HTML = re.compile(r"</?[a-zA-Z][^<>]*>|<!--|&(?:#\d+|#[xX][0-9a-fA-F]+|[a-zA-Z][a-zA-Z0-9]*);")
UNWANTED = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f"  # controls
    "\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"  # invisible, bidirectional
    "\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff\U000e0000-\U000e007f]"  # surrogates, non-characters, tags
)
BLANK_LINES = re.compile(r"\n\n\n+")


def clean(text: str) -> str:
    """Return text without unwanted characters, runs of spaces as one, lines stripped, paragraphs parted by one blank line."""
    return _joined(text.splitlines())


def _joined(lines: Iterable[str]) -> str:
    return BLANK_LINES.sub("\n\n", "\n".join(map(_tidy, lines))).strip()


def _tidy(line: str) -> str:
    """Return a line with single spaces. What is printable has nothing unwanted in it, and most lines are."""
    line = " ".join(line.split())
    return line if line.isprintable() else " ".join(UNWANTED.sub("", line).split())


def one_line(text: str) -> str:
    """Return cleaned text as a single line."""
    return " ".join(clean(text).split())


def plain_text(markup: str) -> str:
    """Return the words of HTML, or of text, as paragraphs; at most `MAX_HTML_CHARS` of it are read."""
    markup = markup[:MAX_HTML_CHARS]
    if not LOOKS_LIKE_HTML.search(markup):
        return clean(markup)
    lines = _untagged(markup)
    if lines is not None:
        return _joined(lines)
    root = _parsed(markup)
    return "" if root is None else clean("".join(_pieces(root)))


def _untagged(markup: str) -> list[str] | None:
    """Return the lines of plain markup, None when it takes a parser to find them.

    Text that an element hides, comments, and anything that is not clearly a tag need the parser.
    """
    hidden = False

    def space(tag: re.Match[str]) -> str:
        nonlocal hidden
        name = tag.group(2).lower()
        hidden = hidden or name in SILENT
        if name in BLOCKS:
            return LINE * 2
        return LINE if name == "br" and not tag.group(1) else " " if name in CELL else ""

    words = TAG.sub(space, markup)
    return None if hidden or "<" in words else unescape(words).split(LINE)


def plain_line(markup: str) -> str:
    """Return the words of HTML, or of text, as one line: for titles."""
    return " ".join(plain_text(markup).split())


def _without_open_comment(markup: str) -> str:
    """Return markup in which a comment that never ends is one tag, so that it does not take the rest of the text with it."""
    start = markup.find("<!--", markup.rfind("-->") + 1)
    return markup if start < 0 else markup[:start] + markup[start:].partition(">")[2]


def _parsed(markup: str) -> lxml_html.HtmlElement | None:
    parser = lxml_html.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=False)
    body = _without_open_comment(UNWANTED.sub("", markup)).encode("utf-8", "replace")
    try:
        return lxml_html.document_fromstring(b"<html><body>" + body, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None


def _pieces(root: lxml_html.HtmlElement) -> Iterator[str]:
    """Yield the words and breaks of a tree in order. White space of the markup itself is one space, as in a browser."""
    silent = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        tag = element.tag if isinstance(element.tag, str) else ""
        silent += (tag in SILENT) * (1 if event == "start" else -1)
        if tag in BLOCKS:
            yield "\n\n"
        elif tag in CELL:
            yield " "
        if event == "start" and tag == "br":
            yield "\n"
        words = element.text if event == "start" else element.tail
        if words and not silent:
            yield re.sub(r"\s+", " ", words)

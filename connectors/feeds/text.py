"""Plain text out of what feeds and pages carry: HTML to paragraphs, and characters that must not travel taken out.

Feeds put HTML where text is meant and text where HTML is meant; `plain_text` takes both. Paragraphs are parted by one blank line.
Bidirectional controls, zero-width spaces and other invisible marks go: they can make a terminal or a reader show another text than
the one that was analysed (Boucher and Anderson, "Trojan Source", 2021). The joiners U+200C and U+200D stay, for Persian and Indic
scripts are misspelled without them.
"""

import re
from collections.abc import Iterator

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
    {"audio", "button", "canvas", "embed", "form", "head", "iframe", "input", "label", "link", "map", "math", "menu", "meta", "nav"}
    | {"noscript", "object", "option", "script", "select", "style", "svg", "template", "textarea", "title", "video"}
)
LOOKS_LIKE_HTML = re.compile(r"</?[a-zA-Z][^<>]*>|<!--|&(?:#\d+|#[xX][0-9a-fA-F]+|[a-zA-Z][a-zA-Z0-9]*);")
LINE_ENDS = re.compile("\r\n?|[\u2028\u2029\x0b\x0c\x85]")
UNWANTED = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f"  # controls
    "\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"  # invisible, bidirectional
    "\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff\U000e0000-\U000e007f]"  # surrogates, non-characters, tags
)
SPACES = re.compile("[\t \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
BLANK_LINES = re.compile(r"\n(?:[ \t]*\n)+")


def clean(text: str) -> str:
    """Return text without unwanted characters, runs of spaces as one, lines stripped, paragraphs parted by one blank line."""
    text = UNWANTED.sub("", LINE_ENDS.sub("\n", text))
    lines = "\n".join(SPACES.sub(" ", line).strip() for line in text.split("\n"))
    return BLANK_LINES.sub("\n\n", lines).strip()


def one_line(text: str) -> str:
    """Return cleaned text as a single line."""
    return " ".join(clean(text).split())


def plain_text(markup: str) -> str:
    """Return the words of HTML, or of text, as paragraphs; at most `MAX_HTML_CHARS` of it are read."""
    markup = markup[:MAX_HTML_CHARS]
    if not LOOKS_LIKE_HTML.search(markup):
        return clean(markup)
    root = _parsed(markup)
    return "" if root is None else clean("".join(_pieces(root)))


def plain_line(markup: str) -> str:
    """Return the words of HTML, or of text, as one line: for titles."""
    return " ".join(plain_text(markup).split())


def _parsed(markup: str) -> lxml_html.HtmlElement | None:
    parser = lxml_html.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=False)
    body = UNWANTED.sub("", markup).encode("utf-8", "replace")
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
        if event == "start" and tag == "br":
            yield "\n"
        words = element.text if event == "start" else element.tail
        if words and not silent:
            yield re.sub(r"\s+", " ", words)

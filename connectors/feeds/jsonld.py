"""What a page says of its article in JSON-LD (schema.org), which search engines make publishers keep right.

Nodes are looked for in every script, list and `@graph`, to a limit. The first node whose `@type` is some kind of article is the
page's own, unless another one follows whose headline is nearer to the top of the document; pages list related articles after it.

Known to be wrong: pages that describe a list of articles and none of their own.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from connectors.feeds.text import one_line, plain_text

MAX_CHARS = 400_000
MAX_SCRIPTS = 20
MAX_NODES = 2_000
MAX_AUTHORS = 10
# Ends of the names of types that are one article: NewsArticle, ReportageNewsArticle, BlogPosting, LiveBlogPosting ...
ARTICLE_TYPES = ("Article", "BlogPosting", "Report", "SocialMediaPosting")


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """What JSON-LD says of an article; empty where it says nothing.

    Attributes:
        published: `datePublished` as it is written.
        headline: plain text.
        text: `articleBody`, paragraphs parted by blank lines.
        language: `inLanguage`, unchecked.
        authors: names of persons and organisations.
        agency: `creditText` or `sourceOrganization`, where given.
        free: whether it can be read without paying; None when it does not say.
        words: `wordCount`, 0 when it does not say.
    """

    published: str = ""
    headline: str = ""
    text: str = ""
    language: str = ""
    authors: tuple[str, ...] = ()
    agency: str = ""
    free: bool | None = None
    words: int = 0


def described(scripts: Iterable[str]) -> Described:
    """Return what scripts of type `application/ld+json` say of the page's article."""
    nodes = [node for number, script in zip(range(MAX_SCRIPTS), scripts, strict=False) for node in nodes_of(script)]
    article = next((node for node in nodes if is_article(node)), None)
    if article is None:
        return Described(published=next((date for node in nodes if (date := _text(node, "datePublished"))), ""))
    return Described(
        published=_text(article, "datePublished") or _text(article, "dateCreated"),
        headline=one_line(_text(article, "headline") or _text(article, "name"))[:500],
        text=plain_text(_text(article, "articleBody")),
        language=_name(article.get("inLanguage")),
        authors=tuple(_names(article.get("author"))) or tuple(_names(article.get("creator"))),
        agency=one_line(_text(article, "creditText") or _name(article.get("sourceOrganization")))[:200],
        free=_truth(article.get("isAccessibleForFree")),
        words=_number(article.get("wordCount")),
    )


def nodes_of(script: str) -> Iterator[Mapping[str, Any]]:
    """Yield the objects of a script in the order in which they are written, at most `MAX_NODES`; none when it is no JSON."""
    try:
        waiting: list[Any] = [json.loads(_uncommented(script[:MAX_CHARS]), strict=False)]
    except (ValueError, RecursionError):
        return
    for _ in range(MAX_NODES):
        if not waiting:
            return
        node = waiting.pop()
        if isinstance(node, dict):
            yield node
            node = list(node.values())
        if isinstance(node, list):
            waiting.extend(value for value in reversed(node) if isinstance(value, dict | list))


def is_article(node: Mapping[str, Any]) -> bool:
    """Say whether a node describes one article."""
    kinds = node.get("@type")
    return any(isinstance(kind, str) and kind.endswith(ARTICLE_TYPES) for kind in (kinds if isinstance(kinds, list) else [kinds]))


def _uncommented(script: str) -> str:
    """Return a script without the comment or CDATA marks that some systems put around it."""
    script = script.strip().rstrip(";")
    for opening, closing in (("<!--", "-->"), ("//<![CDATA[", "//]]>"), ("/*<![CDATA[*/", "/*]]>*/"), ("<![CDATA[", "]]>")):
        if script.startswith(opening):
            script = script.removeprefix(opening).removesuffix(closing).strip()
    return script


def _text(node: Mapping[str, Any], name: str) -> str:
    value = node.get(name)
    return value.strip() if isinstance(value, str) else ""


def _name(value: Any) -> str:
    return next(_names(value), "")


def _names(value: Any) -> Iterator[str]:
    values = value if isinstance(value, list) else [value]
    for one in values[:MAX_AUTHORS]:
        found = one.get("name") or one.get("alternateName") if isinstance(one, dict) else one
        if isinstance(found, str) and one_line(found):
            yield one_line(found)[:200]


def _truth(value: Any) -> bool | None:
    if isinstance(value, bool):
        return value
    return {"true": True, "false": False}.get(value.strip().lower()) if isinstance(value, str) else None


def _number(value: Any) -> int:
    digits = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 7 else 0

"""Furniture taken out of the tree of a page, before a text is looked for in it.

An element goes when its class or id is a name of `furniture.PRUNED_NAMES`, or when its kind never holds an article (`PRUNED_TAGS`).
One that holds the article stays, and loses what made it look like furniture: sites wrap whole pages in a `<form>` (ASP.NET), call
the body `sidebar` after its layout, or put an article on newsletters into a box named `newsletter`. It is known by what furniture
has not: it holds the page's heading, or is the body, `<main>`, `<article>` or a form; and by its share of the words in paragraphs,
once all other furniture is gone.

Known to be wrong: an article in such a box, with its heading elsewhere; furniture under names that nobody listed,
which `furniture.without_furniture` finds by its words or nobody does.
"""

from collections.abc import Iterator

from lxml import html as lxml_html  # type: ignore[import-untyped]

from connectors.feeds.furniture import PRUNED_NAMES

PRUNED_TAGS = frozenset({"form", "nav", "aside", "footer", "dialog"})
FRAMES = frozenset({"html", "body", "main", "article", "form"})  # of which one that holds most words holds the article
UNTOUCHED = frozenset({"html", "head", "title", "meta", "link", "script", "style"})
SHARE = 0.5
MOST_KEPT = 20  # boxes within boxes that hold the article; a page with more of them is made to cost time
NAMES = frozenset(PRUNED_NAMES)


def prune(tree: lxml_html.HtmlElement) -> None:
    """Take the furniture out of a page; the tree itself is changed, since a page of a few megabytes leaves no room for two."""
    doubtful = [element for element in _furniture(tree) if not _dropped(element)]
    total = _words(tree)  # now that comments and the like do not count
    for number, element in enumerate(doubtful):
        if _is_apart(element, tree):
            continue
        if number < MOST_KEPT and _words(element) >= SHARE * total:
            _disguise(element)
        elif element.getparent() is not None:
            element.drop_tree()


def _furniture(tree: lxml_html.HtmlElement) -> Iterator[lxml_html.HtmlElement]:
    """Yield what looks like furniture, what is around before what is within."""
    for element in [one for one in tree.iter() if isinstance(one.tag, str) and is_furniture(one)]:
        if not _is_apart(element, tree):
            yield element


def _dropped(element: lxml_html.HtmlElement) -> bool:
    """Drop an element that cannot hold the article; say whether it was dropped."""
    if element.getparent() is None or element.tag in FRAMES or next(element.iter("h1"), None) is not None:
        return False
    element.drop_tree()
    return True


def is_furniture(element: lxml_html.HtmlElement) -> bool:
    """Say whether an element looks like furniture, by its kind or by the names that it has."""
    if element.tag in UNTOUCHED:
        return False
    return element.tag in PRUNED_TAGS or element.get("id") in NAMES or not NAMES.isdisjoint(element.get("class", "").split())


def _is_apart(element: lxml_html.HtmlElement, tree: lxml_html.HtmlElement) -> bool:
    """Say whether an element went with one around it."""
    return element is not tree and next(element.iterancestors(tree.tag), None) is not tree


def _words(element: lxml_html.HtmlElement) -> int:
    """Return how many characters stand in the paragraphs of an element."""
    return sum(len(paragraph.text_content().strip()) for paragraph in element.iter("p"))


def _disguise(element: lxml_html.HtmlElement) -> None:
    """Take from an element what readers of pages know furniture by."""
    for name in ("class", "id", "role"):
        element.attrib.pop(name, None)
    if element.tag in PRUNED_TAGS:
        element.tag = "div"

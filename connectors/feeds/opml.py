"""Lists of feeds as OPML 2.0 (opml.org/spec2.opml), which every feed reader writes and reads.

Ours carries what OPML has no word for in attributes of a namespace of our own, so that what we export we import again as it was:
`sw:id`, `sw:kind`, `sw:selector`, `sw:fetchPages` and `sw:expectedEveryHours`. Secrets, paths and leave to reach private addresses
are not carried: a list may come from anybody. Groups (outlines without an address) are walked through and forgotten.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree  # type: ignore[import-untyped]

from connectors.config import FeedConfig, FeedKind
from connectors.feeds.canonical import canonical_url, outlet_of
from connectors.feeds.failures import UnreadableError
from connectors.feeds.text import one_line
from connectors.feeds.xml_guard import refuse_entities

NAMESPACE = "urn:sanctionwire:feeds"
MAX_OUTLINES = 100_000
MAX_DEPTH = 64
ID_CHARS = re.compile(r"[^a-z0-9]+")
MAX_ID_CHARS = 60
KINDS: tuple[FeedKind, ...] = ("rss", "atom", "json", "sitemap", "page", "websub", "gdelt")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """One feed of a list, as far as it can be taken.

    Attributes:
        url: its address.
        title: what the list calls it; empty when it does not.
        language: ISO 639-1 code, None when the list says none that we know.
        ours: attributes of our own namespace, by their names there.
    """

    url: str
    title: str = ""
    language: str | None = None
    ours: Mapping[str, str] = field(default_factory=dict)


def read_opml(body: bytes, subject: str) -> tuple[Outline, ...]:
    """Return the feeds of a list, each address once, in its order.

    Args:
        body: the document.
        subject: what to call it in an error.

    Raises:
        UnreadableError: it is no OPML, or declares entities.
    """
    refuse_entities(body, url=subject)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True, huge_tree=True)
    root = etree.fromstring(body, parser) if body.strip() else None
    if root is None or not isinstance(root.tag, str) or etree.QName(root).localname.lower() != "opml":
        raise UnreadableError(subject, "is no OPML", "export your list from the feed reader as OPML")
    outlines = {outline.url: outline for outline in reversed(list(_outlines(root)))}
    return tuple(reversed(outlines.values()))[:MAX_OUTLINES]


def _outlines(root: etree._Element) -> Iterator[Outline]:
    for element in root.iter("outline"):
        said = {name.lower(): str(value) for name, value in element.attrib.items() if not name.startswith("{")}
        ours = {
            name[len(NAMESPACE) + 2 :]: str(value) for name, value in element.attrib.items() if name.startswith(f"{{{NAMESPACE}}}")
        }
        url = said.get("xmlurl", "").strip()
        url = re.sub(r"^feed:(//)?(?=https?://)|^feed://", lambda found: "" if found[0] != "feed://" else "http://", url)
        if canonical_url(url):
            language = said.get("language", "")[:2].lower()
            yield Outline(
                url=url,
                title=one_line(said.get("title") or said.get("text") or "")[:300],
                language=language if re.fullmatch("[a-z]{2}", language) else None,
                ours=ours,
            )


def feeds_of(outlines: Iterable[Outline], taken: Iterable[str]) -> tuple[FeedConfig, ...]:
    """Return the feeds of a list, each with an id that no other has.

    Args:
        outlines: the feeds.
        taken: ids that are given away.
    """
    ids = set(taken)
    found = []
    for outline in outlines:
        feed = _feed_of(outline, ids)
        ids.add(feed.id)
        found.append(feed)
    return tuple(found)


def _feed_of(outline: Outline, taken: set[str]) -> FeedConfig:
    ours = outline.ours
    kind: FeedKind = next((one for one in KINDS if one == ours.get("kind")), "auto")
    selector = ours.get("selector") if kind == "page" else None
    hours = ours.get("expectedEveryHours", "")
    return FeedConfig(
        id=new_id(outline, taken),
        url=outline.url,
        kind=kind if kind != "page" or selector else "auto",
        selector=selector,
        language=outline.language,
        fetch_pages=ours.get("fetchPages") != "false",
        expected_every_hours=float(hours) if re.fullmatch(r"\d{1,4}(\.\d{1,3})?", hours) and 0.1 <= float(hours) <= 8760 else None,
    )


def new_id(outline: Outline, taken: Iterable[str]) -> str:
    """Return a short name for a feed that is not taken: the list's own, or else one of its outlet and title."""
    taken = frozenset(taken)
    wished = outline.ours.get("id", "")
    if re.fullmatch(r"[a-zA-Z0-9][a-zA-Z0-9._-]{0,99}", wished) and wished not in taken:
        return wished
    words = f"{outlet_of(outline.url).partition('.')[0]} {outline.title}".lower()
    name = ID_CHARS.sub("-", words).strip("-")[:MAX_ID_CHARS].rstrip("-") or "feed"
    numbered = (f"{name}-{number}" for number in range(2, len(taken) + 3))
    return name if name not in taken else next(one for one in numbered if one not in taken)


def write_opml(feeds: Iterable[FeedConfig], titles: Mapping[str, str]) -> bytes:
    """Return a list of the feeds that have an address, as OPML.

    Args:
        feeds: the feeds.
        titles: by id, what the feeds call themselves; the id where that is not known.
    """
    root = etree.Element("opml", version="2.0", nsmap={"sw": NAMESPACE})
    etree.SubElement(etree.SubElement(root, "head"), "title").text = "Feeds of Sanctionwire"
    body = etree.SubElement(root, "body")
    for feed in feeds:
        if feed.url is not None:
            etree.SubElement(body, "outline", _attributes(feed, titles.get(feed.id) or feed.id))
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return written


def _attributes(feed: FeedConfig, title: str) -> dict[str, str]:
    said = {"text": title, "title": title, "type": "rss", "xmlUrl": feed.url or "", "language": feed.language or ""}
    ours = {
        "id": feed.id,
        "kind": feed.kind if feed.kind != "auto" else "",
        "selector": feed.selector or "",
        "fetchPages": "" if feed.fetch_pages else "false",
        "expectedEveryHours": f"{feed.expected_every_hours:g}" if feed.expected_every_hours is not None else "",
    }
    shown = said | {f"{{{NAMESPACE}}}{name}": value for name, value in ours.items()}
    return {name: value for name, value in shown.items() if value}

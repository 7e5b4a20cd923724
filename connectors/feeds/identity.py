"""Which article an entry is: the same one in every poll, whatever a feed does to its guids.

The link decides, in its canonical form. The guid decides where there is no link, and where a link is new but the guid is one that
we know (a publisher that edits an address keeps the guid). An entry without both is told by its words. A guid that several entries
of one document share tells nothing and is not used.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from connectors.feeds.base import Entry
from connectors.feeds.canonical import canonical_url, link_key
from connectors.feeds.store import Seen
from connectors.messages.article import article_id
from connectors.messages.identity import content_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Identified:
    """An entry and the article that it is.

    Attributes:
        entry: what the feed says.
        article_id: the article.
        url: canonical URL, empty when the entry has none.
        keys: what the article is to be found again by.
        seen: what is remembered of it, None for a new one.
    """

    entry: Entry
    article_id: str
    url: str
    keys: tuple[str, ...]
    seen: Seen | None


def entry_hash(entry: Entry) -> str:
    """Return a hash of what an entry says. Dates are left out, since some feeds date everything anew on each poll."""
    return content_id("entry", entry.title, " ".join(entry.text.split()))


def keys_of(feed: str, entry: Entry, *, guid_tells: bool) -> tuple[str, ...]:
    """Return what an entry is found again by, strongest first; never empty."""
    url = canonical_url(entry.link)
    keys = [f"link:{link_key(url)}"] if url else []
    if entry.guid and guid_tells:
        keys.append(f"guid:{feed}:{entry.guid}")
    return tuple(keys) or (f"words:{feed}:{content_id(entry.title, entry.text)}",)


def telling_guids(entries: Iterable[Entry]) -> frozenset[str]:
    """Return the guids of a document that belong to one link each."""
    links = {(entry.guid, canonical_url(entry.link)) for entry in entries if entry.guid}
    counts = Counter(guid for guid, _ in links)
    return frozenset(guid for guid, count in counts.items() if count == 1)


def all_keys(feed: str, entries: Iterable[Entry]) -> list[tuple[Entry, tuple[str, ...]]]:
    """Return each entry of a document with its keys."""
    entries = tuple(entries)
    telling = telling_guids(entries)
    return [(entry, keys_of(feed, entry, guid_tells=entry.guid in telling)) for entry in entries]


def identify(feed: str, keyed: Iterable[tuple[Entry, tuple[str, ...]]], seen: Mapping[str, Seen]) -> tuple[Identified, ...]:
    """Return the article of each entry; of entries that are the same article, the first.

    Args:
        feed: id of the feed.
        keyed: entries with their keys.
        seen: what the store knows by those keys.
    """
    found: dict[str, Identified] = {}
    for entry, keys in keyed:
        known = next((seen[key] for key in keys if key in seen), None)
        url = canonical_url(entry.link)
        name = known.article_id if known is not None else article_id(url, feed, keys[0])
        found.setdefault(name, Identified(entry=entry, article_id=name, url=url, keys=keys, seen=known))
    return tuple(found.values())

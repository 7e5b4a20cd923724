"""Which article an entry is: the same one in every poll, whatever a feed does to its guids.

Evidence, strongest first; each step is taken only where the one before finds nothing that we know:

1. The link in its canonical form, without scheme and `www.`.
2. The guid within its feed: it holds an article together whose address was edited. But guids lie. One that several entries of a
   document share tells nothing. Where a known link stands beside the guid of another known article, the feed numbers its entries by
   place, and none of its guids is believed. And an entry found by its guid alone must have the title or the time that we remember,
   for some feeds give every article the same guid.
3. The words, for entries without a link: they hold an article together whose guid changes with every poll.

Some feeds link to a counter that redirects to the article (`settled_link`). Where the page was fetched and calls the address at
which it was found its own, that address is the article's, so that two feeds that link to it in two ways bring one article.

Known to be wrong: an article whose address, title and time are all edited at once counts as a new one.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from connectors.feeds.base import Entry, Page
from connectors.feeds.canonical import canonical_url, link_key
from connectors.feeds.store import Seen
from connectors.messages.article import article_id
from connectors.messages.identity import content_id

LINK, GUID, WORDS = "link:", "guid:", "words:"


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


def print_of(value: str) -> str:
    """Return a short hash to know a value again by."""
    return content_id(value)[:16]


def keys_of(feed: str, entry: Entry, *, guid_tells: bool) -> tuple[str, ...]:
    """Return what an entry is found again by, strongest first; never empty."""
    url = canonical_url(entry.link)
    keys = [f"{LINK}{link_key(url)}"] if url else []
    if entry.guid and guid_tells:
        keys.append(f"{GUID}{feed}:{entry.guid}")
    if not url:
        keys.append(f"{WORDS}{feed}:{content_id(entry.title, entry.text)}")
    return tuple(keys)


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
    keyed = tuple(keyed)
    guids_hold = not any(_contradicts(keys, seen) for _, keys in keyed)
    found: dict[str, Identified] = {}
    for entry, keys in keyed:
        known = _known(entry, keys, seen, guids_hold=guids_hold)
        url = canonical_url(entry.link)
        name = known.article_id if known is not None else article_id(url, feed, _new_key(keys, seen))
        found.setdefault(name, Identified(entry=entry, article_id=name, url=url, keys=keys, seen=known))
    return tuple(found.values())


def _known(entry: Entry, keys: tuple[str, ...], seen: Mapping[str, Seen], *, guids_hold: bool) -> Seen | None:
    for key in keys:
        known = seen.get(key)
        if known is not None and (not key.startswith(GUID) or (guids_hold and resembles(entry, known))):
            return known
    return None


def _contradicts(keys: tuple[str, ...], seen: Mapping[str, Seen]) -> bool:
    """Say whether a known link stands beside the guid of another known article."""
    names = {seen[key].article_id for key in keys if key in seen and not key.startswith(WORDS)}
    return len(names) > 1


def _new_key(keys: tuple[str, ...], seen: Mapping[str, Seen]) -> str:
    """Return what names a new article without a link: its guid, unless that is another article's."""
    return next((key for key in keys if key not in seen), keys[-1])


def resembles(entry: Entry, seen: Seen) -> bool:
    """Say whether an entry has the title or the time that we remember of an article."""
    published = entry.published_at.isoformat() if entry.published_at is not None else ""
    same_title = bool(entry.title) and seen.prints.get("title") == print_of(entry.title)
    return same_title or (bool(published) and seen.prints.get("published_at") == print_of(published))


def settled_link(link: str, page: Page) -> str:
    """Return the address behind a link that led to another host, "" when it led nowhere else or cannot be believed.

    A page of consent or of login stands at another host too, but does not call each article's address its own.

    Args:
        link: the entry's canonical URL.
        page: the page that it led to.
    """
    found = canonical_url(page.url)
    if not found or not page.canonical or link_key(found) != link_key(page.canonical) or urlsplit(found).path == "/":
        return ""
    return page.canonical if urlsplit(found).hostname != urlsplit(link).hostname else ""


def settled(identified: Identified, page: Page, seen: Callable[[Iterable[str]], Mapping[str, Seen]]) -> Identified:
    """Return a new entry as the article that its page proves it to be; one that is an article already stays it.

    Args:
        identified: the entry as the feed tells it.
        page: its page.
        seen: what the store knows by keys.
    """
    url = settled_link(identified.url, page)
    if not url or (identified.seen is not None and identified.seen.version > 0):
        return identified
    key = f"{LINK}{link_key(url)}"
    known = seen([key]).get(key)
    name = known.article_id if known is not None else article_id(url)
    return replace(identified, article_id=name, url=url, keys=(*identified.keys, key), seen=known)

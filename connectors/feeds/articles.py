"""An entry, and its page where there is one, made into an Article; and what makes it a new version.

The text is the page's where that is at least as long as the feed's, else the feed's. Paragraphs that repeat the title before the
text go, also one in which a path of sections stands before it. Only a changed title or text makes a new version: dates and
languages that flip from poll to poll do not, though they are named among the changes of a version that is due anyway.
"""

from dataclasses import replace
from datetime import date, datetime
from typing import Literal

from connectors.feeds.base import Entry, FeedSpec, Page, Reading
from connectors.feeds.boilerplate import EDGES
from connectors.feeds.byline import agency_of
from connectors.feeds.canonical import outlet_of, registrable_name
from connectors.feeds.dates import finished_day, language_code, parse_time, plausible, time_of_day_known
from connectors.feeds.furniture import without_furniture
from connectors.feeds.identity import Identified, entry_hash, print_of
from connectors.feeds.paywall import is_teaser
from connectors.feeds.store import Seen
from connectors.messages.article import Article

FULL_TEXT_CHARS = 1500  # an entry this long is an article and no teaser
MAX_TEXT_CHARS = 200_000
MAX_TITLE_CHARS = 500
MOST_TITLES = 3  # that stand before a text
LONG_TITLE_CHARS, PATH_CHARS = 20, 50  # a title of that length ends no other line by chance; a path of sections before it is short
VERSIONED = ("title", "text")
TextFrom = Literal["page", "feed"]


def has_full_text(entry: Entry) -> bool:
    """Say whether an entry carries its article, so that its page need not be fetched."""
    return len(entry.text) >= FULL_TEXT_CHARS and not is_teaser(entry.text)


def make_article(
    spec: FeedSpec, reading: Reading, identified: Identified, page: Page | None, now: datetime
) -> tuple[Article, TextFrom] | None:
    """Return version 1 of an article and where its text is from; None when it has no text.

    Args:
        spec: the feed.
        reading: the document that the entry is from, for what the feed says of itself.
        identified: the entry.
        page: its page, None when it was not wanted or cannot be had.
        now: when we have it.
    """
    entry = identified.entry
    from_feed = without_furniture(entry.text)
    from_page = page.text if page is not None else ""
    text_from: TextFrom = "page" if from_page and len(from_page) >= len(from_feed) else "feed"
    title = (entry.title or (page.title if page is not None else "")).strip()[:MAX_TITLE_CHARS]
    whole = _without_title(from_page if text_from == "page" else from_feed, title)
    text = whole[:MAX_TEXT_CHARS].strip()
    if not text:
        return None
    outlet = _outlet(spec, reading, identified)
    byline = (page.byline if page is not None else "") or entry.byline
    article = Article(
        id=identified.article_id,
        feed=spec.id,
        outlet=outlet,
        title=title or first_words(text),
        text=text,
        fetched_at=now,
        url=identified.url,
        language=language_code(entry.language, reading.language, spec.language, page.language if page is not None else None),
        published_at=_published(entry, page, now),
        byline=byline,
        agency=agency_of(bylines=(page.credit if page is not None else "", byline, entry.byline), text=text, outlet=outlet),
        paywalled=page is not None and page.paywalled,
        truncated=len(whole) > MAX_TEXT_CHARS or (page.truncated if page is not None and text_from == "page" else is_teaser(text)),
    )
    return article, text_from


def _without_title(text: str, title: str) -> str:
    """Return a text without the paragraphs before it that say the title again, with or without a path of sections before that."""
    folded = _folded(title)
    for _ in range(MOST_TITLES):
        head, _, rest = text.partition("\n\n")
        if not rest.strip() or not folded or not _repeats(_folded(head), folded):
            return text
        text = rest.strip()
    return text


def _repeats(head: str, title: str) -> bool:
    return head == title or (len(title) >= LONG_TITLE_CHARS and head.endswith(title) and len(head) <= len(title) + PATH_CHARS)


def _folded(text: str) -> str:
    return " ".join(text.casefold().split()).rstrip(".!")


def first_words(text: str, limit: int = 100) -> str:
    """Return the beginning of a text as a title, cut between words."""
    line = " ".join(text.split())
    return line if len(line) <= limit else line[:limit].rpartition(" ")[0] + " …"


def _outlet(spec: FeedSpec, reading: Reading, identified: Identified) -> str:
    """Return who published it: whom the entry credits, else the site of the article, of the feed's front page, of the feed.

    A registrable name is preferred to an address of numbers or a private name.
    """
    places = (identified.entry.outlet_url, identified.url, reading.link, spec.url)
    names = (*map(registrable_name, places), *map(outlet_of, places))
    return next((name for name in names if name), spec.id)


def _published(entry: Entry, page: Page | None, now: datetime) -> datetime | None:
    said = plausible(entry.published_at, now)
    written = page.published if page is not None else ""
    if said is not None or not written:
        return said
    return plausible(parse_time(written) if time_of_day_known(written) else finished_day(written, now), now)


def prints_of(article: Article) -> dict[str, str]:
    """Return a hash for each field whose change is told, by field name."""
    published_at = article.published_at.isoformat() if article.published_at is not None else ""
    values = {
        "title": article.title,
        "text": " ".join(article.text.split()),
        "url": article.url,
        "outlet": article.outlet,
        "language": article.language or "",
        "published_at": published_at,
    }
    return {name: print_of(value) for name, value in values.items()}


def next_version(article: Article, seen: Seen | None) -> Article | None:
    """Return the article as the version that is to be published; None when title and text are as they were."""
    if seen is None or seen.version == 0:
        return article
    prints = prints_of(article)
    changed = tuple(name for name, value in prints.items() if seen.prints.get(name) != value)
    if not any(name in VERSIONED for name in changed):
        return None
    return replace(article, version=seen.version + 1, changed=changed)


def remembered(
    spec: FeedSpec, identified: Identified, seen: Seen | None, version: Article | None, today: date, edges: str = ""
) -> Seen:
    """Return what to remember of an entry once what it gave is safe.

    Args:
        spec: the feed.
        identified: the entry.
        seen: what was remembered before.
        version: the article that was published for it; None when none was due. An entry that never gave one is remembered as
            version 0, so that it is tried again when it changes.
        today: the day.
        edges: of the text, before anything was left out of it (`boilerplate.py`).
    """
    before = (seen.version, seen.prints) if seen is not None else (0, {})
    number, prints = (version.version, prints_of(version) | {EDGES: edges}) if version is not None else before
    return Seen(
        article_id=identified.article_id,
        feed=spec.id,
        version=number,
        entry_hash=entry_hash(identified.entry),
        prints=prints,
        seen_on=today,
        keys=identified.keys,
    )

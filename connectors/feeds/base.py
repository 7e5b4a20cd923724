"""The nouns of `connectors.feeds`, and the small `Feed` protocol that every kind of feed keeps.

    FeedSpec ──► Fetcher ──► Response ──► Feed.read ──► Reading(entries) ──► Article ──► Publisher
        ▲            │                                        │
        └─ FeedState ◄──────────────── recorded after publishing

A kind of feed is one file with one class that keeps `Feed`, one row in `kinds.FEEDS`, and one test file. It turns bytes into a
`Reading` and does nothing else: no network, no clock, no state.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Literal, Protocol

from connectors.messages.article import Article
from connectors.settings import Secret

# Which private addresses may be reached: all (True), none (False), or those of networks such as "10.1.2.0/24".
Allowed = bool | tuple[str, ...]
FeedKind = Literal["auto", "rss", "atom", "json", "sitemap", "page", "websub", "directory", "gdelt"]


class Outcome(StrEnum):
    """How a poll ended. The list is closed: every poll ends in exactly one of these, and each is counted."""

    PUBLISHED = "published"  # at least one new or changed article
    NOTHING_NEW = "nothing_new"  # a readable feed without anything new
    NOT_MODIFIED = "not_modified"  # 304
    RATE_LIMITED = "rate_limited"  # 429, or 503 with Retry-After: asked to come later
    GONE = "gone"  # 410
    REFUSED = "refused"  # any other 4xx
    SERVER_ERROR = "server_error"  # 5xx, and answers that are no answer to a GET
    UNREACHABLE = "unreachable"  # no address, no connection, broken off
    TIMED_OUT = "timed_out"  # the time budget was used up
    OVER_BUDGET = "over_budget"  # too many bytes or redirects, or packed too tightly
    UNSAFE_ADDRESS = "unsafe_address"  # an address that must not be reached from here
    UNREADABLE = "unreadable"  # not a feed that we can read, or one that must not be parsed
    NOT_PUBLISHED = "not_published"  # the broker would not take it: nothing was recorded
    STOPPED = "stopped"  # we were asked to stop: nothing was recorded
    FAILED = "failed"  # a defect of ours


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedSpec:
    """One feed as the configuration gives it.

    Attributes:
        id: short name, unique among the feeds.
        url: where to poll; empty for a directory.
        kind: what is served there; `auto` finds out.
        path: what a directory reads, `-` for stdin.
        selector: CSS selector of a page's links to articles.
        secret: what a WebSub hub signs with; None to draw one.
        expected_every_hours: how long it may bring nothing new before that is an alarm; None for ever.
        poll_interval_secs: how long to wait between polls of a feed with one article an hour.
        min_poll_interval_secs, max_poll_interval_secs: bounds of what the feed's own rhythm makes of it.
        language: ISO 639-1 code of its articles, where neither entry nor feed says it.
        allow_private_addresses: which of loopback and private networks may be reached for this feed, its redirects and its pages.
        fetch_pages: whether to fetch each article's page for its text.
    """

    id: str
    url: str = ""
    kind: FeedKind = "auto"
    path: Path | None = None
    selector: str | None = None
    secret: Secret | None = None
    expected_every_hours: float | None = None
    poll_interval_secs: float = 300.0
    min_poll_interval_secs: float = 60.0
    max_poll_interval_secs: float = 3600.0
    language: str | None = None
    allow_private_addresses: Allowed = False
    fetch_pages: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """What the server at `url` gave to ask "has it changed?" with (RFC 9110, section 8.8), verbatim."""

    url: str = ""
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """What a feed says about when to poll it.

    Attributes:
        wait_secs: how long a copy is good for (`ttl`, `sy:updatePeriod`).
        skip_hours: hours of the day, UTC, 0 to 23, in which not to ask.
        skip_days: days of the week, UTC, Monday is 0, on which not to ask.
    """

    wait_secs: float = 0.0
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A permanent redirect of a feed.

    Attributes:
        target: where it leads.
        times: how often in a row it led there, to a feed that could be read.
        seen_at: when it did last; None once the target failed, so that the old address is asked next.
    """

    target: str
    times: int = 1
    seen_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """When a feed brought new articles, with the distant past forgotten; see `adaptive.py`.

    Attributes:
        by_hour: articles by the hour of the day, UTC.
        by_day: articles by the day of the week, UTC, Monday first.
        watched_by_day: for how many hours of each day they were watched for.
        burst, burst_at: the articles of the last hours, as they weighed then.
    """

    by_hour: tuple[float, ...] = (0.0,) * 24
    by_day: tuple[float, ...] = (0.0,) * 7
    watched_by_day: tuple[float, ...] = (0.0,) * 7
    burst: float = 0.0
    burst_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedState:
    """What is remembered of one feed from poll to poll.

    Attributes:
        feed: id of the feed.
        url: its configured address; the rest is about this address and is forgotten when it is changed.
        validators: for the next conditional GET.
        next_due_at: when to poll next; None means at once.
        last_success_at: end of the last poll that got a readable answer.
        last_error_at, last_error: the last poll that did not, in one line.
        failures: polls failed since the last success.
        last_outcome: how the last poll ended.
        hints, link, language: what the feed itself said, when it was last read.
        move: where it moved.
        gone: how often in a row the server said 410.
        rhythm: when it brought new articles.
        last_new_at: when it last did, or was first read.
        followed: validators of the further documents of the feed, by address.
        quiet_until: when its server wants to be asked again; None when it did not say.
        quiet_host: the host that is to be left alone until then as a whole; empty when that is about the feed alone.
    """

    feed: str
    url: str = ""
    validators: Validators = Validators()
    next_due_at: datetime | None = None
    last_success_at: datetime | None = None
    last_error_at: datetime | None = None
    last_error: str = ""
    failures: int = 0
    last_outcome: Outcome | None = None
    hints: Hints = Hints()
    link: str = ""
    language: str | None = None
    move: Move | None = None
    gone: int = 0
    rhythm: Rhythm = Rhythm()
    last_new_at: datetime | None = None
    followed: Mapping[str, Validators] = field(default_factory=dict)
    quiet_until: datetime | None = None
    quiet_host: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What one entry of a feed says, in one model for every kind.

    Attributes:
        guid: the feed's own id for it, empty when it gives none.
        link: absolute address of the article's page, empty when it gives none.
        title: headline, plain text.
        text: content, or else summary, as plain text with paragraphs parted by blank lines.
        language: as the entry says it, unchecked.
        published_at: the publisher's time, with its zone.
        outlet_url: address of the outlet that the entry credits (`source` in RSS).
        byline: whom it names as author.
    """

    guid: str = ""
    link: str = ""
    title: str = ""
    text: str = ""
    language: str | None = None
    published_at: datetime | None = None
    outlet_url: str = ""
    byline: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarantined:
    """An entry that cannot become an article, and why. `key` is what the entry can be told by."""

    key: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One document of a feed, read.

    Attributes:
        kind: what it proved to be.
        title, link, language: what the feed says of itself.
        entries: in the feed's order.
        quarantined: entries that could not be read.
        hints: what the feed says about when to poll it; keys are the feed's own words (`ttl`, ...).
        follow: absolute addresses of further documents of the same feed, such as the children of a sitemap index. Whoever polls
            fetches each under the same manners as the first and reads it as the same kind; what those name is followed in turn.
        hub, topic: where the feed can be subscribed to (WebSub), and the address that it goes by there; empty when it says nothing.
    """

    kind: FeedKind
    entries: tuple[Entry, ...]
    title: str = ""
    link: str = ""
    language: str | None = None
    quarantined: tuple[Quarantined, ...] = ()
    hints: Mapping[str, str] = field(default_factory=dict)
    follow: tuple[str, ...] = ()
    hub: str = ""
    topic: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What a page says.

    Attributes:
        text: the article, paragraphs parted by blank lines; empty when none was found.
        title: its headline.
        published: the time of publication as it is written there.
        language: as the page declares it, unchecked.
        url: where it came from, after redirects.
        canonical: the address that it calls its own; empty when it names none.
        byline: whom it names as author.
        credit: whom it credits with the text, where that is another than the author.
        paywalled: whether it says that only subscribers may read on.
        truncated: whether the text is known to be cut.
    """

    text: str = ""
    title: str = ""
    published: str = ""
    language: str | None = None
    url: str = ""
    canonical: str = ""
    byline: str = ""
    credit: str = ""
    paywalled: bool = False
    truncated: bool = False


class Feed(Protocol):
    """A kind of feed: how to know it, and how to read it. Both are pure functions of the bytes."""

    def recognises(self, body: bytes, content_type: str) -> bool:
        """Say whether the document is of this kind. Bytes decide; `content_type` is a hint that servers get wrong."""

    def read(self, body: bytes, *, url: str, content_type: str) -> Reading:
        """Read a document.

        Args:
            body: the document, decompressed.
            url: where it came from; relative links are resolved against it.
            content_type: the response header, empty when there was none.

        Raises:
            FeedError: the document as a whole cannot be read. One bad entry is quarantined instead.
        """


class Publisher(Protocol):
    """Where articles go.

    `publish` may return before the article is safe. `flush` returns when everything published is safe, or raises `BrokerError`.
    What a failed flush held may have arrived or not; publishing it again under the same id is harmless.
    """

    def publish(self, article: Article) -> None:
        """Take one article."""

    def flush(self) -> None:
        """Wait until all that was taken is safe."""


class ListPublisher:
    """A publisher that keeps articles in `articles`: for tests, and for trying a feed without a broker."""

    def __init__(self) -> None:
        self.articles: list[Article] = []

    def publish(self, article: Article) -> None:
        """Append the article."""
        self.articles.append(article)

    def flush(self) -> None:
        """Do nothing: a list is safe at once."""

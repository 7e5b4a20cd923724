"""The demonstration's press: who prints what, as pages and feeds of three formats.

The articles beside this file are ours. They tell acts that did not happen, between states that exist, in the manner of real pages:
machine-translated English in places, a report that four outlets carry with edits, menus, comment forms and "latest posts".
Each file begins with `key: value` lines: `outlet` (a key of `OUTLETS`), `title`, `wave` (when it is printed), `expect` (kinds of
signals that it must give; none means that it must stay silent) and, where they apply, `parties` (`SENDERS > TARGETS` of those
signals, by id), `language` and `copy` (the file that it repeats). `$date` and `$weekday` stand for the day of printing.
"""

import html
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from pathlib import Path
from string import Template
from typing import Literal

FOLDER = Path(__file__).parent
MAX_HEADLINE = 200
DAY = re.compile(r"\$(date|weekday)\b")
FeedFormat = Literal["rss", "atom", "json"]


@dataclass(frozen=True, slots=True)
class Outlet:
    """A site of the press.

    Attributes:
        host: the name that it goes by, under the reserved domain `.example` (RFC 2606).
        template: the file that its pages are made with.
        feed: the format of its feed.
    """

    host: str
    template: str
    feed: FeedFormat

    @property
    def home(self) -> str:
        """Address of its front page, as its feed gives it."""
        return f"http://{self.host}/"


OUTLETS: dict[str, Outlet] = {
    "northern-wire": Outlet("northernwire.example", "wire.html", "atom"),
    "daily-courier": Outlet("dailycourier.example", "newspaper.html", "rss"),
    "general-news": Outlet("generalnews.example", "blog.html", "rss"),
    "harbour-gazette": Outlet("harbourgazette.example", "newspaper.html", "rss"),
    "el-faro": Outlet("elfaro.example", "blog.html", "json"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One article before it is printed.

    Attributes:
        slug: its name in links.
        outlet: who prints it.
        title, paragraphs: its words, `$date` and `$weekday` not yet filled in.
        wave: 1 is printed first, then 2, ...
        language: ISO 639-1.
        expect: kinds of signals that it must give; None where nobody knows.
        senders, targets: ids of the parties of those signals; None where it does not matter.
        copy: slug of the piece that it repeats.
        page: the whole page, where it is not made from the words.
    """

    slug: str
    outlet: Outlet
    title: str
    paragraphs: tuple[str, ...]
    wave: int = 1
    language: str = "en"
    expect: tuple[str, ...] | None = ()
    senders: frozenset[str] | None = None
    targets: frozenset[str] | None = None
    copy: str | None = None
    page: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """A piece at its address, from its moment of printing on."""

    piece: Piece
    link: str
    published_at: datetime

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """The words with the day filled in."""
        day = {"date": f"{self.published_at:%B} {self.published_at.day}", "weekday": f"{self.published_at:%A}"}
        return tuple(DAY.sub(lambda found: day[found[1]], paragraph) for paragraph in self.piece.paragraphs)


def read_pieces(folder: Path = FOLDER / "articles") -> tuple[Piece, ...]:
    """Return the press's own articles, first waves first."""
    pieces = [parse_piece(path.stem, path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.txt"))]
    return tuple(sorted(pieces, key=lambda piece: piece.wave))


def parse_piece(slug: str, text: str) -> Piece:
    """Read one file of the form that the module's docstring gives."""
    head, _, body = text.partition("\n\n")
    fields = {key: value.strip() for key, _, value in (line.partition(":") for line in head.splitlines())}
    senders, has_parties, targets = fields.get("parties", "").partition(">")
    return Piece(
        slug=slug,
        outlet=OUTLETS[fields["outlet"]],
        title=fields["title"],
        paragraphs=tuple(body.strip().split("\n\n")),
        wave=int(fields["wave"]),
        language=fields.get("language", "en"),
        expect=tuple(fields["expect"].split()),
        senders=frozenset(senders.split()) if has_parties else None,
        targets=frozenset(targets.split()) if has_parties else None,
        copy=fields.get("copy"),
    )


def piece_of_text(slug: str, text: str) -> Piece:
    """Return somebody's text as a piece of an outlet of its own; a short first line is its headline."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    has_headline = len(lines) > 1 and len(lines[0]) <= MAX_HEADLINE
    title = lines[0] if has_headline else " ".join(lines)[:MAX_HEADLINE]
    return Piece(
        slug=slug, outlet=_own_outlet(slug), title=title, paragraphs=tuple(lines[1:] if has_headline else lines), expect=None
    )


def piece_of_page(slug: str, title: str, content: bytes) -> Piece:
    """Return somebody's HTML page as a piece of an outlet of its own, served as it is."""
    return Piece(slug=slug, outlet=_own_outlet(slug), title=title, paragraphs=(title,), expect=None, page=content)


def _own_outlet(slug: str) -> Outlet:
    return Outlet(f"{slug}.example", "wire.html", "rss")


def page(printed: Printed, latest: Sequence[Printed]) -> bytes:
    """Return the HTML page of an article, with links to `latest` in its margin."""
    piece = printed.piece
    if piece.page is not None:
        return piece.page
    template = Template((FOLDER / "templates" / piece.outlet.template).read_text(encoding="utf-8"))
    text = template.substitute(
        language=piece.language,
        title=html.escape(piece.title),
        outlet=piece.outlet.host,
        link=html.escape(printed.link),
        published_at=printed.published_at.isoformat(),
        day=f"{printed.published_at:%A %d %B %Y}",
        paragraphs="\n".join(f"<p>{html.escape(paragraph)}</p>" for paragraph in printed.paragraphs),
        latest="".join(f'<li><a href="{html.escape(other.link)}">{html.escape(other.piece.title)}</a></li>' for other in latest),
    )
    return text.encode()


def feed(outlet: Outlet, link: str, printed: Sequence[Printed]) -> tuple[str, bytes]:
    """Return media type and bytes of an outlet's feed.

    Args:
        outlet: whose feed.
        link: the feed's own address.
        printed: its articles, newest first.
    """
    match outlet.feed:
        case "rss":
            return "application/rss+xml", _rss(outlet, printed).encode()
        case "atom":
            return "application/atom+xml", _atom(outlet, link, printed).encode()
        case "json":
            return "application/feed+json", _json_feed(outlet, link, printed).encode()


def _rss(outlet: Outlet, printed: Sequence[Printed]) -> str:
    items = "".join(
        f"<item><title>{html.escape(one.piece.title)}</title><link>{html.escape(one.link)}</link>"
        f'<guid isPermaLink="true">{html.escape(one.link)}</guid><pubDate>{format_datetime(one.published_at)}</pubDate>'
        f'<source url="{outlet.home}">{outlet.host}</source>'
        f"<description>{html.escape(one.paragraphs[0][:120])}</description></item>\n"
        for one in printed
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"><channel>'
        f"<title>{outlet.host}</title><link>{outlet.home}</link><description>News</description>\n{items}</channel></rss>\n"
    )


def _atom(outlet: Outlet, link: str, printed: Sequence[Printed]) -> str:
    entries = "".join(
        f"<entry><id>{html.escape(one.link)}</id><title>{html.escape(one.piece.title)}</title>"
        f'<link rel="alternate" href="{html.escape(one.link)}"/><published>{one.published_at.isoformat()}</published>'
        f'<source><title>{outlet.host}</title><link rel="alternate" href="{outlet.home}"/></source>'
        f"<updated>{one.published_at.isoformat()}</updated><summary>{html.escape(one.paragraphs[0][:120])}</summary></entry>\n"
        for one in printed
    )
    updated = max((one.published_at.isoformat() for one in printed), default="1970-01-01T00:00:00+00:00")
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">'
        f'<id>{html.escape(link)}</id><title>{outlet.host}</title><link rel="self" href="{html.escape(link)}"/>'
        f'<link rel="alternate" href="{outlet.home}"/>'
        f"<updated>{updated}</updated>\n{entries}</feed>\n"
    )


def _json_feed(outlet: Outlet, link: str, printed: Sequence[Printed]) -> str:
    items = [
        {"id": one.link, "url": one.link, "title": one.piece.title, "date_published": one.published_at.isoformat()}
        for one in printed
    ]
    version = "https://jsonfeed.org/version/1.1"
    return json.dumps({"version": version, "title": outlet.host, "home_page_url": outlet.home, "feed_url": link, "items": items})

"""A web server that misbehaves, one way a path: what a newsroom's list of feeds meets in a year.

`CASES` is the table: how a path behaves, how a poll of it must end, and words that tell a reader what is wrong and what to do next.
`misbehave` puts all of it on a `Site`. To look at it with your own eyes: `python -m tests.connectors.feeds.misbehaving` serves it
until Ctrl-C and prints each address.
"""

import gzip
import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass

from connectors.feeds.base import Outcome
from tests.connectors.feeds.documents import PARAGRAPH, item, page, rss
from tests.connectors.feeds.servers import Answer, Asked, Site, serving

DATED = "<pubDate>Fri, 31 Dec 2021 08:00:00 GMT</pubDate>"
GOOD = rss(item(more=DATED), item(title="Two", link="/b", more=DATED))
Behaviour = Answer | Callable[[Asked], Answer]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One way to misbehave.

    Attributes:
        path: where.
        behaves: what is answered there.
        outcome: how a poll ends.
        words: parts of what `feeds test` says, in this order; the last one names the next step when the outcome is bad.
        articles: how many of its entries become articles.
    """

    path: str
    behaves: Behaviour
    outcome: Outcome
    words: tuple[str, ...]
    articles: int = 0


def _xml(body: str | bytes, **headers: str) -> Answer:
    content = body.encode() if isinstance(body, str) else body
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(headers={"Content-Type": "application/rss+xml", **named}, body=content)


def _to(place: str, status: int = 302) -> Answer:
    return Answer(status=status, headers={"Location": place})


def _sleeping(_: Asked) -> Answer:
    time.sleep(16)
    return Answer()


def _changing() -> Callable[[Asked], Answer]:
    """A feed whose guids and dates are new each time it is asked for."""
    count = itertools.count()

    def answer(_: Asked) -> Answer:
        guids = (f'<guid isPermaLink="false">{next(count)}</guid>{DATED.replace("08", f"{next(count) % 10:02}")}' for _ in range(2))
        return _xml(rss(*(item(title=f"Guid {number}", link=f"/g{number}", more=more) for number, more in enumerate(guids))))

    return answer


def _hesitant() -> Callable[[Asked], Answer]:
    """A server that answers 304 without any header to whoever comes back."""

    def answer(asked: Asked) -> Answer:
        return Answer(status=304) if "if-none-match" in asked.headers else _xml(GOOD, ETag='"1"')

    return answer


LONG = "An article of many words about sanctions goes on and on. " * 50_000
PUBLISHED, UNREADABLE, OVER = Outcome.PUBLISHED, Outcome.UNREADABLE, Outcome.OVER_BUDGET
CASES: tuple[Case, ...] = (
    # Redirects
    Case(path="/loop", behaves=_to("/loop-2"), outcome=OVER, words=("redirects more than 8 times", "take that address")),
    Case(path="/loop-2", behaves=_to("/loop"), outcome=OVER, words=("redirects more than 8 times", "take that address")),
    Case(
        path="/moved",
        behaves=_to("/good", 301),
        outcome=PUBLISHED,
        words=("status 200", "redirects (301) to", "take that address"),
        articles=2,
    ),
    Case(path="/hops", behaves=_to("/moved"), outcome=PUBLISHED, words=("redirects (302, 301) to",), articles=2),
    Case(
        path="/nowhere",
        behaves=Answer(status=302),
        outcome=Outcome.SERVER_ERROR,
        words=("302 Found", "open the address in a browser"),
    ),
    Case(
        path="/to-file",
        behaves=_to("file:///etc/passwd"),
        outcome=Outcome.UNREACHABLE,
        words=("file:///etc/passwd", "is not HTTP", "see where"),
    ),
    Case(
        path="/to-private",
        behaves=_to("http://10.0.0.1/"),
        outcome=Outcome.UNSAFE_ADDRESS,
        words=("10.0.0.1", "private", "allow_addresses"),
    ),
    Case(
        path="/to-metadata",
        behaves=_to("http://169.254.169.254/latest/meta-data/"),
        outcome=Outcome.UNSAFE_ADDRESS,
        words=("169.254.169.254", "link-local", "leave this feed out"),
    ),
    # Statuses
    Case(
        path="/too-often",
        behaves=Answer(status=429, headers={"Retry-After": "3600"}),
        outcome=Outcome.RATE_LIMITED,
        words=("429", "wait", "Retry-After: 3600 s"),
    ),
    Case(
        path="/busy",
        behaves=Answer(status=503, headers={"Retry-After": "600"}),
        outcome=Outcome.RATE_LIMITED,
        words=("503", "wait", "Retry-After: 600 s"),
    ),
    Case(path="/forbidden", behaves=Answer(status=403), outcome=Outcome.REFUSED, words=("403 Forbidden", "browser", "user agent")),
    Case(
        path="/login", behaves=Answer(status=401), outcome=Outcome.REFUSED, words=("401", "login", "feed of the site that is open")
    ),
    Case(path="/missing", behaves=Answer(status=404), outcome=Outcome.REFUSED, words=("404 Not Found", "front page")),
    Case(path="/gone", behaves=Answer(status=410), outcome=Outcome.GONE, words=("410 Gone", "feeds remove")),
    Case(path="/broken-server", behaves=Answer(status=500), outcome=Outcome.SERVER_ERROR, words=("500", "wait")),
    Case(
        path="/not-modified", behaves=Answer(status=304), outcome=Outcome.SERVER_ERROR, words=("304 Not Modified", "broken cache")
    ),
    Case(path="/no-content", behaves=Answer(status=204), outcome=Outcome.SERVER_ERROR, words=("204 No Content", "browser")),
    # Time and size
    Case(
        path="/drip",
        behaves=Answer(headers={"Content-Length": "9999"}, body=b"<rss>" + b" " * 999, pause_secs=0.1),
        outcome=Outcome.TIMED_OUT,
        words=("drips", "browser"),
    ),
    Case(path="/silent", behaves=_sleeping, outcome=Outcome.TIMED_OUT, words=("time budget", "timeout_secs")),
    Case(
        path="/bomb",
        behaves=Answer(headers={"Content-Encoding": "gzip"}, body=gzip.compress(bytes(20_000_000))),
        outcome=OVER,
        words=("unpacks to more than 100 times", "leave it out"),
    ),
    Case(path="/endless", behaves=Answer(endless=b"<item/>" * 10_000), outcome=OVER, words=("longer than", "max_bytes")),
    Case(
        path="/short",
        behaves=Answer(headers={"Content-Length": "9999"}, body=b"<rss>"),
        outcome=Outcome.UNREACHABLE,
        words=("connection failed", "tried again"),
    ),
    Case(
        path="/huge-entry",
        behaves=_xml(rss(item(title="Huge", link="/h", text=LONG), item(title="Small", link="/s"))),
        outcome=PUBLISHED,
        words=("2 entries", "200000 characters", "cut"),
        articles=2,
    ),
    # Documents
    Case(
        path="/good",
        behaves=_xml(GOOD),
        outcome=PUBLISHED,
        words=("status 200", "rss, 2 entries", "Biden warns Moscow"),
        articles=2,
    ),
    Case(
        path="/wrong-type",
        behaves=Answer(headers={"Content-Type": "image/png"}, body=GOOD.encode()),
        outcome=PUBLISHED,
        words=("rss, 2 entries",),
        articles=2,
    ),
    Case(
        path="/page",
        behaves=Answer(headers={"Content-Type": "application/rss+xml"}, body=page().encode()),
        outcome=UNREADABLE,
        words=("is a web page", "kind = page"),
    ),
    Case(
        path="/front",
        behaves=Answer(body=page(head='<link rel="alternate" type="application/rss+xml" href="/good">').encode()),
        outcome=UNREADABLE,
        words=("is a web page", "/good", "feed ", "rss, 2 entries"),
    ),
    Case(path="/empty", behaves=_xml(""), outcome=UNREADABLE, words=("is empty", "browser")),
    Case(
        path="/words",
        behaves=Answer(headers={"Content-Type": "text/plain"}, body=b"No feed here."),
        outcome=UNREADABLE,
        words=("no feed that we know", "text/plain", "browser"),
    ),
    Case(
        path="/json",
        behaves=Answer(headers={"Content-Type": "application/json"}, body=b'{"posts": []}'),
        outcome=UNREADABLE,
        words=("no feed that we know", "application/json", "browser"),
    ),
    Case(
        path="/entities",
        behaves=_xml("<!DOCTYPE rss [<!ENTITY a 'b'>]>" + GOOD),
        outcome=UNREADABLE,
        words=("declares XML entities", "publisher"),
    ),
    Case(
        path="/broken-xml",
        behaves=_xml(GOOD.replace("<title>Two", "<title><b>Two & more")),
        outcome=PUBLISHED,
        words=("rss, 2 entries",),
        articles=2,
    ),
    Case(
        path="/broken-entry",
        behaves=_xml(GOOD.replace("<item>", "<item><title><![CDATA[Never closed</title></item><item>", 1)),
        outcome=PUBLISHED,
        words=("rss, 3 entries", "has no text"),
        articles=2,
    ),
    Case(path="/cut", behaves=_xml(GOOD[: GOOD.index("Two") + 60]), outcome=PUBLISHED, words=("rss, 2 entries",), articles=2),
    Case(path="/no-entries", behaves=_xml(rss()), outcome=Outcome.NOTHING_NEW, words=("has no entries", "browser")),
    Case(path="/guids", behaves=_changing(), outcome=PUBLISHED, words=("rss, 2 entries",), articles=2),
    Case(path="/hesitant", behaves=_hesitant(), outcome=PUBLISHED, words=("rss, 2 entries",), articles=2),
    # Pages
    Case(
        path="/robots",
        behaves=_xml(rss(item(title="Kept out", link="/private/a", text="A teaser."))),
        outcome=PUBLISHED,
        words=("from the feed", "robots.txt"),
        articles=1,
    ),
    Case(
        path="/no-pages",
        behaves=_xml(rss(*(item(title=f"Closed {n}", link=f"/closed/{n}", text=f"Teaser {n}.") for n in range(5)))),
        outcome=PUBLISHED,
        words=("from the feed", "answered with 403"),
        articles=5,
    ),
)


def misbehave(site: Site) -> None:
    """Put every case on a server."""
    site.give("/robots.txt", "User-agent: *\nDisallow: /private/\n", Content_Type="text/plain")
    for number in ("a", "b", "g0", "g1", "s", "private/a"):
        site.give(f"/{number}", page(title="A page", text=f"{PARAGRAPH} {number}"), Content_Type="text/html")
    for number in range(5):
        site.give(f"/closed/{number}", "", status=403)
    for case in CASES:
        site.answers[case.path] = case.behaves


def main() -> None:
    """Serve until Ctrl-C."""
    with serving() as site:
        misbehave(site)
        for case in CASES:
            print(site.url(case.path), case.outcome, flush=True)
        while True:
            time.sleep(1)


if __name__ == "__main__":
    main()

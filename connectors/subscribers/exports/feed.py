"""Atom (RFC 4287) and RSS 2.0: the newest alerts of a filter, for feed readers.

An entry is an alert: its id stays, its content is the newest version's. Atom's `updated` moves with each version and `published`
does not; RSS has one time only, `pubDate`, which is the version's, so that readers which sort by it show news first.

Readers differ in what they make of a title: some show it as text, some as HTML. So angle brackets in it become look-alikes, and it
reads the same in both. The content is HTML of our own with escaped texts of others in it; an address is a link only if it is of the
web. What was put through `plain` is text that XML can carry: no control characters, no surrogates, no unassigned ones.
"""

import threading
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from html import escape
from urllib.parse import parse_qsl, quote

from feedgen.entry import FeedEntry
from feedgen.feed import FeedGenerator

from connectors.messages.alert import Alert
from connectors.messages.identity import content_id
from connectors.subscribers.exports.common import Setting, link_of, made_at
from connectors.subscribers.plain import plain
from connectors.subscribers.words import QUOTATION_MARKS, Line, Names, firmness, headline, listed, parties, told_by, what_changed

TITLE_LIMIT = 300
SHOWN_LINES = 8
SHOWN_QUOTES = 6
ANGLES = str.maketrans("<>", "‹›")
NEVER = datetime(1970, 1, 1, tzinfo=UTC)  # what an empty feed says of when it was updated
RETRACTED = "Retracted: no article tells it any more, or another alert goes on with it."
# feedgen writes RSS times under a locale that it sets for the whole process and then sets back.
RENDERING = threading.Lock()


def atom_of(alerts: Iterable[Alert], setting: Setting) -> Iterator[bytes]:
    """Yield the Atom feed of alerts, in their order."""
    yield _feed(tuple(alerts), setting, is_rss=False).atom_str()


def rss_of(alerts: Iterable[Alert], setting: Setting) -> Iterator[bytes]:
    """Yield the RSS feed of alerts, in their order."""
    feed = _feed(tuple(alerts), setting, is_rss=True)
    with RENDERING:
        body = feed.rss_str()
    yield body


def _feed(alerts: tuple[Alert, ...], setting: Setting, *, is_rss: bool) -> FeedGenerator:
    feed = FeedGenerator()
    feed.id(f"urn:sanctionwire:feed:{content_id('feed', setting.query)}")
    feed.title(title_of(setting.query))
    feed.description("Who threatens, weighs, imposes or eases which sanctions against whom, as outlets tell it.")
    feed.author(name="Sanctionwire")
    feed.generator("Sanctionwire")
    feed.language("en")
    if setting.address:
        feed.link(href=setting.address, rel="self")
    feed.link(href=f"{setting.page}/{f'?{setting.query}' if setting.query else ''}", rel="alternate")
    feed.updated(max((made_at(alert) for alert in alerts), default=NEVER))
    for alert in alerts:
        feed.add_entry(_entry(alert, setting, is_rss=is_rss), order="append")
    return feed


def title_of(query: str) -> str:
    """Return the name of a filter's feed."""
    parts = [f"{name} {value}" for name, value in parse_qsl(query)]
    return plain(": ".join(["Sanctionwire", *([", ".join(parts)] if parts else [])]), TITLE_LIMIT).translate(ANGLES)


def _entry(alert: Alert, setting: Setting, *, is_rss: bool) -> FeedEntry:
    entry = FeedEntry()
    entry.guid(f"urn:sanctionwire:alert:{quote(plain(alert.id, 64))}", permalink=False)
    entry.title(f"{headline_of(alert, setting.names)}{'' if alert.status != 'retracted' else ' (retracted)'}")
    entry.link(href=f"{setting.page}/alerts/{quote(plain(alert.id, 64), safe='')}", rel="alternate")
    entry.updated(made_at(alert))
    entry.published(made_at(alert) if is_rss else alert.first_at)
    entry.category([{"term": term} for term in (alert.kind, alert.severity, *alert.measures[:SHOWN_LINES])])
    entry.content(content_of(alert, setting.names), type="html")
    return entry


def headline_of(alert: Alert, names: Names) -> str:
    """Return the title of an entry."""
    return f"[{alert.severity.upper()}] {plain(headline(alert, names), TITLE_LIMIT)}".translate(ANGLES)


def content_of(alert: Alert, names: Names) -> str:
    """Return an alert as a piece of HTML without attributes that could do anything."""
    news = [] if alert.status == "raised" else [Line("new", "; ".join(what_changed(alert)))]
    lines = [
        *([Line("", RETRACTED)] if alert.status == "retracted" else []),
        *(line for line in news if line.text),
        *(Line(one.direction, _quoted(one.text)) for one in alert.conditions[:SHOWN_LINES]),
        *(Line("by", _quoted(deadline)) for deadline in alert.deadlines[:SHOWN_LINES]),
        Line("firmness", firmness(alert)),
        *(Line("contested by", f"{_deniers(alert, names)}: {_quoted(alert.contested[0].quote)}") for _ in alert.contested[:1]),
        Line("told by", told_by(alert)),
    ]
    quotes = dict.fromkeys(plain(quote.quote) for quote in alert.evidence)
    shown = "".join(f"<blockquote>{escape(quote)}</blockquote>" for quote in list(quotes)[:SHOWN_QUOTES])
    return f"<p>{'<br>'.join(map(_line, lines))}</p>{shown}{_articles(alert)}"


def _deniers(alert: Alert, names: Names) -> str:
    return listed(parties((actor for one in alert.contested for actor in one.deniers), names)) or "a party not named"


def _line(line: Line) -> str:
    label = f"<b>{escape(line.label)}</b> " if line.label else ""
    return f"{label}{escape(plain(line.text))}"


def _quoted(text: str) -> str:
    words = plain(text)
    return words if words[:1] in QUOTATION_MARKS else f"“{words}”"


def _articles(alert: Alert) -> str:
    items = "".join(f"<li>{_article(source.url, source.outlet, source.title)}</li>" for source in alert.sources)
    return f"<ul>{items}</ul>" if items else ""


def _article(url: str, outlet: str, title: str) -> str:
    words = escape(f"{plain(outlet, 80)}: {plain(title, 200)}")
    return f'<a href="{escape(link_of(url))}" rel="noopener noreferrer nofollow">{words}</a>' if link_of(url) else words

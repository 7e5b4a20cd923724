"""Feeds: well-formed and harmless whatever the alerts say, and read by our own reader as they were meant."""

import re
from datetime import timedelta
from html import unescape

import pytest
from lxml import etree

from connectors.feeds.rss_atom import RssAtom
from connectors.subscribers.exports.common import Setting, made_at
from connectors.subscribers.exports.feed import atom_of, content_of, rss_of, title_of
from connectors.subscribers.exports.formats import FORMATS, newest_first
from tests import builders
from tests.connectors.exports.alerts import NAMES, SETTING, full, hostile, numbered

ATOM = "{http://www.w3.org/2005/Atom}"
HTML = re.compile(r"<(/?)([a-z]+)((?: [a-z]+=\"[^\"<>]*\")*)>")
ALLOWED = {"p", "b", "br", "blockquote", "ul", "li", "a"}
BOTH = pytest.mark.parametrize("name", ["atom", "rss"])


def written(name: str, *alerts: object, setting: Setting = SETTING) -> bytes:
    return b"".join(FORMATS[name].write(alerts, setting))  # type: ignore[arg-type]


def contents(name: str, body: bytes) -> list[str]:
    root = etree.fromstring(body)
    return [one.text or "" for one in root.iter(f"{ATOM}content" if name == "atom" else "description")][
        0 if name == "atom" else 1 :
    ]


@BOTH
class TestBoth:
    def test_our_own_reader_reads_it(self, name: str) -> None:
        media_type = FORMATS[name].media_type
        body = written(name, full(), numbered(2))
        assert RssAtom().recognises(body, media_type)
        reading = RssAtom().read(body, url="https://desk.example/feed", content_type=media_type)
        assert (reading.kind, reading.title, len(reading.entries), reading.quarantined) == (
            name,
            "Sanctionwire: kind threat, target RUS",
            2,
            (),
        )
        first = reading.entries[0]
        assert first.guid == f"urn:sanctionwire:alert:{builders.ALERT_ID}"
        assert first.link == f"https://desk.example/alerts/{builders.ALERT_ID}"
        assert first.title.startswith("[HIGH] United States (USA) and its allies threaten Russia (RUS)")
        assert builders.QUOTE in first.text
        assert "if it invades Ukraine" in first.text
        assert first.published_at is not None

    def test_the_id_stays_and_the_time_moves_with_the_version(self, name: str) -> None:
        first, second = (written(name, full(version=version)) for version in (3, 4))
        ids = rb"urn:sanctionwire:alert:[0-9a-f]+"
        assert re.findall(ids, first) == re.findall(ids, second)
        assert name == "rss" or re.findall(rb"<updated>[^<]+", first) < re.findall(rb"<updated>[^<]+", second)

    def test_the_same_alerts_give_the_same_bytes(self, name: str) -> None:
        assert written(name, full(), numbered(1)) == written(name, full(), numbered(1))
        assert written(name) == written(name)

    @pytest.mark.parametrize("size", [0, 1_000_000])
    def test_a_hostile_alert_gives_a_small_well_formed_feed_without_anything_that_acts(self, name: str, size: int) -> None:
        body = written(name, hostile(size), full())
        assert len(body) < 100_000
        assert b"<!ENTITY" not in body
        assert b"<!DOCTYPE" not in body
        assert not [character for character in body.decode() if not character.isprintable() and character != "\n"]
        reading = RssAtom().read(body, url="https://desk.example/feed", content_type=FORMATS[name].media_type)
        assert len(reading.entries) == 2
        for content in contents(name, body):
            tags = HTML.findall(content)
            assert {tag for _, tag, _ in tags} <= ALLOWED
            assert not re.search(r"[<>]", HTML.sub("", content))
            assert {key for _, _, more in tags for key in re.findall(r" (\w+)=", more)} <= {"href", "rel"}
            assert all(href.startswith("https://") for href in re.findall(r'href="([^"]*)"', content))

    def test_a_title_is_the_same_as_text_and_as_html(self, name: str) -> None:
        body = written(name, hostile())
        root = etree.fromstring(body)
        titles = [one.text or "" for one in root.iter(f"{ATOM}title" if name == "atom" else "title")]
        assert len(titles) == 2
        assert not re.search("[<>]", "".join(titles))
        assert "‹script›" in unescape(titles[1])

    def test_an_empty_feed_is_a_feed(self, name: str) -> None:
        reading = RssAtom().read(written(name), url="https://desk.example/feed", content_type=FORMATS[name].media_type)
        assert reading.entries == ()


def test_atom_has_what_rfc_4287_requires() -> None:
    root = etree.fromstring(b"".join(atom_of([full()], SETTING)))
    (entry,) = root.findall(f"{ATOM}entry")
    for one in (root, entry):
        assert [len(one.findall(f"{ATOM}{tag}")) for tag in ("id", "title", "updated")] == [1, 1, 1]
    assert root.findtext(f"{ATOM}author/{ATOM}name") == "Sanctionwire"
    links = {link.get("rel", "alternate"): link.get("href") for link in root.findall(f"{ATOM}link")}
    assert links == {"self": SETTING.address, "alternate": "https://desk.example/?kind=threat&target=RUS"}
    assert entry.findtext(f"{ATOM}published") == "2021-12-31T08:00:00+00:00"
    assert entry.findtext(f"{ATOM}updated") == made_at(full()).isoformat()


def test_rss_has_what_its_specification_requires() -> None:
    channel = etree.fromstring(b"".join(rss_of([full()], SETTING))).find("channel")
    assert channel is not None
    assert all(channel.findtext(tag) for tag in ("title", "link", "description"))
    guid = channel.find("item/guid")
    assert guid is not None
    assert guid.get("isPermaLink") == "false"


def test_filters_have_feeds_of_their_own() -> None:
    ids = {
        etree.fromstring(b"".join(atom_of([], Setting(query=query)))).findtext(f"{ATOM}id")
        for query in ("", "kind=threat", "kind=eased")
    }
    assert len(ids) == 3
    assert title_of("") == "Sanctionwire"
    assert "<" not in title_of("q=%3Cb%3E%00%1b")


def test_a_retracted_alert_says_so() -> None:
    told = content_of(full(status="retracted"), NAMES)
    assert told.startswith("<p>Retracted")
    assert "(retracted)</title>" in b"".join(atom_of([full(status="retracted")], SETTING)).decode()


def test_a_feed_holds_the_newest_first() -> None:
    alerts = [numbered(number) for number in range(50)]
    assert newest_first(alerts[::-1], 3) == alerts[:-4:-1]
    same = [numbered(number, last_at=alerts[0].last_at + timedelta(days=1)) for number in range(5)]
    assert newest_first(same) == newest_first(same[::-1])

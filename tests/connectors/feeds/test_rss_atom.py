"""RSS and Atom documents, good and bad, in our model."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from connectors.feeds.base import Reading
from connectors.feeds.failures import UnreadableError
from connectors.feeds.kinds import read_feed
from tests.connectors.feeds.documents import item, rss

URL = "http://news.example/rss/feed.xml"
DATE = "<pubDate>Fri, 31 Dec 2021 10:00:00 +0300</pubDate>"
ATOM = """<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de-AT"><title>T</title>
<link href="/"/><entry><title type="html">A &amp;amp; B</title><link href="../a"/><id>tag:1</id>
<published>2021-12-31T10:00:00+03:00</published><updated>2022-01-01T00:00:00Z</updated>
<summary>short</summary><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>One.</p><p>Two.</p></div></content></entry>
</feed>"""


def read(body: str | bytes, content_type: str = "application/rss+xml") -> Reading:
    return read_feed("auto", body.encode() if isinstance(body, str) else body, url=URL, content_type=content_type)


def test_an_entry_of_rss_is_read_with_its_time_in_its_own_zone() -> None:
    reading = read(rss(item(more=f'<guid isPermaLink="false">g1</guid>{DATE}'), head="<language>en-us</language>"))
    (entry,) = reading.entries
    assert (reading.kind, reading.language, reading.link) == ("rss", "en-us", "http://news.example/")
    assert (entry.guid, entry.link, entry.title) == ("g1", "http://news.example/a", "Biden warns Moscow")
    assert entry.published_at == datetime(2021, 12, 31, 10, tzinfo=timezone(timedelta(hours=3)))
    assert entry.published_at.utcoffset() == timedelta(hours=3)


def test_an_entry_of_atom_is_read() -> None:
    reading = read(ATOM)
    (entry,) = reading.entries
    assert reading.kind == "atom"
    assert (entry.title, entry.text, entry.language) == ("A & B", "One.\n\nTwo.", "de-AT")
    assert entry.link == "http://news.example/a"
    assert entry.published_at == datetime(2021, 12, 31, 7, tzinfo=UTC)


def test_rss_1_is_read() -> None:
    body = (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">'
        '<channel rdf:about="http://a/"><title>T</title></channel>'
        '<item rdf:about="http://a/1"><title>One</title><link>http://a/1</link></item></rdf:RDF>'
    )
    assert [entry.link for entry in read(body).entries] == ["http://a/1"]


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (rss(item(title="Привет"), prolog='<?xml version="1.0" encoding="windows-1251"?>').encode("windows-1251"), "text/xml"),
        (rss(item(title="Привет"), prolog="").encode("windows-1251"), "text/xml; charset=windows-1251"),
        (rss(item(title="Привет"), prolog='<?xml version="1.0" encoding="koi8-r"?>').encode("koi8-r"), "text/html"),
        (rss(item(title="Привет"), prolog='<?xml version="1.0" encoding="utf-16"?>').encode("utf-16"), "application/xml"),
        (rss(item(title="Привет")).encode("utf-8-sig"), "application/octet-stream"),
    ],
)
def test_an_encoding_is_found_whatever_the_server_calls_the_document(body: bytes, content_type: str) -> None:
    assert read(body, content_type).entries[0].title == "Привет"


def test_markup_and_entities_become_plain_text() -> None:
    (entry,) = read(rss(item(title="A <b>&amp;</b> B", text="<p>One&nbsp;&mdash; two</p><script>x()</script><p>Three</p>"))).entries
    assert (entry.title, entry.text) == ("A & B", "One — two\n\nThree")


def test_the_content_is_preferred_to_the_summary_when_it_says_more() -> None:
    long = "<content:encoded><![CDATA[<p>One.</p><p>And much more.</p>]]></content:encoded>"
    assert read(rss(item(text="One.", more=long))).entries[0].text == "One.\n\nAnd much more."


def test_entries_without_link_date_or_title_are_read_as_they_are() -> None:
    bare, linked, titled = read(rss(item(title="", link=""), item(title="", text=""), item(link="", text=""))).entries
    assert (bare.title, bare.link, bare.published_at) == ("", "", None)
    assert linked.link == "http://news.example/a"
    assert titled.title == "Biden warns Moscow"


def test_a_guid_that_is_a_permalink_is_the_link() -> None:
    (entry,) = read(rss(item(link="", guid="http://news.example/p/1"))).entries
    assert entry.link == "http://news.example/p/1"


def test_the_address_behind_a_counter_is_the_link() -> None:
    origin = '<f:origLink xmlns:f="http://rssnamespace.org/feedburner/ext/1.0">http://paper.example/a</f:origLink>'
    (entry,) = read(rss(item(link="http://feeds.feedburner.com/~r/x/1", more=origin))).entries
    assert entry.link == "http://paper.example/a"


def test_the_credited_outlet_is_kept() -> None:
    (entry,) = read(rss(item(more='<source url="http://generico.example/rss">Generico</source>'))).entries
    assert entry.outlet_url == "http://generico.example/rss"


def test_a_document_that_is_cut_off_gives_the_entries_before_the_cut() -> None:
    whole = rss(item(title="One"), item(title="Two", link="/b"))
    titles = [entry.title for entry in read(whole[: whole.index("Two") + 2]).entries]
    assert titles[0] == "One"


def test_one_broken_entry_does_not_harm_its_neighbours() -> None:
    broken = "<item><title>Bad & <b>worse</title><link>/x</item>"
    titles = [entry.title for entry in read(rss(item(title="One"), broken, item(title="Three", link="/c"))).entries]
    assert titles[0] == "One"
    assert titles[-1] == "Three"


def test_warnings_of_a_broken_server_before_the_feed_are_passed_over() -> None:
    reading = read("<br /><b>Warning</b>: mysql_connect() in <b>/var/www</b><br />\n" + rss(item()))
    assert [entry.title for entry in reading.entries] == ["Biden warns Moscow"]


def test_a_feed_without_entries_is_a_feed() -> None:
    assert read(rss()).entries == ()


@pytest.mark.parametrize(
    "body",
    ["<html><body>Not found</body></html>", "<!DOCTYPE html><html><a href='/rss'>RSS</a></html>", "plain words", "{}", "[1]"],
)
def test_what_is_no_feed_is_unreadable(body: str) -> None:
    with pytest.raises(UnreadableError, match="no feed that we know"):
        read(body, "text/html")


def test_control_and_bidirectional_characters_are_removed() -> None:
    (entry,) = read(rss(item(title="A\u202eB\u200b", text="x\u2066y"))).entries
    assert (entry.title, entry.text) == ("AB", "xy")


@pytest.mark.parametrize("body", [b"", b" \r\n\t", b"\0\0"])
def test_of_nothing_it_is_said_that_it_is_empty(body: bytes) -> None:
    with pytest.raises(UnreadableError, match="is empty"):
        read_feed("auto", body, url=URL, content_type="application/rss+xml")

"""What the quick reader gives is what feedparser gives, or nothing."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.feeds import lean
from connectors.feeds.base import Reading
from connectors.feeds.rss_atom import adapted, hints_of, parse
from tests.connectors.feeds.documents import rss
from tests.connectors.feeds.real_size import feeds

URL = "https://news.example/f/feed"
TYPES = ("", "text/xml", "application/rss+xml; charset=utf-8", "text/html", "application/octet-stream")
# Parts of an item: what is in the list is drawn in any order and number, what nobody taught the quick reader among it.
RSS_PARTS = (
    "<title>A &amp;amp; B</title>",
    "<title></title>",
    "<title><![CDATA[<b>Bold</b> &mdash; news]]></title>",
    "<link>https://news.example/a?x=1&amp;y=2</link>",
    "<link>/relative</link>",
    "<link/>",
    "<guid>https://news.example/a</guid>",
    "<guid isPermaLink='false'>17</guid>",
    "<guid isPermaLink='True'>https://news.example/b</guid>",
    "<guid>17</guid>",
    "<description>Plain, &lt;p&gt;HTML&lt;/p&gt;</description>",
    "<description/>",
    "<content:encoded><![CDATA[<p>Whole</p>]]></content:encoded>",
    "<pubDate>Fri, 31 Dec 2021 10:00:00 +0300</pubDate>",
    "<pubDate>31 декабря</pubDate>",
    "<dc:date>2021-12-31T10:00:00Z</dc:date>",
    "<dc:creator>A</dc:creator>",
    "<author>a@b.example</author>",
    "<author>Reuters</author>",
    "<dc:creator/>",
    "<category domain='x'>World</category>",
    "<source url='http://other.example/'>Other</source>",
    "<media:content url='/a.jpg'><media:title>Other title</media:title></media:content>",
    "<media:group><media:content url='/a.jpg'/></media:group>",
    "<media:description>Of a picture</media:description>",
    "<media:thumbnail url='/a.jpg'/>",
    "<atom:link rel='self' href='/x'/>",
    "<atom:link href='https://news.example/atom'/>",
    "<enclosure url='/a.mp3' length='1' type='audio/mpeg'/>",
    "<comments>https://news.example/a#c</comments>",
    "<summary>Other</summary>",
    "<image><title>Picture</title><url>/x</url></image>",
    "<x:y xmlns:x='urn:x'><title>Inner</title></x:y>",
    "<title xml:lang='de'>Titel</title>",
    "<description>Ð¢Ð²ÐµÑ\x80</description>",
    "<!-- a comment --><?pi x?>",
)
ATOM_PARTS = (
    "<title>A &amp;amp; B</title>",
    "<title type='html'>A &lt;b&gt;B&lt;/b&gt;</title>",
    "<title type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'>A</div></title>",
    "<link href='https://news.example/a'/>",
    "<link rel='alternate' type='text/html' href='https://news.example/b'/>",
    "<link rel='alternate' type='application/pdf' href='https://news.example/b.pdf'/>",
    "<link rel='replies' href='/c'/>",
    "<link href='/relative'/>",
    "<id>tag:news.example,2021:1</id>",
    "<id>https://news.example/id</id>",
    "<id>17</id>",
    "<summary>Plain &lt;b&gt;tags&lt;/b&gt;</summary>",
    "<summary type='html'>&lt;p&gt;Short&lt;/p&gt;</summary>",
    "<content type='html'>&lt;p&gt;Whole&lt;/p&gt;</content>",
    "<content type='text'>Whole</content>",
    "<content src='https://news.example/x'/>",
    "<published>2021-12-31T10:00:00+03:00</published>",
    "<updated>2021-12-31T11:00:00+03:00</updated>",
    "<author><name>A</name><uri>https://a.example/</uri></author>",
    "<author><name>B</name><email>b@b.example</email></author>",
    "<author><name/></author>",
    "<category term='x'/>",
    "<source><title>Other</title><id>urn:x</id></source>",
    "<contributor><name>C</name></contributor>",
    "<rights>None</rights>",
)
NAMESPACES = (
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:media="http://search.yahoo.com/mrss/" xmlns:atom="http://www.w3.org/2005/Atom"'
)
HEADS = ("<language>en-gb</language>", "<ttl>15</ttl>", "<link>https://news.example/</link>", "<image><title>I</title></image>", "")


def quickly(body: bytes, content_type: str = "") -> Reading | None:
    document = lean.parse(body, url=URL, content_type=content_type)
    return adapted(document, URL, hints_of(document["feed"], body)) if document is not None else None


def slowly(body: bytes, content_type: str = "") -> Reading:
    document = parse(body, url=URL, content_type=content_type)
    return adapted(document, URL, hints_of(document["feed"], body))


@pytest.mark.parametrize("content_type", TYPES)
def test_feeds_of_usual_makes_are_read_alike(content_type: str) -> None:
    for body in feeds(4):
        found = quickly(body, content_type)
        assert found is None or found == slowly(body, content_type)


def test_feeds_of_usual_makes_need_no_feedparser() -> None:
    assert [quickly(body) is not None for body in feeds(4)] == [True] * 4


@settings(deadline=None, max_examples=200)
@given(st.lists(st.lists(st.sampled_from(RSS_PARTS), max_size=7), min_size=1, max_size=3), st.sampled_from(HEADS), st.booleans())
def test_any_rss_is_read_alike_or_not_at_all(items: list[list[str]], head: str, after: bool) -> None:
    inner = "".join(f"<item>{''.join(parts)}</item>" for parts in items)
    channel = f"<title>News</title>{inner}{head}" if after else f"{head}<title>News</title>{inner}"
    body = f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0" {NAMESPACES}><channel>{channel}</channel></rss>'.encode()
    found = quickly(body)
    assert found is None or found == slowly(body)


@settings(deadline=None, max_examples=200)
@given(st.lists(st.lists(st.sampled_from(ATOM_PARTS), max_size=7), min_size=1, max_size=3), st.sampled_from(("", ' xml:lang="en"')))
def test_any_atom_is_read_alike_or_not_at_all(entries: list[list[str]], language: str) -> None:
    inner = "".join(f"<entry>{''.join(parts)}</entry>" for parts in entries)
    body = f'<feed xmlns="http://www.w3.org/2005/Atom"{language}><title>News</title>{inner}</feed>'.encode()
    found = quickly(body)
    assert found is None or found == slowly(body)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (rss().encode(), "text/xml; charset=windows-1251"),
        (rss(prolog='<?xml version="1.0" encoding="shift_jis"?>').encode(), ""),
        (rss(prolog="<!DOCTYPE rss>").encode(), ""),
        (rss().encode() + b"<", ""),
        (rss().encode("utf-16"), ""),
        (b"\xff" + rss().encode(), ""),
        (b"<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'/>", ""),
        (b"", ""),
    ],
)
def test_what_leaves_a_doubt_is_left_to_feedparser(body: bytes, content_type: str) -> None:
    assert lean.parse(body, url=URL, content_type=content_type) is None

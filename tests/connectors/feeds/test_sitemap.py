"""Sitemaps of news, plain ones, indexes, and packed ones."""

import gzip
from datetime import UTC, datetime

import pytest

from connectors.feeds.base import Reading
from connectors.feeds.failures import UnreadableError
from connectors.feeds.kinds import read_feed
from connectors.feeds.sitemap import MAX_CHILDREN, MAX_PLAIN

URL = "https://news.example/sitemap.xml"
NAMESPACES = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'


def place(loc: str, more: str = "", name: str = "url") -> str:
    return f"<{name}><loc>{loc}</loc>{more}</{name}>"


def news(title: str, at: str = "2021-12-31T08:00:00+01:00") -> str:
    publication = "<news:publication><news:name>The Example</news:name><news:language>en</news:language></news:publication>"
    return (
        f"<news:news>{publication}<news:publication_date>{at}</news:publication_date><news:title>{title}</news:title></news:news>"
    )


def lastmod(at: str) -> str:
    return f"<lastmod>{at}</lastmod>"


def document(*places: str, root: str = "urlset") -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?><{root} {NAMESPACES}>{"".join(places)}</{root}>'.encode()


def read(body: bytes, url: str = URL) -> Reading:
    return read_feed("auto", body, url=url, content_type="application/xml")


def test_news_has_title_time_and_language() -> None:
    reading = read(document(place("https://news.example/a?utm_source=x", news("Biden &amp; Putin"))))
    (entry,) = reading.entries
    assert (reading.kind, reading.title, reading.language) == ("sitemap", "The Example", "en")
    assert (entry.link, entry.title, entry.language) == ("https://news.example/a", "Biden & Putin", "en")
    assert entry.published_at == datetime(2021, 12, 31, 7, tzinfo=UTC)


def test_where_there_is_news_sections_are_no_entries() -> None:
    reading = read(document(place("https://news.example/world"), place("https://news.example/a", news("T"))))
    assert [entry.link for entry in reading.entries] == ["https://news.example/a"]


def test_of_a_plain_sitemap_the_newest_are_taken_and_changes_are_no_publications() -> None:
    places = [place(f"https://news.example/{day}", lastmod(f"2021-12-{day:02}")) for day in range(1, 31)] * 20
    reading = read(document(*places))
    assert len(reading.entries) == MAX_PLAIN
    assert reading.entries[0].link == "https://news.example/30"
    assert reading.entries[0].published_at is None


def test_a_packed_sitemap_is_unpacked() -> None:
    assert len(read(gzip.compress(document(place("https://news.example/a", news("T"))))).entries) == 1


def test_a_packed_sitemap_that_unpacks_without_end_is_unreadable() -> None:
    with pytest.raises(UnreadableError, match="unpacks to more"):
        read(gzip.compress(document() + b" " * 60_000_000))


@pytest.mark.parametrize("cut", [1, 9, 40])
def test_a_broken_packing_is_unreadable(cut: int) -> None:
    body = gzip.compress(document(place("https://news.example/a", news("T"))))
    with pytest.raises(UnreadableError):
        read_feed("sitemap", body[:cut] + b"\xff" * 10, url=URL, content_type="")


def test_an_index_is_followed_to_news_first_then_to_the_newest() -> None:
    children = [
        place(f"https://news.example/{name}.xml", lastmod(at), name="sitemap")
        for name, at in (("old", "2020-01-01"), ("new", "2021-12-31"), ("news", "2019-01-01"))
    ]
    reading = read(document(*children, root="sitemapindex"))
    assert [address.rpartition("/")[2] for address in reading.follow] == ["news.xml", "new.xml", "old.xml"]
    assert reading.entries == ()


def test_of_undated_children_the_last_are_followed() -> None:
    children = [place(f"https://news.example/{number}.xml", name="sitemap") for number in range(100)]
    follow = read(document(*children, root="sitemapindex")).follow
    assert len(follow) == MAX_CHILDREN
    assert follow[0] == "https://news.example/99.xml"


@pytest.mark.parametrize("loc", ["https://evil.example/s.xml", "file:///etc/passwd", "javascript:x", "http://127.0.0.1/s.xml", ""])
def test_an_index_is_not_followed_to_another_outlet(loc: str) -> None:
    assert read(document(place(loc, name="sitemap"), root="sitemapindex")).follow == ()


def test_an_entry_without_an_address_is_quarantined_and_the_others_are_read() -> None:
    reading = read(document(place("mailto:a@b", news("Bad")), place("https://news.example/a", news("Good"))))
    assert [entry.title for entry in reading.entries] == ["Good"]
    assert [one.key for one in reading.quarantined] == ["mailto:a@b"]


def test_what_is_not_well_formed_is_read_as_far_as_it_goes() -> None:
    body = document(place("https://news.example/a", news("A & B")), place("https://news.example/b", news("Second")))
    assert next(entry.link for entry in read(body[:-30]).entries) == "https://news.example/a"


def test_entities_are_refused() -> None:
    body = b'<!DOCTYPE urlset [<!ENTITY a "b">]>' + document().partition(b"?>")[2]
    with pytest.raises(UnreadableError, match="entities"):
        read(body)


def test_another_root_is_no_sitemap() -> None:
    with pytest.raises(UnreadableError, match="no sitemap"):
        read_feed("sitemap", b"<html/>", url=URL, content_type="")

"""The feeds of a site, found from its front page on a real server."""

from collections.abc import Callable

import pytest

from connectors.errors import FetchError
from connectors.feeds.discover import Candidate, declared, discover, linked, news_sitemaps
from connectors.feeds.fetch import Response
from connectors.feeds.kinds import read_feed
from tests.connectors.feeds.documents import item, rss

URL = "https://news.example/"
Pages = dict[str, str]


def getter(pages: Pages, asked: list[str] | None = None) -> Callable[[str], Response]:
    def get(url: str) -> Response:
        if asked is not None:
            asked.append(url)
        if "broken" in url:
            raise FetchError(url, "is broken")
        path = url.removeprefix("https://news.example")
        return Response(url=url, status=200 if path in pages else 404, body=pages.get(path, "").encode())

    return get


def found(pages: Pages, asked: list[str] | None = None, url: str = URL) -> tuple[Candidate, ...]:
    return discover(
        url, getter(pages, asked), lambda answer: read_feed("auto", answer.body, url=answer.url, content_type=answer.content_type)
    )


def alternate(href: str, title: str = "", kind: str = "application/rss+xml") -> str:
    return f'<link rel="alternate" type="{kind}" title="{title}" href="{href}">'


def test_a_feed_is_its_own_feed() -> None:
    assert found({"/": rss(item())})[0].url == URL


def test_declared_feeds_are_found_and_those_of_comments_are_not() -> None:
    head = (
        alternate("/feed/", "News")
        + alternate("/comments/feed/", "Comments Feed")
        + alternate("/feed.json", kind="application/feed+json")
    )
    assert declared(f"<html>{head}</html>".encode(), url=URL) == ("https://news.example/feed/", "https://news.example/feed.json")


def test_translations_and_style_are_no_feeds() -> None:
    head = '<link rel="alternate" hreflang="fr" type="text/xml" href="/fr">'
    head += '<link rel="stylesheet" href="/feed.css"><link rel=alternate href=/x>'
    assert declared(f"<html>{head}</html>".encode(), url=URL) == ()


def test_links_that_look_like_feeds_are_found() -> None:
    body = b"<a href='/rss/world.xml'>World</a><a href='/feed'>F</a><a href='/press'>P</a>"
    body += b"<a href='/news.atom'>A</a><a href=/feedback>B</a>"
    assert [address.removeprefix("https://news.example") for address in linked(body, url=URL)] == [
        "/rss/world.xml",
        "/feed",
        "/news.atom",
    ]


def test_the_declared_feed_that_can_be_read_wins_and_nothing_else_is_asked() -> None:
    asked: list[str] = []
    pages = {"/": f"<html>{alternate('/broken')}{alternate('/feed.xml')}</html>", "/feed.xml": rss(item())}
    (candidate,) = found(pages, asked)
    assert (candidate.url, candidate.kind, candidate.title, candidate.entries) == (
        "https://news.example/feed.xml",
        "rss",
        "News",
        1,
    )
    assert asked == [URL, "https://news.example/broken", "https://news.example/feed.xml"]


def test_usual_places_are_tried_last() -> None:
    assert [one.url for one in found({"/": "<html>Nothing here</html>", "/rss.xml": rss(item())})] == [
        "https://news.example/rss.xml"
    ]


def test_a_sitemap_of_news_in_robots_txt_is_found() -> None:
    robots = "User-agent: *\nSitemap: https://news.example/sitemap.xml\nsitemap: /news-map.xml\n"
    assert news_sitemaps(robots, URL) == ("https://news.example/news-map.xml",)
    sitemap = '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>/a</loc></url></urlset>'
    pages = {"/": "<html>Nothing here</html>", "/robots.txt": robots, "/news-map.xml": sitemap}
    assert [(one.url, one.kind) for one in found(pages)] == [("https://news.example/news-map.xml", "sitemap")]


def test_a_site_without_feeds_has_none_and_is_asked_little() -> None:
    asked: list[str] = []
    many = "".join(alternate(f"/{number}") for number in range(100))
    assert found({"/": f"<html>{many}</html>"}, asked) == ()
    assert len(asked) < 25


def test_a_site_that_cannot_be_fetched_says_so() -> None:
    with pytest.raises(FetchError):
        found({}, url="https://news.example/broken")

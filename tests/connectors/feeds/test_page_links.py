"""A page watched as a feed: which of its links are entries, and under what title."""

import pytest

from connectors.feeds.base import Entry
from connectors.feeds.failures import UnreadableError
from connectors.feeds.kinds import read_feed
from connectors.feeds.selectors import SelectorError

URL = "https://news.example/world/"


def entries(body: str, selector: str) -> tuple[Entry, ...]:
    return read_feed("page", body.encode(), url=URL, content_type="text/html", selector=selector).entries


def test_links_are_entries_with_their_words_as_titles() -> None:
    body = "<html lang=en><title>World</title><h2><a href='/a?utm_source=x'>Biden warns  Moscow of sanctions</a></h2></html>"
    reading = read_feed("page", body.encode(), url=URL, content_type="", selector="h2 a")
    assert reading.entries == (Entry(link="https://news.example/a", title="Biden warns Moscow of sanctions"),)
    assert (reading.kind, reading.title, reading.language) == ("page", "World", "en")


def test_a_selector_may_name_what_holds_the_link() -> None:
    body = "<article class=teaser><a href=/a><img></a><h3>Biden warns Moscow of sanctions</h3><a href=/a>Read more</a></article>"
    assert entries(body, "article.teaser") == (Entry(link="https://news.example/a", title="Biden warns Moscow of sanctions"),)


def test_an_image_and_a_headline_that_lead_to_one_article_are_one_entry() -> None:
    body = "<p><a href=/a><img></a></p><p><a href=/b>Second story of the day</a></p><p><a href=/a>First story of the day</a></p>"
    assert [(one.link[-2:], one.title) for one in entries(body, "p a")] == [
        ("/a", "First story of the day"),
        ("/b", "Second story of the day"),
    ]


def test_links_of_other_outlets_and_of_the_page_itself_are_left_out() -> None:
    body = "<a href='https://ads.example/x'>Buy it</a><a href='#top'>Top</a><a href='mailto:a@b'>Mail</a><a href=' /a '>Story</a>"
    assert [one.link for one in entries(body, "a")] == ["https://news.example/a"]


def test_base_is_heeded() -> None:
    assert entries("<head><base href='/x/'></head><a href=a>Story</a>", "a")[0].link == "https://news.example/x/a"


def test_a_page_on_which_the_selector_finds_nothing_says_so() -> None:
    with pytest.raises(UnreadableError, match="no link to an article at 'main a'"):
        entries("<html><body>Under construction</body></html>", "main a")


def test_a_selector_that_is_none_says_so() -> None:
    with pytest.raises(SelectorError):
        entries("<a href=/a>x</a>", "a:hover")


@pytest.mark.parametrize("body", ["", "   ", "\0\0"])
def test_an_empty_page_is_unreadable(body: str) -> None:
    with pytest.raises(UnreadableError):
        entries(body, "a")


def test_a_page_is_never_taken_for_a_feed_and_names_its_feeds() -> None:
    body = b"<!doctype html><link rel=alternate type=application/rss+xml href=/feed.xml><a href=/a>Story</a>"
    with pytest.raises(UnreadableError, match=r"a web page.*news.example/feed.xml"):
        read_feed("auto", body, url=URL, content_type="text/html")

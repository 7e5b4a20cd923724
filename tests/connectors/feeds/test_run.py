"""Feeds over HTTP to Articles, as a whole: a real server, real workers, a real store."""

import threading
from pathlib import Path

from connectors.config import FeedConfig, FeedsConfig
from connectors.feeds.base import ListPublisher, Outcome
from connectors.feeds.run import Summary, run
from tests.connectors.feeds.documents import item, page, rss
from tests.connectors.feeds.servers import Site


def config(site: Site, path: Path, **feed: object) -> FeedsConfig:
    one = FeedConfig(**({"id": "news", "url": site.url("/feed"), "allow_private_addresses": True} | feed))
    return FeedsConfig(state_path=path / "feeds.sqlite", feed=(one,), contact="desk@example.org")


def once(made: FeedsConfig, publisher: ListPublisher) -> Summary:
    return run(made, publisher, stop=threading.Event(), say=lambda _: None, once=True, host_gap_secs=0.0)


def test_articles_of_a_feed_are_published_with_the_text_of_their_pages(site: Site, tmp_path: Path) -> None:
    site.give("/feed", rss(item(text="Teaser."), item(title="Two", link="/b?utm_source=rss", text="")))
    site.give("/a", page(), Content_Type="text/html")
    site.give("/b?utm_source=rss", page(title="Two", text="Other words about nothing in particular. " * 10))
    publisher = ListPublisher()
    summary = once(config(site, tmp_path), publisher)
    first, second = publisher.articles
    assert summary.outcomes == {Outcome.PUBLISHED: 1}
    assert first.text.startswith("First. The United States")
    assert "\n\nThird." in first.text
    assert (first.title, first.url, first.version, first.language) == ("Biden warns Moscow", site.url("/a"), 1, "en")
    assert second.url == site.url("/b")


def test_a_second_poll_of_an_unchanged_feed_publishes_nothing(site: Site, tmp_path: Path) -> None:
    site.give("/feed", rss(item(), item(title="Two", link="/b")))
    publisher = ListPublisher()
    made = config(site, tmp_path, fetch_pages=False)
    once(made, publisher)
    summary = once(made, publisher)
    assert len(publisher.articles) == 2
    assert summary.outcomes == {Outcome.NOTHING_NEW: 1}

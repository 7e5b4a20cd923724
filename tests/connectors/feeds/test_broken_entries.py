"""One bad entry in a feed costs nobody else: all others are read as if it were not there, and it is told with a reason."""

import re
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from connectors.config import FeedConfig, FeedsConfig
from connectors.feeds.articles import make_article
from connectors.feeds.base import FeedSpec, ListPublisher, Outcome
from connectors.feeds.identity import all_keys, identify
from connectors.feeds.kinds import read_feed
from connectors.feeds.run import run
from connectors.feeds.store import Store
from connectors.messages.article import Article
from connectors.messages.codec import encode
from tests.connectors.feeds.real_size import feeds
from tests.connectors.feeds.servers import serving

NOW = datetime(2026, 3, 3, tzinfo=UTC)
SPEC = FeedSpec(id="news", url="https://news.example/feed")
COUNT = 200
# What cannot become an article: `{open}` and `{close}` stand for the element of an entry.
BROKEN = (
    "{open}{close}",
    "{open}<title>Without a word</title><link>http://[::1/half</link>{close}",
    "{open}<title></title><guid>7</guid><description></description>{close}",
    "{open}<title/><link>https://news.example:99999999/x</link>{close}",
    "{open}<title>&nbsp;</title><![CDATA[ ]]>{close}",
    '{open}<description><![CDATA[<script>alert("x")</script><form>Please</form>]]></description>{close}',
    "{open}<description>&#8203;&#xFEFF;</description>{close}",
    "{open}<title>&nbsp;</title><description>&nbsp;</description><link>http://[</link>{close}",
    "{open}<title>Not closed<description>[ <link>http://[</link>{close}",
    "{open}<title>A < B</title><link>http://[</link>{close}",
    "{open}<foo bar=><link>http://[</link></b></i>{close}",
    "{open}<title>\x0b\x00</title>{close}",
    "{open}<pubDate>Thu, 99 Foo 99999 99:99:99 +9999</pubDate>{close}",
    "{open}<title><![CDATA[Never closed</title>{close}",
    "{open}<description><![CDATA[{close}",
    "{open}<!-- Never closed {close}",
    "{open}<?php echo {close}",
    "{open}<title>&nosuch;</title>{close}",
    "{open}<title{close}",
    '{open}<link href="http://news.example>{close}',
    "{open}</title></description>{close}",
    "{open}{open}{close}{close}",
    "{open}]]>{close}",
    "{open}<link>javascript:alert(1)</link><guid>javascript:alert(1)</guid>{close}",
)


def planted(body: bytes, broken: str, place: int) -> bytes:
    """Return a feed with a broken entry before one of its entries."""
    element = b"entry" if b"<entry>" in body else b"item"
    at = [found.start() for found in re.finditer(b"<" + element + b">", body)][place]
    name = element.decode()
    return body[:at] + broken.format(open=f"<{name}>", close=f"</{name}>").encode() + body[at:]


def articles_of(body: bytes) -> tuple[dict[str, Article], list[str]]:
    """Return the articles of a feed by id, and why each other entry gave none."""
    reading = read_feed("auto", body, url=SPEC.url, content_type="")
    found: dict[str, Article] = {}
    reasons = [one.reason for one in reading.quarantined]
    for identified in identify(SPEC.id, all_keys(SPEC.id, reading.entries), {}):
        made = make_article(SPEC, reading, identified, None, NOW)
        if made is None:
            reasons.append("has no text")
        else:
            found[made[0].id] = made[0]
            encode(made[0])
    return found, reasons


@pytest.mark.parametrize("broken", BROKEN)
def test_a_broken_entry_is_told_and_all_others_are_read(broken: str) -> None:
    for number, body in enumerate(feeds(-(-COUNT // len(BROKEN)), seed=BROKEN.index(broken))):
        whole, nothing = articles_of(body)
        others, reasons = articles_of(planted(body, broken, number % 10))
        assert len(reasons) == len(nothing) + 1
        assert others == whole


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_of_two_hundred_feeds_each_with_a_broken_entry_all_others_are_published_and_the_broken_ones_kept_with_a_reason(
    tmp_path: Path,
) -> None:
    """A whole run over HTTP: what is published, and what the store says of each feed afterwards."""
    bodies = tuple(feeds(COUNT, seed=11))
    told = [len(articles_of(body)[1]) for body in bodies]
    with serving() as site:
        for number, body in enumerate(bodies):
            site.give(f"/{number}", planted(body, BROKEN[number % len(BROKEN)], number % 10))
        listed = tuple(
            FeedConfig(
                id=f"feed{number}",
                url=f"http://feed{number}.localhost:{site.port}/{number}",
                fetch_pages=False,
                allow_private_addresses=True,
            )
            for number in range(COUNT)
        )
        publisher = ListPublisher()
        config = FeedsConfig(feed=listed, state_path=tmp_path / "state")
        summary = run(config, publisher, stop=threading.Event(), say=lambda _: None, once=True, host_gap_secs=0.0)
    assert summary.outcomes == {Outcome.PUBLISHED: COUNT}
    wanted = {article.url: article.text for body in bodies for article in articles_of(body)[0].values()}
    found = {article.url: article.text for article in publisher.articles}
    assert found.keys() == wanted.keys()
    store = Store(tmp_path / "state")
    kept = [store.quarantined(feed.id) for feed in listed]
    store.close()
    assert [len(one) for one in kept] == [count + 1 for count in told]
    assert all(one.reason for quarantined in kept for one in quarantined)
    print(f"{COUNT} feeds: {len(found)} articles published, 0 lost, {sum(map(len, kept))} entries kept back with a reason")

"""Feeds of usual size, polled again: what did not change is not published again, whatever happens to guids, dates and links."""

import random
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from connectors.feeds.articles import make_article, next_version, remembered
from connectors.feeds.base import FeedSpec
from connectors.feeds.identity import all_keys, identify
from connectors.feeds.kinds import read_feed
from connectors.feeds.store import Store
from connectors.messages.article import Article
from tests.connectors.feeds.real_size import feeds

NOW = datetime(2026, 3, 3, tzinfo=UTC)
FEEDS = tuple(feeds(20))
GUID = re.compile(rb"(<guid[^>]*>|<id>)[^<]*")
DATE = re.compile(rb"<(pubDate|published|updated)>[^<]*")
LINK = re.compile(rb"<link>https://([^<?]*)(?:\?[^<]*)?</link>")


def as_it_is(body: bytes, dice: random.Random) -> bytes:
    return body


def with_other_guids(body: bytes, dice: random.Random) -> bytes:
    return GUID.sub(
        lambda found: (
            b'<guid isPermaLink="false">%d' % dice.randrange(10**9)
            if b"guid" in found[1]
            else b"<id>urn:%d" % dice.randrange(10**9)
        ),
        body,
    )


def without_guids(body: bytes, dice: random.Random) -> bytes:
    return re.sub(rb"<guid[^>]*>[^<]*</guid>", b"", body)


def with_one_guid(body: bytes, dice: random.Random) -> bytes:
    return GUID.sub(lambda found: found[1] + b"https://site.example/", body) if b"<guid" in body else body


def with_other_dates(body: bytes, dice: random.Random) -> bytes:
    return DATE.sub(
        lambda found: b"<%s>%s" % (found[1], (NOW - timedelta(minutes=dice.randrange(10**4))).isoformat().encode()), body
    )


def with_tracked_links(body: bytes, dice: random.Random) -> bytes:
    return LINK.sub(lambda found: b"<link>http://%s?utm_source=%d&amp;at_medium=x#c</link>" % (found[1], dice.randrange(99)), body)


def in_another_order(body: bytes, dice: random.Random) -> bytes:
    element = rb"<entry>.*?</entry>" if b"<entry>" in body else rb"<item>.*?</item>"
    entries = re.findall(element, body, re.DOTALL)
    dice.shuffle(entries)
    return re.sub(element, lambda _: entries.pop(), body, flags=re.DOTALL)


CHANGES = (
    as_it_is,
    with_other_guids,
    without_guids,
    with_one_guid,
    with_other_dates,
    with_tracked_links,
    in_another_order,
)


def polled(store: Store, spec: FeedSpec, body: bytes) -> list[Article]:
    """Poll a feed as `poller.py` does, without pages; return what is published."""
    reading = read_feed("auto", body, url=spec.url, content_type="")
    keyed = all_keys(spec.id, reading.entries)
    published = []
    for identified in identify(spec.id, keyed, store.seen(key for _, keys in keyed for key in keys)):
        made = make_article(spec, reading, identified, None, NOW)
        version = next_version(made[0], identified.seen) if made is not None else None
        store.record(spec.id, seen=[remembered(spec, identified, identified.seen, version, NOW.date())])
        published += [version] if version is not None else []
    return published


@pytest.mark.parametrize("change", CHANGES)
def test_what_did_not_change_is_not_published_again(change: Callable[[bytes, random.Random], bytes], tmp_path: Path) -> None:
    dice, store = random.Random(7), Store(tmp_path / "state")
    for number, body in enumerate(FEEDS):
        spec = FeedSpec(id=f"feed-{number}", url="https://site.example/feed")
        assert len(polled(store, spec, body)) > 5
        for _ in range(3):
            assert polled(store, spec, change(body, dice)) == []
    store.close()

"""Documents that are made to use up time and memory end within 5 s and 150 MB, and delay nobody else."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress

import psutil
import pytest

from connectors.feeds.failures import UnreadableError
from connectors.feeds.workers import COUNT, Workers
from tests.connectors.feeds.documents import item, page, rss
from tests.connectors.feeds.test_xml_guard import ATTACKS

pytestmark = pytest.mark.slow

URL = "http://news.example/a"
SECS, MEGABYTES, DELAY_SECS = 5.0, 150, 1.0
RSS_HEAD, RSS_END = b"<rss version='2.0'><channel><item><description>", b"</description></item></channel></rss>"
LINKS = b"<html><body>" + b"<a href='/x'>link</a> " * 100_000
PAGES = {
    "links": LINKS,
    "deep elements": b"<html><body>" + b"<div>" * 100_000 + b"words",
    "deep tables": b"<html><body>" + b"<table><tr><td>" * 30_000,
    "many paragraphs": b"<html><body>" + b"<p>A paragraph of words, it is, and goes on.</p>" * 60_000,
    "one long paragraph": b"<html><body><p>" + b"word " * 600_000,
    "nothing but brackets": b"<html><body>" + b"<" * 3_000_000,
    "many authors": b"<html><head>" + b"<meta name='author' content='x'>" * 90_000,
    "deep JSON": b"<html><head><script type='application/ld+json'>" + b"[" * 1_000_000 + b"</script>",
}
FEEDS = {
    "deep elements": b"<rss version='2.0'><channel>" + b"<item><x>" * 100_000,
    "deep markup": RSS_HEAD + b"&lt;div&gt;" * 300_000 + RSS_END,
    "open quotes": RSS_HEAD + b'&lt;a b="' * 300_000 + RSS_END,
    "open comments": RSS_HEAD + b"&lt;!--" * 300_000 + RSS_END,
    "a tag of white space": RSS_HEAD + b"&lt;a" + b" " * 3_000_000 + RSS_END,
    "many attributes": b"<rss version='2.0'><channel><item " + b" ".join(b"a%d='1'" % number for number in range(200_000)) + b"/>",
    "many entries": b"<rss version='2.0'><channel>" + b"<item><title>x</title></item>" * 300_000 + b"</channel></rss>",
    **{f"entities, {name}": attack.encode() for name, attack in ATTACKS.items()},
}


def warm_up(workers: Workers) -> None:
    """Have every child read a page that takes a while, so that none gets two."""
    busy = page(after="<p>A paragraph of words, it is, and goes on.</p>" * 2_000).encode()
    with ThreadPoolExecutor(COUNT) as pool:
        list(pool.map(lambda _: workers.read_page(busy, url=URL, content_type=""), range(COUNT)))


@pytest.fixture(scope="module")
def readers() -> Iterator[Workers]:
    with Workers() as running:
        yield running


@contextmanager
def within_limits() -> Iterator[None]:
    """Check what happens in the context against the limits on time and on the memory of each child."""
    over, peak = threading.Event(), 0
    children = psutil.Process().children()

    def watch() -> None:
        nonlocal peak
        while not over.wait(0.1):
            for child in children:
                with suppress(psutil.Error):
                    peak = max(peak, child.memory_info().rss)

    watcher = threading.Thread(target=watch)
    watcher.start()
    began = time.monotonic()
    try:
        yield
    finally:
        took = time.monotonic() - began
        over.set()
        watcher.join()
    assert took < SECS
    assert peak < MEGABYTES * 1024 * 1024


@pytest.mark.parametrize("body", PAGES.values(), ids=PAGES.keys())
def test_a_hostile_page_ends_within_its_time_and_memory(readers: Workers, body: bytes) -> None:
    warm_up(readers)
    with within_limits(), suppress(UnreadableError):
        readers.read_page(body, url=URL, content_type="")


@pytest.mark.parametrize("body", FEEDS.values(), ids=FEEDS.keys())
def test_a_hostile_feed_ends_within_its_time_and_memory(readers: Workers, body: bytes) -> None:
    warm_up(readers)
    with within_limits(), suppress(UnreadableError):
        readers.read_feed("auto", body, url=URL, content_type="")


def test_neighbours_of_hostile_pages_are_not_delayed() -> None:
    def bomb() -> None:
        with suppress(UnreadableError):
            workers.read_page(PAGES["many paragraphs"], url=URL, content_type="")

    with Workers() as workers:
        warm_up(workers)
        bombs = [threading.Thread(target=bomb) for _ in range(COUNT - 1)]
        for thread in bombs:
            thread.start()
        time.sleep(0.2)
        longest = 0.0
        for _ in range(20):
            began = time.monotonic()
            assert workers.read_feed("auto", rss(item()).encode(), url=URL, content_type="").entries
            longest = max(longest, time.monotonic() - began)
        for thread in bombs:
            thread.join()
    assert longest < DELAY_SECS


def test_a_large_feed_is_read_whole(readers: Workers) -> None:
    text = "A paragraph of words about sanctions, and then one more of them. " * 120
    body = rss(*(item(title=f"{number}", link=f"/{number}", text=text) for number in range(500))).encode()
    assert len(body) > 3_500_000
    assert len(readers.read_feed("auto", body, url=URL, content_type="").entries) == 500

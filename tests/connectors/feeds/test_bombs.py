"""Documents and servers that are made to use up time and memory end within 5 s and 150 MB, and delay nobody else by a second."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from connectors.errors import FeedError
from connectors.feeds.fetch import Fetcher
from connectors.feeds.workers import COUNT, Workers
from tests.benchmarks.bench_feeds_bombs import BOMBS_AT_ONCE, NEIGHBOURS, pauses
from tests.connectors.feeds.bombs import DELAY_SECS, FEEDS, MEGABYTES, PAGES, SECS, measured, servers
from tests.connectors.feeds.documents import item, page, rss
from tests.connectors.feeds.servers import Answer, Site

pytestmark = pytest.mark.slow
SERVERS = servers()
TRIES = 3


def warm_up(workers: Workers) -> None:
    """Have every child read a page that takes a while, so that none gets two."""
    busy = page(after="<p>A paragraph of words, it is, and goes on.</p>" * 2_000).encode()
    with ThreadPoolExecutor(COUNT) as pool:
        list(pool.map(lambda _: workers.read_page(busy, url="http://good.example/", content_type=""), range(COUNT)))


@pytest.fixture(scope="module")
def readers() -> Iterator[Workers]:
    with Workers() as running:
        yield running


def fits(job: Callable[[], object]) -> None:
    """Check a job against the limits on memory, and on time: a machine that is busy with other things can only add to that."""
    for left in reversed(range(TRIES)):
        cost = measured(job)
        assert cost.worker_megabytes < MEGABYTES
        assert cost.own_megabytes < MEGABYTES
        if cost.secs < SECS:
            return
        assert left > 0, f"took {cost.secs:.2f} s at each of {TRIES} times"


@pytest.mark.parametrize("name", PAGES)
def test_a_hostile_page_ends_within_its_time_and_memory(readers: Workers, name: str) -> None:
    def job() -> None:
        with suppress(FeedError):
            readers.read_page(PAGES[name], url=f"http://{abs(hash(name))}.example/", content_type="")

    warm_up(readers)
    fits(job)


@pytest.mark.parametrize("name", FEEDS)
def test_a_hostile_feed_ends_within_its_time_and_memory(readers: Workers, name: str) -> None:
    def job() -> None:
        with suppress(FeedError):
            readers.read_feed("auto", FEEDS[name], url=f"http://{abs(hash(name))}.example/", content_type="")

    warm_up(readers)
    fits(job)


@pytest.mark.parametrize("name", SERVERS)
def test_a_hostile_server_is_left_within_its_time_and_memory(readers: Workers, site: Site, name: str) -> None:
    """With the limits of production: `Budget()` and the workers' own."""

    def job() -> None:
        with suppress(FeedError):
            answer = fetcher.get(site.url("/bomb"), allow_private=True)
            readers.read_feed("auto", answer.body, url=answer.url, content_type=answer.content_type)

    fetcher = Fetcher(user_agent="test", stop=threading.Event())
    site.answers["/bomb"] = SERVERS[name]
    warm_up(readers)
    fits(job)


def test_bombs_of_every_kind_delay_no_poll_of_a_neighbour_by_a_second() -> None:
    delays = []
    for _ in range(TRIES):
        alone, among = pauses(bombs=0, secs=10), pauses(bombs=BOMBS_AT_ONCE, secs=10)
        assert len(among) == NEIGHBOURS
        delays.append(max(among.values()) - max(alone.values()))
        if delays[-1] < DELAY_SECS:
            return
    pytest.fail(f"the bombs added {delays} s")


def test_a_large_feed_is_read_whole(readers: Workers) -> None:
    text = "A paragraph of words about sanctions, and then one more of them. " * 120
    body = rss(*(item(title=f"{number}", link=f"/{number}", text=text) for number in range(500))).encode()
    assert len(body) > 3_500_000
    assert len(readers.read_feed("auto", body, url="http://good.example/", content_type="").entries) == 500


def test_the_measure_sees_time_and_memory(site: Site) -> None:
    site.answers["/x"] = Answer(body=b"x" * 9_000_000)
    kept: list[bytes] = []
    fetcher = Fetcher(user_agent="test", stop=threading.Event())
    cost = measured(lambda: kept.extend(fetcher.get(site.url("/x"), allow_private=True).body for _ in range(6)))
    assert cost.own_megabytes > 40
    with Workers(count=1) as workers:
        cost = measured(lambda: workers.read_page(page().encode(), url="http://good.example/", content_type=""))
    assert cost.worker_megabytes > 15

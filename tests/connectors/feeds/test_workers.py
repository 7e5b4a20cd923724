"""Worker processes read documents, and die of the bad ones alone."""

import threading
import time
from contextlib import suppress

import psutil
import pytest

from connectors.feeds.failures import StoppedError, UnreadableError
from connectors.feeds.workers import Workers
from tests.connectors.feeds.documents import item, page, rss

URL = "http://news.example/a"
# 100,000 links take trafilatura many seconds.
SLOW_PAGE = b"<html><body>" + b"<a href='/x'>link</a> " * 100_000 + b"</body></html>"


def test_feeds_and_pages_are_read_in_a_child(workers: Workers) -> None:
    reading = workers.read_feed("auto", rss(item()).encode(), url=URL, content_type="")
    assert [entry.title for entry in reading.entries] == ["Biden warns Moscow"]
    assert workers.read_page(page().encode(), url=URL, content_type="").title == "Biden warns Moscow"


def test_an_error_of_a_reader_comes_back_as_itself(workers: Workers) -> None:
    with pytest.raises(UnreadableError, match="no feed that we know"):
        workers.read_feed("auto", b"words", url=URL, content_type="")


def test_a_child_that_takes_too_long_is_ended_and_replaced() -> None:
    with Workers(count=1, job_secs=0.3) as workers:
        started = time.monotonic()
        with pytest.raises(UnreadableError, match=r"could not be read within 0\.3 s"):
            workers.read_page(SLOW_PAGE, url=URL, content_type="")
        assert time.monotonic() - started < 3


def test_a_child_killed_from_outside_spoils_one_job_only() -> None:
    with Workers(count=1) as workers:
        workers.read_page(page().encode(), url=URL, content_type="")
        for child in psutil.Process().children():
            if "connectors.feeds.workers" in child.cmdline():
                child.kill()
                child.wait(5)
        with pytest.raises(UnreadableError):
            workers.read_page(page().encode(), url=URL, content_type="")
        assert workers.read_page(page().encode(), url=URL, content_type="").title == "Biden warns Moscow"


def test_closing_ends_a_job_under_way() -> None:
    workers = Workers(count=1, job_secs=30)
    threading.Timer(0.5, workers.close).start()
    started = time.monotonic()
    with pytest.raises(StoppedError):
        workers.read_page(SLOW_PAGE, url=URL, content_type="")
    assert time.monotonic() - started < 5


def test_deep_nesting_and_many_links_end_in_time(workers: Workers) -> None:
    deep = b"<html><body>" + b"<div>" * 100_000 + b"words" + b"</body></html>"
    for body in (deep, SLOW_PAGE):
        started = time.monotonic()
        with suppress(UnreadableError):
            workers.read_page(body, url=URL, content_type="")
        assert time.monotonic() - started < 7

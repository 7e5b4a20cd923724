"""Worker processes read documents, and die of the bad ones alone."""

import io
import os
import pickle
import subprocess
import threading
import time
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import psutil
import pytest

from connectors.errors import UnsafeAddressError
from connectors.feeds.base import Entry, Page, Quarantined, Reading
from connectors.feeds.costly import REST_SECS, TIMES, Costly
from connectors.feeds.failures import StoppedError, UnreadableError
from connectors.feeds.selectors import SelectorError
from connectors.feeds.workers import LAST, MOST_ENTRIES, MOST_QUARANTINED, Workers, bounded, receive, send
from tests.connectors.feeds.documents import item, page, rss
from tests.connectors.feeds.servers import Site

URL = "http://news.example/a"
# Entries in entries take feedparser many seconds.
COSTLY = b"<rss version='2.0'><channel>" + b"<item><x>" * 100_000


def test_feeds_and_pages_are_read_in_a_child(workers: Workers) -> None:
    reading = workers.read_feed("auto", rss(item()).encode(), url=URL, content_type="")
    assert [entry.title for entry in reading.entries] == ["Biden warns Moscow"]
    assert workers.read_page(page().encode(), url=URL, content_type="").title == "Biden warns Moscow"


def test_an_error_of_a_reader_comes_back_as_itself(workers: Workers) -> None:
    with pytest.raises(UnreadableError, match="no feed that we know"):
        workers.read_feed("auto", b"words", url=URL, content_type="")


def test_a_child_that_takes_too_long_is_ended_and_replaced() -> None:
    with Workers(count=1, job_secs=0.3) as workers:
        with suppress(UnreadableError):
            workers.read_feed("auto", rss(item()).encode(), url="http://other.example/", content_type="")  # the child is up then
        started = time.monotonic()
        with pytest.raises(UnreadableError, match=r"could not be read within 0\.3 s"):
            workers.read_feed("rss", COSTLY, url=URL, content_type="")
        assert time.monotonic() - started < 3


def test_a_child_killed_from_outside_spoils_one_job_only() -> None:
    with Workers(count=1) as workers:
        workers.read_page(page().encode(), url=URL, content_type="")
        for child in children_of_ours():
            child.kill()
            child.wait(5)
        with pytest.raises(UnreadableError):
            workers.read_page(page().encode(), url=URL, content_type="")
        assert workers.read_page(page().encode(), url=URL, content_type="").title == "Biden warns Moscow"


def children_of_ours() -> list[psutil.Process]:
    return [child for child in psutil.Process().children() if "connectors.feeds.workers" in words_of(child)]


def words_of(child: psutil.Process) -> list[str]:
    """Return the command line of a child; one that was killed has none any more."""
    try:
        return child.cmdline()
    except psutil.Error:
        return []


def test_a_child_knows_no_secret_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SANCTIONWIRE_KAFKA__SASL_PASSWORD", "a secret")
    before = set(children_of_ours())
    with Workers(count=1) as workers:
        workers.read_page(page().encode(), url=URL, content_type="")
        (child,) = set(children_of_ours()) - before
        known = child.environ()
        assert "PYTHONPATH" in known
        assert [name for name, value in known.items() if "SANCTIONWIRE" in name or "secret" in value] == []


@pytest.mark.parametrize("named", [os.system, subprocess.Popen, print, Site])
def test_of_what_a_child_says_nothing_is_called_that_was_not_foreseen(named: object) -> None:
    stream = io.BytesIO()
    send(stream, (named, False))
    stream.seek(0)
    with pytest.raises(pickle.UnpicklingError, match="is not taken"):
        receive(stream)


def test_every_answer_that_is_foreseen_comes_through() -> None:
    error = SelectorError("x", "is none")
    at = datetime(2021, 12, 31, 8, tzinfo=timezone(timedelta(hours=3)))
    reading = Reading(kind="rss", entries=(Entry(title="T", published_at=at),), quarantined=(Quarantined(key="", reason="r"),))
    for answer in (reading, Page(text="x"), UnreadableError("x", "is none"), UnsafeAddressError("x", "is private"), error):
        stream = io.BytesIO()
        send(stream, (answer, True))
        stream.seek(0)
        found, tired = receive(stream)
        assert (type(found), str(found), tired) == (type(answer), str(answer), True)


def read_costly(workers: Workers) -> None:
    with suppress(UnreadableError):
        workers.read_feed("rss", COSTLY, url=URL, content_type="")


def test_a_child_out_of_memory_writes_nothing_into_our_log(capfd: pytest.CaptureFixture[str]) -> None:
    with Workers(count=1) as workers, pytest.raises(UnreadableError):
        workers.read_page(b"<html><body>" + b"<p>A paragraph of words, it is, and goes on.</p>" * 60_000, url=URL, content_type="")
    assert capfd.readouterr().err == ""


def test_a_costly_job_goes_on_behind_all_others_and_its_child_is_replaced() -> None:
    before = set(children_of_ours())
    with Workers(count=1) as workers:
        workers.read_page(page().encode(), url=URL, content_type="")
        (child,) = set(children_of_ours()) - before
        thread = threading.Thread(target=read_costly, args=(workers,))
        thread.start()
        lowest = 0
        while thread.is_alive():
            with suppress(psutil.Error):
                lowest = max(lowest, child.nice())
            time.sleep(0.01)
        assert lowest == LAST
        assert workers.read_page(page().encode(), url="http://other.example/", content_type="").title == "Biden warns Moscow"
        assert child not in children_of_ours()


def test_a_child_that_gets_no_processor_time_is_waited_for() -> None:
    before = set(children_of_ours())
    with Workers(count=1, job_secs=0.5) as workers:
        workers.read_page(page().encode(), url=URL, content_type="")
        (child,) = set(children_of_ours()) - before
        child.suspend()
        threading.Timer(1.2, child.resume).start()
        assert workers.read_page(page().encode(), url=URL, content_type="").title == "Biden warns Moscow"


def test_an_answer_is_bounded_and_says_what_it_left_out() -> None:
    broken = tuple(Quarantined(key=str(number), reason="r") for number in range(MOST_QUARANTINED + 7))
    many = Reading(kind="rss", entries=(Entry(title="x"),) * (MOST_ENTRIES + 5), quarantined=broken)
    found = bounded(many)
    assert len(found.entries) == MOST_ENTRIES
    assert [one.reason.split()[0] for one in found.quarantined[MOST_QUARANTINED:]] == ["5", "7"]
    assert bounded(replace(many, kind="directory")) == replace(many, kind="directory")


def test_a_host_whose_documents_kill_children_is_left_unread_for_a_while_and_its_neighbours_are_not() -> None:
    now = [0.0]
    with Workers(count=1, job_secs=0.3, monotonic=lambda: now[0]) as workers:
        for _ in range(TIMES):
            with pytest.raises(UnreadableError, match="could not be read"):
                workers.read_feed("rss", COSTLY, url=URL, content_type="")
        with pytest.raises(UnreadableError, match=r"was not read: the last 3 documents of news\.example"):
            workers.read_page(page().encode(), url=URL, content_type="")
        now[0] = REST_SECS + 1
        for address in (URL, "http://other.example/a"):
            with suppress(UnreadableError):  # a child may need longer than that to start
                workers.read_page(page().encode(), url=address, content_type="")


def test_one_document_that_is_read_well_ends_a_row() -> None:
    costly = Costly(lambda: 0.0)
    for survived in (False, False, True, False, False):
        costly.note(URL, survived=survived)
    costly.refuse(URL)
    costly.note(URL, survived=False)
    with pytest.raises(UnreadableError, match="tried again in 10 minutes"):
        costly.refuse(URL)


def test_closing_ends_a_job_under_way() -> None:
    workers = Workers(count=1, job_secs=30)
    threading.Timer(0.5, workers.close).start()
    started = time.monotonic()
    with pytest.raises(StoppedError):
        workers.read_feed("rss", COSTLY, url=URL, content_type="")
    assert time.monotonic() - started < 5


def test_deep_nesting_and_many_links_end_in_time(workers: Workers) -> None:
    deep = b"<html><body>" + b"<div>" * 100_000 + b"words" + b"</body></html>"
    links = b"<html><body>" + b"<a href='/x'>link</a> " * 100_000 + b"</body></html>"
    for body in (deep, links):
        started = time.monotonic()
        with suppress(UnreadableError):
            workers.read_page(body, url=URL, content_type="")
        assert time.monotonic() - started < 7

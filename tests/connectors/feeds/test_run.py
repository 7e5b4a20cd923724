"""Feeds over HTTP to Articles, as a whole: a real server, real workers, a real store."""

import json
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from connectors.config import FeedConfig, FeedsConfig
from connectors.feeds.base import ListPublisher, Outcome
from connectors.feeds.failures import StateError
from connectors.feeds.run import Summary, run
from connectors.feeds.store import Store
from tests.connectors.feeds.documents import item, page, rss
from tests.connectors.feeds.servers import Answer, Asked, Site


def config(site: Site, path: Path, **feed: object) -> FeedsConfig:
    one = FeedConfig(**({"id": "news", "url": site.url("/feed"), "allow_private_addresses": True} | feed))
    return FeedsConfig(state_path=path / "feeds.sqlite", feed=(one,), contact="desk@example.org")


def once(made: FeedsConfig, publisher: ListPublisher) -> Summary:
    return run(made, publisher, stop=threading.Event(), say=lambda _: None, once=True, host_gap_secs=0.0)


def wait_for(happened: Callable[[], bool], secs: float = 20) -> None:
    """Wait until something has happened."""
    ends = time.monotonic() + secs
    while not happened() and time.monotonic() < ends:
        time.sleep(0.002)


def stop_after(stop: threading.Event, happened: Callable[[], bool], more_secs: float = 0.0) -> list[float]:
    """Set `stop` some time after something has happened, in a thread; return where the time will be put."""
    at: list[float] = []

    def wait() -> None:
        wait_for(happened)
        time.sleep(more_secs)
        at.append(time.monotonic())
        stop.set()

    threading.Thread(target=wait, daemon=True).start()
    return at


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


def test_a_feed_that_hangs_does_not_delay_the_others(site: Site, tmp_path: Path) -> None:
    published = threading.Event()
    came_first: list[bool] = []

    def hang(_: Asked) -> Answer:
        came_first.append(published.wait(15))
        return Answer(status=500)

    site.answers["/hang"] = hang
    site.give("/feed", rss(item()))
    made = config(site, tmp_path, fetch_pages=False)
    slow = replace(made.feed[0], id="slow", url=site.url("/hang").replace("127.0.0.1", "localhost"))

    class Telling(ListPublisher):
        def flush(self) -> None:
            published.set()

    summary = once(replace(made, feed=(slow, *made.feed)), Telling())
    assert summary.outcomes == {Outcome.PUBLISHED: 1, Outcome.SERVER_ERROR: 1}
    assert came_first == [True]


def test_a_stop_ends_a_run_within_two_seconds_whatever_is_under_way(site: Site, tmp_path: Path) -> None:
    site.answers["/feed"] = Answer(endless=b" ", pause_secs=0.05)
    stop = threading.Event()
    stopped_at = stop_after(stop, lambda: bool(site.asked))
    summary = run(config(site, tmp_path), ListPublisher(), stop=stop, say=lambda _: None)
    assert time.monotonic() - stopped_at[0] < 2.5
    assert Outcome.FAILED not in summary.outcomes


def test_a_feed_is_polled_again_when_it_is_due(site: Site, tmp_path: Path) -> None:
    site.give("/feed", rss(item()))
    stop = threading.Event()
    stop_after(stop, lambda: len(site.asked) >= 3)
    made = config(site, tmp_path, fetch_pages=False, poll_interval_secs=1.0)
    summary = run(made, ListPublisher(), stop=stop, say=lambda _: None, dice=lambda: 0.0)
    assert set(summary.outcomes) <= {Outcome.PUBLISHED, Outcome.NOTHING_NEW, Outcome.STOPPED}
    gaps = [after.at - before.at for before, after in zip(site.asked, site.asked[1:], strict=False)]
    assert len(gaps) >= 2
    assert min(gaps) >= 1.0


def test_a_server_that_asked_us_to_come_later_is_left_alone_by_a_new_run(site: Site, tmp_path: Path) -> None:
    site.give("/feed", "", status=429, Retry_After="7200")
    lines: list[str] = []
    made = config(site, tmp_path)
    for _ in range(2):
        run(made, ListPublisher(), stop=threading.Event(), say=lines.append, once=True)
    assert len(site.asked) == 1
    assert "not polled" in lines[-1]


def test_a_feed_whose_server_says_twice_that_it_is_gone_is_polled_no_more(site: Site, tmp_path: Path) -> None:
    site.give("/feed", "", status=410)
    lines: list[str] = []
    made = config(site, tmp_path)
    for _ in range(4):
        run(made, ListPublisher(), stop=threading.Event(), say=lines.append, once=True)
    assert len(site.asked) == 2
    assert "gone for good" in lines[-1]


def test_a_feed_is_not_polled_in_an_hour_to_skip_even_after_a_pause(site: Site, tmp_path: Path) -> None:
    site.give("/feed", rss(item(), head="<skipHours><hour>13</hour></skipHours>"))
    made = config(site, tmp_path, fetch_pages=False)
    lines: list[str] = []

    def run_at(hour: int, happened: Callable[[], bool], more_secs: float) -> int:
        stop = threading.Event()
        stop_after(stop, happened, more_secs)
        run(made, ListPublisher(), stop=stop, say=lines.append, clock=lambda: datetime(2021, 12, 31, hour, 30, tzinfo=UTC))
        return len(site.asked)

    assert run_at(12, lambda: bool(lines), 0.0) == 1
    assert run_at(13, lambda: True, 1.0) == 1
    assert run_at(14, lambda: len(site.asked) > 1, 0.0) == 2


def test_a_host_that_asks_for_quiet_gets_it_from_all_its_feeds(site: Site, tmp_path: Path) -> None:
    site.give("/feed", "", status=429, Retry_After="7200")
    site.give("/other", rss(item()))
    made = config(site, tmp_path, poll_interval_secs=1.0)
    other = replace(made.feed[0], id="other", url=site.url("/other"))
    stop = threading.Event()
    lines: list[str] = []
    stop_after(stop, lambda: bool(lines), 1.5)
    run(replace(made, feed=(*made.feed, other)), ListPublisher(), stop=stop, say=lines.append)
    assert site.paths() == ["/feed"]
    assert any("left alone until" in line for line in lines)


def test_a_defect_in_one_poll_is_an_outcome_and_the_others_go_on(site: Site, tmp_path: Path) -> None:
    class Broken(ListPublisher):
        def publish(self, article: object) -> None:
            raise ZeroDivisionError("by us")

    site.give("/feed", rss(item()))
    lines: list[str] = []
    made = config(site, tmp_path, fetch_pages=False)
    summary = run(made, Broken(), stop=threading.Event(), say=lines.append, once=True)
    assert summary.outcomes == {Outcome.FAILED: 1}
    assert lines == ["news: failed: ZeroDivisionError: by us"]
    with closing(Store(made.state_path)) as store:  # so that it is polled ever more rarely
        assert (store.feed("news").failures, store.feed("news").last_error) == (1, "ZeroDivisionError: by us")


def test_what_a_server_says_reaches_a_terminal_without_control_characters(site: Site, tmp_path: Path) -> None:
    site.give("/feed", b"\x1b[31mred\x1b]0;title\x07", Content_Type="text/\x1b[31mred")
    lines: list[str] = []
    run(config(site, tmp_path), ListPublisher(), stop=threading.Event(), say=lines.append, once=True)
    assert lines
    assert all(character.isprintable() for character in lines[0])


def test_two_runs_on_one_state_file_are_refused(site: Site, tmp_path: Path) -> None:
    site.answers["/feed"] = Answer(endless=b" ", pause_secs=0.05)
    stop = threading.Event()
    made = config(site, tmp_path)
    first = threading.Thread(target=run, args=(made, ListPublisher()), kwargs={"stop": stop, "say": lambda _: None})
    first.start()
    while not site.asked:
        time.sleep(0.02)
    with pytest.raises(StateError, match="another poller"):
        once(made, ListPublisher())
    stop.set()
    first.join(5)


def test_feeds_need_neither_beam_nor_spacy() -> None:
    code = (
        "import sys, connectors.feeds.run, connectors.feeds.publish, connectors.feeds.workers\n"
        "print([name for name in ('apache_beam', 'spacy', 'pebble', 'pipelines') if name in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_the_parsers_are_loaded_in_the_children_alone() -> None:
    code = "import sys, connectors.feeds.run; print([name for name in ('trafilatura', 'feedparser') if name in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


@pytest.mark.slow
def test_killed_at_random_moments_a_poller_loses_nothing_and_repeats_only_under_the_same_key(site: Site, tmp_path: Path) -> None:
    count, dice = 30, random.Random(7)
    site.give("/feed", rss(*(item(title=str(number), link=f"/{number}", text="A teaser.") for number in range(count))), ETag='"1"')
    for number in range(count):
        site.give(f"/{number}", page(title=str(number)))
    file = tmp_path / "articles.jsonl"
    command = [sys.executable, "-m", "tests.connectors.feeds.filing", site.url("/feed"), str(tmp_path / "s"), str(file)]
    for life in range(40):
        until = len(site.asked) + dice.randrange(1, 12)
        with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
            wait_for(lambda until=until: len(site.asked) >= until)  # type: ignore[misc]
            time.sleep(dice.random() * 0.05)
            process.send_signal(signal.SIGKILL)
        lines = [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []
        if len({title for _, _, title, _ in lines}) == count and life >= 5:
            break
    versions = Counter((article_id, version) for article_id, version, _, _ in lines)
    assert sorted({int(title) for _, _, title, _ in lines}) == list(range(count))
    assert {version for _, version in versions} == {1}
    assert len({article_id for article_id, _ in versions}) == count
    assert all(text.startswith("First.") for *_, text in lines)


def test_a_single_round_does_not_wait_for_a_host_that_asked_for_quiet(site: Site, tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        site.give(f"/{name}", b"busy", status=503, Retry_After="600")
    feeds = tuple(FeedConfig(id=name, url=site.url(f"/{name}"), allow_private_addresses=True) for name in ("a", "b", "c"))
    lines: list[str] = []
    made = FeedsConfig(state_path=tmp_path / "feeds.sqlite", feed=feeds, contact="desk@example.org")
    summary = run(made, ListPublisher(), stop=threading.Event(), say=lines.append, once=True, host_gap_secs=0.0)
    assert summary.outcomes == {Outcome.RATE_LIMITED: 1}
    assert any(line.startswith("2 feeds not polled: their hosts are to be left alone for ") for line in lines)

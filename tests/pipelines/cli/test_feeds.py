"""`feeds` as a new user has it: against a local server that behaves well, and one that does not."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from connectors.feeds.base import FeedSpec, FeedState, Outcome
from connectors.feeds.expectations import Watch
from connectors.feeds.poller import Poll
from connectors.feeds.store import Store
from connectors.telemetry import Meters
from pipelines.cli.run import FeedMeters
from pipelines.cli.tree import run
from tests.connectors.feeds.documents import item, page, rss
from tests.connectors.feeds.servers import Answer, Site, serving

ESCAPE = "\x1b[31mred"


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as running:
        yield running


@pytest.fixture
def config(tmp_path: Path) -> str:
    path = tmp_path / "my.toml"
    path.write_text(f"[feeds]\nlist_path = '{tmp_path}/feeds.toml'\nstate_path = '{tmp_path}/state.sqlite'\ntimeout_secs = 2\n")
    return str(path)


def feed(site: Site, path: str = "/feed.xml", title: str = "Biden warns Moscow") -> str:
    dated = "<pubDate>Fri, 31 Dec 2021 08:00:00 GMT</pubDate>"
    site.give(path, rss(item(title=title, more=dated), head="<ttl>30</ttl>"), Cache_Control="max-age=1200")
    site.give("/a", page())
    return site.url(path)


def test_a_good_feed_is_told_from_status_to_next_poll(site: Site, config: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["feeds", "test", feed(site), "--allow-private-addresses", "--config", config]) == 0
    told = capsys.readouterr().out
    for part in ("status 200", "published", "rss, 1 entries", "Biden warns Moscow", "from the page", "2021-12-31 08:00 UTC"):
        assert part in told
    assert told.index("ttl or sy:updatePeriod: 1800 s") < told.index("Cache-Control or Expires: 1200 s")


def test_as_json_a_trial_is_one_object(site: Site, config: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["feeds", "test", feed(site), "--allow-private-addresses", "--json", "--config", config]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["outcome"], found["kind"], found["newest"][0]["article"]["title"]) == ("published", "rss", "Biden warns Moscow")


@pytest.mark.parametrize(
    ("answer", "outcome", "words"),
    [
        (Answer(status=404), "refused", "answered 404"),
        (Answer(status=410), "gone", "answered 410"),
        (Answer(status=500), "server_error", "answered 500"),
        (Answer(status=429, headers={"Retry-After": "3600"}), "rate_limited", "Retry-After: 3600 s"),
        (Answer(body=b"words"), "unreadable", "no feed that we know"),
        (Answer(body=b"<!DOCTYPE a [<!ENTITY b 'c'>]><rss/>"), "unreadable", "declares XML entities"),
        (Answer(endless=b"x" * 1_000_000), "over_budget", "longer than"),
        (Answer(body=b"x" * 100, pause_secs=1.0), "timed_out", "time budget"),
        (Answer(status=301, headers={"Location": "/x"}), "over_budget", "redirects more than"),
        (Answer(status=302, headers={"Location": "http://169.254.169.254/"}), "unsafe_address", "must not be reached"),
    ],
)
def test_what_is_wrong_is_said_and_the_exit_code_is_1(
    site: Site, config: str, capsys: pytest.CaptureFixture[str], answer: Answer, outcome: str, words: str
) -> None:
    site.answers["/x"] = answer
    assert run(["feeds", "test", site.url("/x"), "--allow-private-addresses", "--config", config]) == 1
    told = capsys.readouterr().out
    assert f"would end as {outcome}" in told
    assert words in told


def test_of_a_feed_of_ours_the_poller_s_memory_is_told_as_well(
    site: Site, config: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url = feed(site)
    assert run(["feeds", "add", url, "--id", "news", "--allow-private-addresses", "--config", config]) == 0
    assert run(["feeds", "test", "news", "--config", config]) == 0
    assert "poller     has not polled it yet" in capsys.readouterr().out
    due = datetime(2022, 1, 3, 12, 30, tzinfo=UTC)
    store = Store(tmp_path / "state.sqlite")
    state = FeedState(
        feed="news", url=url, failures=2, last_error="away", last_outcome=Outcome.RATE_LIMITED, next_due_at=due, quiet_until=due
    )
    store.finish(replace(state, quiet_host="127.0.0.1"), now=due)
    store.close()
    assert run(["feeds", "test", "news", "--config", config]) == 0
    told = capsys.readouterr().out
    for part in ("polled it last as rate_limited", "asks next 2022-01-03 12:30", "left alone until 2022-01-03 12:30", "away"):
        assert part in told
    assert run(["feeds", "test", "news", "--json", "--config", config]) == 0
    assert json.loads(capsys.readouterr().out)["remembered"]["failures"] == 2


def test_a_private_address_needs_leave(site: Site, config: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["feeds", "test", feed(site), "--config", config]) == 1
    assert "allow_private_addresses" in capsys.readouterr().out
    assert site.asked == []


def test_nothing_of_a_stranger_steers_the_terminal(site: Site, config: str, capsys: pytest.CaptureFixture[str]) -> None:
    site.give(
        "/feed.xml", rss(item(title=f"Title {ESCAPE}"), item(title="\u202eevil", link="/b")).replace("News", f"News {ESCAPE}")
    )
    run(["feeds", "test", site.url("/feed.xml"), "--allow-private-addresses", "--config", config])
    told = capsys.readouterr()
    assert "\x1b" not in told.out + told.err
    assert "\u202e" not in told.out + told.err


def test_a_site_s_feed_is_found_added_listed_exported_and_removed(
    site: Site, config: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url = feed(site)
    site.give("/", f'<html><link rel="alternate" type="application/rss+xml" href="{url}"></html>')
    added = ["feeds", "add", site.url("/"), "--allow-private-addresses", "--expected-every-hours", "6", "--config", config]
    assert run(added) == 0
    name = capsys.readouterr().out.strip()
    assert url in (tmp_path / "feeds.toml").read_text()
    assert run(["feeds", "list", "--json", "--config", config]) == 0
    (row,) = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert (row["id"], row["url"], row["last_outcome"], row["from"]) == (name, url, None, str(tmp_path / "feeds.toml"))
    assert run(["feeds", "export", "--config", config]) == 0
    assert f'xmlUrl="{url}"' in capsys.readouterr().out
    assert run(added) == 1
    assert f"that of the feed '{name}'" in capsys.readouterr().err
    assert run(["feeds", "remove", name, "--config", config]) == 0
    capsys.readouterr()
    assert run(["feeds", "remove", name, "--config", config]) == 1
    assert "is no feed" in capsys.readouterr().err


def test_of_several_feeds_one_has_to_be_chosen(site: Site, config: str, capsys: pytest.CaptureFixture[str]) -> None:
    links = "".join(f'<link rel="alternate" type="application/rss+xml" href="{feed(site, f"/{n}.xml")}">' for n in (1, 2))
    site.give("/", f"<html>{links}</html>")
    assert run(["feeds", "add", site.url("/"), "--allow-private-addresses", "--config", config]) == 1
    told = capsys.readouterr().err
    assert "has 2 feeds" in told
    assert f"next: sanctionwire feeds add {site.url('/1.xml')}" in told


def test_a_page_is_watched_with_a_selector(site: Site, config: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    site.give("/world", "<html><main><a href=/a>Biden warns Moscow of sanctions</a></main></html>")
    site.give("/a", page())
    words = ["feeds", "add", site.url("/world"), "--selector", "main a", "--allow-private-addresses", "--config", config]
    assert run(words) == 0
    assert 'selector = "main a"' in (tmp_path / "feeds.toml").read_text()
    assert run(["feeds", "test", site.url("/world"), "--selector", "a:hover", "--allow-private-addresses", "--config", config]) == 1
    assert "no CSS selector" in capsys.readouterr().out


def test_a_feed_that_fails_is_not_added_unless_that_is_wanted(site: Site, config: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["feeds", "add", site.url("/nowhere"), "--kind", "rss", "--allow-private-addresses", "--config", config]
    assert run(words) == 1
    assert "was not added" in capsys.readouterr().err
    assert run([*words, "--no-test", "--id", "later"]) == 0
    assert capsys.readouterr().out == "later\n"


def test_a_wrong_key_is_refused(site: Site, config: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["feeds", "add", feed(site), "--no-test", "--id", "not a name", "--language", "english", "--config", config]
    assert run(words) == 1
    assert {"id", "language"} <= {line.split(": ")[2] for line in capsys.readouterr().err.splitlines() if line.startswith("error")}


def test_a_feed_of_the_configuration_is_not_removed_from_it(config: str, capsys: pytest.CaptureFixture[str]) -> None:
    with Path(config).open("a") as file:
        file.write("[[feeds.feed]]\nid = 'mine'\nurl = 'https://news.example/feed'\n")
    assert run(["feeds", "remove", "mine", "--config", config]) == 1
    assert "delete its [[feeds.feed]] table" in capsys.readouterr().err


def test_a_list_is_imported_with_progress_and_what_fails_is_left_out_and_said(
    config: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    addresses = [f"http://127.0.0.1:1/{number}" for number in range(40)]
    opml = tmp_path / "list.opml"
    outlines = "".join(f'<outline text="F" xmlUrl="{address}"/>' for address in addresses)
    opml.write_text(f"<opml><body>{outlines}</body></opml>")
    assert run(["feeds", "import", str(opml), "--config", config]) == 1
    told = capsys.readouterr()
    assert len(told.out.splitlines()) == 40
    assert "must not be reached" in told.out
    assert "20 of 40 tried" in told.err
    assert run(["feeds", "import", str(opml), "--no-test", "--config", config]) == 0
    assert "40 added" in capsys.readouterr().err
    assert run(["feeds", "import", str(opml), "--config", config]) == 0
    assert "40 known already" in capsys.readouterr().err


def test_what_is_exported_is_imported_again(config: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(3):
        words = ["feeds", "add", f"https://news.example/{number}", "--id", f"n{number}", "--no-test", "--config", config]
        assert run(words) == 0
    capsys.readouterr()
    assert run(["feeds", "export", "--config", config]) == 0
    opml = tmp_path / "list.opml"
    opml.write_text(capsys.readouterr().out)
    before = (tmp_path / "feeds.toml").read_text()
    (tmp_path / "feeds.toml").unlink()
    assert run(["feeds", "import", str(opml), "--no-test", "--config", config]) == 0
    assert (tmp_path / "feeds.toml").read_text() == before


def test_what_is_no_list_says_so(config: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "x.opml").write_text("<html></html>")
    assert run(["feeds", "import", str(tmp_path / "x.opml"), "--config", config]) == 1
    assert "is no OPML" in capsys.readouterr().err


def test_a_poll_is_counted_and_a_silence_told_once() -> None:
    registry, said = CollectorRegistry(), list[str]()
    meters = Meters(registry, "1")
    now = datetime(2022, 1, 3, tzinfo=UTC)
    watch = Watch([FeedSpec(id="news", url="https://news.example/", expected_every_hours=1.0)], now)
    told = FeedMeters(meters, watch, said.append, lambda: now)
    state = FeedState(feed="news", last_new_at=datetime(2021, 12, 31, tzinfo=UTC))
    poll = Poll(feed="news", outcome=Outcome.NOTHING_NEW, problem="", state=state, counts={"quarantined": 2})
    for _ in range(2):
        told.polled(poll)
    assert len(said) == 1
    assert "news: ALARM, silent since 2021-12-31" in said[0]
    assert registry.get_sample_value("sanctionwire_feed_silence_seconds", {"feed": "news"}) == 3 * 86400
    assert registry.get_sample_value("sanctionwire_feed_entries_quarantined_total", {"feed": "news"}) == 4
    assert registry.get_sample_value("sanctionwire_feed_polls_total", {"feed": "news", "outcome": "nothing_new"}) == 2


def test_a_feed_that_falls_silent_between_its_polls_is_told_of_meanwhile() -> None:
    registry, said = CollectorRegistry(), list[str]()
    now = [datetime(2022, 1, 3, tzinfo=UTC)]
    watch = Watch([FeedSpec(id="news", url="https://news.example/", expected_every_hours=2.0)], now[0])
    told = FeedMeters(Meters(registry, "1"), watch, said.append, lambda: now[0])
    told.remembered(FeedState(feed="news", last_new_at=now[0] - timedelta(hours=1), last_success_at=now[0]))
    told.meanwhile()
    assert said == []
    now[0] += timedelta(hours=2)
    told.meanwhile()
    assert "ALARM" in said[0]
    assert registry.get_sample_value("sanctionwire_feed_silence_seconds", {"feed": "news"}) == 3 * 3600
    assert registry.get_sample_value("sanctionwire_feed_last_success_timestamp_seconds", {"feed": "news"}) == 1641168000

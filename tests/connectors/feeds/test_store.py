"""What the feeds have seen survives, and nothing else does."""

import sqlite3
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from connectors.feeds.base import Entry, FeedState, Hints, Move, Outcome, Quarantined, Rhythm, Validators
from connectors.feeds.failures import StateError
from connectors.feeds.store import SCHEMA, Pending, Seen, Store, owned

NOW = datetime(2021, 12, 31, 12, tzinfo=UTC)
TODAY = NOW.date()


def seen(article_id: str = "a", *, version: int = 1, keys: tuple[str, ...] = ("link:x",), seen_on: date = TODAY) -> Seen:
    return Seen(
        article_id=article_id, feed="news", version=version, entry_hash="h", prints={"text": "p"}, seen_on=seen_on, keys=keys
    )


def test_the_state_of_a_feed_survives_a_restart(tmp_path: Path) -> None:
    state = FeedState(
        feed="news",
        validators=Validators(url="http://a/", etag='"1"', last_modified="then"),
        next_due_at=NOW + timedelta(hours=1),
        last_success_at=NOW,
        last_error_at=NOW - timedelta(days=1),
        last_error="http://a/: the server answered 500",
        failures=2,
        last_outcome=Outcome.SERVER_ERROR,
        url="http://a/",
        link="http://front/",
        language="en",
        hints=Hints(wait_secs=60, skip_hours=(1, 2), skip_days=(6,)),
        move=Move(target="http://b/", times=2, seen_at=NOW),
        gone=1,
        rhythm=Rhythm(by_hour=(0.5,) * 24, by_day=(2.0,) * 7, watched_by_day=(24.0,) * 7, burst=3.0, burst_at=NOW),
        quiet_until=NOW + timedelta(hours=1),
        quiet_host="news.example",
    )
    store = Store(tmp_path / "deep" / "feeds.sqlite")
    store.finish(state, now=NOW)
    store.close()
    assert Store(tmp_path / "deep" / "feeds.sqlite").feed("news") == state


def test_a_new_feed_has_a_state_without_memories(tmp_path: Path) -> None:
    assert Store(tmp_path / "s").feed("news") == FeedState(feed="news")


def test_an_article_is_found_by_each_of_its_keys(tmp_path: Path) -> None:
    store = Store(tmp_path / "s")
    store.record("news", seen=[seen(keys=("link:x", "guid:news:1"))])
    assert {key: one.article_id for key, one in store.seen(["guid:news:1", "link:x", "link:y"]).items()} == {
        "guid:news:1": "a",
        "link:x": "a",
    }


def test_a_key_keeps_the_article_that_it_was_first_given(tmp_path: Path) -> None:
    store = Store(tmp_path / "s")
    store.record("news", seen=[seen("a", keys=("guid:news:1",))])
    store.record("news", seen=[seen("b", keys=("link:b", "guid:news:1"))])
    assert store.seen(["guid:news:1"])["guid:news:1"].article_id == "a"


def test_more_keys_than_one_statement_takes_are_looked_up(tmp_path: Path) -> None:
    store = Store(tmp_path / "s")
    store.record("news", seen=[seen(str(number), keys=(f"link:{number}",)) for number in range(1200)])
    assert len(store.seen(f"link:{number}" for number in range(2000))) == 1200


def test_pending_entries_survive_until_they_are_settled(tmp_path: Path) -> None:
    store = Store(tmp_path / "s")
    entry = Entry(guid="1", link="http://a/1", title="T", published_at=NOW)
    store.record("news", pending=[Pending(key="link:a/1", entry=entry, attempts=2)])
    assert store.pending("news") == (Pending(key="link:a/1", entry=entry, attempts=2),)
    store.record("news", settled=["link:a/1"])
    assert store.pending("news") == ()


def test_quarantined_entries_are_kept_with_their_reasons(tmp_path: Path) -> None:
    store = Store(tmp_path / "s")
    store.finish(FeedState(feed="news"), quarantined=[Quarantined(key="1", reason="has no text")], now=NOW)
    assert store.quarantined("news") == (Quarantined(key="1", reason="has no text"),)


def test_articles_that_left_their_feeds_long_ago_are_forgotten(tmp_path: Path) -> None:
    store = Store(tmp_path / "s")
    store.record(
        "news", seen=[seen("old", keys=("link:old",), seen_on=TODAY - timedelta(days=200)), seen("new", keys=("link:new",))]
    )
    assert store.forget(TODAY) == 1
    assert set(store.seen(["link:old", "link:new"])) == {"link:new"}


def test_an_article_still_in_its_feed_is_not_forgotten(tmp_path: Path) -> None:
    store = Store(tmp_path / "s")
    store.record("news", seen=[seen("old", seen_on=TODAY - timedelta(days=200))])
    store.touch(["old"], TODAY)
    assert store.forget(TODAY) == 0


def test_what_the_last_document_of_an_unchanged_feed_held_is_not_forgotten(tmp_path: Path) -> None:
    store, long_ago = Store(tmp_path / "s"), TODAY - timedelta(days=200)
    had_left = seen("left", keys=("link:left",), seen_on=long_ago - timedelta(days=7))
    still_there = seen("still", keys=("link:still",), seen_on=long_ago)
    of_another = replace(seen("other", keys=("link:other",), seen_on=long_ago), feed="other")
    store.record("news", seen=[had_left, still_there])
    store.record("other", seen=[of_another])
    store.touch_last("news", TODAY)
    store.touch_last("without articles", TODAY)
    assert store.forget(TODAY) == 2
    assert set(store.seen(["link:left", "link:still", "link:other"])) == {"link:still"}


def test_a_file_that_is_no_state_is_named_with_the_next_step(tmp_path: Path) -> None:
    (tmp_path / "s").write_bytes(b"not a database, but long enough to be looked at as one" * 10)
    with pytest.raises(StateError, match="move it away"):
        Store(tmp_path / "s")


def test_a_file_of_the_first_version_is_taken_over(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "s") as database:
        first = SCHEMA.replace(", manners TEXT NOT NULL DEFAULT '{}'", "")
        database.executescript(
            f"{first}PRAGMA user_version=1;INSERT INTO feeds (id, url, last_error, failures) VALUES ('news', '', '', 3);"
        )
    database.close()
    assert Store(tmp_path / "s").feed("news") == FeedState(feed="news", failures=3)


def test_a_file_of_a_later_release_is_refused(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "s") as database:
        database.execute("PRAGMA user_version=99")
    database.close()
    with pytest.raises(StateError, match="later release"):
        Store(tmp_path / "s")


def test_a_second_poller_is_kept_out(tmp_path: Path) -> None:
    with owned(tmp_path / "s"), pytest.raises(StateError, match="another poller"), owned(tmp_path / "s"):
        pass


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StateError, match="state_path"), owned(tmp_path / "file" / "s"):
        pass


def test_a_file_is_free_again_when_its_poller_ends(tmp_path: Path) -> None:
    for _ in range(2):
        with owned(tmp_path / "s"):
            pass

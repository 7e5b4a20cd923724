"""Which article an entry is, whatever a feed does to its guids."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.feeds.base import Entry, Page
from connectors.feeds.identity import all_keys, identify, print_of, settled_link, telling_guids
from connectors.feeds.store import Seen
from connectors.messages.article import article_id

A, B = "http://news.example/a", "http://news.example/b"


def ids(*entries: Entry, seen: dict[str, Seen] | None = None) -> list[str]:
    return [one.article_id for one in identify("news", all_keys("news", entries), seen or {})]


def known(name: str, *keys: str, title: str = "T", time: str = "") -> dict[str, Seen]:
    prints = {"title": print_of(title), "published_at": print_of(time)}
    one = Seen(article_id=name, feed="news", version=1, entry_hash="", prints=prints, seen_on=date(2021, 12, 31), keys=keys)
    return dict.fromkeys(keys, one)


def test_an_article_with_a_link_is_told_by_its_canonical_url_alone() -> None:
    assert ids(Entry(link=f"{A}?utm_source=x#y", guid="1")) == [article_id(A)]
    assert ids(Entry(link=A, guid="2")) == [article_id(A)]


def test_an_article_without_a_link_is_told_by_its_guid_within_its_feed() -> None:
    (first,) = identify("news", all_keys("news", [Entry(guid="1")]), {})
    (second,) = identify("other", all_keys("other", [Entry(guid="1")]), {})
    assert first.article_id != second.article_id
    assert first.url == ""


def test_an_article_without_link_and_guid_is_told_by_its_words() -> None:
    assert len(set(ids(Entry(title="One", text="x"), Entry(title="Two", text="x")))) == 2


def test_a_flipped_guid_makes_no_new_article() -> None:
    assert ids(Entry(link=A, guid="new"), seen=known("old-id", "link:news.example/a", "guid:news:old")) == ["old-id"]


def test_a_guid_that_is_known_holds_an_article_whose_link_was_edited() -> None:
    before = known("old-id", "link:news.example/a", "guid:news:1", time="2021-12-31T12:00:00+00:00")
    assert ids(Entry(link=B, guid="1", title="T"), seen=before) == ["old-id"]
    assert ids(Entry(link=B, guid="1", title="New", published_at=datetime(2021, 12, 31, 12, tzinfo=UTC)), seen=before) == ["old-id"]


def test_a_change_of_scheme_or_www_makes_no_new_article() -> None:
    assert ids(Entry(link="https://www.news.example/a"), seen=known("old-id", "link:news.example/a")) == ["old-id"]


def test_a_guid_that_entries_share_is_not_used() -> None:
    assert telling_guids([Entry(guid="1", link=A), Entry(guid="1", link=B), Entry(guid="2", link=A)]) == {"2"}
    assert ids(Entry(guid="1", link=A), Entry(guid="1", link=B)) == [article_id(A), article_id(B)]


def test_an_entry_that_stands_twice_in_a_document_is_one_article() -> None:
    assert ids(Entry(guid="1", link=A), Entry(guid="1", link=A)) == [article_id(A)]


def test_one_guid_for_every_article_is_not_believed() -> None:
    assert ids(Entry(link=B, guid="1", title="Another"), seen=known("old-id", "link:news.example/a", "guid:news:1")) == [
        article_id(B)
    ]


def test_a_missing_title_or_time_resembles_nothing() -> None:
    before = known("old-id", "link:news.example/a", "guid:news:1", title="")
    assert ids(Entry(link=B, guid="1"), seen=before) == [article_id(B)]


def test_a_feed_that_numbers_its_entries_by_place_is_told_by_links_alone() -> None:
    before = known("id-a", "link:news.example/a", "guid:news:1") | known("id-b", "link:news.example/b", "guid:news:2")
    new = Entry(link="http://news.example/new", guid="1", title="T")
    found = ids(new, Entry(link=A, guid="2", title="T"), Entry(link=B, guid="3", title="T"), seen=before)
    assert found == [article_id(new.link), "id-a", "id-b"]


def test_without_links_a_guid_that_changes_makes_no_new_article() -> None:
    (first,) = identify("news", all_keys("news", [Entry(guid="1", title="T", text="x")]), {})
    before = known(first.article_id, *first.keys)
    assert ids(Entry(guid="2", title="T", text="x"), seen=before) == [first.article_id]


def test_without_links_one_guid_for_every_article_makes_articles_of_their_words() -> None:
    (first,) = identify("news", all_keys("news", [Entry(guid="1", title="T", text="x")]), {})
    before = known(first.article_id, *first.keys)
    assert ids(Entry(guid="1", title="Another", text="y"), seen=before) != [first.article_id]
    assert ids(Entry(guid="1", title="T", text="edited"), seen=before) == [first.article_id]


@pytest.mark.parametrize(
    ("url", "canonical", "settled"),
    [
        ("https://www.paper.example/a?utm_source=x", "https://paper.example/a", "https://paper.example/a"),
        ("https://paper.example/a", "", ""),
        ("https://paper.example/a", "https://paper.example/b", ""),
        ("https://consent.example/?continue=x", "https://consent.example/?continue=x", ""),
        ("http://counter.example/1", "http://counter.example/1", ""),
        ("", "", ""),
    ],
)
def test_a_link_settles_where_the_page_calls_the_address_its_own(url: str, canonical: str, settled: str) -> None:
    assert settled_link("http://counter.example/1", Page(url=url, canonical=canonical)) == settled


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from(["", "1", "2", "3"])), max_size=12))
def test_entries_with_different_links_are_never_one_article(pairs: list[tuple[str, str]]) -> None:
    found = ids(*(Entry(link=f"http://news.example/{path}", guid=guid, title=path) for path, guid in pairs))
    assert len(found) == len({path for path, _ in pairs})

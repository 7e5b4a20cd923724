"""Which article an entry is, whatever a feed does to its guids."""

from datetime import date

from connectors.feeds.base import Entry
from connectors.feeds.identity import all_keys, identify, telling_guids
from connectors.feeds.store import Seen
from connectors.messages.article import article_id

A, B = "http://news.example/a", "http://news.example/b"


def ids(*entries: Entry, seen: dict[str, Seen] | None = None) -> list[str]:
    return [one.article_id for one in identify("news", all_keys("news", entries), seen or {})]


def known(name: str, *keys: str) -> dict[str, Seen]:
    one = Seen(article_id=name, feed="news", version=1, entry_hash="", prints={}, seen_on=date(2021, 12, 31), keys=keys)
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
    assert ids(Entry(link=B, guid="1"), seen=known("old-id", "link:news.example/a", "guid:news:1")) == ["old-id"]


def test_a_change_of_scheme_or_www_makes_no_new_article() -> None:
    assert ids(Entry(link="https://www.news.example/a"), seen=known("old-id", "link:news.example/a")) == ["old-id"]


def test_a_guid_that_entries_share_is_not_used() -> None:
    assert telling_guids([Entry(guid="1", link=A), Entry(guid="1", link=B), Entry(guid="2", link=A)]) == {"2"}
    assert ids(Entry(guid="1", link=A), Entry(guid="1", link=B)) == [article_id(A), article_id(B)]


def test_an_entry_that_stands_twice_in_a_document_is_one_article() -> None:
    assert ids(Entry(guid="1", link=A), Entry(guid="1", link=A)) == [article_id(A)]

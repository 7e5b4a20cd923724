"""JSON Feed documents, good and bad, in our model."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from connectors.feeds.base import Reading
from connectors.feeds.failures import UnreadableError
from connectors.feeds.kinds import read_feed

URL = "http://news.example/feed.json"
ITEM = {"id": "1", "url": "/a", "title": "T", "content_html": "<p>One.</p><p>Two.</p>", "date_published": "2021-12-31T08:00:00Z"}


def read(*items: Any, kind: Any = "auto", **fields: Any) -> Reading:
    document = {"version": "https://jsonfeed.org/version/1.1", "title": "News", "language": "en", "items": list(items)} | fields
    return read_feed(kind, json.dumps(document).encode(), url=URL, content_type="application/json")


def test_an_item_is_read() -> None:
    reading = read(ITEM, home_page_url="/")
    (entry,) = reading.entries
    assert (reading.kind, reading.title, reading.link, reading.language) == ("json", "News", "http://news.example/", "en")
    assert (entry.guid, entry.link, entry.text) == ("1", "http://news.example/a", "One.\n\nTwo.")
    assert entry.published_at == datetime(2021, 12, 31, 8, tzinfo=UTC)


def test_an_address_of_the_feed_that_is_none_is_left_out() -> None:
    hubs = [{"type": "WebSub", "url": "http://["}, {"type": "WebSub", "url": "http://hub.example/"}]
    reading = read(ITEM, home_page_url="http://[", feed_url="http://[", hubs=hubs)
    assert (reading.link, reading.topic, reading.hub, len(reading.entries)) == ("", "", "http://hub.example/", 1)


def test_content_text_is_taken_as_it_is() -> None:
    (entry,) = read({"id": "1", "content_text": "1 < 2 and <b>\n\nnext"}).entries
    assert entry.text == "1 < 2 and <b>\n\nnext"


def test_a_numeric_id_becomes_its_digits() -> None:
    assert read({"id": 42, "content_text": "x"}).entries[0].guid == "42"


def test_an_item_of_a_wrong_type_is_quarantined_and_the_others_are_read() -> None:
    reading = read(ITEM, "words", {"id": "2", "title": ["a"]}, {"id": True}, ITEM | {"id": "3"})
    assert [entry.guid for entry in reading.entries] == ["1", "3"]
    assert [one.key for one in reading.quarantined] == ["", "2", "True"]
    assert "title is list, not text" in reading.quarantined[1].reason


@pytest.mark.parametrize(
    "body", [b"{", b'{"version": "https://jsonfeed.org/version/1.1"}', b'{"items": {}}', b"[" * 100_000, b"\xff", b"[]"]
)
def test_what_is_no_json_feed_is_unreadable(body: bytes) -> None:
    with pytest.raises(UnreadableError):
        read_feed("json", body, url=URL, content_type="")


def test_escaped_slashes_do_not_hide_the_kind() -> None:
    body = b'{"version": "https:\\/\\/jsonfeed.org\\/version\\/1", "items": []}'
    assert read_feed("auto", body, url=URL, content_type="text/plain").kind == "json"


@pytest.mark.parametrize(
    ("item", "feed", "byline"),
    [
        ({"authors": [{"name": "A. Writer"}, {"name": "Reuters"}]}, {}, "A. Writer, Reuters"),
        ({"author": {"name": "A. Writer"}}, {}, "A. Writer"),
        ({}, {"authors": [{"name": "Desk"}]}, "Desk"),
        ({"authors": [{"name": "A. Writer"}]}, {"authors": [{"name": "Desk"}]}, "A. Writer"),
        ({"authors": ["A. Writer", {"name": 7}, {}]}, {"author": "Desk"}, ""),
    ],
)
def test_the_authors_of_an_item_or_else_of_its_feed_are_its_byline(item: Any, feed: Any, byline: str) -> None:
    assert read(ITEM | item, **feed).entries[0].byline == byline

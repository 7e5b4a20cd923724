"""Lists of feeds as OPML: what is taken, and that what we write we read again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.config import FeedConfig
from connectors.feeds.failures import UnreadableError
from connectors.feeds.opml import Outline, feeds_of, new_id, read_opml, write_opml


def opml(*outlines: str, prolog: str = "") -> bytes:
    return f'{prolog}<opml version="2.0"><head><title>Mine</title></head><body>{"".join(outlines)}</body></opml>'.encode()


def outline(url: str, title: str = "News", more: str = "") -> str:
    return f'<outline type="rss" text="{title}" xmlUrl="{url}" {more}/>'


def urls(body: bytes) -> list[str]:
    return [one.url for one in read_opml(body, "list.opml")]


def test_groups_are_walked_through() -> None:
    body = opml(
        outline("https://a.example/f"),
        f'<outline text="Asia"><outline text="East">{outline("https://b.example/f")}</outline></outline>',
    )
    assert urls(body) == ["https://a.example/f", "https://b.example/f"]


def test_attributes_are_taken_in_any_case_and_each_address_once() -> None:
    body = opml('<outline text="One" XMLURL="https://a.example/f"/>', outline("https://a.example/f"), outline("feed://b.example/f"))
    assert urls(body) == ["https://a.example/f", "http://b.example/f"]
    assert urls(opml(outline("feed:https://c.example/f"))) == ["https://c.example/f"]


@pytest.mark.parametrize("url", ["", "file:///etc/passwd", "javascript:alert(1)", "ftp://a.example/f", "/feed", "https://"])
def test_what_is_no_address_on_the_web_is_left_out(url: str) -> None:
    assert urls(opml(outline(url), outline("https://a.example/f"))) == ["https://a.example/f"]


def test_a_broken_list_is_read_as_far_as_it_goes() -> None:
    body = opml(outline("https://a.example/f", title="A & B"), outline("https://b.example/f"))
    assert urls(body[:-10]) == ["https://a.example/f", "https://b.example/f"]


@pytest.mark.parametrize("body", [b"", b"  ", b"<html/>", b"words", b'{"a": 1}', opml(prolog='<!DOCTYPE opml [<!ENTITY a "b">]>')])
def test_what_is_no_list_says_so(body: bytes) -> None:
    with pytest.raises(UnreadableError):
        read_opml(body, "list.opml")


def test_feeds_get_short_names_that_no_other_has() -> None:
    outlines = [Outline(url=f"https://www.nyt.example/{n}", title="World – Asia") for n in range(3)]
    found = feeds_of(outlines, ["nyt-world-asia"])
    assert [feed.id for feed in found] == ["nyt-world-asia-2", "nyt-world-asia-3", "nyt-world-asia-4"]
    assert new_id(Outline(url="https://1.2.3.4/f", title="日本"), []) == "1"


def test_a_list_cannot_give_leave_to_reach_private_addresses_or_files() -> None:
    more = 'xmlns:sw="urn:sanctionwire:feeds" sw:kind="directory" sw:path="/etc" sw:allowPrivateAddresses="true"'
    more += ' sw:expectedEveryHours="1e9"'
    (feed,) = feeds_of(read_opml(opml(outline("https://a.example/f", more=more)), "x"), [])
    assert (feed.kind, feed.path, feed.allow_private_addresses, feed.expected_every_hours) == ("auto", None, False, None)


FEEDS = st.builds(
    FeedConfig,
    id=st.from_regex(r"[a-zA-Z0-9][a-zA-Z0-9._-]{0,20}", fullmatch=True),
    url=st.from_regex(r"https?://[a-z]{1,10}\.example/[a-z0-9/&?=]{0,20}", fullmatch=True),
    kind=st.sampled_from(["auto", "rss", "sitemap", "gdelt", "websub"]),
    language=st.none() | st.from_regex(r"[a-z]{2}", fullmatch=True),
    fetch_pages=st.booleans(),
    expected_every_hours=st.none() | st.sampled_from([0.5, 6.0, 12.25, 8760.0]),
)


@given(st.lists(FEEDS, max_size=5, unique_by=(lambda feed: feed.id, lambda feed: feed.url)))
def test_what_is_written_is_read_again_as_it_was(feeds: list[FeedConfig]) -> None:
    assert feeds_of(read_opml(write_opml(feeds, {}), "x"), []) == tuple(feeds)


def test_a_watched_page_keeps_its_selector() -> None:
    feed = FeedConfig(id="p", url="https://a.example/", kind="page", selector='main > a[href^="/x"]')
    assert feeds_of(read_opml(write_opml([feed], {"p": "Press"}), "x"), []) == (feed,)

"""The demonstration's press: what it prints and how it serves it."""

import json
import xml.etree.ElementTree as ET
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import get_args

import httpx2
import pytest
import trafilatura

from connectors.messages.signal import SignalKind
from deploy.demo.press import OUTLETS, Piece, Printed, feed, page, read_pieces
from deploy.demo.server import Body, is_unchanged, serving

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PIECES = read_pieces()
FURNITURE = ("Please enter your comment", "LATEST POSTS", "Nobody asked you", "unsubscribe", "Cancel reply", "More from the wire")


def _printed(piece: Piece) -> Printed:
    return Printed(piece=piece, link=f"http://127.0.0.1/{piece.slug}.html", published_at=NOW)


def _words(text: str) -> list[str]:
    return text.lower().split()


def _shingles(text: str) -> set[tuple[str, ...]]:
    words = _words(text)
    return {tuple(words[start : start + 3]) for start in range(len(words) - 2)}


def test_the_press_holds_every_case_that_the_demonstration_promises() -> None:
    told = {kind for piece in PIECES for kind in piece.expect or ()}
    assert told == {"threat", "denial", "imposed", "eased", "considering", "call_for", "breach"}
    assert len([piece for piece in PIECES if piece.expect == ()]) >= 4
    assert {piece.language for piece in PIECES} == {"en", "es"}


def test_every_expected_kind_is_a_kind_of_the_contract() -> None:
    assert {kind for piece in PIECES for kind in piece.expect or ()} <= set(get_args(SignalKind))


def test_one_report_is_carried_by_four_outlets_that_each_edit_it() -> None:
    copies = [piece for piece in PIECES if piece.copy is not None]
    (original,) = [piece for piece in PIECES if piece.slug == "threat-northern-wire"]
    assert {piece.copy for piece in copies} == {original.slug}
    assert len({piece.outlet.host for piece in (original, *copies)}) == 4
    assert len({piece.paragraphs for piece in (original, *copies)}) == 4


def test_a_copy_shares_most_of_its_words_and_the_denial_does_not() -> None:
    texts = {piece.slug: "\n\n".join(piece.paragraphs) for piece in PIECES}
    original = _shingles(texts["threat-northern-wire"])
    for piece in PIECES:
        shared = len(_shingles(texts[piece.slug]) & original) / len(_shingles(texts[piece.slug]))
        assert shared > 0.7 if piece.copy or piece.slug == "threat-northern-wire" else shared < 0.2


def test_the_original_is_printed_before_its_copies_and_the_denial_after_it() -> None:
    waves = {piece.slug: piece.wave for piece in PIECES}
    assert all(waves[piece.copy] < piece.wave for piece in PIECES if piece.copy)
    assert waves["threat-northern-wire"] < waves["denial-general-news"]
    assert all(before.wave <= after.wave for before, after in pairwise(PIECES))


@pytest.mark.parametrize("piece", PIECES, ids=lambda piece: piece.slug)
def test_a_page_gives_its_paragraphs_and_none_of_its_furniture(piece: Piece) -> None:
    latest = [_printed(other) for other in PIECES if other != piece][:3]
    text = trafilatura.extract(page(_printed(piece), latest).decode(), include_comments=False) or ""
    assert text.endswith("\n".join(_printed(piece).paragraphs))
    assert not [phrase for phrase in FURNITURE if phrase in text]


def test_the_day_of_printing_stands_in_the_text() -> None:
    paragraphs = _printed(PIECES[0]).paragraphs
    assert "$" not in "".join(paragraphs)
    assert "March 2" in paragraphs[0] or "Monday" in paragraphs[0]


def test_a_page_escapes_what_it_is_given() -> None:
    hostile = Piece(slug="x", outlet=OUTLETS["el-faro"], title="<script>", paragraphs=("<b>&</b>",))
    assert b"<script>" not in page(_printed(hostile), [])
    assert b"&lt;b&gt;&amp;&lt;/b&gt;" in page(_printed(hostile), [])


def test_feeds_of_three_formats_name_article_and_moment() -> None:
    printed = [_printed(Piece(slug="a&b", outlet=OUTLETS["el-faro"], title="A & B", paragraphs=("One.",)))]
    for outlet in OUTLETS.values():
        media_type, content = feed(outlet, "http://127.0.0.1/feed", printed)
        if outlet.feed == "json":
            (item,) = json.loads(content)["items"]
            assert item["title"] == "A & B"
            assert datetime.fromisoformat(item["date_published"]) == NOW
        else:
            assert "A & B" in [element.text for element in ET.fromstring(content).iter()]
        assert media_type.startswith("application/")
    assert {outlet.feed for outlet in OUTLETS.values()} == {"rss", "atom", "json"}


def test_an_article_can_be_read_once_it_is_released() -> None:
    piece = PIECES[0]
    with serving(OUTLETS.values()) as press:
        assert piece.title.encode() not in httpx2.get(press.feed_link(piece.outlet)).content
        (printed,) = press.release([piece], NOW)
        assert printed.link.encode() in httpx2.get(press.feed_link(piece.outlet)).content
        assert piece.title in httpx2.get(printed.link).text
        assert httpx2.get(f"{printed.link}.nowhere").status_code == 404


def test_an_unchanged_feed_is_not_sent_again() -> None:
    with serving(OUTLETS.values()) as press:
        link = press.feed_link(PIECES[0].outlet)
        first = httpx2.get(link)
        asked = {"If-None-Match": first.headers["ETag"]}
        assert httpx2.get(link, headers=asked).status_code == 304
        assert httpx2.get(link, headers={"If-Modified-Since": first.headers["Last-Modified"]}).status_code == 304
        press.release([PIECES[0]], NOW)
        assert httpx2.get(link, headers=asked).status_code == 200


def test_the_tag_wins_over_the_date() -> None:
    body = Body("text/html", b"x", NOW)
    date = "Mon, 02 Mar 2026 09:00:00 GMT"
    assert is_unchanged(body, None, date)
    assert not is_unchanged(body, '"other"', date)
    assert is_unchanged(body, f'"other", W/{body.etag}', None)
    assert not is_unchanged(Body("text/html", b"x", NOW + timedelta(seconds=1)), None, date)

"""Entries and pages made into Articles, and what makes a new version."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from connectors.feeds.articles import FULL_TEXT_CHARS, first_words, has_full_text, make_article, next_version, prints_of, remembered
from connectors.feeds.base import Entry, FeedSpec, Page, Reading
from connectors.feeds.identity import Identified, all_keys, identify
from connectors.feeds.store import Seen
from connectors.messages.article import Article

NOW = datetime(2021, 12, 31, 12, tzinfo=UTC)
SPEC = FeedSpec(id="news", url="http://feeds.example/rss")
READING = Reading(kind="rss", entries=(), link="http://news.example/", language="en-us")
ENTRY = Entry(guid="1", link="http://news.example/a", title="Title", text="A teaser.")


def identified(entry: Entry) -> Identified:
    return identify("news", all_keys("news", [entry]), {})[0]


def made(entry: Entry = ENTRY, page: Page | None = None, spec: FeedSpec = SPEC, reading: Reading = READING) -> Article:
    found = make_article(spec, reading, identified(entry), page, NOW)
    assert found is not None
    return found[0]


def seen(article: Article) -> Seen:
    return remembered(SPEC, identified(ENTRY), None, article, NOW.date())


def test_the_text_of_the_page_is_preferred_when_it_is_longer() -> None:
    assert made(page=Page(text="The whole article.")).text == "The whole article."
    assert made(page=Page(text="Short.")).text == "A teaser."


def test_a_first_paragraph_that_repeats_the_title_goes() -> None:
    assert made(page=Page(text="TITLE.\n\nThe whole article.")).text == "The whole article."


def test_an_entry_without_words_gives_no_article() -> None:
    assert make_article(SPEC, READING, identified(replace(ENTRY, text="")), Page(), NOW) is None


def test_a_missing_title_is_the_page_s_or_the_first_words() -> None:
    bare = replace(ENTRY, title="")
    assert made(bare, Page(title="From the page")).title == "From the page"
    assert made(bare).title == "A teaser."
    assert first_words("word " * 50) == "word " * 19 + "word …"


@pytest.mark.parametrize(
    ("entry", "reading", "outlet"),
    [
        (replace(ENTRY, outlet_url="http://rss.generico.ru/x"), READING, "generico.ru"),
        (ENTRY, READING, "news.example"),
        (replace(ENTRY, link=""), READING, "news.example"),
        (replace(ENTRY, link="http://127.0.0.1:8000/a"), READING, "news.example"),
        (replace(ENTRY, link="http://127.0.0.1:8000/a"), replace(READING, link="http://10.0.0.1/"), "feeds.example"),
        (replace(ENTRY, link=""), replace(READING, link=""), "feeds.example"),
    ],
)
def test_the_outlet_is_whom_the_entry_credits_else_the_nearest_host(entry: Entry, reading: Reading, outlet: str) -> None:
    assert made(entry, reading=reading).outlet == outlet


def test_the_language_is_the_entry_s_else_the_feed_s_else_the_configured_one() -> None:
    assert made(replace(ENTRY, language="de")).language == "de"
    assert made().language == "en"
    assert made(spec=replace(SPEC, language="ru"), reading=replace(READING, language=None)).language == "ru"
    assert made(reading=replace(READING, language=None), page=Page(language="fr")).language == "fr"


def test_the_time_of_the_page_is_taken_where_the_feed_has_none() -> None:
    assert made(page=Page(published="2021-12-31T10:00:00+03:00")).published_at == datetime(2021, 12, 31, 7, tzinfo=UTC)
    assert made(page=Page(published="2021-12-31")).published_at is None
    assert made(page=Page(published="2021-12-01")).published_at == datetime(2021, 12, 1, tzinfo=UTC)


def test_a_time_that_cannot_be_true_is_left_out() -> None:
    assert made(replace(ENTRY, published_at=NOW + timedelta(days=300))).published_at is None


def test_an_article_seen_for_the_first_time_is_version_1() -> None:
    found = next_version(made(), None)
    assert found is not None
    assert (found.version, found.changed) == (1, ())


def test_an_unchanged_article_is_not_published_again() -> None:
    assert next_version(made(), seen(made())) is None


def test_a_changed_text_is_the_next_version_with_the_changed_fields_named() -> None:
    new = replace(made(), text="Other words.", published_at=NOW)
    found = next_version(new, seen(made()))
    assert found is not None
    assert (found.version, found.changed) == (2, ("text", "published_at"))


def test_a_date_that_flips_is_no_new_version() -> None:
    assert next_version(replace(made(), published_at=NOW), seen(made())) is None


def test_white_space_is_no_change() -> None:
    assert next_version(replace(made(), text="A \n\n teaser."), seen(made())) is None


def test_an_entry_without_text_is_remembered_and_its_first_text_is_version_1() -> None:
    nothing = remembered(SPEC, identified(ENTRY), None, None, date(2021, 12, 31))
    assert nothing.version == 0
    found = next_version(made(), nothing)
    assert found is not None
    assert found.version == 1


def test_an_article_that_loses_its_text_keeps_its_version() -> None:
    before = seen(replace(made(), version=3))
    assert remembered(SPEC, identified(ENTRY), before, None, NOW.date()).version == 3


def test_every_field_that_is_told_of_has_a_print() -> None:
    assert set(prints_of(made())) == {"title", "text", "url", "outlet", "language", "published_at"}


@pytest.mark.parametrize(
    ("text", "full"),
    [
        ("x" * FULL_TEXT_CHARS, True),
        ("x" * 100, False),
        ("x" * FULL_TEXT_CHARS + " […]", False),
        ("x" * FULL_TEXT_CHARS + " Read more »", False),
    ],
)
def test_a_long_entry_that_is_no_teaser_needs_no_page(text: str, full: bool) -> None:
    assert has_full_text(replace(ENTRY, text=text)) is full

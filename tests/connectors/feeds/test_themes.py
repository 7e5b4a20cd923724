"""On pages of common WordPress themes the text is the article, all of it, and nothing else."""

import re

import pytest

from connectors.feeds.page import read_page
from tests.connectors.feeds.themes import LANGUAGES, Built, Words, built

PAGES = tuple(built())


def test_there_are_a_hundred_pages() -> None:
    assert len({page.html for page in PAGES}) == 100


@pytest.mark.parametrize("page", PAGES, ids=[page.name for page in PAGES])
def test_the_text_of_a_page_is_its_article_and_nothing_else(page: Built) -> None:
    text = read_page(page.html.encode(), url="https://news.example/a").text
    assert [leak for leak in page.leaks if leak in text] == []
    assert [paragraph for paragraph in page.paragraphs if paragraph not in text.split("\n\n")] == []


def form_of(words: Words) -> tuple[str, ...]:
    """Return what a theme says around an article in one language, the teasers and comments of strangers left out."""
    form = (words.comment, words.name, words.mail, words.reply, words.unpublished, words.save)
    return (*form, words.latest, words.related, words.newsletter, words.previous, words.share)


@pytest.mark.parametrize("page", PAGES, ids=[page.name for page in PAGES])
@pytest.mark.parametrize("gone", [r' (class|id)="[^"]*"', r' (class|id)="[^"]*"|</?(form|nav|aside|footer)\b[^>]*>'])
def test_no_phrase_of_a_form_is_in_the_text_of_a_theme_that_nobody_knows(page: Built, gone: str) -> None:
    """The same pages without a single name to know furniture by, and without the elements that say what they are."""
    text = read_page(re.sub(gone, "", page.html).encode(), url="https://news.example/a").text
    (words,) = [one for one in LANGUAGES if page.name.endswith(f", {one.code}")]
    assert [phrase for phrase in form_of(words) if phrase in text] == []
    assert [paragraph for paragraph in page.paragraphs if paragraph not in text.split("\n\n")] == []

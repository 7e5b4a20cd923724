"""On pages of common WordPress themes the text is the article, all of it, and nothing else."""

import pytest

from connectors.feeds.page import read_page
from tests.connectors.feeds.themes import Built, built

PAGES = tuple(built())


def test_there_are_a_hundred_pages() -> None:
    assert len({page.html for page in PAGES}) == 100


@pytest.mark.parametrize("page", PAGES, ids=[page.name for page in PAGES])
def test_the_text_of_a_page_is_its_article_and_nothing_else(page: Built) -> None:
    text = read_page(page.html.encode(), url="https://news.example/a").text
    assert [leak for leak in page.leaks if leak in text] == []
    assert [paragraph for paragraph in page.paragraphs if paragraph not in text.split("\n\n")] == []

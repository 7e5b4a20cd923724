"""What pages say of their articles in JSON-LD."""

import json

import pytest

from connectors.feeds.jsonld import MAX_NODES, Described, described

ARTICLE = {
    "@type": "NewsArticle",
    "headline": "Biden &amp; Putin",
    "datePublished": "2021-12-31T10:00:00+03:00",
    "dateModified": "2022-01-02T10:00:00+03:00",
    "author": [{"@type": "Person", "name": "A. Writer"}, {"@type": "Organization", "name": "Reuters"}],
    "inLanguage": "en-GB",
    "isAccessibleForFree": "False",
    "wordCount": "812",
    "articleBody": "First.\n\nSecond.",
}


def test_an_article_is_described() -> None:
    assert described([json.dumps(ARTICLE)]) == Described(
        published="2021-12-31T10:00:00+03:00",
        headline="Biden &amp; Putin",
        text="First.\n\nSecond.",
        language="en-GB",
        authors=("A. Writer", "Reuters"),
        free=False,
        words=812,
    )


@pytest.mark.parametrize(
    "script",
    [
        json.dumps({"@graph": [{"@type": "WebSite", "datePublished": "1999-01-01"}, ARTICLE]}),
        json.dumps([{"@type": "BreadcrumbList"}, ARTICLE, ARTICLE | {"datePublished": "2020-01-01"}]),
        json.dumps(ARTICLE | {"@type": ["Article", "ReportageNewsArticle"]}),
        "//<![CDATA[\n" + json.dumps(ARTICLE) + "\n//]]>",
        json.dumps(ARTICLE) + ";",
    ],
)
def test_the_article_is_found_wherever_it_stands(script: str) -> None:
    assert described([script]).published == ARTICLE["datePublished"]


@pytest.mark.parametrize(
    "script",
    ["", "{broken", "[" * 5000, "null", "7", '"text"', json.dumps({"@type": 7, "author": 7}), json.dumps({"@type": "NewsArticle"})],
)
def test_what_says_nothing_describes_nothing(script: str) -> None:
    assert described([script]) == Described()


@pytest.mark.parametrize(
    ("value", "free"), [(True, True), (False, False), ("true", True), ("FALSE", False), ("no", None), (0, None), (None, None)]
)
def test_whether_it_is_free_is_what_it_says(value: object, free: bool | None) -> None:
    assert described([json.dumps(ARTICLE | {"isAccessibleForFree": value})]).free is free


@pytest.mark.parametrize(("value", "words"), [(12, 12), ("12", 12), (-1, 0), ("many", 0), (True, 0), ("9" * 5000, 0), (1.5, 0)])
def test_a_count_of_words_is_a_count(value: object, words: int) -> None:
    assert described([json.dumps(ARTICLE | {"wordCount": value})]).words == words


def test_a_document_of_endless_nodes_is_read_to_a_limit() -> None:
    assert described([json.dumps([{}] * MAX_NODES + [ARTICLE])]) == Described()

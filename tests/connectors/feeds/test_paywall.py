"""How much of an article a page shows."""

import pytest

from connectors.feeds.jsonld import Described
from connectors.feeds.paywall import access_of, is_teaser

TEXT = "Moscow will answer any sanctions, the ministry said.\n\nNothing was signed."


@pytest.mark.parametrize(
    "line",
    [
        "Subscribe to continue reading",
        "Sign in or subscribe to read the full article",
        "To continue, please log in or register to read this article",
        "This article is for subscribers only.",
        "This content is only available to our members",
        "Already a subscriber? Log in",
        "You have reached your limit of free articles this month",
        "Dieser Artikel ist nur für Abonnenten",
        "La suite est réservée aux abonnés.",
        "Материал доступен только подписчикам",
    ],
)
def test_a_line_that_asks_for_a_subscription_is_a_wall_and_no_text(line: str) -> None:
    access = access_of(f"{TEXT}\n\n{line}", Described())
    assert (access.text, access.paywalled, access.truncated) == (TEXT, True, True)


@pytest.mark.parametrize(
    "line",
    [
        "Subscribers only learned of the leak on Friday.",
        "The article is for sale, its subscribers were told on Friday.",
        "Sign up sheets were found in the embassy.",
        "You have read the treaty, the minister told the house.",
    ],
)
def test_news_about_subscribers_is_no_wall(line: str) -> None:
    access = access_of(f"{TEXT}\n\n{line}", Described())
    assert (access.text, access.paywalled, access.truncated) == (f"{TEXT}\n\n{line}", False, False)


def test_what_a_page_says_of_itself_counts() -> None:
    assert access_of(TEXT, Described(free=False)).paywalled
    assert access_of(TEXT, Described(), "locked").paywalled
    assert not access_of(TEXT, Described(free=True), "free").paywalled


def test_a_text_much_shorter_than_it_should_be_is_cut() -> None:
    assert access_of(TEXT, Described(words=900)).truncated
    assert not access_of(TEXT, Described(words=11)).truncated


@pytest.mark.parametrize(
    ("end", "cut"), [("goes on …", True), ("goes on [...]", True), ("Read more »", True), ("it ends here.", False)]
)
def test_a_text_that_goes_on_elsewhere_says_so_at_its_end(end: str, cut: bool) -> None:
    assert is_teaser(f"{TEXT} {end}") is cut


def test_no_text_is_not_cut() -> None:
    assert not access_of("", Described(words=900)).truncated

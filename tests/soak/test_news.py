"""The news of a soak."""

import random
from datetime import UTC, datetime, timedelta

from pipelines.signals.en.look import speaks
from pipelines.text import sentences
from tests.soak.news import DAYS_A_MINUTE, News, due

BEGIN = datetime(2025, 1, 1, tzinfo=UTC)
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def some(number: int) -> list[object]:
    news = News(random.Random(1), BEGIN)
    return [news.article(0.0, NOW) for _ in range(number)]


def test_it_is_the_same_for_the_same_seed_and_no_article_comes_twice() -> None:
    assert some(100) == some(100)
    assert len({article.id for article in some(500)}) == 500


def test_an_act_is_told_once_in_twenty_and_a_quarter_are_copies() -> None:
    told = [any(speaks(article.text[span.start : span.end]) for span in sentences(article.text)) for article in some(400)]
    copies = sum("follow the live page" in article.text for article in some(400))
    assert 20 <= sum(told) <= 60, "acts, and copies of them"
    assert copies in (99, 100), "the very first has nothing to copy"


def test_its_clock_runs_days_in_a_minute_and_never_past_ours() -> None:
    news = News(random.Random(1), BEGIN)
    first, later = news.article(0.0, NOW), news.article(60.0, NOW)
    assert later.published_at - first.published_at == timedelta(days=DAYS_A_MINUTE)
    assert later.fetched_at == NOW


def test_articles_are_due_at_the_rate() -> None:
    assert list(due(20, 0.0, 0)) == [0]
    assert list(due(20, 1.0, 1)) == list(range(1, 21))
    assert list(due(20, 1.0, 21)) == []

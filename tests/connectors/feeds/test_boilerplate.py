"""What a feed puts around every text is learned and left out."""

from hypothesis import given
from hypothesis import strategies as st

from connectors.feeds.boilerplate import MIN_ARTICLES, edges_of, repeated, without_repeated

FOOT = "Follow us on Telegram and read the news first."
BACKGROUND = "Russia denies that it plans to invade its neighbour."


def news(number: int, *after: str) -> str:
    return "\n\n".join((f"Number {number} was said today.", f"More of {number}.", f"And the end of {number}.", *after))


def test_a_paragraph_after_every_text_is_left_out() -> None:
    marks = repeated(edges_of(news(number, FOOT)) for number in range(MIN_ARTICLES))
    assert without_repeated(news(9, FOOT), marks) == news(9)
    assert without_repeated(news(9, FOOT.upper()), marks) == news(9)


def test_too_few_articles_teach_nothing() -> None:
    assert repeated(edges_of(news(number, FOOT)) for number in range(MIN_ARTICLES - 1)) == frozenset()


def test_background_of_one_matter_among_others_stays() -> None:
    texts = [news(number, BACKGROUND) if number % 5 == 0 else news(number) for number in range(100)]
    assert repeated(map(edges_of, texts)) == frozenset()


def test_what_was_learned_is_not_unlearned_by_leaving_it_out() -> None:
    edges = [edges_of(news(number, FOOT)) for number in range(100)]
    for number in range(100, 300):
        marks = repeated(edges[-100:])
        assert FOOT not in without_repeated(news(number, FOOT), marks)
        edges.append(edges_of(news(number, FOOT)))


def test_a_paragraph_within_a_text_stays() -> None:
    marks = repeated(edges_of(news(number, FOOT)) for number in range(MIN_ARTICLES))
    text = "\n\n".join(("One.", "Two.", FOOT, "Three.", "Four.", "Five.", "Six."))
    assert without_repeated(text, marks) == text


def test_a_text_of_nothing_else_stays() -> None:
    marks = repeated(edges_of(FOOT) for _ in range(MIN_ARTICLES))
    assert without_repeated(FOOT, marks) == FOOT


@given(st.text(), st.lists(st.text(), max_size=9))
def test_nothing_is_left_out_where_nothing_is_repeated(text: str, texts: list[str]) -> None:
    assert without_repeated(text, repeated(map(edges_of, texts[:4]))) == text

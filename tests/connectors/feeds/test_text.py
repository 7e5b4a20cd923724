"""Plain text out of HTML and out of text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.feeds.text import UNWANTED, clean, one_line, plain_line, plain_text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>One</p><p>Two</p>", "One\n\nTwo"),
        ("One<br>two<br/>three", "One\ntwo\nthree"),
        ("<div>One<div>Two</div>three</div>", "One\n\nTwo\n\nthree"),
        ("<ul><li>One<li>Two</ul>", "One\n\nTwo"),
        ("<p>one <b>two</b> <i>three</i>, four</p>", "one two three, four"),
        ("<p>wrapped\n   in the\n markup</p>", "wrapped in the markup"),
        ("a &amp; b &lt; c &#8212; d&nbsp;e", "a & b < c — d e"),
        ("<p>a</p><script>alert(1)</script><style>p{}</style><p>b</p>", "a\n\nb"),
        ("<form>Please enter your comment!<textarea>x</textarea></form>after", "after"),
        ("<nav><ul><li>Home</ul></nav><p>Text</p>", "Text"),
        ("<!-- hidden --><p>seen</p>", "seen"),
        ("<p>unclosed <b>bold", "unclosed bold"),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
        ("plain\n\nparagraphs", "plain\n\nparagraphs"),
        ("<noscript><img src=x></noscript>", ""),
        ("", ""),
    ],
)
def test_markup_becomes_paragraphs(markup: str, text: str) -> None:
    assert plain_text(markup) == text


def test_a_title_is_one_line() -> None:
    assert plain_line("<b>One</b><br>two\n\nthree") == "One two three"


def test_deep_nesting_is_read() -> None:
    assert "deep" in plain_text("<div>" * 5000 + "deep" + "</div>" * 5000) + plain_text("<p>deep</p>")


@given(st.text())
def test_clean_text_holds_nothing_unwanted_and_stays_as_it_is(text: str) -> None:
    once = clean(text)
    assert UNWANTED.search(once) is None
    assert clean(once) == once


@given(st.text())
def test_any_markup_becomes_clean_text(markup: str) -> None:
    assert clean(found := plain_text(markup)) == found


def test_joiners_of_persian_stay_and_bidirectional_controls_go() -> None:
    assert one_line("می\u200cخواهم \u202eabc\u202c\x1b[31m") == "می\u200cخواهم abc[31m"

"""Nothing that a stranger writes reaches a terminal as anything but visible characters."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.subscribers.plain import HIDDEN_CATEGORIES, JOINERS, plain


@pytest.mark.parametrize(
    "hostile",
    [
        "\x1b[31mred",  # colour
        "\x1b]0;title\x07",  # window title
        "\x1b]8;;http://evil.example\x1b\\link",  # hyperlink
        "\x9b2J",  # 8-bit control sequence introducer
        "a\x08b",  # backspace
        "safe\u202egnp.exe",  # right-to-left override
        "a\u2066b\u2069",  # isolates
        "a\u200bb",  # zero width space
        "\ufeffbom",
        "half \ud83d pair",
        "private \ue000 use",
        "tag \U000e0041",
    ],
)
def test_hidden_characters_are_replaced(hostile: str) -> None:
    shown = plain(hostile)
    assert "\ufffd" in shown
    assert not any(unicodedata.category(character) in HIDDEN_CATEGORIES for character in shown)


@pytest.mark.parametrize("text", ["Žižek, “quoted” – 100 %", "制裁を科す", "عقوبات", "می‌خواهم", "👩‍🚒"])
def test_ordinary_writing_stays(text: str) -> None:
    assert plain(text) == text


def test_breaks_and_tabs_become_one_space() -> None:
    assert plain(" a\r\n\tb\u2028c\u2029d ") == "a b c d"


def test_soft_hyphens_vanish() -> None:
    assert plain("sanc\u00adtions") == "sanctions"


def test_marks_are_not_stacked_without_end() -> None:
    assert plain("e" + "\u0301" * 50 + "x") == "e" + "\u0301" * 4 + "x"


def test_long_text_is_cut_with_an_ellipsis() -> None:
    assert plain("word " * 1_000, 20) == "word word word word…"


@given(st.text(st.characters(), max_size=200), st.integers(1, 50))
def test_any_text_gives_one_visible_line_within_its_limit(text: str, limit: int) -> None:
    shown = plain(text, limit)
    assert len(shown) <= limit
    assert not any(unicodedata.category(one) in HIDDEN_CATEGORIES | {"Zl", "Zp"} and one not in JOINERS for one in shown)

"""Matchers and the labels that they fit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.messages.signal import Actor
from connectors.messages.silence import Matcher
from connectors.subscribers.labels import MAX_VALUE_CHARACTERS, NAMES, labels
from connectors.subscribers.matchers import all_match, equals, matches, parse, shown
from tests import builders

VALUES = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


def test_an_alert_has_labels_of_what_it_says() -> None:
    found = labels(builders.alert())
    assert found["kind"] == ("threat",)
    assert found["sender"] == ("USA", "The United States")
    assert found["outlet_count"] == ("1",)
    assert "violator" not in found
    assert set(found) <= set(NAMES)


def test_a_name_of_a_stranger_is_cut() -> None:
    (value,) = labels(builders.alert(targets=(Actor(id=None, name="x" * 5_000),)))["target"]
    assert len(value) == MAX_VALUE_CHARACTERS


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ('kind="threat"', True),
        ("kind=threat, severity=high", True),
        ("{kind=threat}", True),
        ("kind!=threat", False),
        ('sender=~"USA|EU"', True),
        ('sender=~"US"', False),
        ('sender!~"The .*"', False),
        ('sender="The United States"', True),
        ('violator=""', True),
        ("", True),
    ],
)
def test_a_list_of_matchers_fits_as_alertmanager_says(text: str, fits: bool) -> None:
    assert all_match(parse(text), labels(builders.alert())) is fits


@pytest.mark.parametrize("text", ["kind", "knid=threat", 'kind=~"("', "kind=threat severity=high", 'kind="threat', "kind==x", "=x"])
def test_a_wrong_list_is_refused_with_what_is_wrong(text: str) -> None:
    with pytest.raises(ValueError, match=r"matcher|label|expression"):
        parse(text)


@given(st.lists(st.builds(Matcher, name=st.sampled_from(NAMES), op=st.sampled_from(["=", "!="]), value=VALUES), max_size=5))
def test_what_is_shown_is_read_back(matchers: list[Matcher]) -> None:
    assert parse(shown(matchers)) == tuple(matchers)


@given(
    st.sampled_from(["=", "=~"]),
    st.sampled_from(["a", "a|b", "a.b", ".*", "", "a b|c"]),
    st.lists(st.sampled_from("abc"), max_size=3),
)
def test_the_index_never_hides_a_matcher_that_fits(op: str, value: str, values: list[str]) -> None:
    matcher = Matcher(name="kind", op=op, value=value)  # type: ignore[arg-type]
    if equals(matcher) and matches(matcher, {"kind": tuple(values)}):
        assert set(equals(matcher)) & set(values)

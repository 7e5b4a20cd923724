"""Conditions and deadlines from the words alone, without a model."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.signals.en.conditions import conditions, imperative_condition, subject_condition, when_clause
from pipelines.signals.en.deadline import deadline

FOUND = [
    ("Oslo will close its ports if the ship sails.", "if the ship sails", "if"),
    ("Unless the crew is freed, Oslo will close its ports.", "Unless the crew is freed", "unless"),
    ("The ban stays until a civilian rules.", "until a civilian rules", "until"),
    ("Should the junta fall, aid will flow.", "Should the junta fall", "if"),
    ("Were Baku to shell the road, Paris would recall its envoy.", "Were Baku to shell the road", "if"),
    ("Free the crew or face curbs, Oslo told Minsk.", "Free the crew or", "unless"),
    ("EU to Minsk: free them or face curbs", "free them or", "unless"),
    ("Barring an apology, Lima will shut its ports.", "Barring an apology", "unless"),
    ("Beirut has a week to free the men, failing which fruit is barred.", "to free the men, failing which", "unless"),
    ("Minsk will pay as long as he is in jail.", "as long as he is in jail", "if"),
    ("If Norway blocks our fish we will block its gas.", "If Norway blocks our fish", "if"),
    ("Kuwait will buy again in return for scanners.", "in return for scanners", "if"),
]
SILENT = [
    "Reporters asked if Oslo would close its ports.",
    "Once more Oslo closed its ports.",
    "He spoke on condition of anonymity.",
    "For the first time Oslo closed its ports.",
    "Oslo will sign before the weekend.",
]


@pytest.mark.parametrize(("text", "clause", "direction"), FOUND)
def test_the_clause_is_quoted_with_its_connective(text: str, clause: str, direction: str) -> None:
    assert (clause, direction) in [(found.condition.text, found.condition.direction) for found in conditions(text)]


@pytest.mark.parametrize("text", SILENT)
def test_what_is_no_condition_gives_none(text: str) -> None:
    assert not conditions(text)


def test_a_subject_can_be_a_condition() -> None:
    found = subject_condition("Any attack would be met with a ban.", 20)
    assert found is not None
    assert found.condition.text == "Any attack"


def test_an_order_with_and_is_a_condition() -> None:
    found = imperative_condition("Sign it, and your companies will be without licences.")
    assert found is not None
    assert found.condition.text == "Sign it, and"


def test_when_is_a_condition_of_what_is_offered() -> None:
    found = when_clause("Qatar will buy again when Bahrain takes gas.")
    assert found is not None
    assert found.condition.text == "when Bahrain takes gas"


@given(st.text(alphabet=st.sampled_from('if unless ,.:;"or should Oslo bans '), max_size=200))
def test_a_condition_stands_where_it_says(text: str) -> None:
    for found in conditions(text):
        assert text[found.start : found.end] == found.condition.text


@pytest.mark.parametrize(
    ("text", "condition", "when"),
    [
        ("Riyadh gave Beirut ten days to hand over the men.", None, "ten days"),
        ("Unless it sails by 1 August, the port closes.", "Unless it sails by 1 August", "1 August"),
        ("Within a week the crew must be back, or ports close.", "Within a week the crew must be back, or", "a week"),
        ("Oslo will close its ports.", None, None),
    ],
)
def test_the_deadline_leaves_out_its_preposition(text: str, condition: str | None, when: str | None) -> None:
    assert deadline(text, condition) == when

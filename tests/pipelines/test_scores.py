"""Scores are sums of their terms."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.messages.alert import ALERT_FAMILIES
from connectors.messages.signal import Actor, Measure, Term
from pipelines.scores import KIND_WEIGHTS, MEASURE_WEIGHTS, confidence, level_of, severity, total
from tests import builders


def test_every_kind_of_alert_and_every_measure_has_a_weight() -> None:
    assert set(KIND_WEIGHTS) == set(ALERT_FAMILIES)
    assert set(MEASURE_WEIGHTS) == set(get_args(Measure))


@given(values=st.lists(st.floats(-2, 2), max_size=6))
def test_a_total_lies_between_0_and_1(values: list[float]) -> None:
    assert 0 <= total([Term(name="x", value=value) for value in values]) <= 1


@pytest.mark.parametrize(("score", "level"), [(0.0, "low"), (0.349, "low"), (0.35, "medium"), (0.55, "high"), (0.75, "critical")])
def test_levels_begin_at_their_floors(score: float, level: str) -> None:
    assert level_of(score) == level


@given(
    kind=st.sampled_from(sorted(KIND_WEIGHTS)),
    measures=st.lists(st.sampled_from(sorted(MEASURE_WEIGHTS)), max_size=4, unique=True),
    commitment=st.integers(1, 3),
)
def test_severity_is_the_sum_of_its_terms(kind: str, measures: list[Measure], commitment: int) -> None:
    score, level, terms = severity(builders.alert(kind=kind, measures=tuple(measures), commitment=commitment))
    assert score == total(terms)
    assert level == level_of(score)


def test_firmer_words_and_heavier_measures_are_more_severe() -> None:
    plain = severity(builders.alert(commitment=1))[0]
    assert severity(builders.alert(commitment=3))[0] > plain
    assert severity(builders.alert(commitment=1, measures=("total_embargo", "diplomatic")))[0] > plain


def test_a_union_and_several_states_weigh_more_than_one_state() -> None:
    one = severity(builders.alert())[0]
    union = severity(builders.alert(senders=(Actor(id="EU", name="the bloc"),)))[0]
    two = severity(builders.alert(senders=(builders.UNITED_STATES, Actor(id="GBR", name="London"))))[0]
    assert union == two > one


def test_two_names_of_one_state_are_one_sender() -> None:
    two_names = (builders.UNITED_STATES, Actor(id="USA", name="Washington"))
    assert severity(builders.alert(senders=two_names)) == severity(builders.alert())


def test_confidence_rises_with_independent_outlets_up_to_a_limit_and_falls_with_a_denial() -> None:
    alone = confidence(builders.alert(contested=()))[0]
    crowd = [confidence(builders.alert(contested=(), independent_outlet_count=number))[0] for number in (2, 5, 50)]
    assert alone < crowd[0] < crowd[1] == crowd[2]
    assert confidence(builders.alert())[0] < alone


def test_confidence_without_evidence_is_none() -> None:
    assert confidence(builders.alert(evidence=(), contested=()))[0] == 0

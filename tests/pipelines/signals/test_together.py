"""What rules, clues and the encoder say together."""

import pytest

from connectors.messages.signal import Condition
from pipelines.signals.base import Finding
from pipelines.signals.en.conditions import direction_of
from pipelines.signals.en.encoder import Reading
from pipelines.signals.en.together import kinds_together, log_odds, probability, with_condition, with_measures

TEXT = "Any attack on the convoys and Ottawa will freeze the accounts"
WORDS = ((0, 3), (4, 10), (11, 13), (14, 17), (18, 25), (26, 29), (30, 36), (37, 41), (42, 48), (49, 52), (53, 61))


def reading(measures: dict[str, float], heard: int = 0) -> Reading:
    """A reading in which the first words are a condition."""
    parts = tuple({"condition": 0.9 if at < heard else 0.1} for at in range(len(WORDS)))
    return Reading({"threat": 0.9, "imposed": 0.1}, measures, WORDS, parts)  # type: ignore[arg-type]


def finding(**fields: object) -> Finding:
    return Finding(**{"kind": "threat", "rule": "test", "commitment": 2, **fields})  # type: ignore[arg-type]


def test_odds_and_probability_are_inverse() -> None:
    assert probability(log_odds(0.3)) == pytest.approx(0.3)


def test_nobody_is_ever_certain() -> None:
    assert log_odds(1.0) == pytest.approx(-log_odds(0.0))


def test_the_clues_stand_alone_where_the_encoder_was_not_asked() -> None:
    assert kinds_together({"threat": 0.4}, None) == {"threat": 0.4}


def test_agreement_makes_surer_and_contradiction_less_sure() -> None:
    heard = reading({})
    assert kinds_together({"threat": 0.9}, heard)["threat"] > 0.9
    assert kinds_together({"imposed": 0.6}, heard)["imposed"] < 0.6


def test_a_measure_that_is_heard_is_told_though_no_rule_found_it() -> None:
    (told,) = with_measures([finding(measures=("unspecified",))], reading({"asset_freeze": 0.9, "unspecified": 0.3}))
    assert told.measures == ("asset_freeze",)


def test_of_several_acts_each_keeps_the_measure_that_the_rules_found_for_it() -> None:
    heard = reading({"asset_freeze": 0.7, "travel_ban": 0.7})
    told = with_measures([finding(measures=("asset_freeze",)), finding(kind="imposed", measures=("travel_ban",))], heard)
    assert [one.measures for one in told] == [("asset_freeze",), ("travel_ban",)]


def test_background_keeps_its_measures() -> None:
    told = with_measures([finding(kind="mention", measures=("finance",))], reading({"asset_freeze": 0.9}))
    assert told[0].measures == ("finance",)


def test_a_condition_that_no_rule_found_is_heard() -> None:
    (told,) = with_condition(TEXT, [finding()], reading({}, heard=6))
    assert told.condition == Condition(text="Any attack on the convoys and", direction="if")


def test_a_condition_that_a_rule_found_stays() -> None:
    found = Condition(text="if the convoys are attacked", direction="if")
    assert with_condition(TEXT, [finding(condition=found)], reading({}, heard=6))[0].condition == found


def test_what_is_done_hangs_on_no_condition() -> None:
    assert with_condition(TEXT, [finding(kind="imposed")], reading({}, heard=6))[0].condition is None


@pytest.mark.parametrize(
    ("clause", "direction"),
    [
        ("if the bridge falls", "if"),
        ("unless it pays", "unless"),
        ("until the last soldier has left", "until"),
        ("free them or", "unless"),
        ("pull back, or else", "unless"),
        ("one more shell on the harbour and", "if"),
        ("should the court not relent", "if"),
    ],
)
def test_a_condition_points_where_its_connective_does(clause: str, direction: str) -> None:
    assert direction_of(clause) == direction


@pytest.mark.parametrize(("none_named", "measures"), [(0.6, ("unspecified",)), (0.2, ("arms_embargo",))])
def test_what_a_denial_denies_is_no_measure_where_none_is_named(none_named: float, measures: tuple[str, ...]) -> None:
    heard = reading({"arms_embargo": 0.99, "unspecified": none_named})
    (told,) = with_measures([finding(kind="denial", measures=("unspecified",))], heard)
    assert told.measures == measures

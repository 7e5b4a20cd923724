"""The fold of one act under its layers, rule family by rule family, without a model."""

import pytest

from pipelines.signals.base import Layer, State, first
from pipelines.signals.en.commitment import commitment
from pipelines.signals.en.rules.order import FAMILIES


def layer(group: str, tense: str = "past", *, negated: bool = False, relation: str = "clause") -> Layer:
    return Layer(token=0, groups=frozenset({group}), tense=tense, negated=negated, subject=None, relation=relation)


def own(tense: str, *, negated: bool = False) -> Layer:
    return layer("none", tense, negated=negated, relation="own")


def fold(act: str, *layers: Layer) -> str | None:
    state = State(act)  # type: ignore[arg-type]
    for above in layers:
        state = first(FAMILIES, state, above) or state
    return state.kind


@pytest.mark.parametrize(
    ("act", "layers", "kind"),
    [
        ("restrict", [own("past")], "imposed"),
        ("restrict", [own("future")], "threat"),
        ("restrict", [own("may")], "considering"),
        ("restrict", [own("future", negated=True)], "ruled_out"),
        ("ease", [own("past")], "eased"),
        ("ease", [own("future")], "ease_intent"),
        ("ease", [own("future", negated=True)], "refuse_ease"),
        ("keep", [own("present")], "refuse_ease"),
        ("extend", [own("past")], "extended"),
        ("restrict", [own("base"), layer("threaten")], "threat"),
        ("ease", [own("base"), layer("threaten")], "ease_intent"),
        ("restrict", [own("base"), layer("weigh")], "considering"),
        ("ease", [own("base"), layer("weigh")], "ease_intent"),
        ("restrict", [own("base"), layer("ask")], "call_for"),
        ("ease", [own("base"), layer("ask")], "demand_ease"),
        ("restrict", [own("base"), layer("refuse")], "ruled_out"),
        ("ease", [own("base"), layer("refuse")], "refuse_ease"),
        ("restrict", [own("base"), layer("refuse", negated=True)], "threat"),
        ("restrict", [own("base"), layer("plan", negated=True)], "ruled_out"),
        ("restrict", [own("base"), layer("threaten"), layer("retract")], "ruled_out"),
        ("ease", [own("base"), layer("ask"), layer("refuse")], "refuse_ease"),
        ("restrict", [own("base"), layer("deny_strong")], "denial"),
        ("restrict", [own("base"), layer("threaten", "past", negated=True)], "denial"),
        ("restrict", [own("base")], None),
    ],
)
def test_layers_make_the_kind(act: str, layers: list[Layer], kind: str | None) -> None:
    assert fold(act, *layers) == kind


def test_a_denial_of_a_denial_is_not_a_denial() -> None:
    assert fold("restrict", own("future"), layer("deny_strong", negated=True)) == "threat"


@pytest.mark.parametrize(
    ("kind", "reached", "text", "firm"),
    [
        ("threat", 2, "Oslo will close its ports.", 2),
        ("threat", 2, "Oslo will close its ports on Monday.", 3),
        ("threat", 1, "Oslo may close its ports on Monday.", 1),
        ("threat", 2, "unprecedented sanctions", 3),
        ("imposed", 2, "Oslo closed its ports on Monday.", 2),
    ],
)
def test_dates_and_emphasis_make_an_act_firm(kind: str, reached: int, text: str, firm: int) -> None:
    assert commitment(kind, reached, text, deadline=False, fragment=False) == firm  # type: ignore[arg-type]

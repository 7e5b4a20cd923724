"""What the seed article must give (issue "The main job runs", section "The demo"): the founder's acceptance test of the rules."""

from functools import cache
from pathlib import Path

import pytest

from connectors.messages.signal import Signal
from pipelines.annotator import Annotation, Annotator, ArticleText, load_model

pytestmark = pytest.mark.model

SEED = Path(__file__).parents[2] / "data" / "generico-2021-12-31.txt"
TEXT = SEED.read_text(encoding="utf-8")


@cache
def annotation() -> Annotation:
    title = "GENERICO.ruWorldBiden said he expects progress in negotiations with Russia"
    return Annotator(load_model()).annotate([ArticleText(id="seed", title=title, text=TEXT, language=None)])[0]


def told_in(words: str) -> list[Signal]:
    return [signal for signal in annotation().signals if words in signal.evidence.quote]


def ids(actors: object) -> set[str]:
    return {actor.id for actor in actors if actor.id}  # type: ignore[attr-defined]


def test_the_united_states_and_unnamed_allies_threaten_russia_emphatically() -> None:
    threats = [signal for signal in told_in("threaten with unprecedented sanctions") if signal.kind == "threat"]
    assert len(threats) == 1
    threat = threats[0]
    assert ids(threat.senders) == {"USA"}
    assert any(actor.id is None and "allies" in actor.name for actor in threat.senders)
    assert ids(threat.targets) == {"RUS"}
    assert threat.condition is not None
    assert threat.condition.text == "if the plans attributed to it are carried out"
    assert threat.condition.direction == "if"
    assert threat.commitment == 3


def test_the_fragment_without_a_sender_is_a_threat_of_the_same() -> None:
    fragment = [signal for signal in told_in("serious sanctions in case of aggravation") if signal.kind == "threat"]
    assert len(fragment) == 1
    assert ids(fragment[0].senders) == {"USA"}
    assert ids(fragment[0].targets) == {"RUS"}
    assert fragment[0].commitment == 3


def test_russia_denies_and_its_denial_contests_a_threat() -> None:
    denials = [signal for signal in told_in("Russia has repeatedly denied accusations") if signal.kind == "denial"]
    assert len(denials) == 1
    assert ids(denials[0].deniers) == {"RUS"}
    threats = {signal.id for signal in annotation().signals if signal.kind == "threat"}
    assert denials[0].contests in threats


def test_the_question_of_the_press_is_a_question() -> None:
    assert {signal.kind for signal in told_in("In response to a question about")} == {"question"}


def test_nothing_else_is_an_act() -> None:
    quiet = {"question", "mention"}
    loud = [(signal.kind, signal.evidence.quote) for signal in annotation().signals if signal.kind not in quiet]
    assert sorted(kind for kind, _ in loud) == ["denial", "threat", "threat"], loud


def test_quotes_stand_where_they_say() -> None:
    for signal in annotation().signals:
        assert TEXT[signal.evidence.start : signal.evidence.end] == signal.evidence.quote

"""What links the signals of one article, and how sure each is, without a model."""

from connectors.messages.signal import Actor, Evidence, Signal, SignalKind
from pipelines.signals.article import linked
from pipelines.signals.base import Finding
from pipelines.signals.confidence import confidence

RUS, USA, GEO = (Actor(id=code, name=code) for code in ("RUS", "USA", "GEO"))


Actors = tuple[Actor, ...]


def signal(name: str, kind: SignalKind, start: int, senders: Actors, targets: Actors, deniers: Actors = ()) -> Signal:
    evidence = Evidence(quote="", start=start, end=start)
    return Signal(id=name, kind=kind, evidence=evidence, senders=senders, targets=targets, deniers=deniers)


def test_a_denial_contests_the_nearest_act_about_the_denier() -> None:
    threats = (signal("a", "threat", 0, (USA,), (GEO,)), signal("b", "threat", 10, (USA,), (RUS,)))
    told = (*threats, signal("c", "denial", 20, (USA,), (RUS,), (RUS,)))
    assert linked(told)[2].contests == "b"


def test_an_act_told_twice_names_its_first_telling() -> None:
    told = (signal("a", "threat", 0, (USA,), (RUS,)), signal("b", "threat", 50, (USA,), (RUS,)))
    assert [one.same_as for one in linked(told)] == [None, "a"]


def test_an_act_against_somebody_else_is_another_act() -> None:
    told = (signal("a", "threat", 0, (USA,), (RUS,)), signal("b", "threat", 50, (USA,), (GEO,)))
    assert [one.same_as for one in linked(told)] == [None, None]


def test_confidence_is_the_sum_of_its_terms() -> None:
    total, terms = confidence(Finding(kind="threat", rule="", commitment=2, senders=(USA,), targets=(RUS,), measures=("finance",)))
    assert total == round(sum(term.value for term in terms), 2)
    assert 0.0 <= total <= 1.0


def test_an_act_without_actors_is_less_sure() -> None:
    known, _ = confidence(Finding(kind="threat", rule="", commitment=2, senders=(USA,), targets=(RUS,)))
    unknown, _ = confidence(Finding(kind="threat", rule="", commitment=2))
    assert unknown < known

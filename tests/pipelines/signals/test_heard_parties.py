"""Parties that the encoder hears, weighed against those that the rules cast: with the real models."""

import pytest

from connectors.messages.signal import Signal
from pipelines.annotator import Annotator, ArticleText, load_model
from pipelines.signals.en.context import Context
from pipelines.signals.en.encoder import Reading
from pipelines.signals.en.heard_parties import heard_parties
from pipelines.signals.en.sentence import read

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def annotator() -> Annotator:
    return Annotator(load_model())


def acts(annotator: Annotator, text: str, title: str = "") -> list[Signal]:
    (annotation,) = annotator.annotate([ArticleText(id="a", title=title, text=text, language="en")])
    return [signal for signal in annotation.signals if signal.kind not in ("mention", "question")]


def test_a_state_inside_the_name_of_a_party_is_not_hit_itself(annotator: Annotator) -> None:
    (told,) = acts(annotator, "Canada will blacklist four Haitian bankers unless the port reopens.")
    assert [actor.id for actor in told.targets] == [None]
    assert "bankers" in told.targets[0].name


def test_a_sentence_that_names_whom_it_hits_takes_nobody_from_its_article(annotator: Annotator) -> None:
    text = (
        "The Council today decided to prolong the restrictive measures against Nicaragua by one year. "
        "It also listed two members of the electoral tribunal and a company that supplies the police with cameras."
    )
    told = acts(annotator, text)[-1]
    assert {actor.id for actor in told.targets} == {None}


def test_goods_count_for_their_state(annotator: Annotator) -> None:
    (told,) = acts(annotator, "Manila will turn back Malaysian palm oil from Monday, its trade minister said.")
    assert {actor.id for actor in told.targets} == {"MYS"}


def test_a_sender_under_another_word_than_its_name_stays(annotator: Annotator) -> None:
    text = (
        "The European Union will impose sanctions on Belarus if the launchers are moved, its policy chief said. "
        '"If a single launcher is moved, Belarus will face sanctions as never before," the policy chief told reporters in Brussels.'
    )
    assert [{actor.id for actor in told.senders} for told in acts(annotator, text)] == [{"EU"}, {"EU"}]


def test_the_subject_of_a_denial_denies_whoever_spoke_before(annotator: Annotator) -> None:
    text = (
        "Belarus rejected the European Union's threat of sanctions. "
        "“Belarus does not threaten anyone,” the press secretary of the ministry said at the briefing."
    )
    denials = [told for told in acts(annotator, text) if told.kind == "denial"]
    assert [{actor.id for actor in told.deniers} for told in denials] == [{"BLR"}, {"BLR"}]


def test_a_denial_that_stands_far_from_any_word_on_sanctions_is_heard(annotator: Annotator) -> None:
    text = (
        "Poland will freeze the accounts of a Minsk tractor maker over drone parts, the finance ministry in Warsaw said. "
        "The meeting lasted two hours. "
        "The Belarusian industry ministry said that its plants built tractors and had never turned out a part for a drone."
    )
    assert {told.kind for told in acts(annotator, text)} >= {"denial"}


def test_a_party_heard_in_the_dateline_alone_is_none_of_the_sentence() -> None:
    doc = load_model()("Turkey has not told Iraq that it would shut the pipeline.")
    heard = Reading(
        {}, {}, words=((-17, -11), (0, 6)), parts=({"deniers": 0.9, "nameless": 0.1}, {"deniers": 0.1, "nameless": 0.1})
    )
    assert heard_parties(read(doc, doc, 0), heard, "deniers", Context()) == ()


@pytest.mark.parametrize(
    "text",
    [
        "The foreign ministry of Belarus rejected the European Union's threat of sanctions and denied that it moves launchers.",
        "Belarus rejected the threats of sanctions by the European Union and denied that it moves launchers.",
    ],
)
def test_who_rejects_the_threat_of_another_is_its_target(annotator: Annotator, text: str) -> None:
    told = next(told for told in acts(annotator, text) if told.kind == "denial")
    parts = [{actor.id for actor in told_of} for told_of in (told.senders, told.targets, told.deniers)]
    assert parts == [{"EU"}, {"BLR"}, {"BLR"}]

"""Who is meant where a phrase of time stands in between, a name is long, or somebody answers who was hit."""

import pytest

from pipelines.annotator import Annotator, ArticleText, load_model

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def annotator() -> Annotator:
    return Annotator(load_model())


@pytest.mark.parametrize(
    ("text", "callers", "senders", "targets"),
    [
        ("Ukraine on Wednesday called on the European Union to impose sanctions on Iran.", {"UKR"}, {"EU"}, {"IRN"}),
        ("Ghana on Monday urged the African Union to freeze the assets of the junta in Niger.", {"GHA"}, {"AU"}, {"NER"}),
        (
            "Peru on Tuesday night called on Brazil and the Organization of American States to sanction Nicaragua.",
            {"PER"},
            {"BRA", "OAS"},
            {"NIC"},
        ),
    ],
)
def test_a_day_is_no_party(annotator: Annotator, text: str, callers: set[str], senders: set[str], targets: set[str]) -> None:
    (signal,) = annotator.annotate([ArticleText(id="a", title="", text=text, language="en")])[0].signals
    assert signal.kind == "call_for"
    assert {actor.id for actor in signal.callers} == callers
    assert {actor.id for actor in signal.senders} == senders
    assert {actor.id for actor in signal.targets} == targets


def test_a_long_name_of_a_union_is_no_party_without_an_id(annotator: Annotator) -> None:
    text = (
        "The Economic Community of West African States on Tuesday stripped Guinea-Bissau of its seat in all decision-making bodies."
    )
    (signal,) = annotator.annotate([ArticleText(id="a", title="", text=text, language="en")])[0].signals
    assert ({actor.id for actor in signal.senders}, {actor.id for actor in signal.targets}) == ({"ECOWAS"}, {"GNB"})


@pytest.mark.parametrize(
    ("text", "senders", "targets"),
    [
        (
            "Norway banned Kenyan flowers on Monday, the trade ministry said. "
            "Kenya will not answer in kind, its agriculture minister said.",
            {"KEN"},
            {"NOR"},
        ),
        (
            "Sudan's cabinet is studying a ban on Kenyan tea, an official in Port Sudan said. "
            "Nairobi did not intend to hit back, the official added.",
            {"KEN"},
            {"SDN"},
        ),
    ],
)
def test_whom_the_sentence_names_answers_whoever_spoke_before(
    annotator: Annotator, text: str, senders: set[str], targets: set[str]
) -> None:
    answer = annotator.annotate([ArticleText(id="a", title="", text=text, language="en")])[0].signals[-1]
    assert answer.kind == "ruled_out"
    assert ({actor.id for actor in answer.senders}, {actor.id for actor in answer.targets}) == (senders, targets)

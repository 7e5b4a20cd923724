"""Who asks whom, where a phrase of time stands in between."""

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

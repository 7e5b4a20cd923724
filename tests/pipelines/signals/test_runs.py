"""Heard words become whole phrases: with the real parser."""

import pytest

from pipelines.annotator import load_model
from pipelines.signals.en.runs import whole_phrases
from pipelines.signals.en.sentence import Sentence, read

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def sentences() -> dict[str, Sentence]:
    return {doc.text: read(doc, doc, 0) for doc in load_model().pipe({text for text, *_ in RUNS})}


TWO = "Minsk keeps two remaining abattoirs and six ships that fly no flag off its list."
OWNERS = "The paper names the owner of a television station and traders behind the flights."
STATES = "Brussels bars Iranian crude, and Mali in Bamako protests."
RUNS = [
    (TWO, ["two remaining"], ["two remaining abattoirs"]),
    (TWO, ["six ships that"], ["six ships"]),
    (TWO, ["ships"], ["six ships"]),
    (OWNERS, ["owner of", "television station"], ["owner of a television station"]),
    (OWNERS, ["traders behind", "flights"], ["traders behind the flights"]),
    (STATES, ["Iranian"], ["Iranian"]),
    (STATES, ["Mali", "Bamako"], ["Mali", "Bamako"]),
    (STATES, [", and"], []),
]


@pytest.mark.parametrize(("text", "heard", "whole"), RUNS)
def test_a_run_ends_where_its_phrase_does(sentences: dict[str, Sentence], text: str, heard: list[str], whole: list[str]) -> None:
    runs = [(text.index(words), text.index(words) + len(words)) for words in heard]
    found = whole_phrases(sentences[text], runs, lambda _: True)
    assert [text[start:end] for start, end in found] == whole


def test_the_name_of_a_state_that_a_party_bears_goes_on_to_its_noun(sentences: dict[str, Sentence]) -> None:
    at = STATES.index("Iranian")
    ((start, end),) = whole_phrases(sentences[STATES], [(at, at + len("Iranian"))], lambda _: False)
    assert STATES[start:end] == "Iranian crude"

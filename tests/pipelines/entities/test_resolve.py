"""From names to entities, with the model's spans given by hand."""

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.messages.entity import Entity, Mention
from pipelines.entities.candidates import may_hold_names
from pipelines.entities.extract import NamedSpan, find_mentions
from pipelines.entities.names import find_names
from pipelines.entities.resolve import resolve

SEED = Path(__file__).parents[2] / "data" / "generico-2021-12-31.txt"


def understood(text: str, **spans: str) -> tuple[tuple[Mention, ...], tuple[Entity, ...]]:
    """Resolve a text; `spans` gives label=words, several words parted by `|`, for what a model would mark."""
    marked = [
        NamedSpan(text.index(words), text.index(words) + len(words), label)
        for label, names in spans.items()
        for words in names.split("|")
    ]
    return resolve(find_mentions(text, marked))


def ids(text: str, **spans: str) -> list[str]:
    return [entity.id for entity in understood(text, **spans)[1]]


def test_mentions_hold_the_words_of_the_text() -> None:
    text = SEED.read_text(encoding="utf-8")
    mentions, entities = understood(text)
    assert all(text[mention.start : mention.end] == mention.name for mention in mentions)
    assert {mention.entity_id for mention in mentions} == {entity.id for entity in entities}


def test_the_seed_article_has_its_states_unions_and_leaders_and_nothing_else() -> None:
    _, entities = understood(SEED.read_text(encoding="utf-8"))
    assert {(entity.type, entity.name) for entity in entities} == {
        ("state", "Russia"),
        ("state", "United States"),
        ("state", "Ukraine"),
        ("union", "NATO"),
        ("union", "OSCE"),
        ("person", "Joe Biden"),
        ("person", "Vladimir Putin"),
        ("person", "Volodymyr Zelenskiy"),
        ("person", "Anthony Blinken"),
        ("person", "Dmitry Peskov"),
    }


def test_zelensky_and_zelenskiy_kiev_and_washington_are_right_in_the_seed_article() -> None:
    mentions, _ = understood(SEED.read_text(encoding="utf-8"))
    by_name = {mention.name: mention.entity_id for mention in mentions}
    assert by_name["Zelensky"] == by_name["Volodymyr Zelenskiy"]
    assert (by_name["Kiev"], by_name["WASHINGTON"]) == ("UKR", "USA")


def test_a_leader_is_one_person_in_every_article() -> None:
    spellings = ["Zelensky spoke.", "Zelenskiy spoke.", "Volodymyr Zelenskyy spoke.", "Vladimir Zelensky spoke."]
    assert len({ids(text)[0] for text in spellings}) == 1


def test_a_surname_joins_the_full_name_of_the_article() -> None:
    text = "Arkady Belov denied it. Belov, 61, owns the plant. Mr Belov said no more."
    mentions, entities = understood(text, PERSON="Arkady Belov")
    assert [entity.id for entity in entities] == ["person:arkadi-belov"]
    assert [mention.name for mention in mentions] == ["Arkady Belov", "Belov", "Belov"]


def test_a_surname_before_the_full_name_joins_it_too() -> None:
    assert ids("Mr Belov said no. Arkady Belov owns the plant.", PERSON="Belov|Arkady Belov") == ["person:arkadi-belov"]


def test_spellings_of_one_person_are_one_entity_named_by_the_fullest() -> None:
    _, entities = understood("Yevgeny Orlov met Evgeniy Orlov.", PERSON="Yevgeny Orlov|Evgeniy Orlov")
    assert [entity.name for entity in entities] == ["Yevgeny Orlov"]


@pytest.mark.parametrize(
    ("text", "label", "words", "name"),
    [
        ("He met President Emil Sorda there.", "PERSON", "President Emil Sorda", "Emil Sorda"),
        ("He met Ukrainian businessman Emil Sorda's lawyer.", "PERSON", "Ukrainian businessman Emil Sorda's", "Emil Sorda"),
        ('He met "Emil Sorda", they say.', "PERSON", '"Emil Sorda",', "Emil Sorda"),
        ("Press Secretary Emil Sorda spoke.", "PERSON", "Press Secretary Emil Sorda", "Emil Sorda"),
        ("They hit the Sorda Trading House.", "ORG", "the Sorda Trading House", "Sorda Trading House"),
        ("National Iranian Oil Company sold it.", "ORG", "National Iranian Oil Company", "National Iranian Oil Company"),
        ("Israel Katz said so.", "PERSON", "Israel Katz", "Israel Katz"),
        ("JIMMA - Coffee prices rose.", "ORG", "JIMMA - Coffee", "JIMMA"),
    ],
)
def test_candidates_are_cleaned(text: str, label: str, words: str, name: str) -> None:
    mentions, _ = understood(text, **{label: words})
    assert name in [mention.name for mention in mentions]


@pytest.mark.parametrize(
    ("text", "label", "words"),
    [
        ("In January prices rose.", "PERSON", "January"),
        ("Turnout was low.", "PERSON", "Turnout"),
        ("Subscribe and share.", "ORG", "Subscribe"),
        ("The Foreign Ministry waits.", "ORG", "The Foreign Ministry"),
        ("The Council of Ministers met.", "ORG", "The Council of Ministers"),
        ("The President spoke.", "PERSON", "The President"),
        ("Muslim groups protested.", "ORG", "Muslim"),
        ("the Special Measures Act of 1992", "ORG", "the Special Measures"),
        ("GENERICO.ruWorldBelov said it.", "ORG", "GENERICO.ruWorldBelov"),
        ("Write to press@example.org now.", "ORG", "press@example.org"),
        ("It is a West-bound ship.", "LOC", "West"),
        ("Please enter your name here", "ORG", "Please"),
    ],
)
def test_what_is_no_name_is_dropped(text: str, label: str, words: str) -> None:
    assert understood(text, **{label: words})[0] == ()


def test_a_town_that_a_model_calls_a_person_is_a_place() -> None:
    assert ids("Trucks wait in Batken today.", PERSON="Batken") == ["place:batken"]


def test_a_person_that_a_model_calls_an_organisation_is_one_beside_a_calling() -> None:
    assert ids("They quote researcher Mina Gangur on it.", ORG="Mina Gangur") == ["person:mina-gangur"]


def test_states_win_over_the_model() -> None:
    assert ids("The Norwegian Foreign Ministry and Oslo agree.", ORG="The Norwegian Foreign Ministry", PERSON="Oslo") == ["NOR"]


def test_known_organisations_and_ships_need_no_model() -> None:
    text = 'Rosneft, NIOC and the National Iranian Oil Company. The tanker "Blue Star" and the vessel Eagle S left. Tanker Russia.'
    assert ids(text) == ["organisation:rosneft", "organisation:nioc", "vessel:blue-star", "vessel:eagle-s", "RUS"]


def test_an_acronym_in_brackets_joins_the_name_before_it() -> None:
    text = "Sorda Shipping Lines (SSL) denies it. SSL is private."
    assert ids(text, ORG="Sorda Shipping Lines|SSL") == ["organisation:sorda-shipping-lines"]


def test_a_name_in_a_comment_form_is_none() -> None:
    text = "Oslo waits.\n\nPlease enter your comment!\nTags: Iran, Arkady Belov, sanctions"
    assert ids(text, PERSON="Arkady Belov") == ["NOR"]


def test_other_names_of_a_place_are_one_entity() -> None:
    assert ids("From Kharkov to Kharkiv", GPE="Kharkov|Kharkiv") == ["place:kharkiv"]


@settings(deadline=None)
@given(
    st.text(max_size=200),
    st.lists(st.tuples(st.integers(0, 200), st.integers(0, 200), st.sampled_from(["PERSON", "ORG", "GPE", "DATE"]))),
)
def test_whatever_a_model_marks_offsets_hold_and_names_stay_apart(text: str, marked: list[tuple[int, int, str]]) -> None:
    spans = [NamedSpan(min(a, b, len(text)), min(max(a, b), len(text)), label) for a, b, label in marked]
    mentions, _ = resolve(find_mentions(text, spans))
    assert all(text[mention.start : mention.end] == mention.name for mention in mentions)
    assert all(left.end <= right.start for left, right in pairwise(mentions))


@pytest.mark.parametrize(
    ("sentence", "may"),
    [
        ("Norway's foreign ministry said on Monday that the EU would wait.", False),
        ("the minister said so in oslo", False),
        ("According to President Putin, Ministers of the Central Bank met.", False),
        ("Arkady Belov denied it.", True),
        ("They met in Geneva.", True),
        ("Israel Sorda said so.", True),
        ("The National Iranian Oil Company sold it.", True),
        ("Şahin spoke.", True),
        ("", False),
    ],
)
def test_a_model_looks_for_names_only_where_a_capital_is_left_over(sentence: str, may: bool) -> None:
    assert may_hold_names(sentence, find_names(sentence)) is may

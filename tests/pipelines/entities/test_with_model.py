"""The real model on whole articles of the kinds that go wrong: glued headers, forms, machine translation, several spellings."""

from pathlib import Path
from typing import Any

import pytest

from connectors.messages.entity import Entity, Mention
from pipelines.annotator import load_model
from pipelines.entities.extract import find_mentions, named_spans
from pipelines.entities.resolve import resolve
from pipelines.text import sentences

pytestmark = pytest.mark.model
SEED = Path(__file__).parents[2] / "data" / "generico-2021-12-31.txt"

# Text, the persons, and the organisations, places and ships that may be found: whatever else is found is an error.
ARTICLES = {
    "glued header, two spellings": (
        """NOVOSTNIK.comPoliticsTokayev received in Akorda the head of Lukoil

Tokayev received in Akorda the head of Lukoil

ASTANA Feb 3 The President of Kazakhstan Kassym-Jomart Tokayev accepted in Akorda the head of the company
Lukoil. In the meeting took part also minister of energy Bolat Sarkulov. Tokaev noted, that the sanctions of
the West did not touch the contracts. Mr Sarkulov added that the pipeline works in a regular mode. In Tbilisi
and in Kiev did not comment on this news.

Leave a Reply Cancel reply
Please enter your comment!
Please enter your name here
You have entered an incorrect email address!""",
        {"Kassym-Jomart Tokayev", "Bolat Sarkulov"},
        {"organisation:lukoil"},
        {"KAZ", "GEO", "UKR"},
    ),
    "menu, share bar, tags": (
        """Home | News | World | Politics | Economy | Sport

Share on Facebook
Norway weighs ban on Belarusian potash

OSLO, April 9 - Norway's foreign minister Espen Barth Eide said on Wednesday that a ban on potash from Belarus
was one of the options. Alexander Lukashenko, who has led the country since 1994, called the plan laughable.
"We have lived through worse," Lukashenka said in Minsk. Potash from Belaruskali crosses Lithuania by rail and
is loaded in Klaipeda.

Tags: Norway, Belarus, sanctions, potash
Read also: Ten facts about Monaco""",
        {"Espen Barth Eide", "Alexander Lukashenko"},
        {"organisation:belaruskali", "place:klaipeda"},
        {"NOR", "BLR", "LTU"},
    ),
    "machine-translated, Spanish frame": (
        """QUITO.- The chancellor of Peru declared this Monday that the Government of Lima does not discard to close the
border with Ecuador for the trucks, if the president Daniel Noboa does not retire the tariffs. The
functionary, in dialogue with the means, remembered that Noboa had promised another thing in Bogota. The
congress of Ecuador will treat the topic the Thursday.""",
        {"Daniel Noboa"},
        set(),
        {"ECU", "PER", "COL"},
    ),
    "ships, firms and a union": (
        """BRUSSELS - The European Union will put the tanker Blue Heron and its operator on the list, Kaja Kallas said on
Friday. The oil was bought by Rosneft and sold to the National Iranian Oil Company (NIOC), she said. Iran's
foreign minister, Abbas Araqchi, denied it. "NIOC buys from nobody," Araghchi told Reuters in Geneva.""",
        {"Kaja Kallas", "Abbas Araqchi"},
        {"organisation:rosneft", "organisation:nioc", "organisation:reuters", "vessel:blue-heron", "place:geneva"},
        {"EU", "IRN"},
    ),
}


@pytest.fixture(scope="module")
def nlp() -> Any:
    return load_model()


def understood(nlp: Any, text: str) -> tuple[tuple[Mention, ...], tuple[Entity, ...]]:
    cut = sentences(text)
    docs = nlp.pipe(text[span.start : span.end] for span in cut)
    return resolve(
        find_mentions(text, [named for span, doc in zip(cut, docs, strict=True) for named in named_spans(doc, span.start)])
    )


def ids(entities: tuple[Entity, ...], *types: str) -> set[str]:
    return {entity.id for entity in entities if entity.type in types}


@pytest.mark.parametrize("case", ARTICLES)
def test_persons_states_and_nothing_wrong(nlp: Any, case: str) -> None:
    text, persons, others, states = ARTICLES[case]
    mentions, entities = understood(nlp, text)
    assert {entity.name for entity in entities if entity.type == "person"} == persons
    assert ids(entities, "organisation", "place", "vessel", "sector") <= others
    assert ids(entities, "state", "union") == states
    assert all(text[mention.start : mention.end] == mention.name for mention in mentions)


def test_the_seed_article_has_no_wrong_name(nlp: Any) -> None:
    mentions, entities = understood(nlp, SEED.read_text(encoding="utf-8"))
    names = {entity.name for entity in entities if entity.type == "person"}
    assert names == {"Joe Biden", "Vladimir Putin", "Volodymyr Zelenskiy", "Anthony Blinken", "Dmitry Peskov"}
    assert ids(entities, "state", "union") == {"RUS", "USA", "UKR", "NATO", "OSCE"}
    assert ids(entities, "organisation", "place", "vessel") <= {"place:europe"}
    by_name = {mention.name: mention.entity_id for mention in mentions}
    assert by_name["Zelensky"] == by_name["Volodymyr Zelenskiy"]
    assert (by_name["Kiev"], by_name["WASHINGTON"]) == ("UKR", "USA")


def test_a_person_is_one_entity_across_articles(nlp: Any) -> None:
    found = [ids(understood(nlp, text)[1], "person") for text, *_ in ARTICLES.values()]
    again = ids(understood(nlp, "Araghchi and Kassym-Zhomart Tokayev met Alyaksandr Lukashenka.")[1], "person")
    assert again <= set().union(*found)
    assert len(again) == 3

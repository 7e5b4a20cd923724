"""The gazetteer's tables hold what they promise."""

from collections import defaultdict

import pycountry
import pytest
from babel import Locale

from pipelines.entities import tables
from pipelines.entities.gazetteer import actor_id, find_names
from pipelines.entities.words import normalise_phrase

CODES = sorted(country.alpha_3 for country in pycountry.countries)
STATES = {row[0]: row for row in tables.rows("states.tsv")}
UNIONS = ("EU", "UN", "NATO", "G7", "OSCE", "AU", "ECOWAS", "ASEAN", "ARAB_LEAGUE", "GCC", "OAS", "EAEU", "CSTO", "BRICS")
# Forms that two states claim, and the rule that settles each: the first of the reviewed table has it, or a leader's latest office.
SETTLED = {"congo": "COD"}


@pytest.mark.parametrize("code", CODES)
def test_every_iso_state_has_a_name_a_demonym_and_a_capital(code: str) -> None:
    assert all(tables.cell(STATES[code], column) for column in (1, 2, 3))


def test_the_table_has_no_state_beyond_iso_but_kosovo() -> None:
    assert set(STATES) - set(CODES) == {"XKX"}


def test_every_union_of_the_guide_is_there() -> None:
    assert tables.unions() == set(UNIONS)


def test_no_form_means_two_states_without_a_rule() -> None:
    owners: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for form in tables.forms():
        if form.kind != "leader":
            owners[normalise_phrase(form.text)].add(form.entity_id)
    doubtful = {" ".join(words): ids for words, ids in owners.items() if len(ids) > 1}
    assert set(doubtful) == set(SETTLED)
    assert all(find_names(text.title())[0].entity_id == code for text, code in SETTLED.items())


@pytest.mark.parametrize("country", list(pycountry.countries), ids=lambda country: country.alpha_3)
def test_the_names_of_iso_and_cldr_are_found(country: object) -> None:
    cldr = Locale("en").territories[country.alpha_2]  # type: ignore[attr-defined]
    code = country.alpha_3  # type: ignore[attr-defined]
    found = [match.entity_id for match in find_names(f"It trades with {cldr.split(' (')[0]}, they say.")]
    assert found == [code] or cldr == "Congo - Brazzaville" or code in {"HKG", "MAC", "PSE"}


@pytest.mark.parametrize("code", sorted(STATES))
def test_reference_name_and_demonyms_are_found_in_a_sentence(code: str) -> None:
    row = STATES[code]
    for form in (tables.cell(row, 1)[0], tables.cell(row, 2)[0]):
        assert [match.entity_id for match in find_names(f"Talks on {form} goods went on.")] == [code], form


@pytest.mark.parametrize("file", ["states.tsv", "unions.tsv", "institutions.tsv", "epithets.tsv", "leaders.tsv"])
def test_every_row_begins_with_a_known_code(file: str) -> None:
    known = {*STATES, *UNIONS}
    assert {row[0] for row in tables.rows(file)} <= known


@pytest.mark.parametrize("file", ["states.tsv", "unions.tsv", "institutions.tsv", "epithets.tsv", "masks.txt", "organisations.tsv"])
def test_no_cell_holds_a_form_twice(file: str) -> None:
    for row in tables.rows(file):
        for column in range(1, len(row)):
            cell = tables.cell(row, column)
            assert len(set(cell)) == len(cell), row


def test_ambiguous_forms_are_forms_and_their_rules_exist() -> None:
    known = {normalise_phrase(form.text) for form in tables.forms()}
    rules = {"yes", "no", "accent", *tables.cues()}
    for rule in tables.ambiguous():
        assert normalise_phrase(rule.text) in known, rule.text
        assert rule.uncased in rules, rule.text


def test_terms_of_leaders_end_after_they_begin() -> None:
    assert all(leader.end is None or leader.start <= leader.end for leader in tables.leaders())


def test_larger_states_have_leaders_for_the_whole_century() -> None:
    for code in ("USA", "RUS", "CHN", "GBR", "DEU", "FRA", "IRN", "TUR", "UKR", "EU"):
        years = {
            year
            for leader in tables.leaders()
            if leader.state == code
            for year in range(leader.start.year, (leader.end or leader.start.replace(year=2026)).year + 1)
        }
        assert set(range(2005, 2026)) <= years, code


@pytest.mark.parametrize("file", ["institutions.tsv", "unions.tsv", "epithets.tsv"])
def test_every_seat_body_and_epithet_stands_for_its_owner(file: str) -> None:
    for row in tables.rows(file):
        for form in (form.removeprefix("the ") for column in range(1, len(row)) for form in tables.cell(row, column)):
            assert find_names(f"Now the {form} said it would act.")[-1].entity_id == row[0], form
            assert actor_id(f"the {form}") == row[0], form


@pytest.mark.parametrize("code", sorted(STATES))
def test_a_capital_stands_for_its_state(code: str) -> None:
    capital = tables.cell(STATES[code], 3)[0]
    assert [match.entity_id for match in find_names(f"{capital} said on Monday it would act.")] == [code]
    assert actor_id(capital) == code


def test_every_form_of_a_leaders_name_is_found() -> None:
    for leader in tables.leaders():
        for form in leader.forms:
            assert [match.text for match in find_names(f"Yesterday {form} said so.")] == [form]

"""The index finds what a look at every name finds. All names are invented."""

import pytest

from connectors.watchlists.base import Entry
from connectors.watchlists.index import Texts, build
from connectors.watchlists.names import parse
from connectors.watchlists.score import compare
from tests.connectors.watchlists.asking import THRESHOLD, a_list, list_of
from tests.connectors.watchlists.made import World

SEEDS, UNSEEN = (1, 2), 20_261_127
PRECISION, RECALL = 0.97, 0.95


def entry(name: str, **given: object) -> Entry:
    return Entry(**{"id": name, "type": "any", "names": (name,), **given})  # type: ignore[arg-type]


def test_texts_come_out_as_they_went_in() -> None:
    texts = Texts()
    for text in ("Zorbel", "", "Зубковец", "\ud800"):
        texts.append(text)
    assert [texts[number] for number in range(len(texts))] == ["Zorbel", "", "Зубковец", "?"]


def test_names_are_found_by_two_words_in_any_spelling_by_initials_and_joined() -> None:
    index = build(map(entry, ("Viktor Sergeevich Zubkovets", "V. Dorin", "Sber Zorbank", "Anton Hatl")))
    asked = {"Wiktor Zubkovetz": 0, "Viktor Dorin": 1, "Sberzorbank": 2, "Hatl, Anton": 3, "A. Hatl": 3}
    assert {name: index.candidates(parse(name)) for name in asked} == {name: [number] for name, number in asked.items()}


def test_one_word_of_several_finds_nobody() -> None:
    index = build(map(entry, ("Viktor Zubkovets", "Zorbel Shipping")))
    assert [index.candidates(parse(name)) for name in ("Viktor", "Zubkovets", "Shipping", "", "?")] == [[], [], [], [], []]


def test_a_crowd_of_longer_names_hides_none_that_fits() -> None:
    crowd = [entry(f"Muhammad Ali Zub{number:03d}") for number in range(400)]
    assert a_list(*crowd, entry("Muhammad Ali")).ask("Mohamed Aly")[0].listed == "Muhammad Ali"


def test_a_name_that_many_of_the_list_have_is_common() -> None:
    index = build(entry(f"Zubkovets {chr(97 + number)}dorin") for number in range(25))
    assert index.is_common("zubkuviz")
    assert not index.is_common("adurin")
    assert not index.is_common("unknown")


@pytest.mark.parametrize("seed", SEEDS)
def test_the_index_finds_what_a_look_at_every_name_finds(seed: int) -> None:
    world = World(seed, 200)
    watchlist = list_of(world.entries)
    parsed = [(one.id, one.type, parse(name, one.type)) for one in world.entries for name in one.names]
    missed = total = 0
    for asked in world.asked[::12]:
        name = parse(asked.name)
        common = watchlist.index.is_common
        whole = {id_ for id_, type_, listed in parsed if compare(name, listed, type_, is_common=common).value >= THRESHOLD}
        matches = watchlist.scored(name, asked.name, watchlist.index.candidates(name))
        found = {match.entry_id for match in matches if match.score >= THRESHOLD}
        assert found <= whole
        total, missed = total + len(whole), missed + len(whole - found)
    assert total > 25
    assert missed <= 1


@pytest.mark.parametrize("seed", [*SEEDS, UNSEEN])
def test_names_in_other_spellings_are_found_and_other_people_are_not(seed: int) -> None:
    world = World(seed, 400)
    watchlist = list_of(world.entries)
    right = wrong = 0
    for asked in world.asked:
        ids = {match.entry_id for match in watchlist.ask(asked.name)}
        right += asked.meant in ids
        wrong += len(ids - {asked.meant})
    meant = sum(asked.meant is not None for asked in world.asked)
    assert meant > 1_000
    assert len(world.asked) - meant > 1_000
    assert right / meant >= RECALL
    assert right / (right + wrong) >= PRECISION

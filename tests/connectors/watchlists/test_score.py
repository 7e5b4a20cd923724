"""How alike two names are, and why. All names are invented."""

from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.watchlists.base import EntryType, Score
from connectors.watchlists.names import is_given, parse
from connectors.watchlists.score import compare, cost, likeness
from tests.connectors.watchlists.asking import THRESHOLD


def score(asked: str, listed: str, type_: EntryType = "any", *, is_weak: bool = False) -> Score:
    return compare(parse(asked), parse(listed, type_), type_, is_weak=is_weak)


PERSON, FIRM, VESSEL, ANY, BODY = "person", "firm", "vessel", "any", "organisation"


@pytest.mark.parametrize(
    ("asked", "listed", "type_"),
    [
        ("Zubkovets, Viktor", "Viktor Zubkovets", PERSON),
        ("Wiktor Subkowez", "Виктор Зубковец", PERSON),
        ("Viktor Zubkovets", "Viktor Sergeevich Zubkovets", PERSON),
        ("V. Zubkovets", "Viktor Zubkovets", PERSON),
        ("V. S. Zubkovets", "Viktor Sergeevich Zubkovets", PERSON),
        ("Viktor Zubkovets", "ZUBKOVETS V.", PERSON),
        ("Viktor Zubkvoets", "Viktor Zubkovets", PERSON),
        ("Mohammed Zoubaidi", "Muhammad al-Zubaydi", PERSON),
        ("oligarch Viktor Zubkovets", "Viktor Zubkovets", PERSON),
        ("Zorbel Shipping", "OOO Zorbel Shipping", FIRM),
        ("Zor Bel Shipping Ltd", "Zorbel Shipping GmbH", FIRM),
        ("the Zorbel Group", "Zorbel", FIRM),
        ("Bank of Zubrovia", "Zubrovia Bank", FIRM),
        ("MV Ocean Zorbel 7", "OCEAN ZORBEL 7", VESSEL),
        ("the tanker Zorbel", "Zorbel", VESSEL),
        ("Zubkovets", "Zubkovets", ANY),
        ("Ministry of Zubrovian Ports", "Ministry of the Zubrovian Ports", BODY),
        ("Trade Bank Ltd", "Trade Bank LLC", FIRM),
    ],
)
def test_these_are_the_same(asked: str, listed: str, type_: EntryType) -> None:
    assert score(asked, listed, type_).value >= THRESHOLD, score(asked, listed, type_)


@pytest.mark.parametrize(
    ("asked", "listed", "type_"),
    [
        ("Igor Zubkovets", "Viktor Zubkovets", PERSON),
        ("Zubkovets", "Viktor Zubkovets", PERSON),
        ("Viktor", "Viktor Zubkovets", PERSON),
        ("I. Zubkovets", "Viktor Zubkovets", PERSON),
        ("Viktor Ivanovich Zubkovets", "Viktor Sergeevich Zubkovets", PERSON),
        ("Viktor Zubkov", "Viktor Zubkova", PERSON),
        ("Aleksandra Dorin", "Aleksandr Dorin", PERSON),
        ("Viktor Zubkovets", "Viktor Lubkovets", PERSON),
        ("Muhammad Ali", "Muhammad Ali Hassan al-Zubaydi", PERSON),
        ("Hassan al-Zubaydi", "Muhammad Hassan al-Zubaydi", PERSON),
        ("Zubkovets Shipping LLC", "Viktor Zubkovets", PERSON),
        ("Viktor Zorbel", "Zorbel Shipping", FIRM),
        ("Zorbel Trading", "Zorbel Shipping", FIRM),
        ("Zorbel Trading", "Zorbel", FIRM),
        ("Shipping Ltd", "Zorbel Shipping Ltd", FIRM),
        ("Vektan Holding", "Vekran Holding", FIRM),
        ("Ocean Zorbel 8", "OCEAN ZORBEL 7", VESSEL),
        ("Ocean Star", "OCEAN ZORBEL STAR", VESSEL),
        ("Victory", "Victory", VESSEL),
        ("The Group", "The Company", FIRM),
        ("Ministry of Defence", "Ministry of Defence", BODY),
        ("the central bank", "Central Bank", FIRM),
        ("", "Viktor Zubkovets", PERSON),
        ("?!", "...", ANY),
    ],
)
def test_these_are_not(asked: str, listed: str, type_: EntryType) -> None:
    assert score(asked, listed, type_).value < THRESHOLD, score(asked, listed, type_)


def test_a_weak_name_is_worth_less_than_a_strong_one_and_needs_the_same_letters() -> None:
    assert score("Viktor Zubkovets", "Viktor Zubkovets", PERSON, is_weak=True).value == pytest.approx(THRESHOLD)
    assert score("Viktor Zubkovec", "Viktor Zubkovets", PERSON, is_weak=True).value < THRESHOLD
    assert score("Zubrik", "Zubrik", PERSON, is_weak=True).value < THRESHOLD


def test_the_terms_say_why_and_make_up_the_score() -> None:
    found = score("V. Zubkovets", "Viktor Sergeevich Zubkovets", PERSON)
    assert [term.name for term in found.terms] == ["2 words agree, v for viktor", "a patronymic more or less"]
    assert found.value == pytest.approx(sum(term.value for term in found.terms))


SOME = ("viktor", "ivan", "zubkovets", "dorin", "zorbel", "shipping", "ltd", "al", "7", "v")
WORDS = st.lists(st.sampled_from(SOME), min_size=1, max_size=5)


@settings(deadline=None)
@given(WORDS, WORDS)
def test_a_score_is_a_share_of_what_its_terms_say(asked: list[str], listed: list[str]) -> None:
    for type_ in get_args(EntryType):
        found = compare(parse(" ".join(asked)), parse(" ".join(listed), type_), type_)
        assert found.value == min(1.0, max(0.0, sum(term.value for term in found.terms)))


@settings(deadline=None)
@given(st.text("abcdiu", min_size=1, max_size=9), st.text("abcdiu", min_size=1, max_size=9))
def test_words_are_as_alike_from_either_side(one: str, other: str) -> None:
    assert cost(one, other) == pytest.approx(cost(other, one))
    assert cost(one, one) == 0
    assert likeness(one, one, other, other) == pytest.approx(likeness(other, other, one, one))


def test_what_makes_a_name_common_is_asked_of_the_list() -> None:
    listed, asked = parse("Viktor Zubkovets", "person"), parse("V. Zubkovets")
    rare = compare(asked, listed, "person", is_common=is_given)
    assert compare(asked, listed, "person", is_common=lambda _key: True).value < THRESHOLD <= rare.value

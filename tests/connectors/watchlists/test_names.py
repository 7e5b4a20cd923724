"""Names in pieces: scripts, legal forms, titles, ships, and keys that spellings share. All names are invented."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.watchlists.names import MAX_WORDS, fold, is_patronymic, joined, parse
from connectors.watchlists.tables import classes, word_list


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("sergei", "serhiy"),
        ("zubkovetsky", "zubkovetskiy"),
        ("khrelnikov", "hrelnikov"),
        ("yanchuk", "janchuk"),
        ("shcherbik", "scherbik"),
        ("muhammad", "mohamed"),
        ("hossein", "husayn"),
        ("zubaydi", "zoubaidi"),
        ("qandil", "kandil"),
        ("wolkonin", "volkonin"),
    ],
)
def test_spellings_of_one_word_share_a_key(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("one", "other"), [("ivan", "igor"), ("petrov", "petrova"), ("karim", "karam"), ("chen", "zhan"), ("ali", "adil")]
)
def test_different_words_do_not(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@pytest.mark.parametrize(
    ("text", "words", "form"),
    [
        ("Zorbel Shipping LLC", ("zorbel", "shipping"), "limited"),
        ("OOO Zorbel", ("zorbel",), "limited"),
        ("Zorbel S.A.", ("zorbel",), "share"),
        ("Zorbel Trading Co., Ltd.", ("zorbel", "trading"), "limited"),
        ("ПАО «Зорбель Банк»", ("zorbel", "bank"), "share"),
        ("Zorbel Sp. z o.o.", ("zorbel",), "limited"),
        ("LLC", ("llc",), ""),
    ],
)
def test_a_legal_form_is_no_part_of_a_firms_name(text: str, words: tuple[str, ...], form: str) -> None:
    name = parse(text)
    assert (name.words, name.form) == (words, form)


@pytest.mark.parametrize(
    ("text", "guess"),
    [
        ("Zorbel Shipping LLC", "firm"),
        ("General Viktor Zubkovets", "person"),
        ("Mr Zubkovets Anton", "person"),
        ("MV Zorbel Star", "vessel"),
        ("M/T Zorbel Star", "vessel"),
        ("the tanker Zorbel Star", "vessel"),
        ("Ministry of Zubrovian Ports", "organisation"),
        ("Zubkovets", None),
        ("Rin Belquo", None),
    ],
)
def test_what_a_name_must_be_is_seen_by_its_words(text: str, guess: str | None) -> None:
    assert parse(text).guess == guess


def test_titles_and_light_words_are_set_aside() -> None:
    assert parse("President Viktor Zubkovets", "person").words == ("viktor", "zubkovets")
    assert parse("Ahmad bin Karim al-Zubaydi").words == ("ahmad", "karim", "zubaydi")
    assert parse("The Group").words == ("group",)


def test_a_name_is_read_in_any_script() -> None:
    assert parse("Виктор Зубковец", "person").keys == parse("Viktor Zubkovets", "person").keys
    assert parse("Ελένη Ζορμπάκη").words == ("eleni", "zormpaki")
    assert joined(parse("李海澄").keys) == joined(parse("Li Haicheng").keys)


def test_servants_of_god_are_one_word_however_they_are_parted() -> None:
    ways = ("Abd al-Rahman Zubaydi", "Abdul Rahman Zubaydi", "Abdulrahman Zubaydi", "Abdel Rahman Zubaydi", "Abdurrahman Zubaydi")
    assert len({parse(way).keys for way in ways}) == 1


@pytest.mark.parametrize(("word", "is_one"), [("sergeevich", True), ("ivanovna", True), ("movich", False), ("zubkov", False)])
def test_patronymics_are_known(word: str, is_one: bool) -> None:
    assert is_patronymic(word) is is_one


@settings(deadline=None)
@given(st.text(max_size=400))
def test_any_text_is_a_name_with_a_key_for_each_word(text: str) -> None:
    name = parse(text)
    assert len(name.words) == len(name.keys) <= MAX_WORDS
    assert all(word.isascii() and word.isalnum() and key for word, key in zip(name.words, name.keys, strict=True))


@pytest.mark.parametrize("name", ["given_names.tsv", "legal_forms.tsv"])
def test_tables_are_in_the_letters_that_names_are_compared_in(name: str) -> None:
    assert all(word.isascii() and word.isalnum() and word == word.lower() for word in classes(name))


@pytest.mark.parametrize("name", ["light_words.txt", "titles.txt", "ship_words.txt", "body_words.txt", "office_words.txt"])
def test_word_lists_too(name: str) -> None:
    assert word_list(name)
    assert all(word.isascii() and word.isalpha() and word == word.lower() for word in word_list(name))

"""One key for the spellings of one name."""

import pytest

from pipelines.entities.keys import organisation_key, person_key, place_key

SAME_PERSON = [
    ("Zelensky", "Zelenskiy", "Zelenskyy", "Zelenskyi", "Zelenskii"),
    ("Volodymyr Zelenskyy", "Vladimir Zelensky", "Volodymyr Oleksandrovych Zelenskiy"),
    ("Sergei Shoigu", "Sergey Shoygu", "Serguei Shoigu"),
    ("Yevgeny Prigozhin", "Evgeny Prigozhin", "Yevgeniy Prigozhin"),
    ("Mikhail Khodorkovsky", "Mihail Hodorkovskiy"),
    ("Ramzan Kadyrov", "Ramzan Qadyrov", "Ramazan Kadirov"),
    ("Mohammed al-Jadaan", "Mohammad Al Jadaan", "Muhammad Jadaan"),
    ("Hossein Tabrizi", "Hussein Tabrizi"),
    ("Oleksandr Petrenko", "Aleksandr Petrenko", "Alexander Petrenko"),
    ("Boris Yeltsin", "Boris Eltsin"),
    ("George W. Bush", "George Bush"),
    ("Mr. Andrey Kostin", "Andrei Kostin"),
    ("José Núñez", "Jose Nunez"),
]
OTHER_PERSON = [
    ("Marin", "Moran"),
    ("Ivan Petrov", "Igor Petrov"),
    ("Li Qiang", "Li Keqiang"),
    ("Mikhail Fridman", "Mikhail Gutseriev"),
    ("Saad Hariri", "Rafik Hariri"),
    ("Jadaan", "Adan"),
]


@pytest.mark.parametrize("names", SAME_PERSON, ids=lambda names: names[0])
def test_spellings_of_one_person_share_a_key(names: tuple[str, ...]) -> None:
    assert len({person_key(name) for name in names}) == 1


@pytest.mark.parametrize(("one", "other"), OTHER_PERSON)
def test_two_persons_have_two_keys(one: str, other: str) -> None:
    assert person_key(one) != person_key(other)


def test_legal_forms_and_articles_are_no_part_of_an_organisations_key() -> None:
    assert organisation_key("Acme Trading LLC") == organisation_key("the Acme Trading Co.") == "acme trading"


def test_other_names_of_the_tables_share_a_key() -> None:
    assert organisation_key("National Iranian Oil Company") == organisation_key("NIOC")
    assert place_key("Kharkov") == place_key("Kharkiv")
    assert place_key("Odessa") == place_key("Odesa")

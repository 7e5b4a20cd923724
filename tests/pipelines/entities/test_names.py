"""States and unions in running text."""

import time
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.entities.gazetteer import NameMatch, find_names

SEED = Path(__file__).parents[2] / "data" / "generico-2021-12-31.txt"

FOUND = [
    ("Norway's trade ministry called Bern.", ["Norway", "Bern"], ["NOR", "CHE"]),
    ("The US-Russian talks in Vienna", ["US", "Russian", "Vienna"], ["USA", "RUS", "AUT"]),
    ("The U.S. and the U.K. said", ["U.S.", "U.K."], ["USA", "GBR"]),
    ("Côte d'Ivoire, Cote d’Ivoire and the Ivorian army", ["Côte d'Ivoire", "Cote d’Ivoire", "Ivorian"], ["CIV"] * 3),
    ("St. Lucia, St Lucia, Saint Lucia", ["St. Lucia", "St Lucia", "Saint Lucia"], ["LCA"] * 3),
    ("Guinea-Bissau, Guinea, Papua New Guinea, Equatorial Guinea", None, ["GNB", "GIN", "PNG", "GNQ"]),
    ("the Democratic Republic of the Congo and the Republic of the Congo", None, ["COD", "COG"]),
    ("Niger and Nigeria; Nigerien and Nigerian", None, ["NER", "NGA", "NER", "NGA"]),
    ("the Republic of China and the People's Republic of China", None, ["TWN", "CHN"]),
    ("North Korea, Korea North, the DPRK, South Korean, Republic of Korea", None, ["PRK", "PRK", "PRK", "KOR", "KOR"]),
    ("Kiev, Kyiv, Kyyiv", None, ["UKR"] * 3),
    ("Byelorussia, Belorussia, Belarusian, Belarussian", None, ["BLR"] * 4),
    ("Dominica, Dominican Republic", None, ["DMA", "DOM"]),
    ("American Samoa and Samoa; U.S. Virgin Islands, British Virgin Islands", None, ["ASM", "WSM", "VIR", "VGB"]),
    ("South Sudan and Sudan; South Georgia and Georgia", None, ["SSD", "SDN", "SGS", "GEO"]),
    ("the Twenty-Seven met; the 27 agreed", ["Twenty-Seven", "27"], ["EU", "EU"]),
    ("the West African bloc's commission", ["West African bloc"], ["ECOWAS"]),
    ("the UN Security Council and Russia's Security Council", None, ["UN", "RUS", "RUS"]),
    ("Japan's House of Representatives", None, ["JPN", "JPN"]),
    ("George W. Bush, Ursula von der Leyen, Victoria Nuland", None, ["USA", "EU", "USA"]),
    ("President Xi met Lula and Mr Modi", ["Xi", "Lula", "Modi"], ["CHN", "BRA", "IND"]),
    ("The House of Commons in Ottawa and the Senate in Manila", None, ["CAN", "CAN", "PHL", "PHL"]),
    ("In Male, they say; Georgia's prime minister", None, ["MDV", "GEO"]),
    ("RWANDA AND THE US SIGN", None, ["RWA", "USA"]),
    ("Malé said so", ["Malé"], ["MDV"]),
]
LOWER = [
    ("turkey and chad warned jordan", ["TUR", "TCD", "JOR"]),
    ("georgia would ban armenian wine", ["GEO", "ARM"]),
    ("the us treasury put mali on notice", ["USA", "MLI"]),
    ("us sanctions on cuba", ["USA", "CUB"]),
    ("the polish government lifted the ban on ukrainian grain", ["POL", "UKR"]),
    ("oman asked the un security council", ["OMN", "UN"]),
    ("eu and uk envoys left minsk", ["EU", "GBR", "BLR"]),
    ("putin told zelensky that washington would wait", ["RUS", "UKR", "USA"]),
    ("the kremlin, downing street and zhongnanhai", ["RUS", "GBR", "CHN"]),
    ("sofia said it would", ["BGR"]),
    ("now georgetown's army and colombo's customs", ["GUY", "LKA"]),
]
NOT_FOUND = [
    "Let us go, said the turkey farmer.",
    "they told us that it helps us all",
    "she will polish the table and polish off the cake",
    "a male nurse, a guinea pig and a china plate",
    "Ships crossed the Gulf of Guinea and the South China Sea.",
    "He reads The Washington Post and the Kyiv Independent.",
    "Jordan Bardella met Chad Smith and Georgia O'Keeffe.",
    "Queen Victoria and Victoria Beckham",
    "the Paris Agreement, the Minsk agreements and the Vienna Convention",
    "Latin American and Central American farmers",
    "the Soviet Union and East Germany",
    "Melania Trump, Hunter Biden and the Trump Organization",
    "New Jersey, New Mexico and New England",
    "Male cats, Georgia's governor and the Hague tribunal",
    "The pence and the trump card",
    "In the states of the union the poles were short.",
    "The car park at 27 Main Street",
]


def ids(text: str) -> list[str]:
    return [match.entity_id for match in find_names(text)]


@pytest.mark.parametrize(("text", "words", "codes"), FOUND)
def test_names_are_found(text: str, words: list[str] | None, codes: list[str]) -> None:
    assert ids(text) == codes
    assert words is None or [match.text for match in find_names(text)] == words


@pytest.mark.parametrize(("text", "codes"), LOWER)
def test_names_are_found_without_capitals(text: str, codes: list[str]) -> None:
    assert ids(text) == codes


@pytest.mark.parametrize("text", NOT_FOUND)
def test_words_that_look_like_names_are_not(text: str) -> None:
    assert find_names(text) == ()


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("Kenya", "name"),
        ("Kenyan", "demonym"),
        ("Nairobi", "capital"),
        ("the White House", "office"),
        ("the Knesset", "institution"),
        ("Ruto", "leader"),
        ("NATO", "union"),
        ("the Hermit Kingdom", "epithet"),
    ],
)
def test_a_match_says_how_it_names(text: str, form: str) -> None:
    assert [match.form for match in find_names(text)] == [form]


@settings(deadline=None)
@given(st.text(max_size=200) | st.text(alphabet="US.UKeu 'sChadTurkey-,\n", max_size=80))
def test_offsets_point_at_the_words_and_matches_do_not_overlap(text: str) -> None:
    found = find_names(text)
    assert all(text[match.start : match.end] == match.text for match in found)
    assert all(left.end <= right.start for left, right in pairwise(found))


def test_half_a_surrogate_and_control_characters_do_no_harm() -> None:
    assert ids("\ud83d Mali\x00 and \u202eTogo\u202c") == ["MLI", "TGO"]


def test_the_seed_article_names_its_states() -> None:
    found = find_names(SEED.read_text(encoding="utf-8"))
    assert {match.entity_id for match in found} == {"RUS", "USA", "UKR", "NATO", "OSCE"}
    assert NameMatch(1959, 1963, "Kiev", "UKR", "capital").text in {match.text for match in found}


def test_an_article_is_read_in_two_milliseconds() -> None:
    text = SEED.read_text(encoding="utf-8")[:3_000]
    find_names(text)
    times = []
    for _ in range(20):
        began = time.perf_counter()
        find_names(text)
        times.append(time.perf_counter() - began)
    assert min(times) < 0.002


def test_time_grows_with_length_only() -> None:
    began = time.perf_counter()
    find_names("United " * 50_000 + "Aa " * 50_000)
    assert time.perf_counter() - began < 3

"""Which wire service a text is from."""

import re

import pytest

from connectors.feeds.byline import AGENCIES, UNNAMED, agency_of

BODY = "Moscow will answer any sanctions, the ministry said. Reuters reported on Friday that talks go on.\n\nNothing was signed."


def found(*, byline: str = "", text: str = BODY, outlet: str = "news.example") -> str:
    return agency_of(bylines=(byline,), text=text, outlet=outlet)


@pytest.mark.parametrize(
    ("byline", "agency"),
    [
        ("Reuters", "Reuters"),
        ("By Steve Holland, Reuters", "Reuters"),
        ("Thomson Reuters", "Reuters"),
        ("The Associated Press", "AP"),
        ("MATTHEW LEE | AP", "AP"),
        ("AFP", "AFP"),
        ("ТАСС", "TASS"),
        ("PTI", "PTI"),
        ("News agencies", UNNAMED),
        ("Agencies", UNNAMED),
        ("A. Writer", ""),
        ("Tasso Apostolou", ""),
        ("Staff Reporter", ""),
        ("", ""),
    ],
)
def test_a_byline_names_the_service(byline: str, agency: str) -> None:
    assert found(byline=byline) == agency


@pytest.mark.parametrize(
    ("dateline", "agency"),
    [
        ("WASHINGTON, Dec 31 (Reuters) - ", "Reuters"),
        ("WASHINGTON (AP) — ", "AP"),
        ("MOSCOW, December 31. /TASS/. ", "TASS"),
        ("BEIJING, Dec. 31 (Xinhua) -- ", "Xinhua"),
        ("New Delhi [India], December 31 (ANI): ", "ANI"),
        ("(AFP) - ", "AFP"),
        ("МОСКВА, 31 декабря. /ТАСС/. ", "TASS"),
        ("Kyiv (Kyiv) - ", ""),
        ("The bank (which AP knows) said: ", ""),
    ],
)
def test_a_dateline_names_the_service(dateline: str, agency: str) -> None:
    assert found(text=dateline + BODY) == agency


@pytest.mark.parametrize(
    ("credit", "agency"),
    [
        ("(With inputs from ANI)", "ANI"),
        ("With agency inputs", UNNAMED),
        ("(With inputs from agencies)", UNNAMED),
        ("Source: AFP", "AFP"),
        ("— Reuters", "Reuters"),
        ("© 2021 AFP", "AFP"),
        ("With files from The Canadian Press", "Canadian Press"),
        ("With reporting by Reuters, AP and RFE/RL", "Reuters"),
        ("(Reporting by Steve Holland; Editing by Alistair Bell)", "Reuters"),
        ("The AP style of the report was praised by the jury of the prize", ""),
        ("Agencies of the state will report on it by Friday", ""),
    ],
)
def test_a_credit_at_the_end_names_the_service(credit: str, agency: str) -> None:
    assert found(text=f"{BODY}\n\n{credit}") == agency


def test_a_service_s_own_site_is_the_service() -> None:
    assert found(outlet="tass.com") == "TASS"


def test_news_that_quotes_a_service_is_not_from_it() -> None:
    assert found() == ""
    assert found(text=f"{BODY}\n\nThe figures were first published by Reuters, which cited two officials.") == ""


@pytest.mark.parametrize(("name", "names", "sites"), AGENCIES, ids=[name for name, _, _ in AGENCIES])
def test_every_row_of_the_table_is_found_by_byline_dateline_and_site(name: str, names: str, sites: tuple[str, ...]) -> None:
    spelling = next(part for part in re.split(r"\|(?![^(]*\))", names))
    plain = re.sub(r"\(\?:[^()]*\)\??|\[[^]]*\]", "", spelling) or name
    assert found(byline=name) == name or found(byline=plain.strip()) == name
    assert all(found(outlet=site) == name for site in sites)

"""What a site prints around every text is learned from its last texts, and so tells no copy and is nothing that a copy adds."""

import random
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.dedupe import Copies
from pipelines.sites import ENOUGH, LAST_REPORTS, MAX_SITES, Sites
from pipelines.work import Work, analysis_of
from tests import builders
from tests.pipelines.syndication import furniture, report

AT = builders.PUBLISHED_AT
LINKS = "Norland weighs sanctions on Westland.\nA tram line for Ostmark is due by spring.\nGlassblowers of Sundal strike."
BOX = [1, 2]


def own(number: int) -> list[int]:
    return [100 * number + place for place in range(10, 14)]


def after(*texts: list[int], outlet: str = "a.example") -> Sites:
    sites = Sites()
    for text in texts:
        sites.take(outlet, text)
    return sites


def test_what_stands_in_three_reports_of_a_site_is_its_furniture() -> None:
    texts = [[*BOX, *own(number)] for number in range(1, ENOUGH + 1)]
    assert after(*texts[:-1]).take("a.example", [*BOX, 9]) == frozenset()
    assert after(*texts).take("a.example", [*BOX, 9]) == frozenset(BOX)
    assert after(*texts).take("b.example", [*BOX, 9]) == frozenset()


def test_what_a_site_tells_again_and_again_of_one_report_is_no_furniture() -> None:
    brief = own(1)
    assert after(brief, [*brief, *own(2)], [*brief, 3], [*brief, 4]).take("a.example", brief) == frozenset()


def test_furniture_is_such_while_the_site_prints_it() -> None:
    old = [[*BOX, *own(number)] for number in range(1, ENOUGH + 1)]
    later = [own(number) for number in range(20, 20 + LAST_REPORTS - 1)]
    assert after(*old, *later[: LAST_REPORTS - ENOUGH]).take("a.example", BOX) == frozenset(BOX)
    assert after(*old, *later).take("a.example", BOX) == frozenset()


def test_a_text_without_a_sentence_teaches_nothing() -> None:
    assert after([], [], []).reports == {"a.example": ()}


def test_sites_that_are_silent_are_forgotten_when_there_are_too_many() -> None:
    sites = after(own(1))
    for number in range(MAX_SITES):
        sites.take(f"{number}.example", own(number))
    assert len(sites.reports) == MAX_SITES
    assert "a.example" not in sites.reports


@given(texts=st.lists(st.sets(st.integers(0, 9)), max_size=20), asked=st.sets(st.integers(0, 9)))
def test_what_is_furniture_stands_in_enough_of_the_last_reports(texts: list[set[int]], asked: set[int]) -> None:
    sites = after(*map(sorted, texts))
    last = sites.reports.get("a.example", ())
    assert len(last) <= LAST_REPORTS
    assert sites.take("a.example", asked) == {one for one in asked if sum(one in text for text in last) >= ENOUGH}


def sift(copies: Copies, name: str, text: str, minute: int, outlet: str = "site.example") -> Work:
    at = AT + timedelta(minutes=minute)
    article = builders.article(id=name, text=text, title=name, outlet=outlet, published_at=at, fetched_at=at)
    return copies.sift(builders.work(article), lambda sentence: "sanctions" in sentence)


def framed(chance: random.Random, name: str, site: int, words: int) -> str:
    before, after = furniture(site)
    return f"{before}\n\n{report(chance, (name,), words).text}\n\n{after}"


def taken_for_copies(words: int, sites: int = 6, reports: int = 20) -> float:
    """Share of short reports, each on something else, that are taken for copies within their site's furniture."""
    taken = 0
    for site in range(sites):
        chance, copies = random.Random(site), Copies()
        texts = [framed(chance, f"Name{site}{number}", site, words) for number in range(reports)]
        taken += sum(sift(copies, str(number), text, number).copy_of is not None for number, text in enumerate(texts))
    return taken / (sites * reports)


@pytest.mark.parametrize("words", [30, 40, 50])
def test_short_reports_of_a_site_are_no_copies_of_each_other(words: int) -> None:
    assert taken_for_copies(words) <= 0.11, "the second and the third are, since nobody knows the site yet"


def site_with_links(copies: Copies) -> list[Work]:
    """The report of a wire, three others of a site above the same links, and the wire's as that site prints it."""
    chance = random.Random(1)
    wire = report(chance, ("Ostrava",), 200).text
    told = [sift(copies, "wire", wire, 0, "wire.example")]
    texts = [report(chance, (f"Name{number}",), 200).text for number in range(ENOUGH)]
    told += [sift(copies, f"own{number}", f"{text}\n\n{LINKS}", 1 + number) for number, text in enumerate(texts)]
    return [*told, sift(copies, "copy", f"{wire}\n\n{LINKS}", 9)]


def test_links_that_a_site_prints_under_every_text_are_nothing_that_a_copy_adds() -> None:
    *_, copy = site_with_links(Copies())
    assert (copy.copy_of, copy.to_read) == ("wire", False)


def test_links_of_a_site_that_is_not_known_yet_are_read() -> None:
    copies = Copies()
    wire = report(random.Random(1), ("Ostrava",), 200).text
    sift(copies, "wire", wire, 0, "wire.example")
    assert sift(copies, "copy", f"{wire}\n\n{LINKS}", 1).to_read


def test_what_a_site_prints_is_known_after_a_restart() -> None:
    lived, restored = Copies(), Copies()
    for work in site_with_links(lived):
        restored.absorb(analysis_of(work))
    assert restored.indexes["en"].sites == lived.indexes["en"].sites
    text = f"{report(random.Random(5), ('Elsewhere',), 30).text}\n\n{LINKS}"
    told = sift(restored, "next", text, 20)
    assert told == sift(lived, "next", text, 20)
    assert told.fingerprint is not None
    assert told.fingerprint.common, "samples of the links do not count"

"""Open stories are found by their heaviest terms; what is let go leaves nothing behind."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.messages.story import Story
from pipelines.stories.index import MOST_POSTINGS
from pipelines.stories.memory import CANDIDATES, Members, Near, Shelf
from pipelines.stories.terms import vector_from
from tests import builders
from tests.pipelines.clusters import cosine, unit

AT = builders.PUBLISHED_AT
STORIES = st.lists(
    st.tuples(st.sampled_from("stuv"), st.dictionaries(st.sampled_from("abcdefgh"), st.floats(0.1, 1), min_size=1), st.booleans()),
    max_size=20,
)


def story(name: str, terms: dict[str, float], **overrides: object) -> Story:
    return replace(builders.story(id=name, terms=unit(terms)), **overrides)


def near(shelf: Shelf, terms: dict[str, float], language: str = "en") -> list[Near]:
    return shelf.near(vector_from(language, unit(terms)))


@settings(deadline=None)
@given(terms=st.dictionaries(st.text("abc@ä", min_size=1, max_size=3), st.floats(0.01, 5), max_size=8))
def test_a_story_comes_back_as_it_was_put(terms: dict[str, float]) -> None:
    shelf = Shelf()
    shelf.put(story("s", terms))
    assert shelf.get("s") == story("s", terms)


@settings(deadline=None)
@given(steps=STORIES)
def test_every_open_story_is_found_by_its_terms_and_no_closed_one_is(steps: list[tuple[str, dict[str, float], bool]]) -> None:
    shelf = Shelf()
    for name, terms, leaves in steps:
        shelf.put(story(name, terms))
        if leaves:
            shelf.take(name)
    assert {held.story.id for held in shelf.by_number.values()} == set(shelf.stories)
    for word in "abcdefgh":
        found = {each.held.story.id for each in near(shelf, {word: 1.0}) if each.cosine > 0}
        assert found == {held.story.id for held in shelf.stories.values() if word in held.whole.terms}


def test_the_cosine_is_that_of_the_terms_and_who_shares_no_entity_is_a_stranger() -> None:
    shelf, asked = Shelf(), unit({"a": 1.0, "b": 2.0, "@RUS": 1.0})
    told = {"s": unit({"a": 3.0, "c": 1.0, "@RUS": 0.5}), "t": unit({"b": 1.0, "@BLR": 1.0})}
    for name, terms in told.items():
        shelf.put(replace(builders.story(id=name), terms=terms))
    found = {each.held.story.id: each for each in near(shelf, asked)}
    assert {name: each.cosine for name, each in found.items()} == pytest.approx({n: cosine(asked, told[n]) for n in told}, abs=1e-5)
    assert {name: each.strangers for name, each in found.items()} == {"s": False, "t": True}


def test_a_story_that_is_let_go_leaves_nothing_in_the_index() -> None:
    shelf = Shelf()
    for number in range(20):
        shelf.put(story(f"s{number}", {"all": 1.0, f"some{number % 3}": 1.0, f"own{number}": 1.0}))
        shelf.put(story(f"s{number}", {"all": 1.0, f"later{number}": 1.0}))
    for number in range(20):
        shelf.take(f"s{number}")
    assert shelf == replace(Shelf(), numbers=shelf.numbers)


def test_stories_are_found_by_shared_terms_and_language() -> None:
    shelf = Shelf()
    for name, terms in (("s", {"a": 1.0, "b": 1.0}), ("t", {"b": 1.0, "c": 1.0}), ("u", {"c": 1.0})):
        shelf.put(story(name, terms))
    assert [each.held.story.id for each in near(shelf, {"a": 1.0, "b": 1.0})] == ["s", "t"]
    assert near(shelf, {"a": 1.0}, "de") == []


def test_a_rare_term_finds_its_story_among_those_of_a_common_one() -> None:
    shelf = Shelf()
    for number in range(MOST_POSTINGS + 1):
        shelf.put(story(f"s{number}", {"common": 1.0, f"rare{number}": 1.0}))
    found = near(shelf, {"common": 0.9, "rare7": 0.1})
    assert max(found, key=lambda each: each.cosine).held.story.id == "s7"
    assert len(found) <= CANDIDATES


def test_candidates_are_bounded_and_the_earliest_win_among_equals() -> None:
    shelf = Shelf()
    for number in range(CANDIDATES + 10):
        shelf.put(story(f"s{number}", {"a": 1.0}))
    assert [each.held.story.id for each in near(shelf, {"a": 1.0})] == [f"s{number}" for number in range(CANDIDATES)]


def test_the_story_told_longest_ago_is_idle_first() -> None:
    shelf = Shelf()
    for number in range(3):
        shelf.put(story(f"s{number}", {"a": 1.0}, last_at=AT + timedelta(hours=number)))
    shelf.touch(story("s0", {}, last_at=AT + timedelta(hours=9)))
    assert [shelf.take(name).id for name in shelf.idle(AT + timedelta(hours=3))] == ["s1", "s2"]


def test_a_member_that_has_moved_on_is_not_forgotten_with_its_old_story() -> None:
    members = Members()
    members.add("a", "s", is_copy=False)
    members.add("b", "s", is_copy=True)
    members.add("a", "t", is_copy=False)
    members.forget_copies("s")
    assert members.story_of == {"a": "t"}
    members.forget("s")
    assert members.story_of == {"a": "t"}
    members.forget("t")
    assert members == Members()

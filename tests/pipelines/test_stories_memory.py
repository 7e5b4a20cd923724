"""Open stories are found by their heaviest terms; what is let go leaves nothing behind."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.messages.story import Story
from pipelines.stories.memory import CANDIDATES, MOST_POSTINGS, Members, Shelf
from pipelines.stories.terms import unit
from tests import builders

AT = builders.PUBLISHED_AT
STORIES = st.lists(
    st.tuples(st.sampled_from("stuv"), st.dictionaries(st.sampled_from("abcdefgh"), st.floats(0.1, 1), min_size=1), st.booleans()),
    max_size=20,
)


def story(name: str, terms: dict[str, float], **overrides: object) -> Story:
    return replace(builders.story(id=name, terms=unit(terms)), **overrides)


@given(terms=st.dictionaries(st.text("abc@ä", min_size=1, max_size=3), st.floats(0.01, 5), max_size=8))
def test_a_story_comes_back_as_it_was_put(terms: dict[str, float]) -> None:
    shelf = Shelf()
    shelf.put(story("s", terms))
    assert shelf.get("s") == story("s", terms)


@settings(deadline=None)
@given(steps=STORIES)
def test_the_index_holds_just_the_open_stories(steps: list[tuple[str, dict[str, float], bool]]) -> None:
    shelf = Shelf()
    for name, terms, leaves in steps:
        shelf.put(story(name, terms))
        if leaves:
            shelf.take(name)
    indexed = {(word, shelf.by_number[number]) for word, numbers in shelf.by_term["en"].items() for number in numbers}
    assert indexed == {(word, held.story.id) for held in shelf.stories.values() for word in held.words}
    assert set(shelf.by_number.values()) == set(shelf.stories)


def test_stories_are_found_by_shared_terms_and_language() -> None:
    shelf = Shelf()
    for name, terms in (("s", {"a": 1.0, "b": 1.0}), ("t", {"b": 1.0, "c": 1.0}), ("u", {"c": 1.0})):
        shelf.put(story(name, terms))
    assert [held.story.id for held in shelf.near("en", unit({"a": 1.0, "b": 1.0}))] == ["s", "t"]
    assert shelf.near("de", {"a": 1.0}) == []


def test_a_term_of_too_many_stories_finds_none_and_rare_ones_still_do() -> None:
    shelf = Shelf()
    for number in range(MOST_POSTINGS + 1):
        shelf.put(story(f"s{number}", {"common": 1.0, f"rare{number}": 1.0}))
    assert shelf.near("en", {"common": 1.0}) == []
    assert [held.story.id for held in shelf.near("en", {"common": 0.9, "rare7": 0.1})] == ["s7"]


def test_candidates_are_bounded_and_the_earliest_win_among_equals() -> None:
    shelf = Shelf()
    for number in range(CANDIDATES + 10):
        shelf.put(story(f"s{number}", {"a": 1.0}))
    assert [held.story.id for held in shelf.near("en", {"a": 1.0})] == [f"s{number}" for number in range(CANDIDATES)]


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

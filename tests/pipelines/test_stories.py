"""Articles that tell one event are one story."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.messages.article import Article
from connectors.messages.codec import decode, encode
from connectors.messages.entity import Entity
from connectors.messages.story import Story
from pipelines.stories import (
    MAX_OUTLETS,
    STORY_TERMS,
    FollowStories,
    cosine,
    found,
    join,
    nearness,
    share_entity,
    terms_of,
    unit,
    weight,
)
from pipelines.stories import Joining as Rules
from pipelines.work import Failure, Work, analysis_of
from tests import builders

AT = builders.PUBLISHED_AT
TERMS = st.dictionaries(st.text("abc@", min_size=1, max_size=3), st.floats(0.01, 5), min_size=1, max_size=8)
TALKS = "Envoys of Norway and Belarus parted in Geneva without agreement on the detained prisoners."
FLOOD = "A flood swept through the vineyards of the lower valley and carried the old bridge away."


def work(name: str, text: str, *, hours: float = 0, **overrides: object) -> Work:
    at = AT + timedelta(hours=hours)
    made = builders.article(id=name, title="", text=text, outlet=f"{name}.example", published_at=at, fetched_at=at)
    return builders.work(made, **overrides)


def told(step: FollowStories, *works: Work) -> list[Story]:
    stories = [step.tell(each)[0].story for each in works]
    assert None not in stories
    return [story for story in stories if story is not None]


@given(terms=TERMS)
def test_a_unit_vector_has_length_1(terms: dict[str, float]) -> None:
    assert cosine(unit(terms), unit(terms)) == pytest.approx(1, abs=1e-4)


@given(a=TERMS, b=TERMS)
def test_the_cosine_is_symmetric_and_bounded(a: dict[str, float], b: dict[str, float]) -> None:
    assert cosine(unit(a), unit(b)) == pytest.approx(cosine(unit(b), unit(a)))
    assert 0 <= cosine(unit(a), unit(b)) <= 1 + 1e-4


def test_no_terms_have_a_vector() -> None:
    assert unit({}) == {}
    assert cosine({}, {"a": 1.0}) == 0


def test_common_words_weigh_nothing_and_unseen_ones_most() -> None:
    assert weight("the", "en") == 0
    assert 0 < weight("sanctions", "en") < weight("xqzvw", "en") == 1
    assert (weight("abc", "tlh"), weight("abcd", "tlh")) == (0, 1)


def test_an_article_has_its_rarest_words_and_entities_as_terms() -> None:
    article = builders.article(text=" ".join(f"word{number}x" for number in range(500)))
    terms = terms_of(article, "en", [Entity(id="RUS", type="state", name="Russia")])
    assert len(terms) == STORY_TERMS
    assert "@RUS" in terms


def test_sharing_an_entity_takes_an_entity() -> None:
    assert share_entity({"@RUS": 1.0, "a": 1.0}, {"@RUS": 0.2})
    assert not share_entity({"a": 1.0}, {"a": 1.0})


def test_reports_of_one_event_are_one_story_and_others_another() -> None:
    first, second, flood = told(
        FollowStories(), work("a", TALKS), work("b", TALKS + " Geneva waits.", hours=2), work("c", FLOOD, hours=3)
    )
    assert first.id == second.id != flood.id
    assert (second.version, second.article_count, second.outlets) == (2, 2, ("a.example", "b.example"))
    assert (second.started_at, second.last_at) == (AT, AT + timedelta(hours=2))


def test_a_copy_joins_the_story_of_its_founder_whatever_its_words() -> None:
    first, copy = told(FollowStories(), work("a", TALKS), work("b", FLOOD, copy_of="a"))
    assert copy.id == first.id


def test_a_new_version_stays_in_its_story() -> None:
    first, second = told(FollowStories(), work("a", TALKS), work("a", FLOOD))
    assert second.id == first.id


def test_languages_have_stories_of_their_own() -> None:
    first, second = told(FollowStories(), work("a", TALKS), work("b", TALKS, language="de"))
    assert first.id != second.id


@pytest.mark.parametrize(("hours", "same"), [(71, True), (73, False)])
def test_a_story_is_closed_after_three_idle_days(hours: int, same: bool) -> None:
    first, second = told(FollowStories(), work("a", TALKS), work("b", TALKS, hours=hours))
    assert (first.id == second.id) is same


def test_a_story_is_closed_after_a_fortnight_however_busy() -> None:
    stories = told(FollowStories(), *(work(f"a{day}", TALKS, hours=24 * day) for day in range(17)))
    assert stories[0].id == stories[14].id != stories[15].id


def test_an_article_from_before_the_story_may_join_it() -> None:
    first, second = told(FollowStories(), work("a", TALKS), work("b", TALKS, hours=-5))
    assert second.id == first.id
    assert (second.started_at, second.last_at) == (AT - timedelta(hours=5), AT)


def test_strangers_have_to_be_nearer() -> None:
    rules = Rules()
    story = builders.story(started_at=AT, last_at=AT)
    near = unit({"x": 0.3, "y": 0.954})
    assert nearness(near, AT, replace(story, terms={"x": 1.0}), rules) == 0
    both = {"@USA": 0.3, **{word: value for word, value in near.items() if word == "y"}}
    assert nearness(both, AT, replace(story, terms={"@USA": 1.0}), rules) == pytest.approx(0.3)


def test_closed_stories_leave_nothing_behind() -> None:
    step = FollowStories()
    for day in range(40):
        told(step, work(f"a{day}", f"{FLOOD} only{day}x" if day % 2 else f"{TALKS} only{day}y", hours=100 * day))
    assert len(step.stories) == len(step.members) == len(step.story_of) == 1
    assert {story_id for ids in step.by_term.values() for story_id in ids} == set(step.stories)


def test_outlets_are_bounded_and_articles_counted() -> None:
    story = found(builders.article(), "en", {"a": 1.0})
    for number in range(MAX_OUTLETS + 10):
        story = join(story, builders.article(id=f"a{number}", outlet=f"outlet{number:03d}.example"), {"a": 1.0})
    assert len(story.outlets) == MAX_OUTLETS
    assert (story.article_count, story.version) == (MAX_OUTLETS + 11, MAX_OUTLETS + 11)


def test_repeats_and_failures_join_nothing() -> None:
    step = FollowStories()
    for passed in (builders.work(repeat=True), builders.work(article=None), builders.work(failure=Failure(stage="x", reason="y"))):
        assert step.tell(passed) == [passed]
    assert step.stories == {}


def pool() -> list[Article]:
    texts = [TALKS, FLOOD, TALKS + " Minsk is silent.", FLOOD + " Rain goes on.", TALKS + " Oslo too.", "Nothing of either."]
    return [work(f"a{place}", text, hours=place).told for place, text in enumerate(texts)]


@settings(deadline=None)
@given(order=st.permutations(range(6)), cut=st.integers(0, 6))
def test_stories_from_the_log_go_on_like_stories_that_never_ended(order: list[int], cut: int) -> None:
    articles = [pool()[place] for place in order]
    lived, restored = FollowStories(), FollowStories()
    log = []
    for article in articles[:cut]:
        (done,) = lived.tell(builders.work(article))
        log += [analysis_of(done), done.story]
    for message in log:
        record = encode(message)
        restored.absorb(decode(type(message), record.value, record.headers))
    for article in articles[cut:]:
        assert told(restored, builders.work(article)) == told(lived, builders.work(article))

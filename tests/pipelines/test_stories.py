"""Articles that tell one event are one story."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.messages.article import Article
from connectors.messages.codec import decode, encode
from connectors.messages.story import MAX_RELATED, Story, story_id
from pipelines.stories import follow
from pipelines.stories.follow import FollowStories
from pipelines.stories.life import MAX_OUTLETS, Joining, found, join, nearness, with_related
from pipelines.work import Failure, Work, analysis_of
from tests import builders
from tests.pipelines.clusters import b_cubed, plain_clusters, same_company
from tests.pipelines.events import Telling, interleaved, tellings

AT = builders.PUBLISHED_AT
TALKS = "Envoys of Norway and Belarus parted in Geneva without agreement on the detained prisoners."
FLOOD = "A flood swept through the vineyards of the lower valley and carried the old bridge away."
TRIAL = "The jury in Zagreb acquitted the admiral of smuggling rare parrots aboard a minesweeper."


def work(name: str, text: str, *, hours: float = 0, **overrides: object) -> Work:
    at = AT + timedelta(hours=hours)
    made = builders.article(id=name, title="", text=text, outlet=f"{name}.example", published_at=at, fetched_at=at)
    return builders.work(made, **overrides)


def told(step: FollowStories, *works: Work) -> list[Story]:
    stories = [step.tell(each)[0].story for each in works]
    assert None not in stories
    return [story for story in stories if story is not None]


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


def test_a_new_version_stays_in_its_story_and_counts_once() -> None:
    first, second = told(FollowStories(), work("a", TALKS), work("a", FLOOD))
    assert second.id == first.id
    assert (second.version, second.article_count) == (2, 1)


def test_languages_have_stories_of_their_own() -> None:
    first, second = told(FollowStories(), work("a", TALKS), work("b", TALKS, language="de"))
    assert first.id != second.id


@pytest.mark.parametrize(("hours", "same"), [(71, True), (73, False)])
def test_a_story_is_closed_after_three_idle_days(hours: int, same: bool) -> None:
    first, second = told(FollowStories(), work("a", TALKS), work("b", TALKS, hours=hours))
    assert (first.id == second.id) is same


def test_a_story_takes_nothing_more_after_a_fortnight_and_the_next_one_says_whom_it_follows() -> None:
    stories = told(FollowStories(), *(work(f"a{day}", TALKS, hours=24 * day) for day in range(17)))
    assert stories[0].id == stories[14].id != stories[15].id
    assert stories[15].related == (stories[0].id,)


def test_an_article_from_before_the_story_may_join_it() -> None:
    first, second = told(FollowStories(), work("a", TALKS), work("b", TALKS, hours=-5))
    assert second.id == first.id
    assert (second.started_at, second.last_at) == (AT - timedelta(hours=5), AT)


@pytest.mark.parametrize(("strangers", "share"), [(False, 1.2), (True, 0.3 / 0.35)])
def test_strangers_have_to_be_nearer(strangers: bool, share: float) -> None:
    found_near = nearness(0.3, AT, builders.story(), Joining(), strangers=strangers)
    assert found_near.share == pytest.approx(share)
    assert found_near.is_open


def test_nearness_fades_while_a_story_is_idle() -> None:
    shares = [
        nearness(0.25, AT + timedelta(hours=hours), builders.story(), Joining(), strangers=False).share for hours in (0, 36, 72)
    ]
    assert shares == pytest.approx([1, 0.9, 0.8])


def test_a_copy_of_a_member_opens_a_closed_story_again() -> None:
    step = FollowStories()
    first, other = told(step, work("a", TALKS), work("b", FLOOD, hours=100))
    assert first.id in step.closed
    (copy,) = told(step, work("c", TALKS, hours=110, copy_of="a", to_read=False))
    assert (copy.id, copy.version, copy.article_count) == (first.id, 2, 2)
    assert step.closed == {}
    (later,) = told(step, work("d", TALKS + " Oslo waits.", hours=120))
    assert later.id == first.id != other.id


def test_a_copy_later_than_a_fortnight_begins_a_story_that_names_the_old_one() -> None:
    step = FollowStories()
    told(step, *(work(f"a{day}", TALKS, hours=24 * day) for day in range(14)))
    (copy,) = told(step, work("late", TALKS, hours=24 * 15, copy_of="a13", to_read=False))
    assert copy.id == story_id("late")
    assert copy.related == (story_id("a0"),)


def test_only_a_copy_opens_a_closed_story() -> None:
    step = FollowStories()
    told(step, work("a", TALKS), work("b", FLOOD, hours=100))
    (again,) = told(step, work("c", TALKS, hours=101))
    assert again.id == story_id("c")


def test_a_story_names_another_that_its_article_fits_as_well() -> None:
    one, other = "Zutphen mayor dredges harbour", "Tilburg bishop restores organ"
    step = FollowStories(Joining(near_strangers=0.3))
    talks, trial = told(step, work("a", one), work("b", other, hours=1))
    (both,) = told(step, work("c", f"{one} {other} {one}", hours=2))
    assert both.id == talks.id
    assert both.related == (trial.id,)


def test_a_new_story_names_the_one_that_it_nearly_joined() -> None:
    step = FollowStories(Joining(near_strangers=0.75, related=0.5))
    talks, near, far = told(
        step,
        work("a", "Zutphen mayor dredges harbour"),
        work("b", "Zutphen mayor restores organ", hours=1),
        work("c", TRIAL, hours=1),
    )
    assert near.id != talks.id
    assert near.related == (talks.id,)
    assert far.related == ()


@given(
    known=st.lists(st.text("abc", max_size=2), unique=True, max_size=MAX_RELATED), more=st.lists(st.text("abcdefgh", max_size=2))
)
def test_related_stories_are_sorted_bounded_and_never_the_story_itself(known: list[str], more: list[str]) -> None:
    known = [id_ for id_ in known if id_ != "own"]
    related = with_related(tuple(sorted(known)), [*more, "own"], "own")
    assert list(related) == sorted(set(related))
    assert len(related) <= MAX_RELATED
    assert set(known) <= set(related) <= {*known, *more}


def test_closed_stories_leave_nothing_behind_in_the_end() -> None:
    step = FollowStories()
    for day in range(40):
        told(step, work(f"a{day}", f"{FLOOD} only{day}x" if day % 2 else f"{TALKS} only{day}y", hours=100 * day))
    assert len(step.shelf.stories) == len(step.shelf.by_number) == 1
    assert len(step.closed) == 3
    assert set(step.members.texts) == {*step.shelf.stories, *step.closed}
    assert len(step.members.story_of) == 4


def test_copies_of_a_closed_story_are_forgotten_and_its_texts_are_not() -> None:
    step = FollowStories()
    told(step, work("a", TALKS), work("b", TALKS, copy_of="a", to_read=False), work("c", FLOOD, hours=100))
    assert set(step.members.story_of) == {"a", "c"}


def test_closed_stories_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(follow, "MAX_CLOSED", 2)
    step = FollowStories(Joining(idle=timedelta(minutes=1)))
    for number in range(9):
        told(step, work(f"a{number}", f"only{number}x here", hours=number))
    assert list(step.closed) == [story_id("a6"), story_id("a7")]
    assert set(step.members.story_of) == {"a6", "a7", "a8"}


def test_articles_of_stories_that_the_log_has_lost_are_forgotten() -> None:
    step = FollowStories()
    step.absorb(builders.analysis(article_id="gone", story_id="lost"))
    told(step, work("a", TALKS))
    assert set(step.members.story_of) == {"a"}


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
    assert step.shelf.stories == {}


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


SCRIPT = st.lists(
    st.tuples(st.sampled_from([TALKS, FLOOD, TRIAL]), st.integers(0, 400), st.integers(-1, 5)), min_size=1, max_size=25
)


@settings(deadline=None)
@given(script=SCRIPT)
def test_expiry_never_resurrects_and_counts_are_true(script: list[tuple[str, int, int]]) -> None:
    """Whatever comes when: without a copy nothing joins what is idle or over, and every count is that of the articles."""
    step, last, works = FollowStories(), dict[str, Story](), list[Work]()
    company: dict[str, set[str]] = {}
    for number, (text, hours, copied) in enumerate(script):
        copy_of = works[copied].told.id if 0 <= copied < len(works) and works[copied].copy_of is None else None
        works.append(work(f"a{number}", text, hours=hours, copy_of=copy_of))
        (story,) = told(step, works[-1])
        before, at = last.get(story.id), AT + timedelta(hours=hours)
        company.setdefault(story.id, set()).add(f"a{number}")
        if before is not None:
            assert abs(at - before.started_at) <= step.joining.longest
            assert story.version == before.version + 1
            assert copy_of is not None or before.started_at - step.joining.idle <= at <= before.last_at + step.joining.idle
        assert story.article_count == len(company[story.id])
        assert story.outlet_count == len(story.outlets) == len(company[story.id])
        last[story.id] = story


@settings(deadline=None)
@given(order=st.permutations(range(12)))
def test_any_order_within_hours_keeps_stories_that_are_apart(order: list[int]) -> None:
    texts = [TALKS, FLOOD, TRIAL]
    works = [work(f"a{place}", f"{texts[place % 3]} Number {place} adds this.", hours=place) for place in order]
    stories = dict(zip(order, told(FollowStories(), *works), strict=True))
    assert len({story.id for story in stories.values()}) == 3
    assert all(stories[place].id == stories[place % 3].id for place in order)


def labels(articles: list[Telling]) -> dict[str, str]:
    """The story of each article, told in this order."""
    step = FollowStories()
    return {each.article.id: story.id for each in articles for story in told(step, each.work)}


@pytest.fixture(scope="module")
def day() -> list[Telling]:
    return tellings(7, events=60, days=3)


def test_generated_events_are_found_and_better_than_by_plain_tf_idf(day: list[Telling]) -> None:
    gold, ours = [each.event for each in day], labels(day)
    texts = [f"{each.article.title} {each.article.text}" for each in day]
    plain = max(b_cubed(gold, plain_clusters(texts, threshold)) for threshold in (0.15, 0.2, 0.25, 0.3))
    assert b_cubed(gold, [ours[each.article.id] for each in day]) > max(0.95, plain)


def test_partitions_read_in_another_order_leave_most_stories_as_they_were(day: list[Telling]) -> None:
    ours, others = labels(day), labels(interleaved(day, 1))
    ids = [each.article.id for each in day]
    assert b_cubed([ours[id_] for id_ in ids], [others[id_] for id_ in ids]) > 0.97
    assert same_company([ours[id_] for id_ in ids], [others[id_] for id_ in ids]) > 0.9

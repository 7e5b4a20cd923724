"""The life of a story: what one more article makes of it, and when one may join."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from connectors.messages.article import Article, event_time
from connectors.messages.story import MAX_RELATED, Story, story_id
from pipelines.stories.terms import Terms

MAX_OUTLETS = 50


@dataclass(frozen=True, slots=True)
class Joining:
    """When an article joins a story.

    Attributes:
        near: cosine that is enough.
        near_strangers: cosine that is needed when the two share no entity.
        related: share of the needed cosine from which a story is named as related.
        idle_weight: what the cosine counts for when the story has been idle to its limit; 1 at once, falling evenly.
        idle: a story that nobody has told for so long is closed.
        longest: nothing joins a story this long after it began.
    """

    near: float = 0.25
    near_strangers: float = 0.35
    related: float = 0.8
    idle_weight: float = 0.8
    idle: timedelta = timedelta(hours=72)
    longest: timedelta = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Nearness:
    """How near an article is to a story: the cosine with the time factor, as a share of what is needed.

    Attributes:
        share: 1 or more is near enough.
        is_open: whether the story may be joined at the article's time.
    """

    share: float
    is_open: bool


def nearness(cosine: float, at: datetime, story: Story, joining: Joining, *, strangers: bool) -> Nearness:
    """Return how near an article is to a story.

    Args:
        cosine: of the two vectors.
        at: when the article spoke.
        story: the story.
        joining: the thresholds.
        strangers: whether the two share no entity.
    """
    gap = max(at - story.last_at, story.started_at - at, timedelta(0))
    fading = (1 - joining.idle_weight) * min(1.0, gap / joining.idle)
    needed = joining.near_strangers if strangers else joining.near
    return Nearness(cosine * (1 - fading) / needed, gap <= joining.idle and is_young(story, at, joining))


def is_young(story: Story, at: datetime, joining: Joining) -> bool:
    """Whether a story began so lately, or will begin so soon, that an article of this time may be part of it."""
    return abs(at - story.started_at) <= joining.longest


def found(article: Article, language: str, terms: Terms, related: Iterable[str] = ()) -> Story:
    """Return the story that an article begins."""
    at = event_time(article)
    return Story(
        id=story_id(article.id),
        version=1,
        title=article.title,
        language=language,
        founder_id=article.id,
        article_count=1,
        outlet_count=1,
        outlets=(article.outlet,),
        started_at=at,
        last_at=at,
        related=with_related((), related, story_id(article.id)),
        terms=terms,
    )


def join(story: Story, article: Article, terms: Terms | None = None, related: Iterable[str] = (), *, is_new: bool = True) -> Story:
    """Return the story with one more article.

    Args:
        story: as it was.
        article: which joins it.
        terms: the story's from now on; None leaves them as they are.
        related: ids of stories that the article fits as well.
        is_new: whether the article is no new version of one that the story has.
    """
    at, outlets = event_time(article), sorted({*story.outlets, article.outlet})
    return replace(
        story,
        version=story.version + 1,
        article_count=story.article_count + is_new,
        outlet_count=story.outlet_count + (article.outlet not in story.outlets),
        outlets=tuple(outlets[:MAX_OUTLETS]),
        started_at=min(story.started_at, at),
        last_at=max(story.last_at, at),
        related=with_related(story.related, related, story.id),
        terms=story.terms if terms is None else terms,
    )


def with_related(known: tuple[str, ...], more: Iterable[str], own: str) -> tuple[str, ...]:
    """Return the ids of related stories with more of them, sorted; those known first stay when there are too many."""
    added = [id_ for id_ in dict.fromkeys(more) if id_ not in known and id_ != own]
    return tuple(sorted((*known, *added[: MAX_RELATED - len(known)])))

"""The step that gives each article its story."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from connectors.messages.alert import Alert
from connectors.messages.analysis import Analysis
from connectors.messages.article import event_time
from connectors.messages.story import Story
from pipelines.stories.life import Joining, found, is_young, join, nearness
from pipelines.stories.memory import MAX_CLOSED, Held, Members, Shelf
from pipelines.stories.terms import Vector, summed, vector_from, vector_of
from pipelines.work import Work


@dataclass(slots=True)
class FollowStories:
    """The stories of the last days, and which article is in which.

    Attributes:
        joining: when an article joins.
        shelf: the open stories.
        closed: those that nobody has told for a while, without their terms; only a copy of a member opens one again.
        members: the articles of both.
        is_fresh: whether the log has been read since the last article.
    """

    joining: Joining = field(default_factory=Joining)
    shelf: Shelf = field(default_factory=Shelf)
    closed: dict[str, Story] = field(default_factory=dict)
    members: Members = field(default_factory=Members)
    is_fresh: bool = False

    def absorb(self, message: Analysis | Story | Alert) -> None:
        """Remember one story, or one article's story, of the log."""
        self.is_fresh = True
        if isinstance(message, Story):
            self.shelf.put(message)
        elif isinstance(message, Analysis) and message.story_id:
            self.members.add(message.article_id, message.story_id, is_copy=message.copy_of is not None)

    def tell(self, work: Work) -> Sequence[Work]:
        """Return the work with the story that it began or joined."""
        if work.repeat or work.article is None or work.failure is not None:
            return [work]
        self._settle()
        story = self._placed(work)
        self.members.add(work.told.id, story.id, is_copy=work.copy_of is not None)
        self._close(story.last_at)
        return [replace(work, story=story)]

    def _placed(self, work: Work) -> Story:
        """Return the story of an article, in the version that the article makes of it."""
        article, at = work.told, event_time(work.told)
        known = self._known(article.id)
        if known is not None:
            return self._joined(known, work, is_new=False)
        original = self._known(work.copy_of or "")
        if original is not None and is_young(original, at, self.joining):
            return self._joined(original, work)
        vector = vector_of(article, work.language, work.entities)
        nearest, related = self._nearest(vector, at)
        related += [] if original is None else [original.id]
        if nearest is not None:
            vector = summed(nearest.vector, nearest.story.article_count, vector)
            told = join(nearest.story, article, vector.terms, related)
        else:
            told = found(article, work.language, vector.terms, related)
        self.shelf.put(told, vector)
        return told

    def _known(self, article_id: str) -> Story | None:
        """Return the story of an article, open or closed."""
        story_id = self.members.story_of.get(article_id, "")
        return self.shelf.get(story_id) or self.closed.get(story_id)

    def _joined(self, story: Story, work: Work, *, is_new: bool = True) -> Story:
        """Return the story with a copy, or a new version, of one of its articles; a closed one is opened again.

        A copy that says nothing new moves nothing: the story stays about what it is about.
        """
        reopened = self.closed.pop(story.id, None) is not None
        if work.to_read or reopened:
            more = vector_of(work.told, work.language, work.entities)
            vector = summed(vector_from(story.language, story.terms), story.article_count, more)
            told = join(story, work.told, vector.terms, is_new=is_new)
            self.shelf.put(told, vector)
            return told
        told = join(story, work.told, is_new=is_new)
        self.shelf.touch(told)
        return told

    def _nearest(self, vector: Vector, at: datetime) -> tuple[Held | None, list[str]]:
        """Return the nearest story that is near enough, and the ids of others that are nearly so, or would be were they open."""
        ranked = []
        for each in self.shelf.near(vector):
            story = each.held.story
            if each.cosine < self.joining.related * self.joining.near:
                continue
            near = nearness(each.cosine, at, story, self.joining, strangers=each.strangers)
            if near.share >= self.joining.related:
                ranked.append((near.share, near.is_open, story.id))
        ranked.sort(reverse=True)
        joined = next((id_ for share, is_open, id_ in ranked if is_open and share >= 1), None)
        # Beside the story that it joins, only those count that would have had the article too.
        related = [id_ for share, _, id_ in ranked if id_ != joined and (joined is None or share >= 1)]
        return None if joined is None else self.shelf.stories[joined], related

    def _settle(self) -> None:
        """After the log was read: close what is idle, and forget the articles of stories that the log no longer holds."""
        if not self.is_fresh:
            return
        self.is_fresh = False
        if self.shelf.stories:
            self._close(max(held.story.last_at for held in self.shelf.stories.values()))
        for story_id in {*self.members.texts, *self.members.copies}:
            if story_id not in self.shelf.stories and story_id not in self.closed:
                self.members.forget(story_id)

    def _close(self, now: datetime) -> None:
        """Close the stories that are idle, and forget those that are too old for a copy to open again."""
        for story_id in self.shelf.idle(now - self.joining.idle):
            self.closed[story_id] = self.shelf.take(story_id)
            self.members.forget_copies(story_id)
        while self.closed and self._is_past(next(iter(self.closed.values())), now - self.joining.longest):
            self.members.forget(next(iter(self.closed)))
            del self.closed[next(iter(self.closed))]

    def _is_past(self, story: Story, since: datetime) -> bool:
        """Whether no copy may open a closed story again, or too many are remembered."""
        return story.started_at < since or len(self.closed) > MAX_CLOSED

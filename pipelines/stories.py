"""Follow stories: put articles that tell the same event together.

Observed: outlets tell one event in their own words, within days, and share the rare words of it: names, places, the measure.

Theory: an article is a vector of its words, rare ones heavy (TF-IDF; Allan et al., "Topic detection and tracking", 1998); it joins
the story whose sum of articles is nearest by cosine, if near enough, and the nearer in time the easier. How rare a word is comes
from a shipped table (`wordfreq`, Speer 2022), not from what the stream has seen, so a replay or a cold start weighs every word as
before. A copy joins the story of its founder.

Known to be wrong: a story is founded by whichever of its articles comes first; stories are never merged; a language without a table
weighs all its words alike; what an event *is* (one speech, or the week that it began) is for the threshold to say.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import lru_cache

from wordfreq import available_languages, zipf_frequency
from wordfreq.tokens import tokenize

from connectors.messages.alert import Alert
from connectors.messages.analysis import Analysis
from connectors.messages.article import Article, event_time
from connectors.messages.entity import Entity
from connectors.messages.story import Story, story_id
from pipelines.work import Work

TITLE_WEIGHT = 3
LEAD_CHARACTERS = 2_000
COMMONEST_ZIPF = 6.0  # a word of one in a thousand or commoner says nothing about an event
STORY_TERMS = 80
CANDIDATE_TERMS = 25
MAX_OUTLETS = 50
LANGUAGES = frozenset(available_languages("small"))
Terms = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Joining:
    """When an article joins a story.

    Attributes:
        near: cosine that is enough.
        near_strangers: cosine that is needed when the two share no entity.
        idle: a story that nobody has told for so long is closed.
        longest: a story is closed this long after it began.
    """

    near: float = 0.25
    near_strangers: float = 0.35
    idle: timedelta = timedelta(hours=72)
    longest: timedelta = timedelta(days=14)


@lru_cache(maxsize=100_000)
def weight(word: str, language: str) -> float:
    """Return how much a word says about an event: 0 for one that every text has, 1 for one that the table has never seen."""
    if language not in LANGUAGES:
        return float(len(word) > 3)
    return max(0.0, 1 - zipf_frequency(word, language, wordlist="small") / COMMONEST_ZIPF)


def terms_of(article: Article, language: str, entities: Iterable[Entity]) -> dict[str, float]:
    """Return the weighted terms of an article, of length 1: title words three times, the lead's words, entity ids."""
    known = language if language in LANGUAGES else "en"
    counts: Counter[str] = Counter()
    for word in tokenize(article.title, known):
        counts[word] += TITLE_WEIGHT
    counts.update(tokenize(article.text[:LEAD_CHARACTERS], known))
    raw = {word: (1 + math.log(count)) * weight(word, language) for word, count in counts.items()}
    raw |= {f"@{entity.id}": 1.0 for entity in entities}
    told = [word for word, value in raw.items() if value > 0]
    heaviest = sorted(told, key=lambda word: (-raw[word], word))[:STORY_TERMS]  # of equals, the ids of entities come first
    return unit({word: raw[word] for word in heaviest})


def unit(terms: Terms) -> dict[str, float]:
    """Return the terms scaled to length 1; rounded, so that the log holds what memory holds."""
    length = math.sqrt(sum(value * value for value in terms.values())) or 1.0
    return {word: round(value / length, 6) for word, value in terms.items()}


def cosine(a: Terms, b: Terms) -> float:
    """Return the cosine of two vectors of length 1."""
    small, large = (a, b) if len(a) <= len(b) else (b, a)
    return sum(value * large.get(word, 0.0) for word, value in small.items())


def share_entity(a: Terms, b: Terms) -> bool:
    """Whether two vectors name an entity in common."""
    return any(word in b for word in a if word.startswith("@"))


def nearness(terms: Terms, at: datetime, story: Story, joining: Joining) -> float:
    """Return the cosine of an article and a story with a time factor: 1 at once, 0.8 when the story has been idle to its limit.

    0 where the article may not join: the story is closed for it, or the two are strangers and not near enough.
    """
    gap = max(at - story.last_at, story.started_at - at, timedelta(0))
    if gap > joining.idle or at - story.started_at > joining.longest:
        return 0.0
    near = cosine(terms, story.terms) * (1 - 0.2 * (gap / joining.idle))
    needed = joining.near if share_entity(terms, story.terms) else joining.near_strangers
    return near if near >= needed else 0.0


def found(article: Article, language: str, terms: Terms) -> Story:
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
        terms=terms,
    )


def join(story: Story, article: Article, terms: Terms) -> Story:
    """Return the story with one more article: terms summed, the heaviest kept; no terms leave the story's as they are."""
    at, outlets = event_time(article), sorted({*story.outlets, article.outlet})
    new_outlet = article.outlet not in story.outlets
    return replace(
        story,
        version=story.version + 1,
        article_count=story.article_count + 1,
        outlet_count=story.outlet_count + new_outlet,
        outlets=tuple(outlets[:MAX_OUTLETS]),
        started_at=min(story.started_at, at),
        last_at=max(story.last_at, at),
        terms=summed(story.terms, story.article_count, terms) if terms else story.terms,
    )


def summed(terms: Terms, weight_of_terms: int, more: Terms) -> dict[str, float]:
    """Return the heaviest terms of two vectors' sum, of length 1; the first counts as often as its weight says."""
    total: Counter[str] = Counter({word: value * weight_of_terms for word, value in terms.items()})
    total.update(more)
    return unit(dict(total.most_common(STORY_TERMS)))


@dataclass(slots=True)
class FollowStories:
    """The open stories, and which article joined which."""

    joining: Joining = field(default_factory=Joining)
    stories: dict[str, Story] = field(default_factory=dict)
    story_of: dict[str, str] = field(default_factory=dict)
    members: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    by_term: dict[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))

    def absorb(self, message: Analysis | Story | Alert) -> None:
        """Remember one story, or one article's story, of the log."""
        if isinstance(message, Story):
            self._keep(message)
        elif isinstance(message, Analysis) and message.story_id:
            self._remember(message.article_id, message.story_id)

    def tell(self, work: Work) -> Sequence[Work]:
        """Return the work with the story that it began or joined."""
        if work.repeat or work.article is None or work.failure is not None:
            return [work]
        article, story = work.article, self._known(work)
        # A copy that says nothing new moves nothing: the story stays about what it is about.
        terms = {} if story is not None and not work.to_read else terms_of(article, work.language, work.entities)
        story = story or self._nearest(work.language, terms, event_time(article))
        told = found(article, work.language, terms) if story is None else join(story, article, terms)
        self._keep(told)
        self._remember(article.id, told.id)
        self._close(told.last_at)
        return [replace(work, story=told)]

    def _known(self, work: Work) -> Story | None:
        """Return the story of an earlier version of the article, or of the article that it copies."""
        for article_id in (work.told.id, work.copy_of):
            story = self.stories.get(self.story_of.get(article_id or "", ""))
            if story is not None:
                return story
        return None

    def _nearest(self, language: str, terms: Terms, at: datetime) -> Story | None:
        heaviest = sorted(terms, key=lambda word: (-terms[word], word))[:CANDIDATE_TERMS]
        candidates = {story_id for word in heaviest for story_id in self.by_term.get((language, word), ())}
        ranked = [(nearness(terms, at, self.stories[story_id], self.joining), story_id) for story_id in candidates]
        best = max(ranked, default=(0.0, ""))
        return self.stories[best[1]] if best[0] > 0 else None

    def _keep(self, story: Story) -> None:
        known = self.stories.get(story.id)
        if known is not None and known.terms is story.terms:
            del self.stories[story.id]
        else:
            self._forget(story.id)
        self.stories[story.id] = story
        for word in story.terms if known is None or known.terms is not story.terms else ():
            self.by_term[story.language, word].add(story.id)

    def _forget(self, story_id: str) -> None:
        story = self.stories.pop(story_id, None)
        if story is None:
            return
        for word in story.terms:
            ids = self.by_term[story.language, word]
            ids.discard(story.id)
            if not ids:
                del self.by_term[story.language, word]

    def _remember(self, article_id: str, story_id: str) -> None:
        if self.story_of.get(article_id) != story_id:
            self.story_of[article_id] = story_id
            self.members[story_id].append(article_id)

    def _close(self, now: datetime) -> None:
        """Forget the stories that are idle; the one that was told longest ago stands first."""
        while self.stories and (longest := next(iter(self.stories.values()))).last_at < now - self.joining.idle:
            self._forget(longest.id)
            for article_id in self.members.pop(longest.id, ()):
                del self.story_of[article_id]

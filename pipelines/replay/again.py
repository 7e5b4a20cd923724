"""Tell articles once more: those of the range read anew, those around it with what the log says was found in them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import count

from connectors.config import Config
from connectors.messages.alert import Alert
from connectors.messages.analysis import Analysis
from connectors.messages.story import Story
from pipelines.alerts.step import RaiseAlerts
from pipelines.annotate import annotated, text_of
from pipelines.annotator import Annotation, ArticleText
from pipelines.carry import CarryOver
from pipelines.decode import prepared
from pipelines.dedupe import Copies
from pipelines.history import blank
from pipelines.order import Chain
from pipelines.replay.log import Log, place_of, told_at
from pipelines.stories.follow import FollowStories
from pipelines.stories.life import found
from pipelines.work import Failure, Work

ReadTexts = Callable[[Sequence[ArticleText]], Sequence[Annotation | Failure]]


@dataclass(slots=True)
class Remembered:
    """A reader that reads each text once."""

    read: ReadTexts
    known: dict[ArticleText, Annotation | Failure] = field(default_factory=dict)

    def __call__(self, texts: Sequence[ArticleText]) -> list[Annotation | Failure]:
        """Return what was understood of each text."""
        new = [text for text in dict.fromkeys(texts) if text not in self.known]
        self.known |= dict(zip(new, self.read(new), strict=True))
        return [self.known[text] for text in texts]


@dataclass(slots=True)
class KeepStories:
    """Leave an article in the story that the log gave it; one that has none joins as it would now."""

    log: Log
    follow: FollowStories

    def tell(self, work: Work) -> Sequence[Work]:
        """Return the work with its story."""
        known = _known(self.log, work)
        if known is None or not known.story_id:
            return self.follow.tell(work)
        story = self.log.stories.get(known.story_id)
        return [replace(work, story=story or replace(found(work.told, work.language, {}), id=known.story_id))]

    def absorb(self, message: Analysis | Story | Alert) -> None:
        """Remember one message of the log."""
        self.follow.absorb(message)


@dataclass(frozen=True, slots=True)
class Told:
    """What came of telling it again.

    Attributes:
        works: the articles of the range, finished.
        kept: articles of the range that could not be read now, and were told as the log has them.
        alerts: the alerts as they would stand, by id.
        touched: ids of alerts that the range tells or changes, now or by the log.
    """

    works: tuple[Work, ...]
    kept: int
    alerts: dict[str, Alert]
    touched: frozenset[str]


def tell_again(log: Log, config: Config, read: ReadTexts, speaks: Callable[[str], bool]) -> Told:
    """Tell the articles of a log once more.

    Args:
        log: what to tell.
        config: windows and rules.
        read: the model and the rules on texts.
        speaks: whether a sentence has words on sanctions.
    """
    history = blank(config, count(1))
    carry, follow, alerts = _steps(history.chain)
    for analysis in log.analyses.values():
        follow.absorb(analysis)
    for analysis in _known_before(log):
        history.copies.absorb(analysis)
        carry.absorb(analysis)
    for story in log.stories.values():
        follow.absorb(story)
    chain = Chain((carry, KeepStories(log, follow), alerts), count(1))
    fresh, kept = _read_anew(log, history.copies, read, speaks)
    works: list[Work] = []
    inside = {record.position for record in log.inside}
    for work in sorted([*fresh, *_as_found(log)], key=lambda work: told_at(work.record)):
        works += [told for told in chain.tell(work) if told.record.position in inside]
    return Told(tuple(works), kept, {id_: alerts.now(id_) for id_ in alerts.alerts}, _touched(log, works))


def _touched(log: Log, works: Iterable[Work]) -> frozenset[str]:
    """Return the alerts that articles of the range tell or contest, by the log or now."""
    told = {(work.told.id, work.told.version) for work in works if work.article is not None}
    before = {id_ for key in told if key in log.analyses for id_ in log.analyses[key].alert_ids}
    ids = {article_id for article_id, _ in told}
    standing = {alert.id for alert in log.alerts.values() if not ids.isdisjoint(_heard_in(alert))}
    return frozenset(before | standing | {id_ for work in works for id_ in (*work.alert_ids, *(alert.id for alert in work.alerts))})


def _heard_in(alert: Alert) -> set[str]:
    """Return the articles that tell or contest an alert, as far as it lists them."""
    return {source.article_id for source in alert.sources} | {contest.article_id for contest in alert.contested}


def _steps(chain: Chain) -> tuple[CarryOver, FollowStories, RaiseAlerts]:
    """Return the steps of the chain by what they are."""
    carry = next(step for step in chain.steps if isinstance(step, CarryOver))
    follow = next(step for step in chain.steps if isinstance(step, FollowStories))
    return carry, follow, next(step for step in chain.steps if isinstance(step, RaiseAlerts))


def _known_before(log: Log) -> Iterator[Analysis]:
    """Yield what the job knew of other articles when it read those of the range.

    That is what stands before them in their partition. But the job may have read one partition before another: the founder of a
    copy was known wherever it stands. (A copy whose founder is of the range waits for it in the index, and does nothing.)
    """
    places = {place_of(record.position) for record in log.inside}
    first = {record.position.partition: record.position.offset for record in reversed(log.inside)}
    founders = {analysis.copy_of for analysis in log.analyses.values() if place_of(analysis.position) in places}
    for analysis in log.analyses.values():
        at = first.get(analysis.position.partition)
        before = analysis.event_time < log.range.since if at is None else analysis.position.offset < at
        if before or (analysis.article_id in founders and place_of(analysis.position) not in places):
            yield analysis


def _read_anew(log: Log, copies: Copies, read: ReadTexts, speaks: Callable[[str], bool]) -> tuple[list[Work], int]:
    """Return the articles of the range as they are understood now, and how many had to be taken as the log has them.

    Founders are sifted first: where the job had read one partition before another, a founder may stand behind its copies in time,
    and which of two equal texts is called the copy is nothing that a replay has to put right.
    """
    works = sorted((prepared(record) for record in log.inside), key=lambda work: _was_copy(log, work))
    sifted = [copies.sift(work, speaks) for work in works]
    to_read = [place for place, work in enumerate(sifted) if work.to_read and work.failure is None and not work.repeat]
    for place, annotation in zip(to_read, read([text_of(sifted[place]) for place in to_read]), strict=True):
        sifted[place] = annotated(sifted[place], annotation)
    works = [_as_logged(log, work) if work.failure is not None else work for work in sifted]
    return works, sum(work.failure is not None and told.failure is None for work, told in zip(sifted, works, strict=True))


def _was_copy(log: Log, work: Work) -> bool:
    """Whether the log has an article as a copy of another."""
    known = _known(log, work)
    return known is not None and known.copy_of is not None


def _known(log: Log, work: Work) -> Analysis | None:
    """Return what the log has of an article."""
    return None if work.article is None else log.analyses.get((work.article.id, work.article.version))


def _as_found(log: Log) -> list[Work]:
    """Return the articles around the range with what was found in them."""
    return [_as_logged(log, prepared(record)) for record in log.outside]


def _as_logged(log: Log, work: Work) -> Work:
    """Return work as the log has it; as it is where the log has nothing."""
    known = _known(log, work)
    if known is None:
        return work
    return replace(
        work, language=known.language, copy_of=known.copy_of, copy_kind=known.copy_kind, to_read=True, repeat=False, failure=None,
        entities=known.entities, mentions=known.mentions, signals=known.signals,
    )  # fmt: skip

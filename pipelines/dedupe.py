"""Find copies: texts that repeat one the stream has seen, exactly or with edits.

Observed: one wire report reaches the stream through forty outlets, cut, with another lead and each site's own furniture. Comparing
whole texts finds few of them, since what is *shared* is a part of each.

Theory: a text is sampled by its content (`pipelines.fingerprint`), and two texts are compared by *containment*: the share of the
smaller sample that the larger one holds (Broder, "On the resemblance and containment of documents", 1997). A text that another
contains is its copy, however long the other is.

A copy is not waste: it goes on as a copy, since each outlet is evidence. It is read by the model again only if it has a sentence on
sanctions that its founder has not.

Known to be wrong: texts under about 30 words have too few samples and are found only when they are equal; a report translated
into another language is not a copy here; the window of near copies is counted in event time, so a backfill reopens old days.
"""

from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import apache_beam as beam
from apache_beam.coders import VarIntCoder
from apache_beam.transforms.userstate import ReadModifyWriteStateSpec

from connectors.dead_letters import is_retry
from connectors.messages.analysis import Analysis, CopyKind
from connectors.messages.article import event_time
from pipelines.fingerprint import spoken_hashes
from pipelines.guarded import Guarded
from pipelines.text import sentences
from pipelines.work import Fingerprint, Work

MIN_SHARED_KEYS = 4
COMMON_KEY_FOUNDERS = 4
NEAR_CONTAINMENT = 0.5


@dataclass(frozen=True, slots=True)
class Windows:
    """How long a text is remembered, in event time."""

    near: timedelta = timedelta(hours=72)
    exact: timedelta = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Match:
    """Whose copy a text is, how, and whether the founder has every sentence on sanctions that the copy has."""

    founder_id: str
    founder_at: datetime
    kind: CopyKind
    nothing_new: bool


@dataclass(frozen=True, slots=True)
class Founder:
    """What is remembered of a text that was no copy when it came."""

    article_id: str
    at: datetime
    print: Fingerprint


@dataclass(slots=True)
class CopyIndex:
    """The texts of one language that the stream has seen, by hash and by sampled shingle.

    A text belongs to the article that brought it first (its *founder*). The index names the founder rather than holding a set of
    hashes: after a crash the founder may come again, and must still count as new.
    """

    windows: Windows = field(default_factory=Windows)
    by_hash: dict[str, Founder] = field(default_factory=dict)
    by_key: dict[int, list[Founder]] = field(default_factory=dict)
    exact_queue: deque[Founder] = field(default_factory=deque)
    near_queue: deque[Founder] = field(default_factory=deque)

    def exact(self, article_id: str, print_: Fingerprint) -> Match | None:
        """Return whose words this text repeats one by one, or None."""
        founder = self.by_hash.get(print_.text_hash)
        if founder is None or founder.article_id == article_id:
            return None
        return Match(founder.article_id, founder.at, "exact", nothing_new=True)

    def near(self, article_id: str, print_: Fingerprint) -> Match | None:
        """Return whose copy this text is, with edits, or None."""
        near = self._nearest(article_id, print_)
        if near is None:
            return None
        return Match(near.article_id, near.at, "near", nothing_new=set(print_.spoken) <= set(near.print.spoken))

    def add(self, article_id: str, at: datetime, print_: Fingerprint) -> None:
        """Remember a text that is no copy, and forget what has left its window."""
        founder = Founder(article_id, at, print_)
        self.by_hash[print_.text_hash] = founder
        self.exact_queue.append(founder)
        self.near_queue.append(founder)
        for key in print_.sketch:
            self.by_key.setdefault(key, []).append(founder)
        self._expire(at)

    def _nearest(self, article_id: str, print_: Fingerprint) -> Founder | None:
        """Return the founder that shares most of the smaller sample; the earliest, then the smallest id, where several do."""
        groups = {key: self.by_key.get(key, ()) for key in print_.sketch}
        common = {key for key, founders in groups.items() if _is_common(founders)}
        shared = Counter(id(founder) for key in print_.sketch if key not in common for founder in groups[key])
        founders = {id(founder): founder for found in groups.values() for founder in found if founder.article_id != article_id}
        own = len(print_.sketch) - len(common)
        ranked = [
            (-count / max(1, min(own, len(founders[ref].print.sketch))), founders[ref].at, founders[ref].article_id, ref)
            for ref, count in shared.items()
            if count >= MIN_SHARED_KEYS and ref in founders
        ]
        if not ranked:
            return None
        best = min(ranked)
        return founders[best[3]] if -best[0] >= NEAR_CONTAINMENT else None

    def _expire(self, now: datetime) -> None:
        while self.near_queue and self.near_queue[0].at < now - self.windows.near:
            self._forget_keys(self.near_queue.popleft())
        while self.exact_queue and self.exact_queue[0].at < now - self.windows.exact:
            old = self.exact_queue.popleft()
            if self.by_hash.get(old.print.text_hash) is old:
                del self.by_hash[old.print.text_hash]

    def _forget_keys(self, old: Founder) -> None:
        for key in old.print.sketch:
            left = [founder for founder in self.by_key.get(key, ()) if founder is not old]
            if left:
                self.by_key[key] = left
            else:
                self.by_key.pop(key, None)


@dataclass(slots=True)
class Copies:
    """All that tells a new article from a known one: the versions taken, and an index of texts for each language."""

    windows: Windows = field(default_factory=Windows)
    taken: dict[tuple[str, int], datetime] = field(default_factory=dict)
    indexes: dict[str, CopyIndex] = field(default_factory=dict)

    def absorb(self, analysis: Analysis) -> None:
        """Remember one analysis of the log (a cold start)."""
        self._take(analysis.article_id, analysis.article_version, analysis.event_time)
        if analysis.copy_of is None and analysis.text_hash:
            print_ = Fingerprint(text_hash=analysis.text_hash, sketch=analysis.sketch, spoken=analysis.spoken)
            self._index(analysis.language).add(analysis.article_id, analysis.event_time, print_)

    def sift(self, work: Work, speaks: Callable[[str], bool]) -> Work:
        """Return the work marked as repeat, copy or new, and remember it.

        Args:
            work: decoded.
            speaks: whether a sentence has words on sanctions; asked only where the text is no exact copy.
        """
        if work.failure is not None or work.fingerprint is None:
            return work
        article, at = work.told, event_time(work.told)
        if (article.id, article.version) in self.taken and not is_retry(work.record.headers):
            return replace(work, repeat=True, to_read=False)
        self._take(article.id, article.version, at)
        index = self._index(work.language)
        match = index.exact(article.id, work.fingerprint)
        if match is not None:
            return _as_copy(work, match)
        print_ = replace(work.fingerprint, spoken=spoken_hashes(spoken_in(article.text, speaks)))
        match = index.near(article.id, print_)
        if match is not None:
            return _as_copy(replace(work, fingerprint=print_), match)
        index.add(article.id, at, print_)
        return replace(work, fingerprint=print_)

    def _index(self, language: str) -> CopyIndex:
        return self.indexes.setdefault(language, CopyIndex(self.windows))

    def _take(self, article_id: str, version: int, at: datetime) -> None:
        self.taken[article_id, version] = at
        oldest = next(iter(self.taken))
        if self.taken[oldest] < at - self.windows.exact:
            del self.taken[oldest]


def _is_common(founders: Sequence[Founder]) -> bool:
    """Whether a key stands in so many articles that it tells nothing; the versions of one article are one."""
    return len(founders) > COMMON_KEY_FOUNDERS and len({founder.article_id for founder in founders}) > COMMON_KEY_FOUNDERS


def _as_copy(work: Work, match: Match) -> Work:
    return replace(work, copy_of=match.founder_id, founder_at=match.founder_at, copy_kind=match.kind, to_read=not match.nothing_new)


def spoken_in(text: str, speaks: Callable[[str], bool]) -> list[str]:
    """Return the sentences of a text that have words on sanctions."""
    told = (text[span.start : span.end] for span in sentences(text))
    return [sentence for sentence in told if speaks(sentence)]


class _FindCopies(beam.DoFn):  # type: ignore[misc]
    """Sift the articles of one language, one after another.

    The state is a counter for each language: a handful of keys, so none has to expire.
    """

    VERSION = ReadModifyWriteStateSpec("version", VarIntCoder())

    def __init__(self, memory: Callable[[], Guarded[Copies]], speaks: Callable[[str], bool]) -> None:
        self._memory = memory
        self._speaks = speaks

    def process(self, keyed: tuple[str, Work], version: Any = beam.DoFn.StateParam(VERSION)) -> Iterator[Work]:
        language, work = keyed
        memory = self._memory()
        with memory.at(language, version.read()) as copies:
            sifted = copies.sift(work, self._speaks)
        version.write(memory.advanced(language))
        yield sifted


class FindCopies(beam.PTransform):  # type: ignore[misc]
    """Mark each article as new, as a copy, or as a version taken before; one key for each language.

    Args:
        memory: gives the process's memory of texts.
        speaks: whether a sentence has words on sanctions; must be picklable.
    """

    def __init__(self, memory: Callable[[], Guarded[Copies]], speaks: Callable[[str], bool]) -> None:
        super().__init__()
        self._memory = memory
        self._speaks = speaks

    def expand(self, works: beam.PCollection) -> beam.PCollection:
        return (
            works
            | "Key by language" >> beam.Map(_by_language).with_output_types(tuple[str, Work])
            | "Sift" >> beam.ParDo(_FindCopies(self._memory, self._speaks)).with_output_types(Work)
        )


def _by_language(work: Work) -> tuple[str, Work]:
    return work.language, work

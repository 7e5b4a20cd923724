"""Find copies: texts that repeat one the stream has seen, exactly or with edits.

Observed: one wire report reaches the stream through forty outlets, cut, with another lead and each site's own furniture. Comparing
whole texts finds few of them, since what is *shared* is a part of each.

Theory: a text is sampled by its content (`pipelines.fingerprint`) and compared with the groups of copies that the stream has seen
(`pipelines.copy_index`). A text that another contains is its copy, however long the other is; so is one with which it shares whole
paragraphs that make three tenths of the longer one (`pipelines.passages`).

A copy is not waste: it goes on as a copy, since each outlet is evidence. It is read by the model again only if it has a sentence on
sanctions that its founder has not, nor its site's furniture (`pipelines.sites`): each text leaves hashes of its sentences, and only
what a copy adds is looked at for words. A text that shares a third to a half with another is no copy; it is marked as a part.

Known to be wrong: a short report of which less than three tenths are kept under another lead is none of its copies, since two
authors who quote the same may share as much; texts under about 30 words have too few samples and are found only when they are
nearly equal; a report translated into another language is not a copy here; the window of near copies is counted in event time, so a
backfill reopens old days.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import apache_beam as beam
from apache_beam.coders import VarIntCoder
from apache_beam.transforms.userstate import ReadModifyWriteStateSpec

from connectors.dead_letters import is_retry
from connectors.messages.analysis import Analysis
from connectors.messages.article import event_time
from pipelines.copy_index import CopyIndex, Match, Windows
from pipelines.fingerprint import SKETCH_VERSION, of_32_bits, sentence_hashes
from pipelines.guarded import Guarded
from pipelines.text import sentences
from pipelines.work import Fingerprint, Work


@dataclass(slots=True)
class Copies:
    """All that tells a new article from a known one: the versions taken, and an index of texts for each language.

    Attributes:
        refused: (partition, offset) of articles that are dead letters already. One that was read again after a crash would else be
            analysed as well, if what refused it does not refuse it twice.
    """

    windows: Windows = field(default_factory=Windows)
    refused: set[tuple[int, int]] = field(default_factory=set)
    taken: dict[tuple[str, int], datetime] = field(default_factory=dict)
    indexes: dict[str, CopyIndex] = field(default_factory=dict)

    def absorb(self, analysis: Analysis) -> None:
        """Remember one analysis of the log (a cold start)."""
        self._take(analysis.article_id, analysis.article_version, analysis.event_time)
        if not analysis.text_hash:
            return
        sketch = analysis.sketch if analysis.sketch_version == SKETCH_VERSION else ()
        print_ = Fingerprint(
            text_hash=analysis.text_hash,
            sketch=sketch,
            sentences=of_32_bits(analysis.spoken),
            common=analysis.sketch_common if sketch else (),
            echo_of=analysis.echo_of,
            links=analysis.links,
        )
        copy_of = None if analysis.copy_of is None else (analysis.copy_of, analysis.copy_kind or "exact")
        index = self._index(analysis.language)
        index.sites.take(analysis.outlet, print_.sentences)
        index.restore(analysis.article_id, analysis.event_time, print_, copy_of)

    def sift(self, work: Work, speaks: Callable[[str], bool]) -> Work:
        """Return the work marked as repeat, copy or new, and remember it.

        Args:
            work: decoded.
            speaks: whether a sentence has words on sanctions; asked only of what a copy adds.
        """
        if work.failure is not None or work.fingerprint is None:
            return work
        article, print_, at, place = work.told, work.fingerprint, event_time(work.told), work.record.position
        is_taken = (article.id, article.version) in self.taken and not is_retry(work.record.headers)
        if is_taken or (place.partition, place.offset) in self.refused:
            return replace(work, repeat=True, to_read=False)
        self._take(article.id, article.version, at)
        index = self._index(work.language)
        framed = index.sites.take(article.outlet, print_.sentences)
        match = index.exact(article.id, print_)
        if match is None:
            placed = index.place(article.id, at, print_, article.text, framed)
            match, work = placed.match, replace(work, fingerprint=placed.print_)
        return work if match is None else _repeats(work, match, speaks, framed)

    def _index(self, language: str) -> CopyIndex:
        if language not in self.indexes:
            self.indexes[language] = CopyIndex(self.windows)
        return self.indexes[language]

    def _take(self, article_id: str, version: int, at: datetime) -> None:
        self.taken[article_id, version] = at
        oldest = next(iter(self.taken))
        if self.taken[oldest] < at - self.windows.exact:
            del self.taken[oldest]


def _repeats(work: Work, match: Match, speaks: Callable[[str], bool], framed: Collection[int]) -> Work:
    """Return the work marked as what it repeats; what its site prints around every text is nothing that it adds."""
    if match.kind == "partial":
        return replace(work, copy_kind=match.kind, partial_of=match.founder_id)
    known = frozenset(match.sentences).union(framed)
    is_more = work.fingerprint is None or not known.issuperset(work.fingerprint.sentences)
    to_read = is_more and says_more(work.told.text, known, speaks)
    return replace(work, copy_of=match.founder_id, founder_at=match.founder_at, copy_kind=match.kind, to_read=to_read)


def says_more(text: str, known: Collection[int], speaks: Callable[[str], bool]) -> bool:
    """Return whether a text has a sentence on sanctions that is not among the sentences whose hashes are known."""
    said = frozenset(known)
    told = (text[span.start : span.end] for span in sentences(text))
    return any(speaks(sentence) for sentence in told if not said.issuperset(sentence_hashes(sentence)))


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

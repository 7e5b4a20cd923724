"""Annotate: let the model read the articles, and keep what it found."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import apache_beam as beam
from apache_beam.transforms.window import GlobalWindow
from apache_beam.utils.timestamp import Timestamp
from apache_beam.utils.windowed_value import WindowedValue

from pipelines.annotator import Annotation, ArticleText
from pipelines.readers import Readers
from pipelines.work import Failure, Work


def text_of(work: Work) -> ArticleText:
    """Return what the annotator needs of work."""
    article = work.told
    return ArticleText(id=article.id, title=article.title, text=article.text, language=work.language)


def annotated(work: Work, found: Annotation | Failure) -> Work:
    """Return the work with what was found in it."""
    if isinstance(found, Failure):
        return replace(work, failure=found)
    return replace(work, entities=found.entities, mentions=found.mentions, signals=found.signals, notes=(*work.notes, *found.notes))


class _Annotate(beam.DoFn):  # type: ignore[misc]
    """Hand the articles of a bundle to the pool as one batch; copies that say nothing new pass by."""

    def __init__(self, readers: Callable[[], Readers]) -> None:
        self._readers = readers
        self._batch: list[tuple[Work, Timestamp]] = []

    def start_bundle(self) -> None:
        self._batch = []

    def process(self, work: Work, timestamp: Any = beam.DoFn.TimestampParam) -> Iterator[Work]:
        if work.to_read and work.failure is None:
            self._batch.append((work, timestamp))
        else:
            yield work

    def finish_bundle(self) -> Iterator[WindowedValue]:
        if not self._batch:
            return
        found = self._readers().read([text_of(work) for work, _ in self._batch])
        for (work, timestamp), annotation in zip(self._batch, found, strict=True):
            yield WindowedValue(annotated(work, annotation), timestamp, [GlobalWindow()])


class Annotate(beam.PTransform):  # type: ignore[misc]
    """Find entities and signals in each article.

    The reshuffle before it lets batches of one language be read side by side.

    Args:
        readers: gives the process's pool.
    """

    def __init__(self, readers: Callable[[], Readers]) -> None:
        super().__init__()
        self._readers = readers

    def expand(self, works: beam.PCollection) -> beam.PCollection:
        return (
            works
            | "Spread" >> beam.Reshuffle().with_input_types(Work).with_output_types(Work)
            | "Read" >> beam.ParDo(_Annotate(self._readers)).with_output_types(Work)
        )

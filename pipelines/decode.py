"""Decode: bytes of the log to an article, its language and what tells its copies.

Nothing that the log holds may stop the stream: whatever cannot be decoded goes on as failed work, and ends as a dead letter with
the original bytes.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace

import apache_beam as beam

from connectors.errors import MessageError
from connectors.messages.article import Article
from connectors.messages.codec import decode
from pipelines.fingerprint import fingerprint
from pipelines.text import detect_language, sentences
from pipelines.work import Failure, LogRecord, Work

STAGE = "Decode"


def prepared(record: LogRecord, speaks: Callable[[str], bool]) -> Work:
    """Return the work that a record is.

    Args:
        record: as it stands in the log.
        speaks: whether a sentence has words on sanctions.
    """
    try:
        article = decode(Article, record.value, record.headers)
    except MessageError as error:
        return Work(record=record, to_read=False, failure=Failure(stage=STAGE, reason=str(error)))
    if not article.text.strip():
        return Work(record=record, to_read=False, failure=Failure(stage=STAGE, reason="Article.text: is empty"))
    return Work(
        record=record,
        article=article,
        language=article.language or detect_language(article.text),
        fingerprint=fingerprint(article.title, article.text, spoken_in(article.text, speaks)),
    )


def spoken_in(text: str, speaks: Callable[[str], bool]) -> list[str]:
    """Return the sentences of a text that have words on sanctions."""
    told = (text[span.start : span.end] for span in sentences(text))
    return [sentence for sentence in told if speaks(sentence)]


class _Decode(beam.DoFn):  # type: ignore[misc]
    def __init__(self, speaks: Callable[[str], bool]) -> None:
        self._speaks = speaks

    def process(self, record: LogRecord) -> Iterator[Work]:
        try:
            yield prepared(record, self._speaks)
        except Exception as error:  # noqa: BLE001 -- an article that breaks our own code must not stop the stream either
            failed = Work(record=record, to_read=False)
            yield replace(failed, failure=Failure(stage=STAGE, reason=f"{type(error).__name__}: {error}"))


class Decode(beam.PTransform):  # type: ignore[misc]
    """Turn each record of the log into work.

    Args:
        speaks: whether a sentence has words on sanctions; must be picklable.
    """

    def __init__(self, speaks: Callable[[str], bool]) -> None:
        super().__init__()
        self._speaks = speaks

    def expand(self, records: beam.PCollection) -> beam.PCollection:
        return records | beam.ParDo(_Decode(self._speaks)).with_output_types(Work)

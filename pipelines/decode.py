"""Decode: bytes of the log to an article, its language and what tells its copies.

Nothing that the log holds may stop the stream: whatever cannot be decoded goes on as failed work, and ends as a dead letter with
the original bytes.

An article cannot have been fetched long after its record was stamped: such a time is false, and everything that forgets by time
would forget too much. It is cut to the record's.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache

import apache_beam as beam

from connectors.errors import MessageError
from connectors.messages.article import Article
from connectors.messages.codec import decode
from pipelines.fingerprint import fingerprint
from pipelines.text import detect_language
from pipelines.work import Failure, LogRecord, Work

STAGE = "Decode"
CLOCKS_DIFFER = timedelta(days=1)  # a publisher's clock and the broker's, at most
LANGUAGE_CHARACTERS = 1_000  # enough to tell, and a third of the time that a whole article takes


def prepared(record: LogRecord) -> Work:
    """Return the work that a record is."""
    try:
        article = decode(Article, record.value, record.headers)
    except MessageError as error:
        return Work(record=record, to_read=False, failure=Failure(stage=STAGE, reason=str(error)))
    return Work(
        record=record,
        article=arrived(article, record.timestamp_ms),
        language=article.language or _language_of(article.text[:LANGUAGE_CHARACTERS]),
        fingerprint=fingerprint(article.title, article.text),
    )


def arrived(article: Article, timestamp_ms: int) -> Article:
    """Return the article with a time of arrival that is no more than `CLOCKS_DIFFER` after its record's; a negative one is none."""
    if timestamp_ms < 0:
        return article
    stamped_at = datetime.fromtimestamp(timestamp_ms / 1000, UTC)
    return replace(article, fetched_at=stamped_at) if article.fetched_at > stamped_at + CLOCKS_DIFFER else article


@lru_cache(maxsize=1_000)
def _language_of(sample: str) -> str:
    """Return the language of the beginning of a text; remembered, since a wire report comes many times within minutes."""
    return detect_language(sample)


class _Decode(beam.DoFn):  # type: ignore[misc]
    def process(self, record: LogRecord) -> Iterator[Work]:
        try:
            yield prepared(record)
        except Exception as error:  # noqa: BLE001 -- an article that breaks our own code must not stop the stream either
            failed = Work(record=record, to_read=False)
            yield replace(failed, failure=Failure(stage=STAGE, reason=f"{type(error).__name__}: {error}"))


class Decode(beam.PTransform):  # type: ignore[misc]
    """Turn each record of the log into work."""

    def expand(self, records: beam.PCollection) -> beam.PCollection:
        return records | beam.ParDo(_Decode()).with_output_types(Work)

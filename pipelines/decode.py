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
from connectors.trace import carried, traceparent_of
from pipelines.fingerprint import fingerprint
from pipelines.text import detect_language
from pipelines.work import Failure, LogRecord, Work

STAGE = "Decode"
CLOCKS_DIFFER = timedelta(days=1)  # a publisher's clock and the broker's, at most
LANGUAGE_CHARACTERS = 1_000  # enough to tell, and a third of the time that a whole article takes


def prepared(record: LogRecord) -> Work:
    """Return the work that a record is."""
    traceparent = carried(record.headers)
    try:
        article = decode(Article, record.value, record.headers)
    except MessageError as error:
        failure = Failure.of(STAGE, error)
        return Work(record=record, traceparent=traceparent or _of_place(record), to_read=False, failure=failure)
    return Work(
        record=record,
        traceparent=traceparent or traceparent_of(article.id),
        article=arrived(article, record.timestamp_ms),
        language=article.language or _language_of(article.text[:LANGUAGE_CHARACTERS]),
        fingerprint=fingerprint(article.title, article.text),
    )


def _of_place(record: LogRecord) -> str:
    """Return the trace of a record that is no article: it begins here, and is the same whenever the record is read."""
    place = record.position
    return traceparent_of(f"{place.topic}/{place.partition}/{place.offset}")


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
            failed = Work(record=record, traceparent=carried(record.headers) or _of_place(record), to_read=False)
            yield replace(failed, failure=Failure.of(STAGE, error))


class Decode(beam.PTransform):  # type: ignore[misc]
    """Turn each record of the log into work."""

    def expand(self, records: beam.PCollection) -> beam.PCollection:
        return records | "Read bytes" >> beam.ParDo(_Decode()).with_output_types(Work)

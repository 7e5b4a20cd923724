"""Whatever the log holds becomes work."""

import json
from dataclasses import replace

import apache_beam as beam
import pytest
from apache_beam.testing.test_pipeline import TestPipeline as BeamPipeline
from apache_beam.testing.util import assert_that, equal_to
from hypothesis import given
from hypothesis import strategies as st

from connectors.messages.article import event_time
from connectors.messages.codec import encode
from pipelines.decode import Decode, prepared
from pipelines.work import LogRecord
from tests import builders

ENCODED = encode(builders.article())


def record(**overrides: object) -> LogRecord:
    """The seed article with other fields."""
    value = json.dumps(json.loads(ENCODED.value) | overrides).encode()
    return builders.log_record(key=ENCODED.key, value=value, headers=ENCODED.headers)


def test_an_article_is_decoded_with_language_and_fingerprint() -> None:
    work = prepared(record())
    assert work.article == builders.article()
    assert (work.language, work.failure, work.to_read) == ("en", None, True)
    assert work.fingerprint is not None


def test_a_language_that_is_not_given_is_told_from_the_text() -> None:
    text = "Соединённые Штаты введут серьёзные санкции против России, если она вторгнется на Украину."
    assert prepared(record(language=None, text=text)).language == "ru"


def test_a_time_of_arrival_long_after_the_record_was_stamped_is_false_and_cut_to_it() -> None:
    far = "2150-01-01T00:00:00+00:00"
    told = prepared(record(fetched_at=far, published_at=far)).told
    assert (told.fetched_at, event_time(told)) == (builders.PUBLISHED_AT, builders.PUBLISHED_AT)
    unstamped = replace(record(fetched_at=far), timestamp_ms=-1)
    assert prepared(unstamped).told.fetched_at.year == 2150


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        (builders.log_record(value=b"\xff\x00"), "UTF-8"),
        (builders.log_record(value=b""), "JSON"),
        (record(title=5), "Article.title"),
        (record(text="  \n "), "Article.text: is blank"),
        (record(text="x" * 5_000_000), "bytes"),
        (record(title="\ud800"), "surrogate"),
    ],
)
def test_what_cannot_be_decoded_is_failed_work_that_says_why(made: LogRecord, reason: str) -> None:
    work = prepared(made)
    assert work.failure is not None
    assert work.failure.stage == "Decode"
    assert reason in work.failure.reason
    assert (work.article, work.to_read, work.record) == (None, False, made)


@given(value=st.binary(max_size=200))
def test_no_bytes_raise(value: bytes) -> None:
    assert prepared(builders.log_record(value=value)).failure is not None


def test_the_stream_goes_on_after_garbage() -> None:
    with BeamPipeline() as pipeline:
        works = pipeline | beam.Create([record(), builders.log_record(8, value=b"garbage"), record(title="Other")]) | Decode()
        assert_that(works | beam.Map(lambda work: work.failure is None), equal_to([True, False, True]))

"""Copies and stories as steps of the graph on the embedded engine, without Kafka: `NEWS=20000 make bench ARGS=steps`.

What `bench_stories` measures in process, on Beam and Prism: made news in event order, some hundreds to a bundle, is decoded,
compared, placed in stories and turned into the records that it leaves. `bench_graph` sends it through the whole job, Kafka on both
sides. The clock runs from the taking of the first article until the last comes out.
"""

import os
import time
from collections.abc import Iterable
from dataclasses import replace
from itertools import islice
from pathlib import Path

import apache_beam as beam
import pytest

from connectors.messages.codec import encode
from pipelines.coders import register_coders
from pipelines.decode import Decode, prepared
from pipelines.dedupe import Copies, FindCopies
from pipelines.engines import prism
from pipelines.finish import Finished
from pipelines.guarded import Guarded
from pipelines.order import Chain, TellInOrder
from pipelines.signals.en.look import speaks
from pipelines.stories.follow import FollowStories
from pipelines.work import LogRecord
from tests import builders
from tests.benchmarks.bench_graph import spent
from tests.benchmarks.bench_stream import show
from tests.end_to_end.jobs import wait_for
from tests.pipelines.events import Telling, stream

pytestmark = pytest.mark.timeout(0)

NUMBER = int(os.environ.get("NEWS", "10000"))
BUNDLE = 500
LIMIT_SECS = 600
# Steps are pickled, and find in this process what they share.
COPIES, CHAIN, RECORDS = list[Guarded[Copies]](), list[Guarded[Chain]](), list[LogRecord]()
TAKEN, ENDED = list[float](), list[float]()


def test_copies_and_stories_as_steps(prism_location: str) -> None:
    COPIES.append(Guarded(Copies(), lost))
    CHAIN.append(Guarded(Chain((FollowStories(),)), lost))
    RECORDS.extend(map(record_of, range(NUMBER), stream(5, events=NUMBER // 4, days=6)))
    Chain((FollowStories(),)).tell(Copies().sift(prepared(RECORDS[0]), speaks))  # loads the tables of words
    with prism(Path(prism_location), print) as engine:
        pipeline = beam.Pipeline(runner=engine.runner, options=engine.options)
        steps(pipeline)
        before, job = spent(), pipeline.run()
        wait_for(lambda: len(ENDED) >= len(RECORDS), LIMIT_SECS, "it is too slow")
        processor, clock = spent() - before, ENDED[-1] - TAKEN[0]
        job.cancel()
    show(
        f"{len(RECORDS)} articles decoded, compared and placed in stories on the engine in {clock:.0f} s:"
        f" {len(RECORDS) / clock:.0f} articles/s (target: >= 500)",
        f"{1000 * processor / len(RECORDS):.1f} ms of processor each, the start included;"
        f" load of the machine {os.getloadavg()[0]:.1f}",
    )


def steps(pipeline: beam.Pipeline) -> None:
    """Build the graph."""
    register_coders()
    bundles = pipeline | beam.Create(range(0, len(RECORDS), BUNDLE)) | beam.Reshuffle()
    taken = bundles | beam.FlatMap(some_records).with_output_types(LogRecord)
    told = taken | Decode() | FindCopies(lambda: COPIES[0], speaks) | TellInOrder(lambda: CHAIN[0])
    _ = told | beam.Map(note)


def record_of(number: int, each: Telling) -> LogRecord:
    """Return an article as Kafka holds it."""
    record = encode(each.article)
    return replace(builders.log_record(number), key=record.key, value=record.value, headers=record.headers)


def some_records(first: int) -> Iterable[LogRecord]:
    """Return the records of a bundle, and note when it was taken."""
    TAKEN.append(time.monotonic())
    return islice(RECORDS, first, first + BUNDLE)


def note(article: Finished) -> None:
    """Note when an article came out, and that it is analysed."""
    assert article.outcome == "analysed"
    ENDED.append(time.monotonic())


def lost() -> Copies | Chain:
    raise AssertionError("the memory was rebuilt, so a counter was lost")

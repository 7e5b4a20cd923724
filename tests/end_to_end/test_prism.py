"""What the embedded engine must not do to us, tried on a real Prism.

By default Prism splits a bundle in which an element takes longer than two ticks of 100 ms, in stateful stages too, and frees the
keys of the part that it split off while the first part still runs: two bundles then write one key's state at the same time.

A bundle of a stage from which nothing goes on to another counts as ended as soon as it begins, and Prism asks without a pause for
its answer until it comes. That costs time, and no result.
"""

import threading
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import apache_beam as beam
import psutil
import pytest
from apache_beam.coders import VarIntCoder
from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.transforms.userstate import ReadModifyWriteStateSpec

from pipelines.engines import embedded_options, prism
from pipelines.finish import Finished
from pipelines.io import Write
from tests import builders

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

ELEMENTS = 400
SLOW_EVERY = 50
SLOW_SECS = 0.6
TRANSACTION_SECS = 4.0
REST_SECS = 1.0  # of processor time, at most, that an engine takes that rests meanwhile
ARTICLE = Finished(sequence=1, position=builders.position(0), covers_from=0, outcome="analysed")
COUNTS: list[int] = []
LOCK = threading.Lock()


class Count(beam.DoFn):  # type: ignore[misc]
    """Count the elements of a key in Beam state; every fiftieth takes its time."""

    TOTAL = ReadModifyWriteStateSpec("total", VarIntCoder())

    def process(self, keyed: tuple[str, int], total: Any = beam.DoFn.StateParam(TOTAL)) -> Iterator[int]:
        number = (total.read() or 0) + 1
        if keyed[1] % SLOW_EVERY == 0:
            time.sleep(SLOW_SECS)
        total.write(number)
        with LOCK:
            COUNTS.append(number)
        yield number


def counted(location: Path, options: list[str]) -> int:
    """Run the counter and return where it ended."""
    COUNTS.clear()
    with prism(location, lambda _: None) as engine:
        port_option = engine.options.get_all_options()["job_endpoint"]
        pipeline = beam.Pipeline(runner=engine.runner, options=PipelineOptions([f"--job_endpoint={port_option}", *options]))
        elements = pipeline | beam.Create(range(ELEMENTS)) | beam.Reshuffle()
        keyed = elements | beam.Map(lambda element: ("one", element)).with_output_types(tuple[str, int])
        _ = keyed | beam.ParDo(Count())
        pipeline.run().wait_until_finish(duration=60_000)
    return max(COUNTS)


def test_a_counter_with_slow_elements_keeps_every_increment(prism_location: str) -> None:
    ours = [option for option in embedded_options(0) if "job_endpoint" not in option]
    assert counted(Path(prism_location), ours) == ELEMENTS


def test_without_our_option_the_engine_would_lose_increments(prism_location: str) -> None:
    bare = [option for option in embedded_options(0) if "job_endpoint" not in option and "experiments" not in option]
    assert counted(Path(prism_location), bare) < ELEMENTS, "Prism no longer needs prism_disable_sdf_split: drop it"


class SlowWriter:
    """A broker that takes its time for a transaction."""

    def write(self, articles: Iterable[object]) -> None:
        list(articles)
        time.sleep(TRANSACTION_SECS)


class WriteAlone(beam.DoFn):  # type: ignore[misc]
    """The same writer in a step that nothing stands behind."""

    def process(self, _: object) -> None:
        SlowWriter().write([])


def engine_secs(location: Path, last: beam.PTransform) -> float:
    """Run one bundle through a last step and return the processor time that the engine took."""
    with prism(location, lambda _: None) as engine:
        pipeline = beam.Pipeline(runner=engine.runner, options=engine.options)
        _ = pipeline | beam.Create([ARTICLE]) | beam.Reshuffle() | last
        pipeline.run().wait_until_finish(duration=60_000)
        assert engine.pid is not None
        return sum(psutil.Process(engine.pid).cpu_times()[:2])


def test_the_engine_rests_while_a_transaction_lasts(prism_location: str) -> None:
    assert engine_secs(Path(prism_location), Write(SlowWriter)) < REST_SECS


def test_without_a_step_behind_the_writer_the_engine_would_spin(prism_location: str) -> None:
    spent = engine_secs(Path(prism_location), beam.ParDo(WriteAlone()))
    assert spent > REST_SECS, "Prism no longer spins: let the pipeline end with the writer"

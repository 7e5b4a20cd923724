"""One order for the whole job."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import count

import apache_beam as beam
from apache_beam.testing.test_pipeline import TestPipeline as BeamPipeline
from apache_beam.testing.test_stream import TestStream as BeamStream
from apache_beam.testing.util import assert_that, equal_to
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from connectors.messages.alert import Alert
from connectors.messages.analysis import Analysis
from connectors.messages.story import Story
from connectors.trace import trace_id_of, traceparent_of
from pipelines.guarded import Guarded
from pipelines.order import Chain, Resequencer, TellInOrder
from pipelines.work import Failure, Work
from tests import builders


class Holds:
    """A step that lets every second article out, with the one before it."""

    def __init__(self) -> None:
        self.held: list[Work] = []
        self.absorbed: list[object] = []

    def tell(self, work: Work) -> Sequence[Work]:
        self.held.append(work)
        if len(self.held) % 2:
            return []
        released, self.held = self.held, []
        return released

    def absorb(self, message: Analysis | Story | Alert) -> None:
        self.absorbed.append(message)


class Breaks(Holds):
    def tell(self, work: Work) -> Sequence[Work]:
        raise KeyError("gone")


@given(order=st.integers(0, 30).flatmap(lambda size: st.permutations(range(1, size + 1))))
def test_numbers_come_out_in_order_whatever_order_they_are_offered_in(order: list[int]) -> None:
    queue: Resequencer[str] = Resequencer()
    out: list[str] = []
    for place, number in enumerate(order, 1):
        out += queue.offer(number, f"item {number}")
        missing = next((due for due in range(1, len(order) + 2) if due not in order[:place]), 0)
        assert len(out) == missing - 1
    assert out == [f"item {number}" for number in range(1, len(order) + 1)]


def test_items_are_never_compared() -> None:
    queue: Resequencer[object] = Resequencer()
    queue.offer(3, object())
    queue.offer(2, object())
    assert len(queue.offer(1, object())) == 3


def test_what_leaves_the_chain_is_numbered_without_gaps() -> None:
    chain = Chain((Holds(),), count(1))
    told = [work.sequence for _ in range(6) for work in chain.tell(builders.work())]
    assert told == [1, 2, 3, 4, 5, 6]


def test_an_error_in_a_step_fails_the_article_and_names_the_step() -> None:
    (told,) = Chain((Breaks(),)).tell(builders.work())
    assert told.failure == Failure(stage="Breaks", reason="KeyError: 'gone'")
    assert told.sequence == 1


def test_an_error_in_a_step_is_logged_under_the_trace_of_the_article() -> None:
    trace = traceparent_of(builders.ARTICLE_ID)
    with capture_logs() as lines:
        Chain((Breaks(),)).tell(replace(builders.work(), traceparent=trace))
    assert [(line["event"], line["step"], line["trace_id"]) for line in lines] == [("a step failed", "Breaks", trace_id_of(trace))]


def test_every_step_remembers_what_the_log_holds() -> None:
    steps = (Holds(), Holds())
    Chain(steps).absorb(builders.story())
    assert [step.absorbed for step in steps] == [[builders.story()], [builders.story()]]


MEMORY: dict[str, Guarded[Chain]] = {}


def memory() -> Guarded[Chain]:
    return MEMORY["now"]


def lost() -> Chain:
    raise AssertionError("the memory was rebuilt, so a counter was lost")


def test_bundles_of_any_size_are_told_one_after_another() -> None:
    MEMORY["now"] = Guarded(Chain((), count(1)), lost)
    works = [builders.work(builders.article(id=f"a{number}")) for number in range(7)]
    stream = BeamStream()
    for bundle in (works[:1], works[1:5], works[5:]):
        stream = stream.add_elements(bundle)
    with BeamPipeline() as pipeline:
        numbers = (
            pipeline
            | stream.advance_watermark_to_infinity()
            | TellInOrder(memory)
            | beam.Map(lambda told: (told.sequence, told.outcome))
        )
        assert_that(numbers, equal_to([(number, "analysed") for number in range(1, 8)]))

"""What the engine packs comes out as it went in, and is no pickle."""

import pickle
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.errors import NotTextError
from connectors.messages.analysis import CopyLink
from pipelines.coders import PackedCoder
from pipelines.finish import Finished, finished
from pipelines.work import Failure, Fingerprint, LogRecord, Work
from tests import builders

FINGERPRINT = Fingerprint(
    text_hash="ab", sketch=(1, 2**64 - 1), sentences=(3,), common=(0,), links=(CopyLink(text_hash="c", founder_id="d"),)
)
WHOLE = builders.work(
    fingerprint=FINGERPRINT,
    traceparent="00-1-2-01",
    founder_at=datetime(2021, 12, 31, 8, 0, 0, 123_456, tzinfo=UTC),
    copy_kind="near",
    signals=(builders.signal(),),
    story=builders.story(),
    alerts=(builders.alert(),),
    alert_ids=("a",),
    notes=("late",),
    sequence=7,
)
HANDED_ON = {
    "whole work": WHOLE,
    "a failure": Work(record=builders.log_record(), failure=Failure(stage="Decode", reason="no article")),
    "finished": finished(WHOLE),
    "a record": builders.log_record(timestamp_ms=-1, headers=(("k", b"\x00\xff"), ("empty", b""), ("none", None))),
}


@pytest.mark.parametrize("value", HANDED_ON.values(), ids=HANDED_ON)
def test_what_goes_in_comes_out(value: Any) -> None:
    coder = PackedCoder(type(value))
    assert coder.decode(coder.encode(value)) == value


@pytest.mark.parametrize("odd", [np.float64(0.5), np.float32(0.5), 2**70, "\ud800"], ids=repr)
def test_what_messagepack_does_not_know_comes_out_too(odd: Any) -> None:
    coder = PackedCoder(Work)
    work = replace(WHOLE, alert_ids=(odd,), sequence=odd)
    assert coder.decode(coder.encode(work)) == work


def test_a_coder_reaches_the_workers_and_is_the_same_there() -> None:
    for packed in (Work, Finished, LogRecord):
        assert pickle.loads(pickle.dumps(PackedCoder(packed))) == PackedCoder(packed)
    assert PackedCoder(Work) != PackedCoder(Finished)
    assert hash(PackedCoder(Work)) == hash(PackedCoder(Work))


@given(st.text(st.characters(exclude_categories=())))
def test_no_words_of_an_error_can_stop_the_stream(words: str) -> None:
    coder = PackedCoder(Work)
    failed = replace(WHOLE, failure=Failure.of("Read", ValueError(words)))
    assert coder.decode(coder.encode(failed)) == failed


def test_our_own_errors_speak_for_themselves_and_others_are_named() -> None:
    assert Failure.of("Decode", NotTextError("Article", "is no text", "write one")).reason.startswith("Article")
    assert Failure.of("Read", ValueError("no such state")).reason == "ValueError: no such state"

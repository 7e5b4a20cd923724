"""What the shorter way writes and reads is what the codec does, and what the codec refuses is refused in its words."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.errors import MessageError
from connectors.messages.alert import Alert
from connectors.messages.analysis import Analysis, CopyLink
from connectors.messages.codec import decode, encode, to_dict
from connectors.messages.story import Story
from pipelines import own_records
from pipelines.own_records import read_own, write_own
from tests import builders

ANALYSIS = builders.analysis(
    sketch=(1, 2**63, 2**64 - 1),
    sketch_common=(0,),
    spoken=(7, 8),
    links=(CopyLink(text_hash="ab", founder_id="c"),),
    signals=(builders.signal(),),
    title='"Ünicode" \u2028 \x7f \U0001f600\n',
)
STORY = builders.story(terms={"sanctions": 0.25, "@RUS": 0.5})
MESSAGES = (ANALYSIS, STORY, builders.alert())


def read(reader: Any, message_class: type, value: bytes, headers: Any = ()) -> object:
    """What a reader makes of a value: the message, or the words of its refusal."""
    try:
        return reader(message_class, value, headers)
    except MessageError as error:
        return str(error)


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: type(message).__name__)
def test_what_this_release_wrote_is_read_without_the_codec(message: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    record = encode(message)
    monkeypatch.delattr(own_records, "decode")
    assert read_own(type(message), record.value, record.headers) == message
    assert read_own(type(message), record.value, ()) == message


def changed(**fields: Any) -> bytes:
    """An analysis with other values in some fields."""
    return json.dumps(to_dict(ANALYSIS) | fields, ensure_ascii=False, separators=(",", ":")).encode()


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: type(message).__name__)
def test_what_is_written_without_the_codec_are_its_bytes(message: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = encode(message)
    monkeypatch.delattr(own_records, "encode")
    assert write_own(message) == expected


MOSCOW = datetime(2021, 12, 31, 11, 0, tzinfo=timezone(timedelta(hours=3)))
ODD = {
    "another zone": replace(ANALYSIS, event_time=MOSCOW),
    "no zone": replace(ANALYSIS, event_time=datetime(2021, 12, 31)),  # noqa: DTZ001 -- the fault under test
    "parts of a second": replace(ANALYSIS, event_time=datetime(2021, 12, 31, 8, 0, 0, 5, tzinfo=UTC)),
    "half of a pair": replace(ANALYSIS, title="\ud800"),
    "no number": replace(STORY, terms={"a": float("nan")}),
    "a number without end": replace(STORY, terms={"a": float("inf")}),
    "a small number": replace(STORY, terms={"a": 0.00005}),
    "a very small number": replace(STORY, terms={"a": 1e-9}),
    "an order of its own": replace(STORY, terms={"b": 0.5, "a": 0.5}),
    "no terms": replace(STORY, terms={}),
    "a number of numpy's": replace(ANALYSIS, signals=(builders.signal(confidence=np.float64(0.5)),)),
    "a title too long": replace(ANALYSIS, title="x" * 1_100_000),
    "a title far too long": replace(ANALYSIS, title="x" * 5_000_000),
}


def written(writer: Any, message: Any) -> object:
    """What a writer makes of a message: the record, or the words of its refusal."""
    try:
        return writer(message)
    except MessageError as error:
        return str(error)


@pytest.mark.parametrize("message", ODD.values(), ids=ODD)
def test_what_is_out_of_the_ordinary_is_written_or_refused_as_the_codec_does(message: Any) -> None:
    assert written(write_own, message) == written(encode, message)


@given(st.text(st.characters(exclude_categories=())), st.floats(), st.datetimes(timezones=st.just(UTC)))
def test_no_text_number_or_time_makes_the_two_write_differently(text: str, number: float, time: datetime) -> None:
    analysis, story = replace(ANALYSIS, title=text, event_time=time), replace(STORY, terms={text: number})
    assert written(write_own, analysis) == written(encode, analysis)
    assert written(write_own, story) == written(encode, story)


STRANGE = {
    "a key twice": encode(ANALYSIS).value[:-1] + b',"title":"other"}',
    "an unknown field": changed(colour="red"),
    "blanks between": json.dumps(to_dict(ANALYSIS)).encode(),
    "another zone": changed(event_time="2021-12-31T11:00:00+03:00"),
    "no zone": changed(event_time="2021-12-31T11:00:00"),
    "a year of the past": changed(event_time="1492-10-12T08:00:00Z"),
    "a year far ahead": changed(event_time="9999-12-31T08:00:00Z"),
    "no such day": changed(event_time="2021-02-30T08:00:00Z"),
    "a number below zero": changed(sketch=[-1]),
    "a number of 65 bits": changed(sketch=[2**64]),
    "a version of nought": changed(article_version=0),
    "a blank id": changed(article_id=" "),
    "no id": changed(article_id=None),
    "a number for a text": changed(title=5),
    "a text too long": changed(title="x" * 1_000_001),
    "a confidence of two": changed(signals=[to_dict(builders.signal()) | {"confidence": 2.0}]),
    "an unknown kind": changed(signals=[to_dict(builders.signal()) | {"kind": "rumour"}]),
    "a whole number for a share": changed(signals=[to_dict(builders.signal()) | {"confidence": 1}]),
    "an offset below zero": changed(position={"topic": "articles", "partition": 0, "offset": -1}),
    "half of a pair": encode(ANALYSIS).value.replace(b"Moscow", b"\\ud800"),
    "half of a pair as bytes": encode(ANALYSIS).value.replace(b"Moscow", b"\xed\xa0\x80"),
    "no number": encode(ANALYSIS).value.replace(b"0.8", b"NaN"),
    "cut short": encode(ANALYSIS).value[:-5],
    "a list": b"[]",
    "nothing": b"",
    "deep": b"[" * 100_000,
    "a mark of byte order": b"\xef\xbb\xbf" + encode(ANALYSIS).value,
}


@pytest.mark.parametrize("value", STRANGE.values(), ids=STRANGE)
def test_what_others_may_have_written_is_read_or_refused_as_the_codec_does(value: bytes) -> None:
    assert read(read_own, Analysis, value) == read(decode, Analysis, value)


@pytest.mark.parametrize(
    "terms", [{"a": 1e-9}, {"a": 1e13}, {"a": 1}, {"": 0.5}, {"a": 1e22}, {"b": 0.5, "a": 0.5}, {"a": "b"}, {}], ids=str
)
def test_weights_are_read_or_refused_as_the_codec_does(terms: dict[str, Any]) -> None:
    value = json.dumps(to_dict(STORY) | {"terms": terms}, separators=(",", ":")).encode()
    assert read(read_own, Story, value) == read(decode, Story, value)


@pytest.mark.parametrize("told", ["sanctionwire.alert.v1", "sanctionwire.alert.v2", "sanctionwire.story.v1", "?"])
def test_a_record_of_another_type_or_version_is_refused_as_the_codec_does(told: str) -> None:
    headers = (("ce_type", told.encode()),)
    value = encode(builders.alert()).value
    assert read(read_own, Alert, value, headers) == read(decode, Alert, value, headers)


@given(st.data())
def test_no_change_of_a_byte_makes_the_two_differ(data: st.DataObject) -> None:
    value = bytearray(encode(ANALYSIS).value)
    for _ in range(data.draw(st.integers(1, 3))):
        value[data.draw(st.integers(0, len(value) - 1))] = data.draw(st.sampled_from(b'0123456789-+.eE"{}[],:\\uxTZ \x00\xff'))
    assert read(read_own, Analysis, bytes(value)) == read(decode, Analysis, bytes(value))

"""The trace of an article: where it begins, how it is carried, and what is not taken from strangers."""

import re

import pytest

from connectors.messages.article import Article
from connectors.messages.codec import decode, encode
from connectors.trace import carried, context_of, trace_id_of, traceparent_of, with_trace
from tests import builders

OWN = traceparent_of(builders.ARTICLE_ID)


def test_it_is_the_same_whenever_the_same_article_is_fetched_and_another_for_another() -> None:
    assert traceparent_of(builders.ARTICLE_ID) == OWN
    assert traceparent_of("another") != OWN


def test_it_has_the_form_of_the_standard() -> None:
    assert re.fullmatch(r"00-[0-9a-f]{32}-[0-9a-f]{16}-01", OWN)
    context = context_of(OWN)
    assert context is not None
    assert f"{context.trace_id:032x}" == trace_id_of(OWN)


def test_a_record_carries_it_beside_its_other_headers_and_decodes_as_before() -> None:
    plain = encode(builders.article())
    record = with_trace(plain, OWN)
    assert (record.key, record.value, record.headers[:-1]) == (plain.key, plain.value, plain.headers)
    assert carried(record.headers) == OWN
    assert decode(Article, record.value, record.headers) == builders.article()
    assert with_trace(plain, "") == plain


def test_a_publisher_with_traces_of_its_own_keeps_them() -> None:
    theirs = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00"
    assert carried([("traceparent", theirs.encode())]) == theirs


@pytest.mark.parametrize(
    "value",
    [
        None,
        b"",
        b"\xff\xfe",
        b"00-" + b"0" * 32 + b"-b7ad6b7169203331-01",
        b"00-0af7651916cd43dd8448eb211c80319c-" + b"0" * 16 + b"-01",
        b"ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        b"00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
        b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\nX-Evil: 1",
        b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" + b"-more" * 1000,
    ],
)
def test_what_is_no_trace_is_none(value: bytes | None) -> None:
    assert carried([("traceparent", value)]) == ""

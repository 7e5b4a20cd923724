"""What the topics carry: round trips, headers, and a typed refusal for everything else."""

import json
import timeit
from collections.abc import Callable
from dataclasses import MISSING, fields, replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.errors import (
    MessageError,
    MissingFieldError,
    NotTextError,
    TooLargeError,
    UnknownVersionError,
    WrongTypeError,
    WrongValueError,
)
from connectors.messages.alert import Alert
from connectors.messages.analysis import Analysis
from connectors.messages.article import Article, article_id
from connectors.messages.codec import (
    MAX_VALUE_BYTES,
    Message,
    decode,
    decode_dead_letter,
    encode,
    encode_dead_letter,
    from_dict,
    parse_object,
    to_dict,
)
from connectors.messages.delivery import Delivery
from connectors.messages.disposition import Disposition
from connectors.messages.signal import Signal
from connectors.messages.silence import Silence
from connectors.messages.story import Story
from tests import builders

BUILDERS: dict[type[Any], Callable[[], Any]] = {
    Article: builders.article,
    Analysis: builders.analysis,
    Story: builders.story,
    Alert: builders.alert,
    Disposition: builders.disposition,
    Silence: builders.silence,
    Delivery: builders.delivery,
}


@pytest.fixture(params=BUILDERS.values(), ids=[message_class.__name__ for message_class in BUILDERS])
def message(request: pytest.FixtureRequest) -> Message:
    made: Message = request.param()
    return made


def changed(data: dict[str, Any], path: tuple[str | int, ...], value: object) -> dict[str, Any]:
    """Return a deep copy of `data` with another value at `path`."""
    copy: Any = json.loads(json.dumps(data))
    place = copy
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    result: dict[str, Any] = copy
    return result


def header(record_headers: tuple[tuple[str, bytes], ...], name: str) -> str | None:
    return next((value.decode() for header_name, value in record_headers if header_name == name), None)


def required_fields(message_class: type[Any]) -> list[str]:
    return [field.name for field in fields(message_class) if field.default is MISSING and field.default_factory is MISSING]


def refusal(message_class: type[Any], data: object) -> MessageError:
    with pytest.raises(MessageError) as caught:
        decode(message_class, json.dumps(data).encode())
    return caught.value


class TestRoundTrip:
    def test_a_message_comes_back_as_it_went(self, message: Message) -> None:
        record = encode(message)
        assert decode(type(message), record.value, record.headers) == message

    def test_the_same_message_gives_the_same_bytes(self, message: Message) -> None:
        assert encode(message) == encode(replace(message))

    def test_the_order_of_a_mapping_does_not_change_the_bytes(self) -> None:
        one, other = builders.story(terms={"a": 1.0, "b": 2.0}), builders.story(terms={"b": 2.0, "a": 1.0})
        assert encode(one).value == encode(other).value

    def test_the_value_holds_every_field_in_the_order_of_its_class(self, message: Message) -> None:
        assert list(json.loads(encode(message).value)) == list(type(message).__dataclass_fields__)

    def test_the_value_is_compact_utf8(self) -> None:
        value = encode(builders.article(title="Санкции")).value
        assert '"title":"Санкции"'.encode() in value

    def test_times_are_written_in_utc(self) -> None:
        moscow = datetime(2021, 12, 31, 11, 0, tzinfo=timezone(timedelta(hours=3)))
        assert to_dict(builders.article(published_at=moscow))["published_at"] == "2021-12-31T08:00:00Z"

    def test_a_part_of_a_message_has_a_dict_of_its_own(self) -> None:
        signal = builders.signal()
        assert from_dict(Signal, json.loads(json.dumps(to_dict(signal)))) == signal

    @given(
        title=st.text(max_size=50), text=st.text(min_size=1, max_size=200).filter(str.strip), offset=st.integers(-14 * 60, 14 * 60)
    )
    @settings(max_examples=200)
    def test_any_text_and_zone_survive(self, title: str, text: str, offset: int) -> None:
        local = builders.PUBLISHED_AT.astimezone(timezone(timedelta(minutes=offset)))
        article = builders.article(title=title, text=text, published_at=local)
        assert decode(Article, encode(article).value) == article

    def test_a_typical_analysis_takes_well_under_a_millisecond_each_way(self) -> None:
        analysis = builders.analysis(signals=(builders.signal(),) * 4, mentions=builders.analysis().mentions * 10)
        value = encode(analysis).value
        seconds = min(timeit.repeat(lambda: decode(Analysis, value), number=20, repeat=5)) / 20
        assert seconds < 0.001


class TestHeaders:
    @pytest.mark.parametrize(
        ("made", "event_id", "event_type", "source", "time"),
        [
            (
                builders.article(),
                f"{builders.ARTICLE_ID}.1",
                "sanctionwire.article.v1",
                "/sanctionwire/feeds/news",
                "2021-12-31T08:00:00Z",
            ),
            (
                builders.alert(version=3),
                f"{builders.ALERT_ID}.3",
                "sanctionwire.alert.v1",
                "/sanctionwire/pipeline",
                "2021-12-31T08:00:00Z",
            ),
            (
                builders.story(version=2),
                f"{builders.story().id}.2",
                "sanctionwire.story.v1",
                "/sanctionwire/pipeline",
                "2021-12-31T08:00:00Z",
            ),
            (
                builders.analysis(article_version=2),
                f"{builders.ARTICLE_ID}.2",
                "sanctionwire.analysis.v1",
                "/sanctionwire/pipeline",
                "2021-12-31T08:00:00Z",
            ),
        ],
        ids=["article", "alert", "story", "analysis"],
    )
    def test_they_hold_the_cloudevents_attributes(
        self, made: Message, event_id: str, event_type: str, source: str, time: str
    ) -> None:
        headers = encode(made).headers
        found = {name: header(headers, f"ce_{name}") for name in ("specversion", "id", "type", "source", "time")}
        assert found == {"specversion": "1.0", "id": event_id, "type": event_type, "source": source, "time": time}

    def test_the_subject_is_the_key(self, message: Message) -> None:
        record = encode(message)
        assert header(record.headers, "ce_subject") == record.key.decode()

    def test_the_schema_is_named_with_its_major_version(self) -> None:
        assert header(encode(builders.alert()).headers, "ce_dataschema") == "urn:sanctionwire:schema:alert:v1"

    def test_the_value_is_declared_as_json(self, message: Message) -> None:
        assert header(encode(message).headers, "content-type") == "application/json"

    def test_two_verdicts_on_one_alert_have_two_ids(self) -> None:
        one, other = encode(builders.disposition()), encode(builders.disposition(author="somebody.else"))
        assert header(one.headers, "ce_id") != header(other.headers, "ce_id")

    def test_a_feed_id_is_escaped_within_the_source(self) -> None:
        assert header(encode(builders.article(feed="a b/c")).headers, "ce_source") == "/sanctionwire/feeds/a%20b%2Fc"

    def test_a_message_without_headers_is_taken(self) -> None:
        assert decode(Article, encode(builders.article()).value) == builders.article()

    def test_an_unknown_major_version_is_refused(self) -> None:
        with pytest.raises(UnknownVersionError, match=r"Article\.ce_type.*major version 2 is not known"):
            decode(Article, encode(builders.article()).value, [("ce_type", b"sanctionwire.article.v2")])

    @pytest.mark.parametrize("event_type", [b"sanctionwire.alert.v1", b"com.example.article.v1", b"\xff", b""])
    def test_another_type_is_refused(self, event_type: bytes) -> None:
        with pytest.raises(WrongValueError, match=r"Article\.ce_type"):
            decode(Article, encode(builders.article()).value, [("ce_type", event_type)])


class TestBytes:
    @pytest.mark.parametrize(
        ("value", "problem"),
        [
            (None, "tombstone"),
            (b"", "not JSON"),
            (b"\xff\xfe", "not UTF-8 at byte 0"),
            (b"{", "not JSON"),
            (b"{} {}", "not JSON"),
            (b"[]", "is a JSON list"),
            (b"null", "is a JSON NoneType"),
            (b'{"a": NaN}', "NaN is no JSON number"),
            (b'{"a": -Infinity}', "-Infinity is no JSON number"),
            (b'{"id": "1", "id": "2"}', "a key stands twice"),
            (b'{"extra": {"a": 1, "a": 2}}', "a key stands twice"),
            (b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "nested too deep"),
            (b'{"a": ' + b"9" * 5_000 + b"}", "not JSON"),
        ],
        ids=[
            "none",
            "empty",
            "not utf-8",
            "cut",
            "two",
            "list",
            "null",
            "nan",
            "infinity",
            "twice",
            "twice within",
            "deep",
            "digits",
        ],
    )
    def test_what_is_not_one_json_object_is_refused(self, value: bytes | None, problem: str) -> None:
        with pytest.raises(NotTextError, match=problem):
            decode(Article, value)

    def test_a_byte_order_mark_is_taken(self) -> None:
        assert decode(Article, b"\xef\xbb\xbf" + encode(builders.article()).value) == builders.article()

    def test_ten_megabytes_are_refused_unparsed(self) -> None:
        with pytest.raises(TooLargeError, match="10000000 bytes"):
            decode(Article, b"{" * 10_000_000)

    def test_the_limit_itself_is_taken(self) -> None:
        assert parse_object(b"{}" + b" " * (MAX_VALUE_BYTES - 2), "Line") == {}

    @given(st.binary(max_size=200))
    @settings(max_examples=300)
    def test_garbage_is_always_a_message_error(self, value: bytes) -> None:
        with pytest.raises(MessageError):
            decode(Article, value)


class TestFields:
    @pytest.mark.parametrize(
        ("message_class", "name"),
        [(message_class, name) for message_class in BUILDERS for name in required_fields(message_class)],
    )
    def test_a_missing_field_is_named(self, message_class: type[Any], name: str) -> None:
        data = to_dict(BUILDERS[message_class]())
        del data[name]
        error = refusal(message_class, data)
        assert (type(error), error.subject) == (MissingFieldError, f"{message_class.__name__}.{name}")

    def test_a_missing_field_within_is_named_by_its_path(self) -> None:
        data = to_dict(builders.analysis(signals=(builders.signal(),) * 3))
        del data["signals"][2]["evidence"]["start"]
        assert refusal(Analysis, data).subject == "Analysis.signals[2].evidence.start"

    def test_optional_fields_may_be_absent(self) -> None:
        required = {"id": "1", "feed": "f", "outlet": "o", "title": "t", "text": "x", "fetched_at": "2022-01-01T00:00:00Z"}
        article = decode(Article, json.dumps(required).encode())
        assert (article.version, article.url, article.language, article.changed) == (1, "", None, ())

    def test_unknown_fields_are_ignored(self) -> None:
        data = to_dict(builders.analysis()) | {"mood": {"grim": True}}
        data["signals"][0]["colour"] = "red"
        assert decode(Analysis, json.dumps(data).encode()) == builders.analysis()

    @pytest.mark.parametrize(
        ("message_class", "path", "value", "subject", "words"),
        [
            (Article, ("title",), 7, "Article.title", "expected string, got integer"),
            (Article, ("title",), None, "Article.title", "expected string, got null"),
            (Article, ("version",), True, "Article.version", "expected integer, got boolean"),
            (Article, ("version",), 1.0, "Article.version", "expected integer, got number"),
            (Article, ("version",), "1", "Article.version", "expected integer, got string"),
            (Article, ("fetched_at",), 1640937600, "Article.fetched_at", "expected string, got integer"),
            (Article, ("changed",), "title", "Article.changed", "expected array, got string"),
            (Article, ("changed",), ["title", 1], "Article.changed[1]", "expected string, got integer"),
            (Analysis, ("position",), [], "Analysis.position", "expected object, got array"),
            (Analysis, ("position", "offset"), "7", "Analysis.position.offset", "expected integer"),
            (Analysis, ("signals", 0), "threat", "Analysis.signals[0]", "expected object, got string"),
            (Analysis, ("signals", 0, "confidence"), True, "Analysis.signals[0].confidence", "expected number, got boolean"),
            (
                Analysis,
                ("signals", 0, "senders", 0, "name"),
                {},
                "Analysis.signals[0].senders[0].name",
                "expected string, got object",
            ),
            (Analysis, ("signals", 0, "kind"), 1, "Analysis.signals[0].kind", "expected string, got integer"),
            (Story, ("terms",), [], "Story.terms", "expected object, got array"),
            (Story, ("terms", "moscow"), "2", "Story.terms['moscow']", "expected number, got string"),
        ],
    )
    def test_a_wrong_type_is_named(
        self, message_class: type[Any], path: tuple[str | int, ...], value: object, subject: str, words: str
    ) -> None:
        error = refusal(message_class, changed(to_dict(BUILDERS[message_class]()), path, value))
        assert (type(error), error.subject) == (WrongTypeError, subject)
        assert words in error.problem

    @pytest.mark.parametrize(
        ("message_class", "path", "value", "subject"),
        [
            (Article, ("version",), 0, "Article.version"),
            (Article, ("version",), -1, "Article.version"),
            (Article, ("id",), "  ", "Article.id"),
            (Article, ("text",), "", "Article.text"),
            (Article, ("text",), " \n\n\t", "Article.text"),
            (Article, ("title",), "half \ud83d of a pair", "Article.title"),
            (Article, ("fetched_at",), "2021-12-31T08:00:00", "Article.fetched_at"),
            (Article, ("fetched_at",), "31 December 2021", "Article.fetched_at"),
            (Article, ("fetched_at",), "20211231T080000Z", "Article.fetched_at"),
            (Article, ("fetched_at",), "2021-02-30T08:00:00Z", "Article.fetched_at"),
            (Article, ("fetched_at",), "1969-12-31T23:59:59Z", "Article.fetched_at"),
            (Article, ("fetched_at",), "9999-12-31T23:59:59-14:00", "Article.fetched_at"),
            (Article, ("fetched_at",), "٢٠٢١-12-31T08:00:00Z", "Article.fetched_at"),
            (Analysis, ("position", "offset"), -1, "Analysis.position.offset"),
            (Analysis, ("sketch",), [2**64], "Analysis.sketch[0]"),
            (Analysis, ("copy_kind",), "maybe", "Analysis.copy_kind"),
            (Analysis, ("signals", 0, "commitment"), 4, "Analysis.signals[0].commitment"),
            (Analysis, ("signals", 0, "confidence"), 1.5, "Analysis.signals[0].confidence"),
            (Analysis, ("signals", 0, "measures", 0), "tariff", "Analysis.signals[0].measures[0]"),
            (Analysis, ("entities", 1, "type"), "planet", "Analysis.entities[1].type"),
            (Disposition, ("verdict",), "perhaps", "Disposition.verdict"),
        ],
    )
    def test_a_wrong_value_is_named(
        self, message_class: type[Any], path: tuple[str | int, ...], value: object, subject: str
    ) -> None:
        error = refusal(message_class, changed(to_dict(BUILDERS[message_class]()), path, value))
        assert (type(error), error.subject) == (WrongValueError, subject)

    def test_a_number_beyond_a_double_is_refused(self) -> None:
        value = encode(builders.story()).value.replace(b"2.5", b"1e999")
        with pytest.raises(WrongValueError, match=r"Story\.terms\['moscow'\]"):
            decode(Story, value)

    @pytest.mark.parametrize(("name", "limit"), [("id", 200), ("title", 2_000), ("url", 4_000), ("text", 1_000_000)])
    def test_a_text_over_its_limit_is_refused_and_one_at_it_is_taken(self, name: str, limit: int) -> None:
        data = to_dict(builders.article())
        error = refusal(Article, data | {name: "x" * (limit + 1)})
        assert (type(error), error.subject) == (TooLargeError, f"Article.{name}")
        assert decode(Article, json.dumps(data | {name: "x" * limit}).encode())

    def test_an_offset_other_than_utc_is_taken(self) -> None:
        data = to_dict(builders.article()) | {"published_at": "2021-12-31t11:00:00.5+03:00"}
        assert decode(Article, json.dumps(data).encode()).published_at == datetime(2021, 12, 31, 8, 0, 0, 500_000, tzinfo=UTC)

    def test_a_whole_number_is_a_number(self) -> None:
        data = to_dict(builders.story(terms={"moscow": 2.0})) | {"terms": {"moscow": 2}}
        found = decode(Story, json.dumps(data).encode()).terms["moscow"]
        assert (found, type(found)) == (2.0, float)

    def test_a_refused_value_is_quoted_short_and_escaped(self) -> None:
        data = to_dict(builders.article()) | {"fetched_at": "\x1b[31m" + "9" * 10_000}
        problem = refusal(Article, data).problem
        assert "\x1b" not in problem
        assert len(problem) < 200


class TestRefusedWriting:
    @pytest.mark.parametrize(
        "made",
        [
            builders.article(title="\ud800"),
            builders.article(fetched_at=datetime(2021, 12, 31)),  # noqa: DTZ001 -- the fault under test
            builders.story(terms={"a": float("nan")}),
            builders.story(terms={"a": float("inf")}),
        ],
        ids=["half a pair", "no zone", "nan", "infinity"],
    )
    def test_what_no_reader_could_take_is_not_written(self, made: Message) -> None:
        with pytest.raises(WrongValueError):
            encode(made)

    def test_a_value_over_the_limit_is_not_written(self) -> None:
        with pytest.raises(TooLargeError, match="Article"):
            encode(builders.article(text="\x01" * 900_000))


class TestDeadLetters:
    def test_the_original_bytes_are_the_value(self) -> None:
        letter = builders.dead_letter()
        record = encode_dead_letter(letter)
        assert (record.key, record.value) == (letter.key, letter.value)

    def test_it_comes_back_as_it_went(self) -> None:
        letter = builders.dead_letter(origin=builders.position(2**40, partition=3))
        record = encode_dead_letter(letter)
        assert decode_dead_letter(record.key, record.value, record.headers) == letter

    def test_a_reason_becomes_one_short_line(self) -> None:
        record = encode_dead_letter(builders.dead_letter(reason="first\nsecond \ud800" + "x" * 5_000))
        reason = decode_dead_letter(b"", b"", record.headers).reason
        assert reason.startswith("first second ")
        assert "\n" not in reason
        assert len(reason) < 1_020

    def test_a_letter_without_key_and_value_is_taken(self) -> None:
        letter = decode_dead_letter(None, None, encode_dead_letter(builders.dead_letter()).headers)
        assert (letter.key, letter.value) == (b"", b"")

    @pytest.mark.parametrize(
        ("name", "field"),
        [("ce_stage", "stage"), ("ce_reason", "reason"), ("ce_origintopic", "origin.topic"), ("ce_originoffset", "origin.offset")],
    )
    def test_a_missing_header_is_named(self, name: str, field: str) -> None:
        headers = [pair for pair in encode_dead_letter(builders.dead_letter()).headers if pair[0] != name]
        with pytest.raises(MissingFieldError, match=rf"DeadLetter\.{field}"):
            decode_dead_letter(b"", b"", headers)

    def test_an_offset_that_is_no_number_is_refused(self) -> None:
        headers = dict(encode_dead_letter(builders.dead_letter()).headers) | {"ce_originoffset": b"-7"}
        with pytest.raises(WrongTypeError, match=r"DeadLetter\.origin\.offset"):
            decode_dead_letter(b"", b"", headers.items())


class TestIds:
    def test_an_article_with_a_url_does_not_depend_on_its_feed(self) -> None:
        assert article_id("https://a.example/1", "one", "x") == article_id("https://a.example/1", "two", "y")

    def test_an_article_without_a_url_depends_on_feed_and_guid(self) -> None:
        assert len({article_id("", "one", "x"), article_id("", "two", "x"), article_id("", "one", "y")}) == 3

    def test_parts_do_not_run_together(self) -> None:
        assert article_id("", "ab", "c") != article_id("", "a", "bc")

"""Which letters are open, and what settles one."""

from datetime import UTC, datetime

import pytest

from connectors.dead_letters import RETRY_HEADER, Letter, again, chosen, is_retry, letters_of, settlement
from connectors.errors import SanctionwireError
from connectors.kafka import Stored
from connectors.messages.codec import encode_dead_letter
from connectors.topics import ARTICLES, DEAD_LETTERS
from tests import builders

AT_MS = 1_767_225_600_000


def _stored(offset: int, headers: tuple[tuple[str, bytes | None], ...], value: bytes | None = None) -> Stored:
    return Stored(DEAD_LETTERS, builders.position(offset, topic="dead-letters"), AT_MS + offset, b"k", value, headers)


def _refused(offset: int, **overrides: str) -> Stored:
    record = encode_dead_letter(builders.dead_letter(**overrides))
    return _stored(offset, record.headers, record.value)


def _letters(*stages: str) -> tuple[Letter, ...]:
    return letters_of(_refused(offset, stage=stage) for offset, stage in enumerate(stages))


def test_a_letter_is_known_by_its_place_and_open_until_it_is_settled() -> None:
    (letter,) = letters_of([_refused(3)])
    assert (letter.id, letter.settled) == ("0-3", None)
    assert letter.refused_at == datetime.fromtimestamp((AT_MS + 3) / 1000, UTC)
    assert letter.letter == builders.dead_letter()


def test_a_header_without_a_value_hides_no_letter_and_stops_no_retry() -> None:
    refused = _refused(3)
    (letter,) = letters_of([_stored(2, (("ce_type", None),)), _stored(3, (*refused.headers, ("empty", None)), refused.value)])
    original = Stored(ARTICLES, builders.position(), AT_MS, b"key", b"value", (("empty", None),))
    assert again(original, letter).headers == (("empty", b""), (RETRY_HEADER, b"0-3"))


def test_a_settlement_closes_the_letter_that_it_names_and_no_other() -> None:
    first, second = _letters("Decode", "Annotate")
    after = letters_of([_refused(0), _refused(1), _stored(2, settlement(second, "dropped", "not\nan article"))])
    assert after[0].settled is None
    assert after[1].settled is not None
    assert (after[1].settled.how, after[1].settled.note) == ("dropped", "not an article")
    assert first.settled is None


def test_a_settlement_of_an_unknown_letter_or_kind_is_passed_over() -> None:
    (letter,) = _letters("Decode")
    strange = [(name, b"burnt" if name == "ce_how" else value) for name, value in settlement(letter, "dropped", "")]
    unknown = [(name, b"0-99" if name == "ce_subject" else value) for name, value in settlement(letter, "dropped", "")]
    after = letters_of([_refused(0), _stored(1, tuple(strange)), _stored(2, tuple(unknown))])
    assert [one.settled for one in after] == [None]


def test_what_is_no_letter_is_passed_over() -> None:
    assert letters_of([_stored(0, (("ce_type", b"\xff"),), b"x"), _stored(1, (), None)]) == ()


def test_letters_are_chosen_by_id_by_stage_or_all() -> None:
    letters = _letters("Decode", "Annotate", "Annotate")
    assert [one.id for one in chosen(letters, ["0-2", "0-2"], None)] == ["0-2"]
    assert [one.id for one in chosen(letters, [], "Annotate")] == ["0-1", "0-2"]
    assert len(chosen(letters, [], None)) == 3


@pytest.mark.parametrize(("letter_id", "problem"), [("0-9", "no dead letter has this id"), ("0-0", "was retried already")])
def test_an_id_that_is_unknown_or_settled_is_named(letter_id: str, problem: str) -> None:
    (letter,) = _letters("Decode")
    letters = letters_of([_refused(0), _stored(1, settlement(letter, "retried", ""))])
    with pytest.raises(SanctionwireError, match=problem) as caught:
        chosen(letters, [letter_id], None)
    assert caught.value.next_step.startswith("sanctionwire dlq list")


def test_a_retry_has_the_bytes_and_headers_of_the_article_and_says_whose_retry_it_is() -> None:
    (letter,) = _letters("Annotate")
    headers = (("ce_type", b"sanctionwire.article.v1"), (RETRY_HEADER, b"0-7"))
    original = Stored(ARTICLES, builders.position(), AT_MS, b"key", b"value", headers)
    record = again(original, letter)
    assert (record.key, record.value) == (b"key", b"value")
    assert record.headers == (("ce_type", b"sanctionwire.article.v1"), (RETRY_HEADER, b"0-0"))
    assert is_retry(record.headers)
    assert not is_retry(headers[:1])

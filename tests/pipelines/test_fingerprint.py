"""Samples of texts: blind to spelling's dress, and shared by what is shared."""

import re
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.fingerprint import (
    FULL_STOP,
    MAX_SENTENCES,
    SAMPLE_FLOOR,
    fingerprint,
    hash64,
    of_32_bits,
    sentence_hashes,
    sketch,
    text_hash,
    words,
)

WORDS = st.lists(st.text("abcdefghijklmnop", min_size=1, max_size=8), min_size=1, max_size=60)


@given(tokens=WORDS, gaps=st.lists(st.sampled_from([" ", "  ", "\n\n", ", ", ". ", " -- ", "\u00a0"]), min_size=60, max_size=60))
def test_punctuation_and_spacing_make_no_difference(tokens: list[str], gaps: list[str]) -> None:
    dressed = "".join(word + gap for word, gap in zip(tokens, gaps, strict=False))
    found, plain = fingerprint("", dressed), fingerprint("", " ".join(tokens))
    assert (found.text_hash, found.sketch) == (plain.text_hash, plain.sketch)


@given(tokens=WORDS)
def test_case_makes_another_text_with_the_same_samples(tokens: list[str]) -> None:
    small, large = fingerprint("", " ".join(tokens)), fingerprint("", " ".join(tokens).upper())
    assert small.sketch == large.sketch
    assert small.text_hash != large.text_hash


@given(tokens=WORDS)
def test_another_order_of_different_words_is_another_text(tokens: list[str]) -> None:
    turned = tokens[::-1]
    assert (text_hash(tokens) == text_hash(turned)) is (tokens == turned)


@given(tokens=WORDS)
def test_a_sketch_ascends_and_has_enough_samples_where_the_text_has_them(tokens: list[str]) -> None:
    shingles = {tuple(tokens[start : start + 3]) for start in range(len(tokens) - 2)}
    found = sketch(tokens)
    assert list(found) == sorted(set(found))
    assert min(SAMPLE_FLOOR, len(shingles)) <= len(found) <= len(shingles)


def test_a_title_counts_only_where_there_is_no_text() -> None:
    assert fingerprint("One", "the text") == fingerprint("Another", "the text")
    assert fingerprint("One", "") != fingerprint("Another", "")


def test_compatibility_forms_are_one() -> None:
    assert words("Ｒｕｓｓｉａ ﬁrm") == ["Russia", "firm"]
    assert sketch(words("eine lange Straße")) == sketch(words("eine lange STRASSE"))


@given(text=st.text("aZé9_'.\n\t\u00a0ﬁ"))
def test_a_plain_text_is_cut_into_words_as_any_other(text: str) -> None:
    assert [*words(text), "Ж"] == words(f"{text} Ж")


@given(text=st.text('a .!?…"”)]\n\u2028'))
def test_a_sentence_ends_after_its_full_stop_or_with_its_line(text: str) -> None:
    ends = re.compile(r"(?<=[.!?…])[\"”’»)\]]*\s+|[\r\n\u2028\u2029]+")  # the same, said more plainly
    assert [words(one) for one in FULL_STOP.split(text)] == [words(one) for one in ends.split(text)]


def test_words_are_hashed_as_ever_when_too_many_were_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    tokens = [f"{word}{number}" for number in range(3) for word in ("ban", "on", "Kenyan", "tea")]
    monkeypatch.setattr("pipelines.fingerprint.MAX_WORDS", 2)
    forgetful = sketch(tokens)
    monkeypatch.undo()
    assert sketch(tokens) == forgetful


def test_a_text_of_very_many_sentences_is_told_by_some_of_them() -> None:
    lines = [f"{chr(97 + number % 26)}{number:x}" for number in range(2 * MAX_SENTENCES)]
    found = fingerprint("", "\n".join(lines)).sentences
    assert len(found) == MAX_SENTENCES
    assert found == fingerprint("", "\n\n".join(lines[::-1])).sentences


def test_the_hash_is_the_one_that_the_log_holds() -> None:
    assert hash64("serious sanctions") == 0x158B78CD8596BD2F


@pytest.mark.parametrize("seed", ["0", "1"])
def test_the_hash_is_the_same_in_every_process(seed: str) -> None:
    code = "from pipelines.fingerprint import hash64; print(hash64('serious sanctions'))"
    told = subprocess.run([sys.executable, "-c", code], env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True)
    assert int(told.stdout) == hash64("serious sanctions")


def test_half_of_a_surrogate_pair_has_a_hash() -> None:
    assert hash64("\ud800") != hash64("\ud801")


def test_sentences_are_known_by_their_words() -> None:
    assert sentence_hashes("No sanctions! No  sanctions\nother") == sentence_hashes("other. No sanctions.")
    assert sentence_hashes("NO SANCTIONS") != sentence_hashes("no sanctions")
    assert len(sentence_hashes("a. b. a.")) == 2


def test_sentence_hashes_of_an_earlier_release_are_cut_to_those_of_this_one() -> None:
    assert of_32_bits([hash64("No sanctions")]) == sentence_hashes("No sanctions.") == of_32_bits(sentence_hashes("No sanctions!"))

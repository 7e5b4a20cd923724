"""What the encoder learns from, and the ways to tell it."""

from random import Random
from typing import Any

import pytest

from pipelines.signals.en.encoder import act_part
from pipelines.signals.tuning.lessons import Lesson, Part, lessons
from pipelines.signals.tuning.variants import edited, names_met, swapped, told_otherwise

TEXT = "Peru will bar Chilean copper if the border stays shut."
SIGNAL: dict[str, Any] = {
    "kind": "threat",
    "senders": [{"id": "PER", "name": "Peru"}],
    "targets": [{"id": "CHL", "name": "Chilean copper"}],
    "condition": {"text": "if the border stays shut", "direction": "if"},
    "deadline": None,
    "measures": ["import_ban"],
}
RECORD = {"id": "t-1", "case": "if", "text": TEXT, "signals": [SIGNAL]}


def words(lesson: Lesson, name: str) -> list[str]:
    return [lesson.text[part.start : part.end] for part in lesson.parts if part.name == name]


def test_a_record_is_one_lesson_with_the_words_of_each_part() -> None:
    (lesson,) = lessons([RECORD])
    assert (words(lesson, "senders"), words(lesson, "targets")) == (["Peru"], ["Chilean copper"])
    assert words(lesson, "condition") == ["if the border stays shut"]
    assert (lesson.kinds, lesson.measures, lesson.whole) == ({"threat"}, {"import_ban"}, True)


def test_the_sentences_of_an_article_are_lessons_with_the_sentence_before() -> None:
    text = f"Talks failed on Monday. {TEXT}"
    signal = {**SIGNAL, "evidence": {"start": 24, "end": len(text)}}
    silent, telling = lessons([{"id": "t-2", "title": "Copper", "text": text, "signals": [signal]}])
    assert (silent.before, silent.kinds) == ("Copper", frozenset())
    assert (telling.before, telling.kinds) == ("Talks failed on Monday.", {"threat"})


def test_kinds_alone_teach_no_parts() -> None:
    (lesson,) = lessons([{"id": "k-1", "text": TEXT, "signals": [{"kind": "threat"}]}])
    assert (lesson.kinds, lesson.whole, lesson.parts) == ({"threat"}, False, ())


def test_two_acts_of_one_sentence_have_parties_of_their_own() -> None:
    answer = {**SIGNAL, "kind": "denial", "deniers": SIGNAL["targets"], "senders": SIGNAL["targets"], "targets": SIGNAL["senders"]}
    (lesson,) = lessons([{**RECORD, "signals": [SIGNAL, answer]}])
    assert sorted(words(lesson, "targets")) == ["Chilean copper", "Peru"]
    hit = [words(lesson, act_part(kind, "targets")) for kind in ("threat", "denial")]
    assert hit == [["Chilean copper"], ["Peru"]]


def test_the_words_of_a_party_without_an_id_are_known_as_such() -> None:
    told = {**SIGNAL, "targets": [{"id": None, "name": "Chilean copper"}]}
    (lesson,) = lessons([{**RECORD, "signals": [told]}])
    assert (words(lesson, "nameless"), words(lesson, "targets")) == (["Chilean copper"], ["Chilean copper"])
    assert not words(next(iter(lessons([RECORD]))), "nameless")


def test_background_is_no_act_but_its_parties_are_known() -> None:
    (lesson,) = lessons([{**RECORD, "signals": [{**SIGNAL, "kind": "mention"}]}])
    assert (lesson.kinds, lesson.measures) == (frozenset(), frozenset())
    assert words(lesson, "senders") == ["Peru"]


def test_parts_move_with_the_words_around_them() -> None:
    lesson = edited(
        Lesson("the Malian bank in Mali", parts=(Part(4, 15, "targets"),)), [(0, 4, ""), (4, 10, "Fijian"), (19, 23, "Fiji")]
    )
    assert lesson.text == "Fijian bank in Fiji"
    assert words(lesson, "targets") == ["Fijian bank"]


def test_swapped_words_keep_their_parts() -> None:
    text = "one two three four five six seven eight nine"
    lesson = swapped(Lesson(text, parts=(Part(4, 13, "senders"),)), Random(3))
    assert lesson.text != text
    assert sorted(words(lesson, "senders")) == ["three", "two"]


def test_a_state_is_exchanged_for_one_under_a_name_of_its_form_everywhere() -> None:
    shown = [Lesson("Peru warned Chile, and Peru meant it."), Lesson("Mali and Fiji and Togo")]
    names = names_met(shown)
    told = {told_otherwise(shown[0], names, Random(seed)).text for seed in range(40)}
    others = [text for text in told if "Peru" not in text and "warned" in text]
    assert others
    assert all(text.split(" warned ")[0] == text.split("and ")[1].split(" meant")[0] for text in others)


@pytest.mark.parametrize("seed", range(3))
def test_the_same_chance_tells_a_lesson_the_same_way(seed: int) -> None:
    (lesson,) = lessons([RECORD])
    names = names_met([lesson])
    assert told_otherwise(lesson, names, Random(seed)) == told_otherwise(lesson, names, Random(seed))

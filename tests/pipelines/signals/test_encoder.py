"""What the encoder that ships tells of a sentence, and how it is taken."""

from dataclasses import replace

import pytest

from connectors.errors import ModelError
from pipelines.signals.en import encoder as module
from pipelines.signals.en.encoder import Reading, act_part, base_archive, encoder

THREAT = "Brussels warned Minsk that it would freeze the assets of a potash trader unless the prisoners are freed."
READING = Reading(
    kinds={"threat": 0.9},
    measures={"asset_freeze": 0.8},
    words=((0, 3), (4, 9), (9, 10), (11, 15)),
    parts=tuple({"senders": one} for one in (0.9, 0.7, 0.1, 0.8)),
)


def test_a_part_is_the_mean_over_the_words_that_it_covers() -> None:
    assert READING.part("senders", 0, 9) == pytest.approx(0.8)


def test_no_words_play_no_part() -> None:
    assert READING.part("senders", 20, 30) == 0.0


def test_neighbouring_words_that_play_a_part_are_one_run() -> None:
    assert READING.spans("senders", 0.5) == ((0, 9), (11, 15))


def test_parties_of_one_kind_of_act_stand_in_for_those_of_all() -> None:
    told = replace(READING, words=((0, 3),), parts=({"senders": 0.9, act_part("denial", "senders"): 0.1, "targets": 0.2},))
    assert [told.of(kind).part("senders", 0, 3) for kind in ("denial", "threat")] == [0.1, 0.9]
    assert told.of("denial").part("targets", 0, 3) == 0.2


def test_a_missing_base_model_is_told_with_the_next_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "find_spec", lambda _name: None)
    with pytest.raises(ModelError, match=r"requirements/model\.txt"):
        base_archive()


@pytest.mark.model
def test_a_threat_is_heard_with_its_parties_its_measure_and_its_condition() -> None:
    told = encoder().read(THREAT)
    heard = {part: [THREAT[start:end] for start, end in told.spans(part, 0.5)] for part in ("senders", "targets", "condition")}
    assert max(told.kinds, key=told.kinds.__getitem__) == "threat"
    assert told.measures["asset_freeze"] > 0.5
    assert "Brussels" in heard["senders"]
    assert heard["condition"] == ["unless the prisoners are freed"]
    assert any("trader" in words for words in heard["targets"])


@pytest.mark.model
def test_who_denies_is_not_hit_by_its_own_threat_in_the_same_sentence() -> None:
    text = "Eritrea denied that it had armed the rebels and said that it would expel Swedish envoys if Stockholm cut off the port."
    told, swedish = encoder().read(text), text.index("Swedish")
    hit = [told.of(kind).part("targets", 0, len("Eritrea")) > 0.5 for kind in ("denial", "threat")]
    assert hit == [True, False]
    assert told.of("threat").part("targets", swedish, swedish + len("Swedish")) > 0.5


@pytest.mark.model
def test_a_sentence_is_read_the_same_whatever_was_read_before_it() -> None:
    alone = encoder().read(THREAT)
    encoder().read("A much longer sentence about the weather in the mountains, which nobody sanctions " * 3)
    assert encoder().read(THREAT) == alone


@pytest.mark.model
def test_a_sentence_without_any_act_is_silent() -> None:
    told = encoder().read("The orchestra played in the old town hall until midnight, and the mayor danced.")
    assert max(told.kinds.values()) < 0.2


@pytest.mark.model
@pytest.mark.parametrize("text", ["", " ", "\u200f", "\ud83d", "a" * 5_000, "ВАТИКАН " * 200, "\x00\x07"])
def test_odd_text_gets_a_reading(text: str) -> None:
    told = encoder().read(text, before=text)
    assert all(0.0 <= value <= 1.0 for value in told.kinds.values())
    assert all(0 <= start <= end <= len(text) for start, end in told.words)

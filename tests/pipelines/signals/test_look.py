"""The cheap look: it never loses a signal, and it lets plain articles pass by without a model."""

import json
from pathlib import Path

import pytest

from pipelines.signals.en.look import answers, speaks
from pipelines.text import sentences

DATA = Path(__file__).parents[2] / "data"


@pytest.mark.parametrize("name", ["gold-sentences-a.jsonl", "gold-sentences-b.jsonl"])
def test_every_gold_sentence_with_a_signal_speaks(name: str) -> None:
    records = [json.loads(line) for line in (DATA / name).read_text(encoding="utf-8").splitlines()]
    told = [record["text"] for record in records if record["signals"]]
    lost = [text for text in told if not any(speaks(text[span.start : span.end]) for span in sentences(text))]
    assert not lost


@pytest.mark.parametrize(
    "text",
    [
        "A name is to be chosen by schoolchildren in the spring.",
        "Coffee earns the country about a third of its foreign currency.",
        "Turnout was low, but the lines were long from before dawn.",
    ],
)
def test_plain_sentences_are_silent(text: str) -> None:
    assert not speaks(text)


@pytest.mark.parametrize(
    "text", ["Kigali rejects the charge.", "Caracas demands that they be scrapped.", "Zambia will do the same, it said."]
)
def test_answers_are_heard(text: str) -> None:
    assert answers(text)

"""The cheap look: it never loses a signal, and it lets plain articles pass by without a model."""

import json
from pathlib import Path
from typing import Any

import pytest

from pipelines.annotator import ArticleText, _job
from pipelines.signals.en.look import answers, is_listed, speaks
from pipelines.text import sentences

DATA = Path(__file__).parents[2] / "data"


FILES = [f"gold-{name}.jsonl" for name in ("sentences-a", "sentences-b", "sentences-c", "sentences-d", "articles", "articles-b")]
# The lists were not widened for these. The hints learned from all of them but `gold-sentences-l`: what is lost there is what is
# lost on the next day's news.
UNSEEN = sorted({path.name for path in DATA.glob("gold-*.jsonl")} - set(FILES))
UNSEEN_RECALL = 0.99
QUIET = {"mention", "question"}


def records_of(name: str) -> list[dict[str, Any]]:
    """The records of a file."""
    return [json.loads(line) for line in (DATA / name).read_text(encoding="utf-8").splitlines()]


def chosen(record: dict[str, Any]) -> list[tuple[int, int]]:
    """Where the sentences stand that the model is shown, those that answer included."""
    job = _job(ArticleText(id="a", title=record.get("title", ""), text=record["text"], language="en"))
    return [(piece.lead, piece.start + len(piece.text)) for piece in (*job.speaking, *job.answering) if piece.lead >= 0]


def lost(name: str) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """The signals of a file whose sentence the model is not shown, with their records."""
    return [
        (record, signal)
        for record in records_of(name)
        for signal in record["signals"]
        if not any(start < signal["evidence"]["end"] and signal["evidence"]["start"] < end for start, end in chosen(record))
    ]


@pytest.mark.parametrize("name", FILES)
def test_the_model_is_shown_every_sentence_of_the_gold_data_that_holds_a_signal(name: str) -> None:
    assert len(records_of(name)) >= 18
    assert [(record["id"], signal["evidence"]["quote"]) for record, signal in lost(name)] == []


@pytest.mark.parametrize("name", UNSEEN)
def test_of_sentences_that_it_was_not_widened_for_it_shows_the_model_nearly_all_that_tell_an_act(name: str) -> None:
    acts = [signal for record in records_of(name) for signal in record["signals"] if signal["kind"] not in QUIET]
    gone = [signal for _, signal in lost(name) if signal["kind"] not in QUIET]
    assert 1 - len(gone) / len(acts) >= UNSEEN_RECALL


@pytest.mark.parametrize("name", [name for name in FILES if "sentences" in name])
def test_a_record_that_holds_a_signal_wakes_the_model(name: str) -> None:
    told = [record["text"] for record in records_of(name) if record["signals"]]
    assert [text for text in told if not any(speaks(text[span.start : span.end]) for span in sentences(text))] == []


@pytest.mark.parametrize(
    "text",
    [
        "A shelf is being cleared, one hears, for the holdings of the Turkmen cotton monopoly.",
        "From Sunday Kenyan patrol vessels will intercept everything bound for Kismayo, the navy said.",
    ],
)
def test_what_no_list_knows_is_hinted_at(text: str) -> None:
    assert not is_listed(text)
    assert speaks(text)


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
    "text",
    [
        "Among them are a judge from Gomel and two tyre makers.",
        '"Not one sack, before our two gendarmes are home."',
        "Isn't that a penalty?",
        "Havana: we recruit nobody.",
        "BUJUMBURA BEER BACK IN BUKAVU.",
        "The regime covers 21 individuals and three entities.",
        "Kigali rejects the charge.",
        "Caracas demands that they be scrapped.",
        "Zambia will do the same, it said.",
    ],
)
def test_answers_are_heard(text: str) -> None:
    assert answers(text)

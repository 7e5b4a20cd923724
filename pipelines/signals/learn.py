"""Teach the second reader: `python -m pipelines.signals.learn GOLD ... > pipelines/signals/en/second.json`.

Gold records are those of the annotation guide: `{"id", "text", "signals"}`, `title` in articles; a file whose name ends in `.tsv`
holds sentences with their kinds alone. The weights that ship learned from all gold of `tests/data` but `gold-sentences-d.jsonl`,
from the development data that came with the guide, and from the tables of `tests/pipelines/signals/cases`, put into one file.

Each sentence that the rules look at is an example: its clues, and the kinds of acts that the gold tells in it. Records of one
sentence come a second and third time with neighbouring words swapped, so that the reader learns what words say where order says
nothing, and how little the rules are worth there. The rules take part in the examples as they are, so learn again when they have
changed.

A logistic regression for each kind (`fitting.py`); clues seen once are left out.
"""

import random
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, get_args

from connectors.messages.signal import SignalKind
from pipelines.annotator import Annotator, ArticleText
from pipelines.signals.base import QUIET, Finding, SentenceTrace
from pipelines.signals.en.clues import clues
from pipelines.signals.en.context import Context
from pipelines.signals.en.encoder import Reader, Reading
from pipelines.signals.en.sentence import Sentence
from pipelines.signals.fitting import Records, fitted, is_told_in, teach

KINDS: tuple[SignalKind, ...] = tuple(kind for kind in get_args(SignalKind) if kind not in QUIET)
COPIES = 2  # with words swapped
SWAPS = 3  # of neighbours, in each copy
ONE = 400  # characters: longer records are articles
STRENGTH = 0.5
SEEN = 2  # in so many examples at least
SMALL = 0.06  # weights below are left out: what they say together is worth less than the bytes


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence as the second reader sees it, the kinds of acts that it tells, and the id of its record."""

    clues: frozenset[str]
    kinds: frozenset[str]
    record: str = ""


@dataclass(slots=True)
class Listener:
    """Stands where the second reader stands, changes nothing, and remembers what it saw."""

    heard: list[tuple[Sentence, frozenset[str]]] = field(default_factory=list)

    def revised(
        self, sentence: Sentence, told: Sequence[Finding], context: Context, _trace: SentenceTrace, _reader: Reader | None
    ) -> tuple[list[Finding], Reading | None]:
        """Return the findings as they are; the trace gets nothing, for nothing is decided."""
        self.heard.append((sentence, clues(sentence, told, context)))
        return list(told), None


def swapped(text: str, seed: str) -> str:
    """Return a text with some neighbouring words swapped; the same seed swaps the same ones."""
    chance, words = random.Random(seed), text.split(" ")  # noqa: S311 - no secret hangs on it
    for _ in range(SWAPS if len(words) > 2 * SWAPS else 0):
        at = chance.randrange(len(words) - 1)
        words[at], words[at + 1] = words[at + 1], words[at]
    return " ".join(words)


def told_in(record: Mapping[str, Any], sentence: Sentence) -> frozenset[str]:
    """Return the kinds that the gold tells in a sentence of a record."""
    return frozenset(signal["kind"] for signal in record["signals"] if signal["kind"] in KINDS and is_told_in(signal, sentence))


def examples(records: Records, nlp: Any) -> Iterator[Example]:
    """Yield an example for each sentence that the rules look at, and for each swapped copy of a record of one sentence."""
    for record, heard in _heard(records, nlp, copy=0):
        for sentence, seen in heard:
            yield Example(seen, told_in(record, sentence), record["id"])
    for copy in range(1, COPIES + 1):
        for record, heard in _heard(records, nlp, copy=copy):
            if len(heard) == 1 and "title" not in record and len(record["text"]) < ONE:
                kinds = frozenset(signal["kind"] for signal in record["signals"]) & frozenset(KINDS)
                yield Example(heard[0][1], kinds, record["id"])


def _heard(records: Records, nlp: Any, *, copy: int) -> Iterator[tuple[Mapping[str, Any], list[tuple[Sentence, frozenset[str]]]]]:
    """Yield each record with the sentences of its text that the rules looked at; titles are context, not examples."""
    for record in records:
        listener = Listener()
        text = swapped(record["text"], f"{copy} {record['id']}") if copy else record["text"]
        Annotator(nlp, listener, None).annotate([ArticleText(id=record["id"], title=record.get("title", ""), text=text)])
        yield record, [(sentence, seen) for sentence, seen in listener.heard if sentence.lead >= 0]


def learned(shown: Sequence[Example]) -> dict[str, Any]:
    """Return kinds, bias of each, and for each clue its weights by the number of the kind: what `second.py` loads."""
    outcomes = ([kind in example.kinds for example in shown] for kind in KINDS)
    bias, weights = fitted([example.clues for example in shown], outcomes, strength=STRENGTH, seen=SEEN)
    rows = {clue: {str(at): weight for at, weight in enumerate(row) if abs(weight) >= SMALL} for clue, row in weights.items()}
    return {"kinds": list(KINDS), "bias": bias, "clues": {clue: row for clue, row in rows.items() if row}}


if __name__ == "__main__":
    teach(sys.argv[1:], examples, learned)

"""Teach the role reader: `python -m pipelines.signals.learn_roles GOLD.jsonl ... > pipelines/signals/en/roles.json`.

Gold records are those of the annotation guide. Each act found in a sentence before the role reader is matched with the gold act
of its kind there that agrees best; each candidate of the act is an example, labelled by whether the gold has it as sender and
as target: two logistic regressions (`fitting.py`). Learn again when the rules or the second reader have changed. What an article
told before is cast with the weights in force; to learn from nothing, set "clues" of `roles.json` to {} first.
"""

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pipelines.annotator import Annotator, ArticleText
from pipelines.signals.base import QUIET, Finding, SentenceTrace
from pipelines.signals.en.context import Context
from pipelines.signals.en.encoder import Reader, Reading
from pipelines.signals.en.role_clues import Candidate, candidates
from pipelines.signals.en.second import second_reader
from pipelines.signals.en.sentence import Sentence
from pipelines.signals.fitting import Records, fitted, is_told_in, teach

PARTS = ("senders", "targets")
STRENGTH = 0.3
SEEN = 3  # in so many examples at least
SMALL = 0.03  # weights below are left out


@dataclass(frozen=True, slots=True)
class Example:
    """A candidate: its clues, and whether it sends and is hit."""

    clues: frozenset[str]
    parts: tuple[bool, bool]


@dataclass(slots=True)
class Listener:
    """Stands where the role reader stands, changes nothing, and remembers what it saw.

    The parse of a sentence is gone once its article has been read, so what hangs on it is asked for here.
    """

    heard: list[tuple[Sentence, Sequence[tuple[Finding, Sequence[Candidate]]]]] = field(default_factory=list)

    def revised(
        self, sentence: Sentence, told: Sequence[Finding], context: Context, trace: SentenceTrace, _reader: Reader | None
    ) -> tuple[list[Finding], Reading | None]:
        """Return what the second reader makes of the findings without the encoder, which has seen the gold."""
        decided, _ = second_reader().revised(sentence, told, context, trace)
        self.heard.append((sentence, [(finding, candidates(sentence, finding, context)) for finding in decided]))
        return decided, None


def examples(records: Records, nlp: Any) -> Iterator[Example]:
    """Yield an example for each candidate of each act that the gold tells too."""
    for record in records:
        listener = Listener()
        Annotator(nlp, listener, None).annotate([ArticleText(id=record["id"], title=record.get("title", ""), text=record["text"])])
        free = [signal for signal in record["signals"] if signal["kind"] not in QUIET]
        for sentence, decided in listener.heard:
            for finding, known in decided if sentence.lead >= 0 else ():
                gold = _match(finding, sentence, free)
                if gold is not None:
                    free.remove(gold)
                    senders, targets = (_ids(gold.get(part, ())) for part in PARTS)
                    for one in known:
                        yield Example(one.clues, (one.actor.id in senders, one.actor.id in targets))


def _ids(actors: Sequence[Mapping[str, Any]]) -> set[str]:
    return {actor["id"] for actor in actors if actor.get("id")}


def _match(finding: Finding, sentence: Sentence, golds: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    """Return the gold act of this kind in this sentence that agrees best, None if there is none."""
    here = (gold for gold in golds if gold["kind"] == finding.kind and is_told_in(gold, sentence))
    return max(here, key=lambda gold: _agreement(gold, finding), default=None)


def _agreement(gold: Mapping[str, Any], finding: Finding) -> int:
    return sum(len(_ids(gold.get(part, ())) & {actor.id for actor in getattr(finding, part)}) for part in PARTS)


def learned(shown: Sequence[Example]) -> dict[str, Any]:
    """Return the bias of both parts and for each clue its two weights: what `role_reader.py` loads."""
    outcomes = ([one.parts[part] for one in shown] for part in range(len(PARTS)))
    bias, weights = fitted([one.clues for one in shown], outcomes, strength=STRENGTH, seen=SEEN)
    return {"bias": bias, "clues": {clue: row for clue, row in weights.items() if max(map(abs, row)) >= SMALL}}


if __name__ == "__main__":
    teach(sys.argv[1:], examples, learned)

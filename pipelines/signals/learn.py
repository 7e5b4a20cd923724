"""Teach the second reader: `python -m pipelines.signals.learn GOLD.jsonl ... > pipelines/signals/en/second.json`.

Gold records are those of the annotation guide: `{"id", "text", "signals"}`, `title` in articles. Each sentence that the rules look
at is an example: its clues, and the kinds of acts that the gold tells in it. Records of one sentence come a second and third time
with neighbouring words swapped, so that the reader learns what words say where order says nothing, and how little the rules are
worth there. The rules take part in the examples as they are, so learn again when they have changed.

A logistic regression for each kind (L2; Fan et al., "LIBLINEAR: A Library for Large Linear Classification", JMLR 9, 2008); what the
rules say is scaled up, which is to punish it less than words. Clues seen once are left out. Needs scikit-learn, which is
in the `dev` extra. The same gold, rules and language model give the same weights to the digits that are kept.
"""

import json
import random
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipelines.annotator import Annotator, ArticleText, load_model
from pipelines.signals.base import Finding, SentenceTrace
from pipelines.signals.en.actors import Context
from pipelines.signals.en.clues import clues
from pipelines.signals.en.sentence import Sentence

KINDS = (
    "threat",
    "considering",
    "call_for",
    "imposed",
    "extended",
    "ease_intent",
    "eased",
    "demand_ease",
    "refuse_ease",
    "ruled_out",
    "denial",
    "breach",
)
COPIES = 2  # with words swapped
SWAPS = 3  # of neighbours, in each copy
STRENGTH = 0.5  # C of the regression: the inverse of its regularisation
RULES_SCALE = 3.0
SEEN = 2  # in so many examples at least
SMALL = 0.05  # weights below are left out


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence as the second reader sees it, and the kinds of acts that it tells."""

    clues: frozenset[str]
    kinds: frozenset[str]


@dataclass(slots=True)
class Listener:
    """Stands where the second reader stands, changes nothing, and remembers what it saw."""

    heard: list[tuple[Sentence, frozenset[str]]] = field(default_factory=list)

    def revised(self, sentence: Sentence, told: Sequence[Finding], context: Context, _trace: SentenceTrace) -> list[Finding]:
        """Return the findings as they are; the trace gets nothing, for nothing is decided."""
        self.heard.append((sentence, clues(sentence, told, context)))
        return list(told)


def swapped(text: str, seed: str) -> str:
    """Return a text with some neighbouring words swapped; the same seed swaps the same ones."""
    chance, words = random.Random(seed), text.split(" ")  # noqa: S311 - no secret hangs on it
    for _ in range(SWAPS if len(words) > 2 * SWAPS else 0):
        at = chance.randrange(len(words) - 1)
        words[at], words[at + 1] = words[at + 1], words[at]
    return " ".join(words)


def told_in(record: Mapping[str, Any], sentence: Sentence) -> frozenset[str]:
    """Return the kinds that the gold tells in a sentence of a record; a signal without evidence is in all of it."""
    start, end = sentence.lead, sentence.start + len(sentence.text)
    whole = {"start": 0, "end": len(record["text"])}
    spans = ((signal["kind"], signal.get("evidence") or whole) for signal in record["signals"])
    return frozenset(kind for kind, span in spans if kind in KINDS and span["start"] < end and start < span["end"])


def examples(records: Sequence[Mapping[str, Any]], nlp: Any) -> Iterator[Example]:
    """Yield an example for each sentence that the rules look at, and for each swapped copy of a record of one sentence."""
    for record, heard in _heard(records, nlp, copy=0):
        for sentence, seen in heard:
            yield Example(seen, told_in(record, sentence))
    for copy in range(1, COPIES + 1):
        for record, heard in _heard(records, nlp, copy=copy):
            if len(heard) == 1 and "title" not in record:
                kinds = frozenset(signal["kind"] for signal in record["signals"]) & frozenset(KINDS)
                yield Example(heard[0][1], kinds)


def _heard(
    records: Sequence[Mapping[str, Any]], nlp: Any, *, copy: int
) -> Iterator[tuple[Mapping[str, Any], list[tuple[Sentence, frozenset[str]]]]]:
    """Yield each record with the sentences of its text that the rules looked at; titles are context, not examples."""
    for record in records:
        listener = Listener()
        text = swapped(record["text"], f"{copy} {record['id']}") if copy else record["text"]
        Annotator(nlp, listener).annotate([ArticleText(id=record["id"], title=record.get("title", ""), text=text)])
        yield record, [(sentence, seen) for sentence, seen in listener.heard if sentence.lead >= 0]


def learned(shown: Sequence[Example]) -> dict[str, Any]:
    """Return kinds, bias of each, and for each clue its weights by the number of the kind: what `second.py` loads."""
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.linear_model import LogisticRegression

    often = Counter(clue for example in shown for clue in example.clues)
    known = frozenset(clue for clue, count in often.items() if count >= SEEN)
    vectors = DictVectorizer(sort=True)
    matrix = vectors.fit_transform([{clue: _scale(clue) for clue in example.clues & known} for example in shown])
    matrix.indices, matrix.indptr = matrix.indices.astype("int32"), matrix.indptr.astype("int32")  # liblinear takes no others
    bias: list[float] = []
    rows: dict[str, dict[str, float]] = {str(name): {} for name in vectors.feature_names_}
    for number, kind in enumerate(KINDS):
        model = LogisticRegression(C=STRENGTH, solver="liblinear", random_state=0)
        model.fit(matrix, [kind in example.kinds for example in shown])
        bias.append(round(float(model.intercept_[0]), 3))
        for name, weight in zip(vectors.feature_names_, model.coef_[0], strict=True):
            value = round(float(weight) * _scale(name), 3)
            if abs(value) >= SMALL:
                rows[name][str(number)] = value
    return {"kinds": list(KINDS), "bias": bias, "clues": {clue: row for clue, row in sorted(rows.items()) if row}}


def _scale(clue: str) -> float:
    return RULES_SCALE if clue.startswith("r ") else 1.0


def records_of(paths: Iterable[str]) -> list[dict[str, Any]]:
    """Read gold files."""
    lines = (line for path in paths for line in Path(path).read_text(encoding="utf-8").splitlines() if line.strip())
    return [json.loads(line) for line in lines]


def as_json(model: Mapping[str, Any]) -> str:
    """Return the weights as JSON with one clue a line, so that a difference can be read."""
    rows = ",\n".join(
        f"{json.dumps(clue, ensure_ascii=False)}:{json.dumps(row, separators=(',', ':'))}" for clue, row in model["clues"].items()
    )
    return f'{{"kinds":{json.dumps(model["kinds"])},\n"bias":{json.dumps(model["bias"])},\n"clues":{{\n{rows}\n}}}}\n'


def main(paths: Sequence[str]) -> None:
    """Learn from gold files and print the weights."""
    shown = list(examples(records_of(paths), load_model()))
    sys.stderr.write(f"{len(shown)} examples\n")
    sys.stdout.write(as_json(learned(shown)))


if __name__ == "__main__":
    main(sys.argv[1:])

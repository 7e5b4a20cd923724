"""Teach the role reader: `python -m pipelines.signals.learn_roles GOLD.jsonl ... > pipelines/signals/en/roles.json`.

Gold records are those of the annotation guide. Each act found in a sentence before the role reader is matched with the gold act
of its kind there that agrees best; each candidate of the act is an example, labelled by whether the gold has it as sender and
as target. Two logistic regressions (L2; Fan et al., "LIBLINEAR", JMLR 9, 2008); what the rules say is scaled up, which is to
punish it less than the rest. Learn again when the rules or the second reader have changed. What an article told before is cast
with the weights in force; to learn from nothing, set "clues" of `roles.json` to {} first. Needs scikit-learn, which is in the
`dev` extra.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pipelines.annotator import Annotator, ArticleText, load_model
from pipelines.signals.base import Finding, SentenceTrace
from pipelines.signals.en.actors import Context
from pipelines.signals.en.role_clues import candidates
from pipelines.signals.en.second import second_reader
from pipelines.signals.en.sentence import Sentence
from pipelines.signals.learn import records_of

QUIET = frozenset({"mention", "question"})
PARTS = ("senders", "targets")
STRENGTH = 0.3  # C of the regression
RULES_SCALE = 3.0
SEEN = 3  # in so many examples at least
SMALL = 0.03  # weights below are left out


@dataclass(frozen=True, slots=True)
class Example:
    """A candidate: its clues, and whether it sends and is hit."""

    clues: frozenset[str]
    parts: tuple[bool, bool]


@dataclass(slots=True)
class Listener:
    """Stands where the role reader stands, changes nothing, and remembers what it saw."""

    heard: list[tuple[Sentence, Sequence[Finding], Context]] = field(default_factory=list)

    def revised(self, sentence: Sentence, told: Sequence[Finding], context: Context, trace: SentenceTrace) -> list[Finding]:
        """Return what the second reader makes of the findings."""
        decided = second_reader().revised(sentence, told, context, trace)
        self.heard.append((sentence, decided, context))
        return decided


def examples(records: Sequence[Mapping[str, Any]], nlp: Any) -> Iterator[Example]:
    """Yield an example for each candidate of each act that the gold tells too."""
    for record in records:
        listener = Listener()
        Annotator(nlp, listener).annotate([ArticleText(id=record["id"], title=record.get("title", ""), text=record["text"])])
        free = [signal for signal in record["signals"] if signal["kind"] not in QUIET]
        for sentence, decided, context in listener.heard:
            for finding in decided if sentence.lead >= 0 else ():
                gold = _match(finding, sentence, free)
                if gold is not None:
                    free.remove(gold)
                    senders, targets = (_ids(gold.get(part, ())) for part in PARTS)
                    for one in candidates(sentence, finding, context):
                        yield Example(one.clues, (one.actor.id in senders, one.actor.id in targets))


def _ids(actors: Sequence[Mapping[str, Any]]) -> set[str]:
    return {actor["id"] for actor in actors if actor.get("id")}


def _match(finding: Finding, sentence: Sentence, golds: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    """Return the gold act of this kind in this sentence that agrees best, None if there is none."""
    here = (gold for gold in golds if gold["kind"] == finding.kind and _overlaps(gold.get("evidence"), sentence))
    return max(here, key=lambda gold: _agreement(gold, finding), default=None)


def _overlaps(evidence: Mapping[str, Any] | None, sentence: Sentence) -> bool:
    return evidence is None or (evidence["start"] < sentence.start + len(sentence.text) and sentence.lead < evidence["end"])


def _agreement(gold: Mapping[str, Any], finding: Finding) -> int:
    return sum(len(_ids(gold.get(part, ())) & {actor.id for actor in getattr(finding, part)}) for part in PARTS)


def learned(shown: Sequence[Example]) -> dict[str, Any]:
    """Return the bias of both parts and for each clue its two weights: what `role_reader.py` loads."""
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.linear_model import LogisticRegression

    often = Counter(clue for example in shown for clue in example.clues)
    vectors = DictVectorizer(sort=True)
    matrix = vectors.fit_transform([{clue: _scale(clue) for clue in one.clues if often[clue] >= SEEN} for one in shown])
    matrix.indices, matrix.indptr = matrix.indices.astype("int32"), matrix.indptr.astype("int32")  # liblinear takes no others
    models = [
        LogisticRegression(C=STRENGTH, solver="liblinear", random_state=0).fit(matrix, [one.parts[part] for one in shown])
        for part in range(len(PARTS))
    ]
    rows = {
        str(clue): [round(float(model.coef_[0][at]) * _scale(str(clue)), 3) for model in models]
        for at, clue in enumerate(vectors.feature_names_)
    }
    return {
        "bias": [round(float(model.intercept_[0]), 3) for model in models],
        "clues": {clue: row for clue, row in sorted(rows.items()) if max(map(abs, row)) >= SMALL},
    }


def _scale(clue: str) -> float:
    return RULES_SCALE if clue.startswith("r ") else 1.0


def as_json(model: Mapping[str, Any]) -> str:
    """Return the weights as JSON with one clue a line, so that a difference can be read."""
    rows = ",\n".join(f"{json.dumps(clue, ensure_ascii=False)}:{json.dumps(row)}" for clue, row in model["clues"].items())
    return f'{{"bias":{json.dumps(model["bias"])},\n"clues":{{\n{rows}\n}}}}\n'


def main(paths: Sequence[str]) -> None:
    """Learn from gold files and print the weights."""
    shown = list(examples(records_of(paths), load_model()))
    sys.stderr.write(f"{len(shown)} examples\n")
    sys.stdout.write(as_json(learned(shown)))


if __name__ == "__main__":
    main(sys.argv[1:])

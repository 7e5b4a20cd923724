"""What the two learners share: gold records in, a logistic regression for each outcome, weights out as JSON.

L2, liblinear (Fan et al., "LIBLINEAR: A Library for Large Linear Classification", JMLR 9, 2008). What the rules say (clues that
begin with `r `) is scaled up, which is to punish it less than the rest. Needs scikit-learn, which is in the `dev` extra. The same
examples give the same weights to the digits that are kept.
"""

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from pipelines.annotator import load_model
from pipelines.signals.en.sentence import Sentence

RULES_SCALE = 3.0
Records = Sequence[Mapping[str, Any]]
Example = TypeVar("Example")


def records_of(paths: Iterable[str]) -> list[dict[str, Any]]:
    """Read gold files."""
    lines = (line for path in paths for line in Path(path).read_text(encoding="utf-8").splitlines() if line.strip())
    return [json.loads(line) for line in lines]


def is_told_in(signal: Mapping[str, Any], sentence: Sentence) -> bool:
    """Tell whether a gold signal stands in a sentence; one without evidence is in all of its record."""
    evidence = signal.get("evidence")
    return not evidence or (evidence["start"] < sentence.start + len(sentence.text) and sentence.lead < evidence["end"])


def fitted(
    shown: Sequence[frozenset[str]], outcomes: Iterable[Sequence[bool]], *, strength: float, seen: int
) -> tuple[list[float], dict[str, list[float]]]:
    """Return the bias of each outcome, and for each clue its weight for each outcome.

    Args:
        shown: the clues of each example.
        outcomes: for each outcome, whether it is that of each example.
        strength: C of the regression, the inverse of its regularisation.
        seen: in how many examples a clue must stand to count.
    """
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.linear_model import LogisticRegression

    often = Counter(clue for clues in shown for clue in clues)
    vectors = DictVectorizer(sort=True)
    matrix = vectors.fit_transform([{clue: _scale(clue) for clue in clues if often[clue] >= seen} for clues in shown])
    matrix.indices, matrix.indptr = matrix.indices.astype("int32"), matrix.indptr.astype("int32")  # liblinear takes no others
    models = [LogisticRegression(C=strength, solver="liblinear", random_state=0).fit(matrix, labels) for labels in outcomes]
    rows = {
        str(clue): [round(float(model.coef_[0][at]) * _scale(clue), 3) for model in models]
        for at, clue in enumerate(vectors.feature_names_)
    }
    return [round(float(model.intercept_[0]), 3) for model in models], dict(sorted(rows.items()))


def _scale(clue: str) -> float:
    return RULES_SCALE if clue.startswith("r ") else 1.0


def as_json(model: Mapping[str, Any]) -> str:
    """Return the weights as JSON with one clue a line, so that a difference can be read; `clues` comes last."""
    head = "".join(f"{json.dumps(key)}:{json.dumps(value)},\n" for key, value in model.items() if key != "clues")
    rows = ",\n".join(
        f"{json.dumps(clue, ensure_ascii=False)}:{json.dumps(row, separators=(',', ':'))}" for clue, row in model["clues"].items()
    )
    return f'{{{head}"clues":{{\n{rows}\n}}}}\n'


def teach(
    paths: Sequence[str],
    examples: Callable[[Records, Any], Iterator[Example]],
    learned: Callable[[Sequence[Example]], Mapping[str, Any]],
) -> None:
    """Learn from gold files and print the weights."""
    shown = list(examples(records_of(paths), load_model()))
    sys.stderr.write(f"{len(shown)} examples\n")
    sys.stdout.write(as_json(learned(shown)))

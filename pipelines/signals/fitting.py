"""What the two learners share: gold records in, a logistic regression for each outcome, weights out as JSON.

L2, all outcomes at once by L-BFGS (Liu and Nocedal, "On the limited memory BFGS method for large scale optimization", Mathematical
Programming 45, 1989); the bias is not punished. What the rules say (clues that begin with `r `) is scaled up, which is to punish it
less than the rest, what the parse says (`v `) down. Needs SciPy, which comes with the `dev` extra. The same examples give the same
weights to the digits that are kept.
"""

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from pipelines.annotator import load_model
from pipelines.signals.en.sentence import Sentence

SCALES = {"r ": 3.0, "v ": 0.5}
ROUNDS = 60
Records = Sequence[Mapping[str, Any]]
Example = TypeVar("Example")


def records_of(paths: Iterable[str]) -> list[dict[str, Any]]:
    """Read gold files; a `.tsv` holds sentences with their kinds alone, see `kinds_alone`."""
    return [record for path in paths for record in _records(Path(path))]


def _records(path: Path) -> list[dict[str, Any]]:
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".tsv":
        return kinds_alone(path.stem, text)
    return [json.loads(line) for line in text.splitlines() if line.strip()]


def kinds_alone(name: str, text: str) -> list[dict[str, Any]]:
    """Return the records of lines of kinds (a comma between them), a tab and a sentence.

    Lines with an empty line after them are an article, sentence by sentence; without any empty line each is a record of its own.
    """
    blocks = text.strip("\n").split("\n\n") if "\n\n" in text else text.strip("\n").split("\n")
    return [_kinds_alone(f"{name}-{at}", block.split("\n")) for at, block in enumerate(blocks)]


def _kinds_alone(record: str, lines: Sequence[str]) -> dict[str, Any]:
    signals, told = [], ""
    for line in lines:
        kinds, sentence = line.split("\t")
        start = len(told) + bool(told)
        told = f"{told} {sentence}" if told else sentence
        evidence = {"start": start, "end": len(told)}
        signals += [{"kind": kind, "evidence": evidence} for kind in kinds.split(",") if kind]
    return {"id": record, "text": told, "signals": signals}


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
    often = Counter(clue for clues in shown for clue in clues)
    known = sorted(clue for clue, count in often.items() if count >= seen)
    matrix, labels = _matrix(shown, known), _columns(outcomes)
    weights, bias = _minimum(matrix, labels, strength)
    rows = {clue: [round(float(one) * _scale(clue), 3) for one in weights[at]] for at, clue in enumerate(known)}
    return [round(float(one), 3) for one in bias], rows


def _matrix(shown: Sequence[frozenset[str]], known: Sequence[str]) -> Any:
    """Return examples by clues, sparse."""
    import numpy as np
    from scipy import sparse

    number = {clue: at for at, clue in enumerate(known)}
    rows = [sorted(number[clue] for clue in clues if clue in number) for clues in shown]
    columns = np.array([at for row in rows for at in row], np.int32)
    ends = np.cumsum([0, *map(len, rows)]).astype(np.int32)
    scales = np.array([_scale(clue) for clue in known], np.float32)
    return sparse.csr_matrix((scales[columns], columns, ends), shape=(len(shown), len(known)))


def _columns(outcomes: Iterable[Sequence[bool]]) -> Any:
    import numpy as np

    return np.array([list(outcome) for outcome in outcomes], np.float32).T


def _minimum(matrix: Any, labels: Any, strength: float) -> tuple[Any, Any]:
    """Return the weights (clues by outcomes) and biases with the least loss."""
    import numpy as np
    from scipy.optimize import minimize

    turned, (clues, kinds) = matrix.T.tocsr(), (matrix.shape[1], labels.shape[1])

    def loss(point: Any) -> tuple[float, Any]:
        weights, bias = point[: clues * kinds].reshape(clues, kinds).astype(np.float32), point[clues * kinds :].astype(np.float32)
        odds = matrix @ weights + bias
        wrong = strength * (1 / (1 + np.exp(-odds)) - labels)
        value = strength * (np.logaddexp(0, odds) - labels * odds).sum() + 0.5 * (weights * weights).sum()
        return float(value), np.concatenate([(turned @ wrong + weights).ravel(), wrong.sum(0)]).astype(np.float64)

    start = np.zeros((clues + 1) * kinds)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": ROUNDS, "maxcor": 5}).x
    return found[: clues * kinds].reshape(clues, kinds), found[clues * kinds :]


def _scale(clue: str) -> float:
    return SCALES.get(clue[:2], 1.0)


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

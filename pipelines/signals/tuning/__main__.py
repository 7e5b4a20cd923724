"""Tune the encoder and write its files: `python -m pipelines.signals.tuning GOLD ... --out FOLDER [--rounds N]`.

The weights that ship learned in 6 rounds from all gold of `tests/data` but what is held out or for validation (see the README
there), from the development data that came with the guide, and from the tables of `tests/pipelines/signals/cases`. It takes
forty minutes on two quiet cores. The same gold, seed and processor give the same file.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import onnxruntime

from pipelines.signals.en.encoder import LABELS, LAYERS
from pipelines.signals.fitting import records_of
from pipelines.signals.tuning.base import base
from pipelines.signals.tuning.batches import batches, cut
from pipelines.signals.tuning.export import as_onnx
from pipelines.signals.tuning.fit import Course, tuned
from pipelines.signals.tuning.lessons import ALL_PARTS, KINDS, MEASURES, Lesson, lessons
from pipelines.signals.tuning.model import Weights, encoded, told

SAMPLE = 50  # lessons that the file is compared on


def write(folder: Path, weights: Weights) -> None:
    """Write the layers and the names of what they tell."""
    folder.joinpath(LAYERS).write_bytes(as_onnx(weights))
    labels = {"kinds": KINDS, "measures": MEASURES, "parts": ALL_PARTS}
    folder.joinpath(LABELS).write_text(json.dumps(labels, indent=1) + "\n", encoding="utf-8")


def agreement(file: bytes, weights: Weights, shown: Sequence[Lesson], cutting: Any) -> float:
    """Return how well the file tells what was learned: the least correlation of log-odds over kinds, parts and measures."""
    session = onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])
    pairs: list[list[tuple[Any, Any]]] = []
    for batch in batches([cut(lesson, cutting) for lesson in shown[:SAMPLE]], 1, Random(0)):  # noqa: S311 - no secret hangs on it
        size = int(batch["there"].sum())
        pieces, segments = batch["pieces"][:, :size], batch["segments"][:, :size].astype(np.int64)
        words = weights["embeddings.word_embeddings.weight"][pieces]
        state = encoded(weights, pieces, segments, np.ones(pieces.shape, np.float32))
        learned = told(weights, state, (1 - segments).astype(np.float32))
        pairs.append(list(zip(session.run(None, {"words": words, "segments": segments}), learned, strict=True)))
    return min(_correlation([pair[what] for pair in pairs]) for what in range(3))


def _correlation(pairs: Sequence[tuple[Any, Any]]) -> float:
    written, learned = (np.concatenate([np.ravel(pair[side]) for pair in pairs]) for side in (0, 1))
    return float(np.corrcoef(written, learned)[0, 1])


def say(line: str) -> None:
    """Tell whoever waits."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def main(words: Sequence[str]) -> None:
    """Learn from gold files and write what was learned."""
    parser = argparse.ArgumentParser(prog="tuning", description="Tune the encoder on gold.")
    parser.add_argument("gold", nargs="+")
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--rounds", type=int, default=Course().rounds, metavar="N")
    asked = parser.parse_args(words)
    asked.out.mkdir(parents=True, exist_ok=True)  # now, and not after half an hour
    shown: list[Lesson] = list(lessons(records_of(asked.gold)))
    say(f"{len(shown)} lessons")
    weights, cutting = base()
    learned = tuned(weights, shown, cutting, Course(rounds=asked.rounds), say)
    write(asked.out, learned)
    say(f"written; agrees with what was learned by {agreement((asked.out / LAYERS).read_bytes(), learned, shown, cutting):.4f}")


if __name__ == "__main__":
    main(sys.argv[1:])

"""Print how well kinds are told on files that hold nothing else: `python -m tests.benchmarks.score_kinds [FILE.tsv ...]`.

The files are those of `records_of`; what counts is what `score_unseen` counts. Without a file, two from which the clues learned
nothing; the encoder learned from both, so bring a file of yours for a figure that means something.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

from pipelines.annotator import Annotator, load_model
from pipelines.signals.fitting import records_of
from tests.benchmarks.score_unseen import f1, scores

DATA = Path(__file__).parents[1] / "data"
DEFAULT = tuple(str(DATA / name) for name in ("kinds-b.tsv", "kinds-c.tsv"))


def main(paths: Sequence[str]) -> None:
    """Print a line for each file."""
    annotator = Annotator(load_model())
    for path in paths:
        records = records_of([path])
        hit, found, gold, false, silent = scores(annotator, records)
        told = f"P {hit / found:.3f} R {hit / gold:.3f} F1 {f1(hit, found, gold):.3f}"
        print(f"{Path(path).name}: {len(records)} records, alerts {told}; raised without an act {false} of {silent}")


if __name__ == "__main__":
    main(sys.argv[1:] or DEFAULT)

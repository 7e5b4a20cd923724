"""Print how well kinds are told on files that hold nothing else: `python -m tests.benchmarks.score_kinds [FILE.tsv ...]`.

A line is the kinds, parted by commas, and a sentence; `mention` and `question` count as silence, as in an alert. Without a file,
the two that nothing was learned from.
"""

import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from pipelines.annotator import Annotator, ArticleText, load_model
from pipelines.signals.base import QUIET

DATA = Path(__file__).parents[1] / "data"
UNSEEN = ("kinds-b.tsv", "kinds-c.tsv")
BATCH = 64


def main(paths: Sequence[Path]) -> None:
    """Print a line for each file."""
    annotator = Annotator(load_model())
    for path in paths:
        rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines() if "\t" in line]
        articles = [ArticleText(id=str(number), title="", text=text) for number, (_, text) in enumerate(rows)]
        found: list[Counter[str]] = []
        for at in range(0, len(articles), BATCH):
            annotations = annotator.annotate(articles[at : at + BATCH])
            found += [loud(signal.kind for signal in annotation.signals) for annotation in annotations]
        gold = [loud(kinds.split(",")) for kinds, _ in rows]
        told = sum((one & other).total() for one, other in zip(found, gold, strict=True))
        precision, recall = told / sum(one.total() for one in found), told / sum(one.total() for one in gold)
        silent = [bool(one) for one, other in zip(found, gold, strict=True) if not other]
        print(
            f"{path.name}: {len(rows)} sentences, alerts P {precision:.3f} R {recall:.3f}"
            f" F1 {2 * precision * recall / (precision + recall):.3f}; raised without an act {sum(silent)} of {len(silent)}"
        )


def loud(kinds: Iterable[str]) -> Counter[str]:
    """Return the kinds that raise an alert, each as often as it is told."""
    return Counter(kind for kind in kinds if kind and kind not in QUIET)


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]] or [DATA / name for name in UNSEEN])

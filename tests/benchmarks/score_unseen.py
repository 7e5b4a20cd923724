"""Print how well writers are read that nothing was learned from: `python -m tests.benchmarks.score_unseen GOLD ...`.

The gold is taken apart by writer (the letters that a record's id begins with). For each, the second reader learns from all the
others, and reads this one's records as they stand and with words swapped. Only kinds are scored. The rules are what they are: a
writer whom they were tuned on flatters them. The encoder is left out, since it has seen them all. Files of kinds alone (`.tsv`) are
learned from and not scored. Takes some minutes.
"""

import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from pipelines.annotator import Annotator, load_model
from pipelines.signals.base import QUIET
from pipelines.signals.en.second import SecondReader, weights_from
from pipelines.signals.fitting import records_of
from pipelines.signals.learn import Example, examples, learned, swapped
from tests.benchmarks.score_gold import predicted

Record = dict[str, Any]
OTHER = 3  # the copy that no reader learns from


def counts(kinds: Iterable[str]) -> Counter[str]:
    """Return how often each kind that raises an alert occurs."""
    return Counter(kind for kind in kinds if kind not in QUIET)


def f1(hit: int, found: int, gold: int) -> float:
    """Return the harmonic mean of precision and recall."""
    return 2 * hit / (found + gold) if found + gold else 0.0


def by_writer(records: Sequence[Record]) -> dict[str, list[Record]]:
    """Return the records of each writer; sentences and articles apart."""
    found: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        found[re.split(r"-?\d", record["id"])[0] + (" articles" if "title" in record else "")].append(record)
    return found


def scores(annotator: Annotator, records: Sequence[Record]) -> tuple[int, int, int, int, int]:
    """Return alerts hit, found and in the gold, and false alerts among silent records."""
    hit = found = gold = false = silent = 0
    for record, signals in zip(records, predicted(annotator, records), strict=True):
        wanted, told = counts([one["kind"] for one in record["signals"]]), counts([one.kind for one in signals])
        hit, found, gold = hit + (wanted & told).total(), found + told.total(), gold + wanted.total()
        silent, false = silent + (not wanted), false + (not wanted and bool(told))
    return hit, found, gold, false, silent


def left_out(writers: dict[str, list[Record]], shown: Sequence[Example], nlp: Any) -> Iterator[str]:
    """Yield a line for each writer: the rules alone and with a second reader that never saw it, clean and swapped."""
    for writer, records in writers.items():
        ids = {record["id"] for record in records}
        reader = SecondReader(weights_from(learned([example for example in shown if example.record not in ids])))
        broken = [{**record, "text": swapped(record["text"], f"{OTHER} {record['id']}")} for record in records]
        cells = []
        for reviser in (None, reader):
            annotator = Annotator(nlp, reviser, None)
            hit, found, gold, false, silent = scores(annotator, records)
            turned = "" if "articles" in writer else f" swapped {f1(*scores(annotator, broken)[:3]):.3f}"
            cells.append(f"F1 {f1(hit, found, gold):.3f}{turned} false {false}/{silent}")
        yield f"{writer:14} {len(records):5} records   rules {cells[0]}   with the reader {cells[1]}"


def main(paths: Sequence[str]) -> None:
    """Learn from what is left, score what is left out."""
    nlp = load_model()
    records = records_of(paths)
    shown = list(examples(records, nlp))
    writers = by_writer([record for record in records if "case" in record])
    for line in left_out(writers, shown, nlp):
        print(line, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])

"""Print how well the annotator does on gold files: `python -m tests.benchmarks.score_gold GOLD.jsonl ... [OPTIONS]`.

All files count together, as one table: precision, recall and F1 of all alerts and by kind; actors, conditions and measures on the
signals that match; records that had to stay silent; and by case how many records have the right kinds, and the right states too.

Options:
    --reader stream|rules           what reads: as the stream does it (the default), or the rules without the second reader
    --robust                        a further table: the same texts in lower case, with articles dropped, with three neighbouring
                                    words swapped in each sentence, with a comment form glued on; how far F1 falls, and the
                                    signals from the form
    --errors N                      the first N records with a wrong kind or state; not for files that are held out
    --no-cases                      leave the table of cases out
    --predicted FILE                write what was found, one JSON object a line with "id" and "signals", for another scorer

What was found matches a gold signal as `scoring.py` says. The spoilt texts are those of `damage.py`.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from connectors.messages.fields import to_dict
from connectors.messages.signal import Signal
from pipelines.annotator import Annotator, ArticleText, load_model
from tests.benchmarks.damage import DAMAGES, with_form
from tests.benchmarks.scoring import Case, Score, Tally, score, swaps

__all__ = ["annotator_of", "predicted", "swaps", "table"]

BATCH = 32
Records = Sequence[dict[str, Any]]
Found = list[tuple[Signal, ...]]


def annotator_of(reader: str) -> Annotator:
    """Return the annotator that an option names."""
    nlp = load_model()
    return Annotator(nlp) if reader == "stream" else Annotator(nlp, None)


def predicted(annotator: Annotator, records: Records, texts: Sequence[str] | None = None) -> Iterator[tuple[Signal, ...]]:
    """Yield the signals of each record, in order; `texts` stand in for those of the records."""
    told = [record["text"] for record in records] if texts is None else texts
    articles = [
        ArticleText(id=record["id"], title=record.get("title", ""), text=text) for record, text in zip(records, told, strict=True)
    ]
    for at in range(0, len(articles), BATCH):
        yield from (annotation.signals for annotation in annotator.annotate(articles[at : at + BATCH]))


def _row(name: str, tally: Tally) -> str:
    return f"{name:24} {tally.precision:6.3f} {tally.recall:6.3f} {tally.f1:6.3f} {tally.found:6.0f} {tally.gold:6.0f}"


def _mean(values: Sequence[float]) -> str:
    return f"{sum(values) / len(values):6.3f} of {len(values)}" if values else "     - of 0"


def table(result: Score) -> Iterator[str]:
    """Yield the lines of everything but the cases."""
    yield f"{'':24} {'P':>6} {'R':>6} {'F1':>6} {'found':>6} {'gold':>6}"
    yield _row("alerts", result.alerts)
    yield from (_row(f"  {kind}", tally) for kind, tally in sorted(result.kinds.items()))
    yield f"{'macro-F1 over kinds':24} {'':13} {result.macro_f1:6.3f}"
    yield from (_row(role, tally) for role, tally in result.roles.items() if tally.gold or tally.found)
    yield _row("measures", result.measures)
    yield _row("condition found", result.condition)
    yield f"{'condition, shared words':24} {_mean(result.condition_overlap)}"
    yield f"{'condition, direction':24} {_mean(result.direction)}"
    yield f"{'names without an id':24} {result.names.recall:6.3f} of {result.names.gold:.0f}"
    yield f"{'roles turned round':24} {result.turned} of {result.matched} matched signals"
    yield f"{'false alerts':24} {result.alarmed} of {result.silent} silent records"


def cases(result: Score) -> Iterator[str]:
    """Yield a line for each case, the worst first."""
    yield f"{'case':32} {'records':>8} {'kinds right':>12} {'states too':>11}"
    for name, case in sorted(result.cases.items(), key=lambda item: (_share(item[1]), item[0])):
        yield f"{name:32} {case.records:8} {case.kinds_right / case.records:12.2f} {case.all_right / case.records:11.2f}"


def _share(case: Case) -> float:
    return case.kinds_right / case.records


def robustness(annotator: Annotator, records: Records, whole: Found) -> Iterator[str]:
    """Yield a line for each way to spoil the texts."""
    base = score(records, whole, placed=False).alerts.f1
    yield f"{'spoilt':24} {'F1':>6} {'falls by':>9}"
    yield f"{'not at all':24} {base:6.3f}"
    for name, damage in DAMAGES.items():
        after = score(records, list(predicted(annotator, records, [damage(record) for record in records])), placed=False).alerts.f1
        yield f"{name:24} {after:6.3f} {100 * (base - after):9.1f}"
    found = list(predicted(annotator, records, with_form(list(records))))
    after = score(records, found, placed=False).alerts.f1
    yield f"{'comment form glued on':24} {after:6.3f} {100 * (base - after):9.1f}"
    inside = sum(
        signal.evidence.start >= len(record["text"]) for record, signals in zip(records, found, strict=True) for signal in signals
    )
    yield f"{'signals from the form':24} {inside}"


def errors(result: Score, number: int) -> Iterator[str]:
    """Yield the first records with a wrong kind or state: what was wanted and what was found, as `kind senders > targets`."""
    for record, want, got in result.wrong[:number]:
        yield f"\n{record['id']} {record.get('case', '')}"
        yield f"  {record['text'][:300]}"
        yield f"  gold:  {'; '.join(want)}"
        yield f"  found: {'; '.join(got)}"


def _arguments(words: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="score_gold", description="Score the annotator on gold files.")
    parser.add_argument("gold", nargs="+", type=Path)
    parser.add_argument("--reader", choices=("stream", "rules"), default="stream")
    parser.add_argument("--robust", action="store_true")
    parser.add_argument("--errors", type=int, default=0, metavar="N")
    parser.add_argument("--no-cases", action="store_true")
    parser.add_argument("--predicted", type=Path, metavar="FILE")
    return parser.parse_args(words)


def main(words: Sequence[str]) -> None:
    """Score gold files."""
    asked = _arguments(words)
    records = [json.loads(line) for path in asked.gold for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    annotator = annotator_of(asked.reader)
    found = list(predicted(annotator, records))
    if asked.predicted is not None:
        lines = (json.dumps({"id": r["id"], "signals": [to_dict(s) for s in told]}) for r, told in zip(records, found, strict=True))
        asked.predicted.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    result = score(records, found)
    parts = [
        table(result),
        () if asked.no_cases else ("", *cases(result)),
        ("", *robustness(annotator, records, found)) if asked.robust else (),
        errors(result, asked.errors),
    ]
    for line in chain(*parts):
        print(line)


if __name__ == "__main__":
    main(sys.argv[1:])

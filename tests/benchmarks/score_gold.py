"""Print how well the annotator does on a gold file: `python -m tests.benchmarks.score_gold GOLD [PREDICTED] [--second]`.

Counts a signal as found when the record has one of its kind; per kind and over all kinds that raise alerts. With a second path the
predictions are written there, one JSON object a line with "id" and "signals", for a fuller scorer.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from connectors.messages.fields import to_dict
from connectors.messages.signal import Signal
from pipelines.annotator import Annotator, ArticleText, load_model
from pipelines.signals.en.second import second_reader

QUIET = frozenset({"mention", "question"})
BATCH = 32


def predicted(annotator: Annotator, records: Sequence[dict[str, Any]]) -> Iterator[tuple[Signal, ...]]:
    """Yield the signals of each record, in order."""
    for at in range(0, len(records), BATCH):
        texts = [ArticleText(id=r["id"], title=r.get("title", ""), text=r["text"]) for r in records[at : at + BATCH]]
        yield from (annotation.signals for annotation in annotator.annotate(texts))


def counts(kinds: Sequence[str]) -> Counter[str]:
    """Return how often each kind that raises an alert occurs."""
    return Counter(kind for kind in kinds if kind not in QUIET)


def f1(hit: int, found: int, gold: int) -> float:
    """Return the harmonic mean of precision and recall."""
    return 2 * hit / (found + gold) if found + gold else 0.0


def table(gold: Sequence[dict[str, Any]], found: Sequence[tuple[Signal, ...]]) -> Iterator[str]:
    """Yield one line for all alerts, one for each kind, one for records that must stay silent."""
    wanted = [counts([signal["kind"] for signal in record["signals"]]) for record in gold]
    told = [counts([signal.kind for signal in signals]) for signals in found]
    hits = sum(((one & other) for one, other in zip(wanted, told, strict=True)), Counter[str]())
    all_wanted, all_told = sum(wanted, Counter[str]()), sum(told, Counter[str]())
    yield f"alerts {f1(hits.total(), all_told.total(), all_wanted.total()):.3f} of {all_wanted.total()}"
    yield from (
        f"  {kind:12} {f1(hits[kind], all_told[kind], all_wanted[kind]):.3f} of {all_wanted[kind]}" for kind in sorted(all_wanted)
    )
    silent = [other for one, other in zip(wanted, told, strict=True) if not one]
    yield f"false alerts {sum(map(bool, silent))} of {len(silent)} records"
    yield "role swaps {} of {} matched signals".format(*swaps(gold, found))


def _ids(actors: Sequence[Any]) -> frozenset[str]:
    found = (actor["id"] if isinstance(actor, dict) else actor.id for actor in actors)
    return frozenset(code for code in found if code)


def _swapped(wanted: dict[str, Any], told: Signal) -> bool:
    """Tell whether a signal has a gold sender as its target and a gold target as its sender."""
    senders, targets = _ids(wanted.get("senders", ())), _ids(wanted.get("targets", ()))
    return bool((senders - targets) & _ids(told.targets)) and bool((targets - senders) & _ids(told.senders))


def _agreement(wanted: dict[str, Any], told: Signal) -> int:
    return sum(len(_ids(wanted.get(role, ())) & _ids(getattr(told, role))) for role in ("senders", "targets"))


def swaps(gold: Sequence[dict[str, Any]], found: Sequence[tuple[Signal, ...]]) -> tuple[int, int]:
    """Return how many matched signals have their roles turned round, and how many match.

    A signal matches the one of its kind in the record whose senders and targets agree best; each is matched once.
    """
    turned = matched = 0
    for record, told in zip(gold, found, strict=True):
        free = list(told)
        for wanted in (signal for signal in record["signals"] if signal["kind"] not in QUIET):
            same = [signal for signal in free if signal.kind == wanted["kind"]]
            if same:
                best = max(same, key=lambda signal: _agreement(wanted, signal))
                free.remove(best)
                matched += 1
                turned += _swapped(wanted, best)
    return turned, matched


def main(paths: Sequence[str]) -> None:
    """Score one gold file."""
    gold = [json.loads(line) for line in Path(paths[0]).read_text(encoding="utf-8").splitlines()]
    second = "--second" in paths
    paths = [path for path in paths if path != "--second"]
    found = list(predicted(Annotator(load_model(), second_reader() if second else None), gold))
    if len(paths) > 1:
        lines = (json.dumps({"id": r["id"], "signals": [to_dict(s) for s in told]}) for r, told in zip(gold, found, strict=True))
        Path(paths[1]).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    for line in table(gold, found):
        print(line)


if __name__ == "__main__":
    main(sys.argv[1:])

"""Teach the cheap look its hints: `python -m pipelines.signals.learn_hints GOLD ... > pipelines/signals/en/hints.json`.

Gold is what `pipelines.signals.learn` takes, and the weights that ship learned from the same. Each sentence is an example: its
words and pairs of words, and whether it tells any act. Hints seen twice at most are left out, and so are weights that say little.
"""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pipelines.signals.en.hints import hints
from pipelines.signals.fitting import Records, as_json, fitted, records_of
from pipelines.signals.tuning.lessons import lessons

STRENGTH = 0.3
SEEN = 3
SMALL = 0.1


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence by its hints, and whether it tells an act."""

    hints: frozenset[str]
    tells: bool


def examples(records: Records) -> Iterator[Example]:
    """Yield an example for each sentence of the records."""
    return (Example(hints(lesson.text), bool(lesson.kinds)) for lesson in lessons(records))


def learned(shown: Sequence[Example]) -> dict[str, Any]:
    """Return the bias and for each hint its weight: what `hints.py` loads."""
    bias, weights = fitted([one.hints for one in shown], [[one.tells for one in shown]], strength=STRENGTH, seen=SEEN)
    return {"bias": bias, "clues": {hint: [round(row[0], 2)] for hint, row in weights.items() if abs(row[0]) >= SMALL}}


if __name__ == "__main__":
    sys.stdout.write(as_json(learned(list(examples(records_of(sys.argv[1:]))))))

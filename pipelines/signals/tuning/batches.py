"""Lessons as arrays: cut into word pieces, of like length together, so that little is padding."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

import numpy as np

from pipelines.signals.en.encoder import MAX_BEFORE, MAX_PIECES
from pipelines.signals.tuning.lessons import ALL_PARTS, KINDS, MEASURES, Lesson

LENGTHS = (24, 32, 48, 64, 96, MAX_PIECES)  # pieces; each costs a compilation
Batch = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Cut:
    """A lesson in word pieces.

    Attributes:
        pieces, segments: numbers of the pieces, and 0 in the sentence, 1 in what stands before.
        parts: (pieces, ALL_PARTS), 1.0 where a piece plays a part.
        kinds, measures: 1.0 for each that is told.
        whole: parts are known.
        acts: measures are known, since there is an act.
    """

    pieces: Sequence[int]
    segments: Sequence[int]
    parts: Any
    kinds: Any
    measures: Any
    whole: bool
    acts: bool


def cut(lesson: Lesson, cutting: Any) -> Cut:
    """Return a lesson in the pieces of a tokenizer, as the encoder will be shown it."""
    shown = cutting.encode(lesson.text, lesson.before[-MAX_BEFORE:]) if lesson.before else cutting.encode(lesson.text)
    size = min(len(shown.ids), MAX_PIECES)
    parts = np.zeros((size, len(ALL_PARTS)), np.float32)
    for part in lesson.parts:
        for at in range(size):
            start, end = shown.offsets[at]
            if shown.type_ids[at] == 0 and start < end and start < part.end and part.start < end:
                parts[at, ALL_PARTS.index(part.name)] = 1.0
    kinds, measures = _flags(KINDS, lesson.kinds), _flags(MEASURES, lesson.measures)
    return Cut(shown.ids[:size], shown.type_ids[:size], parts, kinds, measures, lesson.whole, lesson.whole and bool(lesson.kinds))


def _flags(names: Sequence[str], told: Iterable[str]) -> Any:
    return np.array([name in set(told) for name in names], np.float32)


def batches(lessons: Sequence[Cut], size: int, chance: Random) -> Iterator[Batch]:
    """Yield all lessons once, in a random order of batches."""
    waiting: dict[int, list[Cut]] = defaultdict(list)
    made: list[tuple[int, list[Cut]]] = []
    for lesson in chance.sample(lessons, len(lessons)):
        length = next(length for length in LENGTHS if len(lesson.pieces) <= length)
        waiting[length].append(lesson)
        if len(waiting[length]) == size:
            made.append((length, waiting.pop(length)))
    made += waiting.items()
    yield from (_batch(some, length, size) for length, some in chance.sample(made, len(made)))


def _batch(lessons: Sequence[Cut], length: int, size: int) -> Batch:
    """Return arrays of `size` rows; those without a lesson count for nothing."""
    whole = {
        name: np.zeros((size, length), kind) for name, kind in (("pieces", np.int32), ("segments", np.int32), ("there", np.float32))
    }
    batch: Batch = {
        **whole,
        "parts": np.zeros((size, length, len(ALL_PARTS)), np.float32),
        "kinds": np.zeros((size, len(KINDS)), np.float32),
        "measures": np.zeros((size, len(MEASURES)), np.float32),
        **{name: np.zeros(size, np.float32) for name in ("counts", "whole", "acts")},
    }
    for row, lesson in enumerate(lessons):
        pieces = len(lesson.pieces)
        batch["pieces"][row, :pieces], batch["segments"][row, :pieces] = lesson.pieces, lesson.segments
        batch["there"][row, :pieces], batch["parts"][row, :pieces] = 1.0, lesson.parts
        batch["kinds"][row], batch["measures"][row] = lesson.kinds, lesson.measures
        batch["counts"][row], batch["whole"][row], batch["acts"][row] = 1.0, lesson.whole, lesson.acts
    return batch

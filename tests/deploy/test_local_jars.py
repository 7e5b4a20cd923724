"""Kafka's jars: fetched once, believed only with the pinned hash."""

import hashlib
from pathlib import Path

import pytest

from connectors.errors import StackError
from deploy.local.jars import kafka_class_path
from deploy.local.kafka_jars import JARS, KAFKA_VERSION, ROOTS, Jar


def content_of(jar: Jar) -> bytes:
    return f"content of {jar.coordinate}".encode()


def jar(name: str) -> Jar:
    coordinate = f"org.example:{name}:1.0"
    return Jar(coordinate, hashlib.sha256(f"content of {coordinate}".encode()).hexdigest())


WANTED = (jar("a"), jar("b"), jar("c"))


class Repository:
    """Serves jars from memory and counts; `broken` maps an artifact to what goes wrong with it."""

    def __init__(self, broken: dict[str, BaseException | bytes] | None = None) -> None:
        self.broken = broken or {}
        self.asked: list[str] = []

    def __call__(self, jar: Jar, scratch: Path) -> Path:
        artifact = jar.coordinate.split(":")[1]
        self.asked.append(artifact)
        content = self.broken.get(artifact, content_of(jar))
        if isinstance(content, BaseException):
            raise content
        scratch.mkdir(parents=True)
        (scratch / jar.file_name).write_bytes(content)
        return scratch / jar.file_name


def fetch(cache: Path, repository: Repository) -> tuple[list[str], tuple[Path, ...]]:
    lines: list[str] = []
    return lines, kafka_class_path(cache, lines.append, repository, WANTED)


def files_in(cache: Path) -> list[str]:
    return sorted(path.name for path in (cache / "kafka" / KAFKA_VERSION).iterdir() if path.name != ".lock")


def test_all_jars_are_fetched_and_nothing_else_is_left(tmp_path: Path) -> None:
    lines, class_path = fetch(tmp_path, Repository())
    assert [path.read_bytes() for path in class_path] == [content_of(jar) for jar in WANTED]
    assert files_in(tmp_path) == ["a-1.0.jar", "b-1.0.jar", "c-1.0.jar"]
    assert lines[-1] == "fetched 3 of 3 jars"


def test_a_second_time_nothing_is_fetched_and_nothing_said(tmp_path: Path) -> None:
    fetch(tmp_path, Repository())
    again = Repository()
    lines, _ = fetch(tmp_path, again)
    assert (again.asked, lines) == ([], [])


def test_a_jar_that_has_changed_in_the_cache_is_fetched_again(tmp_path: Path) -> None:
    _, class_path = fetch(tmp_path, Repository())
    class_path[1].write_bytes(b"half")
    again = Repository()
    fetch(tmp_path, again)
    assert again.asked == ["b"]
    assert class_path[1].read_bytes() == content_of(WANTED[1])


def test_a_jar_with_another_hash_never_reaches_the_cache(tmp_path: Path) -> None:
    with pytest.raises(StackError, match="pinned SHA-256") as caught:
        fetch(tmp_path, Repository({"b": b"something else"}))
    assert caught.value.subject == "org.example:b:1.0"
    assert "b-1.0.jar" not in files_in(tmp_path)


def test_a_jar_that_cannot_be_had_is_asked_for_three_times_and_the_others_stay(tmp_path: Path) -> None:
    broken = Repository({"b": ConnectionError("refused")})
    with pytest.raises(StackError, match="cannot be fetched: ConnectionError") as caught:
        fetch(tmp_path, broken)
    assert broken.asked.count("b") == 3
    assert "mirror" in caught.value.next_step
    again = Repository()
    fetch(tmp_path, again)
    assert "b" in again.asked
    assert "a" not in again.asked


def test_the_scratch_of_a_killed_fetch_is_removed(tmp_path: Path) -> None:
    left_over = tmp_path / "kafka" / KAFKA_VERSION / ".fetch-killed"
    left_over.mkdir(parents=True)
    fetch(tmp_path, Repository())
    assert not left_over.exists()


def test_a_cache_that_is_a_file_is_an_error_with_its_path(tmp_path: Path) -> None:
    (tmp_path / "kafka").write_text("")
    with pytest.raises(StackError, match="cannot be used as a directory"):
        fetch(tmp_path, Repository())


def test_the_table_names_each_file_once_and_holds_its_roots() -> None:
    assert len({jar.file_name for jar in JARS}) == len(JARS)
    assert {jar.coordinate for jar in JARS} >= set(ROOTS)
    assert all(len(bytes.fromhex(jar.sha256)) == 32 for jar in JARS)

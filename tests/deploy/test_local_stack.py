"""What the stack says where there is nothing; the rest is seen end to end."""

import uuid
from dataclasses import replace
from pathlib import Path

import pytest

from connectors.errors import StackError
from deploy.local import broker, stack
from deploy.local.processes import ProcessRef
from deploy.local.runtime import Tool
from deploy.local.settings import Node
from deploy.local.state import StackState, write_state

NO_SOFTWARE = broker.Software(Tool(Path("/nowhere/java"), "17", "nowhere"), ())


def options(tmp_path: Path) -> stack.StackOptions:
    return stack.StackOptions(tmp_path / "data", tmp_path / "cache", env={}, needs_prism=False)


def test_before_the_first_start_the_stack_is_stopped_and_asking_creates_nothing(tmp_path: Path) -> None:
    found = stack.status(options(tmp_path))
    assert (found.health, found.bootstrap, found.pid) == ("stopped", None, None)
    assert list(tmp_path.iterdir()) == []


def test_a_recorded_process_that_is_another_one_by_now_does_not_count(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    write_state(tmp_path / "data", StackState(node=Node(9092, 9093), broker=ProcessRef(1, "another boot:1")))
    found = stack.status(options(tmp_path))
    assert (found.health, found.bootstrap, found.pid) == ("stopped", "127.0.0.1:9092", None)


def test_down_where_nothing_runs_says_so_and_creates_nothing(tmp_path: Path) -> None:
    lines: list[str] = []
    assert stack.down(options(tmp_path), lines.append).health == "stopped"
    assert lines == [f"no Apache Kafka of {tmp_path / 'data'} runs"]
    assert list(tmp_path.iterdir()) == []


def test_a_prism_in_the_cache_is_reported(tmp_path: Path) -> None:
    binary = tmp_path / "cache" / "prism" / stack.beam_version() / "prism"
    binary.parent.mkdir(parents=True)
    binary.write_bytes(b"")
    binary.chmod(0o755)
    assert stack.status(replace(options(tmp_path), needs_prism=True)).prism == str(binary)
    assert stack.status(options(tmp_path)).prism is None


def test_a_directory_that_kafka_would_take_for_two_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StackError, match="comma"):
        broker.start(tmp_path / "a,b", NO_SOFTWARE, lambda _: None)


def test_a_cluster_id_never_begins_with_a_dash() -> None:
    draws = iter([uuid.UUID(bytes=b"\xf8" + bytes(15)), uuid.UUID(bytes=b"\x00" + bytes(15))])
    assert broker.new_cluster_id(lambda: next(draws)) == "A" * 22


def test_a_java_that_cannot_be_run_is_an_error_and_nothing_is_recorded(tmp_path: Path) -> None:
    with pytest.raises(StackError, match="cannot prepare"):
        broker.start(tmp_path, NO_SOFTWARE, lambda _: None)
    assert broker.find_process(tmp_path) is None

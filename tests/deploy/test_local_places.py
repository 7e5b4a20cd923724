"""Directories, files replaced in one step, the lock, and the end of a log."""

import subprocess
import sys
from pathlib import Path

import pytest

from connectors.errors import StackError
from deploy.local.logs import MAX_LINE_CHARS, last_lines, printable
from deploy.local.places import default_cache_dir, default_data_dir, locked, make_private_dir, write_atomically

HOLD_LOCK = """
import sys, time
from pathlib import Path
from deploy.local.places import locked
with locked(Path(sys.argv[1]), print, waiting_for="", timeout_secs=1):
    print("held", flush=True)
    time.sleep(60)
"""


def test_the_xdg_variables_name_the_directories() -> None:
    env = {"XDG_DATA_HOME": "/d", "XDG_CACHE_HOME": "/c", "HOME": "/home/anna"}
    assert default_data_dir(env) == Path("/d/sanctionwire")
    assert default_cache_dir(env) == Path("/c/sanctionwire")


@pytest.mark.parametrize("value", ["", "relative/path"])
def test_an_xdg_variable_that_is_empty_or_relative_is_ignored(value: str) -> None:
    env = {"XDG_DATA_HOME": value, "XDG_CACHE_HOME": value, "HOME": "/home/anna"}
    assert default_data_dir(env) == Path("/home/anna/.local/share/sanctionwire")
    assert default_cache_dir(env) == Path("/home/anna/.cache/sanctionwire")


def test_directories_are_for_this_user_only(tmp_path: Path) -> None:
    assert make_private_dir(tmp_path / "a" / "b").stat().st_mode & 0o077 == 0


def test_a_write_that_fails_leaves_the_old_file_and_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_atomically(path, "old")
    with pytest.raises(UnicodeEncodeError):
        write_atomically(path, "\udcff")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_lock_held_by_another_process_is_waited_for_and_then_an_error(tmp_path: Path) -> None:
    lock = tmp_path / ".lock"
    lines: list[str] = []
    with subprocess.Popen([sys.executable, "-c", HOLD_LOCK, str(lock)], stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with (
            pytest.raises(StackError, match="another process"),
            locked(lock, lines.append, waiting_for="building", timeout_secs=0.1),
        ):
            pytest.fail("the lock was given out twice")
        other.kill()
    with locked(lock, lines.append, waiting_for="building", timeout_secs=0.1):
        pass
    assert lines == ["waiting for another process that is building, 0 s"]


def test_the_end_of_a_log_has_no_blank_lines_and_no_control_characters(tmp_path: Path) -> None:
    (tmp_path / "log").write_bytes(b"one\n\n  two\033[31m\n\xff three\n")
    assert last_lines(tmp_path / "log", 2) == "two [31m | \ufffd three"
    assert last_lines(tmp_path / "none", 2) == ""


def test_the_end_of_a_log_is_the_exception_not_its_stack(tmp_path: Path) -> None:
    trace = "\tat kafka.Kafka$.main(Kafka.scala:75) [kafka.jar:?]\n\t... 3 more\n"
    (tmp_path / "log").write_text(f"ERROR Exiting\njava.lang.RuntimeException: Stored node id 7\n{trace}")
    assert last_lines(tmp_path / "log", 2) == "ERROR Exiting | java.lang.RuntimeException: Stored node id 7"


def test_a_line_of_a_log_is_cut() -> None:
    assert len(printable("x" * 10_000)) == MAX_LINE_CHARS

"""Processes that are recognised before they are signalled."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from connectors.errors import StackError
from deploy.local import processes
from deploy.local.processes import ProcessRef

PYTHON = [sys.executable, "-I", "-S", "-c"]
SLEEP = [*PYTHON, "import time; print('here', flush=True); time.sleep(60)"]
STUBBORN = [*PYTHON, "import signal, time; signal.signal(15, signal.SIG_IGN); print('here', flush=True); time.sleep(60)"]


def start(command: list[str], output: Path) -> ProcessRef:
    process = processes.spawn(command, env={}, output=output, dies_with_parent=False)
    wait_for(output, "here")
    return process


def wait_for(path: Path, text: str) -> str:
    deadline = time.monotonic() + 20
    while text not in (content := path.read_text() if path.exists() else ""):
        assert time.monotonic() < deadline, f"{path} never said {text}"
        time.sleep(0.02)
    return content


def test_a_process_runs_until_it_is_ended(tmp_path: Path) -> None:
    process = start(SLEEP, tmp_path / "out")
    assert processes.is_running(process)
    assert processes.end(process, grace_secs=10)
    assert not processes.is_running(process)


def test_a_process_that_ignores_the_request_is_killed(tmp_path: Path) -> None:
    process = start(STUBBORN, tmp_path / "out")
    assert not processes.end(process, grace_secs=0.2)
    assert not processes.is_running(process)


def test_a_process_with_the_same_id_and_another_start_time_is_left_alone(tmp_path: Path) -> None:
    process = start(SLEEP, tmp_path / "out")
    stranger = ProcessRef(process.pid, "another boot:1")
    try:
        assert not processes.is_running(stranger)
        processes.kill(stranger)
        processes.end(stranger, grace_secs=0)
        assert processes.is_running(process)
    finally:
        processes.kill(process)


def test_a_process_that_could_not_be_identified_is_never_running() -> None:
    assert not processes.is_running(ProcessRef(os.getpid(), ""))


def test_a_child_that_ended_uncollected_is_not_running() -> None:
    child = subprocess.Popen(SLEEP, stdout=subprocess.DEVNULL)
    process = ProcessRef(child.pid, processes.start_time(child.pid) or "")
    assert processes.is_running(process)
    os.kill(child.pid, signal.SIGKILL)
    assert processes.wait_until_gone(process, 10)
    child.wait()


def test_a_program_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(StackError, match="cannot be started"):
        processes.spawn([str(tmp_path / "nothing")], env={}, output=tmp_path / "out", dies_with_parent=False)


def test_output_and_errors_go_to_the_file(tmp_path: Path) -> None:
    command = [*PYTHON, "import sys; print('one', flush=True); print('two', file=sys.stderr, flush=True)"]
    process = processes.spawn(command, env={}, output=tmp_path / "out", dies_with_parent=False)
    assert processes.wait_until_gone(process, 20)
    assert (tmp_path / "out").read_text() == "one\ntwo\n"


@pytest.mark.parametrize(
    ("stat", "ticks"),
    [
        ("12 (java) S 1 12 12 0 -1 4194560 1 0 0 0 250 37 0 0 20 0 80 0 17957895 5000 200", 17957895),
        ("12 (a) Z (b) R 1 12 12 0 -1 4194560 1 0 0 0 250 37 0 0 20 0 80 0 42 5000 200", 42),
        ("12 (java) Z 1 12 12 0 -1 4194560 1 0 0 0 250 37 0 0 20 0 1 0 17957895 0 0", None),
        ("12 (java) Z 1 12 12 0 -1 4194560 1 0 0 0 250 37 0 0 20 0 80 0 17957895 0 0", 17957895),
    ],
)
def test_the_start_time_is_read_past_a_command_with_parentheses(stat: str, ticks: int | None) -> None:
    assert processes.ticks_of_running(stat) == ticks


def test_ps_agrees_with_itself_about_a_start_time_and_knows_no_dead_process(tmp_path: Path) -> None:
    process = start(SLEEP, tmp_path / "out")
    first = processes._start_time_from_ps(process.pid)
    assert first is not None
    assert processes._start_time_from_ps(process.pid) == first
    processes.kill(process)
    assert processes._start_time_from_ps(process.pid) is None


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a child with its parent")
def test_a_child_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    output = tmp_path / "out"
    program = f"""
import os, sys, time
from pathlib import Path
from deploy.local.processes import spawn
child = spawn({SLEEP!r}, env={{}}, output=Path({str(output)!r}), dies_with_parent=True)
print(child.pid, child.started, flush=True)
time.sleep(60)
"""
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, cwd=Path.cwd()) as parent:
        assert parent.stdout is not None
        pid, _, started = parent.stdout.readline().strip().partition(" ")
        child = ProcessRef(int(pid), started)
        wait_for(output, "here")
        assert processes.is_running(child)
        parent.kill()
    assert processes.wait_until_gone(child, 10)


def test_a_request_to_stop_runs_the_finally_blocks(tmp_path: Path) -> None:
    program = """
import time
from deploy.local.processes import stopping_on_signals
with stopping_on_signals():
    try:
        print("here", flush=True)
        time.sleep(60)
    finally:
        print("tidied", flush=True)
"""
    output = tmp_path / "out"
    with output.open("w") as file, subprocess.Popen([sys.executable, "-c", program], stdout=file, cwd=Path.cwd()) as child:
        wait_for(output, "here")
        child.terminate()
        assert child.wait(20) == 128 + signal.SIGTERM
    assert "tidied" in output.read_text()


def test_a_handler_that_somebody_else_set_stays() -> None:
    previous = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    hangup = signal.signal(signal.SIGHUP, signal.SIG_DFL)  # `nohup` would have it ignored from the start
    try:
        with processes.stopping_on_signals():
            assert signal.getsignal(signal.SIGTERM) is signal.SIG_IGN
            assert signal.getsignal(signal.SIGHUP) is not signal.SIG_DFL
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_DFL
    finally:
        signal.signal(signal.SIGTERM, previous)
        signal.signal(signal.SIGHUP, hangup)

"""The supervisor: what it decides, and what it does to real processes."""

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

from connectors.errors import SanctionwireError
from deploy.supervise import Child, GiveUp, Policy, Restart, decide, end_all, start, supervise

POLICY = Policy()
FAST = Policy(first_delay_secs=0.01, max_delay_secs=0.02, max_quick_ends=3)


def _child(code: str, name: str = "run feeds") -> Child:
    return Child(name, (sys.executable, "-c", code), dict(os.environ))


def test_delays_double_up_to_the_longest() -> None:
    patient = Policy(max_quick_ends=99)
    delays = []
    for quick_ends in range(8):
        step = decide(patient, 1, 0.5, quick_ends)
        assert isinstance(step, Restart)
        delays.append(step.delay_secs)
    assert delays == [1, 2, 4, 8, 16, 30, 30, 30]


def test_a_child_that_ran_well_starts_with_a_clean_slate() -> None:
    assert decide(POLICY, -9, 61, 4) == Restart(delay_secs=1, quick_ends=1)


def test_too_many_quick_ends_are_given_up_with_the_last_end_named() -> None:
    step = decide(POLICY, -9, 1, 4)
    assert isinstance(step, GiveUp)
    assert "5 times" in step.reason
    assert "signal 9" in step.reason


def test_a_child_that_says_it_is_hopeless_is_given_up_at_once() -> None:
    assert isinstance(decide(POLICY, 2, 600, 0), GiveUp)


def test_a_child_that_ends_is_started_again(tmp_path: Path) -> None:
    marks = tmp_path / "marks"
    said: list[str] = []
    child = _child(f"open({str(marks)!r}, 'a').write('x'); raise SystemExit(1)")
    with pytest.raises(SanctionwireError) as raised:
        supervise([child], FAST, said.append, threading.Event())
    assert marks.read_text() == "xxx"
    assert raised.value.subject == "run feeds"
    assert len(said) == 2


def children() -> set[psutil.Process]:
    """The processes under this one; those of tests before are among them, for the feeds' workers live as long as the session."""
    return set(psutil.Process().children(recursive=True))


def test_one_child_given_up_ends_the_others() -> None:
    others = children()
    stays = _child("import time; print(1); time.sleep(300)", "run pipeline")
    with pytest.raises(SanctionwireError, match="run feeds"):
        supervise([stays, _child("raise SystemExit(2)")], FAST, lambda _: None, threading.Event())
    assert children() <= others


def test_stopping_ends_every_child_and_returns() -> None:
    others, stop = children(), threading.Event()
    threading.Timer(1.0, stop.set).start()
    begun = time.monotonic()
    supervise([_child("import time; time.sleep(300)")] * 2, POLICY, lambda _: None, stop)
    assert time.monotonic() - begun < 10
    assert children() <= others


def test_a_child_that_ignores_the_request_is_killed() -> None:
    deaf = start(
        _child("import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(300)")
    )
    time.sleep(0.5)
    end_all([deaf], grace_secs=0.2)
    assert deaf.returncode == -9


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent has died")
def test_children_do_not_outlive_a_killed_supervisor(tmp_path: Path) -> None:
    pid_file = tmp_path / "pid"
    inner = f"import os, time; open({str(pid_file)!r}, 'w').write(str(os.getpid())); time.sleep(300)"
    outer = (
        "import os, sys, threading\n"
        "from deploy.supervise import Child, Policy, supervise\n"
        f"child = Child('x', (sys.executable, '-c', {inner!r}), dict(os.environ))\n"
        "supervise([child], Policy(), print, threading.Event())\n"
    )
    supervisor = subprocess.Popen([sys.executable, "-c", outer])
    deadline = time.monotonic() + 20
    while not (pid_file.exists() and pid_file.read_text()) and time.monotonic() < deadline:
        time.sleep(0.05)
    child = psutil.Process(int(pid_file.read_text()))
    supervisor.kill()
    supervisor.wait()
    psutil.wait_procs([child], timeout=10)
    assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE

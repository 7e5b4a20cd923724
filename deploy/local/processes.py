"""Start, recognise and end the processes that the stack owns.

A process id alone is no identity: the system gives it out again. A `ProcessRef` therefore carries the start time as well, read from
`/proc` together with the boot's id, or from `ps` where there is no `/proc`. Nothing is signalled before both agree.
"""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from connectors.errors import StackError

LAUNCHER = Path(__file__).with_name("launch.py")
POLL_SECS = 0.02
STATE_FIELD, THREADS_FIELD, START_TIME_FIELD = (
    0,
    17,
    19,
)  # of /proc/PID/stat after the command's closing parenthesis, see proc_pid_stat(5)


@dataclass(frozen=True, slots=True)
class ProcessRef:
    """A process that cannot be taken for another one.

    Attributes:
        pid: the process id.
        started: when it was started, in a text that only equality is asked of.
    """

    pid: int
    started: str


def with_parent(command: Sequence[str], parent_pid: int) -> list[str]:
    """The command that runs `command` as a child which is told to stop when its parent dies; see `launch.py`."""
    return [sys.executable, "-I", "-S", str(LAUNCHER), str(parent_pid), *command]


def spawn(command: Sequence[str], *, env: Mapping[str, str], output: Path, dies_with_parent: bool) -> ProcessRef:
    """Start a program in a session of its own, so that Ctrl-C in the terminal reaches only us.

    Args:
        command: the program's absolute path and its arguments.
        env: its whole environment.
        output: the file that its standard output and error replace.
        dies_with_parent: whether it is stopped when the calling thread's process dies.

    Raises:
        StackError: the program cannot be started.
    """
    argv = with_parent(command, os.getpid()) if dies_with_parent else list(command)
    files = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, str(output), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600),
        (os.POSIX_SPAWN_DUP2, 1, 2),
    ]
    try:
        pid = os.posix_spawn(argv[0], argv, dict(env), file_actions=files, setsid=True)
    except OSError as error:
        raise StackError(
            command[0], f"cannot be started: {error.strerror}", "check that the file is there and executable"
        ) from error
    return ProcessRef(pid, start_time(pid) or "")


def is_running(process: ProcessRef) -> bool:
    """Whether this very process still runs; one that ended and was not collected by its parent does not."""
    _collect(process.pid)
    return bool(process.started) and start_time(process.pid) == process.started


def wait_until_gone(process: ProcessRef, timeout_secs: float) -> bool:
    """Wait for the process to end; False if it still runs after `timeout_secs`."""
    deadline = time.monotonic() + timeout_secs
    while is_running(process):
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_SECS)
    return True


def end(process: ProcessRef, grace_secs: float) -> bool:
    """Ask the process to stop, and kill it after `grace_secs` or if we are interrupted meanwhile.

    Returns:
        Whether it stopped by itself.
    """
    send(process, signal.SIGTERM)
    try:
        stopped = wait_until_gone(process, grace_secs)
    except BaseException:
        kill(process)
        raise
    if not stopped:
        kill(process)
    return stopped


def kill(process: ProcessRef) -> None:
    """End the process at once, without a chance to tidy up, and wait until it is gone."""
    send(process, signal.SIGKILL)
    wait_until_gone(process, 10)


def send(process: ProcessRef, number: signal.Signals) -> None:
    """Signal the process if it is still the one we mean."""
    if not is_running(process):
        return
    try:
        os.kill(process.pid, number)
    except ProcessLookupError:
        return


@contextmanager
def stopping_on_signals() -> Iterator[None]:
    """Within the block, SIGTERM and SIGHUP raise SystemExit, so that `finally` blocks run as they do after Ctrl-C.

    A handler that somebody else has set stays; so do all handlers outside the main thread, where Python allows no change.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    ours = [number for number in (signal.SIGTERM, signal.SIGHUP) if signal.getsignal(number) is signal.SIG_DFL]
    for number in ours:
        signal.signal(number, _exit)
    try:
        yield
    finally:
        for number in ours:
            signal.signal(number, signal.SIG_DFL)


def _exit(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + number)


def start_time(pid: int) -> str | None:
    """When the process was started, or None if there is no such process or it has ended."""
    if Path("/proc/self/stat").exists():
        return _start_time_from_proc(pid)
    return _start_time_from_ps(pid)


def _start_time_from_proc(pid: int) -> str | None:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return None
    ticks = ticks_of_running(stat)
    return None if ticks is None else f"{boot}:{ticks}"


def ticks_of_running(stat: str) -> int | None:
    """The start time in clock ticks since boot from a line of `/proc/PID/stat`; None for a zombie or dead process.

    The command in parentheses may itself hold spaces and parentheses, so fields are counted from the last one. A killed process
    is a zombie as soon as its first thread is gone; while it has others, it still holds its files and ports.
    """
    fields = stat.rpartition(")")[2].split()
    has_ended = fields[STATE_FIELD] in "ZXx" and int(fields[THREADS_FIELD]) <= 1
    return None if has_ended else int(fields[START_TIME_FIELD])


def _start_time_from_ps(pid: int) -> str | None:
    done = subprocess.run(["ps", "-o", "stat=,lstart=", "-p", str(pid)], capture_output=True, text=True, check=False, timeout=10)
    state, _, started = done.stdout.strip().partition(" ")
    return None if not started or state.startswith("Z") else started.strip()


def _collect(pid: int) -> None:
    """Let the system forget a child of ours that has ended."""
    try:
        os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        return

"""Keep a few child processes running: restart with back-off, give up loudly, end them all together.

A child that ends is started again after 1, 2, 4, ... seconds, at most 30. One that ran for a minute counts as well again. After
five quick ends in a row, or exit code 2 (starting it again will not help), everything is stopped and the whole ends with an error.

Children get a session of their own, so Ctrl-C reaches only us and we end them in order. If we are killed, Linux tells them to stop
(`deploy.local.processes.with_parent`); elsewhere they go on and must be ended by hand.
"""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import IO

from connectors.errors import SanctionwireError
from deploy.local.processes import with_parent

HOPELESS_CODE = 2
POLL_SECS = 0.1
GRACE_SECS = 20.0


@dataclass(frozen=True, slots=True)
class Child:
    """A process to keep.

    Attributes:
        name: for narration.
        command: absolute path of the program, and its arguments.
        env: its whole environment.
    """

    name: str
    command: tuple[str, ...]
    env: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """How patient to be with a child that ends."""

    first_delay_secs: float = 1.0
    max_delay_secs: float = 30.0
    well_after_secs: float = 60.0
    max_quick_ends: int = 5


@dataclass(frozen=True, slots=True)
class Restart:
    """Start it again after a while; `quick_ends` is the count to remember."""

    delay_secs: float
    quick_ends: int


@dataclass(frozen=True, slots=True)
class GiveUp:
    """Do not start it again, and why."""

    reason: str


def decide(policy: Policy, exit_code: int, ran_secs: float, quick_ends: int) -> Restart | GiveUp:
    """Say what to do with a child that has ended.

    Args:
        policy: how patient to be.
        exit_code: how it ended; negative for a signal.
        ran_secs: how long it ran.
        quick_ends: quick ends in a row before this one.
    """
    if exit_code == HOPELESS_CODE:
        return GiveUp("ended with code 2: starting it again will not help")
    ends = 1 if ran_secs >= policy.well_after_secs else quick_ends + 1
    if ends >= policy.max_quick_ends:
        return GiveUp(f"ended {ends} times in a row, each within {policy.well_after_secs:g} s; last {how_it_ended(exit_code)}")
    return Restart(min(policy.max_delay_secs, policy.first_delay_secs * 2 ** (ends - 1)), ends)


def how_it_ended(exit_code: int) -> str:
    """Return the end in words."""
    return f"with signal {-exit_code}" if exit_code < 0 else f"with code {exit_code}"


@dataclass(slots=True)
class _Watched:
    """A child and what is remembered of it."""

    child: Child
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    due_at: float = 0.0
    quick_ends: int = 0


def supervise(children: Sequence[Child], policy: Policy, say: Callable[[str], None], stop: threading.Event) -> None:
    """Run the children until `stop` is set.

    Raises:
        SanctionwireError: a child does not stay up; all are stopped then.
    """
    watched = [_Watched(child) for child in children]
    try:
        while not stop.wait(POLL_SECS):
            for one in watched:
                _look_after(one, policy, say)
    finally:
        end_all([one.process for one in watched if one.process is not None])


def _look_after(one: _Watched, policy: Policy, say: Callable[[str], None]) -> None:
    if one.process is None:
        if time.monotonic() >= one.due_at:
            one.process, one.started_at = start(one.child), time.monotonic()
        return
    exit_code = one.process.poll()
    if exit_code is None:
        return
    one.process = None
    match decide(policy, exit_code, time.monotonic() - one.started_at, one.quick_ends):
        case GiveUp(reason):
            raise SanctionwireError(
                one.child.name, reason, f"read its last lines above, then try `sanctionwire {one.child.name}` alone"
            )
        case Restart(delay_secs, quick_ends):
            say(f"{one.child.name} ended {how_it_ended(exit_code)}; starting it again in {delay_secs:g} s")
            one.quick_ends, one.due_at = quick_ends, time.monotonic() + delay_secs


def our_command(*words: str) -> tuple[str, ...]:
    """Return the command line that runs this program with these words."""
    return (sys.executable, "-m", "pipelines.cli", *words)


def start(child: Child, output: IO[bytes] | None = None) -> subprocess.Popen[bytes]:
    """Start a child in a session of its own, tied to the calling thread's process.

    Args:
        child: what to start.
        output: gets its standard output and error; None lets it share ours.
    """
    return subprocess.Popen(  # noqa: S603  (our own command line)
        with_parent(child.command, os.getpid()),
        env=dict(child.env),
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        start_new_session=True,
    )


def end_all(processes: Sequence[subprocess.Popen[bytes]], grace_secs: float = GRACE_SECS) -> None:
    """Ask all to stop, and kill what still runs after `grace_secs` together."""
    for process in processes:
        process.terminate()
    deadline = time.monotonic() + grace_secs
    for process in processes:
        try:
            process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

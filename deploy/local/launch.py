"""Run as a script: become another program that is told to stop when the process that started it dies.

    python -I -S launch.py PARENT_PID PROGRAM ARGUMENT...

Linux sends the signal itself (`PR_SET_PDEATHSIG`), also after a `kill -9` of the parent. It counts the *thread* that started the
child as its parent, so start long-lived programs from a thread that lives as long as they should. Elsewhere this only starts the
program. A script of its own, and not a `preexec_fn`, since Python code between fork and exec can hang in a process with threads.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main(parent_pid: int, command: list[str]) -> None:
    """Ask for the signal, then replace this process by `command`; the process id stays the same."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent_pid:  # it died before the request was in place
            sys.exit(1)
    os.execv(command[0], command)  # noqa: S606 - becoming that program is the purpose


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])

"""Worker processes that read what strangers wrote, and that can be killed while they do.

A parser can be made to run for ever or to fill the memory by a few kilobytes of input, inside C code where no exception reaches. So
feeds and pages are parsed in child processes. A child limits itself: timers whose signals end the process for each job, and a limit
on the memory that it may write to. The parent ends it too when a job takes `job_secs`, unless the child has had next to no
processor time in them: that is the machine's fault, and a job gets `PATIENT` times as long then. The loss of a child is its job's
failure, and another one is started at once.

What one document costs, its neighbours do not pay: jobs that find every child busy for a moment get a child of their own, up to a
few; a child whose job has used `SLOW_CPU_SECS` of processor time goes on behind all others and is replaced afterwards; and a host
whose documents kill one child after another is left unread for a while (`costly.py`).

A child is started as `python -m connectors.feeds.workers`, speaks length-prefixed pickles over its stdin and stdout with its parent
alone, ignores Ctrl-C (the parent ends it), and ends when its stdin closes: it outlives a killed parent by one job at most. Should a
document take it over, there is little to be had: its environment holds no secret, and the parent takes nothing from it but the few
classes of `TAKEN`. It says nothing on our stderr, where `lxml` writes a hundred thousand lines when it is out of memory. What it
answers is bounded before it is sent, since the parent has no limit of its own on memory.

Unix only: it needs `setitimer` and `setrlimit`. The price of the limit on memory: a feed of more than about 6 MB is not read, nor a
page of more than about 2 MB.
"""

import io
import os
import pickle
import queue
import resource
import select
import signal
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

from connectors.errors import FeedError
from connectors.feeds.base import FeedKind, Page, Quarantined, Reading
from connectors.feeds.costly import Costly
from connectors.feeds.failures import StoppedError, UnreadableError

COUNT = 3  # so that two hostile documents at once leave one child for the others
JOB_SECS = 4.0
PATIENT = 5
READY = "ready"  # what a child says first
START_SECS = 60.0  # for a child to come up, on a machine that has much else to do
PATIENCE_SECS = 0.2  # how long a job waits for a busy child before it gets one of its own
SPARES = 4  # children of that kind at most
LOOK_SECS, SLOW_CPU_SECS = 0.1, 0.3  # most documents take a hundredth of that
LAST = 10  # a low priority, and not the lowest: on a busy machine that could not even die
JOBS_PER_CHILD = 1000  # then a new one: parsers keep caches, and memory is never given back in full
MAX_MEMORY_BYTES = 128 * 1024 * 1024  # what can be written to; about 20 MB of code come on top
TIRED_BYTES = 110 * 1024 * 1024
MAX_FILES = 64  # that a child may have open
MOST_ENTRIES = 5_000  # of an answer; the poller takes fewer still
MOST_QUARANTINED = 1_000
# All that a child gets of our environment, in which secrets may stand.
KEPT_VARIABLES = ("PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "LD_LIBRARY_PATH")
# All that is made of what a child says, by module.
TAKEN: dict[str, frozenset[str]] = {
    "connectors.errors": frozenset({"FeedError", "UnsafeAddressError"}),
    "connectors.feeds.base": frozenset({"Entry", "Page", "Quarantined", "Reading"}),
    "connectors.feeds.failures": frozenset({"OverBudgetError", "UnreadableError", "UnreachableError"}),
    "connectors.feeds.selectors": frozenset({"SelectorError"}),
    "datetime": frozenset({"datetime", "timedelta", "timezone"}),
}
STATM = Path("/proc/self/statm")
MODULE = "connectors.feeds.workers"
LIMITS = ((resource.RLIMIT_DATA, MAX_MEMORY_BYTES), (resource.RLIMIT_CORE, 0), (resource.RLIMIT_NOFILE, MAX_FILES))
HEADER = struct.Struct(">Q")


class NotStartedError(EOFError):
    """A child did not come up; that says nothing about a document."""


class Worker:
    """One child process, used by one thread at a time."""

    def __init__(self, job_secs: float) -> None:
        self._job_secs = job_secs
        self._is_ready = False
        self.process = subprocess.Popen(  # noqa: S603 our own interpreter and module
            [sys.executable, "-m", MODULE, str(job_secs)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment(),
        )
        self.jobs_left = JOBS_PER_CHILD

    def call(self, name: str, arguments: dict[str, Any]) -> Any:
        """Return what a job returns, or the `FeedError` that it raised; raise EOFError or OSError when the child is gone."""
        if self.process.stdin is None or self.process.stdout is None:
            raise EOFError
        self.jobs_left -= 1
        self._await()
        before, began = cpu_secs(self.process.pid), time.monotonic()
        send(self.process.stdin, (name, arguments))
        while not select.select([self.process.stdout], [], [], LOOK_SECS)[0]:
            is_costly = cpu_secs(self.process.pid) - before > SLOW_CPU_SECS
            if is_costly:
                self._put_last()
            if time.monotonic() - began > self._job_secs * (1 if is_costly else PATIENT):
                self.process.kill()
        answer, tired = receive(self.process.stdout)
        self.jobs_left = 0 if tired else self.jobs_left
        return answer

    def _await(self) -> None:
        """Wait until a new child is ready: what its start costs is no job's fault. Raise `NotStartedError` when it never is."""
        if self._is_ready or self.process.stdout is None:
            return
        if not select.select([self.process.stdout], [], [], START_SECS)[0]:
            raise NotStartedError
        try:
            self._is_ready = receive(self.process.stdout) == READY
        except EOFError as error:
            raise NotStartedError from error

    def _put_last(self) -> None:
        """Let everybody else have the processor first; there is no way back from that without privileges."""
        if self.jobs_left <= 0:
            return
        self.jobs_left = 0
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, self.process.pid, LAST)

    def end(self) -> None:
        """Kill the child; it is gone when the machine comes round to it, see `is_gone`."""
        self.process.kill()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                _close(pipe)

    def is_gone(self) -> bool:
        """Say whether a killed child is gone, and take its place in the table of processes away."""
        return self.process.poll() is not None


def cpu_secs(pid: int) -> float:
    """Return the processor time that a process has used, in seconds; 0 where nobody tells (`proc(5)`, fields 14 and 15)."""
    try:
        words = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def environment() -> dict[str, str]:
    """Return the environment of a child."""
    kept = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
    return {**kept, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}


class Workers:
    """A few children, which start at once. Use as a context, or `close` it.

    Args:
        count: how many jobs run at once without waiting for a child to start.
        job_secs: how long one job may take.
        monotonic: seconds that never run backwards.
    """

    def __init__(self, count: int = COUNT, job_secs: float = JOB_SECS, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._job_secs = job_secs
        self._costly = Costly(monotonic)
        self._idle: queue.LifoQueue[Worker | None] = queue.LifoQueue()
        self._all: set[Worker] = set()
        self._ending: list[Worker] = []  # killed, and not yet gone
        self._lock = threading.Lock()
        self._closed = False
        self._spares = 0
        for _ in range(count):
            self._idle.put(self._replacement())

    def read_feed(self, kind: FeedKind, body: bytes, *, url: str, content_type: str, selector: str | None = None) -> Reading:
        """`kinds.read_feed` in a child; `UnreadableError` also when the child did not survive it."""
        arguments = {"kind": kind, "body": body, "url": url, "content_type": content_type, "selector": selector}
        found: Reading = self._run("feed", url, arguments)
        return found

    def read_page(self, body: bytes, *, url: str, content_type: str) -> Page:
        """`page.read_page` in a child; `UnreadableError` also when the child did not survive it."""
        found: Page = self._run("page", url, {"body": body, "url": url, "content_type": content_type})
        return found

    def _run(self, name: str, subject: str, arguments: dict[str, Any]) -> Any:
        self._costly.refuse(subject)
        worker = self._taken()
        try:
            worker = worker if worker is not None else self._start(subject)
            answer = worker.call(name, arguments)
            self._costly.note(subject, survived=True)
        except (EOFError, OSError, ValueError, pickle.UnpicklingError) as error:  # ValueError: closed meanwhile
            self._drop(worker)
            worker = self._replacement()
            if self._closed:
                raise StoppedError(subject, "was broken off because we were asked to stop") from error
            if isinstance(error, NotStartedError):
                raise UnreadableError(
                    subject, "was not read: no reader could be started", "see what uses up this machine"
                ) from error
            self._costly.note(subject, survived=False)
            problem = f"could not be read within {self._job_secs:g} s and the memory allowed"
            raise UnreadableError(subject, problem, "it is very large or made to do harm; look at it in an editor") from error
        finally:
            self._give_back(worker)
        if isinstance(answer, FeedError):
            raise answer
        return answer

    def _taken(self) -> Worker | None:
        """Return a child that is idle, or None where one may be started."""
        try:
            return self._idle.get(timeout=PATIENCE_SECS)
        except queue.Empty:
            with self._lock:
                may_start = self._spares < SPARES
                self._spares += may_start
            return None if may_start else self._idle.get()

    def _give_back(self, worker: Worker | None) -> None:
        """Let the next job have a child, unless it is used up, or one more than is needed."""
        if worker is not None and worker.jobs_left <= 0:
            self._drop(worker)
            worker = self._replacement()
        with self._lock:
            spare = self._spares > 0 and not self._idle.empty()
            self._spares -= spare
        if spare:
            self._drop(worker)
        else:
            self._idle.put(worker)

    def _replacement(self) -> Worker | None:
        """Return a child that begins to start now, so that the next job need not wait for all of it; None once closed."""
        try:
            return self._start("")
        except (OSError, StoppedError):
            return None

    def _start(self, subject: str) -> Worker:
        with self._lock:
            if self._closed:
                raise StoppedError(subject, "was not read because we were asked to stop")
            worker = Worker(self._job_secs)
            self._all.add(worker)
            self._ending = [one for one in self._ending if not one.is_gone()]
            return worker

    def _drop(self, worker: Worker | None) -> None:
        if worker is not None:
            worker.end()
            with self._lock:
                self._all.discard(worker)
                self._ending.append(worker)

    def close(self) -> None:
        """Kill every child; jobs under way end with `StoppedError`."""
        with self._lock:
            self._closed = True
            workers = (*self._all, *self._ending)
        for worker in workers:
            worker.process.kill()
        for worker in workers:
            worker.end()
            worker.process.wait()

    def __enter__(self) -> "Workers":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _close(pipe: Any) -> None:
    try:
        pipe.close()
    except OSError:  # what was not sent is lost with the child
        return


def send(stream: Any, message: object) -> None:
    """Write one message."""
    data = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
    stream.write(HEADER.pack(len(data)))
    stream.write(data)
    stream.flush()


class Careful(pickle.Unpickler):
    """Makes of a message nothing but plain values and the classes of `TAKEN`: a pickle can name any function to be called."""

    def find_class(self, module: str, name: str) -> Any:
        """Return a class of the table; raise UnpicklingError for anything else."""
        if name not in TAKEN.get(module, ()):
            raise pickle.UnpicklingError(f"{module}.{name} is not taken")
        return super().find_class(module, name)


def receive(stream: Any) -> Any:
    """Read one message; EOFError when the other side is gone, UnpicklingError when it holds what must not be taken."""
    head = stream.read(HEADER.size)
    if len(head) < HEADER.size:
        raise EOFError
    (size,) = HEADER.unpack(head)
    data = stream.read(size)
    if len(data) < size:
        raise EOFError
    return Careful(io.BytesIO(data)).load()


def bounded(answer: Any) -> Any:
    """Return an answer of a size that a parent can hold, with what was left out told; our own directories are exempt."""
    if not isinstance(answer, Reading) or answer.kind == "directory":
        return answer
    counts = {"entries": len(answer.entries) - MOST_ENTRIES, "broken entries": len(answer.quarantined) - MOST_QUARANTINED}
    told = tuple(
        Quarantined(key="", reason=f"{count} {name} more than can be read were left out")
        for name, count in counts.items()
        if count > 0
    )
    return replace(answer, entries=answer.entries[:MOST_ENTRIES], quarantined=(*answer.quarantined[:MOST_QUARANTINED], *told))


def jobs() -> dict[str, Callable[..., Any]]:
    """Return what a child can do. The parsers are imported here, since the parent has no use for their memory."""
    from connectors.feeds.kinds import read_feed
    from connectors.feeds.page import read_page

    return {"feed": read_feed, "page": read_page}


def serve(requests: BinaryIO, answers: BinaryIO, job_secs: float, known: Mapping[str, Callable[..., Any]]) -> None:
    """Be a child: do jobs until the parent is gone."""
    while True:
        try:
            name, arguments = receive(requests)
        except EOFError:
            return
        end_after(job_secs)
        answer: Any
        try:
            answer = bounded(known[name](**arguments))
        except FeedError as error:
            answer = error
        except Exception as error:  # noqa: BLE001 any failure of a parser is a fact about its input
            answer = UnreadableError(str(arguments["url"]), f"cannot be read: {_told(error)}", "look at it in an editor")
        end_after(0.0)
        try:
            send(answers, (answer, is_tired()))
        except OSError:  # the parent is gone
            return


def end_after(job_secs: float) -> None:
    """Have this process end when it has used so much processor time, or waited so much longer for it; 0 takes the limit away."""
    signal.setitimer(signal.ITIMER_PROF, job_secs)  # SIGPROF and SIGALRM, not caught, end the process
    signal.setitimer(signal.ITIMER_REAL, job_secs * PATIENT)


def _told(error: Exception) -> str:
    words = str(error)[:200]
    return "it needs more memory than is allowed" if isinstance(error, MemoryError) else f"{type(error).__name__}: {words}"


def is_tired() -> bool:
    """Say whether this process holds so much memory that what is left of it could spoil the next job; False where nobody tells.

    `getrusage` will not do: its peak is that of the parent, from before the child became another program.
    """
    try:
        pages = int(STATM.read_text(encoding="ascii").split()[1])
    except OSError:
        return False
    return pages * resource.getpagesize() > TIRED_BYTES


def main() -> None:
    """Run a child on stdin and stdout."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # trafilatura's guess at languages, which we do not use, brings numpy with it: 80 MB of memory and half of the start.
    sys.modules["py3langid"] = None  # type: ignore[assignment]
    for limit, most in LIMITS:
        resource.setrlimit(limit, (most, most))
    answers = os.fdopen(os.dup(1), "wb")
    known = jobs()  # what goes wrong here is still said
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):  # what a parser prints must neither break the pipe nor fill a log of ours
        os.dup2(nowhere, stream)
    send(answers, READY)
    serve(sys.stdin.buffer, answers, float(sys.argv[1]), known)
    os._exit(0)  # nothing is left to flush, and nobody to tell


if __name__ == "__main__":
    main()

"""Where the one-machine stack keeps its things, and the lock that lets only one process change them.

Data (Kafka's log, the state file) and cache (Kafka's jars, Prism) are apart: the cache can be deleted at any time and is fetched
again, the data cannot. Both follow the XDG base directories. Assumes POSIX file locks, so not Windows.
"""

import fcntl
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from connectors.errors import StackError

Say = Callable[[str], None]
"""Takes one line of narration; the command line sends it to standard error."""

LOCK_POLL_SECS = 0.2
SAY_EVERY_SECS = 10.0


def default_data_dir(env: Mapping[str, str]) -> Path:
    """`XDG_DATA_HOME` or `~/.local/share`, then `sanctionwire`."""
    return _base(env, "XDG_DATA_HOME", ".local/share") / "sanctionwire"


def default_cache_dir(env: Mapping[str, str]) -> Path:
    """`XDG_CACHE_HOME` or `~/.cache`, then `sanctionwire`."""
    return _base(env, "XDG_CACHE_HOME", ".cache") / "sanctionwire"


def _base(env: Mapping[str, str], variable: str, below_home: str) -> Path:
    """The XDG specification has relative paths in its variables ignored."""
    named = Path(env.get(variable, ""))
    if named.is_absolute():
        return named
    home = env.get("HOME")
    return (Path(home) if home else Path.home()) / below_home


def make_private_dir(path: Path) -> Path:
    """Create `path` for this user only, with its parents, and return it.

    Raises:
        StackError: it cannot be created or is no directory.
    """
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StackError(str(path), f"cannot be used as a directory: {error.strerror}", "name another directory") from error
    return path


def write_atomically(path: Path, text: str) -> None:
    """Replace the file in one step, so that a reader or a crash never sees half of it."""
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


@contextmanager
def locked(path: Path, say: Say, *, waiting_for: str, timeout_secs: float) -> Iterator[None]:
    """Hold an exclusive lock on the file `path`; the system drops it when the process ends, however it ends.

    Args:
        path: the lock file; its directory must exist.
        say: told when another process holds the lock, and every 10 s while it does.
        waiting_for: what the other process is doing, for that line.
        timeout_secs: how long to wait.

    Raises:
        StackError: the other process still held the lock after `timeout_secs`.
    """
    with path.open("w", encoding="utf-8") as file:
        if not _try_lock(file.fileno()):
            _wait_for_lock(file.fileno(), path, say, waiting_for, timeout_secs)
        yield


def _wait_for_lock(descriptor: int, path: Path, say: Say, waiting_for: str, timeout_secs: float) -> None:
    begun = time.monotonic()
    next_line = 0.0
    while not _try_lock(descriptor):
        elapsed = time.monotonic() - begun
        if elapsed >= next_line:
            say(f"waiting for another process that is {waiting_for}, {elapsed:.0f} s")
            next_line += SAY_EVERY_SECS
        if elapsed > timeout_secs:
            raise StackError(
                str(path), f"another process has held this lock for {timeout_secs:.0f} s", "end that process, then try again"
            )
        time.sleep(LOCK_POLL_SECS)


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True

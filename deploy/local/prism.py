"""Find Prism, Beam's engine for one machine, in the very version of the installed Beam, or build it.

    the user's cache ── else ──> `prism` on PATH ── else ──> Beam's own download ── else ──> `go install`

Prism is no Python package. Beam's runner fetches it from the project's releases, which not every network allows, so the last resort
is a build from the Go module, whose hash Go checks against the public checksum database. It takes about two minutes and 1.5 GB of
scratch space, which is freed afterwards. A lock keeps two builders apart and a rename puts the binary in place, so nobody runs half
a file.

A `prism` on PATH is taken only if its build information names the release. A binary that states none is passed over.
"""

import mmap
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from connectors.errors import EngineError
from deploy.local.logs import last_lines
from deploy.local.places import Say, locked, make_private_dir
from deploy.local.processes import with_parent
from deploy.local.runtime import Tool, find_go

GO_MODULE = "github.com/apache/beam/sdks/v2"
BUILD_INFO = re.compile(rb"mod\t" + re.escape(GO_MODULE.encode()) + rb"\tv([0-9][0-9A-Za-z.+-]*)")
PACKAGES_ABOUT = 780  # compiled for 2.77.0, Go's standard library included
SAY_EVERY_SECS = 10.0
DOWNLOAD_STALL_SECS = 20.0
DOWNLOAD_LIMIT_SECS = 300.0
BUILD_LIMIT_SECS = 1800.0
LOCK_TIMEOUT_SECS = DOWNLOAD_LIMIT_SECS + BUILD_LIMIT_SECS
ANSWER_SECS = 60


def beam_version() -> str:
    """The version of the installed Beam, without importing it.

    Raises:
        EngineError: Beam is not installed.
    """
    try:
        return version("apache-beam")
    except PackageNotFoundError as error:
        raise EngineError("apache-beam", "is not installed", "install the extra: pip install 'sanctionwire[pipeline]'") from error


def find_prism(cache_dir: Path, env: Mapping[str, str], say: Say, *, release: str | None = None) -> Tool:
    """Prism of the installed Beam, downloaded or built if this user does not have it yet.

    Args:
        cache_dir: the per-user cache.
        env: the environment: PATH, and whatever Go and the network need.
        say: told what is done and how far it is, at least every 10 s.
        release: the version wanted; that of the installed Beam by default.

    Raises:
        EngineError: it is nowhere and cannot be built.
        StackError: the cache cannot be used.
    """
    release = release or beam_version()
    directory = make_private_dir(cache_dir.absolute() / "prism" / release)
    found = in_cache(directory, release) or on_path(release, env, say)
    if found is not None:
        return found
    with locked(directory / ".lock", say, waiting_for="building Prism", timeout_secs=LOCK_TIMEOUT_SECS):
        return in_cache(directory, release) or _download(directory, release, env, say) or _build(directory, release, env, say)


def in_cache(directory: Path, release: str) -> Tool | None:
    """The binary in this version's directory of the cache, if there is one."""
    path = directory / "prism"
    return Tool(path, release, "the cache") if os.access(path, os.X_OK) else None


def on_path(release: str, env: Mapping[str, str], say: Say) -> Tool | None:
    """`prism` on PATH if its build information names this release."""
    where = shutil.which("prism", path=env.get("PATH", ""))
    if where is None:
        return None
    built = built_release(Path(where))
    if built == release:
        return Tool(Path(where), release, "PATH")
    say(f"{where} is not used: it is {f'Prism {built}' if built else 'of no known version'}, and {release} is needed")
    return None


def built_release(path: Path) -> str | None:
    """The Beam release that a Go binary says it was built from, or None if it says none."""
    if path.stat().st_size == 0:
        return None
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        match = BUILD_INFO.search(content)
        return None if match is None else match[1].decode("ascii")


def build_command(go: Path, release: str) -> list[str]:
    """What builds Prism of a release; without debugging information, which is a third of the file."""
    return [str(go), "install", "-v", "-ldflags=-s -w", f"{GO_MODULE}/go/cmd/prism@v{release}"]


def build_environment(env: Mapping[str, str], scratch: Path) -> dict[str, str]:
    """The caller's environment with all that Go writes moved below `scratch` and no settings of another build.

    No C compiler is asked for, no other Go toolchain fetched, and module files stay deletable. Proxies are the caller's.
    """
    own = {
        "GOPATH": str(scratch),
        "GOBIN": str(scratch / "bin"),
        "GOMODCACHE": str(scratch / "modules"),
        "GOCACHE": str(scratch / "objects"),
        "GOFLAGS": "-modcacherw -trimpath",
        "GOTOOLCHAIN": "local",
        "GOWORK": "off",
        "CGO_ENABLED": "0",
    }
    return {name: value for name, value in env.items() if name not in ("GOROOT", "GOOS", "GOARCH")} | own


def build_progress(log: str) -> str:
    """How far `go install -v` is, from what it has printed: a line for each module fetched and each package compiled."""
    lines = log.splitlines()
    modules = sum(line.startswith("go: downloading ") for line in lines)
    packages = sum("/" in line or line.isalnum() for line in lines if not line.startswith("go: "))
    return f"{modules} modules fetched, {packages} of about {PACKAGES_ABOUT} packages compiled"


def _build(directory: Path, release: str, env: Mapping[str, str], say: Say) -> Tool:
    go = find_go(env)
    scratch = make_private_dir(directory / "build")  # kept when a build fails: the next one goes on with what it fetched
    say(f"building Prism {release} with Go {go}: about 2 minutes, once for this user")
    log = scratch / "build.log"
    with _child(build_command(go.path, release), build_environment(env, scratch), log) as child:
        _watch(
            child, say, lambda: f"building Prism: {build_progress(log.read_text(errors='replace'))}", limit_secs=BUILD_LIMIT_SECS
        )
    tool = _keep(scratch / "bin" / "prism", directory, release, "the build")
    if tool is None:
        step = f"check the network, or put a binary of that version at {directory / 'prism'}"
        raise EngineError(f"Prism {release}", f"cannot be built: {last_lines(log, 5)}", step)
    shutil.rmtree(scratch)
    return tool


def _download(directory: Path, release: str, env: Mapping[str, str], say: Say) -> Tool | None:
    """One attempt; None if nothing usable arrives in time, or Beam's own version is another one than that wanted."""
    if release != beam_version():
        return None
    scratch = make_private_dir(directory / "download")
    say(f"asking for Beam's own build of Prism {release}")
    script = [sys.executable, "-P", str(Path(__file__).with_name("beam_download.py")), str(scratch), str(scratch / "prism")]
    log = directory / "download.log"
    with _child(script, env, log) as child:
        _watch(
            child,
            say,
            lambda: f"downloading Prism: {_size_in(scratch) // 1_000_000} MB",
            limit_secs=DOWNLOAD_LIMIT_SECS,
            stalled=_stall_detector(lambda: _size_in(scratch)),
        )
    tool = _keep(scratch / "prism", directory, release, "Beam's release")
    if tool is None:
        say(f"Beam's own build cannot be had here: {last_lines(log, 1) or 'nothing arrived'}")
    shutil.rmtree(scratch)
    return tool


def _keep(binary: Path, directory: Path, release: str, origin: str) -> Tool | None:
    """Move a binary that works on this machine into the cache."""
    if not _answers(binary):
        return None
    target = directory / "prism"
    binary.replace(target)
    return Tool(target, release, origin)


def _answers(binary: Path) -> bool:
    """Whether the file runs here and knows the option that Beam's runner starts it with."""
    try:
        done = subprocess.run([binary, "-help"], capture_output=True, check=False, timeout=ANSWER_SECS, stdin=subprocess.DEVNULL)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return b"-job_port" in done.stdout + done.stderr


@contextmanager
def _child(command: Sequence[str], env: Mapping[str, str], log: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """Run a program with its output in `log`; it and all that it started end with the block, or with us."""
    with log.open("wb") as output:
        argv = with_parent(command, os.getpid())
        child = subprocess.Popen(
            argv, env=dict(env), stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )
    try:
        yield child
    finally:
        if child.poll() is None:
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def _watch(
    child: "subprocess.Popen[bytes]",
    say: Say,
    progress: Callable[[], str],
    *,
    limit_secs: float,
    stalled: Callable[[float], bool] = lambda _: False,
) -> None:
    """Wait for the program to end, telling its progress; return early when it stalls or is over its limit."""
    begun = time.monotonic()
    next_line = SAY_EVERY_SECS
    while child.poll() is None:
        elapsed = time.monotonic() - begun
        if elapsed > limit_secs or stalled(elapsed):
            return
        if elapsed > next_line:
            say(f"{progress()}, {elapsed:.0f} s")
            next_line += SAY_EVERY_SECS
        time.sleep(0.2)


def _stall_detector(size: Callable[[], int]) -> Callable[[float], bool]:
    """Says, asked with the seconds elapsed, whether the size has not grown for too long."""
    largest, since = 0, 0.0

    def stalled(elapsed: float) -> bool:
        nonlocal largest, since
        if size() > largest:
            largest, since = size(), elapsed
        return elapsed - since > DOWNLOAD_STALL_SECS

    return stalled


def _size_in(directory: Path) -> int:
    """Bytes in all files below a directory that is being written to."""
    return sum(path.stat(follow_symlinks=False).st_size for path in directory.rglob("*") if path.is_file())

"""Fetch Apache Kafka's jars once a user, and prove on every start that they are the pinned ones.

`jgo` (pure Python) downloads from Maven's central repository, or from the mirror named `central` in jgo's own configuration. A jar
reaches the cache only after its SHA-256 agrees with `kafka_jars.py`, by a rename, so an interrupted fetch goes on where it
stopped. A later start reads and hashes the 44 MB (0.05 s) and needs no network.
"""

import hashlib
import shutil
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from connectors.errors import StackError
from deploy.local.kafka_jars import JARS, KAFKA_VERSION, Jar
from deploy.local.places import Say, locked, make_private_dir

FETCH_WORKERS = 4
FETCH_ATTEMPTS = 3
FETCH_TIMEOUT_SECS = 20
LOCK_TIMEOUT_SECS = 900.0
SAY_EVERY_JARS = 10
SCRATCH = ".fetch-"
NETWORK_STEP = "check the network; a mirror is named in jgo's configuration: section [repositories], central = URL"

Fetch = Callable[[Jar, Path], Path]
"""Downloads one jar somewhere below the given scratch directory and returns the file."""


def kafka_class_path(cache_dir: Path, say: Say, fetch: Fetch | None = None, jars: Sequence[Jar] = JARS) -> tuple[Path, ...]:
    """Kafka's jars in the cache, fetched if they are not there yet.

    Args:
        cache_dir: the per-user cache.
        say: told what is fetched and how far it is.
        fetch: how to get one jar; jgo by default.
        jars: what is wanted.

    Raises:
        StackError: a jar cannot be fetched or is not the pinned one.
    """
    directory = make_private_dir(cache_dir / "kafka" / KAFKA_VERSION)
    if missing(directory, jars):
        with locked(directory / ".lock", say, waiting_for="fetching Apache Kafka", timeout_secs=LOCK_TIMEOUT_SECS):
            _fetch_all(missing(directory, jars), directory, say, fetch or fetch_with_jgo)
    return tuple(directory / jar.file_name for jar in jars)


def missing(directory: Path, jars: Sequence[Jar]) -> list[Jar]:
    """The jars that the directory lacks or holds in another content than the pinned one."""
    return [jar for jar in jars if not is_intact(directory / jar.file_name, jar)]


def is_intact(path: Path, jar: Jar) -> bool:
    """Whether the file is there and its SHA-256 is the pinned one."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == jar.sha256
    except OSError:
        return False


def _fetch_all(wanted: Sequence[Jar], directory: Path, say: Say, fetch: Fetch) -> None:
    if not wanted:
        return
    say(f"fetching Apache Kafka {KAFKA_VERSION}: {len(wanted)} jars, once for this user")
    for left_over in directory.glob(f"{SCRATCH}*"):  # of a process that was killed
        shutil.rmtree(left_over)
    with tempfile.TemporaryDirectory(dir=directory, prefix=SCRATCH) as scratch, ThreadPoolExecutor(FETCH_WORKERS) as pool:
        tasks = [pool.submit(_fetch_one, jar, directory, Path(scratch), fetch) for jar in wanted]
        try:
            for done, task in enumerate(as_completed(tasks), start=1):
                task.result()
                if done % SAY_EVERY_JARS == 0 or done == len(tasks):
                    say(f"fetched {done} of {len(tasks)} jars")
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def _fetch_one(jar: Jar, directory: Path, scratch: Path, fetch: Fetch) -> None:
    fetched = _fetch_patiently(jar, scratch, fetch)
    if not is_intact(fetched, jar):
        raise StackError(
            jar.coordinate, "the repository's file does not have the pinned SHA-256", "do not use it; try another mirror"
        )
    fetched.replace(directory / jar.file_name)


def _fetch_patiently(jar: Jar, scratch: Path, fetch: Fetch) -> Path:
    """Each attempt gets a directory of its own: jgo takes a half file of an earlier attempt for the whole."""
    for attempt in range(1, FETCH_ATTEMPTS + 1):
        try:
            return fetch(jar, scratch / f"{jar.file_name}-{attempt}")
        except (OSError, RuntimeError) as error:  # requests' errors are OSErrors, jgo's own "not found" a RuntimeError
            failure = error
    raise StackError(jar.coordinate, f"cannot be fetched: {type(failure).__name__}", NETWORK_STEP) from failure


def fetch_with_jgo(jar: Jar, scratch: Path) -> Path:
    """Download one jar with jgo into a Maven repository layout below `scratch`."""
    from jgo.config import GlobalSettings
    from jgo.constants import MAVEN_CENTRAL_URL
    from jgo.maven import MavenContext

    repositories = {"central": MAVEN_CENTRAL_URL} | GlobalSettings.load().repositories
    context = MavenContext(repo_cache=scratch, remote_repos=repositories, timeout=FETCH_TIMEOUT_SECS)
    group, artifact, version = jar.coordinate.split(":")
    return Path(context.project(group, artifact).at_version(version).artifact().resolve())

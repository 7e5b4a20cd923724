"""The pipeline as its operator starts it: a process of its own, watched through its probe, killed without mercy."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from connectors.config import KafkaConfig, env_name

READY_SECS = 300  # a tenth of it where nothing else runs
END_SECS = 90


class Job:
    """One start of `sanctionwire run pipeline`."""

    def __init__(self, process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
        self.process = process
        self.port = port
        self.log = log

    def wait_until_ready(self) -> None:
        """Wait until it reads articles."""
        self.wait_for(self.is_ready, READY_SECS)

    def wait_for(self, condition: Callable[[], bool], limit_secs: float) -> None:
        """Wait until a condition holds; a job that ends before fails at once, with its last words."""
        assert comes_true(lambda: condition() or self.has_ended(), limit_secs), self.tail()
        assert not self.has_ended(), self.tail()

    def has_ended(self) -> bool:
        """Whether its process has ended."""
        return self.process.poll() is not None

    def is_ready(self) -> bool:
        """Whether it says that it reads articles."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=2) as answer:
                return answer.status == 200
        except (OSError, urllib.error.URLError):
            return False

    def prism(self) -> psutil.Process:
        """The engine's process."""
        return self._child("prism")

    def reader(self) -> psutil.Process:
        """A process of the pool that holds the model."""
        return self._child("python")

    def kill(self) -> None:
        """End the Python process as a crash would, and see its children follow."""
        children = psutil.Process(self.process.pid).children(recursive=True)
        self.process.kill()
        self.process.wait(END_SECS)
        _, alive = psutil.wait_procs(children, timeout=END_SECS)
        assert alive == [], f"left running: {alive}"

    def kill_engine(self) -> int:
        """End Prism as a crash would, and return the code with which the job ends by itself."""
        self.prism().kill()
        return self.process.wait(END_SECS)

    def stop(self) -> int:
        """Ask it to stop, and return its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(END_SECS)

    def tail(self) -> str:
        """The last lines of its log."""
        return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-30:])

    def _child(self, name: str) -> psutil.Process:
        children = psutil.Process(self.process.pid).children(recursive=True)
        return next(child for child in children if name in child.name())


def start(kafka: KafkaConfig, prism_location: str, directory: Path, **settings: str) -> Job:
    """Start the job; `settings` are further keys by their environment variables' names."""
    port = free_port()
    log = directory / f"pipeline-{port}.log"
    env = {
        **os.environ,
        env_name("kafka", "bootstrap_servers"): kafka.bootstrap_servers,
        env_name("kafka", "topic_prefix"): kafka.topic_prefix,
        env_name("engine", "prism_location"): prism_location,
        env_name("telemetry", "port"): str(port),
        **settings,
    }
    with log.open("wb") as output:
        command = [sys.executable, "-m", "pipelines.cli", "run", "pipeline"]
        process = subprocess.Popen(command, env=env, stdout=output, stderr=output)
    return Job(process, port, log)


@contextmanager
def running(kafka: KafkaConfig, prism_location: str, directory: Path, **settings: str) -> Iterator[Job]:
    """A job that is ready, and that is gone after the context."""
    job = start(kafka, prism_location, directory, **settings)
    try:
        job.wait_until_ready()
        yield job
    finally:
        if not job.has_ended():
            job.stop()


def wait_for(condition: Callable[[], bool], limit_secs: float, complaint: str) -> None:
    """Wait until a condition holds."""
    assert comes_true(condition, limit_secs), complaint


def comes_true(condition: Callable[[], bool], limit_secs: float) -> bool:
    """Wait until a condition holds, and tell whether it did in time."""
    deadline = time.monotonic() + limit_secs
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.2)
    return True


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])

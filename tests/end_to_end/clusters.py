"""A cluster on one machine: a Prism started by hand, as a job server, and two pools of workers; each can be killed and comes back.

Prism speaks the protocol of Flink's job server. It is not Flink: it keeps nothing over a crash, and starts no job again by itself.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from connectors.config import KafkaConfig, env_name
from deploy.local.ports import is_open
from deploy.local.processes import with_parent
from tests.end_to_end.jobs import Job, comes_true, free_port, start, wait_for

START_SECS = 600
POOLS = ("keepers", "readers")


@dataclass
class Cluster:
    """The parts and their ports; `env` is what a job needs to know of them."""

    prism_location: str
    directory: Path
    ports: dict[str, int] = field(default_factory=lambda: {name: free_port() for name in ("prism", *POOLS)})
    parts: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)

    @property
    def env(self) -> dict[str, str]:
        """The configuration of a job that runs here."""
        return {
            env_name("engine", "kind"): "cluster",
            env_name("engine", "job_endpoint"): f"127.0.0.1:{self.ports['prism']}",
            env_name("engine", "worker_endpoint"): f"127.0.0.1:{self.ports['keepers']}",
            env_name("engine", "reader_endpoint"): f"127.0.0.1:{self.ports['readers']}",
            env_name("engine", "stall_after_secs"): "120",  # Prism does not notice that a worker is gone
        }

    def up(self) -> None:
        """Start what does not run."""
        for name in self.ports:
            if name not in self.parts or self.parts[name].poll() is not None:
                self.parts[name] = self._start(name)
        wait_for(lambda: all(map(is_open, self.ports.values())), START_SECS, "the cluster does not come up")

    def kill(self, name: str) -> int:
        """Kill a part as a crash would, see its children follow, and return how many there were."""
        children = psutil.Process(self.parts[name].pid).children(recursive=True)
        self.parts[name].kill()
        self.parts[name].wait()
        _, alive = psutil.wait_procs(children, timeout=START_SECS)
        assert alive == [], f"left running: {alive}"
        return len(children)

    def workers(self, name: str) -> list[psutil.Process]:
        """The worker processes of a pool, without the processes that hold the model."""
        children = psutil.Process(self.parts[name].pid).children()
        return [child for child in children if "pipelines.worker" in child.cmdline()]

    def start(self, kafka: KafkaConfig, **settings: str) -> Job:
        """Submit the job."""
        return start(kafka, self.prism_location, self.directory, **self.env, **settings)

    def log(self, name: str) -> str:
        """What a part has said."""
        return (self.directory / f"{name}-{self.ports[name]}.log").read_text(encoding="utf-8", errors="replace")

    def _start(self, name: str) -> "subprocess.Popen[bytes]":
        port = self.ports[name]
        prism = [self.prism_location, "--job_port", str(port), "--serve_http=false", "--log_level", "warn", "--log_kind", "json"]
        pool = [sys.executable, "-m", "pipelines.cli", "run", "worker", "--listen", f"127.0.0.1:{port}"]
        command = prism if name == "prism" else pool
        with (self.directory / f"{name}-{port}.log").open("ab") as output:
            return subprocess.Popen(with_parent(command, os.getpid()), stdin=subprocess.DEVNULL, stdout=output, stderr=output)


@contextmanager
def cluster(prism_location: str, directory: Path) -> Iterator[Cluster]:
    """A cluster that runs, and that is gone after the context."""
    made = Cluster(prism_location, directory)
    try:
        made.up()
        yield made
    finally:
        for part in made.parts.values():
            part.terminate()
        for part in made.parts.values():
            part.wait(START_SECS)


def wait_until_ended(job: Job, limit_secs: float) -> int:
    """Wait until a job has ended by itself, and return its code."""
    assert comes_true(job.has_ended, limit_secs), f"the job goes on: {job.tail()}"
    return int(job.process.returncode)

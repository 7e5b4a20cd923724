"""The parts of Sanctionwire under chaos: processes that are started again whenever they end, and a broker behind a bad network."""

import json
import os
import subprocess
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from unittest import mock

import psutil

from connectors.config import KafkaConfig, env_name
from deploy.local import broker as local
from deploy.local.settings import server_settings
from deploy.supervise import Child, end_all, our_command, start
from tests.end_to_end.chaos.proxy import Proxy
from tests.end_to_end.jobs import free_port

AGAIN_SECS = 0.5
BROKER_SECS = 400.0  # seconds are enough, but not on a machine that is busy with something else


@dataclass
class Part:
    """One process that is kept running.

    Attributes:
        child: how it is started.
        port: where it answers probes.
        log: its output, of all its starts.
        process: the one that runs now.
        ends: how often it ended, by exit code.
    """

    child: Child
    port: int
    log: Path
    process: "subprocess.Popen[bytes] | None" = None
    ends: Counter[int] = field(default_factory=Counter)
    due_at: float = 0.0

    def look_after(self) -> None:
        """Start it if it does not run."""
        if self.process is not None and self.process.poll() is not None:
            self.ends[self.process.returncode] += 1
            self.process, self.due_at = None, time.monotonic() + AGAIN_SECS
        if self.process is None and time.monotonic() >= self.due_at:
            with self.log.open("ab") as output:
                self.process = start(self.child, output)

    def metric(self, name: str) -> float | None:
        """Return a metric without labels; None while it does not answer."""
        with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{self.port}/metrics", timeout=2) as answer:
            lines = answer.read().decode().splitlines()
            return next((float(line.split()[1]) for line in lines if line.startswith(f"{name} ")), None)
        return None

    def signal(self, number: int) -> bool:
        """Signal its process; false if none runs."""
        process = self.process
        if process is None or process.poll() is not None:
            return False
        process.send_signal(number)
        return True

    def descendant(self, word: str) -> psutil.Process | None:
        """Return a process below it whose command line has this word."""
        with suppress(psutil.NoSuchProcess):
            for one in psutil.Process(self.process.pid if self.process else -1).children(recursive=True):
                with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
                    if word in " ".join(one.cmdline()):
                        return one
        return None


@dataclass
class Parts:
    """Everything that runs besides the broker."""

    pipelines: list[Part]
    feeds: Part

    def active(self) -> Part | None:
        """Return the copy of the pipeline that says that it works."""
        return next((one for one in self.pipelines if one.metric("sanctionwire_active") == 1.0), None)

    def waiting(self) -> Part | None:
        """Return a copy that stands by."""
        return next((one for one in self.pipelines if one.metric("sanctionwire_active") == 0.0), None)

    def ends(self) -> dict[str, dict[int, int]]:
        """Return how often each part ended, by exit code."""
        return {one.child.name: dict(one.ends) for one in (*self.pipelines, self.feeds)}


@contextmanager
def kept(kafka: KafkaConfig, prism: str, directory: Path, inbox: Path, copies: int) -> Iterator[Parts]:
    """Run feeds and copies of the pipeline, started again whenever they end, for the time of the context."""
    env = _environment(kafka, prism)
    config = directory / "feeds.toml"
    config.write_text(_feeds(directory, inbox), encoding="utf-8")
    standby = ["--standby"] if copies > 1 else []
    pipelines = [_part(f"pipeline {number}", directory, env, "run", "pipeline", *standby) for number in range(copies)]
    parts = Parts(pipelines, _part("feeds", directory, env, "run", "feeds", "--config", str(config)))
    stop = threading.Event()
    keeper = threading.Thread(target=_keep, args=(parts, stop), name="keeper")
    keeper.start()
    try:
        yield parts
    finally:
        stop.set()
        keeper.join()


def _keep(parts: Parts, stop: threading.Event) -> None:
    """Look after the parts; they are children of this thread, and end with it."""
    every = (*parts.pipelines, parts.feeds)
    while not stop.wait(0.1):
        for one in every:
            one.look_after()
    for one in every:
        one.signal(18)  # SIGCONT: one that stands still cannot end
    end_all([one.process for one in every if one.process is not None])


def _part(name: str, directory: Path, env: Mapping[str, str], *words: str) -> Part:
    port = free_port()
    child = Child(name, our_command(*words), {**env, env_name("telemetry", "port"): str(port)})
    return Part(child, port, directory / f"{name.replace(' ', '-')}.log")


def _environment(kafka: KafkaConfig, prism: str) -> dict[str, str]:
    return {
        **os.environ,
        env_name("kafka", "bootstrap_servers"): kafka.bootstrap_servers,
        env_name("kafka", "topic_prefix"): kafka.topic_prefix,
        env_name("kafka", "group_id"): kafka.group_id,
        env_name("kafka", "transactional_id"): kafka.transactional_id,
        env_name("engine", "prism_location"): prism,
        env_name("telemetry", "log_format"): "json",
    }


def _feeds(directory: Path, inbox: Path) -> str:
    table = {
        "id": "chaos", "kind": "directory", "path": str(inbox), "language": "en", "fetch_pages": False,
        "min_poll_interval_secs": 3.0, "poll_interval_secs": 3.0, "max_poll_interval_secs": 3.0,
    }  # fmt: skip
    lines = [f"{key} = {json.dumps(value)}" for key, value in table.items()]
    state = f"state_path = {json.dumps(str(directory / 'feeds-state.sqlite'))}"
    return "\n".join(["[feeds]", state, "[[feeds.feed]]", *lines, ""])


@dataclass
class Broker:
    """The broker behind the proxy."""

    data_dir: Path
    software: local.Software
    proxy: Proxy

    @property
    def config(self) -> KafkaConfig:
        """How to reach it, through the proxy."""
        return KafkaConfig(bootstrap_servers=f"127.0.0.1:{self.proxy.port}")

    def kill(self) -> None:
        """End it as a crash would."""
        local.kill(self.data_dir)

    def restart(self) -> None:
        """Bring it back."""
        _started(self.data_dir, self.software, None)


@contextmanager
def behind_a_proxy(directory: Path, software: local.Software) -> Iterator[Broker]:
    """Run a broker that tells its clients to come through a proxy."""
    port = free_port()
    with Proxy(port).running() as proxy:
        place = f"BROKER://127.0.0.1:{proxy.port}"

        def settings(*words: object) -> dict[str, str]:
            return server_settings(*words) | {"advertised.listeners": place}  # type: ignore[arg-type]

        with mock.patch.object(local, "server_settings", settings):
            try:
                found = _started(directory, software, port)
                if found.bootstrap != f"127.0.0.1:{port}":
                    raise RuntimeError(f"the broker is at {found.bootstrap}, and not at the port that was free a moment ago")
                yield Broker(directory, software, proxy)
            finally:
                local.stop(directory, lambda _: None)


def _started(directory: Path, software: local.Software, port: int | None) -> local.Broker:
    return local.start(directory, software, lambda _: None, preferred_port=port, dies_with_parent=True, timeout_secs=BROKER_SECS)

"""The services of the demonstration, started as in production: from a configuration file, as processes of their own."""

import json
import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

from connectors.config import ENV_PREFIX, KafkaConfig, env_name
from connectors.errors import SanctionwireError
from deploy.demo.server import Press
from deploy.local.logs import last_lines
from deploy.supervise import Child, end_all, how_it_ended, our_command, start

POLL_SECS = 0.1
ASK_SECS = 2.0
LOG_LINES = 8
NAMES = ("feeds", "pipeline")
PAGE_PORT = 8088


class Services:
    """Feeds and pipeline, and the page if it is opened, from the beginning of the block to its end.

    Args:
        directory: for the configuration, the feeds' state and the logs.
        kafka: the brokers.
        prism: the engine's binary; None lets the pipeline look for it.
        press: whose feeds are polled.
    """

    def __init__(self, directory: Path, kafka: KafkaConfig, prism: str | None, press: Press) -> None:
        self._directory = directory
        self._press = press
        self._port = _free_port()
        self._config = directory / "demo.toml"
        self._config.write_text(configuration(directory, kafka, prism, press), encoding="utf-8")
        self._processes: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Self:
        with ExitStack() as undo:
            undo.callback(self._end)
            for name in NAMES:
                with self._log(name).open("wb") as output:
                    self._processes[name] = start(self.child(name), output)
            undo.pop_all()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._end()

    def wait_until_ready(self, limit_secs: float, is_stopped: Callable[[], bool]) -> None:
        """Wait until the pipeline reads and every feed was polled once.

        Raises:
            SanctionwireError: a process ended, or the time is up.
        """
        deadline = time.monotonic() + limit_secs
        while not (self._press.is_polled and self._is_pipeline_ready()):
            self.check()
            if is_stopped():
                raise SanctionwireError("demo", "interrupted")
            if time.monotonic() > deadline:
                raise SanctionwireError("demo", f"feeds and pipeline are not ready after {limit_secs:g} s", self.where_to_look())
            time.sleep(POLL_SECS)

    def open_page(self, limit_secs: float, is_stopped: Callable[[], bool]) -> str:
        """Start the page too, wait until it shows all that is on the topics, and return its address.

        Raises:
            SanctionwireError: a process ended, or the time is up.
        """
        port, probes = PAGE_PORT if _is_free(PAGE_PORT) else _free_port(), _free_port()
        with self._log("web").open("wb") as output:
            child = self.child("web")
            ports = {env_name("web", "port"): str(port), env_name("telemetry", "port"): str(probes)}
            self._processes["web"] = start(replace(child, env={**child.env, **ports}), output)
        deadline, address = time.monotonic() + limit_secs, f"http://127.0.0.1:{port}/"
        while not (_answers(f"http://127.0.0.1:{probes}/readyz") and _answers(address)):
            self.check()
            if is_stopped():
                raise SanctionwireError("demo", "interrupted")
            if time.monotonic() > deadline:
                raise SanctionwireError("demo", f"the page does not answer after {limit_secs:g} s", self.where_to_look())
            time.sleep(POLL_SECS)
        return address

    def check(self) -> None:
        """Raise SanctionwireError if a process has ended."""
        for name, process in self._processes.items():
            code = process.poll()
            if code is not None:
                problem = f"ended {how_it_ended(code)}; its last lines: {last_lines(self._log(name), LOG_LINES)}"
                raise SanctionwireError(f"run {name}", problem, self.where_to_look())

    def where_to_look(self) -> str:
        """Return where the logs are."""
        return f"read the logs in {self._directory}"

    def _end(self) -> None:
        end_all(list(self._processes.values()))

    def _log(self, name: str) -> Path:
        return self._directory / f"{name}.log"

    def child(self, name: str) -> Child:
        """Return the process that is to run as `feeds`, `pipeline` or `web`."""
        # Whoever has variables of ours set for a real installation must not publish the demonstration there.
        env = {name: value for name, value in os.environ.items() if not name.startswith(ENV_PREFIX)}
        env["TMPDIR"] = str(self._directory)  # Beam leaves files there
        if name == "pipeline":
            env[env_name("telemetry", "port")] = str(self._port)
        return Child(f"run {name}", our_command("run", name, "--config", str(self._config)), env)

    def _is_pipeline_ready(self) -> bool:
        return _answers(f"http://127.0.0.1:{self._port}/readyz")


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=ASK_SECS) as answer:  # noqa: S310 -- an address of ours
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError):
        return False


def configuration(directory: Path, kafka: KafkaConfig, prism: str | None, press: Press) -> str:
    """Return the configuration file of the demonstration."""
    name = f"{kafka.topic_prefix}sanctionwire-demo"
    lines = [
        "[kafka]",
        _setting("bootstrap_servers", kafka.bootstrap_servers),
        _setting("topic_prefix", kafka.topic_prefix),
        _setting("group_id", name),
        _setting("transactional_id", name),
        "[feeds]",
        _setting("poll_interval_secs", 1.0),
        _setting("user_agent", "sanctionwire-demo"),
        _setting("state_path", str(directory / "feeds-state")),
    ]
    for outlet in press.outlets:
        lines += ["[[feeds.feed]]", _setting("id", outlet.host), _setting("url", press.feed_link(outlet))]
        lines += ["allow_private_addresses = true"]
    lines += ["[telemetry]", _setting("log_format", "console")]
    lines += ["[web]", _setting("state_path", str(directory / "web.sqlite"))]
    if prism is not None:
        lines += ["[engine]", _setting("prism_location", prism)]
    return "\n".join(lines) + "\n"


def _setting(key: str, value: str | float) -> str:
    return f"{key} = {json.dumps(value)}"  # a JSON text is a TOML basic string too


def _is_free(port: int) -> bool:
    try:
        with socket.create_server(("127.0.0.1", port)):
            return True
    except OSError:
        return False


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])

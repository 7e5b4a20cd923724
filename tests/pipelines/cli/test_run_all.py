"""`run all` on a real Kafka and a real engine: alerts on standard output, a killed part comes back, Ctrl-C ends everything."""

import json
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest

from connectors.config import KafkaConfig
from deploy.demo.press import OUTLETS, read_pieces
from deploy.demo.server import serving
from deploy.demo.services import configuration
from deploy.local.places import default_cache_dir
from deploy.local.stack import StackOptions, running

LIMIT_SECS = 120
PIECES = {piece.slug: piece for piece in read_pieces()}


class Lines:
    """The lines of a stream, each to be waited for."""

    def __init__(self, stream: Iterator[str]) -> None:
        self._lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=lambda: [self._lines.put(line) for line in stream], daemon=True).start()

    def wait_for(self, words: str) -> str:
        """Return the next line with these words in it."""
        while words not in (line := self._lines.get(timeout=LIMIT_SECS)):
            pass
        return line


def _part(process: psutil.Process, words: list[str]) -> psutil.Process:
    (found,) = [child for child in process.children(recursive=True) if child.cmdline()[-len(words) - 2 :][: len(words)] == words]
    return found


@contextmanager
def _everything(config: Path) -> Iterator[tuple[subprocess.Popen[str], Lines, Lines]]:
    command = [sys.executable, "-m", "pipelines.cli", "run", "all", "--json", "--config", str(config)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stderr is not None
    try:
        yield process, Lines(iter(process.stdout.readline, "")), Lines(iter(process.stderr.readline, ""))
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)


@pytest.mark.e2e
@pytest.mark.model
@pytest.mark.slow
@pytest.mark.timeout(3 * LIMIT_SECS)
def test_everything_runs_comes_back_and_ends(tmp_path: Path) -> None:
    options = StackOptions(
        data_dir=tmp_path / "stack", cache_dir=default_cache_dir(os.environ), env=dict(os.environ), preferred_port=None
    )
    with running(options, lambda _: None) as stack, serving([OUTLETS["daily-courier"], OUTLETS["harbour-gazette"]]) as press:
        path = tmp_path / "all.toml"
        kafka = KafkaConfig(bootstrap_servers=stack.bootstrap or "")
        path.write_text(configuration(tmp_path, kafka, stack.prism, press), encoding="utf-8")
        with _everything(path) as (process, alerts, narration):
            narration.wait_for("reading articles")
            press.release([PIECES["imposed-daily-courier"]], datetime.now(UTC))
            first = json.loads(alerts.wait_for("CAN"))
            assert (first["kind"], first["version"]) == ("imposed", 1)

            children = psutil.Process(process.pid).children(recursive=True)
            _part(psutil.Process(process.pid), ["run", "pipeline"]).kill()
            narration.wait_for("run pipeline ended with signal 9; starting it again in 1 s")
            press.release([PIECES["ultimatum-harbour-gazette"]], datetime.now(UTC))
            second = json.loads(alerts.wait_for("SAU"))
            assert (second["kind"], second["version"]) == ("threat", 1)
            children += psutil.Process(process.pid).children(recursive=True)
        assert process.returncode == 0
        _, left = psutil.wait_procs(children, timeout=10)
        assert not [child for child in left if child.status() != psutil.STATUS_ZOMBIE]

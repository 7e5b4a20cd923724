"""The pool of workers: it starts what is asked for, ends what is let go of, and leaves nothing behind."""

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import grpc
import psutil
import pytest
from apache_beam.portability.api import beam_fn_api_pb2, beam_fn_api_pb2_grpc, endpoints_pb2

from connectors.errors import EngineError
from deploy.local.ports import is_free, is_open
from pipelines.worker import Workers, environment_of_workers, run_pool, worker_command

LIMIT_SECS = 60
SLEEPS = "import sys, time; print(*sys.argv[1:], flush=True); time.sleep(60)"


def sleeper(engine: str, worker_id: str) -> list[str]:
    """A worker that does nothing."""
    return [sys.executable, "-c", SLEEPS, engine, worker_id]


def wait_for(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + LIMIT_SECS
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def is_sleeper(process: psutil.Process) -> bool:
    """Tell whether a process is a worker, and not still its launcher; for a moment in between it has no words."""
    try:
        return process.cmdline()[1:3] == ["-c", SLEEPS]
    except psutil.NoSuchProcess:  # ended since it was listed, and perhaps not yet waited for
        return False


def workers_now() -> list[psutil.Process]:
    return [child for child in psutil.Process().children() if is_sleeper(child)]


@contextmanager
def pool(lines: list[str], command: Callable[[str, str], list[str]] = sleeper) -> Iterator[str]:
    """A pool that listens, in a thread of its own; gives its address."""
    port = next(port for port in range(42_000, 43_000) if is_free(port))
    stop, address = threading.Event(), f"127.0.0.1:{port}"
    workers = Workers(command, dict(os.environ), lines.append)
    thread = threading.Thread(target=run_pool, args=(address, workers, lines.append, stop))
    thread.start()
    try:
        wait_for(lambda: is_open(port))
        yield address
    finally:
        stop.set()
        thread.join(LIMIT_SECS)
    assert not thread.is_alive()


@contextmanager
def engine(address: str) -> Iterator[beam_fn_api_pb2_grpc.BeamFnExternalWorkerPoolStub]:
    with grpc.insecure_channel(address) as channel:
        yield beam_fn_api_pb2_grpc.BeamFnExternalWorkerPoolStub(channel)


def start_request(worker_id: str) -> beam_fn_api_pb2.StartWorkerRequest:
    control = endpoints_pb2.ApiServiceDescriptor(url="127.0.0.1:1")
    return beam_fn_api_pb2.StartWorkerRequest(worker_id=worker_id, control_endpoint=control)


def test_workers_are_started_when_the_engine_asks_and_ended_when_it_lets_go() -> None:
    lines: list[str] = []
    with pool(lines) as address, engine(address) as asks:
        assert asks.StartWorker(start_request("first")).error == ""
        asks.StartWorker(start_request("second"))
        wait_for(lambda: len(workers_now()) == 2)
        assert {tuple(worker.cmdline()[-2:]) for worker in workers_now()} == {("127.0.0.1:1", "first"), ("127.0.0.1:1", "second")}
        asks.StopWorker(beam_fn_api_pb2.StopWorkerRequest(worker_id="first"))
        asks.StopWorker(beam_fn_api_pb2.StopWorkerRequest(worker_id="never seen"))
        assert [worker.cmdline()[-1] for worker in workers_now()] == ["second"]
    assert workers_now() == []
    assert "worker first ended: the engine asked for it" in lines


def test_a_worker_that_ends_by_itself_is_told() -> None:
    lines: list[str] = []
    with pool(lines, lambda *_: [sys.executable, "-c", "raise SystemExit(7)"]) as address, engine(address) as asks:
        asks.StartWorker(start_request("brief"))
        wait_for(lambda: "worker brief ended with code 7" in lines)


def test_an_address_that_is_taken_is_told() -> None:
    lines: list[str] = []
    with pool(lines) as address, pytest.raises(EngineError, match="cannot be listened on"):
        run_pool(address, Workers(sleeper, {}, lines.append), lines.append, threading.Event())


def test_workers_read_the_file_that_the_pool_was_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert environment_of_workers(Path("my.toml"), {"A": "b"}) == {"A": "b", "SANCTIONWIRE_CONFIG": str(tmp_path / "my.toml")}
    assert environment_of_workers(None, {"A": "b"}) == {"A": "b"}


def test_a_worker_runs_in_the_interpreter_of_the_pool() -> None:
    assert worker_command("here:1", "x") == [sys.executable, "-m", "pipelines.worker", "here:1", "x"]

"""A pool of workers for a cluster: asked by the engine, it starts a process for each share of a job.

Beam's own pool speaks the same protocol. Ours differs where that one was found wanting: workers run in this interpreter, wherever
its folder is on the PATH; they end with the pool, also when it is killed; their log lines come out in ours; and they take secrets
from this machine's configuration (`pipelines.share`).

Assumes that whoever reaches the port may run code here: that is what the protocol is. It listens on loopback unless told otherwise,
and belongs behind a network policy.
"""

import logging
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from connectors.config import load
from connectors.errors import EngineError
from deploy.local.memory import keep_heaps_few
from deploy.local.processes import with_parent

END_SECS = 10.0
LOOK_SECS = 0.2
CONFIG_VARIABLE = "SANCTIONWIRE_CONFIG"
Say = Callable[[str], None]


class Workers:
    """The processes of a pool. Only the thread that calls `serve` starts them, since they end with the thread that did.

    Args:
        command: gives the command of a worker by the engine's address and the worker's id.
        env: the environment of workers.
        say: told what starts and ends.
    """

    def __init__(self, command: Callable[[str, str], list[str]], env: Mapping[str, str], say: Say) -> None:
        self._command = command
        self._env = dict(env)
        self._say = say
        self._asked: queue.Queue[tuple[str, str]] = queue.Queue()
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._lock = threading.Lock()

    def ask(self, engine: str, worker_id: str) -> None:
        """Ask for a worker."""
        self._asked.put((engine, worker_id))

    def end(self, worker_id: str) -> None:
        """End a worker; one that is not there has ended."""
        with self._lock:
            process = self._running.pop(worker_id, None)
        if process is not None:
            _end(process)
            self._say(f"worker {worker_id} ended: the engine asked for it")

    def serve(self, stop: threading.Event) -> None:
        """Start what is asked for until the event is set, then end all."""
        while not stop.is_set():
            try:
                engine, worker_id = self._asked.get(timeout=LOOK_SECS)
            except queue.Empty:
                self._reap()
                continue
            self._start(engine, worker_id)
        with self._lock:
            running, self._running = self._running, {}
        for process in running.values():
            _end(process)

    def _start(self, engine: str, worker_id: str) -> None:
        command = with_parent(self._command(engine, worker_id), os.getpid())
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, env=self._env)  # noqa: S603 -- the command is ours
        with self._lock:
            self._running[worker_id] = process
        self._say(f"worker {worker_id} runs for {engine}: process {process.pid}")

    def _reap(self) -> None:
        """Say which workers have ended by themselves."""
        with self._lock:
            ended = {name: process for name, process in self._running.items() if process.poll() is not None}
            for name in ended:
                del self._running[name]
        for name, process in ended.items():
            self._say(f"worker {name} ended with code {process.returncode}")


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(END_SECS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def run_pool(address: str, workers: Workers, say: Say, stop: threading.Event) -> None:
    """Answer the engine until the event is set.

    Args:
        address: host:port to listen on.
        workers: the processes.
        say: told when it listens.
        stop: set to end.

    Raises:
        EngineError: the address is taken, or is none of this machine's.
    """
    import grpc
    from apache_beam.portability.api import beam_fn_api_pb2_grpc
    from apache_beam.utils.thread_pool_executor import shared_unbounded_instance

    server = grpc.server(shared_unbounded_instance(), options=[("grpc.so_reuseport", 0)])
    beam_fn_api_pb2_grpc.add_BeamFnExternalWorkerPoolServicer_to_server(_servicer(workers), server)
    try:
        server.add_insecure_port(address)
    except RuntimeError as error:
        raise EngineError(address, "cannot be listened on", "correct --listen, or end what listens there") from error
    server.start()
    say(f"workers can be asked for on {address}; Ctrl-C ends")
    try:
        workers.serve(stop)
    finally:
        server.stop(grace=None)


def _servicer(workers: Workers) -> Any:
    """Return what answers the engine's two calls."""
    from apache_beam.portability.api import beam_fn_api_pb2, beam_fn_api_pb2_grpc

    class Servicer(beam_fn_api_pb2_grpc.BeamFnExternalWorkerPoolServicer):  # type: ignore[misc]
        def StartWorker(self, request: Any, _context: Any) -> Any:  # noqa: N802 -- the protocol's name
            workers.ask(request.control_endpoint.url, request.worker_id)
            return beam_fn_api_pb2.StartWorkerResponse()

        def StopWorker(self, request: Any, _context: Any) -> Any:  # noqa: N802 -- the protocol's name
            workers.end(request.worker_id)
            return beam_fn_api_pb2.StopWorkerResponse()

    return Servicer()


def worker_command(engine: str, worker_id: str) -> list[str]:
    """Return the command of a worker."""
    return [sys.executable, "-m", "pipelines.worker", engine, worker_id]


def work(engine: str, worker_id: str) -> None:
    """Be a worker until the engine lets go of us."""
    keep_heaps_few()
    path = os.environ.get(CONFIG_VARIABLE)
    own = load(Path(path) if path else None, os.environ)
    logging.getLogger().setLevel(logging.ERROR)  # Beam warns on import that Google's client is absent
    from apache_beam.runners.worker.sdk_worker import SdkHarness

    from connectors.telemetry import set_up_logging
    from pipelines.harness import end_bundles_promptly
    from pipelines.share import close_all, settle_in

    set_up_logging(own.telemetry, sys.stderr, is_colored=False)
    settle_in(own)
    end_bundles_promptly()
    try:
        # No cache of state: one small counter is read for each bundle, and an old one would be believed.
        SdkHarness(engine, worker_id=worker_id, state_cache_size=0, data_buffer_time_limit_ms=0).run()
    finally:
        close_all()


def environment_of_workers(config_path: Path | None, env: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of workers: a file that was named on the command line is theirs too."""
    return dict(env) if config_path is None else {**env, CONFIG_VARIABLE: str(config_path.absolute())}


if __name__ == "__main__":
    work(*sys.argv[1:3])

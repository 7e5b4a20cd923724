"""One real Apache Kafka node on this machine: start, stop, kill, and start again on the same port and data.

    software (Java, jars) ──> format the log directory once ──> spawn ──> wait until it answers a request

The data directory names the broker: every function takes it, and the state file in it says which process runs. A broker either
belongs to one Python process (`running`, which always ends it) or outlives whoever started it (`start`).

Kafka comes back from a `kill -9` by itself; it then takes about three seconds longer, since the controller waits for the
registration of its predecessor to lapse. Stopping it in order takes half a second.
"""

import base64
import os
import random
import shutil
import subprocess
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from connectors.errors import StackError
from deploy.local.jars import kafka_class_path
from deploy.local.kafka_jars import KAFKA_VERSION
from deploy.local.logs import last_lines
from deploy.local.places import Say, locked, make_private_dir, write_atomically
from deploy.local.ports import HOST, choose_ports, is_free, is_open
from deploy.local.probe import answers
from deploy.local.processes import ProcessRef, end, is_running, spawn, stopping_on_signals, with_parent
from deploy.local.processes import kill as kill_process
from deploy.local.runtime import Tool, find_java
from deploy.local.settings import Layout, Node, java_options, log_settings, render_properties, server_settings
from deploy.local.state import FILE_NAME, read_state, write_state

SERVER_CLASS, FORMAT_CLASS = "kafka.Kafka", "kafka.tools.StorageTool"
JAVA_ENVIRONMENT = {"LC_ALL": "C.UTF-8", "PATH": os.defpath}  # nothing of the user's, JAVA_TOOL_OPTIONS for one, changes the broker
START_TIMEOUT_SECS = 90.0
STOP_GRACE_SECS = 20.0
FORMAT_TIMEOUT_SECS = 120
ANSWER_TIMEOUT_SECS = 5.0
SAY_EVERY_SECS = 5.0
POLL_SECS = 0.1


@dataclass(frozen=True, slots=True)
class Software:
    """What a broker is run with."""

    java: Tool
    class_path: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Broker:
    """A broker that answers.

    Attributes:
        bootstrap: the address for clients, `host:port`.
        process: the Java process.
        data_dir: the data directory that names it.
    """

    bootstrap: str
    process: ProcessRef
    data_dir: Path

    @property
    def pid(self) -> int:
        """The id of the Java process."""
        return self.process.pid


def find_software(cache_dir: Path, env: Mapping[str, str], say: Say) -> Software:
    """Java of this machine or of the extra `[local]`, and Kafka's jars from the cache or the network.

    Raises:
        StackError: one of them cannot be had.
    """
    return Software(find_java(env), kafka_class_path(cache_dir, say))


def start(
    data_dir: Path,
    software: Software,
    say: Say,
    *,
    preferred_port: int | None = None,
    dies_with_parent: bool = False,
    timeout_secs: float = START_TIMEOUT_SECS,
) -> Broker:
    """The broker of this data directory, started if it does not run.

    Args:
        data_dir: created if missing; what is in it stays.
        software: what to run.
        say: told what happens.
        preferred_port: for a new data directory: the clients' port if it is free; the port chosen once is kept.
        dies_with_parent: whether it ends with the calling process (the calling thread, on Linux).
        timeout_secs: how long it may take to answer.

    Raises:
        StackError: it does not come up; nothing is left running then.
    """
    data_dir = make_private_dir(data_dir.absolute())
    if "," in str(data_dir):
        raise StackError(
            str(data_dir), "has a comma in it, where Kafka sees the end of a directory's name", "name another directory"
        )
    with _lock(data_dir, say):
        running_process = find_process(data_dir)
        if running_process is not None:
            return _found_running(data_dir, running_process, say, timeout_secs)
        node, layout = _prepare(data_dir, software, say, preferred_port)
        say(f"starting Apache Kafka {KAFKA_VERSION} on {node.bootstrap} with Java {software.java.version}")
        process = _spawn(data_dir, layout, software, dies_with_parent=dies_with_parent)
        try:
            seconds = _wait_until_it_answers(process, node, layout, say, timeout_secs)
        except BaseException:
            _end_recorded(data_dir, STOP_GRACE_SECS)
            raise
    say(f"Apache Kafka answers on {node.bootstrap} after {seconds:.1f} s")
    return Broker(node.bootstrap, process, data_dir)


def stop(data_dir: Path, say: Say) -> bool:
    """End the broker of this data directory in order; False if none runs.

    Raises:
        StackError: another process is starting or stopping it and does not finish.
    """
    if not data_dir.exists():
        return False
    with _lock(data_dir, say):
        was_running = _end_recorded(data_dir, STOP_GRACE_SECS)
    if was_running:
        say(f"Apache Kafka is stopped; its data stays in {data_dir}")
    return was_running


def kill(data_dir: Path) -> None:
    """End the broker as a crash would (`kill -9`) and wait until it is gone; for tests of what survives."""
    process = find_process(data_dir)
    if process is not None:
        kill_process(process)


def restart(data_dir: Path, software: Software, say: Say, *, dies_with_parent: bool = False) -> Broker:
    """Stop the broker if it runs and start it on the same port and data."""
    stop(data_dir, say)
    return start(data_dir, software, say, dies_with_parent=dies_with_parent)


@contextmanager
def running(data_dir: Path, software: Software, say: Say, *, preferred_port: int | None = None) -> Iterator[Broker]:
    """A broker for the length of the block, ended afterwards, also after an exception, Ctrl-C, SIGTERM or SIGHUP.

    On Linux it also ends after a `kill -9` of this process; enter the block in the main thread for that. A broker of this data
    directory that runs already is used, and left running.
    """
    is_ours = find_process(data_dir) is None
    with stopping_on_signals():
        broker = start(data_dir, software, say, preferred_port=preferred_port, dies_with_parent=True)
        try:
            yield broker
        finally:
            if is_ours:
                stop(data_dir, say)


def find_process(data_dir: Path) -> ProcessRef | None:
    """The broker's process if the state file names one and it still runs."""
    process = read_state(data_dir).broker
    return process if process is not None and is_running(process) else None


@contextmanager
def _lock(data_dir: Path, say: Say) -> Iterator[None]:
    limit = START_TIMEOUT_SECS + FORMAT_TIMEOUT_SECS + STOP_GRACE_SECS
    with locked(data_dir / ".lock", say, waiting_for="starting or stopping this broker", timeout_secs=limit):
        yield


def _found_running(data_dir: Path, process: ProcessRef, say: Say, timeout_secs: float) -> Broker:
    node = _node(data_dir, None)
    _wait_until_it_answers(process, node, Layout.of(data_dir), say, timeout_secs)
    say(f"Apache Kafka already runs on {node.bootstrap}")
    return Broker(node.bootstrap, process, data_dir)


def _prepare(data_dir: Path, software: Software, say: Say, preferred_port: int | None) -> tuple[Node, Layout]:
    """Everything up to the start: ports, directories, configuration files, Kafka's own format."""
    node = _node(data_dir, preferred_port)
    for port in (node.port, node.controller_port):
        if not is_free(port):
            step = f"end that program, or delete {data_dir / FILE_NAME}: other ports are chosen then, and the data stays"
            raise StackError(f"{HOST}:{port}", "another program listens on this broker's port", step)
    layout = Layout.of(data_dir)
    _write_files(node, layout)
    if not layout.format_mark.exists():
        _format(layout, software, say)
    return node, layout


def _node(data_dir: Path, preferred_port: int | None) -> Node:
    """The node that the state file remembers, or a new one."""
    state = read_state(data_dir)
    if state.node is not None:
        return state.node
    node = Node(*choose_ports(preferred_port, random.SystemRandom()))
    write_state(data_dir, replace(state, node=node))
    return node


def _write_files(node: Node, layout: Layout) -> None:
    shutil.rmtree(layout.scratch, ignore_errors=True)
    for directory in (layout.root, layout.data, layout.logs, layout.scratch):
        make_private_dir(directory)
    write_atomically(layout.server_properties, render_properties(server_settings(node, layout)))
    write_atomically(layout.log_properties, render_properties(log_settings(layout)))


def new_cluster_id(random_uuid: Callable[[], uuid.UUID]) -> str:
    """An id as Kafka writes them: 16 bytes in URL-safe base64, never with a dash in front, which its tools take for an option."""
    while True:
        text = base64.urlsafe_b64encode(random_uuid().bytes).decode("ascii").rstrip("=")
        if not text.startswith("-"):
            return text


def _format(layout: Layout, software: Software, say: Say) -> None:
    say("preparing Kafka's log directory")
    arguments = [
        "format",
        "--cluster-id",
        new_cluster_id(uuid.uuid4),
        "--config",
        str(layout.server_properties),
        "--ignore-formatted",
    ]
    command = with_parent(_java_command(layout, software, FORMAT_CLASS, arguments), os.getpid())
    with layout.output.open("wb") as output:
        try:
            subprocess.run(
                command,
                env=JAVA_ENVIRONMENT,
                stdout=output,
                stderr=output,
                check=True,
                timeout=FORMAT_TIMEOUT_SECS,
                stdin=subprocess.DEVNULL,
            )
        except subprocess.SubprocessError as error:
            raise StackError(str(layout.data), f"Kafka cannot prepare it: {_last_words(layout)}", f"see {layout.output}") from error


def _spawn(data_dir: Path, layout: Layout, software: Software, *, dies_with_parent: bool) -> ProcessRef:
    command = _java_command(layout, software, SERVER_CLASS, [str(layout.server_properties)])
    state = replace(read_state(data_dir), versions=(("kafka", KAFKA_VERSION), ("java", str(software.java))))
    process = spawn(command, env=JAVA_ENVIRONMENT, output=layout.output, dies_with_parent=dies_with_parent)
    try:
        write_state(data_dir, replace(state, broker=process))
    except BaseException:  # nobody would find it again
        kill_process(process)
        raise
    return process


def _java_command(layout: Layout, software: Software, main_class: str, arguments: list[str]) -> list[str]:
    class_path = os.pathsep.join(map(str, software.class_path))
    return [str(software.java.path), *java_options(layout), "-cp", class_path, main_class, *arguments]


def _wait_until_it_answers(process: ProcessRef, node: Node, layout: Layout, say: Say, timeout_secs: float) -> float:
    """Returns the seconds it took."""
    begun = time.monotonic()
    next_line = SAY_EVERY_SECS
    while not (is_open(node.port) and answers(node.bootstrap, ANSWER_TIMEOUT_SECS)):
        elapsed = time.monotonic() - begun
        if not is_running(process):
            raise StackError("Apache Kafka", f"ended while starting: {_last_words(layout)}", f"see {layout.server_log}")
        if elapsed > timeout_secs:
            raise StackError(
                "Apache Kafka", f"does not answer after {elapsed:.0f} s: {_last_words(layout)}", f"see {layout.server_log}"
            )
        if elapsed > next_line:
            say(f"Apache Kafka is starting, {elapsed:.0f} s")
            next_line += SAY_EVERY_SECS
        time.sleep(POLL_SECS)
    return time.monotonic() - begun


def _last_words(layout: Layout) -> str:
    """What Java printed, else what the broker logged last."""
    return last_lines(layout.output, 3) or last_lines(layout.server_log, 3)


def _end_recorded(data_dir: Path, grace_secs: float) -> bool:
    """End the recorded process, if it runs, and forget it."""
    process = find_process(data_dir)
    if process is not None:
        end(process, grace_secs)
    state = read_state(data_dir)
    if state.broker is not None:
        write_state(data_dir, replace(state, broker=None))
    return process is not None

"""Which Beam engine runs the job, and with which options.

`embedded` is Prism, in a process of its own that ends with ours. `cluster` is any Beam job endpoint, such as Flink's, with external
worker pools. Choices that were paid for (measured facts in the project's platform notes, and the sources of Beam's Flink runner):

- `prism_disable_sdf_split`: Prism else splits a slow bundle of a stateful stage and frees its keys, so two bundles write one key.
- Prism is started here and not by Beam's runner, which would leave it running and look for its binary on the network.
- `DirectRunner` is never used for the stream: it fires timers at once and ignores delays.
- Flink makes no checkpoint unless it is told how often, and holds a bundle back for a second unless it is told otherwise.
- Flink by default snapshots in the middle of a bundle and keeps the bundle's output in the snapshot. We let the bundle finish
  first: all that lies before a checkpoint is then in Kafka, and what is read back from there misses nothing.
- `max_parallelism` is the number of groups that keys fall into. State can be restored only with the number that it was made with.
- One worker process for each of Flink's task managers (`sdk_worker_parallelism`): its pool has the processes for the model.
"""

import os
import random
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.portability.api import beam_runner_api_pb2, endpoints_pb2
from apache_beam.runners.portability.portable_runner import PortableRunner
from apache_beam.runners.portability.prism_runner import PrismRunner
from apache_beam.runners.runner import PipelineResult, PipelineRunner

from connectors.config import EngineConfig
from connectors.errors import EngineError
from deploy.local.places import default_cache_dir
from deploy.local.ports import LAST, choose_port, is_free, is_open
from deploy.local.prism import find_prism
from deploy.local.processes import with_parent
from pipelines.harness import end_bundles_promptly

Say = Callable[[str], None]
READING = "Annotate/Read"
READERS = "readers"
MAX_PARALLELISM = 128
RETRY_DELAY_MS = 10_000
START_LIMIT_SECS = 20.0
END_LIMIT_SECS = 5.0
POLL_SECS = 0.05


@dataclass(frozen=True, slots=True)
class Engine:
    """An engine that is ready for the job.

    Attributes:
        runner: Beam's runner.
        options: Beam's options.
        pid: of Prism; None for a cluster.
        is_alive: whether the engine's process runs, as far as we can see.
    """

    runner: PipelineRunner
    options: PipelineOptions
    pid: int | None
    is_alive: Callable[[], bool]


@contextmanager
def engine(config: EngineConfig, env: Mapping[str, str], say: Say) -> Iterator[Engine]:
    """Provide the configured engine for the time of the context.

    Args:
        config: which engine.
        env: the environment, for where Prism is looked for.
        say: told what is looked for, built and started.

    Raises:
        EngineError: it cannot be found or started.
    """
    if config.kind == "cluster":
        yield cluster(config)
        return
    location = config.prism_location or find_prism(default_cache_dir(env), env, say).path
    with prism(location, say) as running:
        yield running


def cluster(config: EngineConfig) -> Engine:
    """Return the engine behind a job endpoint."""
    return Engine(ClusterRunner(config.reader_endpoint), PipelineOptions(cluster_options(config)), None, lambda: True)


def cluster_options(config: EngineConfig) -> list[str]:
    """Return Beam's options for a job endpoint. Those of Flink's job server mean nothing to another one, which drops them."""
    return [
        f"--job_endpoint={config.job_endpoint}",
        "--environment_type=EXTERNAL",
        f"--environment_config={config.worker_endpoint}",
        "--sdk_worker_parallelism=1",
        "--streaming",
        "--experiments=prism_disable_sdf_split",
        f"--parallelism={config.parallelism}",
        f"--max_parallelism={MAX_PARALLELISM}",
        f"--checkpointing_interval={round(config.checkpoint_interval_secs * 1000)}",
        "--checkpointing_mode=EXACTLY_ONCE",
        "--finish_bundle_before_checkpointing",
        f"--max_bundle_size={config.max_records_per_bundle}",
        f"--max_bundle_time_mills={round(config.max_bundle_secs * 1000)}",
        f"--number_of_execution_retries={config.job_retries}",
        f"--execution_retry_delay={RETRY_DELAY_MS}",
    ]


class ClusterRunner(PortableRunner):  # type: ignore[misc]
    """Submits the graph to a job endpoint, its reading step in an environment of its own if it has a pool of its own.

    Args:
        reader_endpoint: of that pool; None for the same pool as every other step.
    """

    def __init__(self, reader_endpoint: str | None) -> None:
        super().__init__()
        self._reader_endpoint = reader_endpoint

    def run_portable_pipeline(self, pipeline: beam_runner_api_pb2.Pipeline, options: PipelineOptions) -> PipelineResult:
        """Submit."""
        graph = pipeline if self._reader_endpoint is None else with_readers_at(pipeline, self._reader_endpoint)
        return super().run_portable_pipeline(graph, options)


def with_readers_at(graph: beam_runner_api_pb2.Pipeline, endpoint: str) -> beam_runner_api_pb2.Pipeline:
    """Return the graph with its reading step in an environment of its own.

    Args:
        graph: the proto of a pipeline whose environments are external pools.
        endpoint: host:port of the readers' pool.

    Raises:
        EngineError: the graph has no such step.
    """
    changed = beam_runner_api_pb2.Pipeline()
    changed.CopyFrom(graph)
    steps = [step for step in changed.components.transforms.values() if step.unique_name == READING]
    if len(steps) != 1:
        raise EngineError(READING, "is no step of the graph", "report it")
    readers = changed.components.environments[READERS]
    readers.CopyFrom(changed.components.environments[steps[0].environment_id])
    at = endpoints_pb2.ApiServiceDescriptor(url=endpoint)
    readers.payload = beam_runner_api_pb2.ExternalPayload(endpoint=at).SerializeToString()
    steps[0].environment_id = READERS
    return changed


@contextmanager
def prism(location: Path, say: Say) -> Iterator[Engine]:
    """Run Prism for the time of the context; it ends with us, whatever ends us.

    Raises:
        EngineError: it does not start.
    """
    if not os.access(location, os.X_OK):
        raise EngineError(str(location), "is no program", "correct [engine] prism_location, or leave it out")
    port = choose_port(set(), None, is_free, random.SystemRandom(), LAST)
    command = [str(location), "--job_port", str(port), "--serve_http=false", "--log_level", "warn", "--log_kind", "json"]
    try:
        process = subprocess.Popen(  # noqa: S603 -- the binary is the configured one
            with_parent(command, os.getpid()), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
    except OSError as error:
        raise EngineError(str(location), f"cannot be started: {error.strerror}", "see `sanctionwire check`") from error
    end_bundles_promptly()
    try:
        _wait_for(process, port)
        say(f"the engine runs: Prism, process {process.pid}")
        yield Engine(PrismRunner(), PipelineOptions(embedded_options(port)), process.pid, lambda: process.poll() is None)
    finally:
        _end(process)


def embedded_options(port: int) -> list[str]:
    """Return Beam's options for a job on a Prism that listens on `port`."""
    return [
        f"--job_endpoint=127.0.0.1:{port}",
        "--environment_type=LOOPBACK",
        "--experiments=prism_disable_sdf_split",
        "--streaming",
    ]


def _wait_for(process: "subprocess.Popen[bytes]", port: int) -> None:
    deadline = time.monotonic() + START_LIMIT_SECS
    while not is_open(port):
        if process.poll() is not None:
            raise EngineError("Prism", f"ended at once with code {process.returncode}", "run `sanctionwire check`")
        if time.monotonic() > deadline:
            raise EngineError("Prism", f"does not listen on port {port} after {START_LIMIT_SECS:g} s", "start the job again")
        time.sleep(POLL_SECS)


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(END_LIMIT_SECS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()

"""Which engine, with which options; the engines themselves are tried in tests/end_to_end."""

from pathlib import Path

import pytest
from apache_beam.options.pipeline_options import DebugOptions, PortableOptions, StandardOptions
from apache_beam.portability.api import beam_job_api_pb2
from apache_beam.runners.portability.portable_runner import JobServiceHandle, PortableRunner
from google.protobuf import json_format

from connectors.config import EngineConfig
from connectors.errors import EngineError
from pipelines.engines import cluster, embedded_options, engine, prism


def quiet(_: str) -> None:
    """Narrate nothing."""


def test_prism_never_splits_the_bundles_of_stateful_stages() -> None:
    assert "--experiments=prism_disable_sdf_split" in embedded_options(1)


def test_a_cluster_is_reached_through_its_job_endpoint() -> None:
    config = EngineConfig(kind="cluster", job_endpoint="flink:8099", worker_endpoint="localhost:50000")
    with engine(config, {}, quiet) as found:
        options = found.options
        assert isinstance(found.runner, PortableRunner)
        assert options.view_as(PortableOptions).job_endpoint == "flink:8099"
        assert options.view_as(PortableOptions).environment_config == "localhost:50000"
        assert options.view_as(PortableOptions).environment_type == "EXTERNAL"
        assert options.view_as(StandardOptions).streaming
        assert (found.pid, found.is_alive()) == (None, True)


def test_a_cluster_is_told_what_flink_would_otherwise_do_by_half() -> None:
    config = EngineConfig(
        kind="cluster", job_endpoint="flink:8099", worker_endpoint="localhost:50000", parallelism=4, checkpoint_interval_secs=7.5
    )
    told = sent_options(config)
    assert told == {
        "parallelism": "4",
        "max_parallelism": "128",
        "sdk_worker_parallelism": "1",
        "checkpointing_interval": "7500",
        "checkpointing_mode": "EXACTLY_ONCE",
        "finish_bundle_before_checkpointing": True,
        "max_bundle_size": "64",
        "max_bundle_time_mills": "200",
        "number_of_execution_retries": "3",
        "execution_retry_delay": "10000",
        "environment_type": "EXTERNAL",
        "environment_config": "localhost:50000",
        "streaming": True,
    }


def sent_options(config: EngineConfig) -> dict[str, object]:
    """The options as a job server gets them that describes its own as Flink's does."""
    handle = JobServiceHandle(FlinkOptions(), cluster(config).options)
    sent = {name.split(":")[2]: value for name, value in json_format.MessageToDict(handle.get_pipeline_options()).items()}
    kept = {*NUMBERS, *TEXTS, *FLAGS, "parallelism", "max_parallelism", "sdk_worker_parallelism"}
    kept |= {"environment_type", "environment_config", "streaming", "save_main_session"}
    return {name: value for name, value in sent.items() if name in kept}


NUMBERS = (
    "checkpointing_interval",
    "max_bundle_size",
    "max_bundle_time_mills",
    "number_of_execution_retries",
    "execution_retry_delay",
)
TEXTS = ("checkpointing_mode",)
FLAGS = ("finish_bundle_before_checkpointing",)


class FlinkOptions:
    """A job server's answer to what its options are: those of Flink's that we set, by the names in Beam's documentation."""

    def DescribePipelineOptions(self, _request: object, timeout: float) -> object:  # noqa: N802 -- the protocol's name
        kinds = beam_job_api_pb2.PipelineOptionType
        table = {kinds.INTEGER: NUMBERS, kinds.STRING: TEXTS, kinds.BOOLEAN: FLAGS}
        options = [
            beam_job_api_pb2.PipelineOptionDescriptor(name=name, type=kind, description=name)
            for kind, names in table.items()
            for name in names
        ]
        return beam_job_api_pb2.DescribePipelineOptionsResponse(options=options)


def test_a_prism_that_was_started_by_hand_never_splits_the_bundles_of_stateful_stages() -> None:
    config = EngineConfig(kind="cluster", job_endpoint="prism:8073", worker_endpoint="localhost:50000")
    assert cluster(config).options.view_as(DebugOptions).experiments == ["prism_disable_sdf_split"]


def test_a_binary_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="is no program"), prism(tmp_path / "prism", quiet):
        pytest.fail("it ran")


def test_a_binary_that_ends_at_once_is_told(tmp_path: Path) -> None:
    binary = tmp_path / "prism"
    binary.write_text("#!/bin/sh\nexit 3\n")
    binary.chmod(0o755)
    with pytest.raises(EngineError, match="code 3"), prism(binary, quiet):
        pytest.fail("it ran")

"""Which engine, with which options; the engines themselves are tried in tests/end_to_end."""

from pathlib import Path

import pytest
from apache_beam.options.pipeline_options import DebugOptions, PortableOptions, StandardOptions
from apache_beam.runners.portability.portable_runner import PortableRunner

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


def test_no_experiment_of_prism_reaches_a_cluster() -> None:
    config = EngineConfig(kind="cluster", job_endpoint="flink:8099", worker_endpoint="localhost:50000")
    assert not cluster(config).options.view_as(DebugOptions).experiments


def test_a_binary_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="is no program"), prism(tmp_path / "prism", quiet):
        pytest.fail("it ran")


def test_a_binary_that_ends_at_once_is_told(tmp_path: Path) -> None:
    binary = tmp_path / "prism"
    binary.write_text("#!/bin/sh\nexit 3\n")
    binary.chmod(0o755)
    with pytest.raises(EngineError, match="code 3"), prism(binary, quiet):
        pytest.fail("it ran")

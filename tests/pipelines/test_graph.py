"""What Flink's portable runner asks of the graph, read off the proto that is submitted; Prism would let all of it pass.

By the sources of that runner: impulses, reshuffles, groupings and fused stages of Python code; state and timers of stages with keys
in a coder that it knows; splittable functions that split themselves; callbacks after a bundle. Not: time-sorted or stable input.
"""

import base64
import bz2
import zlib
from typing import Any

import apache_beam as beam
import pytest
from apache_beam.portability import common_urns
from apache_beam.portability.api import beam_runner_api_pb2
from apache_beam.runners.portability.portable_runner import PortableRunner

from connectors.config import Config, EngineConfig
from connectors.errors import EngineError
from pipelines.claim import Job
from pipelines.engines import READERS, READING, cluster, with_readers_at
from pipelines.monitor import monitor

ENGINE = EngineConfig(kind="cluster", job_endpoint="flink:8099", worker_endpoint="keepers:50000", reader_endpoint="readers:50001")
JOB = Job("host-1-2", ((0, 5), (1, 0)))
STEPS = [
    "Read articles/ReadFromUnboundedSource/ReadUnbounded",
    "Decode/Read bytes",
    "Find copies/Key by language",
    "Find copies/Sift",
    "Annotate/Read",
    "Follow stories, raise alerts/Key as one",
    "Follow stories, raise alerts/Tell",
    "Write/Commit",
    "Write/End",
]
PARTS = ("Read articles/ReadFromUnboundedSource/Create/", "Annotate/Spread/", "Write/Part/")


@pytest.fixture(scope="module")
def graph() -> Any:
    """The pipeline as it is submitted."""
    options = cluster(ENGINE).options
    pipeline = beam.Pipeline(options=options)
    monitor(pipeline, Config(engine=ENGINE), JOB)
    return with_readers_at(PortableRunner.get_proto_pipeline(pipeline, options), ENGINE.reader_endpoint or "")


def steps(graph: Any) -> dict[str, Any]:
    """The steps that run code of ours or Beam's, by name."""
    return {step.unique_name: step for step in graph.components.transforms.values() if not step.subtransforms}


def par_do(step: Any) -> Any:
    """What a step says of its function."""
    return beam_runner_api_pb2.ParDoPayload.FromString(step.spec.payload)


def is_par_do(step: Any) -> bool:
    return bool(step.spec.urn == common_urns.primitives.PAR_DO.urn)


def endpoint(graph: Any, step: Any) -> str:
    """The pool in which a step runs."""
    payload = graph.components.environments[step.environment_id].payload
    return str(beam_runner_api_pb2.ExternalPayload.FromString(payload).endpoint.url)


def test_the_steps_have_the_names_by_which_state_is_found_again(graph: Any) -> None:
    assert set(STEPS) <= set(steps(graph))
    others = set(steps(graph)) - set(STEPS)
    assert all(name.startswith(PARTS) for name in others), others


def test_only_primitives_are_used_that_the_runner_translates(graph: Any) -> None:
    known = {
        common_urns.primitives.IMPULSE.urn,
        common_urns.primitives.PAR_DO.urn,
        common_urns.primitives.GROUP_BY_KEY.urn,
    }
    used = {step.spec.urn for step in steps(graph).values() if step.outputs != step.inputs and step.spec.urn}
    assert used - {"beam:transform:pickled_python:v1"} <= known
    spread = next(step for step in graph.components.transforms.values() if step.unique_name == "Annotate/Spread")
    assert spread.spec.urn == common_urns.composites.RESHUFFLE.urn


def test_only_requirements_are_made_that_the_runner_meets(graph: Any) -> None:
    assert set(graph.requirements) == {
        common_urns.requirements.REQUIRES_STATEFUL_PROCESSING.urn,
        common_urns.requirements.REQUIRES_SPLITTABLE_DOFN.urn,
        common_urns.requirements.REQUIRES_BUNDLE_FINALIZATION.urn,
    }


def test_state_is_one_counter_under_a_key_that_the_runner_can_hash(graph: Any) -> None:
    stateful = {name: par_do(step) for name, step in steps(graph).items() if is_par_do(step) and par_do(step).state_specs}
    assert set(stateful) == {"Find copies/Sift", "Follow stories, raise alerts/Tell"}
    for name, payload in stateful.items():
        ((state, spec),) = payload.state_specs.items()
        assert state == "version"
        assert graph.components.coders[spec.read_modify_write_spec.coder_id].spec.urn == common_urns.coders.VARINT.urn
        assert not payload.timer_family_specs
        (input_id,) = steps(graph)[name].inputs.values()
        coder = graph.components.coders[graph.components.pcollections[input_id].coder_id]
        assert coder.spec.urn == common_urns.coders.KV.urn
        assert graph.components.coders[coder.component_coder_ids[0]].spec.urn == common_urns.coders.STRING_UTF8.urn


def test_articles_cross_the_borders_of_stages_packed_and_not_pickled(graph: Any) -> None:
    for name in ("Find copies/Sift", "Annotate/Spread/RemoveRandomKeys", "Follow stories, raise alerts/Tell"):
        (input_id,) = steps(graph)[name].inputs.values()
        coder = graph.components.coders[graph.components.pcollections[input_id].coder_id]
        assert b"PackedCoder" in graph.components.coders[coder.component_coder_ids[1]].spec.payload, name


def test_the_chain_and_the_writer_are_fused(graph: Any) -> None:
    """A step that takes what the one before gives, in one environment and without a key of its own, runs in the same bundle."""
    tell, commit = (steps(graph)[name] for name in ("Follow stories, raise alerts/Tell", "Write/Commit"))
    assert list(commit.inputs.values()) == list(tell.outputs.values())
    assert commit.environment_id == tell.environment_id
    assert not par_do(commit).state_specs
    consumers = [step for step in steps(graph).values() if set(step.inputs.values()) & set(tell.outputs.values())]
    assert consumers == [commit]


def test_only_the_reading_step_is_in_the_readers_pool(graph: Any) -> None:
    placed = {name: endpoint(graph, step) for name, step in steps(graph).items() if step.environment_id}
    assert [name for name, at in placed.items() if at == "readers:50001"] == [READING]
    assert set(placed.values()) == {"readers:50001", "keepers:50000"}
    urns = {environment.urn for environment in graph.components.environments.values()}
    assert urns == {common_urns.environments.EXTERNAL.urn}
    capabilities = [list(environment.capabilities) for environment in graph.components.environments.values()]
    assert capabilities[0] == capabilities[1]
    assert READERS in graph.components.environments


def test_no_step_has_a_side_input_or_an_order_of_its_own(graph: Any) -> None:
    for step in steps(graph).values():
        if is_par_do(step):
            assert not par_do(step).side_inputs
            assert not par_do(step).requires_time_sorted_input
            assert not par_do(step).requires_stable_input


def test_nothing_of_the_main_module_is_shipped(graph: Any) -> None:
    assert not any(environment.dependencies for environment in graph.components.environments.values())
    payloads = [par_do(step).do_fn.payload for step in steps(graph).values() if is_par_do(step)]
    payloads += [coder.spec.payload for coder in graph.components.coders.values() if coder.spec.payload]
    opened = [unpacked(payload) for payload in payloads]
    assert any(b"pipelines.share" in code or b"pipelines.session" in code for code in opened)
    assert not any(b"__main__" in code for code in opened)


def unpacked(payload: bytes) -> bytes:
    """The pickle within a payload, or the payload itself."""
    try:
        packed = base64.b64decode(payload, validate=True)
        return bz2.decompress(packed) if packed.startswith(b"BZh") else zlib.decompress(packed)
    except (ValueError, OSError, zlib.error):
        return payload


def test_a_graph_without_the_reading_step_is_refused() -> None:
    with pytest.raises(EngineError, match="is no step of the graph"):
        with_readers_at(beam_runner_api_pb2.Pipeline(), "readers:50001")

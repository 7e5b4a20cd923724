"""The graph can be built and shipped without a broker, an engine or a model."""

import pickle

import apache_beam as beam

from connectors.config import Config
from pipelines.monitor import monitor
from pipelines.session import Held


def test_the_graph_has_the_stages_of_the_architecture_in_their_order() -> None:
    pipeline = beam.Pipeline()
    monitor(pipeline, Config())
    names = [part.full_label for part in pipeline.transforms_stack[0].parts]
    assert names == ["Read articles", "Decode", "Find copies", "Annotate", "Follow stories, raise alerts", "Write"]


def test_the_graph_is_translated_without_a_session() -> None:
    pipeline = beam.Pipeline()
    monitor(pipeline, Config())
    assert pipeline.to_runner_api().components.transforms


def test_what_a_stage_is_given_can_be_pickled() -> None:
    held = Held(Config(), "writer")
    assert pickle.loads(pickle.dumps(held)) == held

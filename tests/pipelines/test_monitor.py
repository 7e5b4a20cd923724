"""The graph can be built and shipped without a broker, an engine or a model."""

import pickle
from threading import Event

import apache_beam as beam
import grpc
import pytest

from connectors.config import Config
from connectors.errors import EngineError, FencedError, SanctionwireError
from pipelines import monitor as monitor_module
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


class Watched:
    """A job, its engine and what knows of it, all as the test has them."""

    def __init__(self, state: str | None, failure: SanctionwireError | None = None, last: SanctionwireError | None = None) -> None:
        self._state, self._failure, self._last = state, failure, last
        self.cancelled = 0

    @property
    def state(self) -> str:
        if self._state is None:
            raise grpc.RpcError
        return self._state

    def cancel(self) -> None:
        self.cancelled += 1

    def report(self, now: float) -> float:
        return now

    def failure(self) -> SanctionwireError | None:
        return self._failure

    def last_words(self) -> SanctionwireError | None:
        return self._last

    def is_alive(self) -> bool:
        return True


def watch(job: Watched, stop: Event | None = None) -> None:
    """Watch a job to its end."""
    monitor_module._watch(job, job, job, stop or Event(), monitor_module._State())  # type: ignore[arg-type]


@pytest.fixture
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(monitor_module, "WATCH_SECS", 0.01)
    monkeypatch.setattr(monitor_module, "SILENT_SECS", 0.05)


@pytest.mark.usefixtures("_quick")
def test_a_job_ends_with_what_its_keeper_knows() -> None:
    taken = FencedError("job", "another one has taken over")
    with pytest.raises(FencedError):
        watch(Watched("RUNNING", failure=taken))
    with pytest.raises(FencedError):
        watch(Watched("FAILED", last=taken))
    with pytest.raises(EngineError, match="the job ended as FAILED"):
        watch(Watched("FAILED"))


@pytest.mark.usefixtures("_quick")
def test_an_engine_that_has_fallen_silent_is_given_up() -> None:
    with pytest.raises(EngineError, match="has not answered"):
        watch(Watched(None))


@pytest.mark.usefixtures("_quick")
def test_a_job_that_is_stopped_is_cancelled() -> None:
    stop, job = Event(), Watched("RUNNING")
    stop.set()
    watch(job, stop)
    assert job.cancelled == 1

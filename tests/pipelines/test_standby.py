"""What a copy of the pipeline does while it waits and when its turn comes. With real processes: tests/end_to_end."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast

import pytest
from prometheus_client import CollectorRegistry

from connectors.config import Config, PipelineConfig
from connectors.errors import BrokerError, EngineError, FencedError
from connectors.telemetry import ACTIVE, TAKE_OVER_SECONDS, Meters
from pipelines.cli.run import not_hopeless
from pipelines.monitor import _State
from pipelines.session import Prepared
from pipelines.standby import Copy


@dataclass
class Given:
    """A beacon that is handed over when the test says so."""

    held: threading.Event = field(default_factory=threading.Event)
    lost: threading.Event = field(default_factory=threading.Event)
    failure: BrokerError | None = None

    def wait(self) -> bool:
        return self.held.is_set()


@dataclass
class Followed:
    """A history that is followed until it is stopped; `meanwhile` happens then."""

    meanwhile: Callable[[], None] = lambda: None
    followed_at: float = 0.0
    did: list[str] = field(default_factory=list)

    def read(self) -> None:
        self.did.append("read")

    def follow(self, is_stopped: Callable[[], bool]) -> None:
        assert not is_stopped()
        self.meanwhile()
        assert is_stopped()
        self.did.append("followed")

    def warm_up(self) -> None:
        self.did.append("warmed up")


@dataclass
class Case:
    """A copy, what it is given, and what it said."""

    copy: Copy
    beacon: Given
    said: list[str]
    registry: CollectorRegistry

    def metric(self, name: str) -> float | None:
        return self.registry.get_sample_value(name)


def case(warm: Followed | None = None) -> Case:
    beacon, said, registry = Given(), list[str](), CollectorRegistry()
    prepared = Prepared(cast("Any", warm), cast("Any", warm))
    copy = Copy(Config(), Meters(registry, "test"), said.append, cast("Any", beacon), prepared)
    return Case(copy, beacon, said, registry)


def test_a_copy_that_stands_by_reads_warms_up_follows_and_takes_over() -> None:
    warm = Followed()
    found = case(warm)
    warm.meanwhile = found.beacon.held.set
    assert found.copy.waited(threading.Event(), lambda: True)
    assert warm.did == ["read", "warmed up", "followed"]
    assert found.metric(ACTIVE.name) == 0
    found.copy.works()
    assert found.metric(ACTIVE.name) == 1
    assert (found.metric(TAKE_OVER_SECONDS.name) or 0) > 0
    assert [line.partition(";")[0] for line in found.said[1:]] == [
        "this copy stands by",
        "no other copy works: this one takes over",
        "this copy works now",
    ]


def test_one_that_is_stopped_while_it_waits_does_not_take_over() -> None:
    stop = threading.Event()
    assert not case(Followed(stop.set)).copy.waited(stop, lambda: True)


def test_one_whose_engine_dies_while_it_waits_says_so() -> None:
    alive = [True]
    with pytest.raises(EngineError, match="has ended"):
        case(Followed(alive.clear)).copy.waited(threading.Event(), lambda: bool(alive))


def test_one_that_the_brokers_refuse_the_group_says_so() -> None:
    warm = Followed()
    found = case(warm)

    def refuse() -> None:
        found.beacon.failure = BrokerError("brokers", "refuse us")

    warm.meanwhile = refuse
    with pytest.raises(BrokerError, match="refuse us"):
        found.copy.waited(threading.Event(), lambda: True)


def test_one_that_does_not_stand_by_goes_on_even_if_the_brokers_are_silent() -> None:
    found = case()
    assert found.copy.waited(threading.Event(), lambda: True)
    assert "goes on without" in found.said[0]
    found.copy.works()
    assert found.metric(TAKE_OVER_SECONDS.name) == 0


def test_one_that_is_taken_over_ends_and_may_be_started_again_only_if_it_stands_by_then() -> None:
    found = case()
    found.copy.check()
    found.beacon.lost.set()
    with pytest.raises(FencedError), not_hopeless(Config()):
        found.copy.check()
    with pytest.raises(BrokerError, match="taken over") as caught, not_hopeless(Config(pipeline=PipelineConfig(standby=True))):
        found.copy.check()
    assert not isinstance(caught.value, FencedError)


def test_one_that_stands_by_is_ready_and_fresh_only_while_it_follows_the_log(monkeypatch: pytest.MonkeyPatch) -> None:
    found = case(Followed(followed_at=100.0))
    state = _State(copy=found.copy)
    assert state.not_ready() == ("the job has not started",)
    found.copy.stands_by = True
    monkeypatch.setattr("pipelines.standby.time.monotonic", lambda: 101.0)
    assert (state.not_ready(), state.late(30.0)) == ((), ())
    monkeypatch.setattr("pipelines.standby.time.monotonic", lambda: 140.0)
    assert state.late(30.0) == ("the log has not been followed for 40 s",)

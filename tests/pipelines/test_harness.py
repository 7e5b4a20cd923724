"""A bundle of Beam's harness ends when its work does."""

import time
from collections.abc import Iterator

import pytest
from apache_beam.runners.worker import statesampler
from apache_beam.runners.worker.statesampler import StateSampler
from apache_beam.utils.counters import CounterFactory

from pipelines.harness import LONGEST_LOOK_MS, end_bundles_promptly

BUNDLE_SECS = 1.5


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    before = StateSampler.__init__.__defaults__
    yield
    StateSampler.__init__.__defaults__ = before


def held_up_ms() -> float:
    """How long the end of a bundle waits for its sampler, which has watched it for a while."""
    sampler = StateSampler("", CounterFactory())
    sampler.start()
    time.sleep(BUNDLE_SECS)
    began = time.monotonic()
    sampler.stop()
    return 1000 * (time.monotonic() - began)


def test_a_bundle_is_not_held_up_by_its_sampler() -> None:
    end_bundles_promptly()
    assert StateSampler("", CounterFactory()).sampling_period_ms == LONGEST_LOOK_MS
    assert min(held_up_ms() for _ in range(2)) < 10 * LONGEST_LOOK_MS  # with room for a machine that is at work


def test_beam_would_let_it_sleep_for_longer() -> None:
    assert statesampler.DEFAULT_SAMPLING_PERIOD_MS > 10 * LONGEST_LOOK_MS, "Beam looks often by itself: drop pipelines/harness.py"

"""The same graph through a job endpoint, with two pools of workers: one writes, the other reads, and any of them may be killed."""

import random
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from connectors.config import KafkaConfig
from connectors.kafka import ensure_topics
from tests.end_to_end import newsroom
from tests.end_to_end.clusters import Cluster, cluster, wait_until_ended
from tests.end_to_end.conftest import LiveBroker
from tests.end_to_end.jobs import Job, comes_true, running

pytestmark = [pytest.mark.e2e, pytest.mark.model, pytest.mark.slow, pytest.mark.timeout(7200)]

SEED = 20261127
ROUNDS = ("readers", "keepers", "prism", "job")
FINISH_SECS = 900
END_SECS = 600
SUBMISSIONS = 5
LATE = 8  # articles of each round that come just before its kill


@pytest.fixture
def machines(prism_location: str, tmp_path: Path) -> Iterator[Cluster]:
    with cluster(prism_location, tmp_path) as made:
        yield made


def topics(broker: LiveBroker, prefix: str) -> KafkaConfig:
    """Topics under a prefix."""
    config = replace(broker.config, topic_prefix=prefix, group_id=f"{prefix}pipeline", transactional_id=f"{prefix}pipeline")
    assert ensure_topics(config) == ()
    return config


def settings(kafka: KafkaConfig) -> dict[str, str]:
    """A group and a writer's name of the test's own."""
    return {"SANCTIONWIRE_KAFKA__GROUP_ID": kafka.group_id, "SANCTIONWIRE_KAFKA__TRANSACTIONAL_ID": kafka.transactional_id}


def test_a_cluster_finds_what_one_machine_finds_and_killing_any_part_of_it_changes_nothing(
    broker: LiveBroker, machines: Cluster, prism_location: str, tmp_path: Path
) -> None:
    sent = newsroom.articles()
    calm, rough = topics(broker, "one."), topics(broker, "many.")
    with running(calm, prism_location, tmp_path, **settings(calm)) as job:
        newsroom.send(calm, sent)
        newsroom.wait_until_finished(job, calm, len(sent), FINISH_SECS)
    undisturbed = newsroom.left(calm)

    open_at_kill, chance = [], random.Random(SEED)
    for number, victim in enumerate(ROUNDS):
        mine = sent[number :: len(ROUNDS) + 1]
        newsroom.send(rough, mine[:-LATE])
        published = sum(len(sent[before :: len(ROUNDS) + 1]) for before in range(number + 1))
        job = _at_work(machines, rough)
        time.sleep(chance.uniform(0.1, 1.5))
        newsroom.send(rough, mine[-LATE:])  # a job that has nothing to do need not notice what it has lost
        _kill(machines, job, victim)
        open_at_kill.append(published - newsroom.count(rough))
    newsroom.send(rough, sent[len(ROUNDS) :: len(ROUNDS) + 1])
    job = _supervised(machines, rough, len(sent), _at_work(machines, rough))
    disturbed = newsroom.left(rough)
    assert [len(machines.workers(name)) for name in ("keepers", "readers")] == [1, 1]
    assert job.stop() == 0

    assert sum(number > 0 for number in open_at_kill) >= len(ROUNDS) // 2, f"too few kills hit work: {open_at_kill}"
    assert disturbed.told() == undisturbed.told()
    assert disturbed.doubled() == disturbed.broken_versions() == {}
    assert len(disturbed.analyses) == len(sent)


def _at_work(machines: Cluster, kafka: KafkaConfig) -> Job:
    """Submit the job until it finishes something."""
    return _supervised(machines, kafka, newsroom.count(kafka) + 1)


def _supervised(machines: Cluster, kafka: KafkaConfig, number: int, under_way: Job | None = None) -> Job:
    """Wait until so many articles are finished by a job, and submit it again when it ends, as its supervisor would.

    On a machine with much to do it may well end: Prism gives workers a minute to come. What is finished may be the work of a job
    before it, which goes on in the engine until it is fenced: this one has to be ready too.
    """
    for _ in range(SUBMISSIONS):
        machines.up()
        job = under_way or machines.start(kafka, **settings(kafka))
        assert comes_true(
            lambda: job.has_ended() or (newsroom.count(kafka) >= number and job.is_ready()),  # noqa: B023 -- called at once
            FINISH_SECS,
        ), job.tail()
        if not job.has_ended():
            return job
        print(f"submitted again: {job.tail()}")
        assert job.process.returncode == 1, job.tail()
        under_way = None
    raise AssertionError(job.tail())


def _kill(machines: Cluster, job: Job, victim: str) -> None:
    """Kill one part; a job that has lost its engine or a pool ends by itself, so that its supervisor can start it again."""
    if victim == "job":
        job.process.kill()
        job.process.wait()
        return
    assert machines.kill(victim) > 0 or victim == "prism"
    assert wait_until_ended(job, END_SECS) == 1, job.tail()


def test_a_second_job_takes_over_and_the_first_says_so_and_ends(broker: LiveBroker, machines: Cluster) -> None:
    kafka = topics(broker, "two.")
    sent = newsroom.articles()[:40]
    newsroom.send(kafka, sent[:20])
    first = _at_work(machines, kafka)
    second = machines.start(kafka, **settings(kafka))
    second.wait_until_ready()
    newsroom.send(kafka, sent[20:])
    second = _supervised(machines, kafka, len(sent), second)
    assert wait_until_ended(first, END_SECS) == 2
    assert "another one has taken over" in first.tail()
    assert second.stop() == 0
    found = newsroom.left(kafka)
    assert found.doubled() == found.broken_versions() == {}
    assert len(found.analyses) == len(sent)

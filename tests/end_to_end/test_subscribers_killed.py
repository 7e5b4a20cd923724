"""`kill -9` of the service that delivers, before and after each of its steps: 0 lost, and repeats carry their key.

Each life is a process that kills itself at one step, at its first, second or third time; the log, what is noted and what receivers
hold stay. The receivers are files, whose lines carry the keys. Two alerts are held for a receiver and one is in its queue, so that
the log is read again for it too.
"""

import json
import multiprocessing
import os
import random
import signal
import threading
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from connectors.config import Config, KafkaConfig, ReceiverConfig, RouteConfig, SubscribersConfig
from connectors.kafka import Places
from connectors.messages.delivery import Delivery
from connectors.subscribers import dispatch, jsonl, standing, workers
from connectors.subscribers.desk import Desk
from connectors.subscribers.dispatch import Dispatch
from connectors.subscribers.jsonl import JsonLinesFile
from connectors.subscribers.lookups import Lookups
from connectors.subscribers.make import receiver_of
from connectors.telemetry import Meters
from connectors.topics import ALERT_TOPICS
from tests.end_to_end.test_subscribers import alert, put_fast, until

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(1800)]
SEED = 20261127
LIFE_SECS = 120.0
STEPS: tuple[tuple[Any, str], ...] = (
    (Places, "read"),
    (Places, "write"),
    (Dispatch, "_restore"),
    (Desk, "take"),
    (workers.Worker, "put"),
    (JsonLinesFile, "notify"),  # after it: sent, and not noted
    (jsonl.os, "fsync"),  # written, and not safe
    (Desk, "told"),
    (dispatch, "publish"),  # the note is with the client of Kafka
    (Dispatch, "_commit"),
    (Lookups, "_read_on"),
    (Desk, "catch_up"),
    (Desk, "caught"),
)
ASKED: tuple[tuple[Any, str], ...] = ((Lookups, "ask"), (Dispatch, "_found"), (Desk, "ask"))


def config(kafka: KafkaConfig, home: Path) -> Config:
    """A receiver that takes what comes, and one that may be away."""
    receivers = tuple(ReceiverConfig(name=name, kind="file", path=home / name, max_attempts=1) for name in ("desk", "fickle"))
    routes = (RouteConfig(receiver="fickle", matchers='alert=~".*f[0-9a-f]{4}"', continues=True), RouteConfig(receiver="desk"))
    return Config(kafka=kafka, subscribers=SubscribersConfig(receiver="desk", receivers=receivers, routes=routes))


def dies_at(owner: Any, name: str, moment: str, times: int) -> None:
    """Have this process kill itself around a step."""
    whole: Callable[..., Any] = getattr(owner, name)
    left = [times]

    def strike() -> None:
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def wrapped(*args: Any, **kwargs: Any) -> Any:
        if moment == "before":
            strike()
        result = whole(*args, **kwargs)
        if moment == "after":
            strike()
        return result

    setattr(owner, name, wrapped)


def live(config: Config, death: tuple[Any, str, str, int] | None) -> None:
    """Deliver in this process until it dies, or until SIGTERM."""
    workers.QUEUE_SIZE, dispatch.INBOX = 1, 3
    quick = JsonLinesFile.notify
    JsonLinesFile.notify = lambda self, told: (time.sleep(0.03), quick(self, told))[1]  # type: ignore[method-assign]
    if death is not None:
        dies_at(*death)
    stopped = threading.Event()
    receivers = {one.name: receiver_of(one) for one in config.subscribers.receivers}
    service = Dispatch(config, receivers, Meters(CollectorRegistry(), "0"), lambda _: None, stopped, lambda: 0.0)
    service._desk.max_held = 2
    signal.signal(signal.SIGTERM, lambda *_: stopped.set())
    service.run()


def life(config: Config, death: tuple[Any, str, str, int] | None, is_over: Callable[[], bool]) -> bool:
    """Run the service until it dies or `is_over`; say whether it died."""
    process = multiprocessing.get_context("fork").Process(target=live, args=(config, death))
    process.start()
    deadline = time.monotonic() + LIFE_SECS
    while process.is_alive() and not is_over() and time.monotonic() < deadline:
        time.sleep(0.02)
    if process.is_alive():
        process.terminate()
    process.join(30)
    return process.exitcode == -signal.SIGKILL


def lines(path: Path) -> list[tuple[int, int, str]]:
    """What a receiver got: number and version of the alert, and the key; a line that a death cut is none."""
    found = []
    for line in path.read_bytes().splitlines() if path.is_file() else []:
        try:
            told = json.loads(line)
        except ValueError:
            continue
        found.append((int(told["alert"]["id"], 16), told["alert"]["version"], told["idempotency_key"]))
    return found


def newest(path: Path) -> dict[int, int]:
    found: dict[int, int] = {}
    for number, version, _ in lines(path):
        found[number] = max(version, found.get(number, 0))
    return found


def check(path: Path, wanted: dict[int, int]) -> int:
    """Assert that nothing is lost, that each version has one key, and that new versions come in order; return the repeats."""
    got = lines(path)
    assert newest(path) == wanted
    keys: dict[tuple[int, int], set[str]] = {}
    first: dict[int, list[int]] = {}
    for number, version, key in got:
        keys.setdefault((number, version), set()).add(key)
        if version not in first.setdefault(number, []):
            first[number].append(version)
    assert {len(found) for found in keys.values()} == {1}
    assert len(set.union(*keys.values())) == len(keys)
    assert all(found == sorted(found) for found in first.values())
    return len(got) - len(keys)


def test_killed_at_every_step_nothing_is_lost_and_repeats_have_their_key(fresh_topics: KafkaConfig, tmp_path: Path) -> None:
    dice, settings = random.Random(SEED), config(fresh_topics, tmp_path)
    wanted: dict[int, int] = {}
    mark(settings)
    deaths: dict[str, int] = {}
    states = [(owner, name, moment) for owner, name in STEPS for moment in ("before", "after")]
    for owner, name, moment in dice.sample(states, len(states)):
        alerts = []
        for number in dice.sample(range(40), 12):
            wanted[number] = wanted.get(number, 0) + 1
            alerts.append(alert(number, wanted[number]))
        put_fast(fresh_topics, alerts)
        times = 1 if name in ("read", "_restore", "caught", "_read_on") else dice.randint(1, 3)
        died = life(settings, (owner, name, moment, times), lambda: False)
        deaths[f"{moment} {name}"] = died
        assert died, f"{moment} {name} never came"
    life(settings, None, lambda: newest(tmp_path / "desk") == wanted)
    repeated = check(tmp_path / "desk", wanted)
    assert repeated > 0
    print(f"{len(deaths)} deaths in as many states: 0 of {len(wanted)} alerts lost, {repeated} repeated under their key")


def test_killed_while_what_was_given_up_is_told_after_all_it_is_told(fresh_topics: KafkaConfig, tmp_path: Path) -> None:
    settings, away = config(fresh_topics, tmp_path), tmp_path / "fickle"
    mark(settings)
    wanted: dict[int, int] = {}
    states = [(owner, name, moment) for owner, name in ASKED for moment in ("before", "after")]
    for turn, (owner, name, moment) in enumerate(states):
        number = 0xF0000 + turn
        wanted[number] = 1
        kept = away.rename(tmp_path / "kept") if away.exists() else None
        away.mkdir()
        put_fast(fresh_topics, [alert(number, 1)])
        life(settings, None, lambda: bool(dead(fresh_topics)))
        away.rmdir()
        if kept is not None:
            kept.rename(away)
        standing.ask(fresh_topics, dead(fresh_topics), datetime.now(UTC))
        assert life(settings, (owner, name, moment, 1), lambda: False), f"{moment} {name} never came"
    life(settings, None, lambda: newest(away) == wanted)
    check(away, wanted)
    until(lambda: not dead(fresh_topics))


def test_killed_in_the_middle_of_a_wish_nothing_is_asked_for(fresh_topics: KafkaConfig, tmp_path: Path) -> None:
    settings, away = config(fresh_topics, tmp_path), tmp_path / "fickle"
    mark(settings)
    away.mkdir()
    put_fast(fresh_topics, [alert(0xF0000 + number, 1) for number in range(3)])
    life(settings, None, lambda: len(dead(fresh_topics)) == 3)

    def dying() -> None:
        dies_at(standing, "publish", "after", 2)
        standing.ask(fresh_topics, dead(fresh_topics), datetime.now(UTC))

    process = multiprocessing.get_context("fork").Process(target=dying)
    process.start()
    process.join(LIFE_SECS)
    assert process.exitcode == -signal.SIGKILL
    assert len(dead(fresh_topics)) == 3
    standing.ask(fresh_topics, dead(fresh_topics), datetime.now(UTC))  # takes over the unfinished transaction
    assert dead(fresh_topics) == ()


def mark(settings: Config) -> None:
    """Mark the place from which alerts count, as a first start does."""
    with closing(Places(settings.kafka, settings.subscribers.group_id)) as places:
        places.write(places.read(ALERT_TOPICS.values()))


def dead(kafka: KafkaConfig) -> tuple[Delivery, ...]:
    """What was given up and is not asked for."""
    return standing.chosen(standing.read_deliveries(kafka, lambda *_: None), (), None)

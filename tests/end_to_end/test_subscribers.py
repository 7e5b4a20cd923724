"""Alerts on a real broker, to webhooks: through `kill -9`, restarts, silences, and beside receivers that are slow or dead."""

import contextlib
import io
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from connectors.config import KafkaConfig, load
from connectors.kafka import producer, publish, read_all, topic_name
from connectors.messages.alert import Alert
from connectors.messages.codec import decode, encode
from connectors.messages.delivery import Delivery
from connectors.serving import serving
from connectors.subscribers.dispatch import Dispatch
from connectors.subscribers.make import receiver_of
from connectors.telemetry import Meters
from connectors.topics import ALERT_TOPICS, DELIVERIES
from pipelines.cli.tree import run
from tests import builders

pytestmark = pytest.mark.e2e
SEED = 20261127
KILLS = 12
LONG = 4_000


class Hook(BaseHTTPRequestHandler):
    """Keeps (time, alert id, version, key of the alert, key of the request) of what it is sent; fails now and then if told."""

    got: list[tuple[float, str, int, str, str]]
    fails: Callable[[], bool]
    secs: float

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        time.sleep(self.secs)
        for one in body["alerts"]:
            told = one["alert"]
            self.got.append((time.time(), told["id"], told["version"], one["idempotency_key"], self.headers["Idempotency-Key"]))
        self.send_response(503 if self.fails() else 204)  # it was taken in any case: the worst that a receiver can do
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None: ...


@contextmanager
def hook(
    secs: float = 0.0, fails: Callable[[], bool] = lambda: False
) -> Iterator[tuple[str, list[tuple[float, str, int, str, str]]]]:
    handler = type("Handler", (Hook,), {"got": [], "fails": staticmethod(fails), "secs": secs})
    with serving(ThreadingHTTPServer(("127.0.0.1", 0), handler), "hook") as port:
        yield f"http://127.0.0.1:{port}/", handler.got


@contextmanager
def refusing(status: int = 400) -> Iterator[tuple[str, list[tuple[float, str, int, str, str]], threading.Event]]:
    """A receiver that keeps what comes and refuses it with a status, until its event is cleared."""
    refuses = threading.Event()
    refuses.set()

    class Refusing(Hook):
        def send_response(self, code: int, message: str | None = None) -> None:
            super().send_response(status if refuses.is_set() else code, message)

    handler = type("Handler", (Refusing,), {"got": [], "fails": staticmethod(lambda: False), "secs": 0.0})
    with serving(ThreadingHTTPServer(("127.0.0.1", 0), handler), "hook") as port:
        yield f"http://127.0.0.1:{port}/", handler.got, refuses


def resident(pid: int) -> int:
    """Bytes of memory of a process."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def put_fast(config: KafkaConfig, alerts: list[Alert]) -> None:
    """Publish without waiting for each."""
    with closing(producer(config)) as kafka:
        for one in alerts:
            publish(kafka, topic_name(config, ALERT_TOPICS[one.family]), encode(one), int(time.time() * 1000))
        kafka.flush()


def alert(number: int, version: int) -> Alert:
    return builders.alert(id=f"{number:032x}", version=version, status="raised" if version == 1 else "updated")


def put(config: KafkaConfig, alerts: list[Alert], pause: Callable[[], None] = lambda: None) -> list[float]:
    """Publish, and return when each was on the topic."""
    at = []
    with closing(producer(config)) as kafka:
        for one in alerts:
            publish(kafka, topic_name(config, ALERT_TOPICS[one.family]), encode(one), int(time.time() * 1000)).get(10)
            at.append(time.time())
            pause()
    return at


def configured(path: Path, config: KafkaConfig, urls: dict[str, str], more: str = "") -> Path:
    receivers = "".join(
        f'[[subscribers.receivers]]\nname = "{name}"\nkind = "webhook"\nurl = "{url}"\ntimeout_secs = 40.0\n'
        for name, url in urls.items()
    )
    routes = "".join(f'[[subscribers.routes]]\nreceiver = "{name}"\ncontinues = true\n' for name in urls)
    head = f'[kafka]\nbootstrap_servers = "{config.bootstrap_servers}"\n[telemetry]\nlog_format = "json"\n[subscribers]\n'
    path.write_text(f'{head}receiver = "{next(iter(urls))}"\n{more}{receivers}{routes}')
    return path


@contextmanager
def running(path: Path) -> Iterator[subprocess.Popen[str]]:
    """The service, ready; ended by Ctrl-C if it still runs."""
    words = [sys.executable, "-m", "pipelines.cli", "run", "subscribers", "--config", str(path)]
    process = subprocess.Popen(words, stderr=subprocess.PIPE, text=True)
    lines: list[str] = []
    assert process.stderr is not None
    try:
        for line in process.stderr:
            lines.append(line)
            if "delivering to" in line:
                break
        assert "delivering to" in "".join(lines), "".join(lines)
        threading.Thread(target=lambda: [lines.append(line) for line in process.stderr], daemon=True).start()  # type: ignore[union-attr,func-returns-value]
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            assert process.wait(20) == 0, "".join(lines)


def until(is_so: Callable[[], bool], secs: float = 120.0) -> None:
    deadline = time.monotonic() + secs
    while not is_so():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.05)


def p95(values: list[float]) -> float:
    return sorted(values)[int(0.95 * (len(values) - 1))]


def test_killed_at_seeded_moments_nothing_is_lost_and_repeats_have_their_key(fresh_topics: KafkaConfig, tmp_path: Path) -> None:
    dice, noise = random.Random(SEED), random.Random(SEED + 1)
    newest: dict[str, int] = {}
    with hook(secs=0.002, fails=lambda: noise.random() < 0.03) as (url, got):
        path = configured(tmp_path / "c.toml", fresh_topics, {"desk": url})
        with running(path):
            pass  # the first start marks the place from which alerts count
        for _ in range(KILLS):
            alerts = []
            for _ in range(60):
                one = alert(dice.randrange(200), 1)
                newest[one.id] = newest.get(one.id, 0) + 1
                alerts.append(alert(int(one.id, 16), newest[one.id]))
            writer = threading.Thread(target=put, args=(fresh_topics, alerts, lambda: time.sleep(0.003)))
            writer.start()
            with running(path) as process:
                time.sleep(dice.uniform(0.0, 1.5))
                process.kill()
                process.wait()
            writer.join()
        with running(path):
            until(lambda: {one: version for _, one, version, _, _ in sorted(got, key=lambda item: item[2])} == newest)
    keys: dict[tuple[str, int], set[tuple[str, str]]] = {}
    for _, one, version, key, request_key in got:
        keys.setdefault((one, version), set()).add((key, request_key))
    assert {len(found) for found in keys.values()} == {1}
    assert len({key for found in keys.values() for key in found}) == len(keys)
    print(f"{len(got)} deliveries of {len(keys)} versions of {len(newest)} alerts through {KILLS} kills")


def test_an_alert_is_at_a_webhook_within_300_ms(fresh_topics: KafkaConfig, tmp_path: Path) -> None:
    with hook() as (url, got), running(configured(tmp_path / "c.toml", fresh_topics, {"desk": url})):
        put(fresh_topics, [alert(10_000, 1)])
        until(lambda: len(got) == 1)
        at = put(fresh_topics, [alert(number, 1) for number in range(100)], lambda: time.sleep(0.02))
        until(lambda: len(got) == 101)
    delays = [there - here for here, (there, *_) in zip(at, got[1:], strict=True)]
    print(f"alert on the topic to webhook: p50 {1000 * sorted(delays)[50]:.0f} ms, p95 {1000 * p95(delays):.0f} ms")
    assert p95(delays) <= 0.3


def test_a_silence_mutes_from_the_command_line_and_outlives_a_restart(fresh_topics: KafkaConfig, tmp_path: Path) -> None:
    def cli(*words: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "pipelines.cli", "silence", *words, "--brokers", fresh_topics.bootstrap_servers],
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.strip()

    with hook() as (url, got):
        path = configured(tmp_path / "c.toml", fresh_topics, {"desk": url})
        with running(path):
            silence = cli("add", f"alert={alert(1, 1).id}", "--author", "ann", "--comment", "a test", "--duration", "1h")
            time.sleep(0.5)
            put(fresh_topics, [alert(1, 1), alert(2, 1)])
            until(lambda: len(got) == 1)
        with running(path):
            put(fresh_topics, [alert(1, 2), alert(2, 2)])
            until(lambda: len(got) == 2)
            assert silence in cli("query")
            cli("expire", silence, "--author", "ben")
            time.sleep(0.5)
            put(fresh_topics, [alert(1, 3)])
            until(lambda: len(got) == 3)
        assert cli("query") == ""
    assert [(int(one, 16), version) for _, one, version, *_ in got] == [(2, 1), (2, 2), (1, 3)]


def test_what_is_given_up_stands_on_the_topic_with_its_reason(fresh_topics: KafkaConfig, tmp_path: Path) -> None:
    file = tmp_path / "is-a-directory"
    file.mkdir()
    path = tmp_path / "c.toml"
    receiver = f'[[subscribers.receivers]]\nname = "disk"\nkind = "file"\npath = "{file}"\nmax_attempts = 2\n'
    path.write_text(
        f'[kafka]\nbootstrap_servers = "{fresh_topics.bootstrap_servers}"\n[telemetry]\nlog_format = "json"\n'
        f'[subscribers]\nreceiver = "disk"\n{receiver}'
    )

    def dead() -> list[Delivery]:
        return [decode(Delivery, one.value, one.headers) for one in read_all(fresh_topics, [DELIVERIES])]

    with running(path):
        put(fresh_topics, [alert(1, 1)])
        until(lambda: len(dead()) == 1)
    (record,) = dead()
    assert (record.status, record.attempts) == ("dead", 2)
    assert record.reason.startswith("cannot be written")


def cli(path: Path, *words: str) -> str:
    """Run a command in this process, and return what it printed."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        assert run([*words, "--config", str(path)]) == 0
    return printed.getvalue().strip()


@contextmanager
def at_work(path: Path) -> Iterator[Dispatch]:
    """The service in a thread of this process."""
    config, stop, lines = load(path, {}), threading.Event(), list[str]()
    receivers = {one.name: receiver_of(one) for one in config.subscribers.receivers}
    dispatch = Dispatch(config, receivers, Meters(CollectorRegistry(), "0"), lines.append, stop, random.Random(SEED).random)
    thread = threading.Thread(target=dispatch.run)
    thread.start()
    try:
        until(lambda: not dispatch.probes().not_ready())
        yield dispatch
    finally:
        stop.set()
        thread.join(30)
        print("\n".join(lines))


def test_what_was_given_up_is_told_after_all_under_its_key_by_a_running_service_and_by_the_next(
    fresh_topics: KafkaConfig, tmp_path: Path
) -> None:
    with refusing() as (url, got, refuses):
        path = configured(tmp_path / "c.toml", fresh_topics, {"desk": url}, 'group_by = "kind"\ngroup_wait_secs = 1.0\n')
        with at_work(path):
            put(fresh_topics, [alert(1, 1), alert(2, 1)])
            until(lambda: cli(path, "deliveries", "list").count(" dead ") == 2)
            refuses.clear()
            cli(path, "deliveries", "retry", alert(1, 1).id)
            until(lambda: len(got) == 4)
            until(lambda: cli(path, "deliveries", "list") == "")
            refuses.set()
            put(fresh_topics, [alert(3, 1)])
            until(lambda: cli(path, "deliveries", "list", "--status", "dead").count(" dead ") == 1)
        refuses.clear()
        cli(path, "deliveries", "retry", "--receiver", "desk")
        assert " retry " in cli(path, "deliveries", "list")
        put(fresh_topics, [alert(4, 1)])
        assert " waiting " in cli(path, "deliveries", "list")
        with at_work(path):
            until(lambda: len(got) == 7)
    keys: dict[tuple[int, int], set[tuple[str, str]]] = {}
    for _, one, version, key, request_key in got:
        keys.setdefault((int(one, 16), version), set()).add((key, request_key))
    assert [len(keys[number, 1]) for number in (1, 2, 3)] == [1, 1, 1]
    assert [number for _, number, *_ in sorted((at, int(one, 16)) for at, one, *_ in got)].count(3) == 2


@pytest.mark.slow
def test_a_receiver_that_is_dead_for_long_gets_everything_and_the_memory_does_not_grow_with_it(
    fresh_topics: KafkaConfig, tmp_path: Path
) -> None:
    with refusing(503) as (url, got, refuses), hook() as (free, taken):
        path = configured(tmp_path / "c.toml", fresh_topics, {"free": free, "desk": url})
        with running(path) as process:
            put(fresh_topics, [alert(0, 1)])
            until(lambda: len(taken) == 1)
            before = resident(process.pid)
            put_fast(fresh_topics, [alert(number, 1) for number in range(1, LONG)])
            until(lambda: len(taken) == LONG, 240)
            grown = resident(process.pid) - before
            refuses.clear()
            until(lambda: len({one for _, one, *_ in got[1:]}) == LONG, 240)
    print(f"{LONG} alerts past a dead receiver: {grown / 2**20:.0f} MB, {1024 * grown / 2**20 / LONG:.1f} kB for each")
    order = [int(one, 16) for _, one, *_ in got]
    assert sorted(set(order)) == list(range(LONG))


def test_readiness_says_what_is_missing_and_freshness_who_is_late(fresh_topics: KafkaConfig, tmp_path: Path) -> None:
    with refusing(503) as (url, _, _):
        path = configured(tmp_path / "c.toml", fresh_topics, {"desk": url})
        path.write_text(path.read_text().replace("[telemetry]\n", "[telemetry]\nfresh_within_secs = 1.0\n"))
        config = load(path, {})
        fresh = Dispatch(config, {}, Meters(CollectorRegistry(), "0"), print, threading.Event(), lambda: 0.0)
        assert fresh.probes().not_ready() == ("the places in the log are not known",)
        with at_work(path) as dispatch:
            probes = dispatch.probes()
            assert (probes.is_alive(), probes.not_ready(), probes.not_fresh()) == (True, (), ())
            put(fresh_topics, [alert(1, 1)])
            until(lambda: len(probes.not_fresh()) == 1)
            assert probes.not_fresh()[0].startswith("desk is given what was due")
            assert (probes.is_alive(), probes.not_ready()) == (True, ())


@pytest.mark.slow
def test_dead_and_slow_receivers_leave_the_others_as_they_are(fresh_topics: KafkaConfig, tmp_path: Path) -> None:
    def measured(name: str, first: int, crowd: dict[str, str], good: list[tuple[str, list[Any]]]) -> float:
        urls = {f"good{number}": url for number, (url, _) in enumerate(good)} | crowd
        with running(configured(tmp_path / f"{name}.toml", fresh_topics, urls, f'group_id = "{name}"\n')):
            at = put(fresh_topics, [alert(first + number, 1) for number in range(200)], lambda: time.sleep(0.03))
            until(lambda: all(len(got) == 200 for _, got in good))
        began = dict(zip((f"{first + number:032x}" for number in range(200)), at, strict=True))
        delays = [there - began[one] for _, got in good for there, one, *_ in got]
        for _, got in good:
            got.clear()
        return p95(delays)

    with hook() as one, hook() as two, hook() as three, hook() as four, hook(secs=30.0) as (slow, _):
        good = [one, two, three, four]
        dead = {f"dead{number}": f"http://127.0.0.1:{9 + number}/" for number in range(5)}
        calm = [measured(f"calm{turn}", 1_000 * turn, {}, good) for turn in (1, 2)]
        hard = [measured(f"hard{turn}", 1_000 * turn, {**dead, "slow": slow}, good) for turn in (3, 4)]
    print(
        f"p95 alone {[round(1000 * one) for one in calm]} ms; with 5 of 10 dead and 1 slow {[round(1000 * one) for one in hard]} ms"
    )
    assert min(hard) <= 1.1 * min(calm) + 0.02  # 20 ms: what a busy machine adds to either

"""`sanctionwire tail` as a process on a real Kafka: how soon an alert is on the terminal."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from connectors.config import KafkaConfig
from tests.end_to_end.test_subscribers import alert, p95, put, until

pytestmark = pytest.mark.e2e
TOLD = 100
TARGET_SECS = 0.3


@contextmanager
def tailing(kafka: KafkaConfig) -> Iterator[list[tuple[float, str]]]:
    """Follow the alerts; gives what was printed so far, each with its time and its alert's id."""
    words = [sys.executable, "-m", "pipelines.cli", "tail", "--json", "--brokers", kafka.bootstrap_servers]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
    printed: list[tuple[float, str]] = []
    assert process.stdout is not None
    lines = iter(process.stdout)
    listener = threading.Thread(target=lambda: printed.extend((time.time(), json.loads(line)["id"]) for line in lines))
    listener.start()
    try:
        yield printed
    finally:
        process.terminate()
        process.wait(20)
        listener.join(20)


def told(printed: list[tuple[float, str]]) -> list[tuple[float, str]]:
    return [(when, one) for when, one in printed if one != alert(10_000, 1).id]


def test_an_alert_is_on_the_terminal_within_300_ms(fresh_topics: KafkaConfig) -> None:
    with tailing(fresh_topics) as printed:
        until(lambda: bool(put(fresh_topics, [alert(10_000, 1)])) and bool(printed))  # it begins with the next one
        printed.clear()
        at = put(fresh_topics, [alert(number, 1) for number in range(TOLD)], lambda: time.sleep(0.02))
        until(lambda: len(told(printed)) == TOLD)
    delays = [there - here for here, (there, _) in zip(at, told(printed), strict=True)]
    print(f"alert on the topic to terminal: p50 {1000 * sorted(delays)[TOLD // 2]:.0f} ms, p95 {1000 * p95(delays):.0f} ms")
    assert p95(delays) <= TARGET_SECS

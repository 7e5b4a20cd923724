"""What receivers that are dead or slow cost the others: of ten, five are dead and one takes 30 s. Run by `make bench`.

Turns with and without the bad ones alternate, so that a machine that is busy with other things is so for both; the ratio is that of
the medians of the turns' p95.
"""

import statistics
import time
from pathlib import Path
from typing import Any

import pytest

from connectors.config import KafkaConfig
from tests.end_to_end.test_subscribers import alert, configured, hook, p95, put, running, until

TURNS, ALERTS, PAUSE_SECS = 3, 150, 0.03


def turn(kafka: KafkaConfig, path: Path, first: int, urls: dict[str, str], good: list[tuple[str, list[Any]]]) -> float:
    """Return the p95 of the good receivers for alerts that are numbered from `first`."""
    with running(configured(path, kafka, urls, f'group_id = "turn{first}"\n')):
        at = put(kafka, [alert(first + number, 1) for number in range(ALERTS)], lambda: time.sleep(PAUSE_SECS))
        until(lambda: all(len(got) == ALERTS for _, got in good))
    began = dict(zip((f"{first + number:032x}" for number in range(ALERTS)), at, strict=True))
    delays = [there - began[one] for _, got in good for there, one, *_ in got]
    for _, got in good:
        got.clear()
    return p95(delays)


@pytest.mark.timeout(1800)
def test_dead_and_slow_receivers(fresh_topics: KafkaConfig, tmp_path: Path) -> None:
    with hook() as one, hook() as two, hook() as three, hook() as four, hook(secs=30.0) as (slow, _):
        good = [one, two, three, four]
        fair = {f"good{number}": url for number, (url, _) in enumerate(good)}
        foul = {f"dead{number}": f"http://127.0.0.1:{9 + number}/" for number in range(5)} | {"slow": slow}
        calm, hard = [], []
        for number in range(TURNS):
            calm.append(turn(fresh_topics, tmp_path / "calm.toml", 2_000 * number, fair, good))
            hard.append(turn(fresh_topics, tmp_path / "hard.toml", 2_000 * number + 1_000, fair | foul, good))
    ratio = statistics.median(hard) / statistics.median(calm)
    shown = [" ".join(f"{1000 * value:.0f}" for value in values) for values in (calm, hard)]
    print(f"\np95 of 4 good receivers: alone {shown[0]} ms; with 5 dead and 1 slow {shown[1]} ms; ratio {ratio:.2f} (target: 1.10)")

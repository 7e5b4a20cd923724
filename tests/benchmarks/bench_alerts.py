"""What alerts cost, and how many there are for one act: in process, on a seeded stream. Run by `make bench`.

Prints figures and holds nobody to them, but for the number of alerts, which is no matter of the machine.
"""

import gc
import random
import time
import tracemalloc
from collections.abc import Sequence
from datetime import timedelta

from connectors.messages.codec import encode
from pipelines.alerts.step import RaiseAlerts
from pipelines.work import Work
from tests.pipelines.wires import START, acts_of, ids_of, said, stream, told, work

SEED = 20261126
STORIES = 4_000
COPIES = 5_000


def test_alerts_for_one_act() -> None:
    works = stream(random.Random(SEED), STORIES)
    step = RaiseAlerts()
    began = time.perf_counter()
    done = [told_ for one in works for told_ in step.tell(one)]
    seconds = time.perf_counter() - began
    made = [alert for one in done for alert in one.alerts]
    ids, acts = ids_of(done), len(acts_of(works))
    sizes = [len(encode(alert).value) for alert in {alert.id: alert for alert in made}.values()]
    show(
        f"{len(works)} articles of {STORIES} stories, 30 % copies, up to 24 h late, in the order of arrival",
        f"alerts for one (story, kind, senders, targets): {len(ids) / acts:.4f} (target: <= 1.02), {len(made) / acts:.2f} versions",
        f"{1000 * seconds / len(works):.2f} ms an article, {sum(sizes) / len(sizes):.0f} bytes an alert on the topic, {max(sizes)} "
        "at most",
    )
    assert len(ids) <= 1.02 * acts


def test_memory_of_alerts() -> None:
    works = stream(random.Random(SEED), STORIES // 4)
    gc.collect()
    tracemalloc.start()
    step = told(works)
    gc.collect()
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    show(
        f"memory: {held / len(step.alerts):.0f} bytes an alert, {held / len(works):.0f} bytes an article, tellings of a month held"
    )


def test_a_crowd_of_copies() -> None:
    crowd = [
        work(f"c{number}", [said("threat", "USA", "RUS")], copy_of="c0", at=START + timedelta(seconds=number))
        for number in range(COPIES)
    ]
    step = RaiseAlerts()
    costs = [cost(step, crowd[start : start + 500]) for start in range(0, COPIES, 500)]
    show(
        f"{COPIES} copies of one report: {costs[0]:.3f} ms an article at first, {costs[-1]:.3f} at last, "
        f"{sum(alert.version for alert in step.alerts.values())} version"
    )


def cost(step: RaiseAlerts, works: Sequence[Work]) -> float:
    """Milliseconds an article."""
    began = time.perf_counter()
    told(works, step)
    return 1000 * (time.perf_counter() - began) / len(works)


def show(*lines: str) -> None:
    """Print figures where `make bench` shows them."""
    print("", *lines, sep="\n  ")

"""Stories: how well they are found, how little order matters, how fast, how large. `make bench` prints the figures.

Thresholds were set on seed 1 and on real texts; the seeds here are others. The plain clustering is given its best threshold.
"""

import gc
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import TypeVar

import psutil
import pytest
from sklearn.metrics import adjusted_rand_score

from connectors.messages.analysis import Analysis
from connectors.messages.codec import Record, decode, encode
from connectors.messages.story import Story
from pipelines.dedupe import Copies
from pipelines.stories.follow import FollowStories
from pipelines.work import Work, analysis_of
from tests.pipelines.clusters import b_cubed, plain_clusters, same_company
from tests.pipelines.events import Telling, interleaved, stream, tellings

pytestmark = [pytest.mark.slow, pytest.mark.timeout(0)]

T = TypeVar("T")
SEEDS = (2, 3, 4)
ORDERS = 3
WINDOW = 300_000
SPEED_EVENTS = 1_500
EVENTS_A_DAY = 100


def followed(articles: Sequence[Telling]) -> dict[str, str]:
    """Return the story of each article, told in this order."""
    step = FollowStories()
    return {each.article.id: story_of(step, each.work) for each in articles}


def story_of(step: FollowStories, work: Work) -> str:
    """Return the story that an article begins or joins."""
    story = step.tell(work)[0].story
    assert story is not None
    return story.id


def test_events_found(capsys: pytest.CaptureFixture[str]) -> None:
    for seed in SEEDS:
        day = tellings(seed)
        gold, ours = [each.event for each in day], list(followed(day).values())
        texts = [f"{each.article.title} {each.article.text}" for each in day]
        plain = max((plain_clusters(texts, near) for near in (0.15, 0.2, 0.25, 0.3)), key=lambda found: b_cubed(gold, found))
        with capsys.disabled():
            print(
                f"\nseed {seed}: {len(day)} articles, {len(set(gold))} events:"
                f" B-cubed F1 {b_cubed(gold, ours):.3f} against {b_cubed(gold, plain):.3f} plain;"
                f" ARI {adjusted_rand_score(gold, ours):.3f} against {adjusted_rand_score(gold, plain):.3f}"
            )


def test_order(capsys: pytest.CaptureFixture[str]) -> None:
    for seed in SEEDS:
        day = tellings(seed)
        ids, ours = [each.article.id for each in day], followed(day)
        for hours in (0.1, 3):
            others = [followed(interleaved(day, order, ahead_hours=hours)) for order in range(ORDERS)]
            pairs = [([ours[id_] for id_ in ids], [other[id_] for id_ in ids]) for other in others]
            with capsys.disabled():
                print(
                    f"\nseed {seed}, partitions up to {hours:g} h apart: same company"
                    f" {statistics.mean(same_company(*pair) for pair in pairs):.3f}, B-cubed"
                    f" {statistics.mean(b_cubed(*pair) for pair in pairs):.4f}, same id"
                    f" {statistics.mean(statistics.mean(a == b for a, b in zip(*pair, strict=True)) for pair in pairs):.3f}"
                )


def test_speed_memory_and_cold_start(capsys: pytest.CaptureFixture[str]) -> None:
    news, copies, step = [each.work for each in stream(5, events=SPEED_EVENTS, days=3)], Copies(), FollowStories()
    gc.collect()
    before, spent, log = psutil.Process().memory_info().rss, dict[str, list[float]](), list[Work]()
    for work in news:
        sifted = timed(spent, "copies", copies.sift, work, lambda _: False)
        log += timed(spent, "stories", step.tell, sifted)
    held, number = psutil.Process().memory_info().rss - before, len(news)
    records = [record for told in log if told.story for record in (encode(analysis_of(told)), encode(told.story))]
    with capsys.disabled():
        for stage, seconds in spent.items():
            print(
                f"\n{stage}: {number / sum(seconds):.0f} articles/s and core, p50 {1e3 * statistics.median(seconds):.2f} ms,"
                f" p95 {1e3 * statistics.quantiles(seconds, n=20)[-1]:.2f} ms an article"
            )
        print(f"both: {number / sum(map(sum, spent.values())):.0f} articles/s and core, fingerprints and furniture not counted")
        print(
            f"memory: {held / number / 1e3:.1f} kB an article for copies, stories and what is kept here of each; {number} articles"
        )
        seconds = cold_start(records)
        print(f"cold start of the stories: {seconds * WINDOW / number:.0f} s for {WINDOW} articles, decoding included")


def timed(spent: dict[str, list[float]], stage: str, call: Callable[..., T], *given: object) -> T:
    """Call, and note the seconds of processor time, so that a busy machine does not count."""
    started = time.thread_time()
    result = call(*given)
    spent.setdefault(stage, []).append(time.thread_time() - started)
    return result


def cold_start(records: Sequence[Record]) -> float:
    """Return the seconds that a new process takes to read the stories back."""
    step, started = FollowStories(), time.thread_time()
    for place, record in enumerate(records):
        step.absorb(decode(Story if place % 2 else Analysis, record.value, record.headers))
    return time.thread_time() - started


def test_memory_is_flat(capsys: pytest.CaptureFixture[str]) -> None:
    """Three weeks at a small rate: after seventeen days everything that can expire has begun to."""
    step, held = FollowStories(), list[tuple[int, int, int, int]]()
    for day in days(EVENTS_A_DAY, 22):
        for each in day:
            step.tell(each.work)
        terms = sum(map(len, step.shelf.by_term.values()))
        held.append((len(step.shelf.stories), terms, len(step.closed), len(step.members.story_of)))
    with capsys.disabled():
        for number, (stories, terms, closed, members) in enumerate(held, start=1):
            print(f"\nday {number}: {stories} open stories, {terms} indexed terms, {closed} closed, {members} articles", end="")
        print()
    assert held[-1][3] < 1.2 * held[17][3]


def days(events: int, number: int) -> Iterator[list[Telling]]:
    """Yield the news of so many days, one day at a time."""
    day: list[Telling] = []
    for each in stream(6, events=events * number, days=number):
        if day and each.article.fetched_at - day[0].article.fetched_at > timedelta(days=1):
            yield day
            day = []
        day.append(each)

"""Stories: how well they are found, how little order matters, how fast, how large. `make bench` prints the figures.

Thresholds were set on seed 1 and on real texts; the seeds here are others. The plain clustering is given its best threshold.
"""

import gc
import statistics
import sys
import time
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from itertools import count, islice
from multiprocessing import Pipe, get_context
from multiprocessing.connection import Connection
from typing import TypeVar

import psutil
import pytest
from sklearn.metrics import adjusted_rand_score

from connectors.config import Config
from connectors.kafka import Stored
from connectors.messages.codec import encode
from connectors.topics import ANALYSES, STORIES, Topic
from pipelines.dedupe import Copies
from pipelines.fingerprint import fingerprint
from pipelines.history import blank, latest
from pipelines.stories.follow import FollowStories
from pipelines.work import Work, analysis_of
from tests import builders
from tests.pipelines.clusters import b_cubed, plain_clusters, same_company
from tests.pipelines.events import Telling, interleaved, stream, tellings

pytestmark = [pytest.mark.slow, pytest.mark.timeout(0)]

T = TypeVar("T")
SEEDS = (2, 3, 4)
ORDERS = 3
WINDOW = 300_000
EVENTS_A_DAY = 100
BATCH = 500


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
    """Three days of a hundred thousand articles each, and then a new process reads them back; some twenty minutes.

    They are made in a process of their own: what makes them would be counted as ours, and would fill the processor's caches.
    """
    copies, step, spent = Copies(), FollowStories(), defaultdict[str, "array[float]"](lambda: array("d"))
    log, number, most = list[tuple[bytes, bytes, bytes]](), 0, 0
    before = memory_mb()
    for some in made_elsewhere(events=WINDOW * 10 // 65, days=3):
        decoded = [timed(spent, "fingerprint", printed, work) for work in some]
        sifted = [timed(spent, "copies", copies.sift, work, lambda _: False) for work in decoded]
        log += [records_of(told) for work in sifted for told in timed(spent, "stories", step.tell, work)]
        number, most = number + len(some), max(most, len(step.shelf.stories))
    kept = sum(map(sys.getsizeof, (log, *spent.values(), *(part for row in log for part in (row, *row)))))
    seconds = [sum(three) for three in zip(*spent.values(), strict=True)]
    with capsys.disabled():
        for stage, ticks in spent.items():
            print(f"\n{stage}: {number / sum(ticks):.0f} articles/s and core, p95 {1e3 * p95(ticks):.2f} ms an article", end="")
        print(f"\nall three: {number / sum(seconds):.0f} articles/s and core, p95 {1e3 * p95(seconds):.2f} ms")
        held = memory_mb() - before - kept / 1e6
        print(f"memory: {held:.0f} MB for {number} articles and up to {most} open stories, {1e3 * held / number:.2f} kB an article")
        print(f"cold start: {cold_start(log):.0f} s, decoding included, what the broker takes to send them not")


def made_elsewhere(events: int, days: int) -> Iterator[list[Work]]:
    """Yield made news, some hundreds at a time."""
    reader, writer = Pipe(duplex=False)
    maker = get_context("spawn").Process(target=make, args=(writer, events, days))
    maker.start()
    writer.close()  # so that the reader sees the end when the maker is done
    with suppress(EOFError):
        while True:
            yield reader.recv()
    maker.join()


def make(writer: Connection, events: int, days: int) -> None:
    """Send made news."""
    made = map(read_by_the_model, stream(5, events=events, days=days))
    while some := list(islice(made, BATCH)):
        writer.send(some)


def read_by_the_model(each: Telling) -> Work:
    """Return an article as it comes to the copies, but for what tells those."""
    return Work(record=builders.log_record(), article=each.article, language="en", entities=each.entities)


def printed(work: Work) -> Work:
    """Return the work with what tells its copies."""
    return replace(work, fingerprint=fingerprint(work.told.title, work.told.text))


def records_of(told: Work) -> tuple[bytes, bytes, bytes]:
    """Return what the log keeps of an article and of its story: two values, and the key of the second."""
    assert told.story is not None
    analysis, story = encode(analysis_of(told)), encode(told.story)
    return analysis.value, story.value, story.key


def p95(values: Sequence[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]


def memory_mb() -> float:
    gc.collect()
    return float(psutil.Process().memory_info().rss) / 1e6


def timed(spent: defaultdict[str, "array[float]"], stage: str, call: Callable[..., T], *given: object) -> T:
    """Call, and note the seconds of processor time, so that a busy machine does not count."""
    started = time.thread_time()
    result = call(*given)
    spent[stage].append(time.thread_time() - started)
    return result


def cold_start(log: Sequence[tuple[bytes, bytes, bytes]]) -> float:
    """Return the seconds of processor time that a new process takes to read copies and stories back."""
    history, started = blank(Config(), count(1)), time.thread_time()
    for analysis, _, _ in log:
        history.absorb(stored(ANALYSES, b"", analysis))
    for newest in latest(stored(STORIES, key, story) for _, story, key in log):
        history.absorb(newest)
    return time.thread_time() - started


def stored(topic: Topic, key: bytes, value: bytes) -> Stored:
    """Return a record as the broker gives it, without its headers, which the codec does not need."""
    return Stored(topic, builders.position(topic=topic.name), 0, key, value, ())


def test_memory_is_flat(capsys: pytest.CaptureFixture[str]) -> None:
    """Three weeks at a small rate: after seventeen days everything that can expire has begun to."""
    step, held = FollowStories(), list[tuple[int, int, int, int]]()
    for day in days(EVENTS_A_DAY, 22):
        for each in day:
            step.tell(each.work)
        held.append((len(step.shelf.stories), len(step.shelf.index.holders), len(step.closed), len(step.members.story_of)))
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

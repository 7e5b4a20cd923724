"""Print what a day of news leaves in memory: `python -m tests.benchmarks.bench_day [ARTICLES_A_DAY] [WINDOW_HOURS]`.

Twenty-four hours of simulated time through copies, carried signals, stories and alerts, with windows of a few hours, so that all
that can expire does so within the day: one line for every two hours, and at its end what is left after a last article long after.
Nearly a third of the articles are copies, whole or cut.
"""

import gc
import random
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count

import psutil

from connectors.messages.article import Article, event_time
from pipelines.alerts.book import Episodes
from pipelines.alerts.step import RaiseAlerts
from pipelines.carry import CarryOver
from pipelines.copy_index import Windows
from pipelines.dedupe import Copies
from pipelines.order import Chain
from pipelines.stories.follow import FollowStories
from pipelines.stories.life import Joining
from pipelines.work import Work
from tests import builders
from tests.pipelines.events import START, Telling, stream

DAY = timedelta(days=1)
COPIED = 0.45  # of the events' articles; a third of all, then


@dataclass
class Job:
    """The stages that remember, with windows of so many hours."""

    window: timedelta
    copies: Copies = field(init=False)
    stories: FollowStories = field(init=False)
    carried: CarryOver = field(init=False)
    chain: Chain = field(init=False)

    def __post_init__(self) -> None:
        self.copies = Copies(Windows(near=self.window, exact=2 * self.window))
        self.stories = FollowStories(Joining(idle=self.window, longest=2 * self.window))
        self.carried = CarryOver(2 * self.window)
        self.chain = Chain((self.carried, self.stories, RaiseAlerts(Episodes(gap=self.window))), count(1))

    def take(self, work: Work) -> None:
        """Take one article."""
        self.chain.tell(self.copies.sift(work, lambda _: False))

    def held(self) -> str:
        """Say how much is remembered."""
        indexes = self.copies.indexes.values()
        return ", ".join(
            f"{number} {name}"
            for number, name in (
                (len(self.copies.taken), "versions"),
                (sum(len(index.texts) for index in indexes), "texts"),
                (sum(segment.keys.size for index in indexes for segment in index.postings.segments), "samples"),
                (len(self.carried.said), "sayings"),
                (len(self.stories.shelf.stories), "open"),
                (len(self.stories.closed), "closed stories"),
                (len(self.stories.shelf.index.holders), "terms"),
                (len(self.stories.members.story_of), "members"),
            )
        )


def day(articles: int, chance: random.Random) -> Iterator[Work]:
    """So many articles of one day, in about the order of their publication."""
    for each in stream(6, events=round(articles / 6.5 / (1 + COPIED)), days=0.7):
        yield each.work
        if chance.random() < COPIED:
            yield each.work if chance.random() < 0.1 else builders.work(copy_of(each, chance), entities=each.entities)


def copy_of(told: Telling, chance: random.Random) -> Article:
    """What another outlet makes of an article: all of it, or the first two thirds."""
    article, words = told.article, told.article.text.split(" ")
    text = " ".join(words[: len(words) * 2 // 3] if chance.random() < 0.5 else words)
    return replace(article, id=f"{chance.getrandbits(128):032x}", outlet=f"copyist{chance.randrange(40)}.example", text=text)


def memory_mb() -> float:
    gc.collect()
    return float(psutil.Process().memory_info().rss) / 1e6


def main(articles: int, hours: float) -> None:
    job, began = Job(timedelta(hours=hours)), time.process_time()
    number, shown, at = 0, START, START
    print(f"at first: {memory_mb():.0f} MB")
    for number, work in enumerate(day(articles, random.Random(1)), start=1):
        at = event_time(work.told)
        if at >= START + DAY:
            break
        job.take(work)
        if at >= shown + timedelta(hours=2):
            shown = at
            print(f"{(at - START) / timedelta(hours=1):4.0f} h, {number} articles: {memory_mb():.0f} MB; {job.held()}", flush=True)
    print(f"{number / (time.process_time() - began):.0f} articles/s of processor time, made and printed; {job.held()}")
    job.take(long_after(at + 10 * job.window))
    print(f"long after: {memory_mb():.0f} MB; {job.held()}")


def long_after(at: datetime) -> Work:
    """An article when nothing is left to remember."""
    return builders.work(builders.article(id="f" * 32, text="Nothing of all that was.", published_at=at, fetched_at=at))


if __name__ == "__main__":
    articles, hours = (int(word) for word in (*sys.argv[1:], *("100000", "3")[len(sys.argv) - 1 :])[:2])
    main(articles, hours)

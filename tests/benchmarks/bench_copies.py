"""Print how well and how fast copies are found: `python -m tests.benchmarks.bench_copies [ORIGINALS] [SEED]`.

Three parts: the syndication suite in five orders of arrival; articles a second of processor time, with the fingerprint, beside the
fingerprint alone (the baseline, in the same process); a day and a half of a busy stream, for memory and for what has expired.
"""

import random
import resource
import sys
import time
from datetime import timedelta

from pipelines.copy_index import Windows
from pipelines.dedupe import Copies
from pipelines.fingerprint import fingerprint
from pipelines.work import Fingerprint, analysis_of
from tests import builders
from tests.pipelines.sifting import groups, recall_by_edit, rivals_taken, score, shuffled
from tests.pipelines.syndication import Told, report, suite

ORDERS = 5
SKETCH = 60  # samples of a made text: those of some 500 words
DAY = timedelta(days=1)


def quality(told: list[Told]) -> None:
    """Print B-cubed scores by order, and of each edit that keeps three tenths what was found in the worst order."""
    scores, recalls = [], []
    for order in range(ORDERS):
        found = groups(shuffled(told, order))
        scores.append(score(told, found))
        recalls.append(recall_by_edit(told, found))
        print(f"order {order}: B-cubed P {scores[-1][0]:.4f} R {scores[-1][1]:.4f} F1 {scores[-1][2]:.4f}; "
              f"rivals taken {len(rivals_taken(told, found))}")  # fmt: skip
    f1 = [one[2] for one in scores]
    print(f"F1 {min(f1):.4f} to {max(f1):.4f}, order changes it by {max(f1) - min(f1):.4f}")
    worst = {edit: min(recall[edit] for recall in recalls) for edit in recalls[0]}
    for edit, share in sorted(worst.items(), key=lambda item: item[1]):
        print(f"  {share:.3f} {edit}")


def speed() -> None:
    """Print articles a second of processor time."""
    chance = random.Random(1)
    texts = [report(chance, ("Northland",), 500).text for _ in range(3_000)]
    began = time.process_time()
    for text in texts:
        fingerprint("", text)
    alone = time.process_time() - began
    copies, slowest = Copies(), []
    began = time.process_time()
    for number, text in enumerate(texts):
        one = time.process_time()
        copies.sift(builders.work(builders.article(id=str(number), text=text)), lambda _: False)
        slowest.append(time.process_time() - one)
    both = time.process_time() - began
    p95 = sorted(slowest)[int(0.95 * len(slowest))]
    print(f"fingerprint alone {len(texts) / alone:.0f} articles/s; with the search {len(texts) / both:.0f} ({alone / both:.2f}); "
          f"p95 {1000 * p95:.2f} ms")  # fmt: skip


def window(articles: int, days: float) -> None:
    """Print the memory of a window of so many articles with samples of their own, and what a cold start of them costs."""
    chance, before = random.Random(2), _memory_mb()
    copies, log = Copies(Windows(near=DAY, exact=DAY)), []
    began = time.process_time()
    for number in range(articles):
        at = builders.PUBLISHED_AT + DAY * days * (number / articles)
        sketch = tuple(sorted(chance.getrandbits(61) for _ in range(SKETCH)))
        print_ = Fingerprint(text_hash=f"{chance.getrandbits(64):016x}", sketch=sketch, sketch_version=2)
        work = builders.work(builders.article(id=f"{number:032x}", published_at=at, fetched_at=at), fingerprint=print_)
        sifted = copies.sift(work, lambda _: False)
        if number >= articles - 20_000:
            log.append(analysis_of(sifted))
    seconds, index = time.process_time() - began, copies.indexes["en"]
    print(f"{articles} articles in {days:g} days: {articles / seconds:.0f} articles/s, {_memory_mb() - before:.0f} MB more, "
          f"{len(index.texts)} texts and {len(index.postings.segments)} segments left")  # fmt: skip
    began = time.process_time()
    restored = Copies(Windows(near=DAY, exact=DAY))
    for analysis in log:
        restored.absorb(analysis)
    print(f"cold start: {len(log) / (time.process_time() - began):.0f} analyses/s")


def _memory_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    originals, seed = (int(word) for word in (*sys.argv[1:], "200", "5")[:2])
    quality(suite(seed, originals))
    speed()
    window(100_000, 1.0)
    window(150_000, 3.0)

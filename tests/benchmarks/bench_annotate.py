"""Speed of the annotator against bare spaCy with the same pipes on the same texts: `python -m tests.benchmarks.bench_annotate`.

Three kinds of articles of about 3,000 characters: gold articles filled up with the next ones, so that every second sentence may
tell an act; one gold sentence among plain news; and plain news alone. The sides that are compared take turns in short rounds, each
on the same few texts, and processor time is counted: what else runs on the machine then hits both alike. Printed are medians over
the rounds. The targets: 8 articles a second and core with signals, 0.85 of bare spaCy, five times as many without any.
"""

import json
import resource
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from itertools import cycle
from pathlib import Path

from pipelines.annotator import Annotator, ArticleText, load_model
from pipelines.entities.names import find_names
from pipelines.signals.en.look import speaks
from pipelines.text import sentences

DATA = Path(__file__).parents[1] / "data"
LENGTH = 3_000
IN_A_ROUND = 8  # articles
ROUNDS = 12
Side = Callable[[Sequence[ArticleText]], object]
PLAIN = (
    "The zoo has its first bear cub in eight years, and nobody has seen it yet. Keepers know of the birth from a microphone. "
    "The mother lives on her fat until March. A queue forms by the fence every Sunday, where visitors hear a humming sound. "
    "Coffee growers expect their best harvest in ten years, helped by rain that came on time. Pickers from town were hired. "
)


def _records(name: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in (DATA / name).read_text(encoding="utf-8").splitlines()]


def _stories() -> list[dict[str, object]]:
    return _records("gold-articles.jsonl") + _records("gold-articles-b.jsonl")


def telling() -> list[ArticleText]:
    """Return articles that tell acts, each filled up with the next ones."""
    texts = [str(record["text"]) for record in _stories() if record["signals"]]
    return _articles("\n\n".join(texts[at:] + texts[:at]) for at in range(len(texts)))


def news() -> list[str]:
    """Return the sentences of the gold articles that the cheap look passes over."""
    texts = [str(record["text"]) for record in _stories()]
    found = [text[span.start : span.end] for text in texts for span in sentences(text)]
    return [sentence for sentence in found if not speaks(sentence)]


def told_once() -> list[ArticleText]:
    """Return plain news with one sentence that tells an act, among the first of them."""
    acts = [str(record["text"]) for record in _records("gold-sentences-a.jsonl") if record["signals"]]
    return _articles("\n\n".join((*plain[:2], act, *plain[2:])) for act, plain in zip(acts, _turned(news(), 7), strict=False))


def plain_news() -> list[ArticleText]:
    """Return articles without any word of sanctions: half of them news, half of other matters."""
    return _articles("\n\n".join(plain) if at % 2 else PLAIN * 12 for at, plain in zip(range(60), _turned(news(), 5), strict=False))


def _turned(items: list[str], step: int) -> Iterable[list[str]]:
    return cycle([items[at:] + items[:at] for at in range(0, len(items), step)])


def _articles(texts: Iterable[str]) -> list[ArticleText]:
    return [ArticleText(id=str(at), title="", text=text[:LENGTH], language="en") for at, text in enumerate(texts)]


def taken(sides: dict[str, Side], articles: Sequence[ArticleText]) -> dict[str, float]:
    """Return the median seconds of processor time that each side takes for an article; the sides take turns."""
    times: dict[str, list[float]] = {name: [] for name in sides}
    for number in range(ROUNDS):
        at = number * IN_A_ROUND % max(1, len(articles) - IN_A_ROUND)
        batch = articles[at : at + IN_A_ROUND]
        for name, side in sides.items():
            began = time.process_time()
            side(batch)
            times[name].append((time.process_time() - began) / len(batch))
    return {name: statistics.median(found) for name, found in times.items()}


def main() -> None:
    """Print the speeds, their ratios and the memory of the process."""
    nlp = load_model()
    annotator = Annotator(nlp)
    annotator.annotate(telling()[:2])
    list(nlp.pipe([article.text for article in telling()[:2]]))
    ours: Side = annotator.annotate
    bare: Side = lambda batch: list(nlp.pipe([article.text for article in batch], batch_size=16))  # noqa: E731
    names: Side = lambda batch: [find_names(article.text) for article in batch]  # noqa: E731
    dense = taken({"ours": ours, "bare": bare, "names": names}, telling())
    once = taken({"ours": ours, "bare": bare}, told_once())
    quiet = taken({"ours": ours, "bare": bare}, plain_news())
    for name, found in (("acts all over", dense), ("one act", once), ("no act", quiet)):
        print(
            f"{name:14} {1 / found['ours']:6.1f} articles/s and core, bare spaCy {1 / found['bare']:6.1f}: "
            f"ratio {found['bare'] / found['ours']:.2f}"
        )
    many, few = (found["ours"] / quiet["ours"] for found in (dense, once))
    print(f"no act against acts all over {many:.1f} times, against one act {few:.1f}")
    print(f"states and unions alone {1000 * dense['names']:.2f} ms an article")
    print(f"memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")


if __name__ == "__main__":
    main()

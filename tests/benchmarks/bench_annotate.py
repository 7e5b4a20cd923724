"""Speed of the annotator against bare spaCy with the same pipes on the same texts: `python -m tests.benchmarks.bench_annotate`.

Articles are cut from the gold articles to about 3,000 characters; processor time is counted, so that what else runs on the machine
matters less. The targets: 8 articles a second and core with signals, 0.85 of bare spaCy, five times as many without any.
"""

import json
import resource
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from pipelines.annotator import Annotator, ArticleText, load_model
from pipelines.entities.names import find_names

GOLD = Path(__file__).parents[1] / "data" / "gold-articles.jsonl"
LENGTH = 3_000
PLAIN = (
    "The zoo has its first bear cub in eight years, and nobody has seen it yet. Keepers know of the birth from a microphone. "
    "The mother lives on her fat until March. A queue forms by the fence every Sunday, where visitors hear a humming sound. "
    "Coffee growers expect their best harvest in ten years, helped by rain that came on time. Pickers from town were hired. "
)


def telling() -> list[ArticleText]:
    """Return articles that tell acts, each filled up with the next ones."""
    records = [json.loads(line) for line in GOLD.read_text(encoding="utf-8").splitlines()]
    texts = [record["text"] for record in records if record["signals"]]
    filled = ["\n\n".join(texts[at:] + texts[:at])[:LENGTH] for at in range(len(texts))]
    return [ArticleText(id=str(at), title="", text=text, language="en") for at, text in enumerate(filled)]


def plain() -> list[ArticleText]:
    """Return articles without any word of sanctions."""
    return [ArticleText(id=str(at), title="", text=(PLAIN * 12)[:LENGTH], language="en") for at in range(60)]


def per_second(work: Callable[[], object], articles: Sequence[ArticleText]) -> float:
    """Return articles a second of processor time."""
    began = time.process_time()
    work()
    return len(articles) / (time.process_time() - began)


def main() -> None:
    """Print the speeds, their ratios and the memory of the process."""
    nlp = load_model()
    annotator, told, quiet = Annotator(nlp), telling(), plain()
    annotator.annotate(told[:2])
    ours = per_second(lambda: annotator.annotate(told), told)
    bare = per_second(lambda: list(nlp.pipe([article.text for article in told], batch_size=16)), told)
    silent = per_second(lambda: annotator.annotate(quiet), quiet)
    named = per_second(lambda: [find_names(article.text) for article in told], told)
    print(f"with signals     {ours:6.1f} articles/s and core")
    print(f"bare spaCy       {bare:6.1f}: ratio {ours / bare:.2f}")
    print(f"without any      {silent:6.1f}: ratio {silent / ours:.1f}")
    print(f"names alone      {1000 / named:6.2f} ms an article")
    print(f"memory           {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024:6d} MB")


if __name__ == "__main__":
    main()

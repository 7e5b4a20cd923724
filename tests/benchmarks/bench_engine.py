"""What an engine costs: the same articles through bare spaCy, a plain Kafka loop, Quix Streams, and our job.

Run by `make bench ARGS=engine`; `ARTICLES=1000` sends more, of each of two kinds (`bench_stream`). The plain loop
(`tests.benchmarks.plain`) and the application of Quix Streams (`tests.benchmarks.quix`) call the very functions of the stages in
one process: they are yardsticks, and not shipped. With Quix Streams the model reads one article at a time, and a batch in the job;
so the plain loop runs once in each way, and each engine is held against the one that reads as it does. Bare spaCy reads whole texts
with the pipes that we use; the job shows the model only what can tell an act, and lets the encoder, which bare spaCy does not have,
listen to that too. What the model, the encoder and the rules take without any stream is the row of the annotator: what lies between
that and the job is the stream.

All but bare spaCy run in processes of their own, are warmed by other articles, and are measured from the sending of the articles
until the offset behind the last is committed. That they do the same work is looked at: each has to leave one analysis of each
article, and articles whose signals differ from those of the plain loop are counted.

Figures by the clock mean something only where nothing else runs (two readers need two free cores). Processor time bears company
better; it counts every process of an engine, Prism among them, and not Kafka. By the clock the job has more than one core to itself
if there is one: its stages run beside its readers, those of the plain loop and of Quix Streams take turns with the model.
"""

import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path

import psutil
import pytest

from connectors.config import KafkaConfig
from connectors.kafka import broker_errors, ensure_topics, producer, publish, topic_name
from connectors.messages.codec import encode
from connectors.topics import ARTICLES
from pipelines import readers
from pipelines.annotator import Annotator, ArticleText, load_model
from tests.benchmarks.bench_stream import KINDS, an_article, digests, family, show
from tests.benchmarks.plain import BATCH
from tests.end_to_end import newsroom
from tests.end_to_end.conftest import LiveBroker
from tests.end_to_end.jobs import Job, running

pytestmark = pytest.mark.timeout(0)

NUMBER = int(os.environ.get("ARTICLES", "300"))
WARM_UP = 8
LIMIT_SECS = 3600
QUIX = Path(sys.prefix) / "bench"  # where `make bench` installs it


@dataclass(frozen=True)
class Run:
    """One way of taking the articles: seconds by the clock, and of processor time."""

    clock: float
    processor: float

    @property
    def speed(self) -> float:
        """Articles a second."""
        return NUMBER / self.clock

    @property
    def cost(self) -> float:
        """Milliseconds of processor time for each article."""
        return 1000 * self.processor / NUMBER


def topics(broker: LiveBroker, prefix: str) -> KafkaConfig:
    """Topics, a group and a writer of one run's own."""
    config = replace(broker.config, topic_prefix=prefix, group_id=f"{prefix}pipeline", transactional_id=f"{prefix}pipeline")
    assert ensure_topics(config) == ()
    return config


def send(kafka: KafkaConfig, told: Sequence[str], first: int = 0) -> None:
    """Publish articles at once."""
    with broker_errors(kafka):
        client = producer(kafka)
        for number, text in enumerate(told, first):
            publish(client, topic_name(kafka, ARTICLES), encode(an_article(number, text)), int(time.time() * 1000))
        client.flush()
        client.close()


def bare(told: Sequence[str]) -> Run:
    """Let the model read the texts, and do nothing with them."""
    nlp = load_model()
    list(nlp.pipe(told[:WARM_UP]))
    clock, processor = time.monotonic(), time.process_time()
    list(nlp.pipe(told, batch_size=16))
    return Run(time.monotonic() - clock, time.process_time() - processor)


def alone(told: Sequence[str]) -> Run:
    """Let the annotator read the texts as a process of the pool does, and do nothing with what it finds."""
    annotator = Annotator(load_model())
    texts = [ArticleText(id=str(number), title=f"Report {number}", text=text, language="en") for number, text in enumerate(told)]
    annotator.annotate(texts[:WARM_UP])
    clock, processor = time.monotonic(), time.process_time()
    for first in range(0, len(texts), readers.BATCH):
        annotator.annotate(texts[first : first + readers.BATCH])
    return Run(time.monotonic() - clock, time.process_time() - processor)


def engine(kafka: KafkaConfig, told: Sequence[str], prism_location: str, directory: Path, processes: int) -> Run:
    """Take the articles as the product does, with so many processes that hold the model."""
    settings = {
        "SANCTIONWIRE_PIPELINE__NLP_PROCESSES": str(processes),
        "SANCTIONWIRE_KAFKA__GROUP_ID": kafka.group_id,
        "SANCTIONWIRE_KAFKA__TRANSACTIONAL_ID": kafka.transactional_id,
    }
    with running(kafka, prism_location, directory, **settings) as job:
        return through(job, kafka, told, WARM_UP * processes)


def yardstick(kafka: KafkaConfig, told: Sequence[str], directory: Path, module: str, last: str) -> Run:
    """Take the articles by a module of this folder; `last` is the last word of its command line."""
    words = [kafka.bootstrap_servers, kafka.topic_prefix, kafka.group_id, kafka.transactional_id, last]
    with started(module, words, directory) as job:
        return through(job, kafka, told, WARM_UP)


@contextmanager
def started(module: str, words: Sequence[str], directory: Path) -> Iterator[Job]:
    """A module of this folder in a process of its own, which is gone after the context."""
    log = directory / f"{module}.log"
    with log.open("wb") as output:
        command = [sys.executable, "-m", f"tests.benchmarks.{module}", *words]
        job = Job(subprocess.Popen(command, env=with_quix_streams(), stdout=output, stderr=output), 0, log)
    try:
        yield job
    finally:
        if not job.has_ended():
            job.stop()


def through(job: Job, kafka: KafkaConfig, told: Sequence[str], warm_up: int) -> Run:
    """Send the articles once others have been taken, and wait until they are committed."""
    send(kafka, list(islice(digests(random.Random(3)), warm_up)), first=1_000_000)
    newsroom.wait_until_finished(job, kafka, warm_up, LIMIT_SECS)
    before, clock = spent(family(job)), time.monotonic()
    send(kafka, told)
    newsroom.wait_until_finished(job, kafka, warm_up + NUMBER, LIMIT_SECS)
    return Run(time.monotonic() - clock, spent(family(job)) - before)


def spent(processes: Sequence[psutil.Process]) -> float:
    """Return the processor seconds of processes."""
    return sum(sum(process.cpu_times()[:2]) for process in processes)


def with_quix_streams() -> dict[str, str]:
    """Return the environment of a process that finds Quix Streams, if it is installed."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, [str(QUIX), os.environ.get("PYTHONPATH")]))}


def has_quix_streams() -> bool:
    """Whether Quix Streams can be imported."""
    command = [sys.executable, "-c", "import quixstreams"]
    return subprocess.run(command, env=with_quix_streams(), capture_output=True, check=False).returncode == 0


def signals_of(kafka: KafkaConfig) -> dict[str, list[str]]:
    """Return the kinds of the signals of each article that was measured; each has one analysis, and none is a dead letter."""
    left = newsroom.left(kafka)
    assert (left.doubled(), left.dead_letters) == ({}, [])
    ids = {an_article(number, "").id for number in range(NUMBER)}
    found = {one.article_id: sorted(signal.kind for signal in one.signals) for one in left.analyses if one.article_id in ids}
    assert len(found) == NUMBER
    return found


@pytest.mark.parametrize("kind", ["reports", "digests"])
def test_what_an_engine_costs(kind: str, broker: LiveBroker, prism_location: str, tmp_path: Path) -> None:
    told = list(islice(KINDS[kind](random.Random(4)), NUMBER))
    by_yardstick = partial(yardstick, told=told, directory=tmp_path)
    by_job = partial(engine, told=told, prism_location=prism_location, directory=tmp_path)
    ways: dict[str, Callable[[KafkaConfig], Run]] = {
        "plain loop, by batch": partial(by_yardstick, module="plain", last=str(BATCH)),
        "plain loop, one by one": partial(by_yardstick, module="plain", last="1"),
        "Quix Streams": partial(by_yardstick, module="quix", last=str(tmp_path / "state")),
        "the job, one reader": partial(by_job, processes=1),
        "the job, two readers": partial(by_job, processes=2),
    }
    if not has_quix_streams():
        del ways["Quix Streams"]
        show(f"Quix Streams is not installed in {QUIX}, so its row is left out; `make bench` installs it")
    places = {name: topics(broker, f"{kind}{number}.") for number, name in enumerate(ways)}
    show(f"{NUMBER} {kind}")
    report({"bare spaCy": bare(told), "the annotator": alone(told), **{name: way(places[name]) for name, way in ways.items()}})
    found = {name: signals_of(kafka) for name, kafka in places.items()}
    usual = found["plain loop, by batch"]
    others = {name: sum(one[id_] != usual[id_] for id_ in usual) for name, one in found.items() if one is not usual}
    show(f"articles whose signals are not those of the plain loop: {others}")


def report(runs: Mapping[str, Run]) -> None:
    """Print what came of it."""
    model, one, two = runs["bare spaCy"], runs["the job, one reader"], runs["the job, two readers"]
    annotator = runs["the annotator"]
    held_against = {"the job, one reader": "plain loop, by batch", "Quix Streams": "plain loop, one by one"}
    show(
        f"load of the machine {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores, these runs included",
        *(
            f"{name:22} {run.speed:6.1f} articles/s by the clock, {run.cost:7.1f} ms of processor each"
            for name, run in runs.items()
        ),
        f"end to end against the annotator, which both let read: {one.speed / annotator.speed:.0%} by the clock, "
        f"{annotator.cost / one.cost:.0%} by processor (target: >= 90 %)",
        f"end to end against bare spaCy: {one.speed / model.speed:.0%} by the clock, {model.cost / one.cost:.0%} by processor",
        f"two readers against one: {two.speed / one.speed:.2f} times by the clock (target: >= 1.7 on two free cores)",
        *(
            f"{name} against the {base}: {runs[name].cost - runs[base].cost:+.1f} ms of processor for each article, "
            f"{runs[name].cost / runs[base].cost:.2f} times"
            for name, base in held_against.items()
            if name in runs
        ),
    )

"""What the engine costs: the same articles through bare spaCy, a plain Kafka loop, and the job with one and with two readers.

Run by `make bench ARGS=engine`; `ARTICLES=1000` sends more. The plain loop calls the very functions of the stages one after another
in one process, with the same transaction for each batch, and has no engine: it is a yardstick, and not shipped. Bare spaCy reads
whole texts with the pipes that we use; the job shows the model only what can tell an act, and can so be faster than bare.

Figures by the clock mean something only where nothing else runs (two readers need two free cores). Processor time bears company
better; it counts every process of the job, Prism among them, and not Kafka.
"""

import os
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from itertools import count, islice
from pathlib import Path

import psutil
import pytest

from connectors.config import Config, KafkaConfig
from connectors.kafka import broker_errors, ensure_topics, producer, publish, topic_name
from connectors.messages.codec import encode
from connectors.topics import ARTICLES
from pipelines.annotate import annotated, text_of
from pipelines.annotator import Annotator, load_model
from pipelines.decode import prepared
from pipelines.finish import finished
from pipelines.history import remember
from pipelines.io import PartitionReader, Writer, committed_offsets, transactional_producer
from pipelines.progress import Progress
from pipelines.signals.en.look import speaks
from pipelines.work import Work
from tests import builders
from tests.benchmarks.bench_stream import an_article, family, show, texts
from tests.end_to_end import newsroom
from tests.end_to_end.conftest import LiveBroker
from tests.end_to_end.jobs import running, wait_for

pytestmark = pytest.mark.timeout(0)

NUMBER = int(os.environ.get("ARTICLES", "300"))
WARM_UP = 8
BATCH = 64
LIMIT_SECS = 3600


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


def timed(work: Callable[[], object]) -> Run:
    """Run something in this process."""
    clock, processor = time.monotonic(), time.process_time()
    work()
    return Run(time.monotonic() - clock, time.process_time() - processor)


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
    return timed(lambda: list(nlp.pipe(told, batch_size=16)))


def plain(kafka: KafkaConfig, told: Sequence[str]) -> Run:
    """Take the articles in a loop of our own."""
    annotator = Annotator(load_model())
    annotator.annotate([text_of(work) for work in _works(told[:WARM_UP])])
    send(kafka, told)
    made = transactional_producer(kafka)
    starts = committed_offsets(kafka)
    history = remember(Config(kafka=kafka), count(1), datetime.now(UTC))
    writer = Writer(kafka, made, Progress(starts))
    readers = {number: PartitionReader(kafka, number, partial(writer.progress.done_to, number)) for number in starts}

    def loop() -> None:
        done = 0
        while done < NUMBER:
            batch = [history.copies.sift(work, speaks) for work in _batch(readers, writer)]
            to_read = [work for work in batch if work.to_read]
            found = dict(zip(map(id, to_read), annotator.annotate([text_of(work) for work in to_read]), strict=True))
            read = [annotated(work, found[id(work)]) if id(work) in found else work for work in batch]
            ready = [finished(one) for work in read for one in history.chain.tell(work)]
            writer.write(ready)
            done += len(batch)

    result = timed(loop)
    for reader in readers.values():
        reader.close()
    made.close()
    return result


def _works(told: Sequence[str]) -> Iterator[Work]:
    for number, text in enumerate(told):
        record = encode(an_article(number, text))
        yield prepared(builders.log_record(number, value=record.value, headers=record.headers))


def _batch(readers: dict[int, PartitionReader], writer: Writer) -> Iterator[Work]:
    """Take the next articles, of one partition after the other."""
    for number, reader in readers.items():
        offset = writer.progress.done_to(number)
        for _ in range(BATCH // len(readers)):
            record = reader.at(offset)
            if record is None:
                break
            offset = record.position.offset + 1
            yield prepared(record)


def engine(kafka: KafkaConfig, told: Sequence[str], prism_location: str, directory: Path, processes: int) -> Run:
    """Take the articles as the product does, with so many processes that hold the model."""
    settings = {
        "SANCTIONWIRE_PIPELINE__NLP_PROCESSES": str(processes),
        "SANCTIONWIRE_KAFKA__GROUP_ID": kafka.group_id,
        "SANCTIONWIRE_KAFKA__TRANSACTIONAL_ID": kafka.transactional_id,
    }
    warm = list(islice(texts(random.Random(3)), WARM_UP * processes))
    with running(kafka, prism_location, directory, **settings) as job:
        send(kafka, warm, first=1_000_000)
        wait_for(lambda: newsroom.count(kafka) >= len(warm), LIMIT_SECS, "the warm-up is too slow")
        before, clock = spent(family(job)), time.monotonic()
        send(kafka, told)
        wait_for(lambda: newsroom.count(kafka) >= len(warm) + NUMBER, LIMIT_SECS, "the job is too slow")
        return Run(time.monotonic() - clock, spent(family(job)) - before)


def spent(processes: Sequence[psutil.Process]) -> float:
    """Return the processor seconds of processes."""
    return sum(sum(process.cpu_times()[:2]) for process in processes)


def test_what_the_engine_costs(broker: LiveBroker, prism_location: str, tmp_path: Path) -> None:
    told = list(islice(texts(random.Random(4)), NUMBER))
    runs = {
        "bare spaCy": bare(told),
        "plain Kafka loop": plain(topics(broker, "plain."), told),
        "the job, one reader": engine(topics(broker, "one."), told, prism_location, tmp_path, 1),
        "the job, two readers": engine(topics(broker, "two."), told, prism_location, tmp_path, 2),
    }
    model, loop, one, two = runs.values()
    show(
        f"{NUMBER} articles; load of the machine {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores, these runs included",
        *(
            f"{name:21} {run.speed:6.1f} articles/s by the clock, {run.cost:7.1f} ms of processor each"
            for name, run in runs.items()
        ),
        f"end to end against bare spaCy: {one.speed / model.speed:.0%} by the clock, {model.cost / one.cost:.0%} by processor",
        f"two readers against one: {two.speed / one.speed:.2f} times by the clock (target: >= 1.7 on two free cores)",
        f"the engine's own: {one.cost - loop.cost:.1f} ms of processor each ({one.cost / loop.cost:.2f} times the plain loop)",
    )

"""The stages of the job in a plain Kafka loop, a yardstick for `bench_engine`: started by it, and not shipped.

    python -m tests.benchmarks.plain BROKERS TOPIC_PREFIX GROUP_ID TRANSACTIONAL_ID AT_ONCE

The very functions of the stages are called one after another in one thread, with the job's reader and writer and one transaction
for each batch, and there is no engine. The model reads AT_ONCE articles of a batch at a time.
"""

import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from itertools import count

from connectors.config import Config, KafkaConfig
from pipelines.annotate import annotated, text_of
from pipelines.annotator import Annotator, load_model
from pipelines.decode import prepared
from pipelines.finish import finished
from pipelines.history import History, remember
from pipelines.io import PartitionReader, Writer, committed_offsets, transactional_producer
from pipelines.progress import Progress
from pipelines.signals.en.look import speaks
from pipelines.work import Work

BATCH = 64  # articles: `max_records_per_bundle` of the job
REST_SECS = 0.02


def next_batch(readers: Mapping[int, PartitionReader], writer: Writer) -> Iterator[Work]:
    """Take the next articles, of one partition after the other."""
    for number, reader in readers.items():
        offset = writer.progress.done_to(number)
        for _ in range(BATCH // len(readers)):
            record = reader.at(offset)
            if record is None:
                break
            offset = record.position.offset + 1
            yield prepared(record)


def read(annotator: Annotator, batch: Sequence[Work], at_once: int) -> list[Work]:
    """Let the model read what it has to of a batch, so many articles at once."""
    to_read = [work for work in batch if work.to_read]
    parts = [to_read[first : first + at_once] for first in range(0, len(to_read), at_once)]
    found = {id(work): one for part in parts for work, one in zip(part, annotator.annotate(list(map(text_of, part))), strict=True)}
    return [annotated(work, found[id(work)]) if id(work) in found else work for work in batch]


def loop(readers: Mapping[int, PartitionReader], writer: Writer, history: History, annotator: Annotator, at_once: int) -> None:
    """Take batches until the process is ended."""
    while True:
        batch = [history.copies.sift(work, speaks) for work in next_batch(readers, writer)]
        writer.write([finished(told) for work in read(annotator, batch, at_once) for told in history.chain.tell(work)])
        if not batch:
            time.sleep(REST_SECS)


def main(words: Sequence[str]) -> None:
    """Run until it is ended."""
    servers, prefix, group_id, transactional_id, at_once = words
    kafka = KafkaConfig(bootstrap_servers=servers, topic_prefix=prefix, group_id=group_id, transactional_id=transactional_id)
    made = transactional_producer(kafka)
    starts = committed_offsets(kafka)
    history = remember(Config(kafka=kafka), count(1), datetime.now(UTC))
    writer = Writer(kafka, made, Progress(starts))
    readers = {number: PartitionReader(kafka, number, partial(writer.progress.done_to, number)) for number in starts}
    loop(readers, writer, history, Annotator(load_model()), int(at_once))


if __name__ == "__main__":
    main(sys.argv[1:])

"""The stages of the job in one Quix Streams application, a yardstick for `bench_engine`: started by it, and not shipped.

    python -m tests.benchmarks.quix BROKERS TOPIC_PREFIX GROUP_ID TRANSACTIONAL_ID STATE_FOLDER

Quix Streams passes one message after another through plain functions, in one thread. It is told to do as the job does: what an
article leaves and the offset behind it are committed in one transaction, with `COMMIT_EVERY` articles at most, and each second,
since an alert has to be there within one. What the stages remember is read from the log at the start and stays in the process, as
in the job; Quix Streams' own state would put whole indexes through its store for each article.

Not as in the job: the model reads one article at a time, since only windows take several messages at once, and they put them
through that store; it reads in the thread that all else waits for; what breaks it ends the application; nothing is counted, traced
or probed. An application that loses a partition to another would have to read its memory anew, so there may be one of them.
"""

import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

from quixstreams import Application, message_context
from quixstreams.models.serializers import Serializer

from connectors.config import Config, KafkaConfig
from connectors.kafka import topic_name
from connectors.messages.analysis import Position
from connectors.messages.codec import Record
from connectors.topics import ALERT_TOPICS, ANALYSES, ARTICLES, DEAD_LETTERS, STORIES
from pipelines.annotate import annotated, text_of
from pipelines.annotator import Annotator, load_model
from pipelines.decode import prepared
from pipelines.finish import finished
from pipelines.history import History, remember
from pipelines.signals.en.look import speaks
from pipelines.work import LogRecord, Work

COMMIT_EVERY = 64  # articles: `max_records_per_bundle` of the job
COMMIT_SECS = 1.0
POLL_SECS = 0.1
OUTPUTS = (ANALYSES, STORIES, DEAD_LETTERS, *ALERT_TOPICS.values())


class _Value(Serializer):  # type: ignore[misc]
    """Takes the value of a record that has a topic."""

    def __call__(self, value: tuple[str, Record], ctx: Any) -> bytes:
        return value[1].value


@dataclass(frozen=True)
class Stages:
    """The functions of the stages, for one article each."""

    annotator: Annotator
    history: History

    def sift(self, work: Work) -> Work:
        """Find copies."""
        return self.history.copies.sift(work, speaks)

    def read(self, work: Work) -> Work:
        """Annotate, if the model has to read it."""
        return annotated(work, self.annotator.annotate([text_of(work)])[0]) if work.to_read else work

    def tell(self, work: Work) -> list[Work]:
        """Follow stories, raise alerts."""
        return self.history.chain.tell(work)


def record_of(value: bytes | None, key: bytes | None, timestamp_ms: int, headers: Sequence[tuple[str, bytes]] | None) -> LogRecord:
    """Return the message in hand as the reader of the job hands it on."""
    place = message_context()
    return LogRecord(
        position=Position(topic=ARTICLES.name, partition=place.partition, offset=place.offset),
        covers_from=place.offset,
        key=key or b"",
        value=value or b"",
        headers=tuple(headers or ()),
        timestamp_ms=timestamp_ms,
    )


def application(kafka: KafkaConfig, state: Path) -> Application:
    """Return an application without its stages."""
    return Application(
        kafka.bootstrap_servers,
        consumer_group=kafka.group_id,
        auto_offset_reset="earliest",
        processing_guarantee="exactly-once",
        producer_extra_config={"transactional.id": kafka.transactional_id},
        commit_every=COMMIT_EVERY,
        commit_interval=COMMIT_SECS,
        consumer_poll_timeout=POLL_SECS,
        auto_create_topics=False,
        state_dir=state,
        loglevel="WARNING",
    )


def build(app: Application, kafka: KafkaConfig, stages: Stages) -> None:
    """Put the stages into an application."""
    outputs = {topic.name: app.topic(topic_name(kafka, topic), value_serializer=_Value()) for topic in OUTPUTS}
    articles = app.topic(topic_name(kafka, ARTICLES), value_deserializer="bytes")
    (
        app.dataframe(articles)
        .apply(record_of, metadata=True)
        .apply(prepared)
        .apply(stages.sift)
        .apply(stages.read)
        .apply(stages.tell, expand=True)
        .apply(lambda work: finished(work).records, expand=True)
        .set_headers(lambda made, *_: list(made[1].headers))
        .set_timestamp(lambda *_: int(time.time() * 1000))
        .to_topic(lambda made, *_: outputs[made[0]], key=lambda made: made[1].key)
    )


def main(words: Sequence[str]) -> None:
    """Run until it is told to end."""
    servers, prefix, group_id, transactional_id, state = words
    kafka = KafkaConfig(bootstrap_servers=servers, topic_prefix=prefix, group_id=group_id, transactional_id=transactional_id)
    app = application(kafka, Path(state))
    history = remember(Config(kafka=kafka), count(1), datetime.now(UTC))
    build(app, kafka, Stages(Annotator(load_model()), history))
    app.run()


if __name__ == "__main__":
    main(sys.argv[1:])

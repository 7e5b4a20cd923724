"""Upgrades and losses, each as deploy/README.md says: the job goes on, and nothing is told twice or lost."""

import json
import threading
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from kafka import KafkaAdminClient, TopicPartition
from kafka.structs import OffsetAndMetadata

from connectors.config import FeedConfig, FeedsConfig, KafkaConfig, env_name
from connectors.feeds.publish import KafkaPublisher
from connectors.feeds.run import run as run_feeds
from connectors.kafka import Stored, bounds, broker_errors, consumer, ensure_topics, producer, read_all, topic_name
from connectors.messages.article import Article
from connectors.topics import ANALYSES, ARTICLES, Topic
from pipelines.annotator import load_model
from tests.end_to_end import newsroom
from tests.end_to_end.conftest import LiveBroker
from tests.end_to_end.jobs import running, wait_for
from tests.soak.parts import OneFeed

pytestmark = [pytest.mark.e2e, pytest.mark.model, pytest.mark.slow, pytest.mark.timeout(900)]

HALF, WHOLE = 20, 40
LIMIT_SECS = 400
NEWER_FIELDS = ("agency", "spoken", "partial_of")  # of an analysis: what releases before this one did not write


@pytest.fixture
def kafka(broker: LiveBroker, request: pytest.FixtureRequest) -> KafkaConfig:
    """Topics of this test's own."""
    config = replace(broker.config, topic_prefix=f"{request.node.name[:40]}.")
    assert ensure_topics(config) == ()
    return config


def read(kafka: KafkaConfig, prism: str, directory: Path, sent: Iterable[Article], until: int, **settings: str) -> newsroom.Left:
    """Run the job on these articles until so many records are finished, and return what it left."""
    newsroom.send(kafka, sent)
    with running(kafka, prism, directory, **settings) as job:
        newsroom.wait_until_finished(job, kafka, until, LIMIT_SECS)
        assert job.stop() == 0
    return newsroom.left(kafka)


def is_whole(left: newsroom.Left, articles: int) -> bool:
    """Whether each article has one analysis and the versions of each alert run on."""
    return (len(left.analyses), left.doubled(), left.broken_versions(), left.dead_letters) == (articles, {}, {}, [])


def emptied(kafka: KafkaConfig, topic: Topic) -> None:
    """Lose a topic and make it anew."""
    with closing(KafkaAdminClient(bootstrap_servers=kafka.bootstrap_servers)) as admin:
        admin.delete_topics([topic_name(kafka, topic)])
        wait_for(lambda: topic_name(kafka, topic) not in admin.list_topics(), 30, "the topic is still there")
    assert ensure_topics(kafka) == ()


def written_again(kafka: KafkaConfig, topic: Topic, change: Callable[[dict[str, object]], dict[str, object]]) -> None:
    """Write a topic's records as another release would have written them."""
    stored: list[Stored] = list(read_all(kafka, [topic]))
    emptied(kafka, topic)
    with broker_errors(kafka), closing(producer(kafka)) as client:
        for one in stored:
            value = json.dumps(change(json.loads(one.value or b"{}"))).encode()
            client.send(
                topic_name(kafka, topic), key=one.key, value=value, headers=list(one.headers), timestamp_ms=one.timestamp_ms
            )
        client.flush()


def reset_offsets(kafka: KafkaConfig) -> None:
    """Do what Kafka's own `kafka-consumer-groups.sh --reset-offsets --to-earliest` does."""
    first = {TopicPartition(name, number): begin for (name, number), (begin, _) in bounds(kafka, [ARTICLES]).items()}
    with closing(consumer(kafka, group_id=kafka.group_id)) as client:
        client.assign(list(first))
        client.commit({place: OffsetAndMetadata(offset, "", -1) for place, offset in first.items()})


def test_what_a_release_with_another_sketch_and_fewer_fields_wrote_is_history_to_this_one(
    kafka: KafkaConfig, prism_location: str, tmp_path: Path
) -> None:
    sent = newsroom.articles()[:WHOLE]
    before = read(kafka, prism_location, tmp_path, sent[:HALF], HALF)

    def older(analysis: dict[str, object]) -> dict[str, object]:
        kept = {name: value for name, value in analysis.items() if name not in NEWER_FIELDS}
        return {**kept, "sketch_version": 1, "of_a_later_minor_version": "is passed over"}

    written_again(kafka, ANALYSES, older)
    copies = [replace(article, id=f"{article.id[:-4]}copy", url=f"{article.url}/copy") for article in sent[:HALF]]
    after = read(kafka, prism_location, tmp_path, [*sent[:HALF], *sent[HALF:], *copies], 2 * HALF + len(sent))
    assert is_whole(after, WHOLE + HALF)
    assert {alert.id for alert in before.alerts} <= {alert.id for alert in after.alerts}
    exact = {one.article_id for one in after.analyses if one.copy_kind == "exact"}
    assert {copy.id for copy in copies} <= exact, "words tell an exact copy, whatever the sketch"


def test_another_model_goes_on_where_the_first_one_stopped(kafka: KafkaConfig, prism_location: str, tmp_path: Path) -> None:
    sent = newsroom.articles()[:WHOLE]
    other, model = tmp_path / "another-model", load_model()
    model.remove_pipe("ner")  # it finds no names but those of the gazetteer
    model.to_disk(other)
    before = read(kafka, prism_location, tmp_path, sent[:HALF], HALF)
    after = read(kafka, prism_location, tmp_path, sent[HALF:], WHOLE, **{env_name("pipeline", "model"): str(other)})
    assert is_whole(after, WHOLE)
    assert {one.article_id for one in before.analyses} <= {one.article_id for one in after.analyses}


def test_feeds_that_have_lost_their_state_bring_everything_again_and_the_pipeline_knows_it(
    kafka: KafkaConfig, prism_location: str, tmp_path: Path
) -> None:
    feed = OneFeed()
    feed.articles.extend(newsroom.articles()[:HALF])
    with feed.served() as port:
        for loss in range(2):
            own = FeedConfig(id="soak", url=f"http://127.0.0.1:{port}/feed.xml", fetch_pages=False, allow_private_addresses=True)
            config = FeedsConfig(feed=(own,), state_path=tmp_path / f"state-{loss}", contact="tests@example.org")
            with KafkaPublisher(kafka) as publisher:
                run_once(config, publisher)
    published = sum(1 for _ in read_all(kafka, [ARTICLES]))
    assert published == 2 * HALF
    left = read(kafka, prism_location, tmp_path, (), published)
    assert is_whole(left, HALF)


def run_once(config: FeedsConfig, publisher: KafkaPublisher) -> None:
    """Poll each feed once."""
    run_feeds(config, publisher, stop=threading.Event(), say=lambda _: None, once=True)


def test_without_the_analyses_every_article_is_read_again_under_the_same_ids(
    kafka: KafkaConfig, prism_location: str, tmp_path: Path
) -> None:
    sent = newsroom.articles()[:WHOLE]
    before = read(kafka, prism_location, tmp_path, sent, WHOLE)
    assert before.alerts
    emptied(kafka, ANALYSES)
    reset_offsets(kafka)
    assert newsroom.count(kafka) == 0
    after = read(kafka, prism_location, tmp_path, (), WHOLE)
    assert is_whole(after, WHOLE)
    assert {alert.id for alert in after.alerts} == {alert.id for alert in before.alerts}
    assert told_of(after) == told_of(before)


def told_of(left: newsroom.Left) -> dict[str, tuple[object, ...]]:
    """What each alert says, without how many say it."""
    return {
        one.id: (one.kind, one.senders, one.targets, one.measures, one.conditions, one.commitment, one.status == "retracted")
        for one in left.alerts
    }

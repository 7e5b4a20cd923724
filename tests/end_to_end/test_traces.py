"""One trace from the fetch of an article to the webhook that is told of its alert, on a real broker and through a kill."""

import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from connectors.config import KafkaConfig
from connectors.feeds.publish import KafkaPublisher
from connectors.kafka import read_all
from connectors.messages.article import Article
from connectors.serving import serving
from connectors.topics import ALERT_TOPICS, ANALYSES, ARTICLES, DEAD_LETTERS, DELIVERIES, STORIES, Topic
from connectors.trace import carried, trace_id_of, traceparent_of
from tests.end_to_end import newsroom
from tests.end_to_end.jobs import running, start, wait_for

pytestmark = [pytest.mark.e2e, pytest.mark.model, pytest.mark.slow, pytest.mark.timeout(600)]

LIMIT_SECS = 180


def fetched(kafka: KafkaConfig, articles: Iterable[Article]) -> None:
    """Publish as the feed connector does."""
    with KafkaPublisher(kafka) as publisher:
        for article in articles:
            publisher.publish(article)
        publisher.flush()


def traces(kafka: KafkaConfig, *topics: Topic) -> list[str]:
    """The trace of each record."""
    return [carried(stored.headers) for stored in read_all(kafka, topics)]


@contextmanager
def hook() -> Iterator[tuple[str, list[str]]]:
    """A webhook that keeps the traces that it is told."""
    got: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            got.append(self.headers["traceparent"])
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    with serving(ThreadingHTTPServer(("127.0.0.1", 0), Handler), "hook") as port:
        yield f"http://127.0.0.1:{port}/", got


@contextmanager
def subscribers(kafka: KafkaConfig, url: str, directory: Path) -> Iterator[None]:
    """`sanctionwire run subscribers` with one webhook."""
    path = directory / "subscribers.toml"
    path.write_text(
        f'[kafka]\nbootstrap_servers = "{kafka.bootstrap_servers}"\n[subscribers]\nreceiver = "desk"\n'
        f'[[subscribers.receivers]]\nname = "desk"\nkind = "webhook"\nurl = "{url}"\n',
        encoding="utf-8",
    )
    command = [sys.executable, "-m", "pipelines.cli", "run", "subscribers", "--config", str(path)]
    log = directory / "subscribers.log"
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output)
    try:
        wait_for(lambda: b"delivering to" in log.read_bytes() or process.poll() is not None, 60, "no subscribers")
        yield
    finally:
        process.terminate()
        process.wait(30)


def test_an_alert_and_its_delivery_carry_the_trace_of_the_article_that_was_fetched(
    fresh_topics: KafkaConfig, prism_location: str, tmp_path: Path
) -> None:
    kafka, (article, *_) = fresh_topics, newsroom.articles()
    own = traceparent_of(article.id)
    with hook() as (url, got), subscribers(kafka, url, tmp_path), running(kafka, prism_location, tmp_path) as job:
        fetched(kafka, [article])
        newsroom.send_bytes(kafka, [b"garbage"])
        job.wait_for(lambda: bool(got) and len(traces(kafka, DEAD_LETTERS)) == 1, LIMIT_SECS)
        wait_for(lambda: len(traces(kafka, DELIVERIES)) == len(got), LIMIT_SECS, "deliveries are not noted")
        assert trace_id_of(own) in job.tail(), "the log names the trace of the alert"
    assert traces(kafka, ARTICLES)[:1] == [own]
    alerts = traces(kafka, *ALERT_TOPICS.values())
    assert alerts
    assert set(alerts) == set(got) == set(traces(kafka, ANALYSES, STORIES, DELIVERIES)) == {own}
    (letter,) = traces(kafka, DEAD_LETTERS)
    assert letter not in ("", own)


def test_what_is_fetched_and_read_again_after_a_kill_is_under_the_same_trace(
    fresh_topics: KafkaConfig, prism_location: str, tmp_path: Path
) -> None:
    kafka, sent = fresh_topics, newsroom.articles()[:12]
    corrected = replace(sent[0], version=2, text=f"{sent[0].text}\n\nThis report was corrected.")
    fetched(kafka, sent)
    first = start(kafka, prism_location, tmp_path)
    first.wait_until_ready()
    first.kill()
    fetched(kafka, [*sent[:3], corrected])  # the connector was killed before it remembered these
    with running(kafka, prism_location, tmp_path) as job:
        newsroom.wait_until_finished(job, kafka, len(sent) + 4, LIMIT_SECS)
    by_article: dict[str, set[str]] = {}
    for stored in read_all(kafka, [ARTICLES, ANALYSES]):
        by_article.setdefault((stored.key or b"").decode(), set()).add(carried(stored.headers))
    assert by_article == {article.id: {traceparent_of(article.id)} for article in sent}
    assert set(traces(kafka, *ALERT_TOPICS.values())) <= {traceparent_of(article.id) for article in sent}

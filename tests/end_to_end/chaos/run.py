"""One stream, twice: undisturbed, and while parts are killed, frozen and cut off; then the two are compared."""

import json
import os
import random
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from connectors.config import KafkaConfig
from connectors.dead_letters import read_letters, retry
from connectors.errors import BrokerError
from connectors.kafka import bounds, broker_errors, ensure_topics, producer, publish, topic_name
from connectors.messages.article import Article
from connectors.messages.codec import encode
from connectors.topics import ARTICLES
from deploy.local import broker as local
from tests.end_to_end import newsroom
from tests.end_to_end.chaos.faults import Chaos, schedule
from tests.end_to_end.chaos.judge import Verdict, judged
from tests.end_to_end.chaos.news import ROUND, Stream
from tests.end_to_end.chaos.parts import Broker, behind_a_proxy, kept
from tests.end_to_end.newsroom import Left

Say = Callable[[str], None]
BY_FEED = 5  # every fifth round comes through the feed connector
PATIENCE = 0.7  # how often there is work done between two faults
READY_SECS = 600.0  # the same
LOOK_SECS = 1.5  # a look opens a consumer, which costs the parts some of the machine
FINISH_SECS = 1_800.0
KILLED = "ProcessExpired"  # what the pool says of a process that was killed, and so the reason of its article and of copies of it


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How long, and how bad.

    Attributes:
        articles: of the stream.
        kills: of all parts together.
        others: connections cut and delayed, copies frozen, clocks moved.
        copies: of the pipeline; with two or more they stand by for each other.
        seed: of the stream and of the faults.
        pause_secs: between two faults, at most.
        begins_at: see `Stream`.
        minutes: after which no further fault is done, however many were wanted; the rest of the stream is published then.
    """

    articles: int
    kills: int
    others: int
    begins_at: datetime
    copies: int = 2
    seed: int = 20261127
    pause_secs: float = 4.0
    minutes: float = 600.0


@dataclass(frozen=True)
class Report:
    """What came of it.

    Attributes:
        verdict: how the two runs differ.
        alerts, versions: of the disturbed run.
        refused: articles whose reader was killed twice: dead letters, which were retried as an operator does.
        done, missed: faults, by their kind.
        ends: how often each part ended, by exit code.
        calm_secs, rough_secs: how long the two runs took.
    """

    verdict: Verdict
    alerts: int
    versions: int
    refused: int
    done: dict[str, int]
    missed: dict[str, int]
    ends: dict[str, dict[int, int]]
    calm_secs: float
    rough_secs: float


@dataclass
class Press:
    """Publishes the stream: some rounds through the feed connector, the others itself, again where the broker did not take them."""

    kafka: KafkaConfig
    inbox: Path
    say: Say
    shift: Callable[[], float] = lambda: 0.0
    files: int = 0

    def publish(self, articles: Sequence[tuple[int, Article]], poison: Iterable[bytes] = ()) -> None:
        """Publish articles with their places in the stream, and values that are none."""
        own, of_feed = (
            [article for place, article in articles if (place // ROUND % BY_FEED == BY_FEED - 1) is by_feed]
            for by_feed in (False, True)
        )
        if of_feed:
            self._print(of_feed)
        values = list(poison)
        while own or values:
            try:
                self._send(own, values)
            except BrokerError as error:
                self.say(f"publishing again, since {error.problem}")
                continue
            return

    def _send(self, articles: Iterable[Article], values: Iterable[bytes]) -> None:
        name = topic_name(self.kafka, ARTICLES)
        with broker_errors(self.kafka), closing(producer(self.kafka)) as client:
            now_ms = int((time.time() + self.shift()) * 1000)
            sent = [publish(client, name, encode(article), now_ms) for article in articles]
            sent += [client.send(name, key=b"stranger", value=value) for value in values]
            client.flush()
            for future in sent:
                future.get()

    def _print(self, articles: Iterable[Article]) -> None:
        """Put articles where the feed connector finds them."""
        self.files += 1
        hidden, path = self.inbox / f".{self.files:05}.jsonl", self.inbox / f"{self.files:05}.jsonl"
        hidden.write_text("".join(f"{json.dumps(_plain(article))}\n" for article in articles), encoding="utf-8")
        hidden.rename(path)


def _plain(article: Article) -> dict[str, str]:
    at = article.published_at
    return {
        "url": article.url or "", "title": article.title, "text": article.text, "language": "en",
        "published_at": at.isoformat() if at is not None else "",
    }  # fmt: skip


def run(options: Options, directory: Path, software: local.Software, prism: str, say: Say) -> Report:
    """Run the stream twice and compare.

    Raises:
        TimeoutError: a run does not come to its end.
    """
    os.environ.setdefault("SANCTIONWIRE_PIPELINE__NLP_PROCESSES", "1")
    stream = Stream(options.articles, options.seed, options.begins_at)
    with behind_a_proxy(directory / "kafka", software) as broker:
        began = time.monotonic()
        calm, *_ = _run(replace(options, kills=0, others=0, copies=1), stream, broker, directory / "calm", prism, say)
        calm_secs = time.monotonic() - began
        say(f"undisturbed: {len(calm.analyses)} analyses, {len(calm.alerts)} versions of alerts in {calm_secs:.0f} s")
        rough, chaos, refused, ends = _run(options, stream, broker, directory / "rough", prism, say)
        rough_secs = time.monotonic() - began - calm_secs
    verdict = judged(calm, rough, stream.poison())
    alerts = len({alert.id for alert in rough.alerts})
    return Report(verdict, alerts, len(rough.alerts), refused, chaos.done, chaos.missed, ends, calm_secs, rough_secs)


def _run(
    options: Options, stream: Stream, broker: Broker, directory: Path, prism: str, say: Say
) -> tuple[Left, Chaos, int, dict[str, dict[int, int]]]:
    """Publish the stream into running parts, with the faults that are wanted; return what is left, and how many were retried."""
    name, inbox = directory.name, directory / "inbox"
    inbox.mkdir(parents=True)
    kafka = replace(broker.config, topic_prefix=f"{name}.", group_id=name, transactional_id=name)
    if different := ensure_topics(kafka):
        raise RuntimeError(f"the topics differ from the table: {different}")
    chance = random.Random(options.seed)
    faults = schedule(chance, options.kills, options.others, options.copies)
    with kept(kafka, prism, directory, inbox, options.copies) as parts:
        chaos = Chaos(parts, broker, chance)
        press = Press(kafka, inbox, say, lambda: chaos.shift_secs)
        _until(lambda: parts.active() is not None, READY_SECS, "nobody works")
        poison, ends_at = stream.poison(), time.monotonic() + 60 * options.minutes
        published = 0
        for number, share in enumerate(_shares(list(enumerate(stream.articles())), len(faults) + 1)):
            press.publish(share, poison[number :: len(faults) + 1])
            published += len(share)
            if number < len(faults) and time.monotonic() < ends_at:
                wanted = published - len(share) // 2
                _do(chaos, faults[number], options, lambda: _finished(kafka) >= wanted or time.monotonic() > ends_at)  # noqa: B023
                say(f"{number + 1} of {len(faults)}: {faults[number]}; {_finished(kafka)} of {published} finished")
        chaos.shift_secs = 0.0
        _until_finished(kafka, published + len(poison))
        refused = _retried(kafka, say)
        _until_finished(kafka, published + len(poison) + refused)
        press.publish([(0, stream.last())])
        _until_finished(kafka, published + len(poison) + refused + 1)
        return newsroom.left(kafka), chaos, refused, parts.ends()


def _retried(kafka: KafkaConfig, say: Say) -> int:
    """Retry the articles whose reader was killed twice, which cannot be told from one that they kill; any other refused is lost."""
    letters = [one for one in read_letters(kafka) if KILLED in one.letter.reason]
    for one in letters:
        say(f"retried: {one.letter.key.decode()}, refused by {one.letter.stage}: {one.letter.reason}")
    if letters:
        retry(kafka, letters, "its reader was killed", time.time_ns() // 1_000_000)
    return len(letters)


def _do(chaos: Chaos, kind: str, options: Options, is_enough: Callable[[], bool]) -> None:
    """Wait a moment, or now and then until the pipeline has got on with its work, and do one fault."""
    time.sleep(chaos.chance.uniform(0.0, options.pause_secs))
    if chaos.chance.random() < PATIENCE:
        with suppress(TimeoutError):
            _until(is_enough, READY_SECS, "it does not get on")
    try:
        _until(lambda: chaos.do(kind), READY_SECS, "there is nothing to do it to")
    except TimeoutError:
        chaos.miss(kind)


def _shares(articles: list[tuple[int, Article]], number: int) -> list[list[tuple[int, Article]]]:
    """Cut the stream into shares of about one size."""
    return [articles[len(articles) * turn // number : len(articles) * (turn + 1) // number] for turn in range(number)]


def _finished(kafka: KafkaConfig) -> int:
    """Return how many articles are finished; 0 while the broker does not say."""
    try:
        return newsroom.count(kafka)
    except BrokerError:
        return 0


def _until_finished(kafka: KafkaConfig, number: int) -> None:
    """Wait until the pipeline has finished all that was published, which is so much or more."""
    _until(lambda: _is_finished(kafka, number), FINISH_SECS, "it does not finish")


def _is_finished(kafka: KafkaConfig, number: int) -> bool:
    """Whether all that was published is finished; what came twice counts twice, so the log's end decides and not the number."""
    try:
        ends = sum(end for _, end in bounds(kafka, [ARTICLES]).values())
        return number <= ends == newsroom.count(kafka)
    except BrokerError:
        return False


def _until(condition: Callable[[], bool], limit_secs: float, complaint: str) -> None:
    deadline = time.monotonic() + limit_secs
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(complaint)
        time.sleep(LOOK_SECS)

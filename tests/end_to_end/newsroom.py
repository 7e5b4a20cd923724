"""Two hundred articles that a newsroom could have sent within the hour, and what the log holds of them afterwards.

Twenty acts, each told by ten articles: two reporters of their own, word-by-word copies, copies with the outlet's furniture, a cut
copy, one article that contests the act, and one about something else. No clock, and no random number without a seed.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from connectors.config import KafkaConfig
from connectors.dead_letters import read_letters
from connectors.kafka import broker_errors, producer, publish, read_all, settle, topic_name
from connectors.messages.alert import Alert
from connectors.messages.analysis import Analysis
from connectors.messages.article import Article, article_id
from connectors.messages.codec import decode, encode
from connectors.messages.dead_letter import DeadLetter
from connectors.topics import ALERT_TOPICS, ANALYSES, ARTICLES, DEAD_LETTERS
from pipelines.io import committed_offsets
from tests.end_to_end.jobs import Job

MARKS_SECS = 15
HOUR = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
PAIRS = (
    ("Norway", "Belarus"), ("Canada", "Nicaragua"), ("Japan", "Myanmar"), ("Australia", "Iran"), ("Switzerland", "Syria"),
    ("Poland", "Georgia"), ("Estonia", "Serbia"), ("Denmark", "Mali"), ("Sweden", "Niger"), ("Finland", "Eritrea"),
    ("Spain", "Venezuela"), ("Portugal", "Angola"), ("Ireland", "Sudan"), ("Belgium", "Rwanda"), ("Austria", "Uganda"),
    ("Iceland", "Cuba"), ("Latvia", "Armenia"), ("Lithuania", "China"), ("Greece", "Turkey"), ("Hungary", "Ukraine"),
)  # fmt: skip
THINGS = (
    "baker", "bridge", "carpenter", "clock", "cousin", "ferryman", "fiddle", "garden", "goat", "heron", "kettle", "ladder", "lamp",
    "meadow", "miller", "mirror", "orchard", "painter", "pebble", "pony", "potter", "puddle", "roof", "saddle", "shepherd", "owl",
    "stove", "tailor", "teapot", "thistle", "trumpet", "umbrella", "violin", "wagon", "weaver", "willow", "window", "wren",
)  # fmt: skip
KINDS_OF_THINGS = (
    "amber", "brisk", "crooked", "drowsy", "dusty", "faded", "gentle", "hollow", "humble", "lanky", "mossy", "narrow", "patient",
    "pale", "quiet", "rusty", "shaggy", "sleepy", "slender", "speckled", "sturdy", "tidy", "wooden", "woolly",
)  # fmt: skip
DEEDS = ("admired", "carried", "painted", "remembered", "sketched", "watched", "washed", "described", "polished", "mended")
FURNITURE = "Subscribe to our newsletter\n\nRead more on this in our archive of last week, and follow the live page of {outlet}."


def articles() -> list[Article]:
    """The two hundred, in the order in which they are published."""
    made = [article for number, (sender, target) in enumerate(PAIRS) for article in _told(number, sender, target)]
    return sorted(made, key=lambda article: (article.published_at, article.id))


def _told(number: int, sender: str, target: str) -> list[Article]:
    """Ten articles about one act. Each round has words of its own, as the news has: a round is no copy of another."""
    chance = random.Random(f"round {number}")
    own, others, rejected = (_prose(chance, number, paragraphs) for paragraphs in (4, 3, 4))
    condition = "if the prisoners of the northern province are not released"
    act = f"{sender} will impose sanctions on {target} {condition}, its foreign minister said."
    talks = f"The talks between {sender} and {target} ended on Monday without a result, after nine hours in a hotel by the lake."
    report = "\n\n".join([talks, act, *own])
    asset = f"{sender} is weighing whether to freeze the assets of officials from {target}, a spokesman for its government said."
    other = "\n\n".join([others[0], asset, *others[1:]])
    answer = f"{target} rejected the accusations, and its foreign ministry called the threat of round {number} baseless."
    denial = "\n\n".join([rejected[0], act, answer, *rejected[1:]])
    calm = f"The football club of town {number} sold its goalkeeper for a sum that the treasurer, in tears, would not name."
    lead = f"Envoys of {sender} and {target} parted in silence. "
    texts = [
        report,
        report,
        report.upper().lower(),
        report + "\n\n" + FURNITURE.format(outlet=f"daily{number}.example"),
        lead + report,
        "\n\n".join(report.split("\n\n")[:4]),
        other,
        denial,
        calm,
        report + "\n\n" + FURNITURE.format(outlet=f"evening{number}.example"),
    ]
    return [_article(number, place, text) for place, text in enumerate(texts)]


def _prose(chance: random.Random, number: int, paragraphs: int) -> list[str]:
    """Paragraphs of small talk, in words that say nothing of sanctions, other ones for each round."""
    return [" ".join(_small_talk(chance, number) for _ in range(3)) for _ in range(paragraphs)]


def _small_talk(chance: random.Random, number: int) -> str:
    first, second, third = chance.sample(THINGS, 3)
    kinds = chance.sample(KINDS_OF_THINGS, 3)
    place = f"in town {number}" if chance.random() < 0.5 else f"by the {chance.choice(THINGS)}"
    return f"A {kinds[0]} {first} {place} {chance.choice(DEEDS)} the {kinds[1]} {second} and the {kinds[2]} {third}."


def _article(number: int, place: int, text: str) -> Article:
    outlet = f"outlet{place}.example"
    url = f"https://{outlet}/{number}"
    at = HOUR + timedelta(minutes=(number * 7 + place * 3) % 60)
    return Article(
        id=article_id(url), feed=outlet, outlet=outlet, title=f"Round {number}", text=text, url=url, language="en",
        fetched_at=at, published_at=at,
    )  # fmt: skip


def send(kafka: KafkaConfig, sent: Iterable[Article]) -> None:
    """Publish articles as a feed connector does."""
    with broker_errors(kafka):
        client = producer(kafka)
        for article in sent:
            publish(client, topic_name(kafka, ARTICLES), encode(article), _now_ms())
        client.flush()
        client.close()


def send_bytes(kafka: KafkaConfig, values: Iterable[bytes]) -> None:
    """Publish values as somebody who does not know the contract does."""
    with broker_errors(kafka):
        client = producer(kafka)
        for value in values:
            client.send(topic_name(kafka, ARTICLES), key=b"stranger", value=value)
        client.flush()
        client.close()


@dataclass(frozen=True)
class Left:
    """What a `read_committed` subscriber finds in the log."""

    analyses: list[Analysis]
    alerts: list[Alert]
    dead_letters: list[DeadLetter]

    def told(self) -> dict[str, object]:
        """What each alert came to, without what depends on the way there: version numbers, the timeline, copies not yet counted.

        Who tells an alert is read from the analyses, where it stands whether or not the article made a version.
        """
        last = {alert.id: alert for alert in self.alerts}
        tellers: dict[str, set[str]] = defaultdict(set)
        for analysis in self.analyses:
            for id_ in analysis.alert_ids:
                tellers[id_].add(analysis.article_id)
        return {
            id_: (
                alert.kind, alert.status == "retracted", alert.conditions, alert.measures, alert.commitment,
                sorted(contest.quote for contest in alert.contested), alert.independent_outlet_count, sorted(tellers[id_]),
                alert.related, alert.followed_by,
            )
            for id_, alert in last.items()
        }  # fmt: skip

    def doubled(self) -> dict[str, int]:
        """Articles with more than one analysis."""
        counts = Counter(analysis.article_id for analysis in self.analyses)
        return {id_: count for id_, count in counts.items() if count > 1}

    def broken_versions(self) -> dict[str, list[int]]:
        """Alerts whose versions do not run 1, 2, 3, ... in the order of the topic."""
        versions: dict[str, list[int]] = defaultdict(list)
        for alert in self.alerts:
            versions[alert.id].append(alert.version)
        return {id_: seen for id_, seen in versions.items() if seen[0] != 1 or any(b - a != 1 for a, b in pairwise(seen))}


def left(kafka: KafkaConfig) -> Left:
    """Read everything that the job has committed so far."""
    settle(kafka, (ANALYSES, DEAD_LETTERS, *ALERT_TOPICS.values()), MARKS_SECS)  # `count` may see the offsets before the records
    analyses = [decode(Analysis, record.value or b"", record.headers) for record in read_all(kafka, [ANALYSES])]
    alerts = [decode(Alert, record.value or b"", record.headers) for record in read_all(kafka, ALERT_TOPICS.values())]
    letters = [letter.letter for letter in read_letters(kafka)]
    return Left(analyses, alerts, letters)


def count(kafka: KafkaConfig) -> int:
    """How many articles the job has finished, by its committed offsets: cheap enough to ask again and again."""
    return sum(committed_offsets(kafka).values())


def wait_until_finished(job: Job, kafka: KafkaConfig, number: int, limit_secs: float) -> None:
    """Wait until so many articles are finished, by a job that goes on."""
    job.wait_for(lambda: count(kafka) >= number, limit_secs)


def _now_ms() -> int:
    return int(datetime.now(UTC).timestamp() * 1000)

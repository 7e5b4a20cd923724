"""The newsroom's two hundred articles give the same alerts in whatever order they come: in process, with the real model.

The kill test in tests/end_to_end shows the same on a real Kafka and a real engine; this one is its quick guard.
"""

import random
from collections.abc import Sequence
from dataclasses import replace
from itertools import count

import pytest

from connectors.config import Config
from connectors.messages.article import Article
from connectors.messages.codec import encode
from pipelines.annotator import Annotation, Annotator, ArticleText, load_model
from pipelines.decode import prepared
from pipelines.history import blank
from pipelines.signals.en.look import speaks
from pipelines.work import Work, analysis_of
from tests import builders
from tests.end_to_end import newsroom

pytestmark = [pytest.mark.model]


@pytest.fixture(scope="module")
def read() -> dict[str, Annotation]:
    """What is understood of each article."""
    sent = newsroom.articles()
    texts = [ArticleText(id=one.id, title=one.title, text=one.text, language="en") for one in sent]
    return {one.id: annotation for one, annotation in zip(sent, Annotator(load_model(None)).annotate(texts), strict=True)}


def partly_late(sent: Sequence[Article], chance: random.Random) -> list[Article]:
    """Two partitions, each in order, read with some articles of lead of one over the other, now and then."""
    parts = [[one for number, one in enumerate(sent) if number % 2 == side] for side in (0, 1)]
    order: list[Article] = []
    while any(parts):
        side = chance.randrange(2)
        taken = chance.randint(1, 12)
        order += parts[side][:taken]
        parts[side] = parts[side][taken:]
    return order


def told(order: Sequence[Article], read: dict[str, Annotation], restart_at: int | None = None) -> newsroom.Left:
    """Everything that the stages leave of the articles, after a restart from the log if one is wanted."""
    history, left = blank(Config(), count(1)), newsroom.Left([], [], [])
    for number, article in enumerate(order):
        if number == restart_at:
            history = blank(Config(), count(1))
            for analysis in left.analyses:
                history.copies.absorb(analysis)
                history.chain.absorb(analysis)
            for alert in left.alerts:
                history.chain.absorb(alert)
        record = encode(article)
        work = prepared(replace(builders.log_record(number), key=record.key, value=record.value, headers=record.headers))
        for done in history.chain.tell(_understood(history.copies.sift(work, speaks), read)):
            left.analyses.append(analysis_of(done))
            left.alerts.extend(done.alerts)
    return left


def _understood(work: Work, read: dict[str, Annotation]) -> Work:
    if not work.to_read:
        return work
    found = read[work.told.id]
    return replace(work, entities=found.entities, mentions=found.mentions, signals=found.signals)


def differences(a: newsroom.Left, b: newsroom.Left) -> dict[str, tuple[object, object]]:
    """Alerts that differ in what is compared by the kill test."""
    one, other = a.told(), b.told()
    return {id_: (one.get(id_), other.get(id_)) for id_ in one.keys() | other.keys() if one.get(id_) != other.get(id_)}


def test_an_order_of_arrival_changes_no_alert(read: dict[str, Annotation]) -> None:
    sent = newsroom.articles()
    calm = told(sent, read)
    assert len(calm.told()) >= 2 * len(newsroom.PAIRS)
    for seed in range(12):
        assert differences(calm, told(partly_late(sent, random.Random(seed)), read)) == {}


def test_a_restart_changes_no_alert(read: dict[str, Annotation]) -> None:
    sent = newsroom.articles()
    calm = told(sent, read)
    for seed in range(6):
        chance = random.Random(seed)
        order = partly_late(sent, chance)
        assert differences(calm, told(order, read, restart_at=chance.randrange(len(order)))) == {}


def test_the_versions_of_an_alert_have_no_gap(read: dict[str, Annotation]) -> None:
    found = told(partly_late(newsroom.articles(), random.Random(1)), read, restart_at=77)
    assert found.broken_versions() == {}

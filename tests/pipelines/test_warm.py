"""A history that was followed is the one that a cold start reads. With a broker: tests/end_to_end/test_standby.py."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import count
from typing import Any

import pytest

from connectors.config import Config
from connectors.kafka import Stored
from connectors.messages.analysis import Position
from connectors.messages.codec import Message, encode
from connectors.topics import ALERT_TOPICS, ANALYSES, Topic
from pipelines import warm as warm_module
from pipelines.alerts.step import RaiseAlerts
from pipelines.history import History
from pipelines.warm import PATIENCE_SECS, READ_ANEW_SECS, REST_SECS, Warm
from tests import builders

Log = list[Stored]


@pytest.fixture(autouse=True)
def _no_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warm_module, "bounds", lambda *_: {})


class Clock:
    """Seconds that pass when told."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def stored(topic: Topic, message: Message, offset: int = 0) -> Stored:
    record = encode(message)
    return Stored(topic, Position(topic=topic.name, partition=0, offset=offset), 0, record.key, record.value, record.headers)


ALERT = stored(ALERT_TOPICS["threat"], builders.alert())
ANALYSIS = stored(ANALYSES, replace(builders.analysis(), alert_ids=(builders.ALERT_ID,)))


def made(clock: Clock) -> Warm:
    return Warm(Config(), count(1), lambda: builders.PUBLISHED_AT, clock)


def book(history: History) -> RaiseAlerts:
    return next(step for step in history.chain.steps if isinstance(step, RaiseAlerts))


def tellers(warm: Warm) -> set[str]:
    return set(book(warm.history).memory.ledger(builders.ALERT_ID).tellings)


def test_an_analysis_waits_for_its_alert_in_whatever_order_they_are_read() -> None:
    warm, cold = made(Clock()), made(Clock())
    for record in (ANALYSIS, ALERT):
        warm.absorb(record)
    for record in (ALERT, ANALYSIS):
        cold.absorb(record)
    assert tellers(warm) == tellers(cold) == {builders.ARTICLE_ID}
    assert warm.history.copies.taken == cold.history.copies.taken != {}


def test_analyses_behind_one_that_waits_keep_their_order() -> None:
    warm = made(Clock())
    warm.absorb(ANALYSIS)
    warm.absorb(stored(ANALYSES, builders.analysis(article_id="f" * 32)))
    assert warm.history.copies.taken == {}
    warm.absorb(ALERT)
    assert [id_ for id_, _ in warm.history.copies.taken] == [builders.ARTICLE_ID, "f" * 32]


def test_an_alert_that_never_comes_is_not_waited_for_for_ever() -> None:
    clock = Clock()
    warm = made(clock)
    warm.absorb(ANALYSIS)
    clock.now += PATIENCE_SECS
    warm._reached({})
    assert warm.history.copies.taken != {}


def test_an_alert_that_goes_under_another_id_makes_it_stale_until_it_is_read_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    warm = made(clock)
    warm.absorb(ALERT)
    assert not warm.is_stale
    gone = replace(builders.alert(), version=2, status="retracted", superseded_by="b" * 32)
    warm.absorb(stored(ALERT_TOPICS["threat"], gone))
    assert warm.is_stale
    clock.now += REST_SECS + 1
    assert warm.is_due()
    monkeypatch.setattr(warm_module, "remember", remembered([]))
    warm.read()
    assert (warm.is_stale, warm.is_due()) == (False, False)


def test_the_log_is_read_anew_once_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    warm = made(clock)
    monkeypatch.setattr(warm_module, "remember", remembered([]))
    warm.read()
    clock.now += READ_ANEW_SECS
    assert not warm.is_due()
    clock.now += 1
    assert warm.is_due()


def test_what_is_committed_after_the_last_look_is_read_at_the_end_in_whatever_order(monkeypatch: pytest.MonkeyPatch) -> None:
    def read_all(_: object, topics: Sequence[Topic], *, since: Sequence[Position]) -> Iterator[Stored]:
        assert {"alerts.threat", "analyses", "dead-letters", "stories"} <= {topic.name for topic in topics}
        assert since == (Position(topic="analyses", partition=0, offset=7),)
        return iter([ANALYSIS, ALERT])

    monkeypatch.setattr(warm_module, "read_all", read_all)
    monkeypatch.setattr(warm_module, "remember", remembered([("analyses", 0, 7)]))
    warm = made(Clock())
    warm.read()
    warm.complete()
    assert tellers(warm) == {builders.ARTICLE_ID}


def test_a_stale_history_is_read_anew_before_the_job_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warm_module, "read_all", lambda *_, **__: iter(()))
    monkeypatch.setattr(warm_module, "remember", remembered([], ALERT))
    warm = made(Clock())
    warm.is_stale = True
    history = warm.complete()
    assert set(book(history).alerts) == {builders.ALERT_ID}


def remembered(places: Sequence[tuple[str, int, int]], *records: Stored) -> Callable[..., History]:
    """A log that is read to these places and holds these records."""

    def remember(config: Config, numbers: Iterator[int], _: object, read: Any) -> History:
        history = warm_module.blank(config, numbers)
        for record in records:
            history.absorb(record)
        read.keywords["reached"]({(topic, partition): offset for topic, partition, offset in places})
        return history

    return remember


def test_the_log_is_read_up_to_the_analyses_that_were_there_before_its_alerts_were_read(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, Mapping[Any, int]]] = []

    def read_all(
        _: object, topics: Sequence[Topic], *, since: object, until: Mapping[Any, int], reached: object
    ) -> Iterator[Stored]:
        del since, reached
        asked.extend((topic.name, until) for topic in topics)
        return iter(())

    monkeypatch.setattr(warm_module, "bounds", lambda _, topics: {(topic.name, 0): (0, 5 + len(asked)) for topic in topics})
    monkeypatch.setattr(warm_module, "read_all", read_all)
    made(Clock()).read()
    assert asked[0][0] == "alerts.threat"
    assert all(until == {("analyses", 0): 5, ("dead-letters", 0): 5} for _, until in asked)

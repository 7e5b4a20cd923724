"""What the demonstration makes of what it sees."""

from datetime import timedelta

import pytest

from connectors.feeds.canonical import canonical_url
from connectors.kafka import Stored
from connectors.messages.alert import Change, Contest
from connectors.messages.analysis import Position
from connectors.messages.article import article_id
from connectors.messages.codec import Record, encode, encode_dead_letter
from connectors.messages.signal import Actor
from connectors.topics import ALERTS_THREAT, ANALYSES, DEAD_LETTERS, Topic
from deploy.demo.press import OUTLETS, Piece, Printed
from deploy.demo.watch import Watch, faults, percentile, summary
from tests import builders

NOW = builders.FETCHED_AT
OUTLET = OUTLETS["northern-wire"]


def _printed(slug: str, expect: tuple[str, ...] | None = (), copy: str | None = None) -> Printed:
    piece = Piece(slug=slug, outlet=OUTLET, title="T", paragraphs=("x",), expect=expect, copy=copy)
    return Printed(piece=piece, link=f"http://127.0.0.1:8080/{slug}.html", published_at=NOW)


def _id(printed: Printed) -> str:
    return article_id(canonical_url(printed.link))


def _stored(topic: Topic, record: Record) -> Stored:
    return Stored(topic, Position(topic=topic.name, partition=0, offset=0), 0, record.key, record.value, record.headers)


def _see_analysis(watch: Watch, printed: Printed, kind: str | None, copy_of: str | None = None) -> None:
    signals = () if kind is None else (builders.signal(kind=kind),)
    analysis = builders.analysis(article_id=_id(printed), signals=signals, copy_of=copy_of, copy_kind="near" if copy_of else None)
    watch.see(_stored(ANALYSES, encode(analysis)), NOW)


def test_it_is_complete_when_every_printed_article_has_an_analysis() -> None:
    watch, one, two = Watch(), _printed("one"), _printed("two")
    watch.add([one, two])
    _see_analysis(watch, one, None)
    assert not watch.is_complete
    assert watch.missing() == [two.link]
    assert faults(watch) == [f"{two.link} has no analysis"]
    _see_analysis(watch, two, None)
    assert watch.is_complete
    assert faults(watch) == []


@pytest.mark.parametrize(
    ("expect", "found", "fault"),
    [
        (("threat",), "threat", None),
        (("threat",), None, "should tell threat and tells nothing"),
        (("threat",), "imposed", "should tell threat and tells imposed"),
        ((), "threat", "should tell nothing and tells threat"),
        ((), "question", None),
        ((), "mention", None),
        (None, "threat", None),
    ],
)
def test_what_is_not_as_the_press_foresaw_is_a_fault(expect: tuple[str, ...] | None, found: str | None, fault: str | None) -> None:
    watch, printed = Watch(), _printed("one", expect)
    watch.add([printed])
    _see_analysis(watch, printed, found)
    assert faults(watch) == ([] if fault is None else [f"one {fault}"])


def test_an_act_told_of_the_wrong_parties_is_a_fault() -> None:
    piece = Piece(
        slug="one",
        outlet=OUTLET,
        title="T",
        paragraphs=("x",),
        expect=("threat",),
        senders=frozenset({"USA"}),
        targets=frozenset({"BLR"}),
    )
    watch, printed = Watch(), Printed(piece=piece, link="http://127.0.0.1:8080/one.html", published_at=NOW)
    watch.add([printed])
    _see_analysis(watch, printed, "threat")
    assert faults(watch) == ["one should tell threat of USA > BLR and tells it of USA > RUS"]


def test_a_denial_that_contests_no_alert_is_a_fault() -> None:
    watch, denial = Watch(), _printed("one", ("denial",))
    watch.add([denial])
    _see_analysis(watch, denial, "denial")
    assert faults(watch) == ["one should contest an alert and contests none"]
    contest = Contest(deniers=(Actor(id="RUS", name="Russia"),), article_id=_id(denial), quote="No.")
    watch.see(_stored(ALERTS_THREAT, encode(builders.alert(contested=(contest,)))), NOW)
    assert faults(watch) == []


def test_a_copy_that_is_not_taken_for_one_is_a_fault_and_the_reverse() -> None:
    watch, copy, own = Watch(), _printed("copy", copy="own"), _printed("own")
    watch.add([copy, own])
    _see_analysis(watch, copy, None)
    _see_analysis(watch, own, None, copy_of="x")
    assert faults(watch) == ["copy is not taken for a copy", "own is taken for a copy"]


def test_each_version_is_given_once_and_timed_from_its_article() -> None:
    watch, printed = Watch(), _printed("one")
    watch.add([printed])
    change = Change(version=1, event_time=NOW, article_id=_id(printed), what=("raised",))
    first = builders.alert(version=1, timeline=(change,))
    record = _stored(ALERTS_THREAT, encode(first))
    assert watch.see(record, NOW + timedelta(seconds=2.5)) == first
    assert watch.see(record, NOW + timedelta(seconds=9)) is None
    assert watch.delays == [2.5]


def test_a_dead_letter_is_a_fault_with_stage_and_reason() -> None:
    watch = Watch()
    watch.see(_stored(DEAD_LETTERS, encode_dead_letter(builders.dead_letter(stage="Decode", reason="not JSON"))), NOW)
    assert faults(watch) == ["dead letter of Decode: not JSON"]


def test_the_summary_counts_articles_copies_alerts_and_silent_ones() -> None:
    watch, one, two = Watch(), _printed("one"), _printed("two")
    watch.add([one, two])
    _see_analysis(watch, one, "threat")
    _see_analysis(watch, two, None, copy_of="x")
    watch.see(_stored(ALERTS_THREAT, encode(builders.alert(version=3))), NOW)
    lines = {line.split()[0]: line for line in summary(watch)}
    assert "2 from 1 outlets, 2 analysed, 1 of them copies" in lines["articles"]
    assert "1 in 3 versions" in lines["alerts"]
    assert "1 alerts.threat" in lines["topics"]
    assert "1 articles without an act" in lines["silent"]
    assert lines["dead"].endswith(" 0")


@pytest.mark.parametrize(("share", "value"), [(0.5, 2), (0.95, 4), (1.0, 4), (0.0, 1)])
def test_percentiles_are_values_that_occur(share: float, value: float) -> None:
    assert percentile([4, 1, 3, 2], share) == value

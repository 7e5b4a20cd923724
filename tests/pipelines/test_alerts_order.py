"""Alerts do not depend on the order in which articles are taken: ids, content, versions, what is forgotten."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.messages.alert import Alert
from connectors.messages.codec import decode, encode
from connectors.messages.signal import Actor
from pipelines.alerts.book import Episodes
from pipelines.alerts.ledger import with_capitals
from pipelines.alerts.step import RaiseAlerts
from pipelines.work import Work, analysis_of
from tests.pipelines.telling import final, news_of
from tests.pipelines.wires import START, acts_of, ids_of, said, stream, told, work

SEED = 20261126
NAMES = st.sampled_from("abcdefgh")
PROPERTIES = settings(max_examples=150, deadline=None)


@st.composite
def newsrooms(draw: st.DrawFn, days: float = 8, late_hours: int = 24) -> list[Work]:
    """Articles of up to eight names about two pairs of states: acts, copies, wire reports and denials, over some days."""
    made = []
    for name in draw(st.lists(NAMES, min_size=1, max_size=8, unique=True)):
        kind = draw(st.sampled_from(["threat", "threat", "threat", "imposed", "considering", "denial"]))
        sender, target = draw(st.sampled_from([("USA", "RUS"), ("USA", "RUS"), ("RUS", "USA")]))
        signal = said(
            kind, sender, target, text=draw(st.sampled_from("xy")), commitment=draw(st.integers(1, 3)),
            condition=draw(st.sampled_from(["", "if it moves"])),
        )  # fmt: skip
        made.append(
            work(
                name, [signal], at=START + timedelta(minutes=draw(st.integers(0, int(days * 1440)))),
                late=timedelta(minutes=draw(st.integers(0, late_hours * 60))), outlet=draw(st.sampled_from("pqrs")),
                copy_of=draw(st.one_of(st.none(), NAMES.filter(lambda other, own=name: other != own))),
                agency=draw(st.sampled_from(["", "", "Reuters", "AFP"])), names=[target],
            )
        )  # fmt: skip
    return made


def versions(step: RaiseAlerts, works: Sequence[Work]) -> list[Alert]:
    return [alert for one in works for done in step.tell(one) for alert in done.alerts]


def restarted(works: Sequence[Work]) -> RaiseAlerts:
    """A step that begins with what another one committed of these works, read back from bytes."""
    before, after = RaiseAlerts(), RaiseAlerts()
    done = [one for given_ in works for one in before.tell(given_)]
    for alert in (alert for one in done for alert in one.alerts):
        record = encode(alert)
        after.absorb(decode(Alert, record.value, record.headers))
    for one in done:
        after.absorb(analysis_of(one))
    return after


@PROPERTIES
@given(works=newsrooms(), data=st.data())
def test_ids_and_alerts_do_not_depend_on_the_order_within_an_episode(works: list[Work], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(works))
    assert final(told(shuffled)) == final(told(works))


@PROPERTIES
@given(works=newsrooms(), data=st.data())
def test_what_is_published_as_news_does_not_depend_on_the_order(works: list[Work], data: st.DataObject) -> None:
    one, other = told(works), told(data.draw(st.permutations(works)))
    assert {id_: news_of(alert) for id_, alert in other.alerts.items() if not alert.superseded_by} == {
        id_: news_of(alert) for id_, alert in one.alerts.items() if not alert.superseded_by
    }


@PROPERTIES
@given(works=newsrooms())
def test_versions_rise_one_by_one_and_each_says_what_is_new(works: list[Work]) -> None:
    seen: dict[str, int] = {}
    for alert in versions(RaiseAlerts(), works):
        assert alert.version == seen.get(alert.id, 0) + 1
        assert alert.status == ("raised" if alert.version == 1 else "retracted" if alert.superseded_by else "updated")
        assert alert.timeline[-1].version == alert.version
        assert alert.timeline[-1].what
        seen[alert.id] = alert.version


@PROPERTIES
@given(works=newsrooms())
def test_independent_outlets_are_never_more_than_outlets_nor_outlets_more_than_articles(works: list[Work]) -> None:
    step = RaiseAlerts()
    for alert in versions(step, works):
        assert 1 <= alert.independent_outlet_count <= alert.outlet_count <= alert.source_count
    for id_ in step.alerts:
        assert step.now(id_).independent_outlet_count <= step.now(id_).outlet_count <= step.now(id_).source_count


@PROPERTIES
@given(works=newsrooms(), data=st.data())
def test_what_is_told_twice_changes_nothing(works: list[Work], data: st.DataObject) -> None:
    step = told(works)
    before = final(step)
    again = data.draw(st.permutations(works))
    assert versions(step, again) == []
    assert final(step) == before


@PROPERTIES
@given(works=newsrooms(), data=st.data())
def test_a_restart_at_any_moment_changes_nothing(works: list[Work], data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(works)))
    assert final(told(works[cut:], restarted(works[:cut]))) == final(told(works))


def test_an_article_that_brings_another_episode_up_to_date_is_not_recalled_into_it() -> None:
    threat = said("threat", "USA", "RUS")
    works = [work("a", [threat]), work("b", [threat], copy_of="a"), work("c", [threat], at=START + timedelta(days=4))]
    assert len({alert.id for alert in versions(RaiseAlerts(), works)}) == 2
    assert final(restarted(works)) == final(told(works))


@PROPERTIES
@given(works=newsrooms(days=400, late_hours=24 * 120), data=st.data(), alert_when_late=st.booleans())
def test_expiry_never_resurrects(works: list[Work], data: st.DataObject, *, alert_when_late: bool) -> None:
    step = RaiseAlerts(Episodes(alert_when_late=alert_when_late))
    copies = [replace(one, article=replace(one.told, id=f"{one.told.id}2")) for one in works]
    seen: dict[str, int] = {}
    for alert in versions(step, data.draw(st.permutations([*works, *copies]))):
        assert alert.version == seen.get(alert.id, 0) + 1
        seen[alert.id] = alert.version


@PROPERTIES
@given(works=newsrooms(days=400, late_hours=24 * 120), data=st.data())
def test_what_is_forgotten_leaves_nothing_behind(works: list[Work], data: st.DataObject) -> None:
    step = told(data.draw(st.permutations(works)))
    far = START + timedelta(days=2_000)
    step.tell(work("z", [said("threat", "CUB", "FRA")], at=far))
    memory = step.memory
    assert len(memory.alerts) == len(memory.acts) == len(memory.spans) == len(memory.ledgers) == len(memory.episodes) == 1
    assert len(memory.pairs.ids) == len(memory.told_in) == len(memory.ages) == len(step.counted) + 1 == 1
    assert set(memory.by_party) == {"CUB", "FRA"}
    assert step.denials.by_article == step.denials.by_party == {}


@pytest.mark.parametrize("seed", range(3))
def test_copies_and_lateness_do_not_multiply_alerts(seed: int) -> None:
    works = stream(random.Random(SEED + seed), 200)
    step = RaiseAlerts()
    ids = ids_of(done for one in works for done in step.tell(one))
    assert len(acts_of(works)) <= len(ids) <= 1.02 * len(acts_of(works))


@pytest.mark.parametrize("seed", range(4))
def test_partitions_interleaved_otherwise_give_the_same_alerts(seed: int) -> None:
    chance = random.Random(SEED)
    works = stream(chance, 60)
    partitions = [[one for one in works if int(one.told.id, 16) % 4 == number] for number in range(4)]
    mixed, chance = [], random.Random(seed)
    while any(partitions):
        share = chance.choice([partition for partition in partitions if partition])
        number = chance.randint(1, 50 if seed else len(works))
        mixed += share[:number]
        del share[:number]
    assert len(mixed) == len(works)
    assert mixed != works
    one, other = told(works), told(mixed)
    assert final(other) == final(one)
    live = [{id_: news_of(alert) for id_, alert in step.alerts.items() if not alert.superseded_by} for step in (one, other)]
    assert live[0] == live[1]


@pytest.mark.parametrize(
    ("code", "small", "written"),
    [
        ("NOR", "norway", "Norway"),
        ("GNB", "guinea-bissau", "Guinea-Bissau"),
        ("NLD", "the hague", "the Hague"),
        ("EU", "eu", "EU"),
        ("NATO", "nato", "NATO"),
        ("NOR", "foreign ministry of norway", "foreign ministry of Norway"),
        ("BLR", "transport minister", "transport minister"),
        ("NOR", "Oslo", "Oslo"),
        (None, "norway trawlers", "norway trawlers"),
    ],
)
def test_a_state_that_a_text_without_capitals_names_is_written_with_them(code: str | None, small: str, written: str) -> None:
    assert with_capitals(Actor(id=code, name=small)) == Actor(id=code, name=written)

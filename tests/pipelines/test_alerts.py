"""The life of an alert: one act is one alert, whatever order its articles come in and whenever the job is killed."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise, permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.messages.alert import MAX_QUOTES, MAX_SOURCES, Alert
from connectors.messages.article import Article
from connectors.messages.signal import Actor, Signal
from pipelines.alerts.identity import Act, act_of, act_of_alert, begun, family_of, in_episode, party
from pipelines.alerts.ledger import Ledger, told
from pipelines.alerts.report import report_of, telling
from pipelines.alerts.step import RaiseAlerts
from tests import builders
from tests.pipelines.telling import (
    ALLIES,
    DENIAL,
    FIRM,
    FIRMER,
    HOUR,
    IMPOSED,
    NOBODY,
    SAID,
    THREAT,
    Desk,
    filler,
    report,
)

WIRE = (filler("wire"), THREAT, filler("more"), DENIAL, filler("end"))
NEWSROOM = (
    report("wire", *WIRE, minute=9),
    report("exact", *WIRE, minute=3),
    report("upper", *WIRE, minute=30, title="Washington and Moscow again"),
    report("footer", *WIRE, filler("footer", 12), minute=5),
    report("cut", *WIRE[:3], minute=40),
    report("own", filler("own"), FIRMER, ALLIES, minute=2),
    report("after", filler("after"), IMPOSED, THREAT, minute=50),
    report("firm", filler("firm"), FIRM, minute=20),
    report("denier", filler("denier"), DENIAL, minute=1),
)
ORDERS = st.permutations(range(len(NEWSROOM)))
SLOW_START = settings(max_examples=40, deadline=None)  # the first example reads the table of word frequencies


def in_order(order: list[int]) -> list[Article]:
    return [NEWSROOM[place] for place in order]


@pytest.fixture(scope="module")
def undisturbed() -> dict[str, object]:
    return Desk().take(NEWSROOM).final()


@SLOW_START
@given(order=ORDERS)
def test_the_order_of_arrival_does_not_change_the_final_alerts(undisturbed: dict[str, object], order: list[int]) -> None:
    desk = Desk().take(in_order(order))
    assert desk.failed == []
    assert desk.final() == undisturbed


@SLOW_START
@given(sifted=ORDERS, told_in=ORDERS)
def test_copies_that_overtake_their_founders_do_not_change_the_final_alerts(
    undisturbed: dict[str, object], sifted: list[int], told_in: list[int]
) -> None:
    desk = Desk()
    works = {place: desk.sift(NEWSROOM[place]) for place in sifted}
    for place in told_in:
        desk.tell(works[place])
    assert desk.final() == undisturbed


@SLOW_START
@given(sifted=ORDERS, told_in=ORDERS, cut=st.integers(0, len(NEWSROOM)), again=ORDERS)
def test_a_crash_at_any_moment_does_not_change_the_final_alerts(
    undisturbed: dict[str, object], sifted: list[int], told_in: list[int], cut: int, again: list[int]
) -> None:
    desk = Desk()
    works = {place: desk.sift(NEWSROOM[place]) for place in sifted}
    for place in told_in[:cut]:
        desk.tell(works[place])
    desk = desk.restarted().take(in_order(again))
    assert desk.final() == undisturbed
    for versions in desk.versions.values():
        assert [alert.version for alert in versions] == list(range(1, len(versions) + 1))


@SLOW_START
@given(order=ORDERS)
def test_what_an_alert_counts_only_grows_and_fits_together(order: list[int]) -> None:
    for versions in Desk().take(in_order(order)).versions.values():
        assert [alert.version for alert in versions] == list(range(1, len(versions) + 1))
        assert [alert.status for alert in versions] == ["raised"] + ["updated"] * (len(versions) - 1)
        assert all(change.what for change in versions[-1].timeline)
        assert all(alert.independent_outlet_count <= alert.outlet_count <= alert.source_count for alert in versions)
        assert all(old.commitment <= new.commitment for old, new in pairwise(versions))
        assert all(change.version == place for place, change in enumerate(versions[-1].timeline, 1))


def test_the_newsroom_raises_one_alert_for_each_act(undisturbed: dict[str, object]) -> None:
    desk = Desk().take(NEWSROOM)
    last = [desk.step.now(id_) for id_ in desk.versions]
    assert sorted((alert.kind, len(alert.sources)) for alert in last) == [("imposed", 1), ("threat", 1), ("threat", 7)]
    grown = max(last, key=lambda alert: len(alert.sources))
    assert grown.independent_outlet_count == 3
    assert [contest.quote for contest in grown.contested] == [DENIAL]
    assert {source.copy_of for source in grown.sources} == {None, report("exact").id}


def test_the_copies_of_a_text_count_once_when_an_earlier_copy_comes_between() -> None:
    late, early, last = (report(name, *WIRE, minute=minute) for name, minute in (("b", 20), ("a", 10), ("c", 30)))
    (versions,) = Desk().take([late, early, last]).versions.values()
    assert versions[-1].independent_outlet_count == 1


def test_the_copies_of_a_text_that_tells_nothing_itself_count_once() -> None:
    short = report("short", filler("wire"), filler("end"))
    full = [report(name, filler("wire"), filler("end"), THREAT, minute=minute) for name, minute in (("a", 1), ("b", 2), ("c", 3))]
    (versions,) = Desk().take([short, *full]).versions.values()
    assert versions[-1].independent_outlet_count == 1


def test_copies_are_still_one_group_after_a_restart() -> None:
    late, early, last = (report(name, *WIRE, minute=minute) for name, minute in (("b", 20), ("a", 10), ("c", 30)))
    (versions,) = Desk().take([late, early]).restarted().take([last]).versions.values()
    assert versions[-1].independent_outlet_count == 1


def test_an_article_taken_again_changes_nothing() -> None:
    desk = Desk().take(NEWSROOM)
    before = list(desk.log)
    assert desk.take(NEWSROOM).log == before


def test_a_new_version_that_tells_the_same_changes_nothing_that_is_told() -> None:
    first = report("wire", filler("wire"), THREAT)
    second = replace(first, version=2, title="Another headline about Washington and Moscow", changed=("title",))
    desk = Desk().take([first, second])
    ((id_, versions),) = desk.versions.items()
    assert len(versions) == 1
    assert (desk.step.now(id_).source_count, desk.step.now(id_).evidence_count) == (1, 1)
    assert [source.title for source in desk.step.now(id_).sources] == [second.title]


def test_a_version_that_no_longer_tells_the_act_retracts_it() -> None:
    first = report("wire", filler("wire"), THREAT)
    second = replace(first, version=2, text="\n\n".join([filler("wire"), "The report was withdrawn."]), changed=("text",))
    (versions,) = Desk().take([first, second]).versions.values()
    assert [alert.status for alert in versions] == ["raised", "retracted"]
    assert (versions[-1].sources, versions[-1].evidence, versions[-1].source_count, versions[-1].evidence_count) == ((), (), 0, 0)


def test_a_withdrawn_article_leaves_an_alert_that_others_still_tell() -> None:
    first, other = report("wire", filler("wire"), THREAT), report("own", filler("own"), FIRMER, minute=5)
    withdrawn = replace(first, version=2, text=filler("wire"), changed=("text",))
    (versions,) = Desk().take([first, other, withdrawn]).versions.values()
    assert versions[-1].status == "updated"
    assert [source.article_id for source in versions[-1].sources] == [other.id]


def test_a_retracted_alert_that_is_told_again_is_updated() -> None:
    first, other = report("wire", filler("wire"), THREAT), report("own", filler("own"), THREAT, minute=5)
    withdrawn = replace(first, version=2, text=filler("wire"), changed=("text",))
    (versions,) = Desk().take([first, withdrawn, other]).versions.values()
    assert [alert.status for alert in versions] == ["raised", "retracted", "updated"]


def test_the_act_after_the_gap_is_another_alert() -> None:
    first = report("wire", filler("wire"), THREAT)
    later = HOUR + timedelta(hours=72, seconds=1)
    second = report("own", filler("own"), THREAT, published_at=later, fetched_at=later)
    assert len(Desk().take([first, second]).versions) == 2


def test_the_act_within_the_gap_is_the_same_alert() -> None:
    first = report("wire", filler("wire"), THREAT)
    later = HOUR + timedelta(hours=72)
    second = report("own", filler("own"), THREAT, published_at=later, fetched_at=later)
    assert len(Desk().take([first, second]).versions) == 1


def test_a_threat_that_is_carried_out_is_escalated_by_the_alert_that_names_it() -> None:
    versions = Desk().take([report("wire", filler("wire"), THREAT), report("own", filler("own"), IMPOSED, minute=5)]).versions
    (first, threat), (imposed,) = versions.values()
    assert (threat.related, threat.followed_by, imposed.related, imposed.followed_by) == ((), (imposed.id,), (threat.id,), ())
    assert (first.followed_by, threat.timeline[-1].what) == ((), ("escalated: imposed",))


@given(
    actors=st.lists(st.builds(Actor, id=st.sampled_from([None, "USA", "RUS"]), name=st.text(max_size=4)), min_size=1, max_size=6)
)
def test_a_party_is_known_by_the_same_words_when_its_spellings_are_merged(actors: list[Actor]) -> None:
    signals = [replace(SAID[THREAT], senders=(actor,), targets=(builders.RUSSIA,)) for actor in actors]
    for signal in signals:
        act = act_of(signal, "s")
        same = [other for other in signals if act_of(other, "s") == act]
        assert act_of_alert(entered(act, same, "s")) == act


def test_a_party_with_an_id_is_listed_once_however_its_name_is_written() -> None:
    written = ("norway", "Norway", "NORWAY")
    signals = [replace(SAID[THREAT], senders=(Actor(id="NOR", name=name),), targets=(builders.RUSSIA,)) for name in written]
    for order in permutations(signals):
        assert [one.name for one in entered(act_of(signals[0], "s"), list(order), "s").senders] == ["Norway"]


def entered(act: Act, signals: list[Signal], story: str) -> Alert:
    """The alert of an act that one article tells in these signals."""
    report_ = report_of(builders.work(story=builders.story(id=story) if story else None), is_late=False)
    ledger = Ledger()
    ledger.tell(telling(report_, signals))
    return told(begun(act, report_.source.event_time, report_.source.event_time), ledger)


@pytest.mark.parametrize("sentence", [FIRM, NOBODY, ALLIES])
def test_a_restarted_job_knows_the_act_of_its_alerts(sentence: str) -> None:
    first, second = report("wire", filler("wire"), sentence), report("own", filler("wire"), filler("own"), sentence, minute=9)
    desk = Desk().take([first]).restarted().take([second])
    (id_,) = desk.versions
    assert desk.step.now(id_).source_count == 2


def test_an_act_told_without_a_story_is_known_after_a_restart() -> None:
    act = act_of(SAID[NOBODY], "")
    assert act_of_alert(entered(act, [SAID[NOBODY]], "")) == act


def test_a_crowd_of_copies_is_one_version_bounded_and_counted() -> None:
    crowd = [report(f"outlet{number:03d}", *WIRE, minute=number % 60) for number in range(MAX_SOURCES + 20)]
    desk = Desk().take(crowd)
    ((id_, versions),) = desk.versions.items()
    now = desk.step.now(id_)
    assert (len(versions), len(now.sources), len(now.evidence)) == (1, MAX_SOURCES, MAX_QUOTES)
    assert (now.source_count, now.outlet_count, now.independent_outlet_count) == (MAX_SOURCES + 20, MAX_SOURCES + 20, 1)
    assert now.evidence_count == MAX_SOURCES + 20


def test_what_was_only_counted_is_published_once_the_day_is_over() -> None:
    copies = [report(f"outlet{number}", *WIRE, minute=number) for number in range(5)]
    tomorrow = HOUR + timedelta(days=1)
    other = report("other", filler("other"), FIRM, published_at=tomorrow, fetched_at=tomorrow)
    versions = Desk().take([*copies, other]).versions
    counted = next(alerts for alerts in versions.values() if len(alerts) > 1)
    assert [(alert.source_count, alert.timeline[-1].what) for alert in counted] == [(1, ("first told",)), (5, ("articles: 5",))]


def test_what_was_only_counted_is_published_after_a_restart_too() -> None:
    copies = [report(f"outlet{number}", *WIRE, minute=number) for number in range(5)]
    tomorrow = HOUR + timedelta(days=1)
    other = report("other", filler("other"), FIRM, published_at=tomorrow, fetched_at=tomorrow)
    versions = Desk().take(copies).restarted().take([other]).versions
    assert [alert.source_count for alerts in versions.values() for alert in alerts] == [1, 5, 1]


def test_an_alert_that_has_left_the_log_is_forgotten() -> None:
    step = RaiseAlerts()
    for day in (0, 120):
        at = HOUR + timedelta(days=day)
        article = report(f"o{day}", THREAT, published_at=at, fetched_at=at)
        step.tell(builders.work(article, signals=(SAID[THREAT],), story=builders.story(id=f"s{day}")))
    assert len(step.alerts) == len(step.memory.episodes) == 1


def test_nothing_is_raised_by_repeats_and_failures() -> None:
    step = RaiseAlerts()
    works = [builders.work(signals=(SAID[THREAT],), repeat=True), builders.work(article=None)]
    assert [step.tell(work) for work in works] == [[work] for work in works]
    assert step.alerts == {}


@pytest.mark.parametrize(
    ("measures", "family"),
    [
        ((), "economic"),
        (("diplomatic",), "diplomatic"),
        (("aid_cut", "arms_embargo"), "arms"),
        (("travel_ban", "finance"), "economic"),
    ],
)
def test_the_family_of_measures(measures: tuple[str, ...], family: str) -> None:
    assert family_of(builders.signal(measures=measures)) == family


def test_a_party_with_ids_is_known_by_them_alone() -> None:
    assert party([Actor(id="USA", name="x"), Actor(id=None, name="allies"), Actor(id="GBR", name="y")]) == ("GBR", "USA")
    assert party([Actor(id=None, name=" Its  ALLIES"), Actor(id=None, name="its allies")]) == ("its allies",)


def test_an_act_that_names_nobody_is_kept_apart_by_its_story() -> None:
    assert act_of(SAID[NOBODY], "one") == Act("threat", (), ("story:one",), "economic")


@pytest.mark.parametrize(("hours", "inside"), [(-73, False), (-72, True), (0, True), (74, True), (75, False)])
def test_an_episode_reaches_the_gap_to_both_sides(hours: int, inside: bool) -> None:
    span = (HOUR, HOUR + timedelta(hours=2))
    assert in_episode(span, HOUR + timedelta(hours=hours), timedelta(hours=72)) is inside

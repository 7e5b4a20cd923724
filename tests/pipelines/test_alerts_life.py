"""What makes a version of an alert and what only counts; late articles, corrections, denials, episodes that change their names."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from connectors.messages.alert import MAX_CONTESTS, MAX_LISTED, MAX_QUOTES, MAX_SOURCES, Alert
from pipelines.alerts.book import Episodes
from pipelines.alerts.related import FOLLOWS
from pipelines.alerts.step import RaiseAlerts
from pipelines.work import Fingerprint, Work, analysis_of
from tests.pipelines.telling import final
from tests.pipelines.wires import START, actor, id_of, said, told, work

THREAT = said("threat", "USA", "RUS")
HOURS = timedelta(hours=1)
DAY = timedelta(days=1)


def grown(works: Sequence[Work], step: RaiseAlerts | None = None) -> list[Alert]:
    """The versions that come of these works, in their order."""
    step = step or RaiseAlerts()
    return [alert for one in works for done in step.tell(one) for alert in done.alerts]


def news(*works: Work) -> list[tuple[str, ...]]:
    """What each version says is new."""
    return [alert.timeline[-1].what for alert in grown(works)]


@pytest.mark.parametrize(
    ("second", "what"),
    [
        (work("b", [THREAT]), "independent outlets: 2"),
        (work("b", [said("threat", "USA", "RUS", commitment=3)], outlet="a"), "firmer: 2 to 3"),
        (work("b", [said("threat", "USA", "RUS", condition="if it moves")], outlet="a"), "conditions: +1"),
        (work("b", [said("denial", "RUS", "USA")], names=["USA"]), "contested: +1"),
        (work("b", [said("imposed", "USA", "RUS")]), "escalated: imposed"),
        (work("b", [said("ruled_out", "USA", "RUS")]), "withdrawn: ruled_out"),
        (work("a", [], version=2), "withdrawn at its source"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_news_makes_a_version_that_says_so(second: Work, what: str) -> None:
    lines = [alert.timeline[-1].what for alert in grown([work("a", [THREAT]), second]) if alert.kind == "threat"]
    assert lines == [("first told",), (what,)]


@pytest.mark.parametrize(
    "second",
    [
        work("b", [THREAT], copy_of="a"),
        work("b", [THREAT], outlet="a"),
        work("b", [said("threat", "USA", "RUS", commitment=1)], outlet="a"),
        work("b", [said("threat", "USA", "RUS", text="In other words")], outlet="a", at=START + HOURS),
        work("a", [THREAT], version=2),
    ],
    ids=["a copy", "a known outlet", "weaker words", "other words of a known outlet", "a new version that says the same"],
)
def test_what_is_known_only_counts(second: Work) -> None:
    assert news(work("a", [THREAT]), second) == [("first told",)]


def test_outlets_that_print_one_wire_service_are_one_voice_that_is_named() -> None:
    step = told([work(name, [THREAT], agency="Reuters", at=START + place * HOURS) for place, name in enumerate("abc")])
    (now,) = map(step.now, step.alerts)
    assert (now.outlet_count, now.independent_outlet_count) == (3, 1)
    assert [(source.copy_of, source.agency) for source in now.sources] == [
        (None, "Reuters"), (id_of("a"), "Reuters"), (id_of("a"), "Reuters"),
    ]  # fmt: skip


def test_a_copy_that_dropped_the_credit_counts_with_the_wire() -> None:
    wire = [work("a", [THREAT], agency="Reuters"), work("b", [THREAT], agency="Reuters"), work("c", [THREAT], copy_of="b")]
    (now,) = [step.now(id_) for step in [told(wire)] for id_ in step.alerts]
    assert now.independent_outlet_count == 1


def test_outlets_of_two_groups_of_copies_are_one_voice_once_an_article_says_that_they_are_one_report() -> None:
    parts = [work("a", [THREAT]), work("b", [THREAT]), work("c", [THREAT], copy_of="b")]
    step = told(parts)
    (before,) = step.alerts.values()
    whole = work("w", [THREAT], copy_of="a")
    told([replace(whole, fingerprint=Fingerprint(text_hash="1", unites=(id_of("b"),)))], step)
    (now,) = step.alerts.values()
    assert (before.independent_outlet_count, now.independent_outlet_count, now.outlet_count) == (2, 1, 4)
    assert [source.copy_of is None for source in now.sources].count(True) == 1


def test_beyond_the_bound_independent_firm_and_new_articles_are_listed_and_all_are_counted() -> None:
    copies = [work(f"c{number:02d}", [THREAT], copy_of="a", at=START + (number + 1) * HOURS) for number in range(30)]
    firm = work("firm", [said("threat", "USA", "RUS", text="firm", commitment=3)], copy_of="a", at=START + HOURS)
    step = told([work("a", [THREAT]), *copies, firm, work("own", [THREAT])])
    (now,) = map(step.now, step.alerts)
    listed = {source.article_id for source in now.sources}
    assert len(listed) == MAX_SOURCES
    assert {id_of("own"), id_of("firm"), id_of("c29")} < listed
    assert id_of("c01") not in listed
    assert (now.source_count, now.evidence_count, len(now.evidence)) == (33, 33, MAX_QUOTES)
    assert now.evidence[0].article_id == id_of("firm")
    assert {quote.article_id for quote in now.evidence[1:3]} == {id_of("a"), id_of("own")}
    assert now.evidence[3].article_id == id_of("c29")


def test_a_new_version_of_an_article_that_is_not_listed_is_not_counted_again() -> None:
    works = [work("a", [THREAT]), *(work(f"c{place:02d}", [THREAT], copy_of="a", at=START + place * HOURS) for place in range(40))]
    step = told(works)
    ((id_, _),) = step.alerts.items()
    later = [work("c01", [THREAT], version=2, copy_of="a", at=START + HOURS)]
    told(later, step)
    assert step.now(id_).source_count == 41
    step.tell(work("z", [said("threat", "CUB", "FRA")], at=START + timedelta(days=40)))
    assert id_ not in step.memory.ledgers
    told(later, step)
    assert step.now(id_).source_count == 41


def test_a_correction_takes_back_what_only_the_corrected_article_said() -> None:
    first = work("a", [said("threat", "USA", "RUS", commitment=3, condition="if it moves")])
    works = [first, work("b", [THREAT]), work("a", [THREAT], version=2)]
    (*_, last) = grown(works)
    assert last.timeline[-1].what == ("conditions: -1", "less firm: 3 to 2")
    assert (last.conditions, last.commitment, last.status) == ((), 2, "updated")


def test_a_correction_takes_back_a_denial() -> None:
    denial = work("b", [said("denial", "RUS", "USA")], names=["USA"])
    (*_, contested, last) = grown([work("a", [THREAT]), denial, work("b", [], version=2)])
    assert (len(contested.contested), last.contested, last.timeline[-1].what) == (1, (), ("contested: -1",))


def test_a_retracted_alert_keeps_its_parties_and_can_be_told_again() -> None:
    works = [work("a", [THREAT]), work("a", [], version=2), work("b", [THREAT])]
    assert [(alert.status, alert.senders) for alert in grown(works)] == [
        ("raised", (actor("USA"),)), ("retracted", (actor("USA"),)), ("updated", (actor("USA"),)),
    ]  # fmt: skip


def test_a_denial_says_who_in_which_words_and_where() -> None:
    (*_, last) = grown([work("a", [THREAT]), work("b", [said("denial", "RUS", "USA")], names=["USA"])])
    (contest,) = last.contested
    assert (contest.deniers, contest.quote, contest.article_id) == ((actor("RUS"),), "RUS denial USA.", id_of("b"))


@pytest.mark.parametrize(
    ("denial", "is_contested"),
    [
        (work("b", [said("denial", "RUS", "USA")], names=["USA"], story="another"), True),
        (work("b", [said("denial", "RUS", "USA")], names=["GBR"]), False),
        (work("b", [said("denial", "BLR", "USA")], names=["USA", "RUS"]), False),
        (work("b", [said("denial", "RUS", "USA")], names=["USA"], at=START + 73 * HOURS), False),
        (work("b", [said("denial", "RUS", "USA")], names=["USA"], at=START - 71 * HOURS), True),
    ],
    ids=["of another story", "of another affair", "by a stranger", "after the episode", "just before it"],
)
def test_parties_and_episode_say_what_a_denial_contests_and_the_story_does_not(denial: Work, is_contested: bool) -> None:
    for works in ([work("a", [THREAT]), denial], [denial, work("a", [THREAT])]):
        assert bool(grown(works)[-1].contested) is is_contested


def test_a_denial_is_reached_by_an_episode_that_grows_towards_it_by_copies() -> None:
    denial = work("b", [said("denial", "RUS", "USA")], names=["USA"], at=START + 100 * HOURS)
    copy = work("c", [THREAT], copy_of="a", at=START + 50 * HOURS)
    assert news(denial, work("a", [THREAT]), copy) == [("first told",), ("contested: +1",)]


def test_a_late_article_is_flagged_and_raises_nothing() -> None:
    (done,) = RaiseAlerts().tell(work("a", [THREAT], late=73 * HOURS))
    assert (done.alerts, done.alert_ids, analysis_of(done).notes) == ((), (), ("late",))


def test_a_late_article_counts_for_an_alert_that_is_there_and_makes_no_version() -> None:
    step = told([work("a", [THREAT])])
    (done,) = step.tell(work("b", [said("threat", "USA", "RUS", commitment=3)], late=200 * HOURS))
    ((id_, alert),) = step.alerts.items()
    assert (done.alerts, done.alert_ids, alert.version) == ((), (id_,), 1)
    assert [source.late for source in sorted(step.now(id_).sources, key=lambda source: source.outlet)] == [False, True]


def test_a_month_of_backfill_raises_nothing_beside_the_live_stream() -> None:
    backfill = [
        work(f"old{day}", [said("threat", "USA", "IRN")], at=START - timedelta(days=day), late=timedelta(days=day))
        for day in range(4, 34)
    ]
    assert {alert.id for alert in grown([*backfill, work("a", [THREAT]), *backfill])} == {grown([work("a", [THREAT])])[0].id}


def test_late_articles_raise_alerts_where_that_is_wanted() -> None:
    step = RaiseAlerts(Episodes(alert_when_late=True))
    assert [alert.status for alert in grown([work("a", [THREAT], late=200 * HOURS)], step)] == ["raised"]


def test_a_correction_is_never_late() -> None:
    works = [work("a", [THREAT]), work("a", [], version=2, late=200 * HOURS)]
    assert [alert.status for alert in grown(works)] == ["raised", "retracted"]


def test_what_is_older_than_memory_is_late_whatever_is_wanted() -> None:
    step = told(
        [work("a", [said("threat", "CUB", "FRA")], at=START + timedelta(days=91))], RaiseAlerts(Episodes(alert_when_late=True))
    )
    assert grown([work("b", [THREAT])], step) == []


def test_a_publication_in_the_future_counts_from_its_arrival() -> None:
    early = work("a", [THREAT], at=START + timedelta(days=300), late=timedelta(days=-300))
    ((alert),) = grown([early])
    assert (alert.first_at, alert.episode_started_at) == (START, START)


def test_the_first_to_arrive_names_the_episode_whoever_spoke_first() -> None:
    arrived_first = work("a", [THREAT], at=START + 5 * HOURS)
    spoke_first = work("b", [THREAT], at=START, late=20 * HOURS)
    ids = {alert.id for alert in grown([arrived_first, spoke_first])}
    assert ids == {grown([arrived_first])[0].id}


def test_an_episode_that_was_named_too_soon_goes_on_under_its_right_name() -> None:
    arrived_first, taken_first = work("a", [THREAT], at=START), work("b", [THREAT], at=START + 2 * HOURS)
    old, tombstone, new = grown([taken_first, arrived_first])
    assert (old.id, tombstone.status, tombstone.superseded_by) == (tombstone.id, "retracted", new.id)
    assert (new.version, new.supersedes, new.source_count) == (1, (old.id,), 2)
    assert (tombstone.timeline[-1].what, new.timeline[-1].what) == (
        (f"now alert {new.id}",), ("first told", f"was alert {old.id}"),
    )  # fmt: skip
    assert grown([arrived_first])[0].id == new.id


def test_an_article_between_two_episodes_makes_them_one() -> None:
    works = [work(name, [THREAT], at=START + hours * HOURS) for name, hours in (("a", 0), ("c", 100), ("b", 50))]
    step = told(works)
    assert sorted(bool(alert.superseded_by) for alert in step.alerts.values()) == [False, True]
    assert final(step) == final(told(sorted(works, key=lambda one: one.told.id)))


def test_a_correction_takes_back_what_was_said_before_two_episodes_became_one() -> None:
    firm = said("threat", "USA", "RUS", commitment=3, condition="if it moves")
    first = [work("a", [firm]), work("c", [firm], at=START + 100 * HOURS), work("b", [THREAT], at=START + 50 * HOURS)]
    corrected = [work("a", [THREAT], version=2), work("c", [THREAT], version=2, at=START + 100 * HOURS)]
    last = grown([*first, *corrected])[-1]
    assert (last.commitment, last.conditions, last.source_count) == (2, (), 3)


def test_an_older_text_that_comes_after_a_newer_one_changes_nothing() -> None:
    versions = [work("a", [THREAT]), work("a", [], version=2)]
    for works in (versions, versions[::-1]):
        step = told([work("b", [THREAT]), *works])
        assert told_by(step) == [id_of("b")]
        read = RaiseAlerts()
        for message in (*step.alerts.values(), *map(analysis_of, (work("b", [THREAT]), *works))):
            read.absorb(message)
        assert told_by(read) == [id_of("b")]


def test_a_correction_of_what_only_the_alert_remembers_is_found() -> None:
    step = RaiseAlerts()
    step.absorb(grown([work("a", [THREAT]), work("b", [THREAT])])[-1])
    told([work("c", [THREAT]), work("b", [], version=2)], step)
    assert sorted(told_by(step)) == sorted([id_of("a"), id_of("c")])


@pytest.mark.parametrize(
    "back", [work("a0", [], version=2, late=timedelta(days=80)), work("z", [THREAT], at=START + 80 * DAY, outlet="a1")]
)
def test_an_act_that_is_told_for_months_holds_a_month_of_tellings_and_goes_on_as_after_a_restart(back: Work) -> None:
    firm = said("threat", "USA", "RUS", commitment=3)
    works = [work(f"a{day}", [THREAT if day else firm], at=START + day * DAY) for day in range(80)]
    live, read = RaiseAlerts(), RaiseAlerts()
    for version in grown(works, live):
        read.absorb(version)
    for one in works[50:]:
        read.absorb(analysis_of(one))
    (ledger,) = live.memory.ledgers.values()
    assert len(ledger.tellings) <= 31 + MAX_SOURCES
    assert len(live.memory.told_in) == len(ledger.tellings)
    counted = [counts_of(told([back], step)) for step in (live, read)]
    assert counted[0] == counted[1]


def counts_of(step: RaiseAlerts) -> tuple[int, int, int, int]:
    """How many tell the only alert, and how firm it is."""
    (now,) = map(step.now, step.alerts)
    return now.source_count, now.outlet_count, now.independent_outlet_count, now.commitment


def told_by(step: RaiseAlerts) -> list[str]:
    """Ids of the articles that tell the only alert."""
    (now,) = map(step.now, step.alerts)
    return [source.article_id for source in now.sources]


def test_lists_of_denials_and_of_links_are_bounded() -> None:
    denials = [
        work(f"d{number}", [said("denial", "RUS", "USA", text=f"words {number}")], at=START + number * HOURS / 60, names=["USA"])
        for number in range(3 * MAX_CONTESTS)
    ]
    assert len(grown([work("a", [THREAT]), *denials])[-1].contested) == MAX_CONTESTS
    others = [replace(THREAT, targets=(*THREAT.targets, actor(f"org:{number}"))) for number in range(MAX_LISTED + 9)]
    threats = [work(f"t{number}", [other]) for number, other in enumerate(others)]
    step = told([*threats, work("i", [said("imposed", "USA", "RUS")], at=START + HOURS)])
    assert max(len(alert.related) for alert in step.alerts.values()) == MAX_LISTED


def test_a_name_that_was_given_up_can_be_taken_again() -> None:
    works = [work(name, [THREAT], at=START + minutes * HOURS / 60) for name, minutes in (("c", 20), ("b", -70), ("a", 10))]
    late = [timedelta(minutes=minutes) for minutes in (60, 100, 0)]
    works = [
        work(name, [THREAT], at=one.told.published_at or START, late=delay)
        for one, name, delay in zip(works, "cba", late, strict=True)
    ]
    versions = grown(works)
    assert [alert.id for alert in versions[:1]] == [alert.id for alert in versions[-1:]]
    assert [alert.version for alert in versions if alert.id == versions[0].id] == [1, 2, 3]
    assert (versions[-1].superseded_by, versions[-1].status) == ("", "updated")


def test_a_blow_returned_is_an_answer() -> None:
    (*_, answered, answer) = sorted(
        grown([work("a", [THREAT]), work("b", [said("imposed", "RUS", "USA")], at=START + HOURS)]), key=lambda alert: alert.first_at
    )
    assert (answer.related, answered.followed_by, answered.timeline[-1].what) == (
        (answered.id,), (answer.id,), ("answered: imposed",),
    )  # fmt: skip


def test_what_came_long_after_or_before_is_not_related() -> None:
    imposed = said("imposed", "USA", "RUS")
    for at in (START + timedelta(days=15), START - timedelta(days=3)):
        versions = grown(sorted([work("a", [THREAT]), work("b", [imposed], at=at)], key=lambda one: one.told.fetched_at))
        assert all(alert.related == alert.followed_by == () for alert in versions)


def test_no_kind_follows_itself_or_two_each_other() -> None:
    arrows = {(later, earlier) for later, earlier_kinds in FOLLOWS.items() for earlier in earlier_kinds}
    assert not {(earlier, later) for later, earlier in arrows} & arrows


def test_an_alert_read_back_without_its_articles_goes_on_counting() -> None:
    alert = grown([work(name, [said("threat", "USA", "RUS", commitment=3)]) for name in "abc"])[-1]
    step = RaiseAlerts()
    step.absorb(alert)
    assert news_of_last(step, work("d", [THREAT])) == ("independent outlets: 4",)
    (now,) = map(step.now, step.alerts)
    assert (now.source_count, now.outlet_count, now.evidence_count, now.commitment) == (4, 4, 4, 3)


def news_of_last(step: RaiseAlerts, one: Work) -> tuple[str, ...]:
    """What the only version that comes of an article says is new."""
    (version,) = grown([one], step)
    return version.timeline[-1].what

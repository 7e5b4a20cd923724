"""What waits for whom, and what is handed over: decisions without threads, clocks or brokers."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.config import RouteConfig, SubscribersConfig
from connectors.messages.alert import Alert
from connectors.messages.analysis import Position
from connectors.messages.delivery import Delivery
from connectors.subscribers.deliveries import Arrival, DeliveryLog, decide, idempotency_key
from connectors.subscribers.desk import MAX_HELD, Desk
from connectors.subscribers.inhibition import Inhibitors
from connectors.subscribers.labels import labels
from connectors.subscribers.receivers import Notification, Outcome
from connectors.subscribers.routing import Router, tree_of
from connectors.subscribers.silences import silence_of
from tests import builders

NOW = builders.PUBLISHED_AT
SECOND = timedelta(seconds=1)
DEAD = Outcome(retry=False, error="answered 400")


def desk(*routes: RouteConfig, log: DeliveryLog | None = None, max_held: int = MAX_HELD, **times: object) -> Desk:
    config = SubscribersConfig(receiver="desk", routes=routes, **times)  # type: ignore[arg-type]
    return Desk(Router(tree_of(config)), log=log or DeliveryLog(), max_held=max_held)


def at(offset: int) -> Position:
    return Position(topic="alerts.threat", partition=0, offset=offset)


def alert(number: int = 0, version: int = 1) -> Alert:
    return builders.alert(id=f"{number:032x}", version=version, status="raised" if version == 1 else "updated")


def ready(held: Desk, now: datetime = NOW, room: Callable[[str], int] = lambda _: 16) -> list[Notification]:
    return list(held.ready(now, room))


def versions(notifications: list[Notification]) -> list[tuple[int, int]]:
    return [(int(one.id, 16), one.version) for notification in notifications for one in notification.alerts]


def test_an_alert_goes_out_at_once_by_default() -> None:
    held = desk()
    held.take(alert(), at(5), NOW)
    assert versions(ready(held)) == [(0, 1)]


def test_the_place_in_the_log_stays_until_the_receiver_has_it() -> None:
    held = desk()
    held.take(alert(), at(5), NOW)
    (notification,) = ready(held)
    held.take(alert(1), at(6), NOW)
    assert held.settled() == (at(5),)
    held.told(notification, None, 1, NOW)
    assert held.settled() == (at(6),)


def test_a_newer_version_waits_while_an_older_one_is_in_hand() -> None:
    held = desk()
    held.take(alert(version=1), at(0), NOW)
    (first,) = ready(held)
    held.take(alert(version=2), at(1), NOW)
    held.take(alert(version=3), at(2), NOW)
    assert ready(held) == []
    held.told(first, None, 1, NOW)
    assert versions(ready(held)) == [(0, 3)]


def test_a_group_waits_for_more_and_goes_out_together() -> None:
    held = desk(group_by="kind", group_wait_secs=30.0, group_interval_secs=300.0)
    held.take(alert(0), at(0), NOW)
    held.take(alert(1), at(1), NOW + 20 * SECOND)
    assert ready(held, NOW + 29 * SECOND) == []
    (notification,) = ready(held, NOW + 30 * SECOND)
    assert versions([notification]) == [(0, 1), (1, 1)]
    held.told(notification, None, 1, NOW + 30 * SECOND)
    held.take(alert(2), at(2), NOW + 40 * SECOND)
    assert ready(held, NOW + 329 * SECOND) == []
    assert versions(ready(held, NOW + 330 * SECOND)) == [(2, 1)]


def test_a_large_group_goes_out_whole_in_several_notifications() -> None:
    held = desk(group_by="", group_wait_secs=10.0)
    for number in range(1_200):
        held.take(alert(number), at(number), NOW)
    found = ready(held, NOW + 10 * SECOND)
    assert len(found) == 3
    assert sorted(versions(found)) == [(number, 1) for number in range(1_200)]


def test_what_is_silenced_when_it_is_due_is_not_sent_nor_is_what_goes_with_it() -> None:
    muted: list[str] = []
    held = desk(group_by="kind", group_wait_secs=30.0)
    held.on_muted = lambda decision, _: muted.append(decision.reason)
    held.take(alert(0), at(0), NOW)
    held.take(alert(1), at(1), NOW + SECOND)
    silence = silence_of(f"alert={alert(1).id}", "ann", "noise", timedelta(hours=1), NOW)
    held.silences[silence.id] = silence
    assert versions(ready(held, NOW + 30 * SECOND)) == [(0, 1)]
    assert ready(held, NOW + 40 * SECOND) == []
    assert muted == [f"silence {silence.id}"]


def test_a_retraction_is_told_to_those_who_were_told_and_to_nobody_else() -> None:
    held = desk()
    gone = builders.alert(id=alert().id, version=2, status="retracted")
    held.take(gone, at(0), NOW)
    assert ready(held) == []
    held.log.note(builders.delivery(receiver="desk", alert_id=gone.id, alert_version=1))
    held.take(gone, at(0), NOW)
    assert versions(ready(held)) == [(0, 2)]


def test_what_a_receiver_has_is_not_sent_again_and_a_dead_version_is_not_either() -> None:
    log = DeliveryLog()
    log.note(builders.delivery(receiver="desk", alert_id=alert(0).id, alert_version=2))
    log.note(builders.delivery(receiver="desk", alert_id=alert(1).id, alert_version=1, status="dead"))
    held = desk(log=log)
    held.take(alert(0, 2), at(0), NOW)
    held.take(alert(1, 1), at(1), NOW)
    held.take(alert(1, 2), at(2), NOW)
    assert versions(ready(held)) == [(1, 2)]


def test_the_same_is_told_again_after_repeat_interval_under_another_key_until_it_is_old() -> None:
    held = desk(repeat_interval_secs=24 * 3_600.0)
    held.take(alert(), at(0), NOW)
    keys, now = [], NOW
    for _ in range(10):
        for notification in ready(held, now):
            keys.append(notification.idempotency_key)
            held.told(notification, None, 1, now)
        now += timedelta(hours=12)
    assert len(keys) == len(set(keys)) == 3
    assert held.settled() == (at(1),)


def test_a_receiver_without_room_waits_and_others_do_not() -> None:
    held = desk(RouteConfig(receiver="full", continues=True), RouteConfig(receiver="free"))
    held.take(alert(), at(0), NOW)
    assert [one.receiver for one in ready(held, room=lambda name: name == "free")] == ["free"]
    assert [one.receiver for one in ready(held, NOW + SECOND)] == ["full"]


def test_a_delivery_that_was_given_up_is_noted_with_its_reason() -> None:
    held = desk()
    held.take(alert(), at(0), NOW)
    (notification,) = ready(held)
    (record,) = held.told(notification, DEAD, 3, NOW)
    assert (record.status, record.reason, record.attempts) == ("dead", "answered 400", 3)
    assert held.waiting() == {}


def given_up(held: Desk, *alerts: Alert, now: datetime = NOW) -> tuple[Delivery, ...]:
    """The records of these alerts, told together and given up."""
    for offset, one in enumerate(alerts):
        held.take(one, at(offset), now)
    (notification,) = ready(held, now)
    return held.told(notification, DEAD, 8, now)


def wish(record: Delivery) -> Delivery:
    return replace(record, status="retry", at=NOW + SECOND)


class TestAsked:
    def test_what_was_given_up_is_told_after_all_together_and_under_its_key(self) -> None:
        held = desk(group_by="")
        records = given_up(held, alert(0), alert(1))
        for record in records:
            assert record.position is not None
            held.ask(wish(record), alert(int(record.alert_id, 16)), record.position, NOW)
        held.take(alert(2), at(2), NOW)
        again, other = ready(held, NOW)
        assert (versions([again]), versions([other])) == ([(0, 1), (1, 1)], [(2, 1)])
        assert {again.idempotency_key} == {record.idempotency_key for record in records}
        assert again.group == records[0].group
        assert {record.status for record in held.told(again, None, 1, NOW)} == {"sent"}
        assert held.settled() == (at(2),)
        held.told(other, None, 1, NOW)
        assert held.settled() == (at(3),)

    def test_it_is_told_whatever_mutes_it_since_somebody_asks(self) -> None:
        held = desk()
        (record,) = given_up(held, alert())
        silence = silence_of(f"alert={alert().id}", "ann", "noise", timedelta(hours=1), NOW)
        held.silences[silence.id] = silence
        held.ask(wish(record), alert(), at(0), NOW)
        assert versions(ready(held, NOW)) == [(0, 1)]

    def test_a_newer_version_takes_its_place(self) -> None:
        held = desk()
        (record,) = given_up(held, alert())
        held.ask(wish(record), alert(), at(0), NOW)
        held.take(alert(version=2), at(1), NOW)
        assert versions(ready(held, NOW)) == [(0, 2)]
        assert ready(held, NOW + 10 * SECOND) == []

    def test_a_wish_after_a_newer_version_was_told_is_answered_with_what_the_receiver_has(self) -> None:
        held = desk()
        (record,) = given_up(held, alert())
        held.take(alert(version=2), at(1), NOW)
        (newer,) = ready(held)
        (told,) = held.told(newer, None, 1, NOW)
        assert not held.may_ask(wish(record))
        answer = held.refused(wish(record), "", NOW + 2 * SECOND)
        assert (answer.alert_version, answer.status, answer.idempotency_key) == (2, "sent", told.idempotency_key)

    def test_one_whose_version_is_gone_is_given_up_again_with_the_reason(self) -> None:
        held = desk()
        (record,) = given_up(held, alert())
        answer = held.refused(wish(record), "gone", NOW)
        assert (answer.status, answer.reason, answer.alert_version) == ("dead", "gone", 1)
        assert held.may_ask(wish(record))

    def test_a_restart_does_not_take_what_is_asked_for_as_news_or_as_known_to_the_receiver(self) -> None:
        log = DeliveryLog()
        record = builders.delivery(receiver="desk", alert_id=alert().id, status="retry", position=at(0))
        log.note(record)
        held = desk(log=log, repeat_interval_secs=3_600.0)
        held.take(alert(), at(0), NOW)
        assert ready(held) == []
        held.ask(record, alert(), at(0), NOW)
        assert versions(ready(held, NOW)) == [(0, 1)]


class TestBehind:
    """A receiver without room gets everything later, and what is held for it does not grow."""

    def full(self, number: int) -> Desk:
        held = desk(RouteConfig(receiver="slow", continues=True), RouteConfig(receiver="free"), max_held=10)
        held.begin([at(0)])
        for offset in range(number):
            held.take(alert(offset), at(offset), NOW)
            for notification in ready(held, room=lambda name: name == "free"):
                held.told(notification, None, 1, NOW)
        return held

    def test_what_is_held_is_bounded_and_others_get_all(self) -> None:
        held = self.full(500)
        assert held.waiting() == {"slow": 11}
        assert held.behind() == {"slow": 489}
        assert held.settled() == (at(0),)
        assert len([key for key in held.log.last if key[0] == "free"]) == 500

    def test_the_log_is_read_on_only_when_there_is_room(self) -> None:
        held = self.full(500)
        assert held.hungry() == {}
        list(held.ready(NOW, lambda name: 16 if name == "slow" else 0))
        assert held.hungry() == {"slow": (at(11),)}

    def test_it_gets_everything_in_order_once_it_has_room(self) -> None:
        held, told = self.full(50), []
        for _ in range(30):
            for notification in ready(held):
                told += versions([notification])
                held.told(notification, None, 1, NOW)
            for receiver, (place,) in held.hungry().items():
                for offset in range(place.offset, min(place.offset + 7, 50)):
                    held.catch_up(receiver, alert(offset), at(offset), NOW)
                held.caught(receiver, ())
        assert told == [(number, 1) for number in range(50)]
        assert (held.behind(), held.waiting(), held.settled()) == ({}, {}, (at(50),))

    def test_a_version_that_is_held_is_replaced_by_the_newest_and_not_by_an_older_one_that_is_read_again(self) -> None:
        held = self.full(50)
        held.take(alert(3, 2), at(50), NOW)
        held.take(alert(3, 3), at(51), NOW)
        held.catch_up("slow", alert(3, 2), at(50), NOW)
        assert held.waiting() == {"slow": 11, "free": 1}
        assert (3, 3) in versions(ready(held, room=lambda name: 16 if name == "slow" else 0))

    def test_an_alert_that_comes_again_and_again_waits_once(self) -> None:
        held = desk(max_held=10)
        held.begin([at(0)])
        for version in range(1, 200):
            held.take(alert(0, version), at(version), NOW)
            assert ready(held, room=lambda _: 0) == []
        assert (held.waiting(), held.behind()) == ({"desk": 1}, {})
        assert versions(ready(held)) == [(0, 199)]

    def test_it_says_for_how_long_what_was_due_has_been_waiting(self) -> None:
        held = self.full(3)
        assert held.late_secs(NOW + 60 * SECOND) == {"slow": 60.0}
        (*_, last) = ready(held, NOW + 60 * SECOND)
        assert held.late_secs(NOW + 90 * SECOND) == {"slow": 30.0}
        held.told(last, None, 1, NOW)


class TestAfterADeath:
    """Version 2 replaced version 1, was taken by the receiver, and the service died before it noted that."""

    LOG = (alert(0), alert(1, 1), alert(1, 2))

    def test_nothing_is_handed_over_before_the_backlog_was_read_so_no_older_version_follows(self) -> None:
        held = desk()
        held.begin([at(0)], has_backlog=True)
        for offset, one in enumerate(self.LOG):
            held.take(one, at(offset), NOW)
            assert ready(held) == []
        held.read_back()
        assert versions(ready(held)) == [(0, 1), (1, 2)]

    def test_what_is_read_again_for_a_receiver_is_passed_over_where_a_newer_version_is_known(self) -> None:
        held = desk(max_held=0)
        held.begin([at(0)], has_backlog=True)
        held.take(self.LOG[0], at(0), NOW)
        assert ready(held) == []  # nothing more is held
        held.take(self.LOG[1], at(1), NOW)
        held.take(self.LOG[2], at(2), NOW)
        held.read_back()
        assert versions(ready(held)) == [(0, 1)]
        held.catch_up("desk", self.LOG[1], at(1), NOW)
        assert ready(held) == []
        held.catch_up("desk", self.LOG[2], at(2), NOW)
        assert held.caught("desk", ())
        assert versions(ready(held)) == [(1, 2)]

    def test_a_wish_for_the_older_one_is_not_met(self) -> None:
        held = desk()
        held.begin([at(1)], has_backlog=True)
        held.take(self.LOG[2], at(2), NOW)
        assert not held.may_ask(builders.delivery(receiver="desk", alert_id=alert(1).id, alert_version=1, status="retry"))


def test_what_is_older_than_its_topic_is_forgotten() -> None:
    log = DeliveryLog()
    log.note(builders.delivery(receiver="desk", alert_id="old", group="old", at=NOW - timedelta(days=91)))
    log.note(builders.delivery(receiver="desk", alert_id="new", group="new", at=NOW))
    log.forget(NOW - timedelta(days=90))
    assert (list(log.last), list(log.told_at)) == ([("desk", "new")], ["new"])


@pytest.mark.parametrize("order", [{"a": 1, "b": 2}, {"b": 2, "a": 1}])
def test_a_key_depends_on_what_is_delivered_to_whom_alone(order: dict[str, int]) -> None:
    assert idempotency_key("desk", order) == idempotency_key("desk", {"a": 1, "b": 2})
    assert len({idempotency_key(name, order, repeat) for name in ("desk", "chat") for repeat in (0, 1)}) == 4


def test_one_decision_is_a_function_of_what_it_is_given() -> None:
    given_ = (Arrival(alert=alert(), labels=labels(alert()), arrived_at=NOW), Router(tree_of(SubscribersConfig(receiver="desk"))))
    assert decide(*given_, (), Inhibitors(), DeliveryLog(), NOW) == decide(*given_, (), Inhibitors(), DeliveryLog(), NOW)


STEPS = st.lists(
    st.tuples(st.sampled_from(["alert", "ready", "sent", "dead", "crash"]), st.integers(0, 3), st.integers(0, 40)), max_size=40
)


@given(STEPS, st.sampled_from([{}, {"group_by": "kind", "group_wait_secs": 10.0, "group_interval_secs": 20.0}]))
@settings(max_examples=150, deadline=None)
def test_nothing_is_lost_and_no_version_goes_back_whatever_happens_in_whatever_order(
    steps: list[tuple[str, int, int]], times: dict[str, object]
) -> None:
    log: list[Alert] = []  # the topic
    notes = DeliveryLog()  # the topic of deliveries
    place, now = 0, NOW
    newest: dict[int, int] = {}
    seen: dict[int, list[int]] = {}
    keys: dict[tuple[str, ...], str] = {}
    held, read, in_hand = desk(**times), 0, []  # type: ignore[var-annotated]

    def work(action: str, number: int) -> None:
        nonlocal held, read, place
        if action == "alert":
            newest[number] = newest.get(number, 0) + 1
            log.append(alert(number, newest[number]))
        elif action == "crash":
            restored = DeliveryLog(dict(notes.last), dict(notes.told_at))
            held, read = desk(log=restored, **times), place
            in_hand.clear()
        elif action == "ready":
            while read < len(log):
                held.take(log[read], at(read), now)
                read += 1
            in_hand.extend(ready(held, now))
        elif in_hand:
            notification = in_hand.pop(0)
            for one, version in versions([notification]):
                seen.setdefault(one, []).append(version)
            named = tuple(f"{one.id}.{one.version}" for one in notification.alerts)
            assert keys.setdefault(tuple(sorted(named)), notification.idempotency_key) == notification.idempotency_key
            for record in held.told(notification, None, 1, now):
                notes.note(record)
            place = min((one.offset for one in held.settled()), default=place)

    for action, number, seconds in steps:
        now += seconds * SECOND
        work("sent" if action == "dead" else action, number)
    for _ in range(2 * len(log) + 5):
        now += 60 * SECOND
        work("ready", 0)
        work("sent", 0)
    assert {number: found[-1] for number, found in seen.items()} == newest
    assert all(found == sorted(found) for found in seen.values())


@given(
    st.lists(st.tuples(st.sampled_from(["alert", "read", "sent", "lost", "crash", "again"]), st.integers(0, 6)), max_size=60),
    st.integers(1, 3),
)
@settings(max_examples=150, deadline=None)
def test_a_receiver_without_room_loses_nothing_whatever_happens_in_whatever_order(steps: list[tuple[str, int]], rooms: int) -> None:
    """The receiver takes `rooms` at a time, and two are held for it; the rest has to be read again, through crashes too.

    With `lost` it has taken what it has in hand, and the service dies before it has noted it.
    """
    log: list[Alert] = []
    notes, place, read = DeliveryLog(), 0, 0
    newest: dict[int, int] = {}
    seen: dict[int, list[int]] = {}
    in_hand: list[Notification] = []
    backlog = 0

    def started() -> Desk:
        made = desk(log=DeliveryLog(dict(notes.last), dict(notes.told_at)), max_held=2)
        made.begin([at(place)], has_backlog=True)
        return made

    held = started()

    def work(action: str, number: int) -> None:
        nonlocal held, read, place, backlog
        if action == "alert":
            newest[number] = newest.get(number, 0) + 1
            log.append(alert(number, newest[number]))
        elif action in ("crash", "lost"):
            for one, version in versions(in_hand) if action == "lost" else ():
                seen.setdefault(one, []).append(version)
            in_hand.clear()
            held, read, backlog = started(), place, len(log)
        elif action == "read":
            while read < len(log):
                held.take(log[read], at(read), NOW)
                read += 1
                if read >= backlog:
                    held.read_back()
                in_hand.extend(held.ready(NOW, lambda _: rooms - len(in_hand)))
            if read >= backlog:
                held.read_back()
            assert sum(held.waiting().values()) <= 2 + 1 + rooms + 1
        elif action == "again":
            for receiver, (where,) in held.hungry().items():
                for offset in range(where.offset, min(where.offset + 2, len(log))):
                    held.catch_up(receiver, log[offset], at(offset), NOW)
                held.caught(receiver, ())
            in_hand.extend(held.ready(NOW, lambda _: rooms - len(in_hand)))
        elif in_hand:
            notification = in_hand.pop(0)
            for one, version in versions([notification]):
                seen.setdefault(one, []).append(version)
            for record in held.told(notification, None, 1, NOW):
                notes.note(record)
            place = min((one.offset for one in held.settled()), default=place)

    for action, number in steps:
        work(action, number)
    for _ in range(4 * len(log) + 5):
        for action in ("read", "again", "sent"):
            work(action, 0)
    assert {number: found[-1] for number, found in seen.items()} == newest
    assert all(found == sorted(found) for found in seen.values())
    assert (held.waiting(), held.behind()) == ({}, {})

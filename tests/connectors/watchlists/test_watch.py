"""Who in an alert may be on a list, and where that is told: labels, routes, silences, webhooks, terminal; of invented names."""

import io
import json
import os
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.config import RouteConfig, SubscribersConfig, WatchlistConfig, WatchlistsConfig
from connectors.errors import WatchlistError
from connectors.messages.alert import Alert, Quote
from connectors.messages.analysis import Position
from connectors.messages.signal import Actor
from connectors.subscribers.chat import slack_message
from connectors.subscribers.desk import Desk
from connectors.subscribers.labels import labels
from connectors.subscribers.mail import message_of
from connectors.subscribers.receivers import Notification
from connectors.subscribers.routing import Router, checked_config
from connectors.subscribers.silences import silence_of
from connectors.subscribers.terminal import JsonLines, Terminal
from connectors.subscribers.webhook import body_of
from connectors.watchlists.base import NOBODY, Entry, as_dict, names_of
from connectors.watchlists.imo import imo_numbers, is_imo
from connectors.watchlists.make import watch_of
from connectors.watchlists.watch import LOOK_SECS, Watcher, load
from tests import builders
from tests.connectors.watchlists.asking import a_list

NOW = builders.PUBLISHED_AT
ZUBKOVETS = Entry(id="P1", type="person", names=("Viktor Sergeevich Zubkovets", "Виктор Зубковец"), weak_names=("Vitya",))
ZORBEL = Entry(id="C1", type="firm", names=("Zorbel Shipping LLC",))
OCEAN = Entry(id="V1", type="vessel", names=("OCEAN ZORBEL",), imo_numbers=("9074729",))
POSITION = Position(topic="alerts.threat", partition=0, offset=1)


def about(*targets: Actor, quote: str = "", **given_: object) -> Alert:
    quotes = (Quote(article_id="a", signal_id="s", quote=quote, start=0, end=len(quote), commitment=2),) if quote else ()
    return builders.alert(targets=targets, evidence=quotes, **given_)


def named(name: str, id_: str | None = None) -> Actor:
    return Actor(id=id_, name=name)


def watcher() -> Watcher:
    return Watcher((a_list(ZUBKOVETS, ZORBEL, name="desk"), a_list(ZORBEL, OCEAN, name="ships")))


def test_parties_are_matched_with_score_reasons_and_role() -> None:
    (match,) = watcher().matches(about(named("the shipowner Viktor Zubkovets")))
    assert (match.watchlist, match.entry_id, match.entry_type, match.role) == ("desk", "P1", "person", "target")
    assert match.name == "the shipowner Viktor Zubkovets"
    assert match.score == pytest.approx(sum(term.value for term in match.terms)) == pytest.approx(1.0)


def test_an_entry_on_two_lists_is_told_of_both_and_each_once() -> None:
    found = watcher().matches(about(named("Zorbel Shipping"), named("Zorbel Shipping Ltd")))
    assert [(match.watchlist, match.entry_id, match.role) for match in found] == [
        ("desk", "C1", "target"),
        ("ships", "C1", "target"),
    ]
    assert names_of(found) == ("desk", "ships")


def test_whoever_stands_for_a_state_is_matched_as_a_person_alone() -> None:
    assert names_of(watcher().matches(about(named("Viktor Zubkovets", "ZUB")))) == ("desk",)
    state = Watcher(
        (a_list(Entry(id="V", type="vessel", names=("Zubrovia Star",)), Entry(id="A", type="any", names=("Zubrovia",))),)
    )
    assert state.matches(about(named("Zubrovia", "ZUB"), named("Zubrovia Star", "ZUB"))) == ()


@pytest.mark.parametrize(
    ("quote", "found"),
    [
        ("The court froze what Viktor Zubkovets and Anton Dorin own.", {"P1"}),
        ("Accounts of Zubkovets, Viktor were frozen.", set()),
        ("Its tanker Sea Dorin (IMO: 9074729) was boarded.", {"V1"}),
        ("Its tanker Sea Dorin (IMO: 9074728) was boarded.", set()),
        ("Sanctions hit ZORBEL SHIPPING LLC, it said.", {"C1"}),
        ("Igor Zubkovets spoke.", set()),
        ("Vitya spoke of Zorbel.", set()),
        ("On Monday Wiktor Zubkovetz spoke.", {"P1"}),
    ],
)
def test_quotes_are_looked_through_for_what_stands_there_as_on_the_list(quote: str, found: set[str]) -> None:
    matches = watcher().matches(about(quote=quote))
    assert {match.entry_id for match in matches} == found
    assert {match.role for match in matches} <= {"quoted"}


@pytest.mark.parametrize(("digits", "is_one"), [("9074729", True), ("9074728", False), ("907472", False), ("٩٠٧٤٧٢٩", False)])
def test_the_last_digit_of_an_imo_number_is_checked(digits: str, is_one: bool) -> None:
    assert is_imo(digits) is is_one


def test_imo_numbers_are_read_where_a_text_calls_them_so() -> None:
    text = "IMO 9074729, imo number: 9074729, IMO No. 9074729 and 9074729; IMO 90747290"
    assert imo_numbers(text) == ("9074729",)
    assert imo_numbers("call 9074729") == ()


def test_without_lists_nobody_is_watched_for() -> None:
    assert watch_of(WatchlistsConfig()) is NOBODY
    assert NOBODY.matches(about(named("Viktor Zubkovets"))) == ()


@settings(deadline=None)
@given(st.text(max_size=300), st.text(max_size=300))
def test_any_text_can_be_asked_for(name: str, quote: str) -> None:
    for match in watcher().matches(about(named(name), quote=quote)):
        assert 0.85 <= match.score <= 1


def test_the_lists_are_values_of_a_label_that_routes_and_silences_know() -> None:
    alert = about(named("Zorbel Shipping"))
    found = labels(alert, names_of(watcher().matches(alert)))
    assert found["watchlist"] == ("desk", "ships")
    assert "watchlist" not in labels(alert)
    config = SubscribersConfig(receiver="rest", routes=(RouteConfig(matchers='watchlist="ships"', receiver="desk"),))
    router = Router(checked_config(config))
    assert [route.receiver for route in router.routes_of(found)] == ["desk"]
    assert [route.receiver for route in router.routes_of(labels(alert))] == ["rest"]


def test_the_desk_routes_and_silences_by_the_lists_and_hands_over_who_was_found() -> None:
    config = SubscribersConfig(receiver="rest", routes=(RouteConfig(matchers="watchlist=ships", receiver="desk"),))
    alert = about(named("Zorbel Shipping"))
    desk = Desk(Router(checked_config(config)), watch=watcher())
    desk.take(alert, POSITION, NOW)
    (notification,) = desk.ready(NOW, lambda _name: 1)
    assert notification.receiver == "desk"
    assert names_of(notification.watched[alert.id]) == ("desk", "ships")
    mute = silence_of("watchlist=desk", "ann", "known", timedelta(hours=1), NOW)
    silent = Desk(Router(checked_config(config)), watch=watcher(), silences={mute.id: mute})
    silent.take(alert, POSITION, NOW)
    assert list(silent.ready(NOW, lambda _name: 1)) == []


def test_webhooks_mails_and_chats_tell_who_was_found_beside_the_alert() -> None:
    alert = about(named("Zorbel Shipping"))
    found = watcher().matches(alert)
    made = {"receiver": "r", "group": "g", "alerts": (alert,), "received_at": NOW, "idempotency_key": "k"}
    told = Notification(**made, watched={alert.id: found})  # type: ignore[arg-type]
    (item,) = json.loads(body_of(told))["alerts"]
    assert item["watchlists"] == [as_dict(match) for match in found]
    assert "watchlists" not in item["alert"]
    (bare,) = json.loads(body_of(Notification(**made)))["alerts"]  # type: ignore[arg-type]
    assert bare == {**item, "watchlists": []}
    line = "“Zorbel Shipping” (target) may be Zorbel Shipping LLC of ships, 1.00: the name agrees +1.00"
    assert line in json.dumps(slack_message(told), ensure_ascii=False)
    assert line in message_of(told, "a@x.example", "b@x.example").get_body(("plain",)).get_content()  # type: ignore[union-attr]


def test_the_terminal_prints_who_was_found_and_json_has_it_as_an_addition() -> None:
    alert = about(named("Zorbel Shipping"))
    shown, lines = io.StringIO(), io.StringIO()
    Terminal(shown, watch=watcher()).deliver(alert, NOW)
    JsonLines(lines, watcher()).deliver(alert, NOW)
    JsonLines(lines, watcher()).deliver(about(named("Nobody")), NOW)
    assert "  watched  “Zorbel Shipping” (target) may be Zorbel Shipping LLC of desk, 1.00: the name" in shown.getvalue()
    first, second = map(json.loads, lines.getvalue().splitlines())
    assert [match["watchlist"] for match in first["watchlists"]] == ["desk", "ships"]
    assert "watchlists" not in second


def test_what_a_file_says_of_itself_cannot_disturb_a_terminal(tmp_path: Path) -> None:
    path, told = tmp_path / "entities.json", []
    lines = [json.dumps({"id": "a", "schema": f"\x1b[2J{number}", "properties": {}}) for number in range(150)]
    lines.append(json.dumps({"id": "b", "schema": "Person", "properties": {"name": ["Viktor Zubkovets"]}}))
    path.write_text("\n".join(lines), encoding="utf-8")
    watch_of(WatchlistsConfig(lists=(WatchlistConfig(name="desk", path=path),)), told.append)
    assert "watchlist desk: passed over 50: other schemas" in told
    assert "\x1b" not in "".join(told)


class Clock:
    """Seconds that pass when they are told to."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def rewrite(path: Path, text: str) -> None:
    before = path.stat().st_mtime_ns
    path.write_text(text, encoding="utf-8")
    os.utime(path, ns=(before + 1_000_000, before + 1_000_000))


def test_a_file_that_changes_is_read_again_while_the_old_list_is_asked(tmp_path: Path) -> None:
    path, clock, told = tmp_path / "names.txt", Clock(), []
    path.write_text("Viktor Zubkovets\n", encoding="utf-8")
    watching = Watcher([load(WatchlistConfig(name="desk", path=path))], told.append, clock)
    one, other = about(named("Viktor Zubkovets")), about(named("Anton Dorin"))
    rewrite(path, "Anton Dorin\n")
    assert names_of(watching.matches(one)) == ("desk",)
    clock.now += LOOK_SECS
    watching.matches(one)
    watching.wait()
    assert (names_of(watching.matches(one)), names_of(watching.matches(other))) == ((), ("desk",))
    assert told == [f"watchlist desk: 1 names of 1 entries (1 any) from {path}"]


def test_a_file_that_cannot_be_read_again_leaves_the_old_list_and_is_told_once(tmp_path: Path) -> None:
    path, clock, told = tmp_path / "names.txt", Clock(), []
    path.write_text("Viktor Zubkovets\n", encoding="utf-8")
    watching = Watcher([load(WatchlistConfig(name="desk", path=path))], told.append, clock)
    rewrite(path, "# empty\n")
    for _ in range(3):
        clock.now += LOOK_SECS
        assert names_of(watching.matches(about(named("Viktor Zubkovets")))) == ("desk",)
        watching.wait()
    assert len(told) == 1
    assert told[0].startswith(f"watchlist desk stays as it was: {path}: holds no name in 1 lines")
    path.unlink()
    clock.now += LOOK_SECS
    watching.matches(about())
    watching.wait()
    assert "cannot be read" in told[1]


def test_a_defect_in_reading_leaves_the_old_list_and_is_told_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, clock, told = tmp_path / "names.txt", Clock(), []
    path.write_text("Viktor Zubkovets\n", encoding="utf-8")
    watching = Watcher([load(WatchlistConfig(name="desk", path=path))], told.append, clock)
    rewrite(path, "Anton Dorin\n")
    monkeypatch.setattr("connectors.watchlists.watch.load", lambda _: {}["name"])
    for _ in range(3):
        clock.now += LOOK_SECS
        assert names_of(watching.matches(about(named("Viktor Zubkovets")))) == ("desk",)
        watching.wait()
    assert told == ["watchlist desk stays as it was: 'name'"]


def test_bad_lines_of_a_list_are_told_at_the_start(tmp_path: Path) -> None:
    path, told = tmp_path / "names.csv", []
    path.write_text("name,type\nZorbel,firm\nDorin,wizard\n\n", encoding="utf-8")
    watch_of(WatchlistsConfig(lists=(WatchlistConfig(name="desk", path=path),)), told.append)
    assert told == [
        f"watchlist desk: 1 names of 1 entries (1 firm) from {path}",
        "watchlist desk: passed over 1: comments and empty lines",
        "watchlist desk: 1 lines could not be read: line 3: 'wizard' is no type; "
        "types are person, firm, organisation, vessel and any",
    ]


def test_a_list_that_cannot_be_read_at_the_start_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(WatchlistError, match="cannot be read"):
        watch_of(WatchlistsConfig(lists=(WatchlistConfig(name="desk", path=tmp_path / "none.txt"),)))

"""From records to a subscriber."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from connectors.errors import MessageError
from connectors.kafka import Stored
from connectors.messages.alert import Alert
from connectors.messages.analysis import Position
from connectors.messages.codec import encode
from connectors.subscribers.base import ListSubscriber
from connectors.subscribers.reader import Choice, deliver_all, is_wanted, read_messages
from connectors.topics import ALERTS_THREAT

NOW = datetime(2026, 3, 2, 9, 0, 2, tzinfo=UTC)


def _stored(value: bytes | None, headers: tuple[tuple[str, bytes], ...] = ()) -> Stored:
    return Stored(ALERTS_THREAT, Position(topic="alerts.threat", partition=0, offset=3), 0, b"key", value, headers)


def _refuse(stored: Stored, error: MessageError) -> None:
    pytest.fail(f"{stored.position}: {error}")


@pytest.mark.parametrize(
    ("choice", "wanted"),
    [
        (Choice(), True),
        (Choice(kinds=("threat", "imposed")), True),
        (Choice(kinds=("imposed",)), False),
        (Choice(senders=("nor",)), True),
        (Choice(senders=("norway",)), True),
        (Choice(senders=("TCD",)), False),
        (Choice(targets=("TCD",), senders=("NOR",)), True),
        (Choice(targets=("TCD",), kinds=("eased",)), False),
    ],
)
def test_every_list_that_is_given_must_name_something_of_the_alert(choice: Choice, wanted: bool, alert: Alert) -> None:
    assert is_wanted(choice, alert) is wanted


def test_records_become_alerts_and_tombstones_nothing(alert: Alert) -> None:
    record = encode(alert)
    assert list(read_messages(Alert, [_stored(None), _stored(record.value, record.headers)], _refuse)) == [alert]


def test_a_record_that_is_no_alert_is_told_and_passed_over(alert: Alert) -> None:
    told: list[str] = []
    records = [_stored(b"\xff"), _stored(b"{}"), _stored(encode(alert).value)]
    assert list(read_messages(Alert, records, lambda stored, error: told.append(f"{stored.position.offset} {error.subject}"))) == [
        alert
    ]
    assert len(told) == 2


def test_only_what_is_chosen_is_delivered_and_counted(alert: Alert) -> None:
    subscriber = ListSubscriber()
    eased = replace(alert, kind="eased", family="easing")
    assert deliver_all([alert, eased, alert], Choice(kinds=("threat",)), subscriber, lambda: NOW) == 2
    assert subscriber.alerts == [alert, alert]

"""The newest version of each alert, from topics that hold all of them."""

from connectors.errors import MessageError
from connectors.kafka import Stored
from connectors.messages.alert import Alert
from connectors.messages.codec import decode
from connectors.subscribers.exports.json_lines import json_lines_of
from connectors.subscribers.exports.newest import newest_of_each
from connectors.topics import ALERTS_THREAT
from tests.connectors.exports.alerts import SETTING, full, numbered
from tests.connectors.readmodel.stored import raw, stored


def told(*records: Stored) -> list[tuple[str, int]]:
    bad: list[tuple[Stored, MessageError]] = []
    return [(alert.id, alert.version) for alert in newest_of_each(lambda: records, lambda *one: bad.append(one))]


def test_each_alert_comes_once_in_its_newest_version() -> None:
    one, two = numbered(1), numbered(2)
    records = [stored(one), stored(two), stored(numbered(1, version=2, status="updated"))]
    assert told(*records) == [(two.id, 1), (one.id, 2)]


def test_a_deleted_alert_is_none_and_comes_again_when_it_is_told_again() -> None:
    one = numbered(1)
    gone = raw(ALERTS_THREAT, one.id.encode(), None)
    assert told(stored(one), gone) == []
    assert told(stored(one), gone, stored(one)) == [(one.id, 1)]


def test_what_is_no_alert_is_told_and_passed_over() -> None:
    bad: list[Stored] = []
    records = [raw(ALERTS_THREAT, b"k", b"{"), stored(numbered(1))]
    assert len(list(newest_of_each(lambda: records, lambda record, _: bad.append(record)))) == 1
    assert bad == records[:1]


def test_an_alert_that_is_compacted_away_between_the_readings_comes_in_its_new_version() -> None:
    first, second = stored(numbered(1)), stored(numbered(1, version=2, status="updated"))
    readings = iter([[first], [second]])
    assert [one.version for one in newest_of_each(lambda: next(readings), lambda *_: None)] == [2]


def test_json_lines_are_the_messages() -> None:
    (line,) = b"".join(json_lines_of([full()], SETTING)).splitlines()
    assert decode(Alert, line) == full()
    assert line.isascii()

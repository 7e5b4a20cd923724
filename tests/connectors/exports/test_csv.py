"""CSV: a row for each alert, nothing that a spreadsheet would run, and a file that stays readable whatever kills its writer."""

import csv
import io
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.subscribers.exports.csv_file import CsvFile
from connectors.subscribers.exports.csv_rows import COLUMNS, csv_of, harmless, header, row_of
from connectors.subscribers.receivers import Notification
from tests import builders
from tests.connectors.exports.alerts import ALLIES, NAMES, NOW, SETTING, full, hostile, numbered

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def read(data: bytes, delimiter: str = ",") -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode(), newline=""), delimiter=delimiter, strict=True))


class TestRows:
    def test_an_alert_is_a_row_under_the_names_of_its_columns(self) -> None:
        (alert,) = list(csv.DictReader(io.StringIO(b"".join(csv_of([full()], SETTING)).decode())))
        assert (alert["senders"], alert["sender_names"]) == ("USA | its allies", "United States | its allies")
        assert (alert["id"], alert["version"], alert["kind"]) == (builders.ALERT_ID, "3", "threat")
        assert (alert["quote"], alert["urls"], alert["last_at"]) == (builders.QUOTE, builders.URL, "2021-12-31T08:00:00Z")
        assert (alert["callers"], alert["deniers"], alert["deadlines"]) == ("EU", "RUS", "within two weeks")

    def test_no_alerts_are_a_header(self) -> None:
        assert read(b"".join(csv_of([], SETTING))) == [list(COLUMNS)]

    @pytest.mark.parametrize("size", [0, 1_000_000])
    def test_a_hostile_alert_is_one_row_of_harmless_cells(self, size: int) -> None:
        lines = b"".join(csv_of([hostile(size), full()], SETTING))
        rows = read(lines)
        assert [len(row) for row in rows] == 3 * [len(COLUMNS)]
        assert lines.count(b"\n") == 3
        assert not [cell for row in rows for cell in row if cell.startswith(FORMULA_STARTS)]
        assert not [cell for row in rows for cell in row if not cell.isprintable()]
        assert len(lines) < 400_000

    @pytest.mark.parametrize("delimiter", [",", ";"])
    def test_no_cell_is_a_formula_where_the_semicolon_parts_cells(self, delimiter: str) -> None:
        text = "said; =1+1;=cmd|'/c calc'!A1;\t@SUM(A1)"
        row = row_of(full(deadlines=(text,)), NAMES).decode().strip()
        cells = [cell.strip(' "') for cell in row.split(delimiter)]
        assert not [cell for cell in cells if cell.startswith(FORMULA_STARTS)]

    @settings(deadline=None)
    @given(st.text(max_size=60))
    def test_whatever_is_in_a_text_no_cell_begins_a_formula(self, text: str) -> None:
        cell = str(harmless(text))
        assert not cell.startswith(FORMULA_STARTS)
        ((read_back,),) = read(b'"' + cell.replace('"', '""').encode() + b'"\r\n')
        assert read_back == cell

    def test_a_number_stays_a_number(self) -> None:
        (row,) = read(row_of(replace(full(), severity_score=-0.25), NAMES))
        assert row[list(COLUMNS).index("severity_score")] == "-0.25"

    def test_the_mark_between_values_is_in_none_of_them(self) -> None:
        (row,) = read(row_of(full(senders=(ALLIES, replace(ALLIES, name="A | B Company"))), NAMES))
        assert row[list(COLUMNS).index("senders")].split(" | ") == ["its allies", "A ¦ B Company"]


def notification(number: int) -> Notification:
    return Notification(receiver="sheet", group="g", alerts=(numbered(number),), idempotency_key="k", received_at=NOW)


class TestFile:
    def test_rows_are_appended_below_one_header(self, tmp_path: Path) -> None:
        path = tmp_path / "new" / "alerts.csv"
        for _ in range(2):
            assert CsvFile(path, NAMES).notify(notification(1)) is None
        assert path.read_bytes() == header() + 2 * row_of(numbered(1), NAMES)

    def test_half_a_row_is_ended_and_the_next_is_whole(self, tmp_path: Path) -> None:
        path, row = tmp_path / "alerts.csv", row_of(numbered(1, deadlines=('the „end" of März',)), NAMES)
        for cut in range(len(row)):
            path.write_bytes(header() + row[:cut])
            assert CsvFile(path, NAMES).notify(notification(2)) is None
            rows = read(path.read_bytes())
            assert rows[-1] == read(row_of(numbered(2), NAMES))[0], cut
            assert len(rows) == (3 if cut else 2), cut

    def test_a_place_that_cannot_be_written_is_tried_again(self, tmp_path: Path) -> None:
        outcome = CsvFile(tmp_path).notify(notification(1))
        assert outcome is not None
        assert outcome.retry

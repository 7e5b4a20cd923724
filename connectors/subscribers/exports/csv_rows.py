"""CSV (RFC 4180): a row for each alert, for spreadsheets and programs.

A spreadsheet takes a cell that begins with `=`, `+`, `-`, `@`, a tab or a line break for a formula, and formulas can run programs
and send data away (OWASP, "CSV Injection"). Every text is put through `plain`, so it is one line without control characters, and
one that begins in such a way gets an apostrophe before it, which says that it is text. So does what follows a semicolon, the mark
that parts cells where the comma stands in decimals. Every cell is quoted.

Several values in a cell are parted by " | ".
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

from connectors.messages.alert import Alert
from connectors.messages.fields import format_time
from connectors.messages.signal import Actor
from connectors.subscribers.exports.common import QUOTE_LIMIT, Setting, link_of, parties_of
from connectors.subscribers.plain import plain
from connectors.subscribers.words import Names, headline

CELL_LIMIT = 32_000  # a cell of Excel holds 32,767 characters
MARK = " | "
# The last four are the same characters in full width, which Japanese and Chinese spreadsheets read alike.
FORMULA = re.compile(r"(^|;)(\s*)(?=[=+\-@\uff1d\uff0b\uff0d\uff20])")
Cell: TypeAlias = str | int | float


def _many(texts: Iterable[str]) -> str:
    return MARK.join(dict.fromkeys(plain(text, QUOTE_LIMIT).replace("|", "¦") for text in texts if text))


def _codes(alert: Alert, actors: Iterable[Actor], names: Names) -> str:
    return _many(party.id or party.name for party in parties_of(alert, actors, names))


def _named(alert: Alert, actors: Iterable[Actor], names: Names) -> str:
    return _many(party.name for party in parties_of(alert, actors, names))


COLUMNS: dict[str, Callable[[Alert, Names], Cell]] = {
    "id": lambda alert, _: alert.id,
    "version": lambda alert, _: alert.version,
    "status": lambda alert, _: alert.status,
    "kind": lambda alert, _: alert.kind,
    "severity": lambda alert, _: alert.severity,
    "severity_score": lambda alert, _: round(alert.severity_score, 4),
    "confidence": lambda alert, _: round(alert.confidence, 4),
    "commitment": lambda alert, _: alert.commitment,
    "headline": lambda alert, names: headline(alert, names),
    "senders": lambda alert, names: _codes(alert, alert.senders, names),
    "sender_names": lambda alert, names: _named(alert, alert.senders, names),
    "targets": lambda alert, names: _codes(alert, alert.targets, names),
    "target_names": lambda alert, names: _named(alert, alert.targets, names),
    "callers": lambda alert, names: _codes(alert, alert.callers, names),
    "violators": lambda alert, names: _codes(alert, alert.violators, names),
    "deniers": lambda alert, names: _codes(alert, [actor for one in alert.contested for actor in one.deniers], names),
    "measures": lambda alert, _: _many(alert.measures),
    "conditions": lambda alert, _: _many(condition.text for condition in alert.conditions),
    "deadlines": lambda alert, _: _many(alert.deadlines),
    "first_at": lambda alert, _: format_time(alert.first_at),
    "last_at": lambda alert, _: format_time(alert.last_at),
    "source_count": lambda alert, _: alert.source_count or len(alert.sources),
    "outlet_count": lambda alert, _: alert.outlet_count,
    "independent_outlet_count": lambda alert, _: alert.independent_outlet_count,
    "outlets": lambda alert, _: _many(source.outlet for source in alert.sources),
    "urls": lambda alert, _: _many(link_of(source.url) for source in alert.sources),
    "quote": lambda alert, _: alert.evidence[0].quote if alert.evidence else "",
    "rules": lambda alert, _: _many(sorted({quote.rule for quote in alert.evidence})),
    "related": lambda alert, _: _many(alert.related),
    "superseded_by": lambda alert, _: alert.superseded_by,
}


def csv_of(alerts: Iterable[Alert], setting: Setting) -> Iterator[bytes]:
    """Yield the header and a row for each alert."""
    yield header()
    for alert in alerts:
        yield row_of(alert, setting.names)


def header() -> bytes:
    """Return the line with the names of the columns."""
    return _line(COLUMNS)


def row_of(alert: Alert, names: Names) -> bytes:
    """Return the line of an alert."""
    return _line(harmless(column(alert, names)) for column in COLUMNS.values())


def harmless(cell: Cell) -> Cell:
    """Return a cell that no spreadsheet takes for a formula; numbers stay as they are."""
    return FORMULA.sub(r"\1\2'", plain(cell, CELL_LIMIT)) if isinstance(cell, str) else cell


def _line(cells: Iterable[Cell]) -> bytes:
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerow(cells)
    return text.getvalue().encode()

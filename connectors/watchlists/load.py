"""A file of names, read one line after the other.

- `txt`: a name a line; empty lines and those that begin with `#` are left out.
- `csv`: a header with `name`, and if there are such `id`, `aliases`, `weak_aliases`, `type` (or `schema`) and `imo`; several values
  in one cell are parted by `;`. The simple table of OpenSanctions is such a file.
- `ftm`: an entity of FollowTheMoney a line, as JSON (https://www.opensanctions.org/docs/bulk/json); persons, firms, other bodies
  and ships are taken, and entities of other schemas, such as addresses and sanctions, are passed over and counted.

Files are not trusted: lines, names and the file itself have a greatest size. A line that cannot be read is counted and told, and
does not stop the rest. No file is shipped: whose names are watched, and under which licence, is the user's affair.
"""

import csv
import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from connectors.config import WatchlistFormat
from connectors.errors import WatchlistError
from connectors.watchlists.base import Entry, EntryType
from connectors.watchlists.imo import is_imo
from connectors.watchlists.names import MAX_CHARACTERS

MAX_BYTES = 8 * 1024**3
MAX_LINE = 2_000_000  # bytes; an entity with hundreds of names has less
MAX_NAMES = 5_000_000
MAX_NAMES_OF_ENTRY = 500
MAX_TOLD = 5
MAX_KINDS = 100
FORMATS: dict[str, WatchlistFormat] = {
    ".txt": "txt",
    ".csv": "csv",
    ".tsv": "csv",
    ".json": "ftm",
    ".jsonl": "ftm",
    ".ndjson": "ftm",
    ".ftm": "ftm",
}
SCHEMAS: dict[str, EntryType] = {
    "Person": "person",
    "Company": "firm",
    "Organization": "organisation",
    "PublicBody": "organisation",
    "LegalEntity": "any",
    "Vessel": "vessel",
}
TYPES: dict[str, EntryType] = {
    **{schema.casefold(): type_ for schema, type_ in SCHEMAS.items()},
    "organisation": "organisation",
    "individual": "person",
    "firm": "firm",
    "ship": "vessel",
    "entity": "any",
    "any": "any",
    "": "any",
}
NAME_KEYS, WEAK_KEYS = ("name", "alias", "previousName"), ("weakAlias", "abbreviation")


class _BadLineError(Exception):
    """A line cannot be read; the text says why."""


@dataclass(slots=True)
class Report:
    """What became of a file.

    Attributes:
        lines, entries, names: how many were read.
        types: entries of each type.
        passed_over: what was left out on purpose, by why, such as the schema.
        bad: lines that could not be read.
        told: the first of them, `line 12: is no JSON`.
    """

    lines: int = 0
    entries: int = 0
    names: int = 0
    types: Counter[str] = field(default_factory=Counter)
    passed_over: Counter[str] = field(default_factory=Counter)
    bad: int = 0
    told: list[str] = field(default_factory=list)

    def refuse(self, line: int, why: str) -> None:
        """Count a line that cannot be read."""
        self.bad += 1
        if len(self.told) < MAX_TOLD:
            self.told.append(f"line {line}: {why}")


def entries_of(path: Path, format_: WatchlistFormat, report: Report) -> Iterator[Entry]:
    """Yield the entries of a file.

    Args:
        path: the file.
        format_: what it is; `auto` goes by the end of its name.
        report: is filled meanwhile.

    Raises:
        WatchlistError: the file cannot be read, is too large, is of no known format, or holds nothing.
    """
    read = _reader(path, format_)
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise WatchlistError(str(path), f"has {size} bytes, more than {MAX_BYTES}", "keep the entities that you watch for")
        for entry in read(path, report):
            report.entries += 1
            report.names += len(entry.names) + len(entry.weak_names)
            report.types[entry.type] += 1
            if report.names > MAX_NAMES:
                raise WatchlistError(
                    f"{path} line {report.lines}", f"there are more than {MAX_NAMES} names", "part it into several lists"
                )
            yield entry
    except OSError as error:
        raise WatchlistError(str(path), f"cannot be read: {error.strerror}", "name a file that is there in [watchlists]") from error
    if not report.entries:
        first = f"; {report.told[0]}" if report.told else ""
        raise WatchlistError(str(path), f"holds no name in {report.lines} lines{first}", "see README, Watchlists, for the formats")


def _reader(path: Path, format_: WatchlistFormat) -> Callable[[Path, Report], Iterator[Entry]]:
    known = FORMATS.get(path.suffix.casefold()) if format_ == "auto" else format_
    if known is None or known == "auto":
        raise WatchlistError(str(path), "its name does not say its format", "set format to txt, csv or ftm")
    return {"txt": _read_text, "csv": _read_table, "ftm": _read_entities}[known]


def _lines(path: Path, report: Report) -> Iterator[tuple[int, str]]:
    """Yield number and text of each line that can be read."""
    with path.open("rb") as file:
        while line := file.readline(MAX_LINE + 1):
            report.lines += 1
            if len(line) > MAX_LINE:
                while line and not line.endswith(b"\n"):
                    line = file.readline(MAX_LINE)
                report.refuse(report.lines, f"has more than {MAX_LINE} bytes")
                continue
            try:
                text = line.decode("utf-8-sig" if report.lines == 1 else "utf-8")
            except UnicodeDecodeError:
                report.refuse(report.lines, "is not UTF-8")
                continue
            yield report.lines, text.rstrip("\r\n")


def _read_text(path: Path, report: Report) -> Iterator[Entry]:
    for number, line in _lines(path, report):
        name = line.strip()
        if not name or name.startswith("#"):
            report.passed_over["comments and empty lines"] += 1
            continue
        try:
            yield _entry("", "any", [name])
        except _BadLineError as error:
            report.refuse(number, str(error))


def _read_table(path: Path, report: Report) -> Iterator[Entry]:
    delimiter = "\t" if path.suffix.casefold() == ".tsv" else ","
    rows = csv.reader((f"{line}\n" for _, line in _lines(path, report)), delimiter=delimiter)
    header = [cell.strip().casefold() for cell in _next_row(rows, report) or []]
    if "name" not in header:
        step = "its first line names the columns: name, and if there are such id, aliases, weak_aliases, type and imo"
        raise WatchlistError(f"{path} line 1", "has no column `name`", step)
    while (row := _next_row(rows, report)) is not None:
        if not any(cell.strip() for cell in row):
            report.passed_over["comments and empty lines"] += 1
            continue
        try:
            yield _entry_of_row(dict(zip(header, row, strict=False)))
        except _BadLineError as error:
            report.refuse(report.lines, str(error))


def _next_row(rows: Iterator[list[str]], report: Report) -> list[str] | None:
    while True:
        try:
            return next(rows, None)
        except csv.Error as error:
            report.refuse(report.lines, f"is no line of a table: {error}")


def _entry_of_row(row: dict[str, str]) -> Entry:
    def cells(*names: str) -> list[str]:
        return [part for name in names for part in row.get(name, "").split(";")]

    word = (row.get("type") or row.get("schema") or "").strip().casefold()
    if word not in TYPES:
        raise _BadLineError(f"{word[:40]!r} is no type; types are person, firm, organisation, vessel and any")
    name = row.get("name", "").strip()  # a line may end before it
    weak = cells("weak_aliases", "weak_alias")
    return _entry(
        row.get("id", "").strip() or name, TYPES[word], [name, *cells("aliases", "alias")], weak, cells("imo", "imo_number")
    )


def _read_entities(path: Path, report: Report) -> Iterator[Entry]:
    for number, line in _lines(path, report):
        if not line.strip():
            report.passed_over["comments and empty lines"] += 1
            continue
        try:
            entry = _entry_of_json(line, report)
        except _BadLineError as error:
            report.refuse(number, str(error))
        else:
            if entry is not None:
                yield entry


def _entry_of_json(line: str, report: Report) -> Entry | None:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise _BadLineError("is no JSON") from error
    if not isinstance(found, dict):
        raise _BadLineError("is no JSON object")
    schema, properties = found.get("schema"), found.get("properties", {})
    if not isinstance(schema, str) or not isinstance(properties, dict):
        raise _BadLineError("is no entity: it has no schema, or its properties are no object")
    if schema not in SCHEMAS:
        kind = f"schema {schema[:40]}"
        is_new = kind not in report.passed_over
        report.passed_over["other schemas" if is_new and len(report.passed_over) >= MAX_KINDS else kind] += 1
        return None
    names = [text for key in NAME_KEYS for text in _texts(properties, key)] or _caption(found, properties)
    weak = [text for key in WEAK_KEYS for text in _texts(properties, key)]
    id_ = found.get("id")
    return _entry(id_ if isinstance(id_, str) else "", SCHEMAS[schema], names, weak, _texts(properties, "imoNumber"))


def _texts(properties: dict[str, Any], key: str) -> list[str]:
    values = properties.get(key, [])
    return [text for text in (values if isinstance(values, list) else [values]) if isinstance(text, str)]


def _caption(found: dict[str, Any], properties: dict[str, Any]) -> list[str]:
    """Return what an entity without a name is called."""
    parts = [text for key in ("firstName", "fatherName", "lastName") for text in _texts(properties, key)[:1]]
    caption = found.get("caption")
    return [" ".join(parts)] if len(parts) > 1 else [caption] if isinstance(caption, str) else []


def _entry(id_: str, type_: EntryType, names: list[str], weak: list[str] | None = None, numbers: list[str] | None = None) -> Entry:
    kept = _cleaned(names)
    weak_kept = tuple(name for name in _cleaned(weak or []) if name not in kept)
    imo = tuple(dict.fromkeys(digits for text in numbers or [] if is_imo(digits := "".join(filter(str.isdigit, text)))))
    if not kept and not weak_kept and not imo:
        raise _BadLineError("has no name")
    if len(kept) + len(weak_kept) > MAX_NAMES_OF_ENTRY:
        raise _BadLineError(f"has more than {MAX_NAMES_OF_ENTRY} names")
    return Entry(
        id=(id_ or (*kept, *weak_kept, *imo)[0])[:MAX_CHARACTERS], type=type_, names=kept, weak_names=weak_kept, imo_numbers=imo
    )


def _cleaned(names: list[str]) -> tuple[str, ...]:
    """Return names on one line each, each once.

    Raises:
        _BadLineError: one is too long to be a name.
    """
    kept = dict.fromkeys(" ".join(name.split()) for name in names)
    kept.pop("", None)
    if any(len(name) > MAX_CHARACTERS for name in kept):
        raise _BadLineError(f"has a name of more than {MAX_CHARACTERS} characters")
    return tuple(name for name in kept if any(map(str.isalnum, name)))


def stamp_of(path: Path) -> tuple[int, int, int] | None:
    """Return what changes when a file is written or replaced; None if it is not there."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino

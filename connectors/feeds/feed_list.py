"""The feeds that `sanctionwire feeds add` keeps: a TOML file of `[[feed]]` tables, with the keys of `[[feeds.feed]]`.

Why a file of its own: the configuration is written by people and kept under version control, often read-only where the service
runs, so that no command writes into it; a database could not be read, reviewed or mended by hand. A text file of the same tables
can, and a table can be moved from one to the other as it is. `[feeds] list_path` says where it is.

Adding appends and removing cuts a table out: whatever else stands in the file, comments of its owner too, stays as it is. The file
is replaced as a whole, so that no reader ever sees half of it, under a lock.
"""

import fcntl
import itertools
import json
import os
import re
import tempfile
import tomllib
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, replace
from pathlib import Path

from connectors.config import Config, FeedConfig, broken_in_feeds
from connectors.errors import ConfigError
from connectors.settings import Secret, read_table

MAX_BYTES = 32 * 1024 * 1024
# A table begins with the comments right above it.
TABLE = re.compile(r"(?:^[ \t]*#[^\n]*\n)*^[ \t]*\[\[[ \t]*feed[ \t]*\]\]", re.MULTILINE)
HEAD = "# Feeds added with `sanctionwire feeds add`. Edit it freely; every table has the keys of [[feeds.feed]].\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedList:
    """The file."""

    feed: tuple[FeedConfig, ...] = field(default=())


def read_list(path: Path) -> tuple[FeedConfig, ...]:
    """Return the feeds of the file, none when there is no file.

    Raises:
        ConfigError: it is wrong; lists every fault.
    """
    problems: list[str] = []
    try:
        tables = tomllib.loads(_text(path))
    except ValueError as error:
        raise ConfigError(str(path), (f"is not TOML: {error}",), "mend it in an editor") from error
    found = read_table(FeedList, tables, "", problems)
    if problems or not isinstance(found, FeedList):
        raise ConfigError(
            str(path), tuple(problems), "each [[feed]] has the keys of [[feeds.feed]], see deploy/config.example.toml"
        )
    return found.feed


def with_listed(config: Config) -> Config:
    """Return a configuration with the feeds of its list after its own.

    Raises:
        ConfigError: the list is wrong, or one of its feeds has the id of another.
    """
    listed = read_list(config.feeds.list_path)
    feeds = replace(config.feeds, feed=(*config.feeds.feed, *listed))
    problems = tuple(broken_in_feeds(feeds)) if listed else ()
    if problems:
        raise ConfigError(
            str(config.feeds.list_path), problems, "correct it there; its feeds are counted after the configuration's"
        )
    return replace(config, feeds=feeds)


def add(path: Path, feeds: Iterable[FeedConfig]) -> None:
    """Append feeds to the file; it and its directory are made when they are missing.

    Raises:
        ConfigError: it cannot be written.
    """
    with _changed(path) as text:
        tables = "".join(f"\n[[feed]]\n{_lines(feed)}" for feed in feeds)
        text[0] = f"{text[0].rstrip()}\n{tables}" if text[0].strip() else HEAD + tables


def remove(path: Path, ids: Collection[str]) -> tuple[str, ...]:
    """Cut feeds out of the file; return the ids of those that were there.

    Raises:
        ConfigError: it cannot be written.
    """
    removed: list[str] = []
    with _changed(path) as text:
        starts = [*(found.start() for found in TABLE.finditer(text[0])), len(text[0])]
        kept = [text[0][: starts[0]]]
        for start, end in itertools.pairwise(starts):
            name = _id_of(text[0][start:end])
            if name in ids:
                removed.append(name)
            else:
                kept.append(text[0][start:end])
        text[0] = "".join(kept)
    return tuple(removed)


def _id_of(table: str) -> str:
    """Return the id of one table. A string of several lines that holds what looks like a table would mislead it; ids never do."""
    try:
        feeds = tomllib.loads(table).get("feed", [])
    except ValueError:
        return ""
    return str(feeds[0].get("id", "")) if feeds else ""


def _lines(feed: FeedConfig) -> str:
    """Return a feed's keys as TOML, those alone that are not as they would be without."""
    defaults = FeedConfig(id="")
    values = {key.name: getattr(feed, key.name) for key in fields(feed)}
    given = {name: value for name, value in values.items() if value is not None and value != getattr(defaults, name)}
    return "".join(f"{name} = {_toml(value)}\n" for name, value in given.items())


def _toml(value: object) -> str:
    plain = value.value if isinstance(value, Secret) else str(value) if isinstance(value, Path) else value
    return json.dumps(plain, ensure_ascii=False).replace("\x7f", "\\u007f")  # the one character that JSON takes as it is


def _text(path: Path) -> str:
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise ConfigError(str(path), (f"cannot be read: {error.strerror}",), "correct [feeds] list_path") from error
    if len(content) > MAX_BYTES:
        raise ConfigError(str(path), (f"has more than {MAX_BYTES} bytes",), "split the feeds among several installations")
    return content.decode("utf-8-sig")


@contextmanager
def _changed(path: Path) -> Iterator[list[str]]:
    """Give the file's text in a list, and write what is then in the list, unless it is as it was."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.with_name(f".{path.name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            before = _text(path)
            text = [before]
            yield text
            if text[0] != before:
                _replace(path, text[0])
    except OSError as error:
        raise ConfigError(
            str(path), (f"cannot be written: {error.strerror}",), "correct [feeds] list_path, or its rights"
        ) from error


def _replace(path: Path, text: str) -> None:
    mode = path.stat().st_mode & 0o777 if path.exists() else 0o644
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    Path(file.name).chmod(mode)
    Path(file.name).replace(path)

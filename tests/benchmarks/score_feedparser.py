"""feedparser's own test files through our connector: `python -m tests.benchmarks.score_feedparser FOLDER`.

FOLDER is the unpacked source archive of feedparser (`pip download --no-binary :all: --no-deps feedparser`). Each of its test files
says in a comment what must be found in it, as a Python expression. What such an expression says of an entry's title, link, id,
times, summary, content and language, and of the feed's title, link and language, is compared with our `Reading`; HTML that is
expected there counts as met when its words are in our plain text. Documents that declare entities are refused by us on purpose, and
are counted apart.
"""

import ast
import codecs
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC
from email.message import Message
from pathlib import Path
from urllib.parse import urljoin

from connectors.errors import FeedError
from connectors.feeds.base import Entry, Reading
from connectors.feeds.dates import language_code
from connectors.feeds.kinds import read_feed
from connectors.feeds.text import plain_line, plain_text
from connectors.feeds.xml_guard import refuse_entities

EXPECT = re.compile(rb"Description:\s*(.*?)\s*Expect:\s*(.*?)\s*-->", re.DOTALL)
NEEDS = re.compile(rb"SkipUnless:.*?lookup\('([^']+)'\)")
HEADER = re.compile(rb"^Header:\s+([^:]+):(.+)$", re.MULTILINE)
BASE = "http://127.0.0.1:8097"


@dataclass(slots=True)
class Score:
    """What was counted; `missed` has one line for each expectation that is not met."""

    met: Counter[str] = field(default_factory=Counter)
    missed: list[tuple[str, str]] = field(default_factory=list)
    files: int = 0
    refused: list[str] = field(default_factory=list)
    exceptions: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Expected:
    """One comparison of an expression: where in feedparser's result, and what must be there."""

    path: tuple[str | int, ...]
    value: object


def expected_of(expression: str) -> Iterator[Expected]:
    """Yield what an expression expects to be equal."""
    for node in ast.walk(ast.parse(expression, mode="eval")):
        if isinstance(node, ast.Compare) and len(node.ops) == 1 and isinstance(node.ops[0], ast.Eq):
            path = path_of(node.left)
            try:
                value = ast.literal_eval(node.comparators[0])
            except ValueError:
                continue
            if path:
                yield Expected(path, value)


def path_of(node: ast.expr) -> tuple[str | int, ...]:
    """Return `entries[0]['title']` as ("entries", 0, "title"); empty for what is no such path."""
    if isinstance(node, ast.Name):
        return (node.id,)
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        before = path_of(node.value)
        return (*before, node.slice.value) if before and isinstance(node.slice.value, str | int) else ()
    return ()


def verdict(expected: Expected, reading: Reading) -> tuple[str, bool] | None:
    """Return which of our fields an expectation is about, and whether it is met; None when it is about none."""
    match expected.path:
        case ("entries", int(number), *rest):
            if number >= len(reading.entries):
                return (str(rest[0]) if rest else "entry"), False
            return of_entry(tuple(rest), expected.value, reading.entries[number])
        case ("feed", "title") | ("feed", "title_detail", "value"):
            return "feed title", plain_line(str(expected.value)) == reading.title
        case ("feed", "link"):
            return "feed link", expected.value == reading.link
        case ("feed", "language"):
            return "feed language", expected.value == reading.language
    return None


def of_entry(path: tuple[str | int, ...], value: object, entry: Entry) -> tuple[str, bool] | None:
    """As `verdict`, for a path within an entry."""
    match path:
        case ("title",) | ("title_detail", "value"):
            return "title", plain_line(str(value)) == entry.title
        case ("link",):
            return "link", value == entry.link
        case ("id",) | ("guid",):
            return "id", entry.guid in (value, urljoin(f"{BASE}/tests/wellformed/atom10/", str(value)))
        case ("summary",) | ("description",) | ("summary_detail", "value"):
            return "summary", words_in(str(value), entry)
        case ("content", int(), "value"):
            return "content", words_in(str(value), entry)
        case ("published_parsed",) | ("updated_parsed",) | ("published",) | ("updated",):
            return "times", same_time(value, entry, str(path[0]))
        case ("language",) | (_, "language") | ("content", int(), "language"):
            return "language", language_code(str(value)) == language_code(entry.language) or not value
    return None


def words_in(markup: str, entry: Entry) -> bool:
    """Say whether the words of HTML, or of text that looks like it, are in an entry's text."""
    text = " ".join(entry.text.split())
    return " ".join(plain_text(markup).split()) in text or " ".join(markup.split()) in text


def same_time(value: object, entry: Entry, name: str) -> bool:
    """Say whether an entry has a time; that of an update counts where both are given."""
    times = [time for time in (entry.published_at, getattr(entry, "updated_at", None)) if time is not None]
    if isinstance(value, tuple):
        return any(time.astimezone(UTC).timetuple()[:6] == tuple(value)[:6] for time in times)
    return bool(times) or name == "updated"


def measure(folder: Path) -> Score:
    """Read every test file below `folder`/tests and compare."""
    score = Score()
    for path in sorted((folder / "tests").rglob("*.xml")):
        if path.parent.name != "http":
            add(score, path, folder)
    return score


def add(score: Score, path: Path, folder: Path) -> None:
    """Read one test file and count what it expects."""
    body = path.read_bytes()
    plain = (
        body.decode("utf-16").encode()
        if body[:2] in {b"\xff\xfe", b"\xfe\xff"} and body[2:4] != b"\0\0"
        else body.replace(b"\0", b"")
    )
    found = EXPECT.search(plain)
    if found is None or not can_be_met(plain):
        return
    score.files += 1
    name = str(path.relative_to(folder / "tests"))
    headers = Message()
    for header, value in HEADER.findall(plain):
        headers[header.decode().strip()] = value.decode().strip()
    url = headers.get("Content-Location", f"{BASE}/tests/{name}")
    content_type = headers.get("Content-Type", "")
    try:
        reading = read_feed("rss", body, url=url, content_type=content_type)
    except FeedError as error:
        score.refused.append(f"{name}: {error}")
        if refuses(body, url, content_type):
            return
        reading = Reading(kind="rss", entries=())
    except Exception as error:  # noqa: BLE001 that there is none is what is measured
        score.exceptions.append(f"{name}: {type(error).__name__}: {error}")
        return
    for expected in expected_of(found.group(2).decode()):
        answer = verdict(expected, reading)
        if answer is not None:
            score.met[answer[0]] += answer[1]
            if not answer[1]:
                score.missed.append(
                    (answer[0], f"{name}: {'/'.join(map(str, expected.path))} == {expected.value!r}: {shown(expected, reading)}")
                )


def can_be_met(body: bytes) -> bool:
    """Say whether this Python knows the encoding that a test file needs, as feedparser's own runner asks."""
    needed = NEEDS.search(body)
    try:
        return needed is None or codecs.lookup(needed.group(1).decode()) is not None
    except LookupError:
        return False


def shown(expected: Expected, reading: Reading) -> str:
    """Return what we have instead, in short."""
    number = expected.path[1]
    entries = reading.entries
    return repr(entries[number])[:400] if isinstance(number, int) and number < len(entries) else repr(reading)[:200]


def refuses(body: bytes, url: str, content_type: str) -> bool:
    """Say whether the guard against entities refuses a document."""
    try:
        refuse_entities(body, url=url, content_type=content_type)
    except FeedError:
        return True
    return False


def main(arguments: list[str]) -> None:
    """Print the share of expectations met, by field, and each that is not."""
    if len(arguments) != 1 or not (Path(arguments[0]) / "tests").is_dir():
        sys.exit("give the folder of feedparser's unpacked source archive, in which tests/ is")
    score = measure(Path(arguments[0]))
    missed = Counter(name for name, _ in score.missed)
    for _, line in score.missed:
        print(line)
    for name in sorted(set(score.met) | set(missed)):
        total = score.met[name] + missed[name]
        print(f"{name:15} {score.met[name]:5} of {total:5}  {score.met[name] / total:.1%}")
    total = sum(score.met.values()) + len(score.missed)
    print(f"{score.files} files, {len(score.refused)} refused, {len(score.exceptions)} exceptions {score.exceptions}")
    print(f"all             {sum(score.met.values()):5} of {total:5}  {sum(score.met.values()) / total:.2%}")


if __name__ == "__main__":
    main(sys.argv[1:])

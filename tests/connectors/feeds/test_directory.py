"""Files and JSON lines as a feed: what is listed when, and what each file gives."""

import gzip
import io
import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.feeds.base import Entry, Quarantined, Validators
from connectors.feeds.failures import FeedError, OverBudgetError, UnreachableError
from connectors.feeds.fetch import Response
from connectors.feeds.files import MAX_FILE_BYTES, PIECE_BYTES, address_of_path, get
from connectors.feeds.kinds import read_feed
from tests.connectors.feeds.documents import PARAGRAPH, item, page, rss


def documents(address: str, position: str = "", stdin: io.BytesIO | None = None) -> Iterator[Response]:
    """Yield every document that an address leads to, in the order in which they are followed."""
    waiting = [address]
    while waiting:
        answer = get(waiting.pop(0), validators=Validators(url=address, etag=position), stdin=stdin)
        yield answer
        if answer.status == 200:
            waiting += read_feed("directory", answer.body, url=answer.url, content_type=answer.content_type).follow


def found(path: Path, position: str = "") -> tuple[list[Entry], list[Quarantined]]:
    entries: list[Entry] = []
    quarantined: list[Quarantined] = []
    for answer in documents(address_of_path(path), position):
        if answer.status == 200:
            reading = read_feed("directory", answer.body, url=answer.url, content_type=answer.content_type)
            entries += reading.entries
            quarantined += reading.quarantined
    return entries, quarantined


def write(path: Path, content: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_each_file_is_what_its_name_says(tmp_path: Path) -> None:
    line = json.dumps({"text": "Words of a line.", "url": "https://news.example/l", "published_at": "2021-12-31T08:00:00Z"})
    write(tmp_path / "a.txt", f"The headline\n\n{PARAGRAPH}")
    write(tmp_path / "deep" / "b.html", page())
    write(tmp_path / "c.jsonl", f"{line}\n{line.replace('/l', '/m')}\n")
    write(tmp_path / "d.json", json.dumps([{"text": "Of a list.", "id": 7}]))
    write(tmp_path / "e.xml", rss(item(title="Of a feed")))
    write(tmp_path / "f.jsonl.gz", gzip.compress(line.encode()))
    write(tmp_path / "café #1?.txt", "Strange name")
    entries, quarantined = found(tmp_path)
    assert quarantined == []
    titles = {entry.title for entry in entries}
    assert {"The headline", "Biden warns Moscow", "Of a feed"} <= titles
    assert [entry.link for entry in entries if entry.text.startswith("Words")] == [
        "https://news.example/l",
        "https://news.example/m",
        "https://news.example/l",
    ]
    assert {"7", str(tmp_path / "a.txt"), str(tmp_path / "café #1?.txt")} <= {entry.guid for entry in entries}


def test_a_directory_looked_at_again_gives_what_is_new_or_changed(tmp_path: Path) -> None:
    write(tmp_path / "b.txt", "One")
    write(tmp_path / "c.txt", "Two")
    position = get(address_of_path(tmp_path)).headers["etag"]
    assert get(address_of_path(tmp_path), validators=Validators(url=address_of_path(tmp_path), etag=position)).status == 304
    write(tmp_path / "a.txt", "Three")
    write(tmp_path / "c.txt", "Two, changed")
    assert sorted(entry.text for entry in found(tmp_path, position)[0]) == ["Three", "Two, changed"]


def test_a_file_whose_name_is_no_utf_8_is_read_like_any_other(tmp_path: Path) -> None:
    write(tmp_path / os.fsdecode(b"caf\xe9.txt"), "Words")
    answer = get(address_of_path(tmp_path))
    assert answer.headers["etag"].encode("utf-8")
    assert (
        get(address_of_path(tmp_path), validators=Validators(url=address_of_path(tmp_path), etag=answer.headers["etag"])).status
        == 304
    )
    entries, quarantined = found(tmp_path)
    assert ([entry.text for entry in entries], quarantined) == (["Words"], [])


def test_a_file_moved_in_with_its_old_time_is_new(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    write(folder / "a.txt", "One")
    old = write(tmp_path / "old.txt", "Two")
    os.utime(old, (0, 0))
    position = get(address_of_path(folder)).headers["etag"]
    old.rename(folder / "old.txt")
    assert [entry.text for entry in found(folder, position)[0]] == ["Two"]


def test_hidden_files_and_links_are_left_out(tmp_path: Path) -> None:
    secret = write(tmp_path / "secret.txt", "Secret")
    write(tmp_path / "in" / ".hidden.txt", "Hidden")
    write(tmp_path / "in" / ".git" / "a.txt", "Hidden")
    (tmp_path / "in" / "link.txt").symlink_to(secret)
    assert get(address_of_path(tmp_path / "in")).status == 304


def test_a_long_file_of_lines_comes_in_pieces_and_whole(tmp_path: Path) -> None:
    count = 3 * PIECE_BYTES // 1000
    lines = "".join(json.dumps({"id": str(number), "text": "x" * 1000}) + "\n" for number in range(count))
    path = write(tmp_path / "long.jsonl", lines)
    assert [entry.guid for entry in found(path)[0]] == [str(number) for number in range(count)]
    assert max(len(answer.body) for answer in documents(address_of_path(path))) < 1.2 * PIECE_BYTES


def test_standard_input_is_read_as_lines() -> None:
    stdin = io.BytesIO(b"".join(json.dumps({"text": f"Number {number}"}).encode() + b"\n" for number in range(100_000)))
    total = 0
    for answer in documents(address_of_path(Path("-")), stdin=stdin):
        total += len(read_feed("directory", answer.body, url=answer.url, content_type=answer.content_type).entries)
    assert total == 100_000


def test_a_bad_line_is_quarantined_and_the_others_are_read(tmp_path: Path) -> None:
    bad = ['{"text": ', "[1]", '{"title": "No text"}', '{"text": 3}', "{" * 5000, '{"id": "x", "text": {}}']
    path = write(tmp_path / "a.jsonl", "\n".join(['{"text": "Good"}', *bad, '{"text": "Also good"}']))
    entries, quarantined = found(path)
    assert [entry.text for entry in entries] == ["Good", "Also good"]
    assert len(quarantined) == len(bad)
    assert quarantined[-1].key == "x"


def test_a_page_in_a_line_is_read_as_one(tmp_path: Path) -> None:
    path = write(tmp_path / "a.json", json.dumps({"url": "https://news.example/a", "html": page()}))
    ((entry,), _) = found(path)
    assert (entry.link, entry.title) == ("https://news.example/a", "Biden warns Moscow")
    assert "unprecedented sanctions" in entry.text


def test_what_is_not_there_or_too_long_says_so(tmp_path: Path) -> None:
    with pytest.raises(UnreachableError, match="No such file"):
        get(address_of_path(tmp_path / "nowhere"))
    big = tmp_path / "big.txt"
    with big.open("wb") as stream:
        stream.truncate(MAX_FILE_BYTES + 1)
    with pytest.raises(OverBudgetError):
        get(f"{address_of_path(big)}#0")
    with pytest.raises(OverBudgetError, match="line"):
        get(f"{address_of_path(write(tmp_path / 'a.jsonl', b'x' * 6_000_000))}#0")


def test_a_file_that_cannot_be_parsed_is_an_error_of_ours(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xml", '<!DOCTYPE x [<!ENTITY a "b">]><rss/>')
    answer = get(f"{address_of_path(path)}#0")
    with pytest.raises(FeedError):
        read_feed("directory", answer.body, url=answer.url, content_type=answer.content_type)

"""GDELT's lists in their three forms."""

import gzip
import io
import json
import zipfile

import pytest

from connectors.feeds.base import Reading
from connectors.feeds.failures import UnreadableError
from connectors.feeds.kinds import read_feed

URL = "http://data.gdeltproject.org/gdeltv2/lastupdate.txt"
GAL = {
    "date": "2021-12-31T08:00:00Z",
    "url": "https://news.example/a?utm_source=x",
    "title": "Biden &amp; Putin",
    "desc": "They talk.",
    "lang": "en",
}


def read(body: bytes, url: str = URL) -> Reading:
    return read_feed("auto", body, url=url, content_type="application/octet-stream")


def lines(*objects: object) -> bytes:
    return "\n".join(json.dumps(one) for one in objects).encode()


def graph_row(url: str, title: str = "", columns: int = 27) -> str:
    row = ["20211231080000-1", "20211231080000", "1", "news.example", url, *[""] * 22][:columns]
    row[-1] = f"<PAGE_LINKS></PAGE_LINKS><PAGE_TITLE>{title}</PAGE_TITLE>"
    return "\t".join(row)


def zipped(text: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("20211231080000.gkg.csv", text)
    return buffer.getvalue()


def test_the_article_list_is_read_packed_and_plain() -> None:
    for body in (lines(GAL), gzip.compress(lines(GAL))):
        (entry,) = read(body).entries
        assert (entry.link, entry.title, entry.text, entry.language) == (
            "https://news.example/a",
            "Biden & Putin",
            "They talk.",
            "en",
        )
        assert entry.published_at is None


def test_the_list_of_files_is_followed_to_the_graph_alone() -> None:
    names = ("export.CSV.zip", "mentions.CSV.zip", "gkg.csv.zip")
    body = "".join(f"1234 {'0' * 32} http://data.gdeltproject.org/gdeltv2/20211231080000.{name}\n" for name in names).encode()
    assert read(body).follow == ("http://data.gdeltproject.org/gdeltv2/20211231080000.gkg.csv.zip",)


def test_the_list_of_files_is_not_followed_elsewhere() -> None:
    body = f"1 {'0' * 32} http://evil.example/a.gkg.csv.zip\n1 {'0' * 32} http://10.0.0.1/a.gkg.csv.zip\n".encode()
    assert read(body).follow == ()


def test_the_graph_gives_addresses_and_titles() -> None:
    body = zipped(graph_row("https://news.example/a", "Biden &#x2019;s word") + "\n" + graph_row("https://news.example/b") + "\n")
    assert [(one.link, one.title) for one in read(body).entries] == [
        ("https://news.example/a", "Biden ’s word"),
        ("https://news.example/b", ""),
    ]


def test_a_search_is_read() -> None:
    found = {"url": "https://news.example/a", "title": "T", "seendate": "20211231T080000Z", "language": "Greek"}
    body = json.dumps({"articles": [found]}).encode()
    assert [one.link for one in read(body, "https://api.gdeltproject.org/api/v2/doc/doc").entries] == ["https://news.example/a"]


def test_one_broken_line_is_quarantined_and_the_others_are_read() -> None:
    body = lines(GAL) + b'\n{"url": \n[1]\n' + lines(GAL | {"url": "ftp://x/y"}, GAL | {"url": "https://news.example/b"})
    reading = read(body)
    assert [one.link for one in reading.entries] == ["https://news.example/a", "https://news.example/b"]
    assert len(reading.quarantined) == 3


def test_a_row_that_is_cut_off_is_quarantined() -> None:
    reading = read(zipped(graph_row("https://news.example/a") + "\n" + graph_row("https://news.example/b", columns=9)))
    assert [one.key for one in reading.quarantined] == ["https://news.example/b"]


@pytest.mark.parametrize(
    "body", [b"", b"Your query was too short.", b"{}", b'{"articles": 3}', b"PK\x03\x04broken", b"\x1f\x8bbroken"]
)
def test_what_is_none_of_them_is_unreadable(body: bytes) -> None:
    with pytest.raises(UnreadableError):
        read_feed("gdelt", body, url=URL, content_type="")


def test_a_list_of_which_nothing_can_be_read_is_unreadable() -> None:
    with pytest.raises(UnreadableError, match="2 entries"):
        read(lines(GAL | {"url": "x:y"}, GAL | {"url": ""}))

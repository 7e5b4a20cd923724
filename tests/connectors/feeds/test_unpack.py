"""Packed files are unpacked whole or not at all."""

import gzip
import io
import zipfile

import pytest

from connectors.feeds.failures import UnreadableError
from connectors.feeds.unpack import beginning, unpacked

URL = "http://news.example/sitemap.xml.gz"
WORDS = b"<urlset/> and words about nothing in particular, number %d. "
DOCUMENT = b"".join(WORDS % number for number in range(5_000))


def zipped(body: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("list.csv", body)
    return file.getvalue()


@pytest.mark.parametrize("body", [DOCUMENT, gzip.compress(DOCUMENT), zipped(DOCUMENT)], ids=["plain", "gzip", "zip"])
def test_a_document_comes_out_whole(body: bytes) -> None:
    assert unpacked(body, url=URL) == DOCUMENT
    assert beginning(body).startswith(b"<urlset/>")


def test_gzip_files_in_a_row_are_one_document() -> None:
    assert unpacked(gzip.compress(b"one ") + gzip.compress(b"two") + b"\0" * 512, url=URL) == b"one two"


@pytest.mark.parametrize(
    "body",
    [gzip.compress(DOCUMENT)[:-20], zipped(DOCUMENT)[:-200], gzip.compress(b"x") + b"\x1f\x8bnone"],
    ids=[
        "gzip cut off",
        "zip cut off",
        "a second file that is none",
    ],  # packed bytes hold the time and differ from process to process
)
def test_what_is_cut_off_or_broken_is_told_and_not_taken_in_part(body: bytes) -> None:
    with pytest.raises(UnreadableError, match="packing is broken"):
        unpacked(body, url=URL)


@pytest.mark.parametrize("pack", [gzip.compress, zipped])
def test_what_is_packed_too_tightly_is_refused(pack: object) -> None:
    with pytest.raises(UnreadableError, match="unpacks to more than"):
        unpacked(pack(bytes(30_000_000)), url=URL)  # type: ignore[operator]


def test_a_small_document_may_be_packed_as_tightly_as_it_likes() -> None:
    assert len(unpacked(gzip.compress(bytes(500_000)), url=URL)) == 500_000

"""`extract` and `explain`: lines in, lines out, whatever stands in them."""

import io
import json
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from connectors.messages.codec import MAX_VALUE_BYTES
from pipelines.cli.read import BATCH_LINES, Line, batches, is_html, parse_line, read_article, read_lines
from pipelines.cli.tree import run

TEXT = "France will impose sanctions on Mali if it expels the envoy."


class Refusing:
    """An annotator that fails on one text and finds nothing in the others."""

    def annotate(self, articles: list[Any]) -> list[Any]:
        if any(article.text == "poison" for article in articles):
            raise ValueError("cannot")
        return [type("Annotation", (), {"signals": ()}) for _ in articles]


def _line(number: int, **fields: Any) -> Line:
    return parse_line(number, json.dumps(fields).encode())


def _extract(content: bytes) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([sys.executable, "-m", "pipelines.cli", "extract"], input=content, capture_output=True, timeout=120)


def test_a_line_holds_what_the_gold_data_hold() -> None:
    line = _line(1, id="a", case="x", text=TEXT, title="T", published_at="2024-03-04T18:20:00Z", signals=[])
    assert line.error is None
    assert line.text is not None
    assert (line.text.id, line.text.text, line.text.title) == ("a", TEXT, "T")


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"{", "JSON"),
        (b"[]", "object"),
        (b"\xff\xfe", "UTF-8"),
        (b'{"text": "x"}', "id"),
        (b'{"id": "1"}', "text"),
        (b'{"id": "1", "text": 3}', "Text.text"),
        (b'{"id": "1", "text": "x", "title": []}', "Text.title"),
        (b'{"id": "1", "text": "\\ud83d"}', "surrogate"),
        (b'{"id": "1", "text": "' + b"x" * MAX_VALUE_BYTES + b'"}', "bytes"),
    ],
)
def test_a_bad_line_is_refused_with_what_is_wrong(content: bytes, problem: str) -> None:
    line = parse_line(7, content)
    assert line.number == 7
    assert line.text is None
    assert problem in str(line.error)


def test_lines_come_in_order_and_in_bounded_batches() -> None:
    content = b"".join(json.dumps({"id": str(number), "text": "x"}).encode() + b"\n" for number in range(100))
    found = list(batches(io.BytesIO(content)))
    assert all(len(batch) <= BATCH_LINES for batch in found)
    assert [line.text.id for batch in found for line in batch if line.text] == [str(number) for number in range(100)]


def test_blank_lines_are_counted_and_passed_over() -> None:
    (batch,) = [*batches(io.BytesIO(b'\n  \n{"id": "1", "text": "x"}'))]
    assert [line.number for line in batch] == [3]


def test_an_endless_line_is_cut_and_the_next_one_read() -> None:
    content = b"x" * (3 * MAX_VALUE_BYTES) + b'\n{"id": "1", "text": "x"}\n'
    lines = [line for batch in batches(io.BytesIO(content)) for line in batch]
    assert [(line.number, line.error is None) for line in lines] == [(1, False), (2, True)]


def test_one_text_at_fault_does_not_take_its_batch_along() -> None:
    batch = [_line(1, id="a", text="x"), _line(2, id="b", text="poison"), _line(3), _line(4, id="d", text="y")]
    results = list(read_lines(Refusing(), batch))  # type: ignore[arg-type]
    assert [line.error is None for line, _ in results] == [True, False, False, True]
    assert [line.number for line, _ in results] == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("content", "is_page"), [(b"<!DOCTYPE html><p>x", True), (b"\n<HTML><body>", True), (b"a < b and c > d", False), (b"", False)]
)
def test_pages_are_told_from_texts(content: bytes, is_page: bool) -> None:
    assert is_html(content) is is_page


def test_a_page_gives_title_and_text_and_a_text_loses_its_furniture() -> None:
    page = (
        b"<!DOCTYPE html><html lang='en'><title>T</title><body><article><p>" + TEXT.encode() * 5 + b"</p></article></body></html>"
    )
    article = read_article(page, "x.html", "", None)
    assert article.title == "T"
    assert TEXT in article.text
    plain = read_article(f"{TEXT}\n\nPlease enter your comment!".encode(), "x.txt", "Given", None)
    assert (plain.title, plain.text) == ("Given", TEXT)


@pytest.mark.model
def test_extract_answers_each_good_line_in_order_and_names_the_bad_ones() -> None:
    lines = [json.dumps({"id": "1", "text": TEXT}), "nonsense", json.dumps({"id": "2", "text": ""})]
    done = _extract("\n".join(lines).encode())
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [record["id"] for record in found] == ["1", "2"]
    assert "threat" in [signal["kind"] for signal in found[0]["signals"]]
    assert found[0]["signals"][0]["evidence"]["quote"] == TEXT
    assert found[1]["signals"] == []
    assert b"line 2" in done.stderr
    assert done.returncode == 1


@pytest.mark.model
def test_extract_answers_one_line_before_the_next_one_comes() -> None:
    process = subprocess.Popen([sys.executable, "-m", "pipelines.cli", "extract"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin is not None
    assert process.stdout is not None
    watchdog = threading.Timer(120, process.kill)
    watchdog.start()
    try:
        for number in range(2):
            process.stdin.write(json.dumps({"id": str(number), "text": TEXT}).encode() + b"\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["id"] == str(number)
    finally:
        process.stdin.close()
        process.wait(60)
        process.stdout.close()
        watchdog.cancel()
    assert process.returncode == 0


@pytest.mark.model
def test_explain_shows_sentence_decisions_and_signal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "article.txt"
    path.write_text(f"Rain fell.\n\n{TEXT}\n", encoding="utf-8")
    assert run(["explain", str(path)]) == 0
    shown = capsys.readouterr().out
    assert TEXT in shown
    assert "SIGNAL   threat" in shown
    assert "entity FRA" in shown
    assert run(["explain", str(path), "--json"]) == 0
    explained = json.loads(capsys.readouterr().out)
    assert "threat" in [signal["kind"] for signal in explained["signals"]]
    assert explained["sentences"]

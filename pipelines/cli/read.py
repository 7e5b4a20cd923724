"""`extract` and `explain`: the rules of the stream on texts at hand, without Kafka and without Beam."""

import json
import queue
import re
import sys
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from connectors.errors import MessageError, SanctionwireError
from connectors.messages.codec import MAX_VALUE_BYTES, parse_object
from connectors.messages.fields import from_dict, to_dict
from connectors.messages.identity import content_id
from pipelines.cli.common import config_options, read_config, say, say_at_terminal

if TYPE_CHECKING:
    from connectors.config import KafkaConfig
    from pipelines.annotator import Annotator, ArticleText

ARTICLE_ID = re.compile(r"[0-9a-f]{32}")
BATCH_LINES = 32
HTML_MARKS = (b"<!doctype html", b"<html", b"<head", b"<body", b"<article")
HTML_HEAD_BYTES = 2_000
EXAMPLE = '{"id": "1", "text": "France will impose sanctions on Mali if it expels the envoy."}'


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One line of `extract`'s input; further fields are ignored."""

    id: str
    text: str
    title: str | None = None
    published_at: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A line of input: its number from 1, and what it holds or what is wrong with it."""

    number: int
    text: Text | None
    error: MessageError | None = None


@click.command(epilog=f"Example: echo '{EXAMPLE}' | sanctionwire extract")
@click.option("--model", metavar="NAME|PATH", help="spaCy model; without it, the installed en_core_web_md.")
def extract(model: str | None) -> None:
    """Find signals in JSON lines on standard input.

    Each line is an object with `id` and `text`, and if known `title`, `published_at` and `language`. For each, in order, one line
    {"id": ..., "signals": [...]} is written. A bad line is reported with its number and passed over; the exit code is 1 then.
    """
    from pipelines.annotator import Annotator, load_model

    say_at_terminal("loading the language model")
    annotator = Annotator(load_model(model))
    bad = 0
    for batch in batches(sys.stdin.buffer):
        for line, signals in read_lines(annotator, batch):
            if line.text is None or line.error is not None:
                bad += 1
                say(f"line {line.number}: {line.error}")
            else:
                click.echo(json.dumps({"id": line.text.id, "signals": signals}))
        sys.stdout.flush()
    if bad:
        raise SanctionwireError("standard input", f"{bad} lines could not be read", "see the lines named above")


@click.command(epilog="Examples: sanctionwire explain article.txt   curl -s URL | sanctionwire explain -")
@click.argument("source", metavar="FILE|ARTICLE_ID|-")
@click.option("--title", default="", help="Headline of the article; a page says it itself.")
@click.option("--language", metavar="CODE", help="ISO 639-1 code; without it, found out.")
@click.option("--model", metavar="NAME|PATH", help="spaCy model; without it, the installed en_core_web_md.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@config_options
def explain(
    source: str,
    title: str,
    language: str | None,
    model: str | None,
    as_json: bool,  # noqa: FBT001  (click passes by keyword)
    config_path: Path | None,
    brokers: str | None,
) -> None:
    """Show how an article is read: every decision on every sentence.

    FILE is plain text or an HTML page; `-` is standard input; an ARTICLE_ID, which alerts and analyses hold, is looked up in the
    log of articles, in its newest version. The functions are those of the stream.
    """
    from pipelines.annotator import Annotator, load_model
    from pipelines.explain import as_dict, as_lines
    from pipelines.explain import explain as explain_article

    if ARTICLE_ID.fullmatch(source) and not Path(source).exists():
        article = logged_article(read_config(config_path, brokers).kafka, source)
    else:
        article = read_article(_content(source), source, title, language)
    say_at_terminal("loading the language model")
    explanation = explain_article(Annotator(load_model(model)), article)
    if as_json:
        click.echo(json.dumps(as_dict(explanation)))
        return
    for line in as_lines(explanation):
        click.echo(line)


def _content(source: str) -> bytes:
    """Return the beginning of a file or of standard input, as much as a message may hold.

    Raises:
        SanctionwireError: the file cannot be read.
    """
    try:
        with click.open_file(source, "rb") as stream:
            content: bytes = stream.read(MAX_VALUE_BYTES)
            return content
    except OSError as error:
        step = "name a file, - for standard input, or the 32 digits of an article's id"
        raise SanctionwireError(source, f"cannot be read: {error.strerror}", step) from error


def logged_article(kafka: "KafkaConfig", article_id: str) -> "ArticleText":
    """Return the newest version of an article in the log.

    Raises:
        SanctionwireError: the log holds none with this id.
        BrokerError: the log cannot be read.
    """
    from connectors.kafka import read_all
    from connectors.messages.article import Article
    from connectors.messages.codec import decode
    from connectors.topics import ARTICLES
    from pipelines.annotator import ArticleText

    say_at_terminal("looking through the log of articles")
    key = article_id.encode()
    versions = [decode(Article, stored.value, stored.headers) for stored in read_all(kafka, [ARTICLES]) if stored.key == key]
    if not versions:
        step = f"`article_id` in an alert's sources is one; is {kafka.bootstrap_servers} the right broker?"
        raise SanctionwireError(article_id, "the log holds no article with this id", step)
    newest = max(versions, key=lambda article: article.version)
    return ArticleText(id=newest.id, title=newest.title, text=newest.text, language=newest.language)


def read_article(content: bytes, name: str, title: str, language: str | None) -> "ArticleText":
    """Return the article of a text or HTML file.

    Raises:
        FeedError: it is HTML that cannot be read.
    """
    from connectors.feeds.page import read_page, without_furniture
    from pipelines.annotator import ArticleText

    if not is_html(content):
        text = without_furniture(content.decode("utf-8-sig", "replace").replace("\r\n", "\n")).strip()
        return ArticleText(id=content_id("file", name), title=title, text=text, language=language)
    page = read_page(content, url=f"file:{name}")
    return ArticleText(id=content_id("file", name), title=title or page.title, text=page.text, language=language or page.language)


def is_html(content: bytes) -> bool:
    """Say whether bytes are an HTML page, by what stands near their beginning."""
    head = content[:HTML_HEAD_BYTES].lower()
    return any(mark in head for mark in HTML_MARKS)


def parse_line(number: int, content: bytes) -> Line:
    """Return a line of input, read or refused."""
    try:
        return Line(number, from_dict(Text, parse_object(content, f"line {number}")))
    except MessageError as error:
        return Line(number, None, error)


def batches(stream: BinaryIO) -> Iterator[list[Line]]:
    """Yield what lines there are, at most `BATCH_LINES` at once, so that whoever writes one line and waits gets its answer."""
    lines: queue.Queue[Line | None] = queue.Queue(maxsize=2 * BATCH_LINES)
    threading.Thread(target=_fill, args=(stream, lines), name="stdin", daemon=True).start()
    batch: list[Line] = []
    while (line := lines.get()) is not None:
        batch.append(line)
        if len(batch) == BATCH_LINES or lines.empty():
            yield batch
            batch = []
    if batch:
        yield batch


def _fill(stream: BinaryIO, lines: "queue.Queue[Line | None]") -> None:
    for number, content in enumerate(_lines(stream), start=1):
        if content.strip():
            lines.put(parse_line(number, content))
    lines.put(None)


def _lines(stream: BinaryIO) -> Iterator[bytes]:
    """Yield lines, each cut to one byte more than a message may have; the rest of a longer one is thrown away."""
    while content := stream.readline(MAX_VALUE_BYTES + 1):
        yield content
        while len(content) > MAX_VALUE_BYTES and not content.endswith(b"\n"):
            content = stream.readline(MAX_VALUE_BYTES + 1)


def read_lines(annotator: "Annotator", batch: Sequence[Line]) -> Iterator[tuple[Line, list[dict[str, object]]]]:
    """Yield each line of a batch, in order, with its signals as JSON-ready values."""
    found = iter(_annotated(annotator, [line.text for line in batch if line.text is not None]))
    for line in batch:
        if line.text is None:
            yield line, []
            continue
        result = next(found)
        if isinstance(result, MessageError):
            yield Line(line.number, line.text, result), []
        else:
            yield line, result


def _annotated(annotator: "Annotator", texts: Sequence[Text]) -> Iterable[list[dict[str, object]] | MessageError]:
    """Annotate a batch at once; if that fails, one by one, so that only the text at fault is lost."""
    from pipelines.annotator import ArticleText

    articles = [ArticleText(id=text.id, title=text.title or "", text=text.text, language=text.language) for text in texts]
    try:
        return [[to_dict(signal) for signal in annotation.signals] for annotation in annotator.annotate(articles)]
    except Exception as error:  # noqa: BLE001  (one text at fault must not take the others along)
        if len(texts) == 1:
            return [MessageError(texts[0].id, f"cannot be read: {type(error).__name__}: {error}")]
        return [result for text in texts for result in _annotated(annotator, [text])]

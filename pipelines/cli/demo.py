"""`demo`: the whole product on one machine, on articles of our own."""

import os
import re
import secrets
import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from connectors.config import KafkaConfig, env_name, load
from connectors.errors import SanctionwireError
from connectors.messages.codec import MAX_VALUE_BYTES
from pipelines.cli.common import alert_printer, say, stopping
from pipelines.cli.read import is_html, read_article

if TYPE_CHECKING:
    from deploy.demo.press import Piece


@click.command(epilog="Examples: sanctionwire demo   sanctionwire demo --article report.txt --article page.html")
@click.option("--brokers", metavar="HOST:PORT[,...]", help="Use this Kafka, which must need no login, instead of one of its own.")
@click.option(
    "--article",
    "articles",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Print this text or HTML file too, by an outlet named after it; repeatable.",
)
@click.option("--keep", is_flag=True, help="Leave everything up, with the alerts as a page, until Ctrl-C.")
@click.option("--json", "as_json", is_flag=True, help="Alerts as JSON lines; the summary goes to standard error.")
def demo(brokers: str | None, articles: tuple[Path, ...], keep: bool, as_json: bool) -> None:  # noqa: FBT001  (by keyword)
    """See it work: a small press, real Kafka, the real stream, alerts on this terminal.

    A Kafka of its own is started in an empty directory and everything is stopped in the end. With --brokers an existing Kafka is
    used, under a topic prefix of its own; the topics stay there.
    """
    from deploy.demo import demo as show
    from deploy.demo.press import read_pieces
    from deploy.local.places import default_cache_dir
    from deploy.local.stack import StackOptions

    pieces = (*read_pieces(), *(added_piece(path, number) for number, path in enumerate(articles, start=1)))
    directory = Path(tempfile.mkdtemp(prefix="sanctionwire-demo-"))
    stack = StackOptions(
        data_dir=directory / "stack",
        cache_dir=default_cache_dir(os.environ),
        env=dict(os.environ),
        existing=None if brokers is None else at_brokers(brokers),
        preferred_port=None,
    )

    def leave_up(outcome: show.Outcome, address: str) -> None:
        tell(outcome.summary, as_json=as_json)
        say(f"the alerts as a page: open {address} in a browser; Ctrl-C ends everything")

    with stopping() as stop:
        try:
            printer = alert_printer(as_json=as_json)
            outcome = show.run(pieces, stack, directory, printer, say, stop.is_set, leave_up if keep else None)
        finally:
            if stop.is_set():  # nothing went wrong that the logs could explain
                shutil.rmtree(directory, ignore_errors=True)
    if not keep:
        tell(outcome.summary, as_json=as_json)
    if outcome.faults:
        for fault in outcome.faults:
            say(f"not as foreseen: {fault}")
        raise SanctionwireError(
            "demo", f"{len(outcome.faults)} things went otherwise than foreseen", f"read the logs in {directory}"
        )
    shutil.rmtree(directory, ignore_errors=keep)  # whoever kept it may have ended it in the middle of a write
    if not keep:
        say("to look at the alerts as a page: `make demo KEEP=1`, or `sanctionwire demo --keep`")


def tell(lines: Iterable[str], *, as_json: bool) -> None:
    """Print the summary; beside alerts as JSON it goes to standard error."""
    for line in lines:
        click.echo(line, err=as_json)


def at_brokers(brokers: str) -> KafkaConfig:
    """Return a Kafka at these brokers, under a topic prefix that nobody has used.

    Raises:
        ConfigError: the brokers are not given as host:port.
    """
    return replace(
        load(None, {env_name("kafka", "bootstrap_servers"): brokers}).kafka, topic_prefix=f"demo-{secrets.token_hex(4)}."
    )


def added_piece(path: Path, number: int) -> "Piece":
    """Return the piece of a file that somebody adds; its outlet's name is made of the file's, so that it fits into an address."""
    from deploy.demo.press import piece_of_page, piece_of_text

    slug = re.sub(r"[^a-z0-9]+", "-", path.stem.lower()).strip("-")[:40] or "article"
    slug = slug if number == 1 else f"{slug}-{number}"
    content = path.read_bytes()[:MAX_VALUE_BYTES]
    if not is_html(content):
        return piece_of_text(slug, content.decode("utf-8-sig", "replace"))
    article = read_article(content, str(path), "", None)
    return piece_of_page(slug, article.title or slug, content)

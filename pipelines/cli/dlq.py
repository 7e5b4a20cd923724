"""`dlq`: see what the pipeline refused, read it again, or put it away."""

import json
import sys
import time
from pathlib import Path

import click

from connectors.dead_letters import Letter, chosen, drop, read_letters, retry
from connectors.errors import SanctionwireError
from connectors.subscribers.plain import plain
from pipelines.cli.common import config_options, read_config, say

ID = click.argument("ids", nargs=-1, metavar="[ID]...")
STAGE = click.option("--stage", metavar="NAME", help="Only letters that this stage refused, such as Annotate.")
ALL_OPEN = click.option("--all-open", is_flag=True, help="All open letters; needed where no ID and no --stage is given.")
NOTE = click.option("--note", default="", metavar="WORDS", help="Why; kept beside the letter.")


@click.group()
def dlq() -> None:
    """See the dead letters: articles that a stage refused, why, and their bytes; read them again or put them away."""


@dlq.command("list", epilog="Example: sanctionwire dlq list --stage Annotate")
@config_options
@STAGE
@click.option("--all", "with_settled", is_flag=True, help="Also those that were retried or dropped.")
@click.option("--json", "as_json", is_flag=True, help="One letter a line, as JSON.")
def show_all(config_path: Path | None, brokers: str | None, stage: str | None, with_settled: bool, as_json: bool) -> None:  # noqa: FBT001  (click passes by keyword)
    """List the open dead letters, oldest first."""
    letters = [letter for letter in read_letters(read_config(config_path, brokers).kafka) if stage in (None, letter.letter.stage)]
    shown = [letter for letter in letters if with_settled or letter.settled is None]
    for letter in shown:
        click.echo(json.dumps(as_dict(letter)) if as_json else as_line(letter))
    open_letters = sum(letter.settled is None for letter in letters)
    say(f"{open_letters} open, {len(letters) - open_letters} settled")


@dlq.command(epilog="Example: sanctionwire dlq show 0-17")
@config_options
@click.argument("letter_id", metavar="ID")
@click.option("--raw", is_flag=True, help="The refused bytes as they are; send them to a file, not to a terminal.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def show(config_path: Path | None, brokers: str | None, letter_id: str, raw: bool, as_json: bool) -> None:  # noqa: FBT001
    """Show one dead letter: which stage refused it, why, where it stands in the log, and how it begins."""
    letters = {letter.id: letter for letter in read_letters(read_config(config_path, brokers).kafka)}
    letter = letters.get(letter_id)
    if letter is None:
        raise SanctionwireError(letter_id, "no dead letter has this id", "sanctionwire dlq list --all")
    if raw:
        sys.stdout.buffer.write(letter.letter.value)
        return
    if as_json:
        click.echo(json.dumps(as_dict(letter)))
        return
    for name, value in as_dict(letter).items():
        click.echo(f"{name:<11} {plain(str(value), 2_000)}")


@dlq.command("retry", epilog="Example: sanctionwire dlq retry --stage Annotate --note 'longer timeout'")
@config_options
@ID
@STAGE
@ALL_OPEN
@NOTE
def read_again(
    config_path: Path | None,
    brokers: str | None,
    ids: tuple[str, ...],
    stage: str | None,
    all_open: bool,  # noqa: FBT001
    note: str,
) -> None:
    """Put refused articles on the log once more, to be read by the same pipeline; one refused again is a new letter.

    The articles and the marks that their letters are settled are one transaction: all of it happens, or nothing.
    """
    kafka = read_config(config_path, brokers).kafka
    letters = _chosen(read_letters(kafka), ids, stage, is_all=all_open)
    if letters:
        retry(kafka, letters, note, _now_ms())
    say(f"{len(letters)} retried; `sanctionwire dlq list` shows what is refused again")


@dlq.command("drop", epilog="Example: sanctionwire dlq drop 0-17 --note 'not an article'")
@config_options
@ID
@STAGE
@ALL_OPEN
@NOTE
def put_away(
    config_path: Path | None,
    brokers: str | None,
    ids: tuple[str, ...],
    stage: str | None,
    all_open: bool,  # noqa: FBT001
    note: str,
) -> None:
    """Put letters away without reading them again; they stay on the topic, marked, and `dlq list --all` shows them."""
    kafka = read_config(config_path, brokers).kafka
    letters = _chosen(read_letters(kafka), ids, stage, is_all=all_open)
    if letters:
        drop(kafka, letters, note, _now_ms())
    say(f"{len(letters)} dropped")


def as_dict(letter: Letter) -> dict[str, object]:
    """Return a letter as JSON-ready values; of the refused bytes only the first 300, as text."""
    origin, settled = letter.letter.origin, letter.settled
    return {
        "id": letter.id,
        "stage": letter.letter.stage,
        "reason": letter.letter.reason,
        "refused_at": letter.refused_at.isoformat(timespec="seconds"),
        "origin": f"{origin.topic}/{origin.partition}/{origin.offset}",
        "key": letter.letter.key.decode("utf-8", "backslashreplace"),
        "bytes": len(letter.letter.value),
        "begins": letter.letter.value[:300].decode("utf-8", "backslashreplace"),
        "settled": None if settled is None else f"{settled.how} {settled.at.isoformat(timespec='seconds')} {settled.note}".strip(),
    }


def as_line(letter: Letter) -> str:
    """Return a letter in one line for a terminal."""
    settled = "" if letter.settled is None else f" [{letter.settled.how}]"
    when = letter.refused_at.isoformat(timespec="seconds")
    return f"{letter.id:<8} {when}  {plain(letter.letter.stage, 40):<10} {plain(letter.letter.reason, 200)}{settled}"


def _chosen(letters: tuple[Letter, ...], ids: tuple[str, ...], stage: str | None, *, is_all: bool) -> tuple[Letter, ...]:
    if not (ids or stage or is_all):
        raise click.UsageError("name letters by ID, a --stage, or --all-open")
    return chosen(letters, ids, stage)


def _now_ms() -> int:
    return time.time_ns() // 1_000_000

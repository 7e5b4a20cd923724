"""`replay`: read a stretch of the log again, to see what would be told otherwise or to put it right."""

import json
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from connectors.config import Config
from connectors.errors import SanctionwireError
from pipelines.cli.common import config_options, read_config, say

if TYPE_CHECKING:
    from pipelines.annotator import Annotation, ArticleText
    from pipelines.readers import Readers
    from pipelines.replay.differences import Outcome
    from pipelines.replay.log import Log, Range
    from pipelines.work import Failure

BATCH = 32
PROGRESS_SECS = 5.0


class Time(click.ParamType[datetime]):
    """An ISO 8601 date or time; without a zone it is UTC."""

    name = "time"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Return the time that a word of the command line names."""
        try:
            told = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{str(value)[:60]!r} is no time such as 2026-11-25 or 2026-11-25T06:30Z", param, ctx)
        return told if told.tzinfo is not None else told.replace(tzinfo=UTC)


@click.command(epilog="Example: sanctionwire replay --from 2026-11-25 --to 2026-11-26T12:00Z --config new-rules.toml --dry-run")
@config_options
@click.option("--from", "since", type=Time(), required=True, metavar="TIME", help="First record; ISO 8601, UTC without a zone.")
@click.option("--to", "until", type=Time(), required=True, metavar="TIME", help="End, itself left out.")
@click.option("--dry-run", is_flag=True, help="Write nothing; only say what would be told otherwise.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def replay(
    config_path: Path | None,
    brokers: str | None,
    since: datetime,
    until: datetime,
    dry_run: bool,  # noqa: FBT001  (click passes by keyword)
    as_json: bool,  # noqa: FBT001
) -> None:
    """Read the articles of a stretch of the log again and compare with the alerts that stand.

    Alerts that would be added, changed or gone are printed. Without --dry-run they are written under the same ids, each as the next
    version of what stands; a pipeline that runs is stopped by that, and has to be started again.
    """
    from pipelines.replay.differences import as_dict, as_lines
    from pipelines.replay.log import Range

    if since >= until:
        raise SanctionwireError("--from", f"{since.isoformat()} is not before --to {until.isoformat()}", "exchange the two")
    config = read_config(config_path, brokers)
    outcome = _replayed(config, Range(since, until), is_dry=dry_run)
    for line in [json.dumps(as_dict(outcome))] if as_json else as_lines(outcome):
        click.echo(line)


def _replayed(config: Config, range_: "Range", *, is_dry: bool) -> "Outcome":
    """Read, compare, and write unless it is a dry run."""
    from pipelines.beacon import taken
    from pipelines.io import transactional_producer
    from pipelines.readers import Readers, Reading
    from pipelines.replay.again import Remembered
    from pipelines.replay.differences import records_of
    from pipelines.replay.log import read_log, write

    log = read_log(config, range_)
    say(f"{len(log.inside)} articles between {range_.since} and {range_.until}, {len(log.outside)} around them; loading the model")
    pipeline = config.pipeline
    readers = Readers(Reading(pipeline.model, pipeline.nlp_processes, pipeline.article_timeout_secs))
    try:
        readers.warm_up()
        remembered = Remembered(in_batches(readers, pipeline.nlp_processes, say, time.monotonic))
        outcome = _compared(log, config, remembered)
        if is_dry:
            return outcome
        # All that takes long is done: the pipeline is away for no longer than it takes to look once more and to write.
        # A copy that stands by waits until it is done.
        with taken(config.kafka), closing(transactional_producer(config.kafka)) as producer:
            log = read_log(config, range_)
            outcome = _compared(log, config, remembered)
            records = tuple(records_of(log, outcome))
            write(config.kafka, producer, records, time.time_ns() // 1_000_000)
    finally:
        readers.close()
    say(f"{len(records)} messages written; start the pipeline again if one was running")
    return outcome


def _compared(log: "Log", config: Config, read: "Callable[[Sequence[ArticleText]], list[Annotation | Failure]]") -> "Outcome":
    from pipelines.replay.again import tell_again
    from pipelines.replay.differences import outcome_of
    from pipelines.signals.en.look import speaks

    return outcome_of(log, tell_again(log, config, read, speaks))


def in_batches(
    readers: "Readers", processes: int, narrate: Callable[[str], None], now: Callable[[], float]
) -> "Callable[[Sequence[ArticleText]], list[Annotation | Failure]]":
    """Return what reads texts a batch at a time, as many batches at once as there are processes, and says how far it is."""
    from concurrent.futures import ThreadPoolExecutor

    def read(texts: "Sequence[ArticleText]") -> "list[Annotation | Failure]":
        found: list[Annotation | Failure] = []
        said = now()
        with ThreadPoolExecutor(processes) as pool:
            for some in pool.map(readers.read, [texts[at : at + BATCH] for at in range(0, len(texts), BATCH)]):
                found += some
                if now() - said >= PROGRESS_SECS:
                    said = now()
                    narrate(f"{len(found)} of {len(texts)} articles read")
        return found

    return read

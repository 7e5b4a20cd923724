"""The long run: `python -m tests.end_to_end.chaos [--articles 10000] [--kills 60]`; `make chaos ARGS="--seed 7"` does.

A stream of known articles is read twice, once undisturbed and once while the feed connector, the pipeline's process, a process of
its pool, its engine and Kafka are killed with -9 and started again, connections are dropped and delayed, a copy of the pipeline
stands still, and the publisher's clock is wrong, at moments that the seed decides. Afterwards the alerts must be the same, the
versions of each must run 1, 2, 3, ..., and every article must have exactly one analysis or dead letter.

The exit code is 0 if so, 1 if not.
"""

import argparse
import logging
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from deploy.local import broker as local
from deploy.local.places import default_cache_dir
from deploy.local.prism import find_prism
from tests.end_to_end.chaos.faults import KILLS
from tests.end_to_end.chaos.run import Options, Report, run

LINES_SHOWN = 20


def arguments(words: Sequence[str]) -> argparse.Namespace:
    """Return the options."""
    parser = argparse.ArgumentParser(prog="python -m tests.end_to_end.chaos", description=__doc__.partition("\n")[0])
    parser.add_argument("--articles", type=int, default=10_000, help="of the stream (10000)")
    parser.add_argument("--kills", type=int, default=60, help="of all parts together (60)")
    parser.add_argument("--others", type=int, default=16, help="cuts, delays, freezes, wrong clocks (16)")
    parser.add_argument("--copies", type=int, default=2, help="of the pipeline; two or more stand by for each other (2)")
    parser.add_argument("--pause", type=float, default=4.0, help="seconds between two faults, at most (4)")
    parser.add_argument("--minutes", type=float, default=600.0, help="after which nothing further goes wrong (600)")
    parser.add_argument("--seed", type=int, default=20261127, help="of the stream and of the faults")
    parser.add_argument("--keep", type=Path, default=None, help="directory for the logs, which are thrown away else")
    return parser.parse_args(words)


def main(words: Sequence[str]) -> int:
    """Run, and return the exit code."""
    given = arguments(words)
    logging.getLogger("kafka").setLevel(logging.CRITICAL)  # of what goes wrong, a client in our own process tells at length
    began = time.monotonic()

    def say(text: str) -> None:
        print(f"{time.monotonic() - began:6.0f} s  {text}", flush=True)

    cache = default_cache_dir(os.environ)
    software, prism = local.find_software(cache, os.environ, say), str(find_prism(cache, os.environ, say).path)
    hour = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    options = Options(
        articles=given.articles, kills=given.kills, others=given.others, copies=given.copies, seed=given.seed,
        pause_secs=given.pause, minutes=given.minutes, begins_at=hour - timedelta(hours=48),
    )  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="sanctionwire-chaos-", ignore_cleanup_errors=True) as scratch:
        report = run(options, given.keep or Path(scratch), software, prism, say)
    for line in lines_of(report, options):
        say(line)
    return 0 if report.verdict.is_good else 1


def lines_of(report: Report, options: Options) -> Iterator[str]:
    """Yield what came of it."""
    verdict = report.verdict
    kills = sum(count for kind, count in report.done.items() if kind in KILLS)
    yield f"{options.articles} articles, {report.alerts} alerts in {report.versions} versions, {kills} kills; seed {options.seed}"
    yield "done: " + ", ".join(f"{count} {kind}" for kind, count in sorted(report.done.items()))
    yield "nothing to do it to: " + (", ".join(f"{count} {kind}" for kind, count in sorted(report.missed.items())) or "never")
    for name, ends in report.ends.items():
        yield f"{name} ended {sum(ends.values())} times: " + ", ".join(
            f"{count} with {code}" for code, count in sorted(ends.items())
        )
    yield f"{report.refused} articles refused, since their reader was killed twice, and retried"
    yield f"undisturbed {report.calm_secs:.0f} s, disturbed {report.rough_secs:.0f} s; load {os.getloadavg()[0]:.1f}"
    yield f"{verdict.lost} lost, {verdict.doubled} doubled, {verdict.gaps} gaps in versions, {verdict.different} alerts differ"
    yield from verdict.lines[:LINES_SHOWN]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

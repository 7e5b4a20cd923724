"""A long run at a steady rate: `python -m tests.soak [--minutes 60] [--rate 20]`; `make soak ARGS="--minutes 60"` does.

Starts Kafka, pipeline, feeds, page and subscribers with the default configuration, looks at them while nothing comes, then
publishes news at the rate, a tenth of it through the feed connector, and looks at memory, open files, sockets and threads of every
process.

The exit code is 0 if every process of ours stayed flat and kept up, 1 if one grew, restarted or fell behind, or if the run was too
short to tell. Kafka's own process is shown and not judged: its heap is bounded by its options, and grows into them for a while. The
page is judged, and grows until SQLite holds the 16 MB of its read model that it may keep in memory.
"""

import argparse
import json
import logging
import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

from connectors import telemetry
from connectors.config import ENV_PREFIX, KafkaConfig, TelemetryConfig
from connectors.feeds.publish import KafkaPublisher
from connectors.top import quantile, total
from deploy.local import stack
from deploy.local.places import default_cache_dir
from tests.soak.judge import MB, Row, Sample, judged, lines_of, together
from tests.soak.news import DAYS_A_MINUTE, News, due
from tests.soak.parts import OneFeed, Parts, started

SAMPLE_SECS = 10.0
SAY_SECS = 300.0
BY_FEED = 10  # every tenth article comes through the feed connector
IDLE_SHARE, IDLE_MB = 0.20, 1_600
MAX_LAG = 1_000
OURS = "ours together"


def arguments(words: Sequence[str]) -> argparse.Namespace:
    """Return the options."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__.partition("\n")[0])
    parser.add_argument("--minutes", type=float, default=10.0, help="how long articles are published (10)")
    parser.add_argument("--rate", type=float, default=20.0, help="articles a second (20)")
    parser.add_argument(
        "--warm-up", type=float, default=None, help="minutes that are not judged (a quarter of the run, 15 at most)"
    )
    parser.add_argument("--idle-seconds", type=float, default=60.0, help="how long nothing is published first (60)")
    parser.add_argument("--limit", type=float, default=1.0, help="MB an hour that a process may grow (1)")
    parser.add_argument("--seed", type=int, default=7, help="of the news (7)")
    parser.add_argument("--samples", type=Path, default=None, help="file for every sample, as JSON lines")
    return parser.parse_args(words)


def say(text: str) -> None:
    """Print a line at once."""
    print(text, flush=True)


def load() -> str:
    """Return how busy the machine is, which every figure depends on."""
    return f"load of the machine {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"


def idle(parts: Parts, secs: float) -> bool:
    """Look at all parts while nothing comes, and say whether they are within what is wanted."""
    time.sleep(min(5.0, secs))  # what the start has left to do
    before = parts.processor_secs()
    time.sleep(secs)
    shares = {part: (after - before[part]) / secs for part, after in parts.processor_secs().items()}
    megabytes, resident = parts.shares_mb(), sum(sample.rss for sample in parts.samples(0.0)) / MB
    share, mb = sum(shares.values()), sum(megabytes.values())
    say(f"idle for {secs:.0f} s: {share:.1%} of one core ({', '.join(f'{part} {one:.1%}' for part, one in shares.items())})")
    told = ", ".join(f"{name} {one:.0f}" for name, one in megabytes.items())
    say(f"idle memory: {mb:.0f} MB ({told}), shared pages counted once; {resident:.0f} MB counting them in each process")
    say(
        f"wanted: at most {IDLE_SHARE:.0%} and {IDLE_MB} MB; load of the machine {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    )
    return share <= IDLE_SHARE and mb <= IDLE_MB


class Run:
    """Publishes and samples.

    Args:
        options: see `arguments`.
        parts: what runs.
        publisher: takes articles as the feed connector gives them.
        feed: takes the others.
    """

    def __init__(self, options: argparse.Namespace, parts: Parts, publisher: KafkaPublisher, feed: OneFeed) -> None:
        self._options = options
        self._parts = parts
        self._publisher = publisher
        self._feed = feed
        begins_at = datetime.now(UTC) - timedelta(days=DAYS_A_MINUTE * options.minutes + 2)
        self._news = News(random.Random(options.seed), begins_at)
        self._sent = 0
        self.samples: list[Sample] = []
        self.lags: list[tuple[float, float]] = []

    def go(self) -> None:
        """Publish until the time is up, sampling on the way."""
        began = time.monotonic()
        next_sample, next_word = 0.0, SAY_SECS
        while (passed := time.monotonic() - began) < self._options.minutes * 60:
            self._publish(passed)
            if passed >= next_sample:
                self._look(passed)
                next_sample = passed + SAMPLE_SECS
            if passed >= next_word:
                self._tell(passed)
                next_word += SAY_SECS
            time.sleep(0.05)

    def drain(self, limit_secs: float) -> float | None:
        """Wait until nothing waits any more; return the seconds that took, None if it took longer than `limit_secs`."""
        began = time.monotonic()
        while self._lag() > 0:
            if time.monotonic() - began > limit_secs:
                return None
            time.sleep(1.0)
        return time.monotonic() - began

    @property
    def sent(self) -> int:
        """How many articles were published."""
        return self._sent

    def _publish(self, passed: float) -> None:
        for number in due(self._options.rate, passed, self._sent):
            article = self._news.article(passed, datetime.now(UTC))
            if number % BY_FEED:
                self._publisher.publish(article)
            else:
                self._feed.articles.append(article)
            self._sent += 1
        self._publisher.flush()

    def _look(self, passed: float) -> None:
        self.samples += self._parts.samples(passed)
        self.lags.append((passed, self._lag()))

    def _lag(self) -> float:
        return total(self._parts.metrics("pipeline"), telemetry.LAG_RECORDS)

    def _tell(self, passed: float) -> None:
        last = [one for one in self.samples if one.at == self.samples[-1].at]
        sizes = ", ".join(f"{one.name} {one.rss / MB:.0f}" for one in last)
        say(f"{passed / 60:.0f} min: {self._sent} articles, {self.lags[-1][1]:.0f} wait, {load()}; MB: {sizes}")


def report(run: Run, options: argparse.Namespace, warm_up_secs: float) -> bool:
    """Print the table, and say whether every process of ours was flat and the pipeline kept up."""
    ours = [one for one in run.samples if not one.name.startswith("kafka")]
    rows = judged(run.samples, warm_up_secs, options.limit)
    total_row = judged(together(ours, OURS), warm_up_secs, options.limit)
    for line in lines_of([*rows, *total_row]):
        say(line)
    late = [lag for at, lag in run.lags if at >= warm_up_secs]
    kept_up = bool(late) and late[-1] <= MAX_LAG
    say(f"articles that waited after the warm-up: {max(late, default=0):.0f} at most, {late[-1] if late else 0:.0f} at the end")
    judged_rows: list[Row] = [row for row in (*rows, *total_row) if not row.name.startswith("kafka")]
    bad = [f"{row.name} {row.verdict}" for row in judged_rows if row.verdict != "flat"]
    say("verdict: " + ("flat" if not bad else "; ".join(bad)) + ("" if kept_up else "; it did not keep up with the rate"))
    return not bad and kept_up


def main(words: Sequence[str]) -> int:
    """Run, and return the exit code."""
    options = arguments(words)
    telemetry.set_up_logging(TelemetryConfig(log_level="warning"), sys.stderr, is_colored=False)  # a line for each article else
    logging.getLogger("kafka").setLevel(logging.ERROR)  # it warns of every 100 ms that a busy machine takes from it
    warm_up_secs = 60 * (min(15.0, options.minutes / 4) if options.warm_up is None else options.warm_up)
    environ = {name: value for name, value in os.environ.items() if not name.startswith(ENV_PREFIX)}
    with ExitStack() as context:
        directory = Path(
            context.enter_context(tempfile.TemporaryDirectory(prefix="sanctionwire-soak-", ignore_cleanup_errors=True))
        )
        wanted = stack.StackOptions(directory / "kafka", default_cache_dir(os.environ), environ, preferred_port=None)
        kafka = context.enter_context(stack.running(wanted, say))
        feed = OneFeed()
        parts = context.enter_context(started(directory, kafka, context.enter_context(feed.served()), environ))
        parts.wait_until_ready()
        is_calm = idle(parts, options.idle_seconds)
        publisher = context.enter_context(KafkaPublisher(KafkaConfig(bootstrap_servers=kafka.bootstrap or "")))
        run = Run(options, parts, publisher, feed)
        say(f"publishing {options.rate:g} articles/s for {options.minutes:g} min, of which {warm_up_secs / 60:g} are not judged")
        run.go()
        drained = run.drain(120.0)
        say("the rest was read in " + (f"{drained:.0f} s" if drained is not None else "more than 120 s"))
        is_flat = report(run, options, warm_up_secs)
        for line in counted(parts, run):
            say(line)
        if options.samples is not None:
            options.samples.write_text("".join(f"{json.dumps(asdict(one))}\n" for one in run.samples), encoding="utf-8")
        say(f"idle {'within' if is_calm else 'above'} what is wanted")
    return 0 if is_flat else 1


def counted(parts: Parts, run: Run) -> Iterator[str]:
    """Yield what the pipeline counted."""
    now = parts.metrics("pipeline")
    finished, alerts = total(now, telemetry.ARTICLES), total(now, telemetry.ALERTS)
    refused = total(now, telemetry.DEAD_LETTERS)
    yield f"{run.sent} articles sent; {finished:.0f} finished, {refused:.0f} refused, {alerts:.0f} alert versions"
    halves = {share: quantile({}, now, telemetry.TRANSACTION_SECONDS, share) for share in (0.5, 0.95)}
    yield "transactions: " + ", ".join(f"p{share * 100:.0f} up to {bound} s" for share, bound in halves.items())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

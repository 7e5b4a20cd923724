"""What a running Sanctionwire does right now, from two looks at its metrics: rates, lag, late articles, feeds that fail.

Pure functions on samples as Prometheus's text format gives them; `pipelines.cli.top` fetches and prints. A counter that has fallen
was restarted, and its rate counts from zero.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from prometheus_client.parser import text_string_to_metric_families

from connectors import telemetry
from connectors.telemetry import Metric

Labels = tuple[tuple[str, str], ...]
Samples = Mapping[tuple[str, Labels], float]
MAX_ROWS = 8
SILENT = "no feed fails"


@dataclass(frozen=True, slots=True)
class Row:
    """One line: what it is about, and its figures in words."""

    name: str
    words: str


def samples_of(text: str) -> Samples:
    """Return the samples of a page of metrics by name and sorted labels.

    Raises:
        ValueError: it is no page of metrics.
    """
    families = text_string_to_metric_families(text)
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in families
        for sample in family.samples
        if not sample.name.endswith("_created")
    }


def total(samples: Samples, metric: Metric, **labels: str) -> float:
    """Return the sum of a metric's samples that have these labels."""
    wanted = set(labels.items())
    return sum(value for (name, own), value in samples.items() if name == metric.name and wanted <= set(own))


def by_label(samples: Samples, metric: Metric, label: str) -> dict[str, float]:
    """Return the sums of a metric's samples by one of its labels, largest first."""
    found: dict[str, float] = {}
    for (name, own), value in samples.items():
        if name == metric.name:
            key = dict(own).get(label, "")
            found[key] = found.get(key, 0.0) + value
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def rate(before: Samples, now: Samples, metric: Metric, seconds: float) -> float:
    """Return how much a counter rose each second."""
    rise = total(now, metric) - total(before, metric)
    return (rise if rise >= 0 else total(now, metric)) / seconds


def quantile(before: Samples, now: Samples, metric: Metric, share: float) -> float | None:
    """Return the upper bound of the bucket in which a share of a histogram's new values lies; None if there are none.

    A bound, where PromQL's `histogram_quantile` would guess inside the bucket; infinity if it lies above the last one.
    """
    rises: dict[float, float] = {}
    for (name, own), value in now.items():
        if name == f"{metric.name}_bucket":
            bound = float(dict(own)["le"])
            rises[bound] = rises.get(bound, 0.0) + value - before.get((name, own), 0.0)
    count = max(rises.values(), default=0.0)
    return next((bound for bound in sorted(rises) if rises[bound] >= share * count), None) if count > 0 else None


def pipeline_rows(before: Samples, now: Samples, seconds: float) -> list[Row]:
    """Return what the pipeline does.

    Args:
        before, now: two looks.
        seconds: between them.
    """
    rates = {name: rate(before, now, metric, seconds) for name, metric in COUNTED.items()}
    late = max(by_label(now, telemetry.BEHIND_SECONDS, "partition").values(), default=0.0)
    return [
        Row("articles", ", ".join(f"{value:.1f}/s {name}" for name, value in rates.items())),
        Row("lag", f"{total(now, telemetry.LAG_RECORDS):.0f} records; the oldest article in work is {late:.0f} s old"),
        Row("to alert", _times(before, now)),
        Row("alerts", _counts(by_label(now, telemetry.ALERTS, "family"))),
        Row("copies", _counts(by_label(now, telemetry.COPIES, "copy_kind"))),
        Row("refused", _counts(by_label(now, telemetry.DEAD_LETTERS, "stage"))),
    ]


COUNTED = {"taken": telemetry.ARTICLES, "analysed": telemetry.ANALYSES, "repeated": telemetry.REPEATS}


def _times(before: Samples, now: Samples) -> str:
    found = {share: quantile(before, now, telemetry.PUBLICATION_TO_ALERT_SECONDS, share) for share in (0.5, 0.95)}
    told = [f"p{100 * share:.0f} up to {value:g} s" for share, value in found.items() if value is not None]
    return ", ".join(told) or "no alert since the last look"


def _counts(counts: Mapping[str, float]) -> str:
    return ", ".join(f"{value:.0f} {name}" for name, value in counts.items() if value) or "none"


def feed_rows(before: Samples, now: Samples, seconds: float, time: float) -> list[Row]:
    """Return what the feeds do.

    Args:
        before, now: two looks.
        seconds: between them.
        time: of the second one, in seconds since 1970.
    """
    published = rate(before, now, telemetry.ARTICLES_PUBLISHED, seconds)
    polls = _counts(by_label(now, telemetry.FEED_POLLS, "outcome"))
    return [
        Row("published", f"{published:.1f} articles/s"),
        Row("polls", polls),
        *_failing(now, time),
    ]


def _failing(now: Samples, time: float) -> Iterable[Row]:
    """Return a row for each feed that has been polled and brought nothing good for longest, at most `MAX_ROWS`."""
    good = by_label(now, telemetry.FEED_SUCCESS_TIME, "feed")
    polled = by_label(now, telemetry.FEED_POLLS, "feed")
    bad = [(good.get(feed, 0.0), feed) for feed in polled if time - good.get(feed, 0.0) > DEAD_AFTER_SECS]
    rows = [Row("dead", f"{feed}: {_ago(time - last) if last else 'never read'}") for last, feed in sorted(bad)]
    more = [Row("dead", f"and {len(rows) - MAX_ROWS} more; sanctionwire feeds list")] if len(rows) > MAX_ROWS else []
    return [*rows[:MAX_ROWS], *more] or [Row("dead", SILENT)]


DEAD_AFTER_SECS = 6 * 3600.0  # polling slows down to hours where nothing comes


def _ago(seconds: float) -> str:
    return f"last read {seconds / 3600:.0f} h ago"

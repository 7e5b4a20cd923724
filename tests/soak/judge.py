"""What a long run says: how fast the memory of each process grows, and whether its files, sockets and threads stay as many.

The slope is a least-squares line through the means of blocks of a minute (of a fifteenth of the run, where it is short), since
single samples follow each other too closely to count as separate ones. Its uncertainty is twice the standard error of that line. A
process grows if the slope is above the limit even when the uncertainty is taken off; if only the slope is above it, the run was too
short to tell, and says so rather than passing.

Known to be wrong: blocks of a minute still depend on each other a little, so the uncertainty is somewhat too small.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean, median
from typing import Literal

MB = 1_000_000
BLOCK_HOURS = 1 / 60
MIN_BLOCKS = 5
SLACK = 1  # open files, sockets or threads that may come and go
Verdict = Literal["flat", "grows", "unclear", "restarted"]


@dataclass(frozen=True, slots=True)
class Sample:
    """One process at one moment.

    Attributes:
        at: seconds since the articles began.
        name: the part and what the process does in it; two processes have two names.
        pid: the process.
        rss: resident memory in bytes.
        files, sockets, threads: how many are open.
    """

    at: float
    name: str
    pid: int
    rss: int
    files: int
    sockets: int
    threads: int


@dataclass(frozen=True, slots=True)
class Slope:
    """A line through a series: how much a unit of time adds, and how sure that is (two standard errors)."""

    each: float
    uncertainty: float


@dataclass(frozen=True, slots=True)
class Row:
    """What became of one process.

    Attributes:
        name: see `Sample`.
        first_mb, last_mb: memory at the beginning and the end, in MB, as means of a tenth of the run.
        slope: of the memory, in MB an hour.
        counts: open files, sockets and threads: median of the first third and of the last.
        verdict: what it comes to.
    """

    name: str
    first_mb: float
    last_mb: float
    slope: Slope
    counts: dict[str, tuple[float, float]]
    verdict: Verdict


def line_through(points: Sequence[tuple[float, float]]) -> Slope:
    """Return the least-squares slope of (x, y) points; of fewer than three its uncertainty is infinite."""
    if len(points) < 3:
        return Slope(0.0, math.inf)
    mean_x, mean_y = fmean(x for x, _ in points), fmean(y for _, y in points)
    spread = sum((x - mean_x) ** 2 for x, _ in points)
    each = sum((x - mean_x) * (y - mean_y) for x, y in points) / spread
    left = sum((y - mean_y - each * (x - mean_x)) ** 2 for x, y in points)
    return Slope(each, 2 * math.sqrt(left / (len(points) - 2) / spread))


def blocks(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return the means of a series over blocks of time; times are in hours."""
    if not points:
        return []
    length = min(BLOCK_HOURS, max((points[-1][0] - points[0][0]) / (3 * MIN_BLOCKS), 1e-9))
    found: dict[int, list[tuple[float, float]]] = {}
    for point in points:
        found.setdefault(int((point[0] - points[0][0]) / length), []).append(point)
    return [(fmean(x for x, _ in block), fmean(y for _, y in block)) for block in found.values()]


def judged(samples: Iterable[Sample], warm_up_secs: float, limit_mb: float) -> list[Row]:
    """Return what became of each process after the warm-up, in the order in which they were first seen.

    Args:
        samples: of all processes, by time.
        warm_up_secs: what came before is left out.
        limit_mb: MB an hour that a process may grow.
    """
    by_name: dict[str, list[Sample]] = {}
    for sample in samples:
        by_name.setdefault(sample.name, [])
        if sample.at >= warm_up_secs:
            by_name[sample.name].append(sample)
    return [_row(name, series, limit_mb) for name, series in by_name.items() if series]


def _row(name: str, series: Sequence[Sample], limit_mb: float) -> Row:
    line = line_through(blocks([(one.at / 3600, one.rss / MB) for one in series]))
    tenth, third = max(1, len(series) // 10), max(1, len(series) // 3)
    counts = {
        what: (
            median(getattr(one, what) for one in series[:third]),
            median(getattr(one, what) for one in series[-third:]),
        )
        for what in ("files", "sockets", "threads")
    }
    first, last = (fmean(one.rss / MB for one in part) for part in (series[:tenth], series[-tenth:]))
    return Row(name, first, last, line, counts, verdict_of(series, line, counts, limit_mb))


def verdict_of(series: Sequence[Sample], line: Slope, counts: dict[str, tuple[float, float]], limit_mb: float) -> Verdict:
    """Return what a process's series comes to."""
    if len({one.pid for one in series}) > 1:
        return "restarted"
    if any(last > first + SLACK for first, last in counts.values()):
        return "grows"
    if line.each - line.uncertainty > limit_mb:
        return "grows"
    return "flat" if line.each <= limit_mb else "unclear"


def together(samples: Iterable[Sample], name: str) -> list[Sample]:
    """Return the sums of all processes at each moment, as samples of one that has this name."""
    moments: dict[float, list[Sample]] = {}
    for sample in samples:
        moments.setdefault(sample.at, []).append(sample)
    return [
        Sample(at, name, 0, *(sum(getattr(one, what) for one in some) for what in ("rss", "files", "sockets", "threads")))
        for at, some in moments.items()
    ]


def lines_of(rows: Sequence[Row]) -> list[str]:
    """Return the rows as a table for people."""
    head = f"{'process':28} {'MB first':>9} {'last':>7} {'MB/h':>8} {'+-':>6} {'files':>9} {'sockets':>9} {'threads':>9}  verdict"
    return [head, *(_line(row) for row in rows)]


def _line(row: Row) -> str:
    files, sockets, threads = (f"{first:.0f}-{last:.0f}" for first, last in row.counts.values())
    figures = f"{row.first_mb:9.1f} {row.last_mb:7.1f} {row.slope.each:8.2f} {row.slope.uncertainty:6.2f}"
    return f"{row.name:28} {figures} {files:>9} {sockets:>9} {threads:>9}  {row.verdict}"

"""Charts as SVG: where each mark stands. Pure functions from sums to shapes; the templates draw them.

A chart is never the only way to a figure: each mark has its words (`title`), and the page repeats the sums as a table.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SEVERITIES = ("critical", "high", "medium", "low")
MATRIX_SIDE = 12
CELL, LEFT, TOP, SLANT = 44, 190, 130, 96
WIDTH, HEIGHT, FLOOR = 960, 180, 24
STEPS = 5  # shades of a cell
LEGIBLE_DAYS = 31


@dataclass(frozen=True, slots=True)
class Cell:
    """One mark of the matrix: where it stands, how many alerts it is for, and how dark it is, 1 to `STEPS`."""

    sender: str
    target: str
    x: int
    y: int
    amount: int
    shade: int


@dataclass(frozen=True, slots=True)
class Matrix:
    """Who acts against whom: parties with alerts in order, and a cell for each pair."""

    senders: tuple[str, ...]
    targets: tuple[str, ...]
    cells: tuple[Cell, ...]
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Bar:
    """One day of one severity, in whole units of the drawing."""

    day: str
    severity: str
    amount: int
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Total:
    """Alerts of a stretch of days, by its first and its last date."""

    first: str
    last: str
    amount: int


@dataclass(frozen=True, slots=True)
class TimeLine:
    """Alerts a day: the bars of each day that has one, the days that are written below, the most of a day, and sums to read.

    The sums are of days, or of weeks, by their first day, where there are too many days to read.
    """

    days: tuple[tuple[Bar, ...], ...]
    ticks: tuple[tuple[float, str], ...]
    most: int
    totals: tuple[Total, ...]


def matrix(pairs: Sequence[tuple[str, str, int]]) -> Matrix:
    """Return the matrix of the parties with most alerts.

    Args:
        pairs: (sender, target, alerts).
    """
    senders, targets = (_leading(pairs, side) for side in (0, 1))
    most = max((amount for _, _, amount in pairs), default=1)
    cells = tuple(
        Cell(sender, target, LEFT + targets.index(target) * CELL, TOP + senders.index(sender) * CELL, amount, _shade(amount, most))
        for sender, target, amount in pairs
        if sender in senders and target in targets
    )
    return Matrix(senders, targets, cells, LEFT + CELL * len(targets) + SLANT, TOP + CELL * len(senders) + 8)


def _leading(pairs: Sequence[tuple[str, str, int]], side: int) -> tuple[str, ...]:
    sums: dict[str, int] = {}
    for pair in pairs:
        name, amount = (pair[0], pair[1])[side], pair[2]
        sums[name] = sums.get(name, 0) + amount
    return tuple(sorted(sums, key=lambda name: (-sums[name], name))[:MATRIX_SIDE])


def _shade(amount: int, most: int) -> int:
    return max(1, min(STEPS, round(STEPS * amount / most)))


def time_line(sums: Sequence[tuple[int, str, int]], today: int, days: int) -> TimeLine:
    """Return the bars of the last days.

    Args:
        sums: (day since 1970, severity, alerts).
        today: the last day shown.
        days: how many.
    """
    by_day: dict[int, dict[str, int]] = {}
    for day, severity, amount in sums:
        by_day.setdefault(day, {})[severity] = amount
    most = max((sum(found.values()) for found in by_day.values()), default=1)
    step = WIDTH / days
    stacks = [_stack(by_day.get(today - days + 1 + number, {}), today, days, number, most) for number in range(days)]
    every = max(1, days // 8)
    ticks = tuple((number * step + step / 2, date_of(today - days + 1 + number)[5:]) for number in range(every // 2, days, every))
    totals = _totals({day: sum(found.values()) for day, found in by_day.items()}, 1 if days <= LEGIBLE_DAYS else 7, today)
    return TimeLine(tuple(tuple(stack) for stack in stacks if stack), ticks, most, totals)


def _totals(by_day: Mapping[int, int], span: int, today: int) -> tuple[Total, ...]:
    """Return the sums of stretches of so many days, the one that ends today first."""
    sums: dict[int, int] = {}
    for day, amount in by_day.items():
        last = today - (today - day) // span * span
        sums[last] = sums.get(last, 0) + amount
    return tuple(Total(date_of(last - span + 1), date_of(last), amount) for last, amount in sorted(sums.items(), reverse=True))


def spark(by_day: Mapping[int, int], today: int, days: int) -> str:
    """Return a small drawing of the last days as the data of a path: a bar a day, in a box of 4 by 20 for each."""
    most = max((by_day.get(today - number, 0) for number in range(days)), default=0)
    bars = [(number, round(20 * by_day.get(today - days + 1 + number, 0) / most)) for number in range(days)] if most else []
    return "".join(f"M{4 * number} 20h3v-{height}h-3z" for number, height in bars if height)


def _stack(found: Mapping[str, int], today: int, days: int, number: int, most: int) -> list[Bar]:
    left, right = (round(place * WIDTH / days) for place in (number, number + 1))
    base, bars, date = HEIGHT - FLOOR, [], date_of(today - days + 1 + number)
    gap = min(3, max(1, (right - left) // 5))
    for severity in reversed(SEVERITIES):
        amount = found.get(severity, 0)
        if amount:
            height = max(2, round((HEIGHT - FLOOR - 8) * amount / most))
            base -= height
            bars.append(Bar(date, severity, amount, left + gap // 2, base, right - left - gap, height))
    return bars


def date_of(day: int) -> str:
    """Return a day since 1970 as a date."""
    return (EPOCH + timedelta(days=day)).date().isoformat()

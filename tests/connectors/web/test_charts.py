"""The charts: what stands where, and that their figures can be read, which axe-core does not look at inside an SVG."""

import re
from datetime import timedelta
from itertools import product
from pathlib import Path

import pytest

from connectors.messages.signal import Actor
from connectors.subscribers.web import charts
from connectors.subscribers.web.pages import HERE
from tests.connectors.web.sites import NOW, numbered, staged

TODAY = int(NOW.timestamp()) // 86_400
STYLE = (HERE / "static" / "page.css").read_text(encoding="utf-8")
LIGHT, DARK = (dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", part)) for part in STYLE.split("prefers-color-scheme: dark")[:2])


def luminance(colour: str) -> float:
    """Relative luminance of a colour such as `#12ab34` (WCAG 2.2)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast of two colours, 1 to 21."""
    low, high = sorted(map(luminance, (one, other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_the_figure_in_every_cell_can_be_read(colours: dict[str, str]) -> None:
    for shade in range(1, charts.STEPS + 1):
        ink = colours["card" if shade > 3 else "ink"]
        assert contrast(ink, colours[f"shade-{shade}"]) >= 4.5, shade


def test_a_day_is_a_stack_as_high_as_its_alerts_with_the_gravest_on_top() -> None:
    line = charts.time_line([(TODAY, "low", 3), (TODAY, "critical", 1), (TODAY - 1, "high", 2)], TODAY, 7)
    assert [bar.severity for bar in line.days[-1]] == ["low", "critical"]
    low, critical = line.days[-1]
    assert critical.y + critical.height == low.y
    assert low.height > line.days[0][0].height > critical.height
    assert line.most == 4


@pytest.mark.parametrize(("days", "spans"), [(7, 1), (30, 1), (90, 7)])
def test_sums_to_read_are_of_days_or_of_weeks_that_end_today_and_leave_none_out(days: int, spans: int) -> None:
    sums = [(TODAY - number, "low", number + 1) for number in range(days)]
    totals = charts.time_line(sums, TODAY, days).totals
    assert totals[0].last == charts.date_of(TODAY)
    assert totals[0].first == charts.date_of(TODAY - spans + 1)
    assert sum(one.amount for one in totals) == sum(amount for _, _, amount in sums)
    assert len(totals) <= 31


def test_a_spark_has_a_bar_for_each_day_with_something() -> None:
    assert charts.spark({TODAY: 4, TODAY - 2: 1}, TODAY, 3) == "M0 20h3v-5h-3zM8 20h3v-20h-3z"
    assert charts.spark({}, TODAY, 14) == ""


def test_the_fullest_overview_weighs_60_kb_at_most(tmp_path: Path) -> None:
    parties = [Actor(id=f"{letter}{letter}X", name=f"State of {letter}{letter}X") for letter in "ABCDEFGHIJKL"]
    days = [
        numbered(number, last_at=NOW - timedelta(days=number // 4), severity=severity, senders=(), targets=())
        for number, severity in zip(range(360), ("low", "medium", "high", "critical") * 90, strict=True)
    ]
    pairs = [
        numbered(1_000 + number, senders=(sender,), targets=(target,))
        for number, (sender, target) in enumerate(product(parties, parties))
    ]
    with staged(tmp_path / "web.sqlite", [*days, *pairs]) as stage:
        answer = stage.client.get("/overview?days=90")
    assert answer.text.count("<rect class=") == charts.MATRIX_SIDE**2
    assert len(re.findall('<path class="[chml]"', answer.text)) == 360
    assert len(answer.content) <= 60_000

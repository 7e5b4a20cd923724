"""One screen on what runs: rates, quantiles and dead feeds from two pages of metrics, as our own registry prints them."""

from datetime import UTC, datetime

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from connectors import telemetry
from connectors.telemetry import Meters
from connectors.top import Samples, feed_rows, pipeline_rows, quantile, rate, samples_of
from pipelines.cli.top import screen

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC).timestamp()


class Part:
    """A part that counts."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self.meters = Meters(self._registry, "0")

    def look(self) -> Samples:
        return samples_of(generate_latest(self._registry).decode())


def words(rows: list[object]) -> dict[str, str]:
    return {row.name: row.words for row in rows}  # type: ignore[attr-defined]


def test_a_rate_is_the_rise_each_second_and_a_restart_counts_from_zero() -> None:
    part, other = Part(), Part()
    for _ in range(4):
        part.meters.count(telemetry.ARTICLES)
    before = part.look()
    for _ in range(6):
        part.meters.count(telemetry.ARTICLES)
    other.meters.count(telemetry.ARTICLES)
    assert rate(before, part.look(), telemetry.ARTICLES, 2) == 3
    assert rate(before, other.look(), telemetry.ARTICLES, 2) == 0.5


def test_a_quantile_is_the_bound_of_its_bucket_and_counts_what_is_new() -> None:
    part = Part()
    for _ in range(100):
        part.meters.observe(telemetry.PUBLICATION_TO_ALERT_SECONDS, 1_000)
    before = part.look()
    assert quantile(before, before, telemetry.PUBLICATION_TO_ALERT_SECONDS, 0.5) is None
    for seconds in (0.3, 0.4, 0.4, 1.5):
        part.meters.observe(telemetry.PUBLICATION_TO_ALERT_SECONDS, seconds)
    assert quantile(before, part.look(), telemetry.PUBLICATION_TO_ALERT_SECONDS, 0.5) == 0.5
    assert quantile(before, part.look(), telemetry.PUBLICATION_TO_ALERT_SECONDS, 0.95) == 2


def test_the_pipeline_tells_its_rates_lag_alerts_and_what_it_refused() -> None:
    part = Part()
    before = part.look()
    part.meters.count(telemetry.ARTICLES)
    part.meters.count(telemetry.ALERTS, "threat", "raised")
    part.meters.count(telemetry.DEAD_LETTERS, "Decode")
    part.meters.set(telemetry.LAG_RECORDS, 7, "articles", "0")
    part.meters.set(telemetry.LAG_RECORDS, 5, "articles", "1")
    part.meters.set(telemetry.BEHIND_SECONDS, 9, "1")
    told = words(pipeline_rows(before, part.look(), 1))  # type: ignore[arg-type]
    assert told["articles"].startswith("1.0/s taken")
    assert told["lag"] == "12 records; the oldest article in work is 9 s old"
    assert (told["alerts"], told["refused"], told["copies"]) == ("1 threat", "1 Decode", "none")
    assert told["to alert"] == "no alert since the last look"


@pytest.mark.parametrize(("hours", "dead"), [(1, "no feed fails"), (30, "a: last read 30 h ago"), (None, "a: never read")])
def test_a_feed_that_has_not_been_read_for_long_is_dead(hours: float | None, dead: str) -> None:
    part = Part()
    part.meters.count(telemetry.FEED_POLLS, "a", "server_error")
    if hours is not None:
        part.meters.set(telemetry.FEED_SUCCESS_TIME, NOW - 3600 * hours, "a")
    assert words(feed_rows(part.look(), part.look(), 1, NOW))["dead"] == dead  # type: ignore[arg-type]


def test_many_dead_feeds_are_cut_and_counted() -> None:
    part = Part()
    for number in range(20):
        part.meters.count(telemetry.FEED_POLLS, f"f{number:02}", "server_error")
    rows = feed_rows(part.look(), part.look(), 1, NOW)
    assert rows[-1].words == "and 12 more; sanctionwire feeds list"


def test_a_part_that_does_not_answer_is_told_and_the_others_are_shown() -> None:
    look = {"pipeline": Part().look(), "feeds": None}
    lines = screen(look, look, 2, NOW, ["12:00:00 high     Somebody threatens somebody"])
    assert lines[0] == "Sanctionwire at 12:00:00 UTC"
    assert lines[lines.index("feeds") + 1].strip().startswith("does not answer")
    assert lines[-1].endswith("Somebody threatens somebody")


def test_what_is_no_page_of_metrics_is_refused() -> None:
    with pytest.raises(ValueError, match="html"):
        samples_of("<html>\n{broken")

"""The Grafana dashboard, from a table of panels: `python -m deploy.observability.dashboard` writes it beside the provisioning.

A dashboard written by hand is a thousand lines that nobody reads; the table below is what it shows. A test holds the committed
file to this table, and every expression to the table of metrics. Assumes Grafana 10 or later and a data source with the uid
`prometheus`.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

PATH = Path(__file__).parent / "grafana" / "sanctionwire.json"
WIDTH, HEIGHT, COLUMNS = 8, 7, 24


@dataclass(frozen=True, slots=True)
class Panel:
    """One picture.

    Attributes:
        title: the question that it answers.
        unit: Grafana's name of the unit.
        queries: (expression, legend).
        type: a line over time, or one number.
    """

    title: str
    unit: str
    queries: tuple[tuple[str, str], ...]
    type: Literal["timeseries", "stat"] = "timeseries"


def _within(metric: str, span: str, label: str) -> tuple[tuple[str, str], ...]:
    """One query: how far a counter rose within a span, by one label."""
    legend = " ".join(f"{{{{{name}}}}}" for name in label.split(", "))
    return ((f"sum by ({label}) (increase({metric}[{span}]))", legend),)


def _worst(expression: str) -> tuple[tuple[str, str], ...]:
    """One query: the ten feeds with the highest value."""
    return ((f"topk(10, {expression})", "{{feed}}"),)


def _quantile(share: float, metric: str) -> str:
    return f"histogram_quantile({share}, sum by (le) (rate({metric}_bucket[5m])))"


ROWS: tuple[tuple[str, tuple[Panel, ...]], ...] = (
    (
        "Is it well?",
        (
            Panel("Parts that answer", "none", (('count(up{job=~"sanctionwire-.*"} == 1)', "parts"),), "stat"),
            Panel("How late are we?", "s", (("max(sanctionwire_behind_seconds)", "oldest open article"),), "stat"),
            Panel("Articles that wait", "none", (("sum(sanctionwire_lag_records)", "articles"),), "stat"),
            Panel(
                "Copies of the pipeline",
                "none",
                (("sum(sanctionwire_active)", "work"), ("count(sanctionwire_active == 0)", "stand by")),
                "stat",
            ),
        ),
    ),
    (
        "Alerts",
        (
            Panel(
                "Alert versions",
                "none",
                _within("sanctionwire_alerts_total", "15m", "family, status"),
            ),
            Panel(
                "From publication to alert",
                "s",
                (
                    (_quantile(0.5, "sanctionwire_publication_to_alert_seconds"), "p50"),
                    (_quantile(0.99, "sanctionwire_publication_to_alert_seconds"), "p99"),
                ),
            ),
            Panel("Signals by kind", "none", _within("sanctionwire_signals_total", "1h", "kind")),
        ),
    ),
    (
        "Pipeline",
        (
            Panel(
                "Articles",
                "cps",
                (
                    ("sum(rate(sanctionwire_articles_total[5m]))", "taken"),
                    ("sum(rate(sanctionwire_analyses_total[5m]))", "analysed"),
                    ("sum(rate(sanctionwire_copies_total[5m]))", "copies"),
                    ("sum(rate(sanctionwire_repeats_total[5m]))", "repeats"),
                ),
            ),
            Panel("How long does the backlog last?", "s", (("max(sanctionwire_backlog_seconds)", "backlog"),)),
            Panel("Dead letters by stage", "none", _within("sanctionwire_dead_letters_total", "1h", "stage")),
            Panel(
                "Transactions",
                "s",
                (
                    (_quantile(0.5, "sanctionwire_transaction_seconds"), "p50"),
                    (_quantile(0.95, "sanctionwire_transaction_seconds"), "p95"),
                ),
            ),
        ),
    ),
    (
        "Feeds",
        (
            Panel("Polls by outcome", "cps", (("sum by (outcome) (rate(sanctionwire_feed_polls_total[15m]))", "{{outcome}}"),)),
            Panel("Articles published", "cps", (("sum(rate(sanctionwire_articles_published_total[15m]))", "articles"),)),
            Panel("Silent feeds", "s", _worst("sanctionwire_feed_silence_seconds > 0")),
            Panel(
                "Entries in quarantine",
                "none",
                _worst("increase(sanctionwire_feed_entries_quarantined_total[6h]) > 0"),
            ),
            Panel(
                "Longest without success",
                "s",
                _worst("time() - sanctionwire_feed_last_success_timestamp_seconds"),
            ),
            Panel("Longest without news", "s", _worst("time() - sanctionwire_feed_last_new_timestamp_seconds")),
        ),
    ),
    (
        "Receivers",
        (
            Panel("Deliveries by what became of them", "none", _within("sanctionwire_deliveries_total", "1h", "receiver, outcome")),
            Panel(
                "Alerts that wait",
                "none",
                (
                    ("sum by (receiver) (sanctionwire_deliveries_waiting_records)", "{{receiver}}"),
                    ("sum by (receiver) (sanctionwire_deliveries_behind_records) > 0", "{{receiver}}: left in the log"),
                ),
            ),
            Panel("From reading to delivery", "s", ((_quantile(0.95, "sanctionwire_delivery_seconds"), "p95"),)),
        ),
    ),
    (
        "Processes",
        (
            Panel("Memory", "bytes", (('process_resident_memory_bytes{job=~"sanctionwire-.*"}', "{{job}}"),)),
            Panel("Open files", "none", (('process_open_fds{job=~"sanctionwire-.*"}', "{{job}}"),)),
            Panel(
                "Starts and releases",
                "s",
                (
                    ("sanctionwire_cold_start_seconds", "cold start"),
                    ("sanctionwire_take_over_seconds", "take-over"),
                    ("sanctionwire_build_info", "{{job}} {{version}}"),
                ),
            ),
        ),
    ),
)


def dashboard() -> dict[str, Any]:
    """Return the dashboard as Grafana imports it."""
    panels: list[dict[str, Any]] = []
    top = 0
    for title, row in ROWS:
        panels.append(_placed({"type": "row", "title": title, "collapsed": False}, len(panels), 0, top, COLUMNS, 1))
        top += 1
        for place, panel in enumerate(row):
            line, column = divmod(place, COLUMNS // WIDTH)
            panels.append(_placed(_panel(panel), len(panels), column * WIDTH, top + line * HEIGHT, WIDTH, HEIGHT))
        top += (len(row) + 2) // (COLUMNS // WIDTH) * HEIGHT
    return {
        "uid": "sanctionwire",
        "title": "Sanctionwire",
        "tags": ["sanctionwire"],
        "timezone": "utc",
        "schemaVersion": 39,
        "refresh": "30s",
        "time": {"from": "now-6h", "to": "now"},
        "panels": panels,
    }


def _placed(panel: dict[str, Any], number: int, x: int, y: int, w: int, h: int) -> dict[str, Any]:
    return {"id": number + 1, **panel, "gridPos": {"x": x, "y": y, "w": w, "h": h}}


def _panel(panel: Panel) -> dict[str, Any]:
    source = {"type": "prometheus", "uid": "prometheus"}
    targets = [
        {"refId": chr(ord("A") + number), "datasource": source, "expr": expression, "legendFormat": legend}
        for number, (expression, legend) in enumerate(panel.queries)
    ]
    defaults = {"defaults": {"unit": panel.unit}, "overrides": []}
    return {"type": panel.type, "title": panel.title, "datasource": source, "fieldConfig": defaults, "targets": targets}


def text() -> str:
    """Return the dashboard as the file holds it."""
    return json.dumps(dashboard(), indent=1) + "\n"


if __name__ == "__main__":
    PATH.write_text(text(), encoding="utf-8")

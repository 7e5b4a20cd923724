"""Rules and dashboard ask for metrics and labels that exist; every alert is explained."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import promql_parser
import pytest
import yaml

from connectors.telemetry import METRICS, Metric
from deploy.observability import dashboard

DEPLOY = Path(__file__).parents[2] / "deploy"
RULES = yaml.safe_load((DEPLOY / "observability" / "rules.yml").read_text(encoding="utf-8"))["groups"][0]["rules"]
PAGE = (DEPLOY / "README.md").read_text(encoding="utf-8")
OF_PROMETHEUS = {"up", "process_start_time_seconds", "process_resident_memory_bytes", "process_open_fds"}
# Labels that Prometheus adds to whatever it asks.
OF_THE_SCRAPE = {"job", "instance", "le"}


def expressions() -> Iterator[str]:
    """Everything that is asked of Prometheus."""
    yield from (rule["expr"] for rule in RULES)
    for panel in dashboard.dashboard()["panels"]:
        yield from (target["expr"] for target in panel.get("targets", []))


def selectors(node: Any) -> Iterator[Any]:
    """Every vector selector of a parsed expression."""
    if isinstance(node, promql_parser.VectorSelector):
        yield node
    for name in ("expr", "lhs", "rhs", "vector_selector", "param"):
        if (child := getattr(node, name, None)) is not None:
            yield from selectors(child)
    for child in getattr(node, "args", None) or ():
        yield from selectors(child)


def metric_of(name: str) -> Metric | None:
    """The row of the table that a series belongs to."""
    plain = re.sub(r"_(bucket|sum|count)$", "", name)
    return next((metric for metric in METRICS if metric.name in (name, plain)), None)


EXPRESSIONS = sorted(set(expressions()))


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_an_expression_asks_for_metrics_and_labels_of_the_table(expression: str) -> None:
    asked = list(selectors(promql_parser.parse(expression)))
    assert asked
    for selector in asked:
        metric = metric_of(selector.name)
        assert metric is not None or selector.name in OF_PROMETHEUS, selector.name
        matched = {matcher.name for matcher in selector.matchers.matchers}
        assert matched <= set(metric.labels if metric else ()) | OF_THE_SCRAPE


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_an_expression_groups_by_labels_that_its_metrics_have(expression: str) -> None:
    grouped = {label.strip() for labels in re.findall(r"\bby \(([^)]*)\)", expression) for label in labels.split(",")}
    metrics = [metric_of(selector.name) for selector in selectors(promql_parser.parse(expression))]
    named = {label for metric in metrics if metric is not None for label in metric.labels}
    assert grouped <= named | OF_THE_SCRAPE


def test_an_alert_says_how_bad_it_is_and_what_it_means() -> None:
    for rule in RULES:
        assert rule["labels"]["severity"] in ("warning", "critical")
        assert {"summary", "description"} <= set(rule["annotations"])


def test_the_operators_page_explains_every_alert_and_no_other() -> None:
    assert re.findall(r"^### .*`(\w+)`", PAGE, re.MULTILINE) == [rule["alert"] for rule in RULES]


def test_the_committed_dashboard_is_that_of_the_table() -> None:
    assert dashboard.PATH.read_text(encoding="utf-8") == dashboard.text()


def test_the_dashboard_shows_every_metric() -> None:
    shown = {metric_of(selector.name) for expression in expressions() for selector in selectors(promql_parser.parse(expression))}
    assert {metric.name for metric in METRICS} == {metric.name for metric in shown if metric}


def test_no_panel_covers_another() -> None:
    cells = [
        (x, y)
        for panel in json.loads(dashboard.text())["panels"]
        for x in range(panel["gridPos"]["x"], panel["gridPos"]["x"] + panel["gridPos"]["w"])
        for y in range(panel["gridPos"]["y"], panel["gridPos"]["y"] + panel["gridPos"]["h"])
    ]
    assert len(cells) == len(set(cells))


def test_prometheus_asks_the_parts_by_the_names_that_the_rules_know() -> None:
    config = yaml.safe_load((DEPLOY / "observability" / "prometheus.yml").read_text(encoding="utf-8"))
    parts = ("feeds", "pipeline", "web", "subscribers")
    assert {job["job_name"] for job in config["scrape_configs"]} == {f"sanctionwire-{part}" for part in parts}
    assert config["rule_files"] == ["rules.yml"]

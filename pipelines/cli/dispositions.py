"""`dispositions`: what analysts said of alerts, how right each rule was, and their verdicts as gold records."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TypeVar

import click

from connectors.config import KafkaConfig
from connectors.errors import MessageError
from connectors.kafka import Stored, read_all
from connectors.messages.alert import Alert
from connectors.messages.analysis import Analysis
from connectors.messages.codec import Message, decode, to_dict
from connectors.messages.disposition import Disposition
from connectors.subscribers.dispositions import VERDICTS, RuleScore, gold_records, latest, precision, rules_of
from connectors.subscribers.plain import plain
from connectors.subscribers.words import headline
from connectors.topics import ALERT_TOPICS, ANALYSES, DISPOSITIONS, Topic
from pipelines.cli.common import config_options, read_config, say

T = TypeVar("T", bound=Message)


@click.group()
def dispositions() -> None:
    """See the verdicts on alerts, and carry them out as gold records."""


@dispositions.command("list", epilog="Example: sanctionwire dispositions list --rules")
@config_options
@click.option("--verdict", type=click.Choice(VERDICTS), help="Only these verdicts.")
@click.option("--rules", "by_rule", is_flag=True, help="How right each rule was, instead of each verdict.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def show_all(config_path: Path | None, brokers: str | None, verdict: str | None, by_rule: bool, as_json: bool) -> None:  # noqa: FBT001  (click passes by keyword)
    """List the last verdict on each alert, oldest first."""
    kafka = read_config(config_path, brokers).kafka
    given = read_verdicts(kafka)
    alerts = read_judged(kafka, given)
    if by_rule:
        scores = precision((one.verdict, rules_of(alerts[key])) for key, one in given.items() if key in alerts)
        for score in scores:
            click.echo(json.dumps(as_dict(score)) if as_json else as_line(score))
    else:
        for key, one in given.items():
            if verdict in (None, one.verdict):
                click.echo(json.dumps(to_dict(one)) if as_json else line_of(one, alerts.get(key)))
    say(f"{len(given)} alerts judged, {len(given) - len(alerts)} of them no longer kept")


@dispositions.command("export", epilog="Example: sanctionwire dispositions export > field.jsonl")
@config_options
def export(config_path: Path | None, brokers: str | None) -> None:
    """Print what was judged true or false as gold records of the annotation guide, one JSON object a line.

    Each quoted sentence whose analysis is still on the topic gives one record.
    """
    kafka = read_config(config_path, brokers).kafka
    given = read_verdicts(kafka)
    alerts = read_judged(kafka, given)
    articles = {quote.article_id for alert in alerts.values() for quote in alert.evidence}
    analyses = read_chosen(kafka, (ANALYSES,), Analysis, articles)
    records = [record for key, alert in alerts.items() for record in gold_records(alert, given[key], analyses)]
    for record in records:
        click.echo(json.dumps(record, ensure_ascii=False))
    say(f"{len(records)} records of {len(alerts)} judged alerts; {len(articles) - len(analyses)} articles are no longer kept")


def read_verdicts(kafka: KafkaConfig) -> Mapping[str, Disposition]:
    """Return the last verdict on each alert."""
    return latest(one for _, one in _decoded(read_all(kafka, [DISPOSITIONS]), Disposition))


def read_judged(kafka: KafkaConfig, given: Collection[str]) -> Mapping[str, Alert]:
    """Return the newest version of each alert that was judged."""
    return read_chosen(kafka, tuple(ALERT_TOPICS.values()), Alert, given)


def read_chosen(kafka: KafkaConfig, topics: Iterable[Topic], message_class: type[T], keys: Collection[str]) -> dict[str, T]:
    """Return the newest message of each key that is wanted; others are not decoded."""
    wanted = {key.encode() for key in keys}
    records = (stored for stored in read_all(kafka, topics) if stored.key in wanted) if wanted else ()
    return dict(_decoded(records, message_class))


def _decoded(records: Iterable[Stored], message_class: type[T]) -> Iterator[tuple[str, T]]:
    """Yield (key, message) of what can be decoded; say what cannot. What was deleted (no value) is no record any more."""
    for stored in records:
        if stored.value is None:
            continue
        try:
            message = decode(message_class, stored.value, stored.headers)
        except MessageError as error:
            say(f"passed over {stored.position.topic} offset {stored.position.offset}: {error}")
            continue
        yield (stored.key or b"").decode("utf-8", "replace"), message


def as_dict(score: RuleScore) -> dict[str, object]:
    """Return a score as JSON-ready values."""
    return {"rule": score.rule, "precision": score.precision, **score.counts}


def as_line(score: RuleScore) -> str:
    """Return a score as a line."""
    share = "  n/a" if score.precision is None else f"{100 * score.precision:4.0f}%"
    counts = "  ".join(f"{score.counts[verdict]:>4} {verdict}" for verdict in VERDICTS)
    return f"{plain(score.rule, 40):<40}  {share}  {counts}"


def line_of(one: Disposition, alert: Alert | None) -> str:
    """Return a verdict in two lines."""
    about = "an alert that is no longer kept" if alert is None else headline(alert)
    when = one.decided_at.isoformat(timespec="seconds")
    return (
        f"{when}  {one.verdict:<10} {about}\n  {plain(one.author, 64)}: {plain(one.reason, 400)}  (alert {plain(one.alert_id, 40)})"
    )

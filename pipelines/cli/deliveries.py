"""`deliveries`: what receivers have not got, and why; and how they get it after all."""

import json
from datetime import UTC, datetime
from pathlib import Path

import click

from connectors.errors import MessageError
from connectors.kafka import Stored
from connectors.messages.codec import to_dict
from connectors.messages.delivery import Delivery
from connectors.messages.fields import format_time
from connectors.subscribers.plain import plain
from connectors.subscribers.standing import Waiting, ask, chosen, read_deliveries, read_waiting
from connectors.watchlists.make import watch_of
from pipelines.cli.common import config_options, read_config, say

STATES = ("waiting", "dead", "retry", "sent")
RECEIVER = click.option("--receiver", metavar="NAME", help="Only what is for this receiver.")


@click.group()
def deliveries() -> None:
    """See what receivers have not been given, and why; have what was given up told after all."""


@deliveries.command("list", epilog="Example: sanctionwire deliveries list --receiver desk --status dead")
@config_options
@RECEIVER
@click.option("--status", "states", type=click.Choice(STATES), multiple=True, help="Only these; without it all but sent.")
@click.option("--json", "as_json", is_flag=True, help="One delivery a line, as JSON.")
def show_all(config_path: Path | None, brokers: str | None, receiver: str | None, states: tuple[str, ...], as_json: bool) -> None:  # noqa: FBT001  (click passes by keyword)
    """List what was given up, what is asked for again, and what waits, by the routes of the configuration."""
    config, now = read_config(config_path, brokers), datetime.now(UTC)
    known = read_deliveries(config.kafka, passed_over)
    wanted = states or STATES[:3]
    found: list[Delivery | Waiting] = [one for one in known.values() if one.status in wanted]
    if "waiting" in wanted:
        found += read_waiting(config, known.values(), now, passed_over, watch_of(config.watchlists, say))
    shown = [one for one in found if receiver in (None, one.receiver)]
    for one in shown:
        click.echo(json.dumps(as_dict(one)) if as_json else as_line(one, now))
    counts = [f"{sum(state_of(one) == state for one in shown)} {state}" for state in STATES if state in wanted]
    say(", ".join(counts))


@deliveries.command("retry", epilog="Example: sanctionwire deliveries retry --receiver desk")
@config_options
@click.argument("ids", nargs=-1, metavar="[ID]...")
@RECEIVER
@click.option("--all-dead", is_flag=True, help="All that was given up; needed where no ID and no --receiver is given.")
def tell_again(config_path: Path | None, brokers: str | None, ids: tuple[str, ...], receiver: str | None, all_dead: bool) -> None:  # noqa: FBT001
    """Have what was given up told after all, under the key that it had; an ID is that of a delivery or of an alert.

    A service that runs does it at once, one that does not when it is started. What was told together is told together. Silences and
    inhibitions are not looked at.
    """
    if not (ids or receiver or all_dead):
        raise click.UsageError("name deliveries by ID, a --receiver, or --all-dead")
    kafka = read_config(config_path, brokers).kafka
    asked = chosen(read_deliveries(kafka, passed_over), ids, receiver)
    if asked:
        ask(kafka, asked, datetime.now(UTC))
    say(f"{len(asked)} asked for; `sanctionwire deliveries list` shows what becomes of them")


def passed_over(stored: Stored, error: MessageError) -> None:
    """Say that a record cannot be read."""
    say(f"passed over {stored.position.topic} offset {stored.position.offset}: {error}")


def state_of(one: Delivery | Waiting) -> str:
    """Return the state of a delivery, `waiting` for what has none yet."""
    return "waiting" if isinstance(one, Waiting) else one.status


def as_dict(one: Delivery | Waiting) -> dict[str, object]:
    """Return a delivery as JSON-ready values."""
    if isinstance(one, Delivery):
        return to_dict(one)
    named = {name: getattr(one, name) for name in ("id", "receiver", "alert_id", "alert_version")}
    return {**named, "status": "waiting", "due_at": format_time(one.due_at)}


def as_line(one: Delivery | Waiting, now: datetime) -> str:
    """Return a delivery in one line for a terminal."""
    alert = f"{plain(one.receiver, 60):<16} alert {plain(one.alert_id, 40)} version {one.alert_version}"
    if isinstance(one, Waiting):
        when = "due now" if one.due_at <= now else f"due {one.due_at:%Y-%m-%d %H:%M:%S}"
        return f"{one.id}  waiting  {alert}  {when}"
    why = f"  after {one.attempts} tries: {plain(one.reason, 200)}" if one.reason else ""
    return f"{plain(one.id, 40)}  {one.status:<7}  {alert}  {one.at:%Y-%m-%d %H:%M:%S}{why}"

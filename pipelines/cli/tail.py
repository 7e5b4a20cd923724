"""`tail`: print alerts as they come."""

from datetime import UTC, datetime
from pathlib import Path

import click

from connectors.errors import MessageError
from connectors.messages.alert import ALERT_FAMILIES
from pipelines.cli.common import alert_printer, config_options, read_config, say, stopping


@click.command(epilog="Example: sanctionwire tail --kind threat --target RUS --from-beginning")
@config_options
@click.option(
    "--kind", "kinds", multiple=True, type=click.Choice(list(ALERT_FAMILIES)), help="Only alerts of this kind; repeatable."
)
@click.option("--sender", "senders", multiple=True, metavar="ID|NAME", help="Only alerts of this sender, such as USA; repeatable.")
@click.option(
    "--target", "targets", multiple=True, metavar="ID|NAME", help="Only alerts about this target, such as RUS; repeatable."
)
@click.option(
    "--watchlist", "watchlists", multiple=True, metavar="NAME", help="Only alerts about somebody of this list; repeatable."
)
@click.option("--from-beginning", is_flag=True, help="Begin with the oldest alert kept, not with the next one.")
@click.option("--no-wait", is_flag=True, help="End when what is there now has been printed; implies --from-beginning.")
@click.option("--json", "as_json", is_flag=True, help="One alert a line, as JSON.")
def tail(
    config_path: Path | None,
    brokers: str | None,
    kinds: tuple[str, ...],
    senders: tuple[str, ...],
    targets: tuple[str, ...],
    watchlists: tuple[str, ...],
    from_beginning: bool,  # noqa: FBT001  (click passes by keyword)
    no_wait: bool,  # noqa: FBT001
    as_json: bool,  # noqa: FBT001
) -> None:
    """Print alerts as they come, until Ctrl-C.

    Each version of an alert is printed: when it is raised, when an outlet or firmer words are added, when it is retracted.
    """
    from connectors.kafka import Stored, follow, read_all
    from connectors.messages.alert import Alert
    from connectors.subscribers.reader import Choice, deliver_all, read_messages
    from connectors.topics import ALERT_TOPICS
    from connectors.watchlists.base import names_of
    from connectors.watchlists.make import watch_of

    config = read_config(config_path, brokers)
    unknown = next((name for name in watchlists if name not in {one.name for one in config.watchlists.lists}), None)
    if unknown is not None:
        raise click.UsageError(f"{unknown} is no list of [watchlists]")
    watch = watch_of(config.watchlists, say)
    topics = tuple(ALERT_TOPICS.values())

    def pass_over(stored: Stored, error: MessageError) -> None:
        say(f"passed over {stored.position.topic} offset {stored.position.offset}: {error}")

    with stopping() as stop:
        if no_wait:
            records = read_all(config.kafka, topics)
        else:
            records = follow(config.kafka, topics, start="beginning" if from_beginning else "end", is_stopped=stop.is_set)
            say(f"waiting for alerts on {config.kafka.bootstrap_servers}; Ctrl-C ends")
        alerts = (
            alert
            for alert in read_messages(Alert, records, pass_over)
            if not watchlists or set(watchlists) & set(names_of(watch.matches(alert)))
        )
        choice = Choice(kinds=kinds, senders=senders, targets=targets)
        count = deliver_all(alerts, choice, alert_printer(as_json=as_json, watch=watch), _now)
    say(f"{count} alert versions printed")


def _now() -> datetime:
    return datetime.now(UTC)

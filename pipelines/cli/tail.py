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
@click.option("--from-beginning", is_flag=True, help="Begin with the oldest alert kept, not with the next one.")
@click.option("--no-wait", is_flag=True, help="End when what is there now has been printed; implies --from-beginning.")
@click.option("--json", "as_json", is_flag=True, help="One alert a line, as JSON.")
def tail(
    config_path: Path | None,
    brokers: str | None,
    kinds: tuple[str, ...],
    senders: tuple[str, ...],
    targets: tuple[str, ...],
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

    config = read_config(config_path, brokers)
    topics = tuple(ALERT_TOPICS.values())

    def pass_over(stored: Stored, error: MessageError) -> None:
        say(f"passed over {stored.position.topic} offset {stored.position.offset}: {error}")

    with stopping() as stop:
        if no_wait:
            records = read_all(config.kafka, topics)
        else:
            records = follow(config.kafka, topics, start="beginning" if from_beginning else "end", is_stopped=stop.is_set)
            say(f"waiting for alerts on {config.kafka.bootstrap_servers}; Ctrl-C ends")
        subscriber = alert_printer(as_json=as_json)
        count = deliver_all(
            read_messages(Alert, records, pass_over), Choice(kinds=kinds, senders=senders, targets=targets), subscriber, _now
        )
    say(f"{count} alert versions printed")


def _now() -> datetime:
    return datetime.now(UTC)

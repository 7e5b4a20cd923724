"""`run subscribers`: alerts to the receivers of the configuration."""

from importlib.metadata import version
from pathlib import Path

import click

from connectors.errors import SanctionwireError
from pipelines.cli.common import config_options, log_as_service, read_config, stopping


@click.command(epilog="Example: sanctionwire run subscribers --config my.toml")
@config_options
def subscribers(config_path: Path | None, brokers: str | None) -> None:
    """Take alerts to webhooks, chats, mail, files and receivers of your own, until Ctrl-C.

    Run one copy. After a restart it goes on where it was; a delivery that was under way may come again, under the same key.
    """
    import random

    from prometheus_client import CollectorRegistry

    from connectors.spans import telling
    from connectors.subscribers.dispatch import Dispatch
    from connectors.subscribers.make import receiver_of
    from connectors.subscribers.routing import checked_config
    from connectors.telemetry import Meters, answering
    from connectors.watchlists.make import watch_of
    from pipelines.entities.tables import reference_names

    config = read_config(config_path, brokers)
    if not config.subscribers.receivers:
        raise SanctionwireError("subscribers.receivers", "no receiver is configured", "add a [[subscribers.receivers]] table")
    checked_config(config.subscribers)
    narrate, registry = log_as_service(config.telemetry), CollectorRegistry()
    build, names = version("sanctionwire"), reference_names()
    receivers = {one.name: receiver_of(one, names) for one in config.subscribers.receivers}
    with stopping() as stop, telling(config.telemetry, build) as spans:
        watch, meters = watch_of(config.watchlists, narrate), Meters(registry, build)
        dispatch = Dispatch(config, receivers, meters, narrate, stop, random.random, spans=spans, watch=watch)
        with answering(config.telemetry, registry, dispatch.probes()):
            dispatch.run()

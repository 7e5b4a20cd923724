"""`run web`: the page and its API."""

from pathlib import Path

import click

from pipelines.cli.common import config_options, log_as_service, read_feeds_config, stopping


@click.command(epilog="Example: sanctionwire run web --config my.toml")
@config_options
@click.option("--rebuild", is_flag=True, help="Throw the read model away and fill it from the topics again.")
def web(config_path: Path | None, brokers: str | None, rebuild: bool) -> None:  # noqa: FBT001  (click passes by keyword)
    """Show the alerts as a page, until Ctrl-C: list, search, charts, verdicts, and an API below /api/v1.

    By default it is at http://127.0.0.1:8088/ and for this machine alone; [web] has the keys for others.
    """
    from datetime import UTC, datetime

    import uvicorn  # noqa: F401 -- say that the extra is missing before anything is started

    from connectors.subscribers.web.serve import run
    from connectors.watchlists.make import watch_of
    from pipelines.cli.feeds import rows
    from pipelines.entities.tables import reference_names

    config = read_feeds_config(config_path, brokers)
    narrate = log_as_service(config.telemetry)

    def feeds() -> list[dict[str, object]]:
        known = config.feeds.state_path.exists()
        return list(rows(config.feeds, set(), "", datetime.now(UTC))) if known else []

    with stopping() as stop:
        watch = watch_of(config.watchlists, narrate)
        run(config, reference_names(), feeds, narrate, stop, rebuild=rebuild, watch=watch)

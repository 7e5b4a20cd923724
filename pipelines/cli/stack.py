"""`local`: the one-machine stack, up, down and what there is of it."""

import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipelines.cli.common import Command, config_options, read_config, say

if TYPE_CHECKING:
    from deploy.local.stack import StackOptions, StackStatus

FIELDS = ("health", "bootstrap", "kafka", "pid", "java", "prism", "data_dir", "log")


def stack_options(command: Command) -> Command:
    """Add what all three commands take."""
    with_data_dir = click.option(
        "--data-dir",
        type=click.Path(file_okay=False, path_type=Path),
        metavar="DIRECTORY",
        help="Where Kafka keeps its data; without it, a directory of this user.",
    )
    with_json = click.option("--json", "as_json", is_flag=True, help="What there is, as JSON.")
    return config_options(with_data_dir(with_json(command)))


@click.group()
def local() -> None:
    """Run a real Kafka on this machine, without Docker or Java at hand.

    The first `up` fetches Apache Kafka (43 MB) and finds or builds Prism, the Beam engine; later ones take seconds. With
    `--brokers` an existing Kafka is meant: nothing is started or stopped, and its topics are created.
    """


@local.command(epilog="Example: sanctionwire local up && sanctionwire run all --config my.toml")
@stack_options
def up(config_path: Path | None, brokers: str | None, data_dir: Path | None, as_json: bool) -> None:  # noqa: FBT001  (by keyword)
    """Start Kafka, create the topics, and see to it that Prism is there."""
    from deploy.local import stack

    found = stack.up(_options(config_path, brokers, data_dir), say)
    _print(found, as_json=as_json)
    say(f"next: sanctionwire check --brokers {found.bootstrap}")


@local.command(epilog="Example: sanctionwire local down")
@stack_options
def down(config_path: Path | None, brokers: str | None, data_dir: Path | None, as_json: bool) -> None:  # noqa: FBT001  (by keyword)
    """Stop Kafka; its data stays."""
    from deploy.local import stack

    _print(stack.down(_options(config_path, brokers, data_dir), say), as_json=as_json)


@local.command(epilog="Example: sanctionwire local status --json")
@stack_options
def status(config_path: Path | None, brokers: str | None, data_dir: Path | None, as_json: bool) -> None:  # noqa: FBT001  (by keyword)
    """Say what runs, and where; nothing is changed."""
    from deploy.local import stack

    _print(stack.status(_options(config_path, brokers, data_dir)), as_json=as_json)


def _options(config_path: Path | None, brokers: str | None, data_dir: Path | None) -> "StackOptions":
    from deploy.local.places import default_cache_dir, default_data_dir
    from deploy.local.stack import StackOptions

    kafka = read_config(config_path, brokers).kafka
    return StackOptions(
        data_dir=data_dir or default_data_dir(os.environ),
        cache_dir=default_cache_dir(os.environ),
        env=dict(os.environ),
        existing=None if brokers is None else kafka,
        topic_prefix=kafka.topic_prefix,
    )


def _print(found: "StackStatus", *, as_json: bool) -> None:
    values = asdict(found)
    if as_json:
        click.echo(json.dumps(values))
        return
    for field in FIELDS:
        if values[field] is not None:
            click.echo(f"{field:10} {values[field]}")
    for difference in found.topic_differences:
        click.echo(f"{'topic':10} {difference}")

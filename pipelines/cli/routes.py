"""`routes`: the tree of routes, and where an alert would go."""

from pathlib import Path

import click

from connectors.errors import SanctionwireError
from connectors.subscribers.plain import plain
from pipelines.cli.common import config_option, read_config, say


@click.group()
def routes() -> None:
    """See which alerts go to which receivers, and try it before it matters."""


@routes.command(epilog="Example: sanctionwire routes show --config my.toml")
@config_option
def show(config_path: Path | None) -> None:
    """Print the tree of routes, the receivers and the rules of inhibition."""
    from connectors.subscribers.inhibition import rules_of
    from connectors.subscribers.matchers import shown
    from connectors.subscribers.routing import checked_config, drawn

    config = read_config(config_path, None).subscribers
    for line in drawn(checked_config(config)):
        click.echo(plain(line, 2_000))
    for receiver in config.receivers:
        click.echo(f"receiver {receiver.name}: {receiver.kind}, given up after {receiver.max_attempts} tries")
    for rule in rules_of(config.inhibit_rules):
        click.echo(
            plain(f"{{{shown(rule.source)}}} mutes {{{shown(rule.target)}}} of equal {', '.join(rule.equal) or 'anything'}", 2_000)
        )


@routes.command(epilog="Example: sanctionwire routes test kind=threat sender=USA target=RUS --expect desk")
@config_option
@click.argument("labels", nargs=-1, metavar="[KEY=VALUE]...")
@click.option(
    "--expect", "expected", multiple=True, metavar="RECEIVER", help="Exit with 1 unless it goes to these, and to no others."
)
def test(config_path: Path | None, labels: tuple[str, ...], expected: tuple[str, ...]) -> int:
    """Print the receivers that an alert with these labels goes to; a label may be given more than once."""
    from connectors.subscribers.labels import NAMES
    from connectors.subscribers.routing import Router, checked_config

    given: dict[str, tuple[str, ...]] = {}
    for text in labels:
        name, equals, value = text.partition("=")
        if not equals or name not in NAMES:
            raise click.UsageError(f"{text} is no KEY=VALUE of a label; labels are {', '.join(NAMES)}")
        given[name] = (*given.get(name, ()), value)
    found = Router(checked_config(read_config(config_path, None).subscribers)).routes_of(given)
    for route in found:
        click.echo(f"{route.receiver or '(nobody)'}  by route {route.path or 'of the root'}")
    names = {route.receiver for route in found}
    if expected and names != set(expected):
        say(f"error: expected {', '.join(sorted(set(expected)))}")
        return 1
    return 0


def refuse(subject: str, error: ValueError) -> SanctionwireError:
    """Return what to say of a wrong text."""
    return SanctionwireError(subject, str(error), 'matchers look like kind="threat", target=~"RUS|BLR"')

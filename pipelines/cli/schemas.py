"""`schema`: the contract of the topics, to read or to write into files."""

import json
from pathlib import Path

import click

from connectors.errors import SanctionwireError
from connectors.messages.schema import as_text, documents, write


@click.command(
    epilog="Examples: sanctionwire schema   sanctionwire schema alert.v1.json   sanctionwire schema --write contract/",
)
@click.argument("name", required=False)
@click.option(
    "--write",
    "directory",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIRECTORY",
    help="Write every document there.",
)
@click.option("--json", "as_json", is_flag=True, help="The list as JSON.")
def schema(name: str | None, directory: Path | None, as_json: bool) -> None:  # noqa: FBT001  (click passes by keyword)
    """List the documents of the contract, or print the one called NAME.

    There is a JSON Schema for each message and one AsyncAPI 3 document for all topics.
    """
    if directory is not None:
        for path in write(directory):
            click.echo(str(path))
        return
    known = documents()
    if name is None:
        click.echo(json.dumps(list(known)) if as_json else "\n".join(known))
        return
    if name not in known:
        raise SanctionwireError(name, "is no document of the contract", f"one of {', '.join(known)}")
    click.echo(as_text(known[name]), nl=False)

"""The state file: what of the stack exists and what of it runs, for the next command to find.

One JSON file in the data directory, replaced in one step. It holds the node's ports for ever, and the running broker's process
until it is ended; a process in it is believed only if its start time agrees (`processes.py`). Losing the file loses no data.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from connectors.errors import StackError
from deploy.local.places import write_atomically
from deploy.local.processes import ProcessRef
from deploy.local.settings import Node

FILE_NAME = "stack.json"


@dataclass(frozen=True, slots=True)
class StackState:
    """What is known about a data directory's stack.

    Attributes:
        node: the Kafka node's ports; None before the first start.
        broker: the process that was started last; None after it was ended.
        versions: what it was started with, by name: `kafka`, `java`, `prism`.
    """

    node: Node | None = None
    broker: ProcessRef | None = None
    versions: tuple[tuple[str, str], ...] = ()


def read_state(data_dir: Path) -> StackState:
    """The recorded state; an empty one if nothing was recorded.

    Raises:
        StackError: the file is not what `write_state` writes.
    """
    path = data_dir / FILE_NAME
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return StackState()
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(path) from error
    try:
        return parse_state(text)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise _unreadable(path) from error


def write_state(data_dir: Path, state: StackState) -> None:
    """Record the state."""
    write_atomically(data_dir / FILE_NAME, render_state(state))


def render_state(state: StackState) -> str:
    """The state as JSON."""
    return json.dumps(asdict(state) | {"versions": dict(state.versions)}, indent=2) + "\n"


def parse_state(text: str) -> StackState:
    """The reverse of `render_state`; raises ValueError, TypeError, KeyError or AttributeError for anything else."""
    fields: dict[str, Any] = json.loads(text)
    return StackState(
        node=None if fields["node"] is None else _node(fields["node"]),
        broker=None if fields["broker"] is None else ProcessRef(int(fields["broker"]["pid"]), str(fields["broker"]["started"])),
        versions=tuple((str(name), str(version)) for name, version in fields["versions"].items()),
    )


def _node(fields: dict[str, Any]) -> Node:
    return Node(int(fields["port"]), int(fields["controller_port"]))


def _unreadable(path: Path) -> StackError:
    return StackError(
        str(path), "is not a state file of this program", "delete it: other ports are chosen then, and the data stays"
    )

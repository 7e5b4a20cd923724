"""JSON lines: the alerts as they stand on their topics, one a line, escaped to ASCII so that no character reaches a terminal."""

import json
from collections.abc import Iterable, Iterator

from connectors.messages.alert import Alert
from connectors.messages.fields import to_dict
from connectors.subscribers.exports.common import Setting


def json_lines_of(alerts: Iterable[Alert], setting: Setting) -> Iterator[bytes]:  # noqa: ARG001  (the form of all exports)
    """Yield a line for each alert."""
    for alert in alerts:
        yield json.dumps(to_dict(alert)).encode() + b"\n"

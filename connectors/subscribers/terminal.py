"""Alerts on a terminal, as people want to read them, or as JSON lines for programs.

Styles come only where the stream is a terminal and `NO_COLOR` (no-color.org) is not set. Everywhere else the same block is plain
text, 100 columns wide where there is no terminal to ask.
"""

import json
import os
from datetime import datetime
from typing import TextIO

from rich.console import Console
from rich.text import Text

from connectors.messages.alert import Alert, Severity
from connectors.messages.fields import to_dict
from connectors.subscribers.words import NO_NAMES, Line, Names, describe, headline
from connectors.watchlists.base import NOBODY, Watch, as_dict

PLAIN_WIDTH = 100
STYLES: dict[Severity, str] = {"low": "cyan", "medium": "yellow", "high": "bold red", "critical": "bold white on red"}
LABEL_WIDTH = 9


class Terminal:
    """Prints each alert as a block of text.

    Args:
        stream: where to.
        names: reference names of states and unions by id; without one, the words of the articles serve.
        watch: says who in an alert may be on a watchlist.
    """

    def __init__(self, stream: TextIO, names: Names = NO_NAMES, watch: Watch = NOBODY) -> None:
        self._names = names
        self._watch = watch
        width = None if stream.isatty() else PLAIN_WIDTH
        bare = bool(os.environ.get("NO_COLOR"))
        self._console = Console(
            file=stream, width=width, color_system=None if bare else "auto", highlight=False, markup=False, emoji=False
        )

    def deliver(self, alert: Alert, received_at: datetime) -> None:
        """Print the alert."""
        self._console.print(Text(f"■ {alert.severity.upper()} {alert.kind}", style=STYLES[alert.severity]), end="  ")
        self._console.print(Text(headline(alert, self._names), style="bold"))
        for line in describe(alert, received_at, self._names, self._watch.matches(alert)):
            self._print(line)
        self._console.print()

    def _print(self, line: Line) -> None:
        """Print one line, wrapped beside its label."""
        parts = Text(line.text).wrap(self._console, max(20, self._console.width - LABEL_WIDTH - 2), overflow="fold")
        for number, part in enumerate(parts):
            part.rstrip()
            label = "" if number else line.label
            self._console.print(Text.assemble((f"{label:>{LABEL_WIDTH}}  ", "dim"), part))


class JsonLines:
    """Writes each alert as one line of JSON, escaped to ASCII, so that no character in it reaches a terminal as itself.

    Where somebody in it may be on a watchlist, `watchlists` is added to the message.
    """

    def __init__(self, stream: TextIO, watch: Watch = NOBODY) -> None:
        self._stream = stream
        self._watch = watch

    def deliver(self, alert: Alert, received_at: datetime) -> None:  # noqa: ARG002  (the protocol's argument)
        """Write the alert."""
        watched = [as_dict(match) for match in self._watch.matches(alert)]
        self._stream.write(json.dumps(to_dict(alert) | ({"watchlists": watched} if watched else {})) + "\n")
        self._stream.flush()

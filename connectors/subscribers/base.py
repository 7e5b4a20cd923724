"""The `Subscriber` protocol: what takes alerts to people and programs.

`deliver` is called once for each alert version, in the order of the alert's topic, so versions of one alert come in order. After a
restart of the reader a version may come again: same id and version, so it is an update in place and not news. A slow `deliver`
holds the reader back and loses nothing, since the log keeps the rest.

An `OSError` from `deliver` ends the reader; the version that failed comes again with the next run if the reader keeps its place.
"""

from datetime import datetime
from typing import Protocol

from connectors.messages.alert import Alert


class Subscriber(Protocol):
    """Takes alerts."""

    def deliver(self, alert: Alert, received_at: datetime) -> None:
        """Take one version of one alert.

        Args:
            alert: what is said, by whom, as told by which outlets.
            received_at: when the reader had it.

        Raises:
            OSError: it cannot be delivered.
        """


class ListSubscriber:
    """Keeps what it is given in `alerts`: for tests, and for programs that want the alerts as they are."""

    def __init__(self) -> None:
        self.alerts: list[Alert] = []

    def deliver(self, alert: Alert, received_at: datetime) -> None:  # noqa: ARG002  (the protocol's argument)
        """Append the alert."""
        self.alerts.append(alert)

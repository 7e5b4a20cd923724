"""Connections for readers: each thread has its own, and a file that was made anew is opened anew."""

import sqlite3
import threading
from pathlib import Path

from connectors.subscribers.readmodel.schema import open_for_reading


class Reader:
    """Gives each thread a connection to the read model.

    Args:
        path: the file; it must be there.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._local = threading.local()
        self._all: list[sqlite3.Connection] = []
        self._lock = threading.Lock()

    @property
    def database(self) -> sqlite3.Connection:
        """The connection of this thread."""
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = open_for_reading(self._path)
            with self._lock:
                self._all.append(connection)
        return connection

    def close(self) -> None:
        """Close all connections."""
        with self._lock:
            for connection in self._all:
                connection.close()
            self._all.clear()

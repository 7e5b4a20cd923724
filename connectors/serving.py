"""The small HTTP servers of a process: bound with a clear error, run in a thread, ended with their context."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TypeVar

from connectors.errors import ConfigError

Server = TypeVar("Server", bound=ThreadingHTTPServer)


def bound(server: type[Server], handler: type[BaseHTTPRequestHandler], host: str, port: int, key: str, next_step: str) -> Server:
    """Return a server that listens.

    Args:
        server, handler: what to make, and what answers.
        host, port: where; port 0 takes a free one.
        key: the configuration key of the port, for the error.
        next_step: what to change then.

    Raises:
        ConfigError: the address cannot be listened on.
    """
    try:
        return server((host, port), handler)
    except OSError as error:
        raise ConfigError(key, (f"cannot listen on {host}:{port}: {error.strerror or error}",), next_step) from error


@contextmanager
def serving(server: ThreadingHTTPServer, name: str) -> Iterator[int]:
    """Serve in a daemon thread of this name while the context lasts; gives the port."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, name=name, daemon=True)
    thread.start()
    try:
        yield int(server.server_address[1])
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

"""The small server that hubs speak to: it stands in the open, so that every request has a limit of bytes and of time.

An address that is not ours is answered with 410, which tells a hub to forget a subscription of ours from before. It speaks HTTP;
whatever stands at `[feeds] push_url` speaks HTTPS for it. More than `MOST_AT_ONCE` connections at once are closed unheard: what a
flood keeps away is found by the next poll.
"""

import logging
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Protocol
from urllib.parse import parse_qsl, urlsplit

from connectors.feeds.websub import Subscription, is_signed
from connectors.serving import bound, serving

REQUEST_SECS = 15.0
CHUNK_BYTES = 64 * 1024
MOST_AT_ONCE = 32
MAX_PARAMETERS = 20
MAX_DIGITS = 12  # of a length
Say = Callable[[str], None]


class Subscribed(Protocol):
    """What the server tells and asks: `push.Push`."""

    def at(self, path: str) -> Subscription | None:
        """Return the subscription whose callback a path is."""

    def verify(self, subscription: Subscription, query: dict[str, str]) -> str | None:
        """Return the answer to a hub that asks back, None to refuse."""

    def notice(self, feed: str) -> None:
        """Take note that a feed has changed."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True
    places: threading.BoundedSemaphore

    def handle_error(self, request: object, client_address: object) -> None:  # noqa: ARG002 -- the base class's signature
        """Say what went wrong with one request to whoever debugs; anybody may send us anything."""
        logging.getLogger(__name__).debug("a request to the push port failed", exc_info=True)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Serve a connection in a thread of its own, or close it when too many are open."""
        if self.places.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Serve a connection for `REQUEST_SECS`, whatever it has sent by then, and give its place back."""
        limit = threading.Timer(REQUEST_SECS, _cut, (request,))
        limit.daemon = True
        limit.start()
        try:
            super().process_request_thread(request, client_address)
        finally:
            limit.cancel()
            self.places.release()


def _cut(request: socket.socket) -> None:
    with suppress(OSError):  # it is gone already
        request.shutdown(socket.SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    """What hubs speak to; a client that is slow is left after `REQUEST_SECS`."""

    push: Subscribed
    max_bytes: int
    say: Say
    timeout = REQUEST_SECS
    server_version = "sanctionwire"
    sys_version = ""

    def do_GET(self) -> None:
        subscription = self._subscription()
        if subscription is None:
            return
        challenge = self.push.verify(subscription, dict(parse_qsl(urlsplit(self.path).query, max_num_fields=MAX_PARAMETERS)))
        if challenge is None:
            self._answer(HTTPStatus.NOT_FOUND)
            return
        if challenge:
            type(self).say(f"{subscription.feed}: its hub pushes from now on")
        self._answer(HTTPStatus.OK, challenge.encode())

    def do_POST(self) -> None:
        subscription = self._subscription()
        if subscription is None:
            return
        body = self._body()
        if body is None:
            self._answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            return
        # A wrong signature gets the same answer: section 8 asks for it, and it tells an attacker nothing.
        if is_signed(subscription.secret, body, self.headers.get("X-Hub-Signature")):
            self.push.notice(subscription.feed)
        self._answer(HTTPStatus.ACCEPTED)

    def _subscription(self) -> Subscription | None:
        found = self.push.at(urlsplit(self.path).path)
        if found is None:
            self._answer(HTTPStatus.GONE)
        return found

    def _body(self) -> bytes | None:
        """Return the body, None when it has no length, is too long or comes too slowly."""
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdigit()) or len(length) > MAX_DIGITS or int(length) > self.max_bytes:
            return None
        deadline = time.monotonic() + REQUEST_SECS
        parts: list[bytes] = []
        left = int(length)
        while left and time.monotonic() < deadline:
            part = self.rfile.read1(min(left, CHUNK_BYTES))
            if not part:
                return None
            parts.append(part)
            left -= len(part)
        return b"".join(parts) if not left else None

    def _answer(self, status: HTTPStatus, body: bytes = b"") -> None:
        self.close_connection = True
        self.send_response(status)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 -- the base class's name
        """Say nothing: strangers may ask as often as they like."""


@contextmanager
def listening(host: str, port: int, push: Subscribed, *, max_bytes: int, say: Say) -> Iterator[int]:
    """Answer hubs while the context lasts; gives the port.

    Args:
        host, port: where to listen; port 0 takes a free one.
        push: the subscriptions.
        max_bytes: of one notice.
        say: takes a line for each lease.

    Raises:
        ConfigError: the address cannot be listened on.
    """
    values = {"push": push, "max_bytes": max_bytes, "say": staticmethod(say)}
    handler = type("Handler", (_Handler,), values)
    server = bound(_Server, handler, host, port, "feeds.push_port", "choose another [feeds] push_host or push_port")
    server.places = threading.BoundedSemaphore(MOST_AT_ONCE)
    with serving(server, "push") as taken:
        yield taken

"""The demonstration's web server: the press's pages and feeds over HTTP, with validators, as a polite server answers.

One port serves every outlet; the first part of a path is the outlet's host. A page or feed carries an `ETag` of its bytes and the
moment of its last change, and answers a conditional request with 304 (RFC 9110, section 13). Listens on loopback only.
"""

import hashlib
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from deploy.demo.press import Outlet, Piece, Printed, feed, page

LATEST = 3  # links in a page's margin


@dataclass(frozen=True, slots=True)
class Body:
    """What one path answers."""

    media_type: str
    content: bytes
    changed_at: datetime

    @property
    def etag(self) -> str:
        """Strong validator of the bytes."""
        return f'"{hashlib.sha256(self.content).hexdigest()[:16]}"'


def is_unchanged(body: Body, if_none_match: str | None, if_modified_since: str | None) -> bool:
    """Say whether the asker already has `body`; the tag wins over the date, as RFC 9110 wants it."""
    if if_none_match is not None:
        return body.etag in [tag.strip().removeprefix("W/") for tag in if_none_match.split(",")]
    return if_modified_since == format_datetime(body.changed_at, usegmt=True)


class Press:
    """What is printed so far. Pages and feeds are made again at each printing, not at each request."""

    def __init__(self, outlets: Iterable[Outlet]) -> None:
        self.base = ""
        self._outlets = tuple(outlets)
        self._printed: list[Printed] = []
        self._bodies: dict[str, Body] = {}

    def feed_link(self, outlet: Outlet) -> str:
        """Return the address of an outlet's feed."""
        return f"{self.base}/{outlet.host}/feed"

    def open(self, base: str, now: datetime) -> None:
        """Begin to answer under `base`, with empty feeds."""
        self.base = base
        for outlet in self._outlets:
            self._print_feed(outlet, now)

    def release(self, pieces: Iterable[Piece], now: datetime) -> tuple[Printed, ...]:
        """Put `pieces` on the sites and in the feeds, printed at `now`."""
        fresh = tuple(
            Printed(piece=piece, link=f"{self.base}/{piece.outlet.host}/{piece.slug}.html", published_at=now) for piece in pieces
        )
        self._printed = [*fresh, *self._printed]
        for printed in fresh:
            self._print_page(printed)
        for outlet in self._outlets:
            self._print_feed(outlet, now)
        return fresh

    def answer(self, path: str) -> Body | None:
        """Return what stands at `path`, if anything does."""
        return self._bodies.get(path)

    def _print_page(self, printed: Printed) -> None:
        outlet = printed.piece.outlet
        latest = [other for other in self._printed if other.piece.outlet == outlet and other != printed][:LATEST]
        path = printed.link.removeprefix(self.base)
        self._bodies[path] = Body("text/html; charset=utf-8", page(printed, latest), printed.published_at)

    def _print_feed(self, outlet: Outlet, now: datetime) -> None:
        link = self.feed_link(outlet)
        media_type, content = feed(outlet, link, [printed for printed in self._printed if printed.piece.outlet == outlet])
        path = link.removeprefix(self.base)
        before = self._bodies.get(path)
        if before is None or before.content != content:
            self._bodies[path] = Body(media_type, content, now)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    press: Press

    def do_GET(self) -> None:
        body = self.press.answer(self.path.partition("?")[0])
        if body is None:
            self._reply(HTTPStatus.NOT_FOUND, b"")
        elif is_unchanged(body, self.headers.get("If-None-Match"), self.headers.get("If-Modified-Since")):
            self._reply(HTTPStatus.NOT_MODIFIED, b"", body)
        else:
            self._reply(HTTPStatus.OK, body.content, body)

    def _reply(self, status: HTTPStatus, content: bytes, body: Body | None = None) -> None:
        self.send_response(status)
        if body is not None:
            self.send_header("Content-Type", body.media_type)
            self.send_header("ETag", body.etag)
            self.send_header("Last-Modified", format_datetime(body.changed_at, usegmt=True))
        if status != HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (the name is the standard library's)
        """Keep quiet: the demonstration narrates for itself."""


@contextmanager
def serving(outlets: Iterable[Outlet]) -> Iterator[Press]:
    """Serve a press on a free loopback port until the block ends."""
    press = Press(outlets)
    handler = type("Handler", (_Handler,), {"press": press})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    press.open(f"http://127.0.0.1:{server.server_port}", datetime.now(UTC))
    thread = threading.Thread(target=server.serve_forever, name="demo-press", daemon=True)
    thread.start()
    try:
        yield press
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

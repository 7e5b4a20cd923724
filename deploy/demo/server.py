"""The demonstration's web servers: the press's pages and feeds over HTTP, with validators, as polite servers answer.

Each outlet has a port of its own, as outlets have hosts of their own. A page or feed carries an `ETag` of its bytes and the moment
of its last change, and answers a conditional request with 304 (RFC 9110, section 13). They listen on loopback only.
"""

import hashlib
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from deploy.demo.press import Outlet, Piece, Printed, feed, page

LATEST = 3  # links in a page's margin
FEED_PATH = "/feed"


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

    def __init__(self, addresses: Mapping[Outlet, str], now: datetime) -> None:
        """Begin with empty feeds.

        Args:
            addresses: where each outlet is served, such as `http://127.0.0.1:8080`.
            now: the moment from which the feeds are there.
        """
        self._addresses = addresses
        self._printed: list[Printed] = []
        self._bodies: dict[tuple[Outlet, str], Body] = {}
        self._polled: set[Outlet] = set()
        for outlet in addresses:
            self._print_feed(outlet, now)

    @property
    def outlets(self) -> tuple[Outlet, ...]:
        """Who is served."""
        return tuple(self._addresses)

    @property
    def is_polled(self) -> bool:
        """Whether every feed was asked for at least once."""
        return self._polled == set(self._addresses)

    def feed_link(self, outlet: Outlet) -> str:
        """Return the address of an outlet's feed."""
        return f"{self._addresses[outlet]}{FEED_PATH}"

    def release(self, pieces: Iterable[Piece], now: datetime) -> tuple[Printed, ...]:
        """Put `pieces` on the sites and in the feeds, printed at `now`."""
        fresh = tuple(
            Printed(piece=piece, link=f"{self._addresses[piece.outlet]}/{piece.slug}.html", published_at=now) for piece in pieces
        )
        self._printed = [*fresh, *self._printed]
        for printed in fresh:
            outlet = printed.piece.outlet
            latest = [other for other in self._of(outlet) if other != printed][:LATEST]
            self._bodies[outlet, f"/{printed.piece.slug}.html"] = Body("text/html; charset=utf-8", page(printed, latest), now)
        for outlet in {printed.piece.outlet for printed in fresh}:
            self._print_feed(outlet, now)
        return fresh

    def answer(self, outlet: Outlet, path: str) -> Body | None:
        """Return what stands at `path` of an outlet's site, if anything does."""
        if path == FEED_PATH:
            self._polled.add(outlet)
        return self._bodies.get((outlet, path))

    def _of(self, outlet: Outlet) -> list[Printed]:
        return [printed for printed in self._printed if printed.piece.outlet == outlet]

    def _print_feed(self, outlet: Outlet, now: datetime) -> None:
        media_type, content = feed(outlet, self.feed_link(outlet), self._of(outlet))
        self._bodies[outlet, FEED_PATH] = Body(media_type, content, now)


class _Site(ThreadingHTTPServer):
    """The server of one outlet."""

    daemon_threads = True
    press: Press

    def __init__(self, outlet: Outlet) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.outlet = outlet


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Site

    def do_GET(self) -> None:
        body = self.server.press.answer(self.server.outlet, self.path.partition("?")[0])
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
    """Serve a press, each outlet on a free loopback port, until the block ends."""
    with ExitStack() as stack:
        sites = [stack.enter_context(_Site(outlet)) for outlet in outlets]
        press = Press({site.outlet: f"http://127.0.0.1:{site.server_port}" for site in sites}, datetime.now(UTC))
        for site in sites:
            site.press = press
            threading.Thread(target=site.serve_forever, name=f"site-{site.outlet.host}", daemon=True).start()
            stack.callback(site.shutdown)
        yield press

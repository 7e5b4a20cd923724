"""A web server on loopback whose paths a test sets, and which remembers what it was asked: for tests of what goes over the wire."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a path gives: a status, headers, and a body in pieces with a pause before each."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    endless: bytes = b""  # sent again and again after the body
    pause_secs: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request as it came, headers in lower case, and when on the monotonic clock."""

    path: str
    headers: Mapping[str, str]
    at: float


class Site:
    """Answers by path; an answer may be a function of the request."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.answers: dict[str, Answer | Callable[[Asked], Answer]] = {}
        self.asked: list[Asked] = []

    def url(self, path: str) -> str:
        """The address of a path."""
        return f"http://127.0.0.1:{self.port}{path}"

    def paths(self) -> list[str]:
        """The paths asked so far, in order."""
        return [asked.path for asked in self.asked]

    def give(self, path: str, body: bytes | str, *, status: int = 200, **headers: str) -> None:
        """Set the answer of a path; `Content_Type` stands for `Content-Type`."""
        content = body.encode() if isinstance(body, str) else body
        self.answers[path] = Answer(
            status=status, headers={name.replace("_", "-"): value for name, value in headers.items()}, body=content
        )

    def answer(self, asked: Asked) -> Answer:
        """The answer to a request."""
        self.asked.append(asked)
        found = self.answers.get(asked.path, Answer(status=404))
        return found(asked) if callable(found) else found


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    site: Site

    def do_GET(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        answer = self.site.answer(Asked(path=self.path, headers=headers, at=time.monotonic()))
        self.close_connection = True
        try:
            self.send_response(answer.status)
            for name, value in {"Content-Length": str(len(answer.body)), **answer.headers}.items():
                if not (answer.endless and name == "Content-Length"):
                    self.send_header(name, value)
            self.send_header("Connection", "close")
            self.end_headers()
            self._send(answer)
        except OSError:  # the client has had enough
            return

    def _send(self, answer: Answer) -> None:
        pieces = [answer.body] if not answer.pause_secs else [bytes([byte]) for byte in answer.body]
        for piece in pieces:
            time.sleep(answer.pause_secs)
            self.wfile.write(piece)
        while answer.endless:
            time.sleep(answer.pause_secs)
            self.wfile.write(answer.endless)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def serving() -> Iterator[Site]:
    """Run a server while the context lasts."""
    handler = type("Handler", (_Handler,), {})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    site = Site(server.server_port)
    handler.site = site
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)

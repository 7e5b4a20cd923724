"""The wire under `fetch.py`: checked addresses, one time budget for a whole request, and an end when we are asked to stop.

`httpx2` decides timeouts for each read, so a server that drips a byte a second is never late. Here every read is cut into slices of
`SLICE_SECS`; between slices the deadline of the whole request and the stop event are looked at. A server may think for as long as
the deadline allows, but once it speaks it has to bring `LEAST_BYTES` in each `PACE_SECS` or end: the slowest lines in use bring ten
times that, and who drips holds a thread of ours. A feed's request gets connections of its own: it is polled every few minutes, when
no server keeps a connection open any more. Who posts often keeps one (`keep_secs`) and sets the deadline anew for each request.

Known to be wrong: a server that streams what it is still making, a line in several seconds, is taken for one that drips. The
resolver is the system's and its time is not cut off, only counted.
"""

import ssl
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from socket import getaddrinfo

import httpcore2
import httpx2

from connectors.feeds.addresses import Resolver, resolve
from connectors.feeds.base import Allowed
from connectors.feeds.failures import StoppedError, TimedOutError, UnreachableError

SLICE_SECS = 0.25
CONNECT_SECS = 10.0
PACE_SECS, LEAST_BYTES = 4.0, 1024


@dataclass(slots=True)
class Deadline:
    """Until when a request may go on; `at` is set anew for the next one on the same connection.

    Attributes:
        subject: the URL that the request is about.
        at: the last moment, on the clock `monotonic`.
        stop: set when we are to end.
        monotonic: seconds that never run backwards.
    """

    subject: str
    at: float
    stop: threading.Event
    monotonic: Callable[[], float]

    def left(self) -> float:
        """Return the seconds left, more than none.

        Raises:
            StoppedError: we are to end.
            TimedOutError: no time is left.
        """
        if self.stop.is_set():
            raise StoppedError(self.subject, "was broken off because we were asked to stop")
        left = self.at - self.monotonic()
        if left <= 0:
            raise TimedOutError(self.subject, "took longer than its time budget", "raise [feeds] timeout_secs if it is worth it")
        return left


class GuardedStream(httpcore2.NetworkStream):
    """A connection whose every read and write ends by the deadline, and that has to bring something while it lasts."""

    def __init__(self, stream: httpcore2.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline
        self._counting_since: float | None = None  # from the first byte of the answer
        self._counted = 0

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002 the deadline is the timeout
        """Read up to `max_bytes`, in slices of waiting."""
        while True:
            wait = min(SLICE_SECS, self._deadline.left())
            try:
                data = self._stream.read(max_bytes, timeout=wait)
            except httpcore2.ReadTimeout:
                self._keep_pace(0)
                continue
            if data:  # the end is no delay
                self._keep_pace(len(data))
            return data

    def _keep_pace(self, count: int) -> None:
        """Count bytes; raise `TimedOutError` when too few have come since the count began."""
        now = self._deadline.monotonic()
        self._counted += count
        if self._counting_since is None:
            self._counting_since = now if count else None
        elif now - self._counting_since >= PACE_SECS:
            if self._counted < LEAST_BYTES:
                problem = f"drips: it sent {self._counted} bytes in {now - self._counting_since:.0f} s"
                raise TimedOutError(
                    self._deadline.subject, problem, "open it in a browser; if it is as slow there, tell the publisher"
                )
            self._counting_since, self._counted = now, 0

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        """Write it all; what is counted of the answer begins anew."""
        self._counting_since, self._counted = None, 0
        self._stream.write(buffer, timeout=self._deadline.left())

    def close(self) -> None:
        """Close the connection."""
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002
    ) -> httpcore2.NetworkStream:
        """Return the same connection, encrypted; the certificate is checked against the host's name, not its address."""
        wait = min(CONNECT_SECS, self._deadline.left())
        return GuardedStream(self._stream.start_tls(ssl_context, server_hostname, wait), self._deadline)

    def get_extra_info(self, info: str) -> object:
        """Return what the connection knows of itself."""
        return self._stream.get_extra_info(info)


class GuardedBackend(httpcore2.NetworkBackend):
    """Connects to addresses that were judged, and to nothing else."""

    def __init__(self, deadline: Deadline, *, allow_private: Allowed, resolver: Resolver = getaddrinfo) -> None:
        self._deadline = deadline
        self._allow_private = allow_private
        self._resolver = resolver
        self._inner = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        """Connect to the first address of `host` that answers.

        Raises:
            UnsafeAddressError: one of its addresses must not be reached; none is tried.
        """
        addresses = resolve(host, port, allow_private=self._allow_private, resolver=self._resolver)
        for address in addresses[:-1]:
            try:
                return self._connect(address, port, local_address, socket_options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout):
                continue
        return self._connect(addresses[-1], port, local_address, socket_options)

    def _connect(
        self, address: str, port: int, local_address: str | None, options: Iterable[httpcore2.SOCKET_OPTION] | None
    ) -> httpcore2.NetworkStream:
        wait = min(CONNECT_SECS, self._deadline.left())
        stream = self._inner.connect_tcp(address, port, wait, local_address, options)
        return GuardedStream(stream, self._deadline)


@contextmanager
def wire_errors(subject: str) -> Iterator[None]:
    """Turn the wire's errors into ours."""
    try:
        yield
    except httpcore2.TimeoutException as error:
        raise TimedOutError(
            subject, "does not answer in time", "open it in a browser; if it answers there, it may shut us out"
        ) from error
    except (httpcore2.NetworkError, httpcore2.ProtocolError, httpcore2.UnsupportedProtocol) as error:
        problem = f"the connection failed: {error}" if str(error) else "the connection failed"
        raise UnreachableError(subject, problem, "open it in a browser; it is tried again") from error


class BodyStream(httpx2.SyncByteStream):
    """The bytes of an answer, as they come."""

    def __init__(self, stream: Iterable[bytes], subject: str) -> None:
        self._stream = stream
        self._subject = subject

    def __iter__(self) -> Iterator[bytes]:
        with wire_errors(self._subject):
            yield from self._stream

    def close(self) -> None:
        """Drop the connection."""
        close = getattr(self._stream, "close", None)
        if close is not None:
            close()


class GuardedTransport(httpx2.BaseTransport):
    """What `httpx2.Client` sends through: HTTP/1.1 over `GuardedBackend`, no proxy, no retries.

    Args:
        backend: connects.
        ssl_context: whom to trust.
        keep_secs: how long a connection that is not used is kept for the next request; 0 keeps none.
    """

    def __init__(self, backend: httpcore2.NetworkBackend, ssl_context: ssl.SSLContext, keep_secs: float = 0.0) -> None:
        self._pool = httpcore2.ConnectionPool(
            ssl_context=ssl_context,
            network_backend=backend,
            max_keepalive_connections=1 if keep_secs else 0,
            keepalive_expiry=keep_secs,
        )

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send one request and return the answer with its body still to come."""
        url = request.url
        subject = str(url)
        content = request.stream if isinstance(request.stream, Iterable) else None
        target = httpcore2.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
        inner = httpcore2.Request(
            request.method, target, headers=request.headers.raw, content=content, extensions=request.extensions
        )
        with wire_errors(subject):
            answer = self._pool.handle_request(inner)
        if not isinstance(answer.stream, Iterable):
            raise UnreachableError(subject, "gave a body that cannot be read", "open it in a browser; it is tried again")
        return httpx2.Response(answer.status, headers=answer.headers, stream=BodyStream(answer.stream, subject))

    def close(self) -> None:
        """Close every connection."""
        self._pool.close()

"""One HTTP GET as a polite and careful reader makes it.

    get(url) ─► pace the host ─► checked connect ─► status ─► redirect? again, checked again ─► body within its budget ─► Response

Careful: addresses are judged at connect (`addresses.py`), on each redirect too; bytes are counted as they unpack, so that neither
an endless body nor a bomb is ever held. Polite: validators of the same URL are sent back (RFC 9110, section 13), the user agent
names us and a contact, a host is asked one thing at a time (`Pacer`). A status is data here, not an error: `poller.py` decides what
it means.

Known to be wrong: proxies from the environment are ignored, since a proxy would connect where we cannot check.
"""

import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from socket import getaddrinfo
from urllib.parse import urljoin, urlsplit

import httpx2

from connectors.feeds.addresses import Resolver
from connectors.feeds.base import Allowed, Validators
from connectors.feeds.failures import OverBudgetError, UnreachableError
from connectors.feeds.transport import Deadline, GuardedBackend, GuardedTransport

FEED_TYPES = "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5"
PAGE_TYPES = "text/html, application/xhtml+xml;q=0.9, */*;q=0.1"
REDIRECTS = frozenset({301, 302, 303, 307, 308})
CODINGS = frozenset({"", "identity", "gzip", "x-gzip", "deflate"})
LOOK = "see where it leads in a browser"
RATIO_FROM_BYTES = 1 << 20  # small answers may pack as tightly as they like


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """What one GET may use.

    Attributes:
        max_bytes: of the body, unpacked.
        max_ratio: unpacked bytes for each byte on the wire, looked at from 1 MiB on. Real feeds pack 3 to 20 times.
        max_redirects: hops.
        total_secs: from the first connect to the last byte, waiting for the host's turn left out.
    """

    max_bytes: int = 10 * 1024 * 1024
    max_ratio: float = 100.0
    max_redirects: int = 8
    total_secs: float = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """One redirect followed."""

    status: int
    url: str
    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """What the server answered.

    Attributes:
        url: where the answer came from, after redirects.
        status: the status code.
        headers: with lower-case names.
        body: unpacked; empty unless the status is 2xx.
        hops: redirects on the way, first to last.
        conditional: whether the server was told what we have, so that it may answer 304.
    """

    url: str
    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    hops: tuple[Hop, ...] = ()
    conditional: bool = True

    @property
    def content_type(self) -> str:
        """The header, empty when there is none."""
        return self.headers.get("content-type", "")


Pacer = Callable[[str], AbstractContextManager[None]]


def unpaced(_host: str) -> AbstractContextManager[None]:
    """Hold nobody back."""
    return nullcontext()


class Fetcher:
    """Makes GETs; may be used by many threads at once.

    Args:
        user_agent: product, version and contact.
        stop: when set, every GET under way ends with `StoppedError` within `transport.SLICE_SECS`.
        pacer: given a host, a context in which one request to it may be made.
        resolver: as `socket.getaddrinfo`.
        monotonic: seconds that never run backwards.
    """

    def __init__(
        self,
        *,
        user_agent: str,
        stop: threading.Event,
        pacer: Pacer = unpaced,
        resolver: Resolver = getaddrinfo,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._user_agent = user_agent
        self._stop = stop
        self._pacer = pacer
        self._resolver = resolver
        self._monotonic = monotonic
        self._ssl_context: ssl.SSLContext = httpx2.create_ssl_context(trust_env=False)

    def get(
        self,
        url: str,
        *,
        accept: str = FEED_TYPES,
        validators: Validators | None = None,
        allow_private: Allowed = False,
        budget: Budget = Budget(),
    ) -> Response:
        """Fetch a URL, following redirects.

        Raises:
            UnsafeAddressError: it, or a redirect, leads where we must not go.
            FetchError: one of its kinds in `failures.py`.
        """
        hops: list[Hop] = []
        left = budget.total_secs
        while True:
            with self._pacer(host_of(url)):
                started = self._monotonic()
                deadline = Deadline(url, started + left, self._stop, self._monotonic)
                headers = {"User-Agent": self._user_agent, "Accept": accept, "Accept-Encoding": "gzip, deflate"}
                told = conditions(url, validators)
                response = self._ask(url, headers | told, deadline, budget, allow_private=allow_private)
                left -= self._monotonic() - started
            target = redirect_target(response)
            if target is None:
                return replace(response, hops=tuple(hops), conditional=bool(told))
            hops.append(Hop(status=response.status, url=url, target=target))
            if len(hops) > budget.max_redirects:
                problem = f"redirects more than {budget.max_redirects} times, last to {target[:200]}"
                raise OverBudgetError(hops[0].url, problem, "see where it leads in a browser, and take that address")
            url = target

    def _ask(self, url: str, headers: Mapping[str, str], deadline: Deadline, budget: Budget, *, allow_private: Allowed) -> Response:
        backend = GuardedBackend(deadline, allow_private=allow_private, resolver=self._resolver)
        with (
            httpx2.Client(transport=GuardedTransport(backend, self._ssl_context), trust_env=False, timeout=None) as client,
            _streamed(client, url, headers) as answer,
        ):
            known = {name.lower(): value for name, value in answer.headers.items()}
            body = read_body(answer, url, budget) if 200 <= answer.status_code < 300 else b""
            return Response(url=url, status=answer.status_code, headers=known, body=body)


@contextmanager
def _streamed(client: httpx2.Client, url: str, headers: Mapping[str, str]) -> Iterator[httpx2.Response]:
    try:
        with client.stream("GET", url, headers=dict(headers), follow_redirects=False) as answer:
            yield answer
    except (httpx2.HTTPError, httpx2.InvalidURL) as error:
        raise UnreachableError(url, f"cannot be asked: {error}", "check the spelling of the address") from error


def read_body(answer: httpx2.Response, url: str, budget: Budget) -> bytes:
    """Return the unpacked body.

    Raises:
        OverBudgetError: it is too long or unpacks too far; what is left of it is never read.
    """
    coding = answer.headers.get("content-encoding", "").strip().lower()
    if coding not in CODINGS:
        raise OverBudgetError(url, f"is packed as {coding[:40]!r}, which was not asked for", "tell the publisher")
    parts: list[bytes] = []
    size = 0
    for part in answer.iter_bytes():
        size += len(part)
        if size > budget.max_bytes:
            problem = f"is longer than {budget.max_bytes} bytes"
            raise OverBudgetError(url, problem, "raise [feeds] max_bytes if it is worth it, or look for a shorter feed of the site")
        if size > RATIO_FROM_BYTES and size > budget.max_ratio * max(1, answer.num_bytes_downloaded):
            problem = f"unpacks to more than {budget.max_ratio:g} times its size, as bombs do"
            raise OverBudgetError(url, problem, "tell the publisher, or leave it out")
        parts.append(part)
    return b"".join(parts)


def host_of(url: str) -> str:
    """Return the host and port that a URL asks, in lower case; empty when it names none."""
    try:
        return urlsplit(url).netloc.rpartition("@")[2].lower()
    except ValueError:
        return ""


def conditions(url: str, validators: Validators | None) -> dict[str, str]:
    """Return the headers that make a GET of `url` conditional. Validators of another address say nothing about this one."""
    if validators is None or validators.url != url:
        return {}
    headers = {"If-None-Match": validators.etag, "If-Modified-Since": validators.last_modified}
    return {name: value for name, value in headers.items() if value is not None}


def redirect_target(response: Response) -> str | None:
    """Return where an answer sends us, or None when it is final.

    Raises:
        UnreachableError: to something that is not HTTP.
    """
    location = response.headers.get("location", "").strip()
    if response.status not in REDIRECTS or not location:
        return None
    try:
        target = urljoin(response.url, location).partition("#")[0]
        parts = urlsplit(target)
    except ValueError as error:
        raise UnreachableError(response.url, f"redirects to {location[:200]!r}, which is not a URL", LOOK) from error
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise UnreachableError(response.url, f"redirects to {target[:200]!r}, which is not HTTP", LOOK)
    return target


def refreshed(validators: Validators, response: Response) -> Validators:
    """Return the validators to keep: those of a 200, or those of a 304 over the old ones (RFC 9110, section 15.4.5)."""
    etag = response.headers.get("etag")
    last_modified = response.headers.get("last-modified")
    if response.status == 304:
        etag = etag if etag is not None else validators.etag
        last_modified = last_modified if last_modified is not None else validators.last_modified
    return Validators(url=response.url, etag=etag, last_modified=last_modified)

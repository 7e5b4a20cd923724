"""What stands before every page: who asks, how often, how much they send, and the headers that go with every answer.

Plain ASGI, so that a stream of events passes through without being held.
"""

import time
from collections.abc import Callable
from http.cookies import CookieError, SimpleCookie
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from connectors.subscribers.web.access import Access, Person, is_host_known, is_proxy, person_of
from connectors.subscribers.web.export_links import FEED_PATHS
from connectors.subscribers.web.limits import LOGINS, READS, WRITES, Limiter, Rate
from connectors.subscribers.web.problems import ProblemError

MAX_BODY_BYTES = 64 * 1024
SESSION_COOKIE = "sanctionwire_session"
FORM_COOKIE = "sanctionwire_form"
OPEN_PATHS = ("/login", "/static/")
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
Answer = Callable[[Request, ProblemError], Any]


class Guard:
    """The middleware.

    Args:
        app: what it guards.
        access: who may come in.
        answer: makes the response to a problem.
        clock: seconds since 1970.
        monotonic: seconds that only grow.
        reads: how often one visitor may read.
    """

    def __init__(
        self,
        app: ASGIApp,
        access: Access,
        answer: Answer,
        clock: Callable[[], float],
        monotonic: Callable[[], float] = time.monotonic,
        reads: Rate = READS,
    ) -> None:
        self._app = app
        self._access = access
        self._answer = answer
        self._clock = clock
        self._monotonic = monotonic
        self._reads = reads
        self._limiter = Limiter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or let it through."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            scope["state"] = {**scope.get("state", {}), "person": self._admitted(scope)}
        except ProblemError as problem:
            response = self._answer(Request(scope), problem)
            await response(scope, receive, _dressed(send))
            return
        await self._app(scope, receive, _dressed(send))

    def _admitted(self, scope: Scope) -> Person:
        headers, path, method = Headers(scope=scope), str(scope["path"]), str(scope["method"])
        peer = str((scope.get("client") or ("",))[0])
        if not is_host_known(self._access, headers.get("host", "")):
            raise ProblemError(421, "This name is not one of ours; add it to [web] allowed_hosts.")
        person = person_of(self._access, peer, dict(headers), cookie_of(headers, SESSION_COOKIE), self._clock())
        self._keep_pace(f"{peer}/{'' if person is None else person.name}", path, method)
        _keep_small(headers)
        if person is None and not path.startswith(OPEN_PATHS):
            schemes = ("Bearer", "Basic") if path in FEED_PATHS.values() else ("Bearer",)
            challenge = ", ".join(f'{scheme} realm="sanctionwire"' for scheme in schemes)
            raise ProblemError(401, "Log in, or send a token.", {"www-authenticate": challenge})
        if person is not None and not person.may_write and method not in SAFE_METHODS and path not in ("/login", "/logout"):
            raise ProblemError(403, "This token may read, and not write.")
        return person or Person("", may_write=False)

    def _keep_pace(self, who: str, path: str, method: str) -> None:
        rate = self._reads if method in SAFE_METHODS else LOGINS if path == "/login" else WRITES
        wait = self._limiter.wait_secs(who, rate, self._monotonic())
        if wait:
            raise ProblemError(429, "Too many requests; come again later.", {"retry-after": str(int(wait) + 1)})


def is_secure(access: Access, request: Request) -> bool:
    """Say whether the visitor's browser speaks HTTPS, to us or to a trusted proxy."""
    forwarded = request.headers.get("x-forwarded-proto", "")
    peer = "" if request.client is None else request.client.host
    return request.url.scheme == "https" or (forwarded == "https" and is_proxy(access, peer))


def cookie_of(headers: Headers, name: str) -> str:
    """Return the value of a cookie; empty for none, and for what is no cookie."""
    try:
        morsel = SimpleCookie(headers.get("cookie", "")).get(name)
    except CookieError:
        return ""
    return "" if morsel is None else morsel.value


def _keep_small(headers: Headers) -> None:
    length = headers.get("content-length", "0")
    if "transfer-encoding" in headers:
        raise ProblemError(411, "Say how long the body is.")
    if not length.isdigit() or int(length) > MAX_BODY_BYTES:
        raise ProblemError(413, f"A body has {MAX_BODY_BYTES} bytes at most.")


def _dressed(send: Send) -> Send:
    async def dressed(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
            headers.setdefault("cache-control", "no-store")
        await send(message)

    return dressed

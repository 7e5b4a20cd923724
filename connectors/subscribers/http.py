"""One POST to a webhook: bounded in time and size, straight to the address that was configured.

The address is the operator's own choice, so it may be a private one; a redirect is not followed, since whoever answers would
choose the next address. No proxy of the environment is used. Errors never hold the address, which may have a secret in it.

The connection is kept for the next alert as long as few servers end it sooner; each try has its own deadline on it. One that the
server ends at the very moment of a request costs a further try, under the same key.
"""

import ssl
import threading
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx2

from connectors.errors import FeedError
from connectors.feeds.transport import Deadline, GuardedBackend, GuardedTransport
from connectors.settings import Secret
from connectors.subscribers.receivers import Outcome

USER_AGENT = "sanctionwire/0.1"
MAX_ANSWER_BYTES = 64 * 1024
SUBJECT = "webhook"
RETRIED = frozenset({408, 425, 429})
KEEP_SECS = 4.0


class Poster:
    """Posts to one address, from one thread at a time.

    Args:
        url: where to.
        timeout_secs: for one try in all.
        context: for encrypted connections; None trusts the system's authorities.
    """

    def __init__(self, url: Secret, timeout_secs: float, context: ssl.SSLContext | None = None) -> None:
        self._url = url
        self._timeout_secs = timeout_secs
        never = threading.Event()  # a try that has begun is ended, or it would have to be made again
        self._deadline = Deadline(SUBJECT, 0.0, never, time.monotonic)
        backend = GuardedBackend(self._deadline, allow_private=True)
        transport = GuardedTransport(backend, context or ssl.create_default_context(), KEEP_SECS)
        self._client = httpx2.Client(transport=transport, trust_env=False, timeout=None)

    def post(self, body: bytes, headers: Mapping[str, str]) -> Outcome | None:
        """Post, and return None if it was taken (2xx), or what went wrong."""
        self._deadline.at = time.monotonic() + self._timeout_secs
        sent = {"User-Agent": USER_AGENT, "Accept-Encoding": "identity", **headers}
        try:
            with self._client.stream("POST", self._url.value, content=body, headers=sent, follow_redirects=False) as answer:
                _drain(answer)
                return judged(answer.status_code, answer.headers.get("Retry-After", ""), datetime.now(UTC))
        except FeedError as error:
            return Outcome(retry=True, error=_without(self._url.value, error.problem))
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError, ValueError) as error:
            return Outcome(retry=True, error=f"the connection failed: {type(error).__name__}")


def judged(status: int, retry_after: str, now: datetime) -> Outcome | None:
    """Return what an answer means: taken, try again (408, 425, 429, 5xx), or no use.

    Args:
        status: of HTTP.
        retry_after: the header, seconds or a date (RFC 9110, section 10.2.3); empty for none.
        now: the time.
    """
    if 200 <= status < 300:
        return None
    if 300 <= status < 400:
        return Outcome(retry=False, error=f"answered {status}, and redirects are not followed")
    retry = status in RETRIED or status >= 500
    return Outcome(retry=retry, error=f"answered {status}", retry_after_secs=_seconds(retry_after, now) if retry else None)


def _seconds(text: str, now: datetime) -> float | None:
    if text.strip().isdecimal() and len(text) < 10:
        return float(text)
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return None
    at = at if at.tzinfo is not None else at.replace(tzinfo=UTC)
    return max(0.0, (at - now).total_seconds())


def _drain(answer: httpx2.Response) -> None:
    """Read a little of the body, so that the server sees its answer taken; what it says is of no account."""
    read = 0
    for part in answer.iter_raw():
        read += len(part)
        if read > MAX_ANSWER_BYTES:
            return


def _without(url: str, text: str) -> str:
    host_on = url.partition("://")[2]
    return text.replace(url, "(address)").replace(host_on, "(address)")[:300]

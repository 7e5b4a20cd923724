"""What a site's robots.txt says about its pages (RFC 9309), read by protego.

A feed is published to be polled, so its own address is not asked about; the pages that it links to are. The rules of a host are
asked for once a day:

- 4xx: there are no rules, everything is allowed.
- 5xx, or no answer: nothing is allowed for the time being; asked again after `RETRY_SECS`, and everything is allowed once that has
  gone on for `GIVE_UP_SECS` (section 2.3.1.4 leaves 30 days).
- `Crawl-delay` slows us down, up to the pacer's longest pause.

Known to be wrong: a redirect of a page into a forbidden path is followed.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from protego import Protego

from connectors.errors import FeedError
from connectors.feeds.base import Allowed
from connectors.feeds.failures import QuietError, StoppedError
from connectors.feeds.fetch import Budget, Fetcher, Response, host_of

FRESH_SECS = 86400.0
RETRY_SECS = 600.0
GIVE_UP_SECS = 30 * 86400.0
MAX_BYTES = 512 * 1024  # RFC 9309, section 2.5, asks for 500 KiB
MAX_SECS = 10.0
MAX_HOSTS = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The rules of one host.

    Attributes:
        rules: parsed; None when they could not be had.
        until: when to ask for them again, on the monotonic clock.
        failing_since: since when they cannot be had, on the same clock; None when they could be.
    """

    rules: Protego | None
    until: float
    failing_since: float | None = None


class Robots:
    """Remembers the rules of hosts; may be used by many threads.

    Args:
        fetcher: gets them.
        user_agent: ours; the rules for its first word, without the version, are ours.
        slow: told each host that asks for a delay, with its seconds.
        monotonic: seconds that never run backwards.
    """

    def __init__(
        self,
        fetcher: Fetcher,
        user_agent: str,
        *,
        slow: Callable[[str, float], None] = lambda _host, _secs: None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._fetcher = fetcher
        self._product = user_agent.partition(" ")[0].partition("/")[0]
        self._slow = slow
        self._monotonic = monotonic
        self._known: dict[str, Rules] = {}
        self._lock = threading.Lock()

    def allows(self, url: str, *, allow_private: Allowed = False) -> bool | None:
        """Return whether a page may be asked for, None when that cannot be known now.

        Raises:
            StoppedError: we were asked to stop.
        """
        origin = _origin(url)
        rules = self._rules(origin, allow_private=allow_private)
        if rules.rules is not None:
            return bool(rules.rules.can_fetch(url, self._product))
        failing_since = rules.failing_since if rules.failing_since is not None else self._monotonic()
        return True if self._monotonic() - failing_since > GIVE_UP_SECS else None

    def _rules(self, origin: str, *, allow_private: Allowed) -> Rules:
        with self._lock:
            known = self._known.get(origin)
        if known is not None and self._monotonic() < known.until:
            return known
        found = self._asked(origin, known, allow_private=allow_private)
        with self._lock:
            while len(self._known) >= MAX_HOSTS and origin not in self._known:
                self._known.pop(next(iter(self._known)))
            self._known[origin] = found
        return found

    def _asked(self, origin: str, known: Rules | None, *, allow_private: Allowed) -> Rules:
        try:
            budget = Budget(max_bytes=MAX_BYTES, max_redirects=5, total_secs=MAX_SECS)
            response = self._fetcher.get(
                f"{origin}/robots.txt", accept="text/plain, */*;q=0.1", allow_private=allow_private, budget=budget
            )
        except StoppedError:
            raise
        except QuietError as error:
            return self._unknown(known, error.secs)
        except FeedError:
            return self._unknown(known, RETRY_SECS)
        return self._read(origin, response, known)

    def _read(self, origin: str, response: Response, known: Rules | None) -> Rules:
        if response.status >= 500 or response.status == 429:
            return self._unknown(known, RETRY_SECS)
        text = response.body.decode("utf-8", "replace") if response.status == 200 else ""
        rules = Protego.parse(text)
        delay = rules.crawl_delay(self._product)
        if delay:
            self._slow(host_of(origin), float(delay))
        return Rules(rules=rules, until=self._monotonic() + FRESH_SECS)

    def _unknown(self, known: Rules | None, retry_secs: float) -> Rules:
        """Return that the rules cannot be had; those known before stay in force meanwhile."""
        now = self._monotonic()
        since = known.failing_since if known is not None and known.failing_since is not None else now
        return Rules(rules=known.rules if known is not None else None, until=now + retry_secs, failing_since=since)


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}".lower()

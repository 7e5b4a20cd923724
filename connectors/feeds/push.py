"""Subscriptions to hubs, kept by one thread, and the notices that hubs send (`websub.py` has the rules).

    Hubs ──POST──► hub ──GET (challenge)──► push_server ──► Push: a lease
                   hub ──POST (signed)────► push_server ──► Push: a notice ──take, by run.py──► the feed is due at once

Notices of one feed that come in a row are one, after `LEAST_GAP`. A host that has asked for quiet, and hours that a feed asks to be
skipped, are kept to in any case.
"""

import secrets
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from urllib.parse import quote

import httpx2

from connectors.config import FeedsConfig
from connectors.feeds.base import FeedSpec
from connectors.feeds.failures import StoppedError, UnreachableError
from connectors.feeds.fetch import host_of, unpaced
from connectors.feeds.poller import Tools
from connectors.feeds.push_server import listening
from connectors.feeds.transport import Deadline, GuardedBackend, GuardedTransport
from connectors.feeds.websub import Subscription, asked, failed, form, is_due, links_of, token_of, verified

LEAST_GAP = timedelta(seconds=10)
LOOK_SECS = 1.0
HUB_SECS = 20.0
SECRET_BYTES = 32
Say = Callable[[str], None]


class Push:
    """Subscriptions by feed, and the notices that have come. May be used by many threads.

    Args:
        specs: the feeds of kind `websub`.
        clock: the time, with a zone.
        draw: returns a secret; the system's source of randomness unless given.
    """

    def __init__(self, specs: Iterable[FeedSpec], clock: Callable[[], datetime], draw: Callable[[], str] | None = None) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._subscriptions: dict[str, Subscription] = {}
        self._notices: dict[str, datetime] = {}
        self._noticed_at: dict[str, datetime] = {}
        for spec in specs:
            secret = spec.secret.value if spec.secret is not None else (draw or _drawn)()
            self._subscriptions[spec.id] = Subscription(feed=spec.id, secret=secret, token=token_of(secret, spec.id))

    def subscription(self, feed: str) -> Subscription:
        """Return what is known of a feed's subscription."""
        with self._lock:
            return self._subscriptions[feed]

    def keep(self, subscription: Subscription) -> None:
        """Remember a subscription as it is now."""
        with self._lock:
            self._subscriptions[subscription.feed] = subscription

    def at(self, path: str) -> Subscription | None:
        """Return the subscription whose callback a path is, None for any other path."""
        feed, _, token = path.rstrip("/").rpartition("/")
        feed = feed.rpartition("/")[2]
        with self._lock:
            found = next((one for one in self._subscriptions.values() if quote(one.feed, safe="") == feed), None)
        return found if found is not None and secrets.compare_digest(found.token.encode(), token.encode()) else None

    def verify(self, subscription: Subscription, query: dict[str, str]) -> str | None:
        """Return the answer to a hub that asks back, None to refuse."""
        with self._lock:
            current = self._subscriptions[subscription.feed]
            self._subscriptions[subscription.feed], challenge = verified(current, query, self._clock())
        return challenge

    def notice(self, feed: str) -> None:
        """Take note that a feed has changed."""
        now = self._clock()
        with self._lock:
            last = self._noticed_at.get(feed)
            self._notices.setdefault(feed, max(now, last + LEAST_GAP) if last is not None else now)

    def take(self, poll_at_once: Callable[[str, datetime], bool], now: datetime) -> None:
        """Hand out the feeds that have changed; one that cannot be polled now is handed out again.

        Args:
            poll_at_once: makes a feed due; says whether it could.
            now: the time.
        """
        with self._lock:
            due = [feed for feed, at in self._notices.items() if at <= now]
        for feed in due:
            if poll_at_once(feed, now):
                with self._lock:
                    del self._notices[feed]
                    self._noticed_at[feed] = now


def _drawn() -> str:
    return secrets.token_hex(SECRET_BYTES)


class Hubs:
    """Asks hubs for subscriptions, as often as it is due.

    Args:
        push: the subscriptions.
        specs: the feeds of kind `websub`.
        config: whose `push_url` hubs reach us at.
        tools: see `poller.Tools`.
        user_agent, stop, say: see `run.run`.
    """

    def __init__(
        self,
        push: Push,
        specs: Iterable[FeedSpec],
        config: FeedsConfig,
        tools: Tools,
        user_agent: str,
        stop: threading.Event,
        say: Say,
    ) -> None:
        self._push = push
        self._specs = tuple(specs)
        self._config = config
        self._tools = tools
        self._user_agent = user_agent
        self._stop = stop
        self._say = say
        self._ssl_context = httpx2.create_ssl_context(trust_env=False)

    def serve(self) -> None:
        """Ask whenever it is due, until we are asked to stop."""
        while not self._stop.wait(LOOK_SECS):
            try:
                self.look()
            except StoppedError:
                return

    def look(self) -> None:
        """Ask the hubs of all feeds that are due.

        Raises:
            StoppedError: we were asked to stop.
        """
        for spec in self._specs:
            subscription = self._push.subscription(spec.id)
            if is_due(subscription, self._tools.clock()):
                self._subscribe(spec, subscription)

    def _subscribe(self, spec: FeedSpec, subscription: Subscription) -> None:
        if subscription.asked_at is not None:
            self._push.keep(failed(subscription, self._tools.clock()))
            self._say(f"{spec.id}: its hub {subscription.hub} has not asked back; is [feeds] push_url reached from outside?")
            return
        try:
            hub, topic = self._named(spec)
            self._push.keep(asked(subscription, hub, topic, self._tools.clock()))
            self._post(hub, form(self._push.subscription(spec.id), self.callback(subscription)), spec)
        except StoppedError:
            raise
        except Exception as error:  # noqa: BLE001 -- what one server answers must not end push for every feed
            self._push.keep(failed(subscription, self._tools.clock()))
            self._say(f"{spec.id}: no push, polled alone: {error}")

    def callback(self, subscription: Subscription) -> str:
        """Return the address at which a hub reaches us for a feed."""
        return f"{(self._config.push_url or '').rstrip('/')}/{quote(subscription.feed, safe='')}/{subscription.token}"

    def _named(self, spec: FeedSpec) -> tuple[str, str]:
        """Return hub and topic as the server or else the feed names them."""
        answer = self._tools.fetcher.get(spec.url, allow_private=spec.allow_private_addresses, budget=self._tools.budget)
        if answer.status != 200:
            raise UnreachableError(spec.url, f"was answered with {answer.status}", "it is asked again later")
        hub, topic = links_of(answer.headers.get("link", ""), answer.url)
        if not hub:
            reading = self._tools.readers.read_feed(spec.kind, answer.body, url=answer.url, content_type=answer.content_type)
            hub, topic = reading.hub, reading.topic
        if not hub:
            raise UnreachableError(spec.url, "names no hub", "take kind = auto for this feed")
        return hub, topic or answer.url

    def _post(self, hub: str, fields: dict[str, str], spec: FeedSpec) -> None:
        """Ask a hub; raise `FeedError` unless it takes the request. No redirect is followed: the form holds a secret."""
        pacer = self._tools.pacer if self._tools.pacer is not None else unpaced
        with pacer(host_of(hub)):
            deadline = Deadline(hub, time.monotonic() + HUB_SECS, self._stop, time.monotonic)
            backend = GuardedBackend(deadline, allow_private=spec.allow_private_addresses)
            transport = GuardedTransport(backend, self._ssl_context)
            try:
                with (
                    httpx2.Client(transport=transport, trust_env=False, timeout=None) as client,
                    client.stream("POST", hub, data=fields, headers={"User-Agent": self._user_agent}) as answer,
                ):
                    status = answer.status_code
            except (httpx2.HTTPError, httpx2.InvalidURL) as error:
                raise UnreachableError(hub, f"cannot be asked: {error}", "it is asked again later") from error
        if not 200 <= status < 300:
            raise UnreachableError(
                hub, f"refused the subscription with {status}", "it is asked again later; the feed is polled meanwhile"
            )


@contextmanager
def pushed(
    config: FeedsConfig, specs: Iterable[FeedSpec], tools: Tools, user_agent: str, stop: threading.Event, say: Say
) -> Iterator[Push]:
    """Keep the feeds of kind `websub` subscribed while the context lasts, and give what hubs have told.

    Raises:
        ConfigError: `push_port` cannot be listened on.
    """
    wanted = tuple(spec for spec in specs if spec.kind == "websub")
    push = Push(wanted, tools.clock)
    if not wanted or config.push_url is None:
        if wanted:
            say(f"{len(wanted)} feeds of kind websub are polled alone, since [feeds] push_url is not given")
        yield push
        return
    hubs = Hubs(push, wanted, config, tools, user_agent, stop, say)
    with listening(config.push_host, config.push_port, push, max_bytes=config.max_bytes, say=say):
        threading.Thread(target=hubs.serve, name="hubs", daemon=True).start()
        yield push

"""WebSub (W3C Recommendation, 23 January 2018), the subscriber's part of it, as pure functions. `push.py` carries it out.

    feed names a hub ──► we ask the hub, with a secret ──► it asks us back ──► a lease ──► signed notices, until it is renewed

What is pushed is taken as a notice that the feed has changed, and for nothing else: the feed is then polled at once, with all that
a poll takes care of. So the words that we publish are always those that the publisher's own server stands for, and a secret that
has leaked can make us ask it early and no more. A notice without a right signature is not even that.

A feed is polled by its own rhythm whatever its hub does, so that a lease that is not granted, not renewed or not kept costs minutes
and no article.

Known to be wrong: a publisher that pushes before its own server shows the change is polled too early; the next poll finds it.
"""

import hashlib
import hmac
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urljoin

LEASE_SECS = 10 * 86400
LEAST_LEASE_SECS = 300
MOST_LEASE_SECS = 30 * 86400
RENEW_AT = 0.75  # of the lease
VERIFY_WITHIN = timedelta(minutes=10)
LEAST_RETRY = timedelta(minutes=10)
MOST_RETRY = timedelta(days=1)
MAX_DOUBLINGS = 10
MAX_CHALLENGE_CHARS = 2000
ALGORITHMS = frozenset({"sha1", "sha256", "sha384", "sha512"})  # those that section 8 names; HMAC with SHA-1 still holds
LINK = re.compile(r"<([^<>]{1,2000})>((?:\s*;\s*[\w*-]+\s*=\s*(?:\"[^\"]{0,200}\"|[^\s;,\"]{1,200}))*)")
RELATION = re.compile(r";\s*rel\s*=\s*(?:\"([^\"]*)\"|([^\s;,]+))", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """What is known of one feed's subscription.

    Attributes:
        feed: its id.
        secret: what the hub signs with; in use from the first request to the end of the process.
        token: part of our callback's path that nobody else can know.
        hub, topic: where to subscribe, and to what; empty before they are known.
        asked_at: when the hub was asked and has not asked back yet; None otherwise.
        until: when the lease ends; None without one.
        next_at: when to ask next; None means at once.
        failures: in a row.
    """

    feed: str
    secret: str
    token: str
    hub: str = ""
    topic: str = ""
    asked_at: datetime | None = None
    until: datetime | None = None
    next_at: datetime | None = None
    failures: int = 0


def links_of(header: str, url: str) -> tuple[str, str]:
    """Return hub and topic of an answer's `Link` header, each empty when it names none.

    Args:
        header: one or several headers, parted by commas.
        url: of the answer, for relative addresses.
    """
    found: dict[str, str] = {}
    for address, parameters in LINK.findall(header):
        relation = RELATION.search(parameters)
        for name in (relation[1] or relation[2] or "").lower().split() if relation is not None else ():
            with suppress(ValueError):  # no address
                found.setdefault(name, urljoin(url, address.strip()))
    return found.get("hub", ""), found.get("self", "")


def token_of(secret: str, feed: str) -> str:
    """Return the token of a feed's callback, the same after every start for a secret that stays."""
    return hmac.new(secret.encode(), f"callback {feed}".encode(), hashlib.sha256).hexdigest()[:32]


def form(subscription: Subscription, callback: str) -> dict[str, str]:
    """Return what to ask the hub. The secret is always sent."""
    return {
        "hub.mode": "subscribe",
        "hub.topic": subscription.topic,
        "hub.callback": callback,
        "hub.secret": subscription.secret,
        "hub.lease_seconds": str(LEASE_SECS),
    }


def is_signed(secret: str, body: bytes, header: str | None) -> bool:
    """Say whether a notice is signed with the secret (`X-Hub-Signature: sha256=...`)."""
    algorithm, _, signature = (header or "").strip().partition("=")
    if algorithm.lower() not in ALGORITHMS:
        return False
    expected = hmac.new(secret.encode(), body, algorithm.lower()).hexdigest()
    return hmac.compare_digest(expected.encode(), signature.strip().lower().encode())


def is_due(subscription: Subscription, now: datetime) -> bool:
    """Say whether the hub is to be asked."""
    return subscription.next_at is None or subscription.next_at <= now


def asked(subscription: Subscription, hub: str, topic: str, now: datetime) -> Subscription:
    """Return a subscription whose hub is being asked: it has to ask back, or is asked again."""
    return replace(subscription, hub=hub, topic=topic, asked_at=now, next_at=now + VERIFY_WITHIN)


def failed(subscription: Subscription, now: datetime) -> Subscription:
    """Return a subscription that could not be had: it is tried again ever more rarely; a lease that runs goes on."""
    failures = subscription.failures + 1
    wait = min(LEAST_RETRY * 2 ** min(failures - 1, MAX_DOUBLINGS), MOST_RETRY)
    return replace(subscription, asked_at=None, failures=failures, next_at=now + wait)


def verified(subscription: Subscription, query: Mapping[str, str], now: datetime) -> tuple[Subscription, str | None]:
    """Return a subscription after its hub has asked back, and the challenge to answer with; None refuses.

    Args:
        subscription: as it was.
        query: the parameters of the hub's request.
        now: when it came.
    """
    topic_fits = query.get("hub.topic") == subscription.topic
    if query.get("hub.mode") == "denied" and topic_fits:
        return replace(failed(subscription, now), until=None), ""
    challenge = query.get("hub.challenge", "")
    is_wanted = query.get("hub.mode") == "subscribe" and topic_fits and subscription.asked_at is not None
    if not is_wanted or not 0 < len(challenge) <= MAX_CHALLENGE_CHARS:
        return subscription, None
    lease = timedelta(seconds=lease_secs(query.get("hub.lease_seconds", "")))
    return replace(subscription, asked_at=None, failures=0, until=now + lease, next_at=now + lease * RENEW_AT), challenge


def lease_secs(text: str) -> int:
    """Return the seconds of a lease as a hub grants it, within bounds: neither asked all day nor trusted for ever."""
    granted = int(text[:9]) if text.isascii() and text.isdigit() else LEASE_SECS
    return min(max(granted, LEAST_LEASE_SECS), MOST_LEASE_SECS)

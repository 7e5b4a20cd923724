"""The rules of a subscription: who is believed, and when to ask again."""

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.feeds.kinds import read_feed
from connectors.feeds.websub import (
    LEAST_LEASE_SECS,
    MOST_LEASE_SECS,
    MOST_RETRY,
    VERIFY_WITHIN,
    Subscription,
    asked,
    failed,
    form,
    is_due,
    is_signed,
    lease_secs,
    links_of,
    verified,
)
from tests.connectors.feeds.documents import item, rss

NOW = datetime(2021, 12, 31, 8, tzinfo=UTC)
TOPIC = "https://news.example/feed.xml"
HUB = "https://hub.example/"
NEW = Subscription(feed="news", secret="s3cret", token="t")
ASKED = asked(NEW, HUB, TOPIC, NOW)
QUERY = {"hub.mode": "subscribe", "hub.topic": TOPIC, "hub.challenge": "c" * 20, "hub.lease_seconds": "86400"}


def signature(body: bytes, secret: str = "s3cret", algorithm: str = "sha256") -> str:
    return f"{algorithm}={hmac.new(secret.encode(), body, algorithm).hexdigest()}"


@pytest.mark.parametrize("algorithm", ["sha1", "sha256", "sha384", "sha512"])
def test_a_right_signature_is_believed(algorithm: str) -> None:
    assert is_signed("s3cret", b"body", signature(b"body", algorithm=algorithm))
    assert is_signed("s3cret", b"body", signature(b"body", algorithm=algorithm).upper())


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "sha256",
        "sha256=",
        "=",
        "sha256=é",
        signature(b"bodY"),
        signature(b"body", "other"),
        "md5=" + hashlib.md5(b"body").hexdigest(),
    ],
)
def test_no_other_signature_is(header: str | None) -> None:
    assert not is_signed("s3cret", b"body", header)


@given(st.binary(max_size=50), st.text(max_size=80))
def test_no_made_up_signature_is(body: bytes, header: str) -> None:
    assert not is_signed("s3cret", body, header) or header.lower() == signature(body)


def test_the_secret_is_always_sent() -> None:
    assert form(ASKED, "https://we.example/news/t")["hub.secret"] == "s3cret"


def test_a_lease_begins_when_the_hub_asks_back_and_is_renewed_before_it_ends() -> None:
    leased, challenge = verified(ASKED, QUERY, NOW)
    assert challenge == "c" * 20
    assert leased.until == NOW + timedelta(days=1)
    assert not is_due(leased, NOW + timedelta(hours=17))
    assert is_due(leased, NOW + timedelta(hours=19))


@pytest.mark.parametrize(
    "query",
    [
        QUERY | {"hub.topic": "https://news.example/other"},
        QUERY | {"hub.mode": "unsubscribe"},
        QUERY | {"hub.mode": ""},
        QUERY | {"hub.challenge": ""},
        QUERY | {"hub.challenge": "c" * 5000},
        {},
    ],
)
def test_what_was_not_asked_for_is_refused(query: dict[str, str]) -> None:
    assert verified(ASKED, query, NOW) == (ASKED, None)


def test_a_subscription_that_nobody_asked_for_is_refused() -> None:
    leased, _ = verified(ASKED, QUERY, NOW)
    assert verified(leased, QUERY, NOW) == (leased, None)
    assert verified(NEW, QUERY | {"hub.topic": ""}, NOW) == (NEW, None)


def test_a_hub_that_does_not_ask_back_is_asked_again() -> None:
    assert not is_due(ASKED, NOW + timedelta(minutes=9))
    assert is_due(ASKED, NOW + VERIFY_WITHIN)


def test_a_denial_ends_the_lease() -> None:
    leased, _ = verified(ASKED, QUERY, NOW)
    denied, answer = verified(leased, {"hub.mode": "denied", "hub.topic": TOPIC}, NOW)
    assert (denied.until, answer) == (None, "")
    assert not is_due(denied, NOW)


def test_failures_are_tried_again_ever_more_rarely() -> None:
    waits, subscription = [], NEW
    for _ in range(20):
        subscription = failed(subscription, NOW)
        assert subscription.next_at is not None
        waits.append(subscription.next_at - NOW)
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (timedelta(minutes=10), MOST_RETRY)


@pytest.mark.parametrize(
    ("text", "secs"), [("86400", 86400), ("1", LEAST_LEASE_SECS), ("9" * 30, MOST_LEASE_SECS), ("", 864000), ("-1", 864000)]
)
def test_a_lease_has_bounds(text: str, secs: int) -> None:
    assert lease_secs(text) == secs


@pytest.mark.parametrize(
    ("header", "found"),
    [
        (f'<{HUB}>; rel="hub", <{TOPIC}>; rel="self"', (HUB, TOPIC)),
        (f"<{HUB}>; rel=hub", (HUB, "")),
        ('</hub>; title="a, b"; rel="hub self"', ("https://news.example/hub", "https://news.example/hub")),
        ('<x>; rel="next"', ("", "")),
        (f'<http://[>; rel="hub", <{HUB}>; rel="hub"', (HUB, "")),
        ("", ("", "")),
        ("<" * 10_000, ("", "")),
    ],
)
def test_links_of_an_answer_are_read(header: str, found: tuple[str, str]) -> None:
    assert links_of(header, TOPIC) == found


SELF = '<atom:link rel="self" href="/feed.xml"/>'
RSS = rss(item(), head=f'<atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="hub" href="{HUB}"/>{SELF}')
ATOM = f"""<feed xmlns="http://www.w3.org/2005/Atom"><title>News</title>
<link href='{HUB}' rel='hub'/><link rel="self" href="{TOPIC}"/></feed>"""
JSON = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "feed_url": TOPIC,
        "items": [],
        "hubs": [{"type": "rssCloud", "url": "x"}, {"type": "WebSub", "url": HUB}],
    }
)


@pytest.mark.parametrize("body", [RSS, ATOM, JSON])
def test_a_feed_names_its_hub(body: str) -> None:
    reading = read_feed("websub", body.encode(), url=TOPIC, content_type="")
    assert (reading.hub, reading.topic) == (HUB, TOPIC)


def test_an_address_that_is_none_is_no_hub_and_harms_nothing() -> None:
    head = '<link rel="hub" href="http://[::1/"/><link rel="self" href="javascript:x"/>'
    reading = read_feed("auto", rss(item(), head=head).encode(), url=TOPIC, content_type="")
    assert (reading.hub, reading.topic, len(reading.entries)) == ("", "", 1)

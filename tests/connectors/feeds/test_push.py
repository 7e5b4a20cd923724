"""Push over the wire: a hub of ours subscribes us, pushes, lies, and goes away; polling never stops."""

import hmac
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, parse_qsl

import httpx2
import pytest

from connectors.config import FeedConfig, FeedsConfig
from connectors.errors import ConfigError
from connectors.feeds.base import FeedSpec, ListPublisher
from connectors.feeds.push import LEAST_GAP, Push
from connectors.feeds.push_server import listening
from connectors.feeds.run import run
from connectors.feeds.scheduler import Schedule
from tests.connectors.feeds.documents import item, rss
from tests.connectors.feeds.servers import Site

NOW = datetime(2021, 12, 31, 8, tzinfo=UTC)
SPEC = FeedSpec(id="news", url="https://news.example/feed.xml", kind="websub")


@dataclass
class Hub:
    """A hub: remembers what it was asked, and asks back at once unless it is told not to."""

    asked: list[dict[str, str]] = field(default_factory=list)
    status: int = 202
    asks_back: bool = True
    url: str = ""

    def subscribe(self, wanted: dict[str, str]) -> None:
        self.asked.append(wanted)
        if self.asks_back:
            query = {"hub.mode": "subscribe", "hub.topic": wanted["hub.topic"], "hub.challenge": "abc", "hub.lease_seconds": "3600"}
            threading.Thread(target=lambda: httpx2.get(wanted["hub.callback"], params=query, trust_env=False)).start()

    def push(self, body: bytes = b"news", secret: str | None = None) -> int:
        wanted = self.asked[-1]
        key = (secret if secret is not None else wanted["hub.secret"]).encode()
        headers = {"X-Hub-Signature": f"sha256={hmac.new(key, body, 'sha256').hexdigest()}"}
        return httpx2.post(wanted["hub.callback"], content=body, headers=headers, trust_env=False).status_code


@pytest.fixture
def hub() -> Iterator[Hub]:
    found = Hub()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            found.subscribe(dict(parse_qsl(body)))
            assert set(parse_qs(body)) >= {"hub.secret", "hub.callback", "hub.topic"}
            self.send_response(found.status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    found.url = f"http://127.0.0.1:{server.server_port}/"
    yield found
    server.shutdown()
    server.server_close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(condition: Callable[[], bool], secs: float = 20.0) -> None:
    deadline = time.monotonic() + secs
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.05)


@contextmanager
def running(site: Site, tmp_path: Path, *, push: bool = True) -> Iterator[tuple[ListPublisher, list[str]]]:
    port = free_port()
    feed = FeedConfig(id="news", url=site.url("/feed.xml"), kind="websub", allow_private_addresses=True, fetch_pages=False)
    config = FeedsConfig(
        state_path=tmp_path / "state.sqlite",
        feed=(feed,),
        push_url=f"http://127.0.0.1:{port}/push" if push else None,
        push_port=port,
        poll_interval_secs=3600,
        min_poll_interval_secs=3600,
    )
    publisher, said, stop = ListPublisher(), list[str](), threading.Event()
    thread = threading.Thread(target=run, args=(config, publisher), kwargs={"stop": stop, "say": said.append, "host_gap_secs": 0.0})
    thread.start()
    try:
        yield publisher, said
    finally:
        stop.set()
        thread.join(10)
        assert not thread.is_alive()


def test_a_push_brings_an_article_at_once_and_a_false_one_does_not(site: Site, hub: Hub, tmp_path: Path) -> None:
    head = f'<link rel="hub" href="{hub.url}"/>'
    site.give("/feed.xml", rss(item(title="One"), head=head))
    with running(site, tmp_path) as (publisher, said):
        until(lambda: any("pushes from now on" in line for line in said))
        until(lambda: len(publisher.articles) == 1)
        site.give("/feed.xml", rss(item(title="Two", link="/b"), item(title="One"), head=head))
        before = len(site.asked)
        assert hub.push(secret="guessed") == 202
        time.sleep(1)
        assert len(site.asked) == before
        assert hub.push() == 202
        until(lambda: len(publisher.articles) == 2)
    assert hub.asked[0]["hub.topic"] == site.url("/feed.xml")
    assert len(hub.asked[0]["hub.secret"]) == 64


@pytest.mark.parametrize("trouble", ["no hub", "refuses", "away", "unsafe", "not configured"])
def test_whatever_the_hub_does_the_feed_is_polled(site: Site, hub: Hub, tmp_path: Path, trouble: str) -> None:
    address = {"away": "http://127.0.0.1:1/", "unsafe": "http://169.254.169.254/"}.get(trouble, hub.url)
    hub.status, hub.asks_back = (500, False) if trouble == "refuses" else (202, True)
    site.give("/feed.xml", rss(item(title="One"), head="" if trouble == "no hub" else f'<link rel="hub" href="{address}"/>'))
    with running(site, tmp_path, push=trouble != "not configured") as (publisher, said):
        until(lambda: len(publisher.articles) == 1)
        until(lambda: any("polled alone" in line for line in said))
    assert trouble != "unsafe" or any("must not be reached" in line for line in said)


def test_notices_in_a_row_are_one_and_none_is_lost() -> None:
    now = [NOW]
    push = Push([SPEC], lambda: now[0])
    polled: list[datetime] = []

    def poll_at_once(_feed: str, at: datetime) -> bool:
        polled.append(at)
        return True

    for _ in range(5):
        push.notice("news")
    push.take(poll_at_once, now[0])
    push.notice("news")
    push.take(poll_at_once, now[0])
    assert polled == [NOW]
    now[0] += LEAST_GAP
    push.take(poll_at_once, now[0])
    push.take(poll_at_once, now[0])
    assert polled == [NOW, NOW + LEAST_GAP]


def test_a_notice_waits_for_a_host_that_wants_quiet_and_for_nothing_else() -> None:
    schedule = Schedule()
    schedule.add("news", "news.example", NOW + timedelta(hours=5))
    schedule.close("news.example", NOW + timedelta(hours=1))
    assert schedule.hasten("news", NOW)
    assert schedule.take(NOW) is None
    assert schedule.take(NOW + timedelta(hours=1)) == "news"
    assert not schedule.hasten("news", NOW)


def test_a_notice_of_a_feed_that_is_under_way_waits_for_it() -> None:
    push = Push([SPEC], lambda: NOW)
    push.notice("news")
    push.take(lambda _feed, _now: False, NOW)
    polled: list[str] = []
    push.take(lambda feed, _now: bool(polled.append(feed)) or True, NOW + timedelta(seconds=1))
    assert polled == ["news"]


@pytest.fixture
def endpoint() -> Iterator[tuple[Push, str]]:
    push = Push([SPEC], lambda: NOW)
    with listening("127.0.0.1", 0, push, max_bytes=1000, say=lambda _: None) as port:
        yield push, f"http://127.0.0.1:{port}"


@pytest.mark.parametrize("path", ["/", "/news", "/news/wrong", "/other/{token}", "/%2e%2e/{token}", "/news/{token}x"])
def test_what_is_not_ours_is_gone(endpoint: tuple[Push, str], path: str) -> None:
    push, base = endpoint
    url = base + path.format(token=push.subscription("news").token)
    assert httpx2.get(url, trust_env=False).status_code == 410
    assert httpx2.post(url, content=b"x", trust_env=False).status_code == 410


def test_a_notice_that_is_too_long_or_endless_is_refused(endpoint: tuple[Push, str]) -> None:
    push, base = endpoint
    url = f"{base}/any/prefix/news/{push.subscription('news').token}"
    assert httpx2.post(url, content=b"x" * 1001, trust_env=False).status_code == 413
    assert httpx2.post(url, content=iter([b"x" * 10] * 3), trust_env=False).status_code == 413
    zeros = {"content-length": f"{0:012d}2000"}
    assert httpx2.post(url, content=b"x" * 2000, headers=zeros, trust_env=False).status_code == 413
    assert httpx2.post(url, content=b"x", trust_env=False).status_code == 202


def test_whoever_sends_a_header_letter_by_letter_loses_its_place(
    endpoint: tuple[Push, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connectors.feeds.push_server.REQUEST_SECS", 0.5)
    with socket.create_connection(("127.0.0.1", int(endpoint[1].rpartition(":")[2]))) as slow:
        slow.settimeout(5)
        slow.sendall(b"GET / HTTP/1.1\r\nX-Slow: ")
        began = time.monotonic()
        with suppress(ConnectionError):
            while time.monotonic() - began < 5:
                slow.sendall(b"x")
                time.sleep(0.1)
        assert time.monotonic() - began < 3


def test_a_flood_of_connections_is_shut_out_and_ends(endpoint: tuple[Push, str]) -> None:
    push, base = endpoint
    port = int(base.rpartition(":")[2])
    idle = [socket.create_connection(("127.0.0.1", port)) for _ in range(60)]
    time.sleep(0.5)
    with pytest.raises(httpx2.HTTPError):
        httpx2.get(f"{base}/", trust_env=False, timeout=2)
    for connection in idle:
        connection.close()
    time.sleep(0.5)
    assert httpx2.get(f"{base}/", trust_env=False).status_code == 410
    assert push.subscription("news").until is None


def test_an_address_that_is_taken_says_so() -> None:
    push = Push([SPEC], lambda: NOW)
    with listening("127.0.0.1", 0, push, max_bytes=1, say=print) as port, socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with (
            pytest.raises(ConfigError, match="cannot listen"),
            listening("127.0.0.1", other.getsockname()[1], push, max_bytes=1, say=print),
        ):
            pass
        assert port > 0

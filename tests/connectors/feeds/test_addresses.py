"""Addresses that must not be reached are not, however they are spelled."""

import ipaddress
import socket
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.errors import UnsafeAddressError
from connectors.feeds.addresses import is_ours, refusal, resolve
from connectors.feeds.base import FeedSpec, ListPublisher, Outcome
from connectors.feeds.failures import UnreachableError
from connectors.feeds.fetch import Budget, Fetcher
from connectors.feeds.poller import Tools, poll
from connectors.feeds.robots import Robots
from connectors.feeds.store import Store
from connectors.feeds.workers import Workers
from tests.connectors.feeds.documents import item, rss
from tests.connectors.feeds.servers import Answer, Site

# Every one of these is this machine, a private network or a metadata service, in a spelling that some reader has fallen for.
URLS = (
    "http://127.0.0.1/",
    "http://127.0.0.1:80/",
    "http://127.1/",
    "http://127.0.1/",
    "http://0/",
    "http://0.0.0.0/",
    "http://2130706433/",
    "http://017700000001/",
    "http://0177.0.0.1/",
    "http://0x7f000001/",
    "http://0x7f.0.0.1/",
    "http://0x7f.1/",
    "http://127.255.255.254/",
    "http://①②⑦.⓪.⓪.①/",
    "http://127。0。0。1/",
    "http://１２７.０.０.１/",
    "http://localhost/",
    "http://LOCALHOST/",
    "http://localhost./",
    "http://feeds.localhost/",
    "http://user:pass@127.0.0.1/",
    "http://example.org@127.0.0.1/",
    "http://10.0.0.1/",
    "http://0xa000001/",
    "http://172.16.0.1/",
    "http://172.31.255.255/",
    "http://192.168.1.1/",
    "http://3232235777/",
    "http://100.64.0.1/",
    "http://169.254.169.254/latest/meta-data/",
    "http://0xa9fea9fe/",
    "http://2852039166/",
    "http://169.254.170.2/",
    "http://100.100.100.200/",
    "http://168.63.129.16/",
    "http://192.0.0.192/",
    "http://192.0.0.1/",
    "http://192.88.99.1/",
    "http://198.18.0.1/",
    "http://224.0.0.1/",
    "http://240.0.0.1/",
    "http://255.255.255.255/",
    "http://[::]/",
    "http://[::1]/",
    "http://[0:0:0:0:0:0:0:1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[0:0:0:0:0:ffff:a9fe:a9fe]/",
    "http://[::ffff:0:127.0.0.1]/",
    "http://[::127.0.0.1]/",
    "http://[64:ff9b::127.0.0.1]/",
    "http://[64:ff9b::a00:1]/",
    "http://[64:ff9b:1::a00:1]/",
    "http://[2002:7f00:1::]/",
    "http://[2002:a9fe:a9fe::1]/",
    "http://[2001:0:7f00:1::]/",
    "http://[fe80::1]/",
    "http://[fc00::1]/",
    "http://[fd00:ec2::254]/",
    "http://[fd20:ce::254]/",
    "http://[fec0::1]/",
    "http://[ff02::1]/",
    "http://[2001:db8::1]/",
    "http://[100::1]/",
    "http://127.0.0.1./",
    "http://127.1.1.1/",
    "http://00000177.0.0.1/",
    "http://0x7f.0x0.0x0.0x1/",
    "http://0251.0376.0251.0376/",
    "http://0xA9.0xFE.0xA9.0xFE/",
    "http://6425673729/",  # 127.0.0.1 and 2 to the 32nd
    "http://①②⑦.①/",
    "http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/",
    "http://ｌｏｃａｌｈｏｓｔ/",
    "http://%31%32%37.0.0.1/",
    "http://127.0.0.1%00.example.org/",
    "http://127.0.0.1\\@example.org/",
    "http://127.0.0.1#@example.org/",
    "http://127.0.0.1?@example.org/",
    "http://127.0.0.1\t/",
    "http://10.1/",
    "http://192.168.1/",
    "http://[::1%25lo]/",
    "http://[::ffff:0:0]/",
    "http://[::ffff:0.0.0.0]/",
    "http://[0:0:0:0:0:ffff:127.0.0.1]/",
    "http://[::ffff:7f00:0001]/",
    "http://[64:ff9b::169.254.169.254]/",
    "http://[2002:c0a8:101::1]/",
    "http://[fe80::1%25eth0]/",
)


WIRE: list[Any] = []  # every connection that this process tries, while `watched` lasts
WATCHING = threading.Event()
PUBLIC = "93.184.216.34"


def _note(event: str, values: tuple[Any, ...]) -> None:
    if event == "socket.connect" and WATCHING.is_set():
        WIRE.append(values[1])


sys.addaudithook(_note)  # called by the interpreter itself, whatever library connects; it cannot be taken away again


@contextmanager
def watched() -> Iterator[list[Any]]:
    """Give the addresses to which connections are tried while the context lasts."""
    WIRE.clear()
    WATCHING.set()
    try:
        yield WIRE
    finally:
        WATCHING.clear()


class Listeners:
    """Real sockets on one port of every address of this machine, and the connections that came."""

    def __init__(self, stack: ExitStack) -> None:
        self._sockets = [stack.enter_context(socket.create_server(("0.0.0.0", 0), backlog=100))]
        self.port = self._sockets[0].getsockname()[1]
        with suppress(OSError):  # a machine without IPv6
            self._sockets.append(stack.enter_context(socket.create_server(("::", self.port), family=socket.AF_INET6)))

    def count(self) -> int:
        """Return how many connections have come since the last count."""
        found = 0
        for listener in self._sockets:
            listener.settimeout(0.005)
            with suppress(TimeoutError):
                while True:
                    listener.accept()[0].close()
                    found += 1
        return found


@pytest.fixture
def listeners() -> Iterator[Listeners]:
    with ExitStack() as stack:
        yield Listeners(stack)


def at_port(url: str, port: int) -> str:
    """Return a URL of the matrix with a port."""
    host, slash, path = url.removeprefix("http://").partition("/")
    if any(mark in host for mark in "\\#?"):
        return url.replace("127.0.0.1", f"127.0.0.1:{port}")
    return f"http://{host.removesuffix(':80')}:{port}{slash}{path}"


def through(site_port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lead connections to the public address to a site of ours, and no others."""
    real = socket.create_connection

    def connect(address: Any, *args: Any, **kwargs: Any) -> socket.socket:
        return real(("127.0.0.1", site_port) if address[0] == PUBLIC else address, *args, **kwargs)

    monkeypatch.setattr(socket, "create_connection", connect)


class Connects:
    """Counts connections that are tried anywhere, and refuses them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.tried: list[Any] = []
        monkeypatch.setattr(socket, "create_connection", self._refuse)

    def _refuse(self, address: Any, *_: object, **__: object) -> socket.socket:
        self.tried.append(address)
        raise ConnectionRefusedError


def answering(*addresses: str) -> Any:
    """A resolver that gives these addresses to every name."""

    def resolver(host: str, port: int, **_: object) -> Sequence[tuple[Any, ...]]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    return resolver


def fetcher(resolver: Any = socket.getaddrinfo) -> Fetcher:
    return Fetcher(user_agent="test", stop=threading.Event(), resolver=resolver)


def test_the_matrix_is_as_long_as_promised() -> None:
    assert len(set(URLS)) >= 45


@pytest.mark.parametrize("url", URLS)
def test_no_spelling_of_a_private_address_is_connected_to(url: str, listeners: Listeners) -> None:
    with watched() as tried, pytest.raises((UnsafeAddressError, UnreachableError)):
        fetcher().get(at_port(url, listeners.port))
    assert tried == []
    assert listeners.count() == 0


def test_the_listeners_hear_whoever_connects_to_any_address_of_this_machine(listeners: Listeners) -> None:
    own = {one.address for each in psutil.net_if_addrs().values() for one in each if one.family == socket.AF_INET}
    for address in {"127.0.0.1", "127.9.9.9", *own}:
        with watched() as tried, socket.create_connection((address, listeners.port), 1):
            assert tried == [(address, listeners.port)]
        assert listeners.count() == 1
        with watched() as tried, pytest.raises(UnsafeAddressError):
            fetcher().get(f"http://{address}:{listeners.port}/")
        assert tried == []


@pytest.mark.parametrize("url", URLS)
def test_no_redirect_to_any_spelling_is_followed(
    url: str, site: Site, listeners: Listeners, monkeypatch: pytest.MonkeyPatch
) -> None:
    def resolver(host: str, port: int, **options: Any) -> Sequence[tuple[Any, ...]]:
        return answering(PUBLIC)(host, port) if host == "feeds.example" else socket.getaddrinfo(host, port, **options)

    through(site.port, monkeypatch)
    location = at_port(url, listeners.port).encode().decode("latin-1").replace("\t", "%09")
    site.answers["/feed"] = Answer(status=302, headers={"Location": location})
    with watched() as tried, pytest.raises((UnsafeAddressError, UnreachableError)):
        fetcher(resolver).get("http://feeds.example/feed")
    assert tried == [("127.0.0.1", site.port)]
    assert listeners.count() == 0


@pytest.mark.parametrize("private", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "::ffff:127.0.0.1", "0.0.0.0"])
def test_a_name_that_resolves_to_another_address_the_second_time_is_refused_then(
    private: str, site: Site, listeners: Listeners, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter([PUBLIC, private, private])
    through(site.port, monkeypatch)
    site.answers["/feed"] = Answer(status=302, headers={"Location": f"http://rebind.example:{listeners.port}/again"})
    with watched() as tried, pytest.raises(UnsafeAddressError):
        fetcher(lambda *args, **kwargs: answering(next(answers))(*args, **kwargs)).get("http://rebind.example/feed")
    assert tried == [("127.0.0.1", site.port)]
    assert listeners.count() == 0


def test_a_poll_reaches_none_of_the_addresses_that_a_feed_names(
    site: Site, listeners: Listeners, workers: Workers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pages, their robots.txt, a hub: whatever a feed makes us ask goes the same way."""

    def resolver(host: str, port: int, **options: Any) -> Sequence[tuple[Any, ...]]:
        return answering(PUBLIC)(host, port) if host == "feeds.example" else socket.getaddrinfo(host, port, **options)

    through(site.port, monkeypatch)
    entries = (item(title=f"{number}", link=at_port(url, listeners.port), text="A teaser.") for number, url in enumerate(URLS))
    site.give("/feed", rss(*entries, head=f'<link rel="hub" href="http://127.0.0.1:{listeners.port}/"/>'))
    store, publisher, asking = Store(tmp_path / "state"), ListPublisher(), fetcher(resolver)
    tools = Tools(
        fetcher=asking,
        readers=workers,
        store=store,
        publisher=publisher,
        publishing=threading.Lock(),
        clock=lambda: datetime(2021, 12, 31, 12, tzinfo=UTC),
        budget=Budget(total_secs=5),
        robots=Robots(asking, "test"),
    )
    with watched() as tried:
        ended = [poll(tools, FeedSpec(id="news", url="http://feeds.example/feed")) for _ in range(3)]
    store.close()
    assert ended[0].outcome is Outcome.PUBLISHED
    assert len(publisher.articles) > 45
    assert set(tried) == {("127.0.0.1", site.port)}
    assert listeners.count() == 0


@pytest.mark.parametrize(
    "address", ["169.254.169.254", "100.100.100.200", "168.63.129.16", "0.0.0.0", "224.0.0.1", "fd00:ec2::254"]
)
def test_metadata_services_are_refused_even_where_private_addresses_are_allowed(address: str) -> None:
    assert refusal(ipaddress.ip_address(address), allow_private=True) is not None


@pytest.mark.parametrize("address", ["127.0.0.1", "10.1.2.3", "192.168.0.1", "::1", "fd12::1", "::ffff:10.0.0.1"])
def test_private_addresses_are_reached_only_when_allowed(address: str) -> None:
    found = ipaddress.ip_address(address)
    assert refusal(found, allow_private=True) is None
    assert refusal(found, allow_private=False) is not None


@pytest.mark.parametrize(
    ("address", "reached"),
    [
        ("10.1.2.3", True),
        ("::ffff:10.1.2.3", True),
        ("127.0.0.1", True),
        ("fd12::7", True),
        ("10.1.3.1", False),
        ("127.0.0.2", False),
        ("::1", False),
        ("169.254.169.254", False),
        ("8.8.8.8", True),
    ],
)
def test_a_list_gives_leave_for_its_own_networks_alone(address: str, reached: bool) -> None:
    allowed = ("10.1.2.0/24", "127.0.0.1", "fd12::/16", "169.254.0.0/16")
    assert (refusal(ipaddress.ip_address(address), allow_private=allowed) is None) is reached


def test_a_feed_with_a_list_is_not_led_out_of_it(site: Site, listeners: Listeners) -> None:
    site.give("/feed", "", status=302, Location=f"http://127.0.0.2:{listeners.port}/")
    with watched() as tried, pytest.raises(UnsafeAddressError, match=r"add 127\.0\.0\.2 to the feed's allow_addresses"):
        fetcher().get(site.url("/feed"), allow_private=("127.0.0.1",))
    assert tried == [("127.0.0.1", site.port)]


@pytest.mark.parametrize("address", ["8.8.8.8", "93.184.216.34", "2606:4700::1111", "64:ff9b::808:808", "::ffff:8.8.8.8"])
def test_public_addresses_are_reached(address: str) -> None:
    assert refusal(ipaddress.ip_address(address), allow_private=False) is None


@given(st.ip_addresses(v=4))
def test_a_mapped_address_is_judged_as_the_one_it_stands_for(address: ipaddress.IPv4Address) -> None:
    mapped = ipaddress.ip_address(f"::ffff:{address}")
    assert refusal(mapped, allow_private=False) == refusal(address, allow_private=False)


@given(st.ip_addresses(v=4))
def test_nothing_that_the_standard_library_calls_private_is_reached(address: ipaddress.IPv4Address) -> None:
    if address.is_private or address.is_multicast or address.is_reserved:
        assert refusal(address, allow_private=False) is not None


def test_one_private_address_among_public_ones_refuses_the_host() -> None:
    with pytest.raises(UnsafeAddressError, match=r"rebind\.example: its address 10\.0\.0\.1"):
        resolve("rebind.example", 80, allow_private=False, resolver=answering("8.8.8.8", "10.0.0.1"))


def test_the_address_connected_to_is_the_one_that_was_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter([answering("93.184.216.34"), answering("127.0.0.1"), answering("127.0.0.1")])
    connects = Connects(monkeypatch)
    with pytest.raises(UnreachableError):
        fetcher(lambda *args, **kwargs: next(answers)(*args, **kwargs)).get("http://rebind.example/")
    assert connects.tried == [("93.184.216.34", 80)]


def test_a_name_of_this_machine_is_this_machine_whatever_the_resolver_says() -> None:
    assert resolve("paper.localhost", 80, allow_private=True, resolver=answering("8.8.8.8")) == ("127.0.0.1", "::1")


@pytest.mark.parametrize(
    ("host", "ours"),
    [
        ("127.0.0.1:8000", True),
        ("[::1]:8000", True),
        ("paper.localhost", True),
        ("10.0.0.1", True),
        ("8.8.8.8", False),
        ("news.example:80", False),
        ("", False),
    ],
)
def test_a_machine_of_our_own_network_is_known_by_its_address(host: str, ours: bool) -> None:
    assert is_ours(host) is ours


def test_a_redirect_to_a_private_address_is_refused(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    real = socket.create_connection
    public = "93.184.216.34"
    monkeypatch.setattr(
        socket, "create_connection", lambda address, *args, **kwargs: real(("127.0.0.1", site.port), *args, **kwargs)
    )
    site.give("/feed", "", status=302, Location=site.url("/secret"))
    site.give("/secret", "secret")
    with pytest.raises(UnsafeAddressError, match="loopback"):
        fetcher(lambda host, port, **_: answering(public if host == "feeds.example" else host)(host, port)).get(
            "http://feeds.example/feed"
        )
    assert site.paths() == ["/feed"]


def test_a_host_without_an_address_is_unreachable() -> None:
    with pytest.raises(UnreachableError, match="has no address"):
        resolve("nowhere.example", 80, allow_private=False, resolver=answering())

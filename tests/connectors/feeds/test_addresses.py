"""Addresses that must not be reached are not, however they are spelled."""

import ipaddress
import socket
import threading
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.errors import UnsafeAddressError
from connectors.feeds.addresses import is_ours, refusal, resolve
from connectors.feeds.failures import UnreachableError
from connectors.feeds.fetch import Fetcher
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
)


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
def test_no_spelling_of_a_private_address_is_connected_to(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    connects = Connects(monkeypatch)
    with pytest.raises((UnsafeAddressError, UnreachableError)):
        fetcher().get(url)
    assert connects.tried == []


@pytest.mark.parametrize("url", URLS)
def test_no_redirect_to_any_spelling_is_followed(url: str, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[Any] = []
    real = socket.create_connection

    def connect(address: Any, *args: Any, **kwargs: Any) -> socket.socket:
        tried.append(address)
        return real(("127.0.0.1", site.port), *args, **kwargs)

    def resolver(host: str, port: int, **options: Any) -> Sequence[tuple[Any, ...]]:
        public = host == "feeds.example"
        return answering("93.184.216.34")(host, port) if public else socket.getaddrinfo(host, port, **options)

    monkeypatch.setattr(socket, "create_connection", connect)
    site.answers["/feed"] = Answer(status=302, headers={"Location": url.encode().decode("latin-1")})
    with pytest.raises((UnsafeAddressError, UnreachableError)):
        fetcher(resolver).get("http://feeds.example/feed")
    assert tried == [("93.184.216.34", 80)]


LOOPBACK = ("127.0.0.1", "127.1", "0", "2130706433", "0x7f.1", "localhost", "127。0。0。1", "[::1]", "[::ffff:127.0.0.1]", "[::]")


@pytest.mark.parametrize("host", LOOPBACK)
def test_a_listening_socket_of_this_machine_is_never_reached(host: str) -> None:
    reached: list[Any] = []
    with ExitStack() as stack:
        listeners = [stack.enter_context(socket.create_server(("127.0.0.1", 0)))]
        port = listeners[0].getsockname()[1]
        with suppress(OSError):  # a machine without IPv6
            listeners.append(stack.enter_context(socket.create_server(("::1", port), family=socket.AF_INET6)))
        with pytest.raises((UnsafeAddressError, UnreachableError)):
            fetcher().get(f"http://{host}:{port}/")
        for listener in listeners:
            listener.settimeout(0.05)
            with suppress(TimeoutError):
                reached.append(listener.accept())
    assert reached == []


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

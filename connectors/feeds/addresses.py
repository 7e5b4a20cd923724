"""Which network addresses may be reached, decided on the address itself at the moment of connecting.

A page or feed can name any host, and a host can resolve to anything, to something else the second time, or be spelled in a dozen
ways (`0x7f.1`, `①②⑦.⓪.⓪.①`, `[::ffff:7f00:1]`). So spelling is never looked at: `resolve` asks the resolver once, `refusal` judges
every address that it returns, and the caller connects to the very address that was judged. One bad address among good ones refuses
the host: a mixed answer is how rebinding looks. A feed may be given leave for private addresses, all of them or a list of networks;
never for those of metadata services.

Tables: IANA IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890 and successors). They are spelled out because
`ipaddress.is_private` differs between patch releases of Python. Known to be wrong: public addresses that a network operator routes
to internal machines cannot be told from others.
"""

import ipaddress
import socket
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from connectors.errors import UnsafeAddressError
from connectors.feeds.base import Allowed
from connectors.feeds.failures import UnreachableError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
# The part of socket.getaddrinfo that is used: (host, port, type=...) -> rows that end in a socket address.
Resolver = Callable[..., Sequence[tuple[Any, ...]]]


def _networks(*rows: tuple[str, str]) -> tuple[tuple[Network, str], ...]:
    return tuple((ipaddress.ip_network(network), reason) for network, reason in rows)


# Never reached, whatever a feed is allowed.
ALWAYS_REFUSED = _networks(
    ("0.0.0.0/32", "unspecified"),
    ("::/128", "unspecified"),
    # Cloud metadata services: they give credentials to whoever asks from inside.
    ("169.254.0.0/16", "link-local"),  # 169.254.169.254 on most clouds, .170.2 on ECS
    ("100.100.100.200/32", "metadata service"),  # Alibaba
    ("168.63.129.16/32", "metadata service"),  # Azure: a public address, reachable from inside only
    ("192.0.0.192/32", "metadata service"),  # Oracle
    ("fd00:ec2::/32", "metadata service"),  # AWS on IPv6
    ("fd20:ce::254/128", "metadata service"),  # Google on IPv6
    ("fe80::/10", "link-local"),
    ("224.0.0.0/4", "multicast"),
    ("ff00::/8", "multicast"),
    ("255.255.255.255/32", "broadcast"),
)
# Reached only for a feed with `allow_private_addresses` or `allow_addresses`.
PRIVATE = _networks(
    ("127.0.0.0/8", "loopback"),
    ("::1/128", "loopback"),
    ("10.0.0.0/8", "private"),
    ("172.16.0.0/12", "private"),
    ("192.168.0.0/16", "private"),
    ("fc00::/7", "private"),
    ("fec0::/10", "private"),  # site-local, deprecated
    ("100.64.0.0/10", "shared by a carrier"),
)
GRANTED = frozenset(reason for _, reason in PRIVATE)
# Of no use to a feed: reserved, documentation, benchmarks, and tunnels that end who knows where.
RESERVED = _networks(
    ("0.0.0.0/8", "reserved"),
    ("192.0.0.0/24", "reserved"),
    ("192.0.2.0/24", "documentation"),
    ("192.31.196.0/24", "reserved"),
    ("192.52.193.0/24", "reserved"),
    ("192.88.99.0/24", "6to4 relay"),
    ("192.175.48.0/24", "reserved"),
    ("198.18.0.0/15", "benchmark network"),
    ("198.51.100.0/24", "documentation"),
    ("203.0.113.0/24", "documentation"),
    ("240.0.0.0/4", "reserved"),
    ("2001::/23", "reserved or a Teredo tunnel"),
    ("2001:db8::/32", "documentation"),
    ("2002::/16", "6to4 tunnel"),
    ("3fff::/20", "documentation"),
)
GLOBAL_IPV6 = ipaddress.ip_network("2000::/3")
# Forms of IPv6 that carry an IPv4 address in their last 32 bits; that address is judged instead.
CARRIERS = tuple(
    ipaddress.IPv6Network(network)
    for network in (
        "::ffff:0:0/96",  # mapped
        "::ffff:0:0:0/96",  # translated (SIIT)
        "64:ff9b::/96",  # NAT64
    )
)


def carried(address: Address) -> Address:
    """Return the IPv4 address that a mapped, translated or NAT64 address stands for; any other address unchanged."""
    if isinstance(address, ipaddress.IPv6Address) and any(address in network for network in CARRIERS):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def _reason(address: Address, table: tuple[tuple[Network, str], ...]) -> str | None:
    return next((reason for network, reason in table if address.version == network.version and address in network), None)


def network_of(text: str) -> Network | None:
    """Return the network that a text such as "10.1.2.0/24" or "::1" names, None when it names none."""
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None


@lru_cache(maxsize=1024)
def _networks_of(texts: tuple[str, ...]) -> tuple[Network, ...]:
    return tuple(network for network in map(network_of, texts) if network is not None)


def _has_leave(address: Address, allowed: Allowed) -> bool:
    return allowed if isinstance(allowed, bool) else any(address in network for network in _networks_of(allowed))


def refusal(address: Address, *, allow_private: Allowed) -> str | None:
    """Return why an address must not be reached, or None when it may."""
    address = carried(address)
    always = _reason(address, ALWAYS_REFUSED)
    if always is not None:
        return always
    private = _reason(address, PRIVATE)
    if private is not None:
        return None if _has_leave(address, allow_private) else private
    if isinstance(address, ipaddress.IPv6Address) and address not in GLOBAL_IPV6:
        return "not a global address"
    return _reason(address, RESERVED)


def is_localhost(host: str) -> bool:
    """Say whether a name means this machine, whatever a resolver says (RFC 6761, section 6.3)."""
    name = host.rstrip(".").lower()
    return name == "localhost" or name.endswith(".localhost")


def is_ours(host: str) -> bool:
    """Say whether a host, as a URL spells it with or without a port, is plainly this machine or in a private network."""
    name = host.rpartition("]")[0].lstrip("[") if host.startswith("[") else host.partition(":")[0]
    try:
        address = carried(ipaddress.ip_address(name))
    except ValueError:
        return is_localhost(name)
    return _reason(address, PRIVATE) is not None


def resolve(host: str, port: int, *, allow_private: Allowed, resolver: Resolver = socket.getaddrinfo) -> tuple[str, ...]:
    """Return the addresses of a host, each of which may be reached.

    Args:
        host: a name or an address in any spelling.
        port: where to connect.
        allow_private: which of loopback and private networks may be reached.
        resolver: `socket.getaddrinfo` or something with its interface.

    Raises:
        UnreachableError: the host has no address.
        UnsafeAddressError: at least one of its addresses must not be reached.
    """
    if is_localhost(host):
        addresses: tuple[str, ...] = ("127.0.0.1", "::1")
    else:
        addresses = _look_up(host, port, resolver)
    for text in addresses:
        reason = refusal(ipaddress.ip_address(text), allow_private=allow_private)
        if reason is not None:
            step = _leave(text, allow_private) if reason in GRANTED else "leave this feed out: nothing on the web is there"
            raise UnsafeAddressError(host, f"its address {text} must not be reached: {reason}", step)
    return addresses


def _leave(address: str, allowed: Allowed) -> str:
    """Return how a feed is given leave for an address."""
    if isinstance(allowed, bool) or not allowed:
        every = "allow_private_addresses = true (--allow-private-addresses) for all of them"
        return f"if that is meant, give the feed allow_addresses = '{address}', or {every}"
    return f"if that is meant, add {address} to the feed's allow_addresses"


def _look_up(host: str, port: int, resolver: Resolver) -> tuple[str, ...]:
    try:
        rows = resolver(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise UnreachableError(host, f"has no address: {error}", "check the spelling of the host and the name server") from error
    addresses = tuple(dict.fromkeys(str(row[4][0]) for row in rows))
    if not addresses:
        raise UnreachableError(host, "has no address", "check the spelling of the host and the name server")
    return addresses

"""Choose TCP ports on the loopback address that stay ours while the broker is down.

A port from the system's ephemeral range can be taken as the *source* port of any outgoing connection, even of a client that tries
to reach that very port (it then connects to itself, and the broker cannot come back). So ports are drawn from below that range.
Known to be wrong: between choosing and binding, another program can take the port; the broker's start then fails and says so.
"""

import random
import socket
from collections.abc import Callable
from pathlib import Path

from connectors.errors import StackError

HOST = "127.0.0.1"
FIRST, LAST = 20_000, 32_767
EPHEMERAL_RANGE = Path("/proc/sys/net/ipv4/ip_local_port_range")
ATTEMPTS = 200


def choose_port(
    taken: set[int], preferred: int | None, is_free: Callable[[int], bool], random_source: random.Random, last: int
) -> int:
    """The preferred port if it is free, else a random free one.

    Args:
        taken: ports that must not be given out again.
        preferred: tried first; None for any port.
        is_free: whether nothing listens on a port.
        random_source: draws the candidates.
        last: the highest port to draw.

    Raises:
        StackError: none of many candidates is free.
    """
    candidates = [] if preferred is None else [preferred]
    candidates += [random_source.randint(FIRST, last) for _ in range(ATTEMPTS)]
    for port in candidates:
        if port not in taken and is_free(port):
            return port
    raise StackError(f"{HOST}:{FIRST}-{last}", "no free port was found", "end programs that listen there")


def last_port(ephemeral_range: str) -> int:
    """The highest port below the ephemeral range, or `LAST` where that range leaves no room.

    Args:
        ephemeral_range: the text of `ip_local_port_range`: its first and last port; empty where unknown.
    """
    numbers = ephemeral_range.split()
    lowest = int(numbers[0]) if numbers else LAST + 1
    return min(LAST, lowest - 1) if lowest > FIRST + ATTEMPTS else LAST


def is_free(port: int) -> bool:
    """Whether a server can listen on this loopback port now; connections of an earlier server that linger do not count."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, port))
        except OSError:
            return False
    return True


def is_open(port: int) -> bool:
    """Whether something accepts connections on this loopback port."""
    try:
        with socket.create_connection((HOST, port), timeout=1):
            return True
    except OSError:
        return False


def choose_ports(preferred: int | None, random_source: random.Random) -> tuple[int, int]:
    """A free port for Kafka's clients, `preferred` if possible, and another for its controller."""
    last = last_port(EPHEMERAL_RANGE.read_text(encoding="ascii") if EPHEMERAL_RANGE.exists() else "")
    port = choose_port(set(), preferred, is_free, random_source, last)
    return port, choose_port({port}, None, is_free, random_source, last)

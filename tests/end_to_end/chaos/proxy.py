"""A network that can be made bad: every connection to the broker goes through it.

It listens on a port of its own and forwards to the broker's; the broker names this port to its clients. `cut` drops every
connection and takes none for a while; `slow` holds back what comes for a while, in both directions.
"""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

CHUNK = 1 << 16


class Proxy:
    """Forwards `port` of this machine to `target`; see `running`."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._closed_until = self._slow_until = 0.0

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._listener.getsockname()[1])

    def cut(self, secs: float) -> int:
        """Drop every connection, take none for so long, and return how many there were."""
        self._closed_until = time.monotonic() + secs
        with self._lock:
            dropped, self._open = self._open, set()
        for one in dropped:
            _drop(one)
        return len(dropped) // 2

    def slow(self, secs: float) -> None:
        """Hold back what comes until so long has passed."""
        self._slow_until = time.monotonic() + secs

    @contextmanager
    def running(self) -> Iterator["Proxy"]:
        """Forward while the context lasts."""
        threading.Thread(target=self._accept, daemon=True, name="proxy").start()
        try:
            yield self
        finally:
            _drop(self._listener)
            self.cut(0.0)

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            if time.monotonic() < self._closed_until:
                _drop(near)
                continue
            try:
                far = socket.create_connection(("127.0.0.1", self._target), timeout=5)
            except OSError:
                _drop(near)
                continue
            self._join(near, far)

    def _join(self, near: socket.socket, far: socket.socket) -> None:
        for one in (near, far):
            one.settimeout(None)
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with self._lock:
            self._open |= {near, far}
        for one, other in ((near, far), (far, near)):
            threading.Thread(target=self._pump, args=(one, other), daemon=True, name="proxy pump").start()

    def _pump(self, one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while data := one.recv(CHUNK):
                time.sleep(max(0.0, self._slow_until - time.monotonic()))
                other.sendall(data)
        with self._lock:
            self._open -= {one, other}
        for side in (one, other):
            _drop(side)


def _drop(one: socket.socket) -> None:
    with suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()

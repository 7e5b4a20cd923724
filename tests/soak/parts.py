"""The parts of a soak, started as their operator starts them, and what each of their processes takes."""

import http.server
import json
import threading
import time
import urllib.request
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from email.utils import format_datetime
from pathlib import Path
from xml.sax.saxutils import escape

import psutil

from connectors.messages.article import Article
from connectors.top import Samples, samples_of
from deploy.local.stack import StackStatus
from deploy.supervise import Child, end_all, our_command, start
from tests.end_to_end.jobs import free_port
from tests.soak.judge import MB, Sample

PARTS = ("pipeline", "feeds", "web", "subscribers")
READY_SECS = 180.0
ENTRIES = 200  # that the feed shows
POLL_SECS = 5.0


class OneFeed:
    """An RSS feed on this machine that shows the last articles that it was given."""

    def __init__(self) -> None:
        self.articles: deque[Article] = deque(maxlen=ENTRIES)

    def document(self) -> bytes:
        """Return the feed as it is now."""
        items = "".join(_item(article) for article in reversed(tuple(self.articles)))
        channel = f"<title>Soak</title><link>https://soak.example/</link><description>News</description>{items}"
        return f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>{channel}</channel></rss>'.encode()

    @contextmanager
    def served(self) -> Iterator[int]:
        """Serve it while the context lasts; gives the port."""
        feed = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = feed.document() if self.path == "/feed.xml" else b""
                self.send_response(200 if body else 404)
                self.send_header("Content-Type", "application/rss+xml")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the base class's name
                """Say nothing."""

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            server.server_close()


def _item(article: Article) -> str:
    at = format_datetime(article.published_at) if article.published_at is not None else ""
    paragraphs = "".join(f"<p>{escape(part)}</p>" for part in article.text.split("\n\n"))
    return (
        f"<item><title>{escape(article.title)}</title><link>{article.url}</link><guid>{article.id}</guid><pubDate>{at}</pubDate>"
        f"<description>{escape(paragraphs)}</description></item>"
    )


def configuration(directory: Path, stack: StackStatus, feed_port: int, web_port: int) -> str:
    """Return the configuration of all parts: the defaults, except for addresses and places, and that old news is news here."""
    feed = {
        "id": "soak", "url": f"http://127.0.0.1:{feed_port}/feed.xml", "kind": "rss", "fetch_pages": False,
        "allow_private_addresses": True, "language": "en",
        "min_poll_interval_secs": POLL_SECS, "poll_interval_secs": POLL_SECS, "max_poll_interval_secs": POLL_SECS,
    }  # fmt: skip
    tables: dict[str, dict[str, object]] = {
        "kafka": {"bootstrap_servers": stack.bootstrap},
        "feeds": {"state_path": str(directory / "feeds-state"), "contact": "soak@soak.example"},
        "pipeline": {"alert_when_late": True},
        "engine": {"prism_location": stack.prism},
        "telemetry": {"log_format": "console"},
        "web": {"state_path": str(directory / "web.sqlite"), "port": web_port},
        "subscribers": {"receiver": "file"},
    }
    lists = {"feeds.feed": feed, "subscribers.receivers": {"name": "file", "kind": "file", "path": str(directory / "alerts.jsonl")}}
    sections = [*((f"[{name}]", table) for name, table in tables.items())]
    sections += [(f"[[{name}]]", table) for name, table in lists.items()]
    lines = [line for head, table in sections for line in (head, *(f"{key} = {json.dumps(value)}" for key, value in table.items()))]
    return "\n".join(lines) + "\n"


@dataclass
class Parts:
    """What runs.

    Attributes:
        roots: the first process of each part.
        ports: where each part answers probes.
        directory: their logs.
    """

    roots: dict[str, psutil.Process]
    ports: dict[str, int]
    directory: Path

    def wait_until_ready(self) -> None:
        """Wait until every part answers that it is ready."""
        deadline = time.monotonic() + READY_SECS
        while missing := [part for part in self.ports if not self._is_ready(part)]:
            gone = [part for part, process in self.roots.items() if not process.is_running()]
            if gone or time.monotonic() > deadline:
                raise RuntimeError(f"not ready: {', '.join(missing)}; ended: {', '.join(gone) or 'none'}; see {self.directory}")
            time.sleep(0.5)

    def metrics(self, part: str) -> Samples:
        """Return a part's metrics; none while it does not answer."""
        with suppress(OSError, ValueError), urllib.request.urlopen(self._address(part, "metrics"), timeout=10) as answer:
            return samples_of(answer.read().decode())
        return {}

    def samples(self, at: float) -> list[Sample]:
        """Return what each process takes now."""
        found: list[Sample] = []
        for part, root in self.roots.items():
            for name, process in _named(part, root):
                with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
                    found.append(_sample(at, name, process))
        return found

    def shares_mb(self) -> dict[str, float]:
        """Return the memory of each part in MB, pages that several processes share counted once in all (Linux's PSS)."""
        return {part: sum(_share(process) for process in _family(root)) / MB for part, root in self.roots.items()}

    def processor_secs(self) -> dict[str, float]:
        """Return the processor time that each part has taken, its children included."""
        return {part: sum(_seconds(process) for process in _family(root)) for part, root in self.roots.items()}

    def _address(self, part: str, page: str) -> str:
        return f"http://127.0.0.1:{self.ports[part]}/{page}"

    def _is_ready(self, part: str) -> bool:
        try:
            with urllib.request.urlopen(self._address(part, "readyz"), timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False


def _family(root: psutil.Process) -> list[psutil.Process]:
    with suppress(psutil.NoSuchProcess):
        return [root, *root.children(recursive=True)]
    return []


def _share(process: psutil.Process) -> float:
    with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
        found = process.memory_full_info()
        return float(getattr(found, "pss", found.rss))
    return 0.0


def _seconds(process: psutil.Process) -> float:
    with suppress(psutil.NoSuchProcess):
        return float(sum(process.cpu_times()[:2]))
    return 0.0


def _named(part: str, root: psutil.Process) -> Iterator[tuple[str, psutil.Process]]:
    """Yield a part's processes by what they do; several that do the same are numbered by their age."""
    numbers: dict[str, int] = {}
    for process in sorted(_family(root), key=lambda one: (one.pid != root.pid, one.pid)):
        with suppress(psutil.NoSuchProcess):
            role = "" if process.pid == root.pid else _role(process)
            numbers[role] = numbers.get(role, 0) + 1
            yield f"{part}{f' {role} {numbers[role]}' if role else ''}", process


def _role(process: psutil.Process) -> str:
    words = " ".join(process.cmdline())
    known = {"resource_tracker": "tracker", "forkserver": "fork server", "spawn_main": "worker"}
    return next((role for word, role in known.items() if word in words), process.name())


def _sample(at: float, name: str, process: psutil.Process) -> Sample:
    with process.oneshot():
        rss, files, threads = process.memory_info().rss, process.num_fds(), process.num_threads()
    return Sample(at, name, process.pid, rss, files, len(process.net_connections("inet")), threads)


@contextmanager
def started(directory: Path, stack: StackStatus, feed_port: int, environ: Mapping[str, str]) -> Iterator[Parts]:
    """Start all parts; they are ended with the context."""
    path = directory / "soak.toml"
    path.write_text(configuration(directory, stack, feed_port, free_port()), encoding="utf-8")
    ports = {part: free_port() for part in PARTS}
    with ExitStack() as undo:
        processes = []
        undo.callback(lambda: end_all(processes))
        for part, port in ports.items():
            env = {**environ, "TMPDIR": str(directory), "SANCTIONWIRE_TELEMETRY__PORT": str(port)}
            with (directory / f"{part}.log").open("wb") as output:
                processes.append(start(Child(part, our_command("run", part, "--config", str(path)), env), output))
        roots = {part: psutil.Process(process.pid) for part, process in zip(ports, processes, strict=True)}
        yield Parts({"kafka": psutil.Process(stack.pid), **roots}, ports, directory)

"""Documents and servers that are made to use up time and memory, and what each of them costs us.

`measured` carries out one job and says how long it took, the most memory that any worker with its descendants held at once, and by
how much our own process grew: `VmHWM` of each child, which the kernel keeps from the child's start on, so that no peak falls
between two looks; and `VmRSS` of ours, looked at every few milliseconds.
"""

import gzip
import io
import threading
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from connectors.feeds.workers import MODULE
from tests.connectors.feeds.servers import Answer
from tests.connectors.feeds.test_xml_guard import ATTACKS

SECS, MEGABYTES, DELAY_SECS = 5.0, 150, 1.0
LOOK_SECS = 0.01
RSS_HEAD, RSS_END = b"<rss version='2.0'><channel><item><description>", b"</description></item></channel></rss>"
LINKS = b"<html><body>" + b"<a href='/x'>link</a> " * 100_000
PAGES: Mapping[str, bytes] = {
    "100,000 links": LINKS,
    "deep elements": b"<html><body>" + b"<div>" * 100_000 + b"words",
    "deep tables": b"<html><body>" + b"<table><tr><td>" * 30_000,
    "deep forms": b"<html><body>" + b"<form><div class='sidebar'><p>words</p>" * 60_000,
    "many boxes": b"<html><body>" + b"<div class='sidebar'><h1>x</h1><p>words</p></div>" * 50_000,
    "many paragraphs": b"<html><body>" + b"<p>A paragraph of words, it is, and goes on.</p>" * 60_000,
    "one long paragraph": b"<html><body><p>" + b"word " * 600_000,
    "one long form": b"<html><body><p>" + b"Please enter your comment! " * 100_000,
    "nothing but brackets": b"<html><body>" + b"<" * 3_000_000,
    "many authors": b"<html><head>" + b"<meta name='author' content='x'>" * 90_000,
    "deep JSON": b"<html><head><script type='application/ld+json'>" + b"[" * 1_000_000 + b"</script>",
}
FEEDS: Mapping[str, bytes] = {
    "100,000 links in one entry": RSS_HEAD + b"&lt;a href='/x'&gt;link&lt;/a&gt; " * 100_000 + RSS_END,
    "deep elements": b"<rss version='2.0'><channel>" + b"<item><x>" * 100_000,
    "deep markup": RSS_HEAD + b"&lt;div&gt;" * 300_000 + RSS_END,
    "open quotes": RSS_HEAD + b'&lt;a b="' * 300_000 + RSS_END,
    "open comments": RSS_HEAD + b"&lt;!--" * 300_000 + RSS_END,
    "open CDATA": b"<rss version='2.0'><channel>" + b"<item><title><![CDATA[x</title></item>" * 100_000,
    "a tag of white space": RSS_HEAD + b"&lt;a" + b" " * 3_000_000 + RSS_END,
    "many attributes": b"<rss version='2.0'><channel><item " + b" ".join(b"a%d='1'" % number for number in range(200_000)) + b"/>",
    "many entries": b"<rss version='2.0'><channel>" + b"<item><title>x</title></item>" * 300_000 + b"</channel></rss>",
    "deep JSON": b'{"version": "https://jsonfeed.org/version/1", "items": ' + b"[" * 1_000_000,
    "many items of JSON": b'{"version": "https://jsonfeed.org/version/1", "items": [' + b'{"id":1},' * 900_000 + b"1]}",
    "a sitemap packed 1000 to 1": gzip.compress(b"<urlset>" + b" " * 100_000_000),
    "packed 1000 to 1 twice": gzip.compress(gzip.compress(bytes(400_000_000))),
    **{f"entities, {name}": attack.encode() for name, attack in ATTACKS.items()},
}


def zip_bomb() -> bytes:
    """Return a zip of one member that is a table of GDELT's and 100 MB long."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.gkg.csv", b"20260302000000-0\t20260302000000\t" + b"x" * 100_000_000)
    return file.getvalue()


def servers() -> dict[str, Answer]:
    """Return what servers send that never ends, comes too slowly, or is much more than it seems."""
    packed = {"Content-Encoding": "gzip"}
    return {
        "gzip 1000 to 1": Answer(headers=packed, body=gzip.compress(bytes(200_000_000))),
        "gzip 1000 to 1, endless": Answer(headers=packed, endless=gzip.compress(bytes(10_000_000))),
        "an endless body": Answer(endless=b"<item><title>x</title></item>" * 2_000),
        "an endless body, packed by nobody": Answer(endless=b"\0" * 65_536),
        "a slow drip": Answer(body=b"<rss>" + b" " * 1_000, pause_secs=0.05),
        "a slow drip without an end": Answer(endless=b" ", pause_secs=0.05),
        "a zip bomb": Answer(body=zip_bomb()),
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What one job cost: seconds, the peak of any worker's process tree, and how much our own process grew, in megabytes."""

    secs: float
    worker_megabytes: float
    own_megabytes: float


def measured(job: Callable[[], object]) -> Cost:
    """Carry out a job and say what it cost; errors of ours are how most jobs of this kind end."""
    over = threading.Event()
    peaks: dict[int, float] = {}
    own = psutil.Process()
    before = own.memory_info().rss
    grown = 0

    def watch() -> None:
        nonlocal grown
        going = True
        while going:
            going = not over.wait(LOOK_SECS)  # and one look more at the end
            grown = max(grown, own.memory_info().rss - before)
            for root in filter(_is_worker, own.children()):
                peaks[root.pid] = max(peaks.get(root.pid, 0.0), sum(map(_peak, _tree(root))))

    watcher = threading.Thread(target=watch)
    watcher.start()
    began = time.monotonic()
    try:
        job()
    finally:
        took = time.monotonic() - began
        over.set()
        watcher.join()
    return Cost(secs=took, worker_megabytes=max(peaks.values(), default=0.0), own_megabytes=grown / 2**20)


def _is_worker(child: psutil.Process) -> bool:
    """Say whether a child runs the worker's program: before that it shows our own memory as its own (`vfork(2)`)."""
    try:
        return MODULE in child.cmdline()
    except psutil.Error:
        return False


def _tree(root: psutil.Process) -> Iterator[psutil.Process]:
    yield root
    with suppress(psutil.Error):
        yield from root.children(recursive=True)


def _peak(process: psutil.Process) -> float:
    """Return the most memory that a process has held since it began, in megabytes; 0 when it is gone."""
    try:
        lines = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")), 0.0)

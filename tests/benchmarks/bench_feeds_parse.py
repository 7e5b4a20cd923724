"""Speed of reading feeds, and what is lost against feedparser: `python -m tests.benchmarks.bench_feeds_parse [FOLDER]`.

Measured on feeds of usual size and make (`real_size.py`): reading, canonical URLs and keys, in processor time of one core,
beside feedparser with its own settings and beside our adaptor over feedparser alone. The target: 150 feeds a second and core, with
no entry and no text lost. FOLDER is the unpacked source archive of feedparser; with it, the quick reader is also compared over its
test files, and `score_feedparser.py` counts its expectations.
"""

import io
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import feedparser

from connectors.errors import FeedError
from connectors.feeds import lean
from connectors.feeds.base import Reading
from connectors.feeds.canonical import canonical_url
from connectors.feeds.identity import all_keys
from connectors.feeds.kinds import read_feed
from connectors.feeds.rss_atom import adapted, hints_of, parse
from connectors.feeds.xml_guard import refuse_entities
from tests.benchmarks import score_feedparser
from tests.connectors.feeds.real_size import feeds

URL = "https://news.example/feed"
COUNT = 120


def ours(body: bytes) -> Reading:
    """Read a feed and name its articles."""
    reading = read_feed("auto", body, url=URL, content_type="text/xml")
    all_keys("news", reading.entries)
    return reading


def slowly(body: bytes) -> Reading:
    """As `ours`, by feedparser alone."""
    document = parse(body, url=URL, content_type="text/xml")
    return adapted(document, URL, hints_of(document["feed"], body))


def per_second(read: Callable[[bytes], object], bodies: list[bytes]) -> float:
    """Return feeds a second of processor time; addresses are normalised anew."""
    canonical_url.cache_clear()
    began = time.process_time()
    for body in bodies:
        read(body)
    return len(bodies) / (time.process_time() - began)


def different(bodies: Iterable[bytes]) -> tuple[int, int, int]:
    """Return how many documents the quick reader took, how many of those it read otherwise than feedparser, and how many came."""
    taken = wrong = total = 0
    for body in bodies:
        document = lean.parse(body, url=URL, content_type="text/xml")
        total += 1
        taken += document is not None
        wrong += document is not None and adapted(document, URL, hints_of(document["feed"], body)) != slowly(body)
    return taken, wrong, total


def allowed(body: bytes) -> bool:
    """Say whether a document declares no entities, and so is read at all."""
    try:
        refuse_entities(body, url=URL)
    except FeedError:
        return False
    return True


def main(arguments: list[str]) -> None:
    """Print speeds and losses."""
    bodies = list(feeds(COUNT))
    entries = sum(len(ours(body).entries) for body in bodies) / COUNT
    print(f"{COUNT} feeds, {sum(map(len, bodies)) / COUNT / 1000:.0f} kB and {entries:.0f} entries each")
    print(f"ours                        {per_second(ours, bodies):6.1f} feeds/s and core")
    print(f"our adaptor, feedparser     {per_second(slowly, bodies[:40]):6.1f}")
    print(f"feedparser, as it comes     {per_second(lambda body: feedparser.parse(io.BytesIO(body)), bodies[:40]):6.1f}")
    print("taken quickly {}, read otherwise {}, of {}".format(*different(bodies)))
    if not arguments:
        print("give the folder of feedparser's unpacked source archive to compare over its test files too")
        return
    files = (path.read_bytes() for path in sorted((Path(arguments[0]) / "tests").rglob("*.xml")))
    print("of feedparser's files: taken quickly {}, read otherwise {}, of {}".format(*different(filter(allowed, files))))
    score_feedparser.main(arguments)


if __name__ == "__main__":
    main(sys.argv[1:])

"""What hostile documents and servers cost, and how far they delay their neighbours: `python -m tests.benchmarks.bench_feeds_bombs`.

For each: seconds until it is done with, the peak of memory of the worker that read it (with its descendants), and by how much the
process of the poller grew meanwhile. The target: 5 s and 150 MB. Then two runs of the poller: `NEIGHBOURS` good feeds, each polled
every second, alone and among `BOMBS_AT_ONCE` bombs, each feed on a host of its own. What counts is the longest pause between two
polls of a neighbour; the target: the bombs add less than 1 s to it.
"""

import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from itertools import pairwise
from pathlib import Path

from connectors.config import FeedConfig, FeedsConfig
from connectors.errors import FeedError
from connectors.feeds.base import ListPublisher
from connectors.feeds.fetch import Fetcher
from connectors.feeds.run import run
from connectors.feeds.workers import Workers
from tests.connectors.feeds.bombs import FEEDS, PAGES, Cost, measured, servers
from tests.connectors.feeds.documents import item, rss
from tests.connectors.feeds.servers import Answer, Site, serving

NEIGHBOURS, BOMBS_AT_ONCE = 20, 12
RUN_SECS, TIMES = 20.0, 3
# Of each sort, those that cost the most.
CHOSEN = (
    *(Answer(body=PAGES[name]) for name in ("100,000 links", "many paragraphs")),
    *(Answer(body=FEEDS[name]) for name in ("deep markup", "many entries", "many attributes", "entities, billion laughs")),
)


def pauses(bombs: int, secs: float = RUN_SECS) -> dict[str, float]:
    """Return the longest pause between two polls of each neighbour, in seconds, in a run with so many bombs."""
    with serving() as site, tempfile.TemporaryDirectory() as folder:
        hostile = [_feed(site, f"bomb{number}", answer) for number, answer in zip(range(bombs), _bombs() * 2, strict=False)]
        good = [_feed(site, f"paper{number}", _paper(number)) for number in range(NEIGHBOURS)]
        config = FeedsConfig(state_path=Path(folder) / "state", feed=(*hostile, *good))
        stop = threading.Event()
        threading.Timer(secs, stop.set).start()
        run(config, ListPublisher(), stop=stop, say=lambda _: None, dice=lambda: 0.5)
        times = {feed.id: [asked.at for asked in site.asked if asked.path == f"/{feed.id}"] for feed in good}
    return {name: max((after - before for before, after in pairwise(at)), default=secs) for name, at in times.items()}


def _bombs() -> list[Answer]:
    return [*servers().values(), *CHOSEN]


def _paper(number: int) -> Answer:
    return Answer(body=rss(item(title=f"Title {number}", link=f"/{number}")).encode())


def _feed(site: Site, name: str, answer: Answer) -> FeedConfig:
    """Serve an answer as a feed at a host of its own: every name under `localhost` is this machine."""
    site.answers[f"/{name}"] = answer
    url = f"http://{name}.localhost:{site.port}/{name}"
    pace = {"poll_interval_secs": 1.0, "min_poll_interval_secs": 1.0, "max_poll_interval_secs": 1.0}
    return FeedConfig(id=name, url=url, allow_private_addresses=True, fetch_pages=False, **pace)


def jobs(site: Site) -> Iterator[tuple[str, Callable[[Workers], object]]]:
    """Yield each bomb by its name, as what to do with workers."""
    fetcher = Fetcher(user_agent="bench", stop=threading.Event())

    def served(path: str, workers: Workers) -> object:
        answer = fetcher.get(site.url(path), allow_private=True)
        return workers.read_feed("auto", answer.body, url=answer.url, content_type="")

    for number, (name, answer) in enumerate(servers().items()):
        site.answers[f"/{number}"] = answer
        yield f"server: {name}", partial(served, f"/{number}")
    for name, body in PAGES.items():
        yield f"page: {name}", partial(Workers.read_page, body=body, url="http://bomb.example/", content_type="")
    for name, body in FEEDS.items():
        yield f"feed: {name}", partial(Workers.read_feed, kind="auto", body=body, url="http://bomb.example/", content_type="")


def cost_of(job: Callable[[Workers], object]) -> Cost:
    """Return what a bomb costs in a fresh worker that is ready."""

    def tried() -> None:
        with suppress(FeedError):
            job(workers)

    with Workers(count=1) as workers:
        workers.read_page(b"<html><body><p>words</p></body></html>", url="http://good.example/", content_type="")
        return measured(tried)


def main() -> None:
    """Print what each bomb costs, and what the neighbours feel."""
    costs: list[Cost] = []
    with serving() as site:
        for name, job in jobs(site):
            costs.append(cost_of(job))
            told = f"{costs[-1].worker_megabytes:5.0f} MB in its worker {costs[-1].own_megabytes:4.0f} MB here"
            print(f"{name:44} {costs[-1].secs:5.2f} s {told}", flush=True)
    longest, largest = max(cost.secs for cost in costs), max(cost.worker_megabytes for cost in costs)
    grown = max(cost.own_megabytes for cost in costs)
    print(f"{len(costs)} bombs: longest {longest:.2f} s, largest worker {largest:.0f} MB, our own growth at most {grown:.0f} MB")
    for _ in range(TIMES):
        alone, among = max(pauses(0).values()), max(pauses(BOMBS_AT_ONCE).values())
        print(f"longest pause of {NEIGHBOURS} neighbours: alone {alone:.2f} s, among {BOMBS_AT_ONCE} bombs {among:.2f} s")


if __name__ == "__main__":
    main()

"""A poller in a process of its own that publishes to a file, for tests that kill it: `python filing.py URL STATE FILE`.

Each article is one line, safe on the disk when `flush` returns, as a broker would have it.
"""

import json
import sys
import threading
from pathlib import Path

from connectors.config import FeedConfig, FeedsConfig
from connectors.feeds.run import run
from connectors.messages.article import Article


class FilePublisher:
    """Appends a line for each article."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("a")

    def publish(self, article: Article) -> None:
        self._file.write(json.dumps([article.id, article.version, article.title, article.text[:20]]) + "\n")

    def flush(self) -> None:
        self._file.flush()


def main(url: str, state: str, file: str) -> None:
    feed = FeedConfig(id="news", url=url, allow_private_addresses=True, poll_interval_secs=1.0)
    config = FeedsConfig(state_path=Path(state), feed=(feed,))
    run(config, FilePublisher(Path(file)), stop=threading.Event(), say=print, host_gap_secs=0.0)


if __name__ == "__main__":
    main(*sys.argv[1:])

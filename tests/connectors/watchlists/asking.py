"""A list made of entries, without a file."""

from collections.abc import Iterable
from pathlib import Path

from connectors.config import WatchlistConfig
from connectors.watchlists.base import Entry
from connectors.watchlists.index import build
from connectors.watchlists.load import Report
from connectors.watchlists.watch import Watchlist

THRESHOLD = 0.85


def a_list(*entries: Entry, name: str = "listed", threshold: float = THRESHOLD) -> Watchlist:
    """Return a list of these entries."""
    return list_of(entries, name, threshold)


def list_of(entries: Iterable[Entry], name: str = "listed", threshold: float = THRESHOLD) -> Watchlist:
    """Return a list of entries."""
    return Watchlist(WatchlistConfig(name=name, path=Path("none"), threshold=threshold), build(entries), Report(), None)

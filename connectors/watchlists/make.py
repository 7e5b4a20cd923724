"""From the configuration to what watches. What names are compared with (extra `[export]`) is needed only where there are lists."""

from collections.abc import Callable

from connectors.config import WatchlistsConfig
from connectors.watchlists.base import NOBODY, Watch


def watch_of(config: WatchlistsConfig, narrate: Callable[[str], None] = lambda _line: None) -> Watch:
    """Return what watches for the names of the configuration; without lists, nobody is watched for.

    Args:
        config: the lists.
        narrate: takes lines for people, now and when a file is read again.

    Raises:
        WatchlistError: a list cannot be read.
    """
    if not config.lists:
        return NOBODY
    from connectors.watchlists.watch import Watcher, load, told

    lists = [load(one) for one in config.lists]
    for one in lists:
        for line in told(one):
            narrate(line)
    return Watcher(lists, narrate)

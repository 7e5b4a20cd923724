"""A poller that kills itself with SIGKILL before or after one step of a poll: `python dying.py URL STATE FILE STEP`.

Steps are counted over the whole process; `FILE.steps` gets their names, the fatal one last. With a step that never comes it polls
once and ends well.
"""

import os
import signal
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from connectors.config import FeedConfig, FeedsConfig
from connectors.feeds import run, store
from connectors.feeds.fetch import Fetcher
from connectors.feeds.store import Store
from connectors.feeds.workers import Workers
from tests.connectors.feeds.filing import FilePublisher

STEPS: tuple[tuple[Any, str], ...] = (
    (Fetcher, "get"),
    (Workers, "read_feed"),
    (Workers, "read_page"),
    (Store, "touch"),
    (FilePublisher, "publish"),
    (FilePublisher, "flush"),
    (Store, "record"),
    (store, "_put_seen"),  # within the transaction
    (Store, "finish"),
)


@dataclass
class Death:
    """Comes at one step."""

    step: int
    path: Path
    count: int = 0

    def around(self, owner: Any, name: str) -> None:
        """Have a method pass by before and after its work."""
        whole: Callable[..., Any] = getattr(owner, name)

        def wrapped(*args: Any, **kwargs: Any) -> Any:
            self.pass_by(f"before {name}")
            result = whole(*args, **kwargs)
            self.pass_by(f"after {name}")
            return result

        setattr(owner, name, wrapped)

    def pass_by(self, name: str) -> None:
        """Count a step, and strike at the one."""
        self.count += 1
        with self.path.open("a") as file:
            file.write(name + "\n")
        if self.count == self.step:
            os.kill(os.getpid(), signal.SIGKILL)


def config(url: str, state: Path) -> FeedsConfig:
    """The one feed."""
    feed = FeedConfig(id="news", url=url, allow_private_addresses=True)
    return FeedsConfig(state_path=state, feed=(feed,))


def main(url: str, state: str, file: str, step: str) -> None:
    death = Death(int(step), Path(f"{file}.steps"))
    for owner, name in STEPS:
        death.around(owner, name)
    run.run(config(url, Path(state)), FilePublisher(Path(file)), stop=threading.Event(), say=print, once=True, host_gap_secs=0.0)


if __name__ == "__main__":
    main(*sys.argv[1:])

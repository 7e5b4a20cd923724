"""One copy of the pipeline among others: it works, or stands by until the one that works is gone.

A start without standby takes over at once, as it always did. With `[pipeline] standby` a copy takes over only when no other works:
the model is loaded and the history followed meanwhile, so that what is left to do is to fence the predecessor, to read what it
committed last, and to submit the graph. Who works is told by `pipelines.beacon`; that never two write is the broker's doing
(`pipelines.io`).

A cluster restarts its workers itself, so with that engine there are no copies (`pipelines.cluster`).
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count

from connectors import telemetry
from connectors.config import Config
from connectors.errors import EngineError, FencedError
from connectors.telemetry import Meters
from pipelines.beacon import Beacon
from pipelines.session import Prepared, readers_of
from pipelines.warm import Warm

Say = Callable[[str], None]


@dataclass(slots=True)
class Copy:
    """This copy of the pipeline.

    Attributes:
        config: all of it.
        meters: where it says whether it works.
        say: told what goes on.
        beacon: its place among the copies.
        prepared: what is ready for the session.
        stands_by: whether it waits, with all that it needs to take over.
        given_at: when it was told to take over, in monotonic seconds; None if it did not wait.
    """

    config: Config
    meters: Meters
    say: Say
    beacon: Beacon
    prepared: Prepared
    stands_by: bool = False
    given_at: float | None = None

    def waited(self, stop: threading.Event, is_engine_alive: Callable[[], bool]) -> bool:
        """Wait for its turn; false if it was stopped before.

        Raises:
            BrokerError: the log cannot be followed, or the group of copies may not be asked.
            EngineError: the engine died meanwhile.
            ModelError: the model cannot be loaded.
        """
        self.meters.set(telemetry.ACTIVE, 0.0)
        if self.prepared.warm is None:
            if not self.beacon.wait():
                self.say("the brokers have not said in time that the other copies know of this one; it goes on without")
            return not stop.is_set()
        return self._stood_by(self.prepared.warm, stop, is_engine_alive)

    def works(self) -> None:
        """Say that it works from now on."""
        self.meters.set(telemetry.ACTIVE, 1.0)
        if self.given_at is not None:
            seconds = time.monotonic() - self.given_at
            self.meters.set(telemetry.TAKE_OVER_SECONDS, seconds)
            self.say(f"this copy works now; taking over took {seconds:.1f} s")

    def check(self) -> None:
        """Raise what ended the right to work.

        Raises:
            FencedError: another copy has taken over.
        """
        if self.beacon.lost.is_set():
            raise FencedError(self.config.kafka.transactional_id, "another copy of the job has taken over", "stop one of the two")

    def behind_secs(self) -> float:
        """Return for how long a copy that waits has not followed the log; 0 for one that does not wait."""
        warm = self.prepared.warm
        return time.monotonic() - warm.followed_at if self.stands_by and warm is not None else 0.0

    def _stood_by(self, warm: Warm, stop: threading.Event, is_engine_alive: Callable[[], bool]) -> bool:
        beacon = self.beacon
        self.say("this copy makes itself ready to stand by: it reads the log and loads the model")
        warm.read()
        self.prepared.readers.warm_up()
        if not beacon.held.is_set():
            self.say("this copy stands by; it takes over when the one that works is gone")
        self.stands_by = True
        warm.follow(lambda: stop.is_set() or beacon.held.is_set() or beacon.failure is not None or not is_engine_alive())
        self.stands_by = False
        if beacon.failure is not None:
            raise beacon.failure
        if not is_engine_alive():
            raise EngineError("engine", "its process has ended", "start the job again; nothing is lost")
        if stop.is_set():
            return False
        self.given_at = time.monotonic()
        self.say("no other copy works: this one takes over")
        return True


@contextmanager
def among_copies(config: Config, meters: Meters, say: Say) -> Iterator[Copy]:
    """Take a place among the copies for the time of the context.

    Raises:
        BrokerError: no broker answers, or it refuses us.
    """
    readers = readers_of(config)
    try:
        warm = Warm(config, count(1), lambda: datetime.now(UTC)) if config.pipeline.standby else None
        with closing(Beacon(config.kafka, "take" if warm is None else "wait")) as beacon:
            yield Copy(config, meters, say, beacon, Prepared(readers, warm))
    finally:
        readers.close()

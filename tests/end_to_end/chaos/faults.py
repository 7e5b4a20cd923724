"""What goes wrong, in an order that a seed decides."""

import random
import signal
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import cycle, islice

from tests.end_to_end.chaos.parts import Broker, Part, Parts

KILLS: Mapping[str, int] = {"pipeline": 4, "engine": 3, "reader": 4, "feeds": 4, "broker": 4, "standby": 1}
OTHERS: Mapping[str, int] = {"cut": 3, "slow": 2, "freeze": 1, "clock": 2}
FREEZE_SECS = 9.0  # longer than the brokers wait for a copy
MOST_SECS = 50 * 60  # of a clock that is wrong: a broker takes no record that is an hour ahead


def schedule(chance: random.Random, kills: int, others: int, copies: int) -> list[str]:
    """Return the faults in their order: each kind as often as its weight says, as near as may be."""
    wanted = {kind: weight for kind, weight in KILLS.items() if kind != "standby" or copies > 1}
    made = [*_share(wanted, kills), *_share(OTHERS, others)]
    chance.shuffle(made)
    return made


def _share(weights: Mapping[str, int], number: int) -> Iterator[str]:
    """Yield so many kinds, the heavier ones more often."""
    rounds = max(weights.values())
    order = [kind for turn in range(rounds) for kind, weight in weights.items() if weight > turn]
    return islice(cycle(order), number)


@dataclass
class Chaos:
    """Does harm.

    Attributes:
        parts, broker: to whom.
        chance: decides what the kind leaves open.
        done: how often each kind of fault was done.
        missed: how often there was nothing to do it to, however long one waited.
        shift_secs: how wrong the publisher's clock is now.
    """

    parts: Parts
    broker: Broker
    chance: random.Random
    done: dict[str, int] = field(default_factory=dict)
    missed: dict[str, int] = field(default_factory=dict)
    shift_secs: float = 0.0

    def do(self, kind: str) -> bool:
        """Do one fault; false if there is nothing to do it to now."""
        is_done = bool(getattr(self, f"_{kind}")())
        if is_done:
            self.done[kind] = self.done.get(kind, 0) + 1
        return is_done

    def miss(self, kind: str) -> None:
        """Note that there was nothing to do a fault to for too long."""
        self.missed[kind] = self.missed.get(kind, 0) + 1

    def _victim(self) -> Part | None:
        """Return the copy that works, or now and then one that is about to."""
        active = self.parts.active()
        return active or self.chance.choice(self.parts.pipelines)

    def _pipeline(self) -> bool:
        victim = self._victim()
        return victim is not None and victim.signal(signal.SIGKILL)

    def _standby(self) -> bool:
        victim = self.parts.waiting()
        return victim is not None and victim.signal(signal.SIGKILL)

    def _engine(self) -> bool:
        return self._child("--job_port")

    def _reader(self) -> bool:
        return self._child("spawn_main")

    def _child(self, word: str) -> bool:
        victim = self._victim()
        child = None if victim is None else victim.descendant(word)
        if child is not None:
            child.kill()
        return child is not None

    def _feeds(self) -> bool:
        return self.parts.feeds.signal(signal.SIGKILL)

    def _broker(self) -> bool:
        self.broker.kill()
        time.sleep(self.chance.uniform(0.0, 2.0))
        self.broker.restart()
        return True

    def _cut(self) -> bool:
        return self.broker.proxy.cut(self.chance.uniform(0.2, 2.0)) > 0

    def _slow(self) -> bool:
        self.broker.proxy.slow(self.chance.uniform(0.5, 3.0))
        return True

    def _freeze(self) -> bool:
        """Let a copy stand still for longer than the brokers wait for it, as a machine without memory does."""
        victim = self._victim()
        if victim is None or victim.process is None or not victim.signal(signal.SIGSTOP):
            return False
        frozen = victim.process
        threading.Timer(FREEZE_SECS, lambda: frozen.send_signal(signal.SIGCONT)).start()
        return True

    def _clock(self) -> bool:
        self.shift_secs = self.chance.uniform(-MOST_SECS, MOST_SECS)
        return True

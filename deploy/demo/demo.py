"""The demonstration: the whole product on one machine, as in production, on articles of the press beside this file.

    stack up ─► feeds and pipeline as processes ─► articles printed in waves ─► alerts as they come ─► summary ─► everything down

Nothing is staged: the two processes are those that `sanctionwire run` starts, with a configuration file, and the alerts are read
from Kafka as any subscriber reads them. It ends when every printed article has an analysis. It fails when a process ends, when the
time is up, when there is a dead letter, or when one of our own articles is not read as foreseen.
"""

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

from connectors.config import KafkaConfig
from connectors.errors import SanctionwireError
from connectors.kafka import Stored, follow, read_all, settle
from connectors.subscribers.base import Subscriber
from connectors.topics import ALERT_TOPICS, ANALYSES, DEAD_LETTERS
from deploy.demo.press import Piece
from deploy.demo.server import Press, serving
from deploy.demo.services import Services
from deploy.demo.watch import Watch, faults, summary
from deploy.local.places import Say
from deploy.local.stack import StackOptions, running

TOPICS = (*ALERT_TOPICS.values(), ANALYSES, DEAD_LETTERS)
WAVE_SECS = 3.0
READY_SECS = 180.0
ANALYSIS_SECS = 120.0
KEEP_STEP_SECS = 0.2
MARKS_SECS = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How the demonstration went.

    Attributes:
        summary: what it comes to, one line each.
        faults: what went otherwise than foreseen; none means success.
    """

    summary: tuple[str, ...]
    faults: tuple[str, ...]


def run(
    pieces: Sequence[Piece],
    stack: StackOptions,
    directory: Path,
    subscriber: Subscriber,
    say: Say,
    is_stopped: Callable[[], bool],
    leave_up: Callable[[Outcome, str], None] | None = None,
) -> Outcome:
    """Run it, and end everything that was started.

    Args:
        pieces: what the press prints, by wave.
        stack: where Kafka and Prism are to be had.
        directory: empty; gets the configuration, the feeds' state and the logs.
        subscriber: is given each alert version as it comes.
        say: takes the narration.
        is_stopped: asked several times a second.
        leave_up: None ends everything when all has been seen. Else the page is opened too, this is called with what came of it and
            the page's address, and everything stays up until `is_stopped`.

    Raises:
        SanctionwireError: the stack, or one of the two processes, does not come up or does not stay up, or the time is up.
    """
    began = time.monotonic()
    over = threading.Event()  # where Kafka leaves its data is of no interest: the directory goes

    def say_of_stack(text: str) -> None:
        if not (over.is_set() or is_stopped()):
            say(text)

    with ExitStack() as cleanup:
        found = cleanup.enter_context(running(stack, say_of_stack))
        press = cleanup.enter_context(serving(list(dict.fromkeys(piece.outlet for piece in pieces))))
        kafka = stack.existing or KafkaConfig(bootstrap_servers=found.bootstrap or "", topic_prefix=stack.topic_prefix)
        services = cleanup.enter_context(Services(directory, kafka, found.prism, press))
        say("starting feeds and pipeline; the pipeline loads the language model")
        services.wait_until_ready(READY_SECS, is_stopped)
        ready_secs = time.monotonic() - began
        say(f"ready after {ready_secs:.0f} s; printing {len(pieces)} articles in waves, {WAVE_SECS:g} s apart")
        watch = _Show(pieces, press, services, subscriber, say, is_stopped).run(kafka)
        if leave_up is not None:
            address = services.open_page(READY_SECS, is_stopped)
            leave_up(_outcome(watch, ready_secs, time.monotonic() - began), address)
            while not is_stopped():
                services.check()
                time.sleep(KEEP_STEP_SECS)
        say("stopping")
        over.set()
    return _outcome(watch, ready_secs, time.monotonic() - began)


def _outcome(watch: Watch, ready_secs: float, whole_secs: float) -> Outcome:
    times = f"time          ready after {ready_secs:.0f} s, {whole_secs:.0f} s in all"
    return Outcome(summary=(*summary(watch), times), faults=tuple(faults(watch)))


class _Show:
    """Prints wave after wave, and reads what comes of it."""

    def __init__(
        self,
        pieces: Sequence[Piece],
        press: Press,
        services: Services,
        subscriber: Subscriber,
        say: Say,
        is_stopped: Callable[[], bool],
    ) -> None:
        self._waves = [list(wave) for _, wave in groupby(sorted(pieces, key=_wave_of), key=_wave_of)]
        self._press = press
        self._services = services
        self._subscriber = subscriber
        self._say = say
        self._is_stopped = is_stopped
        self._watch = Watch()
        self._due_at = time.monotonic()

    def run(self, kafka: KafkaConfig) -> Watch:
        """Return what was seen, once every article has its analysis and every alert was delivered."""
        for stored in follow(kafka, TOPICS, start="beginning", is_stopped=self._is_over):
            self._take(stored)
        settle(kafka, TOPICS, MARKS_SECS)  # the analysis may have come by before its alert: other partition, same transaction
        for stored in read_all(kafka, TOPICS):
            self._take(stored)
        return self._watch

    def _take(self, stored: Stored) -> None:
        now = datetime.now(UTC)
        alert = self._watch.see(stored, now)
        if alert is not None:
            self._subscriber.deliver(alert, now)

    def _is_over(self) -> bool:
        """Print what is due; say whether all is done. Asked about four times a second while records are waited for."""
        self._services.check()
        if self._is_stopped():
            raise SanctionwireError("demo", "interrupted")
        now = time.monotonic()
        if self._waves and now >= self._due_at:
            self._print(self._waves.pop(0))
            self._due_at = now + (WAVE_SECS if self._waves else ANALYSIS_SECS)
        elif not self._watch.is_complete and now >= self._due_at:
            missing = ", ".join(self._watch.missing())
            raise SanctionwireError("demo", f"no analysis after {ANALYSIS_SECS:g} s: {missing}", self._services.where_to_look())
        return not self._waves and self._watch.is_complete

    def _print(self, wave: Sequence[Piece]) -> None:
        printed = self._press.release(wave, datetime.now(UTC))
        self._watch.add(printed)
        for one in printed:
            self._say(f"printed by {one.piece.outlet.host}: {one.piece.title}")


def _wave_of(piece: Piece) -> int:
    return piece.wave

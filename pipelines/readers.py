"""The pool of processes that hold the language model and read articles.

Python runs one thread at a time, and the engine gives the job one process; so the model lives in processes of its own, which may be
killed. What is to be read together is shared out among them, since an engine hands on nothing of it before all of it is read. A
share that hangs, dies or fails is read again one article at a time, and the article that does it again has failed.

A process that is killed at the very moment at which it takes a share takes it along: the pool (pebble 5) never hears of it, counts
no time for it, and its future would be waited for without end. So whoever waits long asks for something else as well; if that is
done and the share has not been begun, it is lost, and is read again.

Assumes that the annotator is a pure function of the text: an article read twice gives the same annotation. Beam is not imported
here, since each process of the pool imports this module.
"""

import math
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from multiprocessing import get_context

from pebble import ProcessPool

from deploy.local.memory import keep_heaps_few
from pipelines.annotator import Annotation, Annotator, ArticleText, load_model
from pipelines.work import Failure

STAGE = "Annotate"
BATCH = 8  # articles that a process reads together at most; more would gain 1 % (of 64 articles: 180 ms alone, 169 by 8, 167 by 16)
WARM_UP_SECS = 120.0
WARM_UP = ArticleText(
    id="",
    title="",
    text="Norway will impose sanctions on Mali if the vote is put off, its foreign minister Espen Lund said.",
    language="en",
)
LOOK_SECS = 5.0
Read = Callable[[str, Sequence[ArticleText]], list[Annotation]]


class _LostError(Exception):
    """A share went with the process that took it."""


def shares(texts: Sequence[ArticleText], processes: int) -> list[Sequence[ArticleText]]:
    """Return articles in shares for so many processes: none of more than `BATCH`, and ever smaller ones, so that all end together.

    A process that is free takes the next share. After Polychronopoulos and Kuck, "Guided self-scheduling", IEEE Transactions on
    Computers C-36 (1987), who give each the rest divided by the processes; half of that here, since articles differ much in length.
    For one process there is nothing to balance.
    """
    made, rest = [], texts
    while rest:
        size = min(BATCH, math.ceil(len(rest) / (2 * processes)) if processes > 1 else len(rest))
        made.append(rest[:size])
        rest = rest[size:]
    return made


@lru_cache(maxsize=1)
def _annotator(model: str) -> Annotator:
    return Annotator(load_model(model))


def _read(model: str, texts: Sequence[ArticleText]) -> list[Annotation]:
    """Annotate in a process of the pool, which loads the model once."""
    return _annotator(model).annotate(texts)


def _nothing() -> None:
    """Do nothing, in a process of the pool."""


def _prepare(read: Read, model: str) -> None:
    """Load the model and the tables in a new process before it takes an article; what fails here is told by its first article."""
    keep_heaps_few()
    with suppress(Exception):
        read(model, [WARM_UP])


@dataclass(frozen=True, slots=True)
class Reading:
    """How articles are read.

    Attributes:
        model: name or path of the model.
        processes: how many read at a time.
        timeout_secs: what one article may take.
    """

    model: str
    processes: int = 1
    timeout_secs: float = 30.0


class Readers:
    """The pool of processes that hold the model; `close` it.

    Args:
        reading: how articles are read.
        read: annotates texts with the model of a name; it runs in the processes, so it must be picklable.
    """

    def __init__(self, reading: Reading, read: Read = _read) -> None:
        self._reading = reading
        self._read = read
        # A fork of a process with running gRPC threads hangs, so every process starts afresh.
        self._pool = self._new_pool()
        self._lock = threading.Lock()

    def warm_up(self) -> None:
        """Wait until one process has read a sentence: its model and its tables are loaded then.

        Raises:
            ModelError: the model cannot be loaded.
        """
        self._result([WARM_UP], WARM_UP_SECS)

    def read(self, texts: Sequence[ArticleText]) -> list[Annotation | Failure]:
        """Return what was understood of each article, or why it could not be read."""
        begun = [(share, self._begin(share)) for share in shares(texts, self._reading.processes)]
        return [found for share, reading in begun for found in self._end(share, reading)]

    def close(self) -> None:
        """End the processes."""
        self._pool.stop()
        self._pool.join(timeout=10)

    def _new_pool(self) -> ProcessPool:
        return ProcessPool(
            max_workers=self._reading.processes,
            context=get_context("spawn"),
            initializer=_prepare,
            initargs=(self._read, self._reading.model),
        )

    def _renew(self, broken: ProcessPool) -> None:
        """Take a new pool in place of one that has broken, unless another thread has done so."""
        with self._lock:
            if self._pool is broken:
                self._pool = self._new_pool()
        broken.stop()

    def _result(self, texts: Sequence[ArticleText], timeout_secs: float) -> list[Annotation]:
        """Return what a process of the pool finds; a pool that broke under a dying process is replaced, and asked once more."""
        pool = self._pool
        try:
            return self._found(texts, timeout_secs)
        except RuntimeError:
            if pool.active:
                raise  # the reading's own
        self._renew(pool)
        return self._found(texts, timeout_secs)

    def _found(self, texts: Sequence[ArticleText], timeout_secs: float) -> list[Annotation]:
        """Ask the pool, and again for as long as what was asked is lost."""
        while True:
            with suppress(_LostError):
                return self._awaited(self._schedule(texts, timeout_secs))

    def _awaited(self, reading: "Future[list[Annotation]]") -> list[Annotation]:
        """Return what comes of a share.

        Raises:
            _LostError: nothing will.
        """
        while True:
            try:
                return reading.result(timeout=LOOK_SECS)
            except TimeoutError:
                if reading.done():
                    return reading.result()  # it may have ended just now, or this was its own time
            if self._is_passed_over(reading):
                raise _LostError

    def _is_passed_over(self, reading: "Future[list[Annotation]]") -> bool:
        """Tell whether the pool has done what was asked of it later, and has not begun this."""
        with suppress(Exception):
            self._pool.schedule(_nothing).result(timeout=LOOK_SECS)
            return not reading.running() and not reading.done()
        return False

    def _schedule(self, texts: Sequence[ArticleText], timeout_secs: float) -> "Future[list[Annotation]]":
        with self._lock:
            scheduled: Future[list[Annotation]] = self._pool.schedule(
                self._read, args=(self._reading.model, list(texts)), timeout=timeout_secs
            )
            return scheduled

    def _begin(self, texts: Sequence[ArticleText]) -> "Future[list[Annotation]] | None":
        try:
            return self._schedule(texts, self._reading.timeout_secs * len(texts))
        except RuntimeError:  # the pool has broken; reading them one at a time renews it
            return None

    def _end(self, texts: Sequence[ArticleText], reading: "Future[list[Annotation]] | None") -> Iterator[Annotation | Failure]:
        with suppress(Exception):  # whatever it was, each article gets a second try alone, and its error is kept then
            if reading is not None:
                return iter(self._awaited(reading))
        return map(self._alone, texts)

    def _alone(self, text: ArticleText) -> Annotation | Failure:
        try:
            return self._result([text], self._reading.timeout_secs)[0]
        except TimeoutError:
            return Failure(stage=STAGE, reason=f"took more than {self._reading.timeout_secs:g} s to read")
        except Exception as error:  # noqa: BLE001 -- a dead process, or a bug in a rule: the article is the dead letter, not the stream
            return Failure.of(STAGE, error)

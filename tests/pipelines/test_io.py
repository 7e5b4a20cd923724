"""How the source hands out records. With a broker, and for the writer: tests/end_to_end/test_io.py."""

import pickle
import threading
import time
from dataclasses import replace
from typing import Any

from connectors.config import KafkaConfig
from connectors.errors import BrokerError
from pipelines.finish import Finished
from pipelines.io import OVERDUE_SECS, ArticleLog, Writer
from pipelines.progress import Progress
from pipelines.work import LogRecord
from tests import builders


class Shelf:
    """A partition that holds what it is given; offsets between the records hold nothing."""

    def __init__(self, *offsets: int) -> None:
        self.records = [builders.log_record(offset) for offset in offsets]

    def at(self, offset: int) -> LogRecord | None:
        found = next((record for record in self.records if record.position.offset >= offset), None)
        return None if found is None else replace(found, covers_from=offset)


def log(shelf: Shelf) -> ArticleLog:
    return ArticleLog(lambda: {1: 40, 0: 3}, lambda _: shelf)  # type: ignore[arg-type, return-value]


def test_the_log_has_a_part_for_each_partition_in_order() -> None:
    assert [part.partition for part in log(Shelf()).split(1)] == [0, 1]


def test_a_reader_begins_at_the_committed_offset_and_goes_on_from_its_mark() -> None:
    part = log(Shelf(3, 6, 7)).split(1)[0]  # type: ignore[index]
    reader = part.create_reader(None, None)
    assert reader.start()
    assert reader.advance()
    assert reader.get_current().position.offset == 6
    assert reader.get_current().covers_from == 4
    mark = pickle.loads(pickle.dumps(reader.get_checkpoint_mark()))
    resumed = part.create_reader(None, mark)
    assert resumed.start()
    assert (resumed.get_current().position.offset, resumed.get_current().covers_from) == (7, 7)
    assert not resumed.advance()


def test_the_watermark_follows_the_records_and_the_clock_when_there_are_none() -> None:
    reader = log(Shelf(3)).split(1)[0].create_reader(None, None)  # type: ignore[index]
    assert reader.start()
    told = reader.get_watermark()
    assert told == reader.get_current_timestamp()
    assert not reader.advance()
    assert reader.get_watermark() > told


class Deaf:
    """A producer that never hears the answer to a request, as the client when it has lost one; no broker does that to order."""

    def __init__(self) -> None:
        self.asked, self.answer = threading.Event(), threading.Event()

    def begin_transaction(self) -> None: ...

    def commit_transaction(self) -> None: ...

    def send_offsets_to_transaction(self, *_: Any) -> None:
        self.asked.set()
        self.answer.wait()


def test_a_transaction_that_never_ends_is_a_reason_to_begin_again() -> None:
    deaf = Deaf()
    writer = Writer(KafkaConfig(), deaf, Progress({0: 3}))
    article = Finished(sequence=1, position=builders.log_record(3).position, covers_from=3, outcome="analysed")
    waits = threading.Thread(target=lambda: writer.write([article]))
    assert writer.overdue(time.monotonic() + 2 * OVERDUE_SECS) is None
    waits.start()
    assert deaf.asked.wait(10)
    assert writer.overdue(time.monotonic()) is None
    assert isinstance(writer.overdue(time.monotonic() + 2 * OVERDUE_SECS), BrokerError)
    deaf.answer.set()
    waits.join()
    assert writer.overdue(time.monotonic() + 2 * OVERDUE_SECS) is None

"""What finished work leaves: the records for the log, already encoded, and what the metrics count.

Encoding belongs here and not in the writer: an alert is hundreds of small objects, and handing them from stage to stage would cost
the engine more than all that was done to find them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Literal

from connectors.messages.alert import AlertFamily, AlertStatus
from connectors.messages.analysis import CopyKind, Position
from connectors.messages.article import event_time
from connectors.messages.codec import Record, encode_dead_letter
from connectors.messages.dead_letter import DeadLetter
from connectors.messages.signal import SignalKind
from connectors.topics import ALERT_TOPICS, ANALYSES, DEAD_LETTERS, STORIES, Topic
from connectors.trace import with_trace
from pipelines.own_records import write_own
from pipelines.work import Failure, LogRecord, Work, analysis_of

Outcome = Literal["analysed", "repeated", "refused"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """One article that is finished.

    Attributes:
        sequence: its number in the one order of the job.
        position, covers_from: see `LogRecord`.
        outcome: analysed; repeated, which leaves nothing; or refused, which leaves a dead letter.
        records: (topic in the table, record), in the order of their making.
        stage: which stage refused it; empty otherwise.
        event_time: when the article spoke; None for one that could not be decoded.
        copy_kind: how it repeats another.
        signals: kind of each signal.
        alerts: family and status of each alert version.
        traceparent: header of its trace, which each of its records carries.
        timestamp_ms: of its record in the log.
    """

    sequence: int
    position: Position
    covers_from: int
    outcome: Outcome
    records: tuple[tuple[str, Record], ...] = ()
    stage: str = ""
    event_time: datetime | None = None
    copy_kind: CopyKind | None = None
    signals: tuple[SignalKind, ...] = ()
    alerts: tuple[tuple[AlertFamily, AlertStatus], ...] = ()
    traceparent: str = ""
    timestamp_ms: int = 0


def finished(work: Work) -> Finished:
    """Return what work leaves. A failure leaves only its dead letter, a repeat nothing."""
    record = work.record
    left = partial(
        Finished,
        sequence=work.sequence,
        position=record.position,
        covers_from=record.covers_from,
        traceparent=work.traceparent,
        timestamp_ms=record.timestamp_ms,
    )
    if work.failure is not None:
        letter = with_trace(encode_dead_letter(dead_letter_of(record, work.failure)), work.traceparent)
        return left(outcome="refused", records=((DEAD_LETTERS.name, letter),), stage=work.failure.stage)
    if work.repeat:
        return left(outcome="repeated")
    return left(
        outcome="analysed",
        records=tuple((topic.name, with_trace(made, work.traceparent)) for topic, made in outputs(work)),
        event_time=event_time(work.told),
        copy_kind=work.copy_kind,
        signals=tuple(signal.kind for signal in work.signals),
        alerts=tuple((alert.family, alert.status) for alert in work.alerts),
    )


def outputs(work: Work) -> Iterator[tuple[Topic, Record]]:
    """Yield what analysed work puts on the topics."""
    yield ANALYSES, write_own(analysis_of(work))
    if work.story is not None:
        yield STORIES, write_own(work.story)
    for alert in work.alerts:
        yield ALERT_TOPICS[alert.family], write_own(alert)


def dead_letter_of(record: LogRecord, failure: Failure) -> DeadLetter:
    """Return the dead letter of a record that a stage refused."""
    return DeadLetter(key=record.key, value=record.value, stage=failure.stage, reason=failure.reason, origin=record.position)

"""A message that a stage could not take: the original bytes, and why."""

from dataclasses import dataclass

from connectors.messages.analysis import Position


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """What was refused. On the topic, `value` is the record's value unchanged and the rest travels in headers.

    Attributes:
        key: the original key, empty when there was none.
        value: the original bytes.
        stage: name of the stage that refused it.
        reason: the error, in one line.
        origin: where the original stands in the log.
    """

    key: bytes
    value: bytes
    stage: str
    reason: str
    origin: Position

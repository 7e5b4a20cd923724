"""What the stages hand to each other: one article on its way through the graph.

A stage adds what it found with `dataclasses.replace` and hands the same kind of thing on, so the graph carries one type and a
stage never needs to import another. At the end `analysis_of` turns it into the message that the log keeps.
"""

from dataclasses import dataclass
from datetime import datetime

from connectors.errors import SanctionwireError
from connectors.messages.alert import Alert
from connectors.messages.analysis import Analysis, CopyKind, CopyLink, Position
from connectors.messages.article import Article, event_time
from connectors.messages.entity import Entity, Mention
from connectors.messages.signal import Signal
from connectors.messages.story import Story


@dataclass(frozen=True, slots=True)
class LogRecord:
    """One record of the `articles` topic as Kafka holds it.

    Attributes:
        position: where it stands.
        key, value, headers: its bytes; strangers may leave a header without a value.
        timestamp_ms: when the broker or producer stamped it.
        covers_from: the first offset that this record accounts for: offsets between it and `position` hold no article (marks of
            transactions, records of aborted ones), so finishing the record finishes them too.
    """

    position: Position
    covers_from: int
    key: bytes
    value: bytes
    headers: tuple[tuple[str, bytes | None], ...]
    timestamp_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """What tells copies apart; see `pipelines.dedupe`.

    Attributes:
        text_hash: equal for texts that differ in punctuation and spacing only.
        sketch: sampled shingle hashes, ascending.
        sketch_version: of the hash behind them.
        sentences: hashes of its sentences, ascending.
        common: places in `sketch` of samples that tell nothing (see `Analysis.sketch_common`); None where nobody has looked.
        links, unites: see `Analysis`.
        echo_of: hash of the known text of which it is hardly more than a reprint; empty where it is not, or nobody has looked.
    """

    text_hash: str
    sketch: tuple[int, ...] = ()
    sketch_version: int = 1
    sentences: tuple[int, ...] = ()
    common: tuple[int, ...] | None = None
    echo_of: str = ""
    links: tuple[CopyLink, ...] = ()
    unites: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why a stage could not take an article: its dead letter's stage and reason."""

    stage: str
    reason: str

    @classmethod
    def of(cls, stage: str, error: Exception) -> "Failure":
        """Return the failure that an error is: our own errors say what is wrong, any other needs its name beside its words."""
        reason = str(error) if isinstance(error, SanctionwireError) else f"{type(error).__name__}: {error}"
        return cls(stage=stage, reason=reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One article on its way.

    Attributes:
        record: the bytes it came as, for the dead letter.
        traceparent: header of its trace, for all that it leaves; see `connectors.trace`.
        article: the decoded article; None when it could not be decoded.
        language: ISO 639-1 code, `und` when unknown.
        fingerprint: what tells copies apart.
        copy_of, founder_at, copy_kind: the founding article whose text it repeats, the founder's event time, and how.
        partial_of: an article with which it shares a third to a half of its text; it is no copy of it.
        to_read: whether the model has to read it; a copy that says nothing new about sanctions is not read again.
        repeat: whether this version of the article has been taken already; such work only moves the offset on.
        entities, mentions, signals, notes: what the model and the rules found.
        story: the story it joined, in the version that this article made.
        alerts: the versions of alerts that it made, in the order of their making.
        alert_ids: alerts whose act it tells; a copy tells one without making a version.
        failure: set when a stage gave up on it.
        sequence: its number in the one order of the job, from 1; 0 before it has one.
    """

    record: LogRecord
    traceparent: str = ""
    article: Article | None = None
    language: str = "und"
    fingerprint: Fingerprint | None = None
    copy_of: str | None = None
    founder_at: datetime | None = None
    copy_kind: CopyKind | None = None
    partial_of: str | None = None
    to_read: bool = True
    repeat: bool = False
    entities: tuple[Entity, ...] = ()
    mentions: tuple[Mention, ...] = ()
    signals: tuple[Signal, ...] = ()
    notes: tuple[str, ...] = ()
    story: Story | None = None
    alerts: tuple[Alert, ...] = ()
    alert_ids: tuple[str, ...] = ()
    failure: Failure | None = None
    sequence: int = 0

    @property
    def told(self) -> Article:
        """The article of work that has been decoded.

        Raises:
            ValueError: the article could not be decoded, so no stage after `Decode` may see this work.
        """
        if self.article is None:
            raise ValueError(f"work at {self.record.position} has no article")
        return self.article


def analysis_of(work: Work) -> Analysis:
    """Return the record that the log keeps of finished work."""
    article = work.told
    fingerprint = work.fingerprint or Fingerprint(text_hash="")
    return Analysis(
        article_id=article.id,
        article_version=article.version,
        position=work.record.position,
        event_time=event_time(article),
        outlet=article.outlet,
        title=article.title,
        language=work.language,
        url=article.url,
        copy_of=work.copy_of,
        copy_kind=work.copy_kind,
        partial_of=work.partial_of,
        story_id=work.story.id if work.story is not None else "",
        text_hash=fingerprint.text_hash,
        sketch=fingerprint.sketch,
        sketch_version=fingerprint.sketch_version,
        sketch_common=fingerprint.common,
        echo_of=fingerprint.echo_of,
        links=fingerprint.links,
        unites=fingerprint.unites,
        spoken=fingerprint.sentences,
        entities=work.entities,
        mentions=work.mentions,
        signals=work.signals,
        alert_ids=work.alert_ids,
        notes=work.notes,
        agency=article.agency,
    )

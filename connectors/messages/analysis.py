"""All that the pipeline found in one article: exactly one record for each article and version."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from connectors.messages.entity import Entity, Mention
from connectors.messages.signal import Signal

CopyKind = Literal["exact", "near", "syndicated", "partial"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Where a message stands in the log.

    Attributes:
        topic: name of the topic in Kafka, with its prefix.
        partition, offset: the place in it.
    """

    topic: str
    partition: int
    offset: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyLink:
    """A text that stands in two groups of copies: a digest of two reports, or a report of which two parts came first.

    Attributes:
        text_hash: of the text.
        founder_id: the founding article of the other group.
    """

    text_hash: str
    founder_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis:
    """What the pipeline found in one version of one article.

    A cold start rebuilds every index from these records, so each carries what the indexes need.

    Attributes:
        article_id, article_version: the article.
        position: where the article stands in the `articles` topic.
        url, outlet, title: as in the article, so that an alert's subscriber need not join.
        event_time: see `connectors.messages.article.event_time`.
        language: ISO 639-1 code found or given; `und` when it cannot be told.
        agency: the wire service that the text is from, as in the article.
        copy_of: id of the founding article whose text this one repeats.
        copy_kind: how it repeats it: `exact`, `near` (95 % of the smaller text or more), `syndicated` (half or more); or `partial`
            (30 to 50 %), which makes it no copy.
        partial_of: the founding article of which it repeats a part; `copy_of` is None then.
        story_id: the story that it joined.
        text_hash: hash of the text without punctuation and spacing.
        sketch: sampled shingle hashes of the text, ascending.
        sketch_version: of the hash behind them; samples of two versions cannot be compared.
        sketch_common: places in `sketch` of samples that tell nothing, since they stand in too many texts or in what the outlet
            prints around every text; None where nobody looked, as in records of earlier releases.
        echo_of: `text_hash` of an earlier text of about its length that holds nearly all of it, or empty; such a text is not kept.
        links: texts that stand in the group of this one and in another as well.
        unites: founding articles of groups that turned out, by this article, to hold the same report as its own: copies of theirs
            and of its own founder are copies of one report.
        spoken: hashes of its sentences, ascending: what tells a copy that adds nothing from one that does.
        entities, mentions: names and whom they mean.
        signals: acts found.
        alert_ids: alerts whose act this article tells, whether or not that made a version of them.
        notes: what was noticed and not done, such as `language_without_rules`, or `late` for an article that raises no alert.
    """

    article_id: str
    article_version: int
    position: Position
    event_time: datetime
    outlet: str
    title: str
    language: str
    url: str = ""
    copy_of: str | None = None
    copy_kind: CopyKind | None = None
    partial_of: str | None = None
    story_id: str = ""
    text_hash: str = ""
    sketch: tuple[int, ...] = ()
    sketch_version: int = 1
    sketch_common: tuple[int, ...] | None = None
    echo_of: str = ""
    links: tuple[CopyLink, ...] = ()
    unites: tuple[str, ...] = ()
    spoken: tuple[int, ...] = ()
    entities: tuple[Entity, ...] = ()
    mentions: tuple[Mention, ...] = ()
    signals: tuple[Signal, ...] = ()
    alert_ids: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    agency: str = ""

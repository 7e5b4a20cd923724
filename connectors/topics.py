"""The one table of Kafka topics: what each is called, keyed by, carries, and how long it is kept.

Assumes one message class a topic. Retentions follow the windows of the stages that read a topic back on a cold start: near
duplicates 72 h, exact duplicates 30 days, stories 14 days, alerts 90 days. `articles` is kept longest, since replay reads it.
"""

from dataclasses import dataclass

DAY_MS = 24 * 60 * 60 * 1000
MAX_MESSAGE_BYTES = 16 * 1024 * 1024  # room for the original bytes of what the codec refuses
# Kafka compacts only segments that are closed. By its default of 1 GiB or seven days, a cold start would read every version of the
# last days' stories, some 550 MB for three days at 100,000 articles a day, of which the last versions are a sixth.
COMPACTED_SEGMENT_BYTES = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Topic:
    """One row of the table.

    Attributes:
        name: the topic's name in Kafka, before the configured prefix.
        key: the message field whose text is the record key.
        message: the name of the message class that the topic carries.
        partitions: how many partitions a new topic gets.
        cleanup: Kafka's `cleanup.policy`.
        retention_ms: Kafka's `retention.ms`; -1 keeps for ever.
    """

    name: str
    key: str
    message: str
    partitions: int
    cleanup: str
    retention_ms: int

    @property
    def config(self) -> dict[str, str]:
        """Topic-level settings for Kafka's admin client."""
        segments = {"segment.bytes": str(COMPACTED_SEGMENT_BYTES)} if self.cleanup == "compact" else {}
        return {
            "cleanup.policy": self.cleanup,
            "retention.ms": str(self.retention_ms),
            "max.message.bytes": str(MAX_MESSAGE_BYTES),
            **segments,
        }


ARTICLES = Topic("articles", "id", "Article", 2, "delete", 365 * DAY_MS)
ANALYSES = Topic("analyses", "article_id", "Analysis", 2, "delete", 30 * DAY_MS)
STORIES = Topic("stories", "id", "Story", 1, "compact", -1)
ALERTS_THREAT = Topic("alerts.threat", "id", "Alert", 1, "compact,delete", 90 * DAY_MS)
ALERTS_MEASURE = Topic("alerts.measure", "id", "Alert", 1, "compact,delete", 90 * DAY_MS)
ALERTS_EASING = Topic("alerts.easing", "id", "Alert", 1, "compact,delete", 90 * DAY_MS)
DISPOSITIONS = Topic("dispositions", "alert_id", "Disposition", 1, "compact", -1)
SILENCES = Topic("silences", "id", "Silence", 1, "compact", -1)
DELIVERIES = Topic("deliveries", "id", "Delivery", 1, "compact,delete", 90 * DAY_MS)
DEAD_LETTERS = Topic("dead-letters", "key", "DeadLetter", 1, "delete", 90 * DAY_MS)

TOPICS: tuple[Topic, ...] = (
    ARTICLES,
    ANALYSES,
    STORIES,
    ALERTS_THREAT,
    ALERTS_MEASURE,
    ALERTS_EASING,
    DISPOSITIONS,
    SILENCES,
    DELIVERIES,
    DEAD_LETTERS,
)

ALERT_TOPICS: dict[str, Topic] = {"threat": ALERTS_THREAT, "measure": ALERTS_MEASURE, "easing": ALERTS_EASING}

"""Count what a transaction made visible: the same figures, whichever process of the job commits."""

from connectors import telemetry
from connectors.telemetry import Meters
from pipelines.finish import Finished
from pipelines.io import Committed


def tally(meters: Meters, committed: Committed, now: float) -> None:
    """Count one transaction.

    Args:
        meters: where the job counts.
        committed: what it held.
        now: seconds since 1970.
    """
    meters.observe(telemetry.TRANSACTION_SECONDS, committed.seconds)
    for article in committed.finished:
        _count(meters, article, now)


def _count(meters: Meters, article: Finished, now: float) -> None:
    meters.count(telemetry.ARTICLES)
    match article.outcome:
        case "refused":
            meters.count(telemetry.DEAD_LETTERS, article.stage)
        case "repeated":
            meters.count(telemetry.REPEATS)
        case "analysed":
            meters.count(telemetry.ANALYSES)
    if article.copy_kind is not None:
        meters.count(telemetry.COPIES, article.copy_kind)
    for kind in article.signals:
        meters.count(telemetry.SIGNALS, kind)
    for family, status in article.alerts:
        meters.count(telemetry.ALERTS, family, status)
        if article.event_time is not None:
            meters.observe(telemetry.PUBLICATION_TO_ALERT_SECONDS, max(0.0, now - article.event_time.timestamp()))

"""The table of formats. Libraries that write them are imported when they are wanted: they come with the extra `[export]`."""

import heapq
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from connectors.messages.alert import Alert
from connectors.subscribers.exports.common import Setting
from connectors.subscribers.exports.csv_rows import csv_of
from connectors.subscribers.exports.ftm import ftm_of
from connectors.subscribers.exports.json_lines import json_lines_of

Write: TypeAlias = Callable[[Iterable[Alert], Setting], Iterator[bytes]]
FEED_SIZE = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One row of the table.

    Attributes:
        name: of the format, and what addresses end with.
        media_type: as it is registered, or as it is in use.
        file_name: what it is called when it is saved.
        words: what it is, for people.
        write: alerts to bytes, a piece at a time.
        is_feed: whether it is made for the newest few, newest first.
    """

    name: str
    media_type: str
    file_name: str
    words: str
    write: Write
    is_feed: bool = False


def _atom(alerts: Iterable[Alert], setting: Setting) -> Iterator[bytes]:
    from connectors.subscribers.exports.feed import atom_of

    return atom_of(alerts, setting)


def _rss(alerts: Iterable[Alert], setting: Setting) -> Iterator[bytes]:
    from connectors.subscribers.exports.feed import rss_of

    return rss_of(alerts, setting)


def _stix(alerts: Iterable[Alert], setting: Setting) -> Iterator[bytes]:
    from connectors.subscribers.exports.stix import stix_of

    return stix_of(alerts, setting)


FORMATS: dict[str, Format] = {
    row.name: row
    for row in (
        Format(name="csv", media_type="text/csv; charset=utf-8", file_name="alerts.csv", words="CSV", write=csv_of),
        Format(name="jsonl", media_type="application/x-ndjson", file_name="alerts.jsonl", words="JSON lines", write=json_lines_of),
        Format(
            name="stix", media_type="application/stix+json;version=2.1", file_name="alerts.stix.json", words="STIX 2.1", write=_stix
        ),
        Format(name="ftm", media_type="application/x-ndjson", file_name="alerts.ftm.json", words="FollowTheMoney", write=ftm_of),
        Format(
            name="atom", media_type="application/atom+xml", file_name="alerts.atom", words="Atom feed", write=_atom, is_feed=True
        ),
        Format(name="rss", media_type="application/rss+xml", file_name="alerts.rss", words="RSS feed", write=_rss, is_feed=True),
    )
}


def newest_first(alerts: Iterable[Alert], size: int = FEED_SIZE) -> list[Alert]:
    """Return the alerts whose last word is the newest, in the page's order."""
    return heapq.nlargest(size, alerts, key=lambda alert: (alert.last_at, alert.id))

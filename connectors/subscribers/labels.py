"""The labels of an alert, by which it is routed, silenced and grouped.

A label may have several values: an alert with two targets has two of `target`, and an actor counts by its id and by each of its
names. Values are texts of strangers: they are cut, and never shown without `plain`.
"""

from collections.abc import Iterable

from connectors.messages.alert import Alert
from connectors.messages.signal import Actor

Labels = dict[str, tuple[str, ...]]
MAX_VALUE_CHARACTERS = 200  # a regular expression of the operator's meets names of strangers
NAMES = (
    "alert",
    "kind",
    "family",
    "severity",
    "status",
    "sender",
    "target",
    "caller",
    "violator",
    "measure",
    "measure_family",
    "commitment",
    "contested",
    "outlet",
    "outlet_count",
    "independent_outlet_count",
    "rule",
    "story",
    "watchlist",
)


def labels(alert: Alert, watchlists: Iterable[str] = ()) -> Labels:
    """Return the labels of an alert, each with its values, each value once; a label without a value is left out.

    Args:
        alert: the alert.
        watchlists: names of the lists that somebody in it may be on.
    """
    found: dict[str, Iterable[str]] = {
        "alert": (alert.id,),
        "kind": (alert.kind,),
        "family": (alert.family,),
        "severity": (alert.severity,),
        "status": (alert.status,),
        "sender": _parties(alert.senders),
        "target": _parties(alert.targets),
        "caller": _parties(alert.callers),
        "violator": _parties(alert.violators),
        "measure": alert.measures,
        "measure_family": (alert.measure_family,),
        "commitment": (str(alert.commitment),),
        "contested": ("true" if alert.contested else "false",),
        "outlet": [source.outlet for source in alert.sources],
        "outlet_count": (str(alert.outlet_count),),
        "independent_outlet_count": (str(alert.independent_outlet_count),),
        "rule": [quote.rule for quote in alert.evidence],
        "story": alert.story_ids,
        "watchlist": watchlists,
    }
    return {name: kept for name, values in found.items() if (kept := _once(values))}


def _parties(actors: Iterable[Actor]) -> list[str]:
    return [name for actor in actors for name in (actor.id, actor.name) if name]


def _once(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value[:MAX_VALUE_CHARACTERS] for value in values if value))

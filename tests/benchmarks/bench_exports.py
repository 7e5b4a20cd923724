"""What exports cost: alerts a second of processor time in each format, and bytes an alert. Run by `make bench`."""

import time
from dataclasses import replace
from datetime import timedelta

from connectors.messages.alert import Alert
from connectors.messages.signal import Actor
from connectors.subscribers.exports.common import Setting
from connectors.subscribers.exports.formats import FORMATS
from tests import builders

ALERTS, SOURCES, STATES = 300, 6, ("USA", "RUS", "CHN", "IRN", "BLR", "TUR", "DEU", "FRA")


def an_alert(number: int) -> Alert:
    """An act between two of eight states, told by six outlets, a quote each."""
    at = builders.PUBLISHED_AT + timedelta(minutes=number)
    sender, target = (Actor(id=STATES[part % len(STATES)], name=f"State {part % len(STATES)}") for part in (number, number * 7 + 3))
    made = builders.alert(id=f"{number:032x}", last_at=at, senders=(sender,), targets=(target,))
    sources = tuple(
        replace(made.sources[0], article_id=f"{number}-{part}", url=f"{builders.URL}/{part}") for part in range(SOURCES)
    )
    evidence = tuple(replace(made.evidence[0], article_id=source.article_id) for source in sources)
    return replace(made, sources=sources, evidence=evidence)


def test_every_format() -> None:
    alerts = [an_alert(number) for number in range(ALERTS)]
    for row in FORMATS.values():
        list(row.write(alerts[:2], Setting()))  # imports what it needs
        began = time.process_time()
        size = sum(map(len, row.write(alerts, Setting())))
        spent = time.process_time() - began
        print(f"\n{row.name:>6}: {ALERTS / spent:8,.0f} alerts/s, {size / ALERTS:6,.0f} bytes an alert", end="")
    print()

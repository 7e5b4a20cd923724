"""One alert as the pipeline raises it: a threat told by two outlets, one of them a copy, and denied."""

from datetime import UTC, datetime

import pytest

from connectors.messages.alert import Alert, Change, Contest, Quote, Source
from connectors.messages.signal import Actor, Condition

SPOKEN_AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
QUOTE = "Norway will freeze the accounts of Chad's ministers if the lake is dammed."


@pytest.fixture
def alert() -> Alert:
    """Return the alert."""
    return Alert(
        id="0f" * 16,
        version=2,
        status="updated",
        kind="threat",
        family="threat",
        measure_family="economic",
        episode_started_at=SPOKEN_AT,
        first_at=SPOKEN_AT,
        last_at=SPOKEN_AT,
        senders=(Actor(id="NOR", name="Norway"), Actor(id="NOR", name="Oslo"), Actor(id=None, name="its allies")),
        targets=(Actor(id="TCD", name="Chad"),),
        measures=("asset_freeze", "unspecified"),
        conditions=(Condition(text="if the lake is dammed", direction="if"),),
        deadlines=("the end of April",),
        commitment=2,
        severity="high",
        confidence=0.81,
        contested=(Contest(deniers=(Actor(id="TCD", name="N'Djamena"),), article_id="b", quote="Nobody dams anything."),),
        sources=(
            Source(article_id="a", outlet="fjord.example", title="One", event_time=SPOKEN_AT),
            Source(article_id="b", outlet="lake.example", title="Two", event_time=SPOKEN_AT, copy_of="a"),
        ),
        outlet_count=2,
        independent_outlet_count=1,
        evidence=tuple(
            Quote(article_id=article, signal_id=article, quote=QUOTE, start=0, end=len(QUOTE), commitment=2) for article in "ab"
        ),
        evidence_count=2,
        timeline=(Change(version=2, event_time=SPOKEN_AT, article_id="b", what=("outlet lake.example",)),),
    )

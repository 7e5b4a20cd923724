"""An analyst's verdict on an alert."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Verdict = Literal["true", "false", "duplicate", "irrelevant"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Disposition:
    """What an analyst says of an alert, and why.

    Attributes:
        alert_id, alert_version: the alert as the analyst saw it.
        verdict: the judgement.
        author: who judges.
        reason: in the author's words.
        decided_at: when.
    """

    alert_id: str
    alert_version: int
    verdict: Verdict
    author: str
    reason: str
    decided_at: datetime

"""The alerts of the last months and what is found by: act, article, parties, age.

An alert is forgotten 90 days after its last word, counted in event time, and its tellings after 30: as long as the log of analyses
is read back, so a process that has run for months remembers what a fresh one does. A tombstone of an alert that goes under another
id now (`superseded_by`) is kept as long, since its id may be asked for.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush

from connectors.messages.alert import Alert
from pipelines.alerts.identity import Act, act_of_alert
from pipelines.alerts.ledger import Ledger, told
from pipelines.alerts.related import Pairs

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
Span = tuple[datetime, datetime]


@dataclass(slots=True)
class Memory:
    """Alerts by id, in their last version, and all that leads to them."""

    kept_for: timedelta = timedelta(days=90)
    tellings_for: timedelta = timedelta(days=30)
    latest: datetime = LONG_AGO
    alerts: dict[str, Alert] = field(default_factory=dict)
    acts: dict[str, Act] = field(default_factory=dict)
    spans: dict[str, Span] = field(default_factory=dict)
    ledgers: dict[str, Ledger] = field(default_factory=dict)
    episodes: dict[Act, list[str]] = field(default_factory=lambda: defaultdict(list))
    pairs: Pairs = field(default_factory=Pairs)
    by_party: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    told_in: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    corrected: dict[str, tuple[int, datetime]] = field(default_factory=dict)  # newest version, for those of more than one
    ages: list[tuple[datetime, str]] = field(default_factory=list)

    def keep(self, alert: Alert) -> None:
        """Remember an alert's newest version."""
        if alert.id not in self.alerts:
            self.acts[alert.id] = act_of_alert(alert)
            self.spans[alert.id] = (alert.first_at, alert.last_at)
            heappush(self.ages, (alert.last_at, alert.id))
            self.latest = max(self.latest, alert.last_at)
        self.alerts[alert.id] = alert
        self.widen(alert.id, alert.first_at, alert.last_at)
        (self.unlink if alert.superseded_by else self.link)(alert.id)

    def enter_version(self, article_id: str, version: int, at: datetime) -> bool:
        """Remember the newest text of an article as long as tellings; return whether this is it."""
        newest, _ = self.corrected.get(article_id, (1, at))
        if version > newest:
            self.corrected.pop(article_id, None)
            self.corrected[article_id] = (version, at)
        while self.corrected and self.corrected[oldest := next(iter(self.corrected))][1] < self.latest - self.tellings_for:
            del self.corrected[oldest]
        return version >= newest

    def begin(self, alert: Alert, act: Act) -> None:
        """Remember version 0 of an alert, whose act its parties do not say yet."""
        self.acts[alert.id] = act
        self.spans[alert.id] = (alert.first_at, alert.last_at)
        heappush(self.ages, (alert.last_at, alert.id))
        self.alerts[alert.id] = alert
        self.link(alert.id)

    def live(self, alert_id: str) -> str | None:
        """Return the id under which an alert goes now, or None where it is not known."""
        seen = set()
        while alert_id in self.alerts and self.alerts[alert_id].superseded_by and alert_id not in seen:
            seen.add(alert_id)
            alert_id = self.alerts[alert_id].superseded_by
        return alert_id if alert_id in self.alerts else None

    def ledger(self, alert_id: str) -> Ledger:
        """Return who tells an alert; made from its last version where the tellings are forgotten."""
        ledger = self.ledgers.pop(alert_id, None) or Ledger(is_settled=False)
        self.ledgers[alert_id] = ledger  # what was touched last stands last
        return ledger

    def settled(self, alert_id: str) -> Ledger:
        """Return who tells an alert, complete."""
        ledger = self.ledger(alert_id)
        if not ledger.is_settled:
            ledger.settle(self.alerts[alert_id])
            for article_id in ledger.tellings:  # a correction of what only the alert remembers finds it as well
                self.told_in[article_id].add(alert_id)
        return ledger

    def widen(self, alert_id: str, first_at: datetime, last_at: datetime) -> None:
        """Stretch an alert's span over further times."""
        first, last = self.spans[alert_id]
        self.spans[alert_id] = (min(first, first_at), max(last, last_at))

    def expire(self) -> list[str]:
        """Forget what is too old, and return the ids of the alerts forgotten."""
        gone = []
        while self.ages and self.ages[0][0] < self.latest - self.kept_for:
            _, alert_id = heappop(self.ages)
            last_at = self.spans[alert_id][1]
            if last_at < self.latest - self.kept_for:
                self._forget(alert_id)
                gone.append(alert_id)
            else:
                heappush(self.ages, (last_at, alert_id))
        while self.ledgers and self.spans[oldest := next(iter(self.ledgers))][1] < self.latest - self.tellings_for:
            self._close(oldest)
        return gone

    def fold(self) -> None:
        """Forget what is old of acts that are told without a pause, and keep what it comes to."""
        since = self.latest - self.tellings_for
        for alert_id, ledger in tuple(self.ledgers.items()):
            if ledger.is_settled and any(telling.source.event_time < since for telling in ledger.tellings.values()):
                young = self.ledgers[alert_id] = ledger.since(since, told(self.alerts[alert_id], ledger))
                self._untold(alert_id, ledger.tellings.keys() - young.tellings.keys())

    def link(self, alert_id: str) -> None:
        """Let an alert be found by its act and its parties."""
        act = self.acts[alert_id]
        if alert_id not in self.episodes[act]:
            self.episodes[act].append(alert_id)
        self.pairs.add(act, alert_id)
        for id_ in {*act.senders, *act.targets}:
            self.by_party[id_].add(alert_id)

    def unlink(self, alert_id: str) -> None:
        """Let an alert be found by its id alone."""
        act = self.acts[alert_id]
        if alert_id in self.episodes.get(act, ()):
            self.episodes[act].remove(alert_id)
        if not self.episodes.get(act):
            self.episodes.pop(act, None)
        self.pairs.remove(act, alert_id)
        for id_ in {*act.senders, *act.targets}:
            self.by_party[id_].discard(alert_id)
            if not self.by_party[id_]:
                del self.by_party[id_]

    def drop(self, alert_id: str) -> None:
        """Forget an alert's tellings."""
        ledger = self.ledgers.pop(alert_id, None)
        self._untold(alert_id, () if ledger is None else ledger.tellings)

    def _untold(self, alert_id: str, article_ids: Iterable[str]) -> None:
        for article_id in article_ids:
            self.told_in[article_id].discard(alert_id)
            if not self.told_in[article_id]:
                del self.told_in[article_id]

    def _close(self, alert_id: str) -> None:
        """Forget an alert's tellings, and keep what they come to."""
        ledger = self.settled(alert_id)
        if self.alerts[alert_id].version and not self.alerts[alert_id].superseded_by:
            self.alerts[alert_id] = told(self.alerts[alert_id], ledger)
        self.drop(alert_id)

    def _forget(self, alert_id: str) -> None:
        self.drop(alert_id)
        self.unlink(alert_id)
        del self.alerts[alert_id], self.acts[alert_id], self.spans[alert_id]

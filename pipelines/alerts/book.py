"""What is known of every alert: who tells it, who denies it, what it follows and what followed it."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import timedelta

from connectors.messages.alert import MAX_LISTED, Alert
from pipelines.alerts.contests import Denial, Denials, contested_by
from pipelines.alerts.ledger import Ledger, told
from pipelines.alerts.memory import Memory
from pipelines.alerts.related import became, in_time
from pipelines.alerts.report import Telling


@dataclass(frozen=True, slots=True)
class Episodes:
    """When an article continues an alert, begins one, or comes too late for either.

    Attributes:
        gap: silence after which the same act is a new alert.
        late_after: from publication to arrival; more is late.
        alert_when_late: whether late articles are taken as any other.
    """

    gap: timedelta = timedelta(hours=72)
    late_after: timedelta = timedelta(hours=72)
    alert_when_late: bool = False


@dataclass(slots=True)
class Book:
    """The alerts of the last months, who tells them, and the denials of the last one.

    Attributes:
        rules: when an article continues an alert.
        memory, denials: what is remembered.
        counted: ids of the alerts of which something was counted that is not published yet, in that order.
    """

    rules: Episodes = field(default_factory=Episodes)
    memory: Memory = field(default_factory=Memory)
    denials: Denials = field(default_factory=Denials)
    counted: dict[str, None] = field(default_factory=dict)

    @property
    def alerts(self) -> dict[str, Alert]:
        """The alerts by id, in their last version."""
        return self.memory.alerts

    def now(self, alert_id: str) -> Alert:
        """Return an alert as it stands: its last version with all that was only counted since."""
        return self.view(alert_id, self.alerts[alert_id])

    def view(self, alert_id: str, base: Alert) -> Alert:
        """Return what is known of an alert now.

        Args:
            alert_id: which.
            base: its last version, which says what is no longer remembered.
        """
        memory = self.memory
        ledger = memory.settled(alert_id)
        first_at, last_at = memory.spans[alert_id]
        seen = replace(told(base, ledger), first_at=first_at, last_at=last_at)
        seen = replace(seen, contested=contested_by(seen, self._own_denials(ledger), self.denials, self.rules.gap))
        around = self._around(alert_id)
        return replace(
            seen,
            related=self._linked(base.related, (other for other, how in around if how == "before")),
            followed_by=self._linked(base.followed_by, (other for other, how in around if how == "after")),
        )

    def what_became(self, alert_id: str) -> dict[str, str]:
        """Return what each alert that follows made of this one, such as "escalated: imposed"."""
        memory = self.memory
        found = {}
        for other, how in self._around(alert_id):
            if how == "after":
                found[other] = f"{became(memory.acts[alert_id], memory.acts[other])}: {memory.acts[other].kind}"
        return found

    def neighbours(self, alert_id: str) -> set[str]:
        """Return the alerts that this one follows, and those that follow it."""
        return {other for other, _ in self._around(alert_id)}

    def enter(self, ledger: Ledger, alert_id: str, telling: Telling) -> bool:
        """Enter what an article tells of an alert; return whether that may be news."""
        source = telling.source
        if not source.late:
            self.memory.widen(alert_id, source.event_time, source.event_time)
        self.memory.told_in[source.article_id].add(alert_id)
        return ledger.tell(telling)

    def take_out(self, alert_id: str, article_id: str) -> None:
        """Take out what an article told of an alert."""
        self.memory.told_in[article_id].discard(alert_id)
        if not self.memory.told_in[article_id]:
            del self.memory.told_in[article_id]
        self.memory.ledger(alert_id).withdraw(article_id)

    def _around(self, alert_id: str) -> list[tuple[str, str]]:
        memory = self.memory
        alert, act, last_at = memory.alerts[alert_id], memory.acts[alert_id], memory.spans[alert_id][1]
        found = []
        for other in sorted(memory.pairs.near(act) - {alert_id}):
            if became(memory.acts[other], act) and in_time(memory.alerts[other], memory.spans[other][1], alert):
                found.append((other, "before"))
            if became(act, memory.acts[other]) and in_time(alert, last_at, memory.alerts[other]):
                found.append((other, "after"))
        return found

    def _linked(self, before: Iterable[str], found: Iterable[str]) -> tuple[str, ...]:
        """Return `MAX_LISTED` links at most: those found, and those of the last version to alerts that are no longer remembered."""
        forgotten = (id_ for id_ in before if id_ not in self.alerts)
        return tuple(sorted({*found, *forgotten})[:MAX_LISTED])

    def _own_denials(self, ledger: Ledger) -> list[Denial]:
        heard = self.denials.by_article
        return [
            denial
            for article_id, telling in ledger.tellings.items()
            for denial in heard.get(article_id, ())
            if denial.of_signal is not None and any(quote.signal_id == denial.of_signal for quote in telling.quotes)
        ]

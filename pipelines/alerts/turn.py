"""What one article does to the alerts: it tells acts, corrects what it told, denies; versions come of it where there is news."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from connectors.messages.alert import MAX_LISTED, Alert
from pipelines.alerts.book import Book
from pipelines.alerts.contests import contests, denials_of
from pipelines.alerts.identity import Act, begun, in_episode, mark_of
from pipelines.alerts.ledger import Ledger
from pipelines.alerts.report import Report, Telling, tellings_of
from pipelines.alerts.timeline import Cause, changes, next_version


@dataclass(slots=True)
class Turn:
    """What one article does to the alerts.

    Attributes:
        book, report: what is known, and what the article says.
        told: ids of the alerts whose act it tells.
        touched: ids of alerts of which something may be news.
        retired: what goes under another id from now on: old id, new id.
        unheard: whether denials of an earlier version of the article have to go.
    """

    book: Book
    report: Report
    told: set[str] = field(default_factory=set)
    touched: dict[str, None] = field(default_factory=dict)
    retired: dict[str, str] = field(default_factory=dict)
    unheard: bool = False

    def take(self) -> None:
        """Enter what the article says."""
        for act, telling in tellings_of(self.report).items():
            self._tell(act, telling)
        self._withdraw()
        self._deny()

    def versions(self) -> list[Alert]:
        """Return the versions that come of it; of a late article none, whatever it said."""
        made = [self._retire(old, new) for old, new in self.retired.items() if self.book.alerts[old].version]
        if self.report.source.late:
            return made
        return [*made, *(version for id_ in self.touched if (version := self._version(id_)) is not None)]

    def _tell(self, act: Act, telling: Telling) -> None:
        id_ = self._alert(act)
        if id_ is None:
            return
        memory = self.book.memory
        ledger, span = memory.settled(id_), memory.spans[id_]
        article_id = telling.source.article_id
        if self.report.version > 1 and article_id not in ledger.tellings and ledger.rest.articles:
            return  # a new text of an article that is among those counted and no longer listed
        self.told.add(id_)
        is_news = self.book.enter(ledger, id_, telling)
        if is_news or self._reaches_denials(id_, span):
            self.touched[id_] = None
        if not self.report.source.late and ledger.source_count != self.book.alerts[id_].source_count:
            self.book.counted[id_] = None

    def _alert(self, act: Act) -> str | None:
        """Return the alert of the act whose episode the article falls into, or a new one; None for late ones without any."""
        memory, rules, at = self.book.memory, self.book.rules, self.report.source.event_time
        open_ = [id_ for id_ in memory.episodes.get(act, ()) if in_episode(memory.spans[id_], at, rules.gap)]
        if self.report.source.late:
            return max(open_, key=lambda id_: (memory.spans[id_][1], id_), default=None)
        arrived_at = self.report.arrived_at or at
        if not open_:
            return self._begin(act, begun(act, at, arrived_at))
        first = min(open_, key=self._arrival)
        for other in open_:
            if other != first:
                self._join(other, first)
        if (arrived_at, mark_of(at)) < self._arrival(first):
            return self._rename(act, first, arrived_at)
        return first

    def _arrival(self, alert_id: str) -> tuple[datetime, datetime]:
        alert = self.book.alerts[alert_id]
        return alert.arrived_at or alert.episode_started_at, alert.episode_started_at

    def _begin(self, act: Act, alert: Alert) -> str:
        """Begin an alert; one whose id was given up comes back under it."""
        memory = self.book.memory
        known = memory.alerts.get(alert.id)
        if known is None:
            memory.begin(alert, act)
        else:
            memory.alerts[alert.id] = replace(known, arrived_at=alert.arrived_at, superseded_by="", status="retracted")
            memory.ledgers[alert.id] = Ledger()
            memory.link(alert.id)
        memory.ledgers.setdefault(alert.id, Ledger())
        self.touched[alert.id] = None
        self.touched |= dict.fromkeys(sorted(self.book.neighbours(alert.id)))
        return alert.id

    def _rename(self, act: Act, alert_id: str, arrived_at: datetime) -> str:
        """Let an episode go under the mark of the article that turns out to have arrived first."""
        memory, at = self.book.memory, self.report.source.event_time
        new = begun(act, at, arrived_at)
        if new.id == alert_id:
            memory.alerts[alert_id] = replace(memory.alerts[alert_id], arrived_at=arrived_at)
            return alert_id
        self._begin(act, new)
        self._join(alert_id, new.id)
        return new.id

    def _join(self, old: str, new: str) -> None:
        """Enter all of one alert into another."""
        memory = self.book.memory
        memory.settled(new).take_over(memory.settled(old))
        for article_id in memory.settled(old).tellings:
            memory.told_in[article_id].add(new)
        memory.widen(new, *memory.spans[old])
        near = self.book.neighbours(old) | self.book.neighbours(new)
        self.touched[new] = None
        self.touched.pop(old, None)
        self.retired[old] = new
        memory.alerts[new] = replace(memory.alerts[new], contested=(*memory.alerts[new].contested, *memory.alerts[old].contested))
        memory.alerts[old] = replace(memory.alerts[old], superseded_by=new)
        memory.unlink(old)
        memory.drop(old)
        self.touched |= dict.fromkeys(sorted(near - {old, new}))
        self.book.counted.pop(old, None)

    def _retire(self, old: str, new: str) -> Alert:
        """Return the tombstone of an alert that goes under another id."""
        alert = replace(self.book.alerts[old], superseded_by=self.book.memory.live(new) or new)
        cause = Cause(self.report.source.event_time, self.report.source.article_id)
        version = next_version(alert, alert, cause, changes(alert, alert))
        self.book.memory.keep(version)
        return version

    def _withdraw(self) -> None:
        """Take a new version of an article out of the alerts whose act it no longer tells."""
        article_id = self.report.source.article_id
        if self.report.version == 1:
            return
        for id_ in sorted(self.book.memory.told_in.get(article_id, set()) - self.told):
            self.book.memory.settled(id_)
            self.book.take_out(id_, article_id)
            self.touched[id_] = None

    def _deny(self) -> None:
        """Remember the article's denials, and touch the alerts that they contest, or contested in its earlier version."""
        book, report = self.book, self.report
        changed = book.denials.hear(report.source.article_id, denials_of(report))
        self.unheard = bool(changed) and report.version > 1
        for denial in changed:
            near = {id_ for party in denial.deniers | denial.targets for id_ in book.memory.by_party.get(party, ())}
            for id_ in sorted(near - self.touched.keys()):
                is_own = any(contest.article_id == report.source.article_id for contest in book.alerts[id_].contested)
                is_open = in_episode(book.memory.spans[id_], denial.at, book.rules.gap)
                if is_own or (is_open and contests(denial, book.alerts[id_])):
                    self.touched[id_] = None
        if changed:
            self.touched |= dict.fromkeys(sorted(self.told))

    def _reaches_denials(self, alert_id: str, before: tuple[datetime, datetime]) -> bool:
        """Whether an alert's span was stretched to where denials of its parties stand."""
        memory, gap = self.book.memory, self.book.rules.gap
        first_at, last_at = memory.spans[alert_id]
        if (first_at, last_at) == before:
            return False
        act = memory.acts[alert_id]
        parties = (*act.senders, *act.targets)
        stretched = ((first_at - gap, before[0] - gap), (before[1] + gap, last_at + gap))
        return any(start < end and any(self.book.denials.between(parties, start, end)) for start, end in stretched)

    def _version(self, alert_id: str) -> Alert | None:
        """Return the next version of an alert if there is news."""
        book = self.book
        old = book.alerts[alert_id]
        base = old
        if self.unheard:
            own = self.report.source.article_id
            base = replace(old, contested=tuple(contest for contest in old.contested if contest.article_id != own))
        new = book.view(alert_id, base)
        joined = [id_ for id_, now in self.retired.items() if book.memory.live(now) == alert_id and book.alerts[id_].version]
        new = replace(new, supersedes=tuple(sorted({*old.supersedes, *joined} - {alert_id})[:MAX_LISTED]))
        what = changes(old, new, book.what_became(alert_id))
        if not what:
            return None
        cause = Cause(self.report.source.event_time, self.report.source.article_id)
        version = next_version(old, new, cause, what)
        book.memory.keep(version)
        book.counted.pop(alert_id, None)
        return version

"""Raise alerts: one act by somebody against somebody is one alert, however many outlets tell it.

Observed: a threat is told by forty outlets in forty ways, then repeated, made firmer, denied, carried out. Readers want one alert
that grows, and a word when it has to be corrected. Some articles come days after they were published, or a month of them at once.

Theory: an act is known by (kind, senders, targets, family of measures) and by its *episode* (`pipelines.alerts.identity`). What an
alert holds is a function of the articles that tell it, so the same articles give the same alerts in whatever order they come; only
the versions on the way differ. An article that joins two episodes makes them one: the alert whose first article arrived first goes
on, and the other is retracted with the id of the one that goes on. The same is done when an episode turns out to have begun with
another article, in another hour, than the one that was taken first.

An article that arrives long after it was published is *late*: it is looked up by its exact act, counts for an alert that is there,
raises none, and makes no version. So is one that is older than what is remembered, since an alert that was forgotten must not come
again as version 1. Lateness is a difference of two times in the article, not of one and the clock.

Known to be wrong: a late article that is taken before the alert that it tells of is not counted, so counts (not ids, and not what
is news) can depend on the order; articles whose times are false stretch an episode. A cold start absorbs alerts before analyses.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from connectors.messages.alert import Alert
from connectors.messages.analysis import Analysis
from connectors.messages.article import event_time
from connectors.messages.story import Story
from pipelines.alerts.contests import Denial, Denials, contested_by, contests, denials_of
from pipelines.alerts.identity import Act, begun, in_episode, mark_of
from pipelines.alerts.ledger import Ledger, told
from pipelines.alerts.memory import LONG_AGO, Memory
from pipelines.alerts.related import became, in_time
from pipelines.alerts.report import LATE, Report, Telling, recalled, report_of, tellings_of
from pipelines.alerts.timeline import Cause, changes, counts, next_version
from pipelines.alerts.voices import by_time
from pipelines.work import Work


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
class RaiseAlerts:
    """The alerts of the last months, who tells them, and the denials of the last one."""

    rules: Episodes = field(default_factory=Episodes)
    memory: Memory = field(default_factory=Memory)
    denials: Denials = field(default_factory=Denials)
    counted: dict[str, None] = field(default_factory=dict)

    @property
    def alerts(self) -> dict[str, Alert]:
        """The alerts by id, in their last version."""
        return self.memory.alerts

    def absorb(self, message: Analysis | Story | Alert) -> None:
        """Remember one alert, or what one article told, of the log."""
        if isinstance(message, Alert):
            known = self.alerts.get(message.id)
            if known is None or message.version > known.version:
                self.memory.keep(message)
        elif isinstance(message, Analysis) and (message.signals or message.article_version > 1):
            self._absorb(recalled(message), message.alert_ids)

    def tell(self, work: Work) -> Sequence[Work]:
        """Return the work with the versions of alerts that it made."""
        if work.repeat or work.article is None or work.failure is not None:
            return [work]
        report = report_of(work, is_late=self._is_late(work))
        turn = _Turn(self, report)
        turn.take()
        made = (*self._daily(report), *turn.versions())
        for gone in self.memory.expire():
            self.counted.pop(gone, None)
        self.denials.expire(self.memory.latest - self.memory.tellings_for)
        notes = (*work.notes, LATE) if report.source.late and tellings_of(report) else work.notes
        return [replace(work, alerts=made, alert_ids=tuple(sorted(turn.told)), notes=notes)]

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
        """Return links: those found, and those of the last version to alerts that are no longer remembered."""
        forgotten = (id_ for id_ in before if id_ not in self.alerts)
        return tuple(sorted({*found, *forgotten}))

    def _own_denials(self, ledger: Ledger) -> list[Denial]:
        heard = self.denials.by_article
        return [
            denial
            for article_id, telling in ledger.tellings.items()
            for denial in heard.get(article_id, ())
            if denial.of_signal is not None and any(quote.signal_id == denial.of_signal for quote in telling.quotes)
        ]

    def _is_late(self, work: Work) -> bool:
        """Whether an article came long after it was published, or is older than what is remembered.

        A changed text of an article that was there is not late: it corrects what was told.
        """
        article, at = work.told, event_time(work.told)
        if at - self.rules.gap < self.memory.latest - self.memory.kept_for:  # its episode may have been forgotten
            return True
        is_old = article.fetched_at - at > self.rules.late_after and article.version == 1
        return is_old and not self.rules.alert_when_late

    def _daily(self, report: Report) -> list[Alert]:
        """Move the stream's time on; on a new day, return versions with what was only counted before it."""
        memory, at = self.memory, report.source.event_time
        is_new_day = memory.latest == LONG_AGO or at.date() > memory.latest.date()
        memory.latest = max(memory.latest, at)
        if not is_new_day:
            return []
        due = [id_ for id_ in self.counted if memory.spans[id_][1].date() < memory.latest.date()]
        return [version for id_ in due if (version := self._recount(id_)) is not None]

    def _recount(self, alert_id: str) -> Alert | None:
        del self.counted[alert_id]
        old, new = self.alerts[alert_id], self.now(alert_id)
        what = (*changes(old, new, self.what_became(alert_id)), *counts(old, new))
        if not what:
            return None
        last = max((telling.source for telling in self.memory.settled(alert_id).tellings.values()), key=by_time)
        version = next_version(old, new, Cause(last.event_time, last.article_id), what)
        self.memory.keep(version)
        return version

    def _absorb(self, report: Report, alert_ids: Iterable[str]) -> None:
        """Enter what an article told by the log, in place of what its earlier version told."""
        article_id = report.source.article_id
        self.memory.latest = max(self.memory.latest, report.source.event_time)
        self.denials.hear(article_id, denials_of(report))
        for id_ in tuple(self.memory.told_in.get(article_id, ())):
            self._withdraw(id_, article_id)
        tellings = tellings_of(report)
        for id_ in sorted({live for id_ in alert_ids if (live := self.memory.live(id_)) is not None}):
            telling = tellings.get(self.memory.acts[id_])
            if telling is not None:
                self._enter(self.memory.ledger(id_), id_, telling)
                if self.memory.ledger(id_).source_count != self.alerts[id_].source_count:
                    self.counted[id_] = None

    def _enter(self, ledger: Ledger, alert_id: str, telling: Telling) -> bool:
        """Enter a telling; return whether that may be news."""
        source = telling.source
        if not source.late:
            self.memory.widen(alert_id, source.event_time, source.event_time)
        self.memory.told_in[source.article_id].add(alert_id)
        return ledger.tell(telling)

    def _withdraw(self, alert_id: str, article_id: str) -> None:
        self.memory.told_in[article_id].discard(alert_id)
        if not self.memory.told_in[article_id]:
            del self.memory.told_in[article_id]
        self.memory.ledger(alert_id).withdraw(article_id)


@dataclass(slots=True)
class _Turn:
    """What one article does to the alerts.

    Attributes:
        step, report: the memory, and the article.
        told: ids of the alerts whose act it tells.
        touched: ids of alerts of which something may be news.
        retired: what goes under another id from now on: old id, new id.
        unheard: whether denials of an earlier version of the article have to go.
    """

    step: RaiseAlerts
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
        made = [self._retire(old, new) for old, new in self.retired.items() if self.step.alerts[old].version]
        if self.report.source.late:
            return made
        return [*made, *(version for id_ in self.touched if (version := self._version(id_)) is not None)]

    def _tell(self, act: Act, telling: Telling) -> None:
        id_ = self._alert(act)
        if id_ is None:
            return
        memory = self.step.memory
        ledger, span = memory.settled(id_), memory.spans[id_]
        article_id = telling.source.article_id
        if self.report.version > 1 and article_id not in ledger.tellings and ledger.rest.articles:
            return  # a new text of an article that is among those counted and no longer listed
        self.told.add(id_)
        is_news = self.step._enter(ledger, id_, telling)
        if is_news or self._reaches_denials(id_, span):
            self.touched[id_] = None
        if not self.report.source.late and ledger.source_count != self.step.alerts[id_].source_count:
            self.step.counted[id_] = None

    def _alert(self, act: Act) -> str | None:
        """Return the alert of the act whose episode the article falls into, or a new one; None for late ones without any."""
        memory, rules, at = self.step.memory, self.step.rules, self.report.source.event_time
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
        alert = self.step.alerts[alert_id]
        return alert.arrived_at or alert.episode_started_at, alert.episode_started_at

    def _begin(self, act: Act, alert: Alert) -> str:
        """Begin an alert; one whose id was given up comes back under it."""
        memory = self.step.memory
        known = memory.alerts.get(alert.id)
        if known is None:
            memory.begin(alert, act)
        else:
            memory.alerts[alert.id] = replace(known, arrived_at=alert.arrived_at, superseded_by="", status="retracted")
            memory.ledgers[alert.id] = Ledger()
            memory._link(alert.id)
        memory.ledgers.setdefault(alert.id, Ledger())
        self.touched[alert.id] = None
        self.touched |= dict.fromkeys(sorted(self.step.neighbours(alert.id)))
        return alert.id

    def _rename(self, act: Act, alert_id: str, arrived_at: datetime) -> str:
        """Let an episode go under the mark of the article that turns out to have arrived first."""
        memory, at = self.step.memory, self.report.source.event_time
        new = begun(act, at, arrived_at)
        if new.id == alert_id:
            memory.alerts[alert_id] = replace(memory.alerts[alert_id], arrived_at=arrived_at)
            return alert_id
        self._begin(act, new)
        self._join(alert_id, new.id)
        return new.id

    def _join(self, old: str, new: str) -> None:
        """Enter all of one alert into another."""
        memory = self.step.memory
        memory.settled(new).take_over(memory.settled(old))
        for article_id in memory.settled(old).tellings:
            memory.told_in[article_id].add(new)
        memory.widen(new, *memory.spans[old])
        near = self.step.neighbours(old) | self.step.neighbours(new)
        self.touched[new] = None
        self.touched.pop(old, None)
        self.retired[old] = new
        memory.alerts[new] = replace(memory.alerts[new], contested=(*memory.alerts[new].contested, *memory.alerts[old].contested))
        memory.alerts[old] = replace(memory.alerts[old], superseded_by=new)
        memory._unlink(old)
        memory._drop(old)
        self.touched |= dict.fromkeys(sorted(near - {old, new}))
        self.step.counted.pop(old, None)

    def _retire(self, old: str, new: str) -> Alert:
        """Return the tombstone of an alert that goes under another id."""
        alert = replace(self.step.alerts[old], superseded_by=self.step.memory.live(new) or new)
        cause = Cause(self.report.source.event_time, self.report.source.article_id)
        version = next_version(alert, alert, cause, changes(alert, alert))
        self.step.memory.keep(version)
        return version

    def _withdraw(self) -> None:
        """Take a new version of an article out of the alerts whose act it no longer tells."""
        article_id = self.report.source.article_id
        if self.report.version == 1:
            return
        for id_ in sorted(self.step.memory.told_in.get(article_id, set()) - self.told):
            self.step.memory.settled(id_)
            self.step._withdraw(id_, article_id)
            self.touched[id_] = None

    def _deny(self) -> None:
        """Remember the article's denials, and touch the alerts that they contest, or contested in its earlier version."""
        step, report = self.step, self.report
        changed = step.denials.hear(report.source.article_id, denials_of(report))
        self.unheard = bool(changed) and report.version > 1
        for denial in changed:
            near = {id_ for party in denial.deniers | denial.targets for id_ in step.memory.by_party.get(party, ())}
            for id_ in sorted(near - self.touched.keys()):
                is_own = any(contest.article_id == report.source.article_id for contest in step.alerts[id_].contested)
                is_open = in_episode(step.memory.spans[id_], denial.at, step.rules.gap)
                if is_own or (is_open and contests(denial, step.alerts[id_])):
                    self.touched[id_] = None
        if changed:
            self.touched |= dict.fromkeys(sorted(self.told))

    def _reaches_denials(self, alert_id: str, before: tuple[datetime, datetime]) -> bool:
        """Whether an alert's span was stretched to where denials of its parties stand."""
        memory, gap = self.step.memory, self.step.rules.gap
        first_at, last_at = memory.spans[alert_id]
        if (first_at, last_at) == before:
            return False
        act = memory.acts[alert_id]
        parties = (*act.senders, *act.targets)
        stretched = ((first_at - gap, before[0] - gap), (before[1] + gap, last_at + gap))
        return any(start < end and any(self.step.denials.between(parties, start, end)) for start, end in stretched)

    def _version(self, alert_id: str) -> Alert | None:
        """Return the next version of an alert if there is news."""
        step = self.step
        old = step.alerts[alert_id]
        base = old
        if self.unheard:
            own = self.report.source.article_id
            base = replace(old, contested=tuple(contest for contest in old.contested if contest.article_id != own))
        new = step.view(alert_id, base)
        joined = [id_ for id_, now in self.retired.items() if step.memory.live(now) == alert_id and step.alerts[id_].version]
        new = replace(new, supersedes=tuple(sorted({*old.supersedes, *joined} - {alert_id})))
        what = changes(old, new, step.what_became(alert_id))
        if not what:
            return None
        cause = Cause(self.report.source.event_time, self.report.source.article_id)
        version = next_version(old, new, cause, what)
        step.memory.keep(version)
        step.counted.pop(alert_id, None)
        return version

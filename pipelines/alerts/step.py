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
from dataclasses import dataclass, replace

from connectors.messages.alert import Alert
from connectors.messages.analysis import Analysis
from connectors.messages.article import event_time
from connectors.messages.story import Story
from pipelines.alerts.book import Book
from pipelines.alerts.contests import denials_of
from pipelines.alerts.memory import LONG_AGO
from pipelines.alerts.report import LATE, Report, recalled, report_of, tellings_of
from pipelines.alerts.timeline import Cause, changes, counts, next_version
from pipelines.alerts.turn import Turn
from pipelines.alerts.voices import by_time
from pipelines.work import Work


@dataclass(slots=True)
class RaiseAlerts(Book):
    """The book of alerts, told one article after another."""

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
        turn = Turn(self, report)
        if self._enter_version(report):
            turn.take()
        made = (*self._daily(report), *turn.versions())
        for gone in self.memory.expire():
            self.counted.pop(gone, None)
        self.denials.expire(self.memory.latest - self.memory.tellings_for)
        notes = (*work.notes, LATE) if report.source.late and tellings_of(report) else work.notes
        return [replace(work, alerts=made, alert_ids=tuple(sorted(turn.told)), notes=notes)]

    def _is_late(self, work: Work) -> bool:
        """Whether an article came long after it was published, or is older than what is remembered.

        A changed text of an article that was there is not late: it corrects what was told.
        """
        article, at = work.told, event_time(work.told)
        if at - self.rules.gap < self.memory.latest - self.memory.kept_for:  # its episode may have been forgotten
            return True
        is_old = article.fetched_at - at > self.rules.late_after and article.version == 1
        return is_old and not self.rules.alert_when_late

    def _enter_version(self, report: Report) -> bool:
        """Return whether no newer text of the article was told before: version 2 may overtake a copy that waits for its founder."""
        return self.memory.enter_version(report.source.article_id, report.version, report.source.event_time)

    def _daily(self, report: Report) -> list[Alert]:
        """Move the stream's time on; on a new day, forget what is old, and return versions with what was only counted before it."""
        memory, at = self.memory, report.source.event_time
        is_new_day = memory.latest == LONG_AGO or at.date() > memory.latest.date()
        memory.latest = max(memory.latest, at)
        if not is_new_day:
            return []
        memory.fold()
        due = [id_ for id_ in self.counted if memory.spans[id_][1].date() < memory.latest.date()]
        return [version for id_ in due if (version := self._recount(id_)) is not None]

    def _recount(self, alert_id: str) -> Alert | None:
        del self.counted[alert_id]
        old, new = self.alerts[alert_id], self.now(alert_id)
        what = (*changes(old, new, self.what_became(alert_id)), *counts(old, new))
        if not what:
            return None
        tellers = [telling.source for telling in self.memory.settled(alert_id).tellings.values()]
        last = max(tellers, key=by_time).article_id if tellers else ""
        version = next_version(old, new, Cause(new.last_at, last), what)
        self.memory.keep(version)
        return version

    def _absorb(self, report: Report, alert_ids: Iterable[str]) -> None:
        """Enter what an article told by the log, in place of what its earlier version told."""
        article_id = report.source.article_id
        self.memory.latest = max(self.memory.latest, report.source.event_time)
        if not self._enter_version(report):
            return
        self.denials.hear(article_id, denials_of(report))
        for id_ in tuple(self.memory.told_in.get(article_id, ())):
            self.take_out(id_, article_id)
        tellings = tellings_of(report)
        for id_ in sorted({live for id_ in alert_ids if (live := self.memory.live(id_)) is not None}):
            telling = tellings.get(self.memory.acts[id_])
            if telling is not None:
                self.enter(self.memory.ledger(id_), id_, telling)
                if self.memory.ledger(id_).source_count != self.alerts[id_].source_count:
                    self.counted[id_] = None

"""Denials: which alerts a denial contests, and the denials of the last month.

A denial raises no alert of its own. It contests an act when a party of the act rejects it within the act's episode, in an article
that names the other side too, and not for measures of another family. A denial that the rules tied to an act of its own article
contests that act. All of this is content: neither the order of arrival nor the story, which depends on it, has a say.

Known to be wrong: a party that rejects something else, in an article that names the other side, within the same three days,
contests the act as well; the quote beside the mark lets a reader see it.
"""

from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from connectors.messages.alert import MAX_CONTESTS, MEASURE_FAMILIES, Alert, Contest, MeasureFamily
from connectors.messages.signal import Actor, Signal, SignalKind
from pipelines.alerts.report import Report

CONTESTABLE: frozenset[SignalKind] = frozenset({"threat", "considering", "call_for", "imposed", "extended", "breach"})


@dataclass(frozen=True, slots=True)
class Denial:
    """A denial.

    Attributes:
        contest: who denies, in which words, in which article.
        at: when the article spoke.
        deniers, senders, targets: ids of the parties that it names.
        families: of the measures that it names.
        mentioned: ids of all whom its article names.
        of_signal: the act of its own article that it rejects.
    """

    contest: Contest
    at: datetime
    deniers: frozenset[str]
    senders: frozenset[str]
    targets: frozenset[str]
    families: frozenset[MeasureFamily]
    mentioned: frozenset[str]
    of_signal: str | None


def denials_of(report: Report) -> tuple[Denial, ...]:
    """Return the denials of a report."""
    return tuple(_denial(report, signal) for signal in report.signals if signal.kind == "denial")


def contests(denial: Denial, alert: Alert) -> bool:
    """Whether a denial within an alert's episode contests it."""
    senders, targets = _ids(alert.senders), _ids(alert.targets)
    is_party = bool(denial.deniers & (senders | targets) or denial.targets & targets)
    others = (senders | targets) - denial.deniers
    named = (denial.senders | denial.targets) - denial.deniers
    return (
        alert.kind in CONTESTABLE
        and is_party
        and (not others or bool(others & (named or denial.mentioned)))
        and (not denial.families or alert.measure_family in denial.families)
    )


def words_of(contest: Contest) -> str:
    """Return the words of a denial, whatever the white space and case."""
    return " ".join(contest.quote.casefold().split())


def least(contests_: Iterable[Contest]) -> tuple[Contest, ...]:
    """Return `MAX_CONTESTS` of the contests, by words, the same words once, as those of the article with the least id."""
    by_words: dict[str, Contest] = {}
    for contest in contests_:
        known = by_words.get(words_of(contest))
        if known is None or contest.article_id < known.article_id:
            by_words[words_of(contest)] = contest
    return tuple(by_words[words] for words in sorted(by_words)[:MAX_CONTESTS])


@dataclass(slots=True)
class Denials:
    """The denials heard, by article, and by the ids of their parties in the order of time."""

    by_article: dict[str, tuple[Denial, ...]] = field(default_factory=dict)
    by_party: dict[str, list[tuple[datetime, str]]] = field(default_factory=lambda: defaultdict(list))

    def hear(self, article_id: str, denials: tuple[Denial, ...]) -> tuple[Denial, ...]:
        """Remember an article's denials in place of those that it had before; return those that came or went."""
        before = self.by_article.get(article_id, ())
        if before == denials:
            return ()
        self._forget(article_id)
        if denials:
            self.by_article[article_id] = denials
        for denial in denials:
            for id_ in denial.deniers | denial.targets:
                place = (denial.at, article_id)
                if place not in self.by_party[id_]:
                    insort(self.by_party[id_], place)
        return (*before, *denials)

    def between(self, parties: Iterable[str], start: datetime, end: datetime) -> Iterator[Denial]:
        """Yield the denials of these parties from `start` to `end`."""
        articles = set()
        for id_ in parties:
            places = self.by_party.get(id_, [])
            low, high = bisect_left(places, (start, "")), bisect_right(places, (end, "\U0010ffff"))
            articles |= {article_id for _, article_id in places[low:high]}
        for article_id in sorted(articles):
            yield from self.by_article[article_id]

    def expire(self, before: datetime) -> None:
        """Forget the denials of articles that spoke before a time, those first that were heard first."""
        while self.by_article and next(iter(self.by_article.values()))[0].at < before:
            self._forget(next(iter(self.by_article)))

    def _forget(self, article_id: str) -> None:
        for denial in self.by_article.pop(article_id, ()):
            for id_ in denial.deniers | denial.targets:
                places = self.by_party.get(id_, [])
                if (denial.at, article_id) in places:
                    places.remove((denial.at, article_id))
                if not places:
                    self.by_party.pop(id_, None)


def contested_by(alert: Alert, own: Iterable[Denial], denials: Denials, gap: timedelta) -> tuple[Contest, ...]:
    """Return what contests an alert.

    Args:
        alert: with its parties, its span, and what its last version said of contests.
        own: denials of its own articles that reject it, as the rules tied them.
        denials: all that were heard.
        gap: how far an episode reaches to both sides.
    """
    if alert.kind not in CONTESTABLE:
        return ()
    parties = sorted(_ids(alert.senders) | _ids(alert.targets))
    heard = denials.between(parties, alert.first_at - gap, alert.last_at + gap)
    found = [denial.contest for denial in heard if contests(denial, alert)]
    older = [contest for contest in alert.contested if contest.article_id not in denials.by_article]
    return least((*found, *older, *(denial.contest for denial in own)))


def _denial(report: Report, signal: Signal) -> Denial:
    return Denial(
        contest=Contest(deniers=signal.deniers, article_id=report.source.article_id, quote=signal.evidence.quote),
        at=report.source.event_time,
        deniers=_ids(signal.deniers),
        senders=_ids(signal.senders),
        targets=_ids(signal.targets),
        families=frozenset(MEASURE_FAMILIES[measure] for measure in signal.measures if measure != "unspecified"),
        mentioned=report.mentioned,
        of_signal=signal.contests,
    )


def _ids(actors: Iterable[Actor]) -> frozenset[str]:
    return frozenset(actor.id for actor in actors if actor.id is not None)
